import { linesOf } from "../../domain/key-settings.ts";
import type { LineId } from "../../domain/line.ts";
import type { Millis } from "../../domain/millis.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { DeskPhone as DeskPhoneSettings, LandingName, Settings } from "../../domain/settings.ts";
import type { Task, Trial } from "../../domain/task.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import type { Agent } from "../agent.ts";
import { Rtp } from "../rtp.ts";
import { type Choice, choose } from "./choice.ts";
import { DeskPhone } from "./desk-phone.ts";
import type { Catch, Landed, Landing, Watch } from "./landing.ts";
import { RemoteControl } from "./remote-control.ts";
import { callIn, type Lines, ringsAt, ringsTogether, roomIn, watching } from "./sight.ts";
import { Transfer } from "./transfer.ts";
import { TransferRight } from "./transfer-right.ts";

export interface PickupParts {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
  readonly lines: Lines;
  readonly settings: Pick<Settings, "pickup" | "profile" | "scope" | "keys">;
}

/** How one task ended, and how it was tried. */
export interface Tried {
  readonly outcome: Outcome;
  readonly trial: Trial;
}

type Taking = Extract<Task, { kind: "pickup" | "retrieve" }>;

const PROVING = "a REFER of the panel's has not been accepted yet, so landing desk-phone stands in for transfer";

/** Carries out what a press asks for: chooses what takes the call, and tries the landings in their order. */
export class Pickup {
  readonly #parts: PickupParts;
  readonly #phone: DeskPhoneSettings | undefined;
  readonly #right = new TransferRight();
  readonly #rtp: Rtp;
  readonly #deskPhone: DeskPhone | undefined;
  readonly #transfer: Transfer | undefined;
  readonly #remote: RemoteControl | undefined;
  readonly #watched: ReadonlySet<LineId>;
  /** When the ring began for which the directed code was refused: a second press on it tries the code for ring groups. */
  readonly #refused = new Map<LineId, Millis>();
  #unlink: Cancel | undefined;

  constructor(parts: PickupParts) {
    const { agent, clock, log, settings } = parts;
    const { phone } = settings.pickup;
    this.#parts = parts;
    this.#phone = phone;
    this.#rtp = new Rtp(log);
    this.#watched = new Set(settings.keys.flatMap(linesOf));
    const referred = (code: number) => this.#right.answered(code);
    this.#deskPhone = phone && new DeskPhone({ agent, clock, phone, referred });
    this.#transfer = phone && new Transfer({ agent, clock, phone, voice: this.#rtp, referred });
    const remote = phone?.remote;
    this.#remote = phone && remote && new RemoteControl({ clock, phone, remote });
  }

  /** Keeps a port for audio open while there is a link, where a landing needs one. */
  start(): void {
    const { agent, settings } = this.#parts;
    if (!settings.pickup.landings.includes("transfer")) return;
    const linked = (up: boolean): void => {
      this.#right.forget();
      if (up) this.#rtp.open(agent.mediaAddress);
      else this.#rtp.close();
    };
    this.#unlink = agent.onLink(linked);
    if (agent.up) linked(true);
  }

  stop(): void {
    this.#unlink?.();
    this.#rtp.close();
  }

  /** Resolves exactly once, within the deadline of the settings; never inside this call, and never rejects. */
  async attempt(task: Task, signal: AbortSignal): Promise<Tried> {
    const by = this.#parts.clock.now() + this.#parts.settings.pickup.deadline;
    const phone = this.#phone;
    if (!phone) return nothing("no desk phone is configured (pickup.phone)");
    switch (task.kind) {
      case "pickup":
      case "retrieve":
        return this.#take(task, phone.line, by, signal);
      case "park":
        return this.#park(task.slot, phone.line, by, signal);
      case "dial":
        return this.#dial(task.number, phone.line, by, signal);
    }
  }

