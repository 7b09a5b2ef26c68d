import type { Clock } from "../../../firmware/hal/clock.ts";
import type { Act, Fault, Patient } from "./fault.ts";

// How the PBX dies, and what it forgets.

export const silentDeath: Fault = {
  title: "It hangs: its sockets are open, and nothing is answered and nothing sent.",
  act: (pbx) => ({ live: () => pbx.silence(true), end: () => pbx.silence(false) }),
};

export const crash: Fault = {
  title: "It is dead, as by kill -9. Back again it has its database, one NOTIFY behind: CSeq and version repeat.",
  act: (pbx) => dead(pbx, "kept"),
};

export const amnesia: Fault = {
  title: "It is dead, as by kill -9. Back again it knows of no registration and no subscription.",
  act: (pbx) => dead(pbx, "lost"),
};

export const restartStorm: Fault = {
  title: "It crashes again and again, with its database, and is back at once.",
  level: { unit: "ms", means: "it lives longer each time", usual: 1500 },
  act: (pbx, lives) => {
    let over = false;
    let restarting = Promise.resolve();
    const restart = async (): Promise<void> => {
      await pbx.kill("kept");
      await pbx.start();
    };
    return {
      live: (clock) => {
        clock.at(clock.now() + lives, () => {
          if (!over) restarting = restart();
        });
      },
      end: () => {
        over = true;
        return restarting;
      },
    };
  },
};

/** As Asterisk does when a hint is taken away. */
export const endSubscriptions: Fault = {
  title: "It ends every subscription again and again, without a reason, and says once more what it said last.",
  level: { unit: "ms", means: "they last longer", usual: 5000 },
  act: (pbx, last) => {
    let over = false;
    const turn = (clock: Clock): void => {
      if (over) return;
      pbx.endSubscriptions();
      clock.at(clock.now() + last, () => turn(clock));
    };
    return {
      live: turn,
      end: () => {
        over = true;
      },
    };
  },
};

function dead(pbx: Patient, database: "kept" | "lost"): Act {
  return {
    begin: () => pbx.kill(database),
    end: async () => {
      if (!pbx.running) await pbx.start();
    },
  };
}
