import { STAY } from "../../../firmware/domain/attempt/attempt.ts";
import type { KeySettings } from "../../../firmware/domain/key-settings.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Profile } from "../../../firmware/domain/profile.ts";
import type { DeskPhone, LandingName } from "../../../firmware/domain/settings.ts";
import type { Task } from "../../../firmware/domain/task.ts";
import { Pickup, type PickupParts, type Tried } from "../../../firmware/sip/pickup/pickup.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { RecordingLog } from "../../recording-log.ts";
import { ScriptedAgent, ScriptedLines } from "./scripted.ts";

export const PHONE: DeskPhone = { line: "102", dial: "*80102", whenBusy: "refuse" };
export const NO_CODES = { group: "*8", park: "{slot}", replaces: false };
export const CODES = { directed: "**{line}", ringGroup: "*9{line}", ...NO_CODES };
export const DEADLINE = 4000;

const key = (line: string): KeySettings => ({ id: line, label: line, kind: "line", line, pickup: true, idle: {} });

export interface Wish {
  readonly landings?: readonly LandingName[];
  readonly codes?: Profile["pickup"];
  readonly phone?: DeskPhone | "none";
  readonly scope?: "pbx" | readonly string[];
}

/** A pickup between a scripted agent and scripted lines: 101 rings, 102 is the desk phone. */
export class PickupScene {
  readonly clock = new ManualClock();
  readonly agent = new ScriptedAgent();
  readonly lines = new ScriptedLines({ "101": "ringing", "103": "idle", "102": "idle", "701": "busy" });
  readonly stop = new AbortController();
  /** What became of the port for audio. */
  readonly opened: string[] = [];

  pickup({ landings = ["desk-phone"], codes = CODES, phone = PHONE, scope = [] }: Wish = {}): Pickup {
    const settings: PickupParts["settings"] = {
      pickup: { ...(phone !== "none" && { phone }), landings, method: "auto", deadline: DEADLINE },
      profile: {
        name: "test",
        title: "Test",
        watch: "dialog",
        pickup: codes,
        offline: "never",
        transfers: "pbx",
      },
      scope: { groups: {}, pickup: scope, hours: {} },
      keys: [key("101"), key("103")],
    };
    const { agent, clock, lines, opened } = this;
    const audio = {
      port: 4000,
      speak() {},
      open: (at: string) => opened.push(at),
      close: () => opened.push("closed"),
    };
    return new Pickup({ agent: agent.agent, clock, log: new RecordingLog(), lines, settings, audio });
  }

  taking(line = "101"): Extract<Task, { kind: "pickup" }> {
    return { kind: "pickup", line, ring: this.lines.view(line).ring };
  }

  press(made: Pickup, task: Task = this.taking()): Press {
    return new Press(this, made, task);
  }

  sees(states: Readonly<Record<string, LineState>>): void {
    for (const [line, state] of Object.entries(states)) this.lines.see(line, state);
  }

  /** The phone answers, and the PBX accepts the REFER or does not. */
  refer(code: number): void {
    const leg = this.agent.leg("*80102");
    leg.answer();
    this.lines.see("102", "busy");
    leg.answerRefer(code);
  }

  /** A REFER refused for good; the phone is free again. */
  forbidden(code = 603): void {
    this.refer(code);
    this.agent.leg("*80102").over();
    this.lines.see("102", "idle");
  }

  /** The phone has the call. */
  taken(): void {
    this.refer(202);
    this.lines.see("101", "idle");
    this.agent.leg("*80102").over();
    this.clock.advance(STAY);
  }
}

/** One press, and what came of it. */
class Press {
  tried: Tried | undefined;
  readonly #scene: PickupScene;

  constructor(scene: PickupScene, made: Pickup, task: Task) {
    this.#scene = scene;
    let within = true;
    void made.attempt(task, scene.stop.signal).then((tried) => {
      if (within) throw new Error("resolved inside the call");
      this.tried = tried;
    });
    within = false;
  }

  async end(): Promise<Tried> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.tried) throw new Error(`not over; sent: ${this.#scene.agent.done.join(", ")}`);
    return this.tried;
  }
}
