import type { AttemptEvent, Destination, LegName, Quarry } from "../../../firmware/domain/attempt/attempt.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { hasDisobeyed } from "../../../firmware/domain/outcome.ts";
import { Call } from "./call.ts";
import type { Happening, Schedule } from "./schedule.ts";
import { Delays, Link, Timeline, Wire } from "./timeline.ts";

/** Where the caller is. `dropped`: the panel has hung up on them. */
export type CallerAt = "line" | "panel" | "phone" | "target" | "second-panel" | "back" | "hung-up" | "died" | "dropped";

type PhoneDoes = "none" | "rings" | "with-panel" | "with-caller" | "dials";

/** A PBX with one caller, the line that rings, the desk phone and another panel; the truth that a machine hears of late. */
export class World {
  readonly timeline = new Timeline();
  readonly calls = new Map<LegName, Call>();
  caller: CallerAt = "line";
  /** Calls that were taken because of this panel. */
  takings = 0;
  /** When phone and caller were connected, and not any more. */
  connected: { since: Millis; until: Millis; another: boolean } | undefined;
  /** As the panel knows them. */
  seen: { quarry: Quarry; phone: LineState };
  /** The PBX has been killed. */
  died = false;
  readonly #schedule: Schedule;
  readonly #link = new Link();
  readonly #delays: Delays;
  readonly #lineWire: Wire;
  readonly #phoneWire: Wire;
  readonly #left: Record<Destination, number>;
  readonly #tell: (event: AttemptEvent) => void;
  /** What the phone does, by its calls: one that the panel has a part in, and others. */
  #phone: PhoneDoes = "none";
  #own: boolean;
  #ownRing: boolean;
  #anotherRings = false;

  constructor(schedule: Schedule, tell: (event: AttemptEvent) => void) {
    this.#schedule = schedule;
    this.#tell = tell;
    this.#delays = new Delays(schedule.delays);
    const lags = new Delays(schedule.lags);
    this.#lineWire = new Wire(this.timeline, this.#delays, this.#link, lags);
    this.#phoneWire = new Wire(this.timeline, this.#delays, this.#link, lags);
    const { quarry, phone, back } = schedule.plans;
    this.#left = { quarry: quarry.tooEarly, phone: phone.tooEarly, back: back.tooEarly };
    this.#own = schedule.phone === "busy" || schedule.phone === "held";
    this.#ownRing = schedule.phone === "ringing";
    this.seen = { quarry: "there", phone: schedule.phone };
  }

