import type { Clock } from "../../../firmware/hal/clock.ts";
import { Headers } from "../../sip/headers.ts";
import { cseq, type Message, type Request } from "../../sip/message.ts";
import type { Fault, Outgoing } from "./fault.ts";

// What becomes of NOTIFYs about lines on their way. Those that tell of a REFER are left alone.

export const loseNotify: Fault = {
  title: "NOTIFYs are lost on their way, and so are their repetitions.",
  level: { unit: "share", means: "more of them are lost", usual: 1 },
  act: ({ random }, share) => ({ outgoing: ofNotify((notify, pass) => random() >= share && pass(notify)) }),
};

export const delayNotify: Fault = {
  title: "NOTIFYs come late.",
  level: { unit: "ms", means: "they come later", usual: 2000 },
  act: (_, delay) => ({
    outgoing: ofNotify((notify, pass, clock) => clock.at(clock.now() + delay, () => pass(notify))),
  }),
};

export const duplicateNotify: Fault = {
  title: "Every NOTIFY comes twice.",
  level: { unit: "ms", means: "the second comes later", usual: 300 },
  act: (_, later) => ({
    outgoing: ofNotify((notify, pass, clock) => {
      pass(notify);
      clock.at(clock.now() + later, () => pass(notify));
    }),
  }),
};

/** In each dialog the first of two waits until the second has left; alone, as long as that. */
export const reorderNotify: Fault = {
  title: "NOTIFYs overtake each other.",
  level: { unit: "ms", means: "one that is not overtaken waits longer", usual: 700 },
  act: (_, longest) => {
    const waiting = new Map<string, () => void>();
    return {
      outgoing: ofNotify((notify, pass, clock) => {
        const key = dialogOf(notify);
        const earlier = waiting.get(key);
        if (earlier) {
          pass(notify);
          earlier();
          return;
        }
        const leave = (): void => {
          enough();
          if (waiting.get(key) === leave) waiting.delete(key);
          pass(notify);
        };
        const enough = clock.at(clock.now() + longest, leave);
        waiting.set(key, leave);
      }),
    };
  },
};

export const corruptNotify: Fault = {
  title: "What NOTIFYs say is garbled: cut short, or no XML, or of no known type.",
  level: { unit: "share", means: "more of them are", usual: 1 },
  act: ({ random }, share) => {
    // A repetition has the same damage: it is in the document, not on the way.
    const done = new WeakMap<Request, Request>();
    return {
      outgoing: ofNotify((notify, pass) => {
        const sent = done.get(notify) ?? (random() < share ? garbled(notify, random) : notify);
        done.set(notify, sent);
        pass(sent);
      }),
    };
  },
};

export const oversizeNotify: Fault = {
  title: "NOTIFYs are larger than they need be: they tell of very many calls that are over.",
  level: { unit: "dialogs", means: "they are larger; above 1,000 no datagram holds them", usual: 1200 },
  act: (_, count) => {
    const dialogs = Array.from(
      { length: count },
      (_, i) => ` <dialog id="over-${i}">\n  <state>terminated</state>\n </dialog>\n`,
    ).join("");
    return {
      outgoing: ofNotify((notify, pass) =>
        pass(changed(notify, notify.body.replaceAll("</dialog-info>", `${dialogs}</dialog-info>`))),
      ),
    };
  },
};

/** FreeSWITCH says `early` again where a call has ended (its issue 156). */
export const stuckRing: Fault = {
  title: "A line that rang is told of as ringing for ever, whatever becomes of the call.",
  act: () => {
    const rang = new Map<string, string>();
    return {
      outgoing: ofDocument((document, entity) => {
        if (/<state>early</i.test(document)) rang.set(entity, document);
        const version = VERSION.exec(document)?.[0] ?? "";
        return rang.get(entity)?.replace(VERSION, version) ?? document;
      }),
    };
  },
};

/** As FreeSWITCH's CSeq at New Year and after restarts (its pull request 3056). */
export const countAnew: Fault = {
  title: "CSeq and version of NOTIFYs begin again at 1, in the dialogs that there are.",
  act: () => {
    const first = new Map<string, number>();
    const recounted = (key: string, number: number): number => {
      if (!first.has(key)) first.set(key, number);
      return number - (first.get(key) ?? 0) + 1;
    };
    const versions = ofDocument((document, entity) =>
      document.replace(VERSION, (_, version) => ` version="${recounted(entity, Number(version))}"`),
    );
    return {
      outgoing: ofNotify((notify, pass, clock) => {
        const anew = changed(notify, notify.body);
        anew.headers.set("CSeq", `${recounted(dialogOf(notify), cseq(notify).number)} NOTIFY`);
        versions(anew, pass, clock);
      }),
    };
  },
};

const DOCUMENT = /<dialog-info[\s\S]*?<\/dialog-info>/g;
const VERSION = / version="(\d+)"/;

/** Changes each dialog-info, those in a list too; `entity` names its line, in that subscription. */
function ofDocument(change: (document: string, entity: string) => string): Outgoing {
  return ofNotify((notify, pass) => {
    const body = notify.body.replace(DOCUMENT, (document) => {
      const entity = / entity="([^"]*)"/.exec(document)?.[1] ?? "";
      return change(document, `${dialogOf(notify)} ${entity}`);
    });
    pass(changed(notify, body));
  });
}

function ofNotify(act: (notify: Request, pass: (message: Message) => void, clock: Clock) => unknown): Outgoing {
  return (message, pass, clock) => {
    const isOne = message.kind === "request" && message.method === "NOTIFY" && message.headers.get("Event") !== "refer";
    if (isOne) act(message, pass, clock);
    else pass(message);
  };
}

function dialogOf({ headers }: Request): string {
  return headers.get("Call-ID") ?? "";
}

function changed(notify: Request, body: string): Request {
  return { ...notify, headers: new Headers(notify.headers), body };
}

function garbled(notify: Request, random: () => number): Request {
  const { body } = notify;
  // Nothing at all would be a document of its own: no calls.
  const at = 1 + Math.floor(random() * (body.length - 2));
  const damage = Math.floor(random() * 3);
  if (damage === 0) return changed(notify, body.slice(0, at));
  if (damage === 1) return changed(notify, `${body.slice(0, at)}<&${body.slice(at)}`);
  const foreign = changed(notify, body);
  foreign.headers.set("Content-Type", "application/octet-stream");
  return foreign;
}