  #take(task: Taking, phone: LineId, by: Millis, signal: AbortSignal): Promise<Tried> {
    const { lines } = this.#parts;
    const line = task.kind === "pickup" ? task.line : task.slot;
    const choice = this.#choose(task, line);
    if (choice.kind === "inapplicable") return Promise.resolve(nothing(choice.why));
    const parked = task.kind === "retrieve";
    const quarries = choice.method === "group-code" ? this.#ringing(task) : [line];
    const watch = watching(lines, phone, quarries, parked ? callIn(lines, line) : ringsAt(lines, quarries));
    return this.#land(choice, { target: choice.target, line, by }, parked, watch, signal);
  }

  #choose(task: Taking, line: LineId): ReturnType<typeof choose> {
    const { lines, settings } = this.#parts;
    const { profile, scope, pickup } = settings;
    const again = this.#refused.get(line) === lines.view(line).at;
    return choose(
      {
        method: pickup.method,
        groupOfPbx: scope.pickup === "pbx" && task.kind === "pickup" && task.group !== undefined,
      },
      {
        line,
        parked: task.kind === "retrieve",
        dialogs: lines.dialogs(line),
        inRingGroup: profile.pickup.ringGroup !== undefined && (again || ringsTogether(lines, line, this.#watched)),
        profile,
      },
    );
  }

  /** What a group code may take: whatever rings of the group, or of all that is watched. */
  #ringing(task: Taking): readonly LineId[] {
    if (task.kind === "pickup" && task.group) return task.group;
    return [...this.#watched].filter((line) => this.#parts.lines.view(line).state === "ringing");
  }

  async #land(choice: Choice, what: Catch, parked: boolean, watch: Watch, signal: AbortSignal): Promise<Tried> {
    const { method, because } = choice;
    let last: Tried | undefined;
    const tried = new Set<LandingName>();
    for (const name of this.#parts.settings.pickup.landings) {
      const [landing, note] = this.#landing(name, parked);
      if (!landing || tried.has(landing.name)) continue;
      tried.add(landing.name);
      const { outcome, definite, steps } = await landing.attempt(what, watch, signal);
      const trial: Trial = { method, because: note ? `${because}; ${note}` : because, landing: landing.name, steps };
      last = { outcome, trial: { ...trial, steps: [...(last?.trial.steps ?? []), ...trial.steps] } };
      this.#remember(choice, what.line, outcome, watch);
      // Never two takings for one press: only after a no that left nothing done, and for the same ring.
      if (!definite || watch.quarry() !== "there" || signal.aborted) break;
    }
    return last ?? nothing("no landing of pickup.landings can do this");
  }

  #landing(name: LandingName, parked: boolean): readonly [landing: Landing | undefined, note?: string] {
    switch (name) {
      case "desk-phone":
        return [this.#deskPhone];
      case "transfer":
        // Whom a slot's call belongs to is not known, so that nobody could be given it back.
        if (parked) return [this.#deskPhone];
        return this.#right.known === "granted" ? [this.#transfer] : [this.#deskPhone, PROVING];
      case "remote-control":
        return [this.#remote];
    }
  }

  #remember({ method }: Choice, line: LineId, { kind }: Outcome, watch: Watch): void {
    const refused = method === "feature-code" && kind !== "picked-up" && watch.quarry() === "there";
    if (refused) this.#refused.set(line, this.#parts.lines.view(line).at);
    else this.#refused.delete(line);
  }

  async #park(slot: LineId, phone: LineId, by: Millis, signal: AbortSignal): Promise<Tried> {
    const { lines } = this.#parts;
    const remote = this.#remote;
    if (!remote) return nothing("only the desk phone itself can park its call; write pickup.phone.remote");
    const watch = watching(lines, phone, [slot], roomIn(lines, slot));
    return told(remote, await remote.park(slot, by, watch, signal));
  }

  async #dial(number: string, phone: LineId, by: Millis, signal: AbortSignal): Promise<Tried> {
    const { lines, settings } = this.#parts;
    const watch = watching(lines, phone, [], () => "there");
    const byHand = settings.pickup.landings[0] === "remote-control" ? this.#remote : undefined;
    const landing = byHand ?? this.#deskPhone;
    if (!landing) return nothing("no desk phone is configured (pickup.phone)");
    return told(landing, await landing.dial(number, by, watch, signal));
  }
}

const nothing = (reason: string): Tried => ({ outcome: { kind: "failed", reason }, trial: { steps: [] } });
const told = ({ name }: Landing, { outcome, steps }: Landed): Tried => ({ outcome, trial: { landing: name, steps } });
