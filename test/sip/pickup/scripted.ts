import type { Dialog } from "../../../firmware/domain/dialog.ts";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Cancel } from "../../../firmware/hal/clock.ts";
import type { Agent, Leg, LegEvents, Response } from "../../../firmware/sip/agent.ts";
import type { LineReport } from "../../../firmware/sip/line-report.ts";
import type { Watch } from "../../../firmware/sip/pickup/landing.ts";
import type { Lines } from "../../../firmware/sip/pickup/sight.ts";

const response = (status: number, body = ""): Response => ({
  status,
  phrase: "",
  header: () => undefined,
  toTag: "theirs",
  cseq: 1,
  routes: [],
  contact: undefined,
  body,
});

/** One call of the panel, and its far end, moved by hand. */
export class ScriptedLeg implements Leg {
  readonly target: string;
  readonly headers: readonly string[];
  readonly sdp: string;
  replaceable: string | undefined;
  readonly #events: LegEvents;
  readonly #done: string[];
  #referred: ((response: Response) => void) | undefined;

  constructor(done: string[], target: string, headers: readonly string[], sdp: string, events: LegEvents) {
    this.#done = done;
    this.target = target;
    this.headers = headers;
    this.sdp = sdp;
    this.#events = events;
  }

  refer(target: string, answered: (response: Response) => void): void {
    this.#done.push(`REFER ${target}`);
    this.#referred = answered;
  }

  end(): void {
    this.#done.push(`end ${this.target}`);
  }

  rings(): void {
    this.#events.progress?.(response(180));
  }

  answer(body = ""): void {
    this.replaceable = `${this.target}?Replaces=x`;
    this.#events.accepted(response(200, body));
  }

  answerLate(body = ""): void {
    if (!this.#events.answeredLate) throw new Error(`${this.target} is not wanted any more once it is given up`);
    this.#events.answeredLate(response(200, body));
  }

  refuse(status: number): void {
    this.#events.rejected(response(status));
  }

  answerRefer(status: number): void {
    const referred = this.#referred;
    this.#referred = undefined;
    if (!referred) throw new Error(`no REFER of ${this.target} waits for an answer`);
    referred(response(status));
  }

  sipfrag(status: number, final: boolean): void {
    this.#events.sipfrag(status, final);
  }

  over(by: "them" | "us" = "us"): void {
    this.replaceable = undefined;
    this.#events.ended(by);
  }
}

/** What a landing needs of the SIP stack, with nobody behind it but the test. */
export class ScriptedAgent {
  readonly mediaAddress = "192.0.2.7";
  up = true;
  /** What the panel sent, in order. */
  readonly done: string[] = [];
  readonly legs: ScriptedLeg[] = [];
  readonly #links = new Set<(up: boolean) => void>();

  uri(user: string): string {
    return `sip:${user}@pbx.test`;
  }

  invite(target: string, headers: readonly string[], sdp: string, events: LegEvents): Leg {
    this.done.push(`INVITE ${target}`);
    const leg = new ScriptedLeg(this.done, target, headers, sdp, events);
    this.legs.push(leg);
    return leg;
  }

  onLink(listener: (up: boolean) => void): Cancel {
    this.#links.add(listener);
    return () => this.#links.delete(listener);
  }

  link(up: boolean): void {
    this.up = up;
    for (const listener of this.#links) listener(up);
  }

  get listeners(): number {
    return this.#links.size;
  }

  /** The call to that number that was placed last. */
  leg(user: string): ScriptedLeg {
    const leg = this.legs.findLast(({ target }) => target === this.uri(user) || target === user);
    if (!leg) throw new Error(`no call to ${user} was placed; there were: ${this.done.join(", ")}`);
    return leg;
  }

  get agent(): Agent {
    return this as Partial<Agent> as Agent;
  }
}

/** Lines as a test wants them seen. */
export class ScriptedLines implements Lines {
  readonly #views = new Map<LineId, LineReport>();
  readonly #dialogs = new Map<LineId, readonly Dialog[]>();
  readonly #listeners = new Set<(report: LineReport) => void>();
  #rings = 0;

  /** @param states a line that rings anew has another ring */
  constructor(states: Readonly<Record<LineId, LineState>>) {
    for (const [line, state] of Object.entries(states)) this.#put(line, state);
  }

  view(line: LineId): LineReport {
    return this.#views.get(line) ?? { line, state: "unknown", ring: undefined, at: 0 };
  }

  dialogs(line: LineId): readonly Dialog[] {
    return this.#dialogs.get(line) ?? [];
  }

  onReport(listener: (report: LineReport) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** The PBX tells of a line. */
  see(line: LineId, state: LineState): void {
    this.#put(line, state);
    for (const listener of [...this.#listeners]) listener(this.view(line));
  }

  /** It tells of its calls, beside its state. */
  tell(line: LineId, dialogs: readonly Partial<Dialog>[]): void {
    this.#dialogs.set(
      line,
      dialogs.map((dialog, i) => ({ id: String(i), state: "early", direction: "recipient", held: false, ...dialog })),
    );
  }

  #put(line: LineId, state: LineState): void {
    const ring = state === "ringing" ? `ring ${++this.#rings}` : undefined;
    this.#views.set(line, { line, state, ring, at: this.#rings });
  }
}

/** 101 rings, 102 is the desk phone. */
export function watchOf(lines: ScriptedLines): Watch {
  const { ring } = lines.view("101");
  return {
    quarry: () => {
      const { state, ring: now } = lines.view("101");
      if (state === "unknown") return "unknown";
      return state === "ringing" && now === ring ? "there" : "gone";
    },
    phone: () => lines.view("102").state,
    onChange: (listener) => lines.onReport(listener),
  };
}