  start(abort: () => void): void {
    const { happenings, loss } = this.#schedule;
    for (const { what, at } of happenings) this.timeline.at(at, what === "abort" ? abort : () => this.#happen(what));
    if (loss) this.timeline.at(loss.at, () => this.#lose(loss.lasts, loss.died));
  }

  invite(name: LegName): Call {
    const { timeline } = this;
    const ends = {
      timeline,
      link: this.#link,
      tell: this.#tell,
      invited: (call: Call) => this.#invited(call),
      cancelled: (call: Call) => this.#cancelled(call),
      referred: (call: Call, to: Destination) => this.#referred(call, to),
      left: (call: Call) => this.#leftBy(call),
    };
    const call = new Call(name, ends, new Wire(timeline, this.#delays, this.#link));
    this.calls.set(name, call);
    call.start();
    return call;
  }

  /** The remote control: the phone dials the pickup code itself. */
  ask(): void {
    const { code, obeys, after, tone } = this.#schedule.remote;
    const { timeline } = this;
    timeline.after(this.#delays.next, () => {
      if (code !== undefined) timeline.after(this.#delays.next, () => this.#tell({ kind: "obeyed", code }));
      const dials = (code === undefined || !hasDisobeyed(code)) && obeys;
      if (dials) timeline.after(after, () => this.#dialFromPhone(tone));
    });
  }

  #dialFromPhone(tone: Millis): void {
    if (this.#phone !== "none" || this.#ownRing || this.died) return;
    this.#setPhone("dials");
    this.timeline.after(this.#delays.next, () => {
      if (this.#take("phone")) this.#setPhone("with-caller");
      else this.timeline.after(tone, () => this.#phone === "dials" && this.#setPhone("none"));
    });
  }

  // Calls of the panel.

  #invited(call: Call): void {
    if (call.name === "phone") this.#ring(call);
    else this.timeline.after(this.#schedule.taking.after, () => call.far !== "over" && this.#asked(call));
  }

  #asked(call: Call): void {
    const { taking, replaces } = this.#schedule;
    if (taking.kind === "rings" && replaces) {
      call.progress();
      // A call of its own, which the caller's phone may take, and then has two.
      this.timeline.after(this.#delays.next, () => call.far === "ringing" && call.accept());
    } else if (taking.kind === "refuses") call.reject(taking.code);
    else if (taking.kind !== "ignores") {
      if (this.#take("panel")) call.accept();
      else call.reject(replaces ? 486 : 403);
    }
  }

  #ring(call: Call): void {
    const { kind, after, code } = this.#schedule.phoneHabit;
    if (this.#schedule.phone === "offline" || this.#phone !== "none") {
      call.reject(this.#phone === "none" ? 480 : 486);
      return;
    }
    call.progress();
    this.#setPhone("rings");
    if (kind === "never") return;
    this.timeline.after(after, () => {
      if (call.far !== "ringing") return;
      this.#setPhone(kind === "answers" ? "with-panel" : "none");
      if (kind === "answers") call.accept();
      else call.reject(code);
    });
  }

  #cancelled(call: Call): void {
    if (call.name === "phone" && this.#phone === "rings") this.#setPhone("none");
    call.reject(487);
  }

  #leftBy({ name }: Call): void {
    if (name === "phone" && this.#phone === "with-panel") this.#setPhone("none");
    if (name === "caller" && this.caller === "panel") this.#moveCaller("dropped");
  }

  #referred(call: Call, to: Destination): void {
    const { kind, code, takes, says, tidies } = this.#schedule.plans[to];
    if (kind === "refuses") call.answerRefer(code);
    if (kind === "refuses" || kind === "ignores") return;
    call.answerRefer(202);
    if (this.#left[to]-- > 0) {
      call.sipfrag(400, true);
      return;
    }
    if (kind === "forgets") return;
    call.sipfrag(100, false);
    if (kind === "lies") call.sipfrag(200, true);
    else if (kind === "fails") call.sipfrag(code, true);
    else {
      this.timeline.after(takes, () => {
        if (call.far !== "up") return;
        const refusal = this.#transfer(call, to, tidies);
        const last = refusal ?? (to === "back" ? undefined : says);
        if (last !== undefined) call.sipfrag(last, true);
        if (tidies && refusal === undefined) call.bye();
      });
    }
  }

  /** The last sipfrag where nothing was done. */
  #transfer(call: Call, to: Destination, tidies: boolean): number | undefined {
    if (to === "quarry") {
      const taken = this.#take("phone");
      if (taken) this.#setPhone("with-caller");
      else {
        // Asterisk lets the phone go, which is what tells this from a pickup.
        if (this.#phone === "with-panel") this.#setPhone("none");
        call.bye();
      }
      return taken ? undefined : 503;
    }
    // Nobody is on the leg, or somebody has that call beside the one that still rings.
    if (this.caller !== "panel") return this.caller === "line" ? 200 : 400;
    if (to === "back") {
      this.#moveCaller("back");
      call.sipfrag(180, false);
      return undefined;
    }
    const phone = this.calls.get("phone");
    if (phone?.far !== "up") return 481;
    this.#moveCaller("phone");
    this.#setPhone("with-caller");
    if (tidies) phone.bye();
    return undefined;
  }

  /** A directed pickup, by whoever: takes what rings at the line at this moment. */
  #take(by: "phone" | "panel"): boolean {
    if (this.died || (this.caller !== "line" && !this.#anotherRings)) return false;
    this.takings++;
    // What rings now may be another call than the one that was pressed for: a code cannot tell. From then on that is the caller.
    const another = this.caller !== "line";
    this.#anotherRings &&= !another;
    this.#moveCaller(by, another);
    return true;
  }

  // The rest of the world.

  #happen(what: Exclude<Happening, "abort">): void {
    if (this.died) return;
    switch (what) {
      case "caller-hangs-up":
        if (this.caller === "dropped") break;
        if (this.caller === "panel") this.calls.get("caller")?.bye();
        if (this.caller === "phone") this.#setPhone("none");
        this.#moveCaller("hung-up");
        break;
      case "target-answers":
      case "second-panel":
        if (this.caller === "line") this.#moveCaller(what === "second-panel" ? what : "target");
        break;
      case "another-call":
        this.#anotherRings = this.caller !== "line";
        break;
      case "phone-hangs-up":
        if (this.#phone === "with-panel") this.calls.get("phone")?.bye();
        if (this.#phone === "with-caller") this.#moveCaller("hung-up");
        if (this.#phone === "with-panel" || this.#phone === "with-caller") this.#setPhone("none");
        break;
      case "own-ring":
        this.#ownRing = true;
        this.#notify();
        this.timeline.after(1000, () => {
          this.#ownRing = false;
          this.#notify();
        });
    }
  }

  #lose(lasts: Millis, died: boolean): void {
    this.#link.lose();
    if (died) {
      this.died = true;
      if (this.caller !== "hung-up" && this.caller !== "dropped") this.#moveCaller("died");
      this.#setPhone("none");
      for (const call of this.calls.values()) call.far = "over";
    }
    const noticed = this.#delays.next;
    this.timeline.after(noticed, () => {
      for (const call of this.calls.values()) call.lost();
      this.#look("unknown", "unknown");
    });
    this.timeline.after(noticed + lasts, () => {
      this.#link.restore();
      for (const call of this.calls.values()) call.restored();
      this.#notify();
    });
  }

  #moveCaller(to: CallerAt, another = false): void {
    const { now } = this.timeline;
    if (this.caller === "phone" && this.connected) this.connected.until = now;
    this.caller = to;
    if (to === "phone") this.connected = { since: now, until: Number.POSITIVE_INFINITY, another };
    this.#notify();
  }

  #setPhone(to: PhoneDoes): void {
    this.#phone = to;
    this.#notify();
  }

  /** Both NOTIFYs, each with the state of now; a state that has not changed is told again. */
  #notify(): void {
    const quarry: Quarry = this.caller === "line" ? "there" : "gone";
    const phone = this.#phoneState();
    this.#lineWire.send("toPanel", () => this.#look(quarry, this.seen.phone));
    this.#phoneWire.send("toPanel", () => this.#look(this.seen.quarry, phone));
  }

  #phoneState(): LineState {
    if (this.#schedule.phone === "offline") return "offline";
    if (this.#ownRing || this.#phone === "rings") return "ringing";
    return this.#own || this.#phone !== "none" ? "busy" : "idle";
  }

  #look(quarry: Quarry, phone: LineState): void {
    this.seen = { quarry, phone };
    this.#tell({ kind: "phone", state: phone });
    this.#tell({ kind: "quarry", quarry });
  }

  /** The phone is on a call that the panel has placed. */
  get phoneIsOurs(): boolean {
    return this.#phone === "with-panel" || this.#phone === "rings";
  }
}
