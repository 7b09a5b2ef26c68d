import type { AttemptEvent, Destination, LegName } from "../../../firmware/domain/attempt/attempt.ts";
import type { Link, Timeline, Wire } from "./timeline.ts";

/** 64·T1: how long a request, and a call that was cancelled, may go without an answer. */
const TIMER: number = 32_000;

export interface Ends {
  readonly timeline: Timeline;
  readonly link: Link;
  tell(event: AttemptEvent): void;
  invited(call: Call): void;
  cancelled(call: Call): void;
  referred(call: Call, to: Destination): void;
  /** BYE from the panel. */
  left(call: Call): void;
}

/** One call of the panel's: `near` as the panel's user agent has it, `far` as the PBX has it. */
export class Call {
  readonly name: LegName;
  near: "calling" | "cancelled" | "talking" | "leaving" | "over" = "calling";
  far: "new" | "ringing" | "up" | "over" = "new";
  readonly #ends: Ends;
  readonly #wire: Wire;
  #acknowledged = false;
  #referring = false;
  #told = false;

  constructor(name: LegName, ends: Ends, wire: Wire) {
    this.name = name;
    this.#ends = ends;
    this.#wire = wire;
  }

  start(): void {
    if (this.#ends.link.up) this.#toPbx(() => this.far === "new" && this.#ends.invited(this));
    else this.#soon(() => this.#rejected(503));
  }

  // What the panel does.

  end(): void {
    if (this.near === "calling") {
      this.near = "cancelled";
      this.#cancel();
    } else if (this.near === "talking") this.#bye();
  }

  refer(to: Destination): void {
    const { link, timeline } = this.#ends;
    const refused = this.near !== "talking" ? 481 : this.#referring ? 491 : link.up ? undefined : 503;
    if (refused !== undefined) {
      this.#soon(() => this.#tellReferAnswered(refused));
      return;
    }
    this.#referring = true;
    let answered = false;
    this.#unanswered = (code) => {
      if (answered) return;
      answered = true;
      this.#referring = false;
      this.#tellReferAnswered(code);
    };
    const mine = this.#unanswered;
    timeline.after(TIMER, () => mine(408));
    this.#toPbx(() => {
      if (this.far === "up") this.#ends.referred(this, to);
      else this.answerRefer(481);
    });
  }
  #unanswered: (code: number) => void = () => undefined;

  /** The panel has noticed that the link is lost. */
  lost(): void {
    this.#unanswered(503);
    if (this.near === "leaving") {
      this.#ended();
      this.#ends.link.whenUp(() => this.#toPbx(() => this.#left()));
    }
    if (this.near !== "calling" && this.near !== "cancelled") return;
    // A caller who may have been taken is not left alone: such a call is given up, but its answer is still waited for.
    if (this.name === "caller") this.near = "cancelled";
    else this.#rejected(503);
    this.#ends.link.whenUp(() => this.#cancel());
  }

  restored(): void {
    if (this.far === "up" && !this.#acknowledged) this.#toPanel(() => this.#answered());
  }

  // What the PBX does.

  progress(): void {
    this.far = "ringing";
    this.#toPanel(() => this.near === "calling" && this.#tell({ kind: "progress", leg: this.name, code: 180 }));
  }

  accept(): void {
    this.far = "up";
    this.#toPanel(() => this.#answered());
  }

  reject(code: number): void {
    this.far = "over";
    this.#toPanel(() => this.#rejected(code));
  }

  bye(): void {
    if (this.far !== "up") return;
    this.far = "over";
    this.#toPanel(() => this.#ended());
  }

  answerRefer(code: number): void {
    const answer = this.#unanswered;
    this.#toPanel(() => answer(code), true);
  }

  sipfrag(code: number, final: boolean): void {
    this.#toPanel(() => {
      if (this.near === "talking" || this.near === "leaving")
        this.#tell({ kind: "sipfrag", leg: this.name, code, final });
    }, true);
  }

  #answered(): void {
    const first = !this.#acknowledged;
    this.#acknowledged = true;
    if (this.near === "calling" || (this.near === "cancelled" && this.name === "caller")) {
      this.near = "talking";
      this.#tell({ kind: "answered", leg: this.name });
    } else if (this.near === "cancelled") this.#bye();
    else if (first) this.#toPbx(() => this.#left());
  }

  #rejected(code: number): void {
    if (this.near !== "calling" && this.near !== "cancelled") return;
    this.near = "over";
    this.#told = true;
    this.#tell({ kind: "rejected", leg: this.name, code });
  }

  #cancel(): void {
    this.#ends.timeline.after(TIMER, () => this.#rejected(408));
    this.#toPbx(() => this.far !== "up" && this.far !== "over" && this.#ends.cancelled(this));
  }

  #bye(): void {
    this.near = "leaving";
    const { link } = this.#ends;
    if (!link.up) this.#soon(() => this.lost());
    else
      this.#toPbx(() => {
        this.#left();
        this.#toPanel(() => this.#ended());
      });
  }

  #left(): void {
    if (this.far !== "up") return;
    this.far = "over";
    this.#ends.left(this);
  }

  #ended(): void {
    if (this.near === "over") return;
    this.near = "over";
    if (this.#told) return;
    this.#told = true;
    this.#tell({ kind: "leg-ended", leg: this.name });
  }

  #tellReferAnswered(code: number): void {
    this.#tell({ kind: "refer-answered", leg: this.name, code });
  }

  #tell(event: AttemptEvent): void {
    this.#ends.tell(event);
  }

  #toPbx(run: () => void): void {
    this.#wire.send("toPbx", run);
  }

  #toPanel(run: () => void, loose = false): void {
    this.#wire.send("toPanel", run, loose);
  }

  #soon(run: () => void): void {
    this.#ends.timeline.after(0, run);
  }
}
