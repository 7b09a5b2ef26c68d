import { linesOf } from "../../domain/key-settings.ts";
import type { LineId } from "../../domain/line.ts";
import type { Millis } from "../../domain/millis.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { DeskPhone as DeskPhoneSettings, LandingName, Settings } from "../../domain/settings.ts";
import type { Task, Trial } from "../../domain/task.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import type { Agent } from "../agent.ts";
import { type AudioPort, Rtp } from "../rtp.ts";
import { choose } from "./choice.ts";
import { DeskPhone } from "./desk-phone.ts";
import type { Landed, Landing, Watch } from "./landing.ts";
import { RemoteControl } from "./remote-control.ts";
import type { askPhone } from "./remote-phone.ts";
import { callIn, type Lines, ringsAt, ringsTogether, roomIn, watching } from "./sight.ts";
import { Transfer } from "./transfer.ts";
import { TransferRight } from "./transfer-right.ts";

export interface PickupParts {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
  readonly lines: Lines;
  readonly settings: Pick<Settings, "pickup" | "profile" | "scope" | "keys">;
  /** By default a UDP port. */
  readonly audio?: AudioPort;
  /** How the desk phone is told what to do; by default over HTTP. */
  readonly askPhone?: typeof askPhone;
}

/** How one task ended, and how it was tried. */
export interface Tried {
  readonly outcome: Outcome;
  readonly trial: Trial;
}

type Pickable = Extract<Task, { kind: "pickup" }>;
type Taking = Pickable | Extract<Task, { kind: "retrieve" }>;

/** With less time left, another landing could take a caller only to send him back. */
const LEAST: Millis = 1000;

const PROVING = "a REFER of the panel's has not been accepted yet, so landing desk-phone stands in for transfer";

/** The desk phone, and the ways to it. */
interface Phone {
  readonly line: LineId;
  readonly deskPhone: DeskPhone;
  readonly transfer: Transfer;
  readonly remote: RemoteControl | undefined;
}

/** Carries out what a press asks for: chooses what takes the call, and tries the landings in their order. */
export class Pickup {
  readonly #parts: PickupParts;
  readonly #phone: Phone | undefined;
  readonly #right = new TransferRight();
  readonly #audio: AudioPort;
  readonly #watched: ReadonlySet<LineId>;
  /** The last ring of each line that a press did not take, and as what it was tried. */
  readonly #untaken = new Map<LineId, { readonly ring: string | undefined; readonly inRingGroup: boolean }>();
  #unlink: Cancel | undefined;

  constructor(parts: PickupParts) {
    const { log, settings, audio = new Rtp(log) } = parts;
    const { phone } = settings.pickup;
    this.#parts = parts;
    this.#audio = audio;
    this.#watched = new Set(settings.keys.flatMap(linesOf));
    this.#phone = phone && this.#landingsOn(phone);
  }

  /** Keeps a port for audio open while there is a link, where a landing needs one. */
  start(): void {
    const { agent, settings } = this.#parts;
    if (!settings.pickup.landings.includes("transfer")) return;
    const linked = (up: boolean): void => {
      this.#right.forget();
      if (up) this.#audio.open(agent.mediaAddress);
      else this.#audio.close();
    };
    this.#unlink = agent.onLink(linked);
    if (agent.up) linked(true);
  }

  stop(): void {
    this.#unlink?.();
    this.#audio.close();
  }

  /** Resolves exactly once, within the deadline of the settings; never inside this call, and never rejects. */
  async attempt(task: Task, signal: AbortSignal): Promise<Tried> {
    const by = this.#parts.clock.now() + this.#parts.settings.pickup.deadline;
    const phone = this.#phone;
    if (!phone) return nothing("no desk phone is configured (pickup.phone)");
    switch (task.kind) {
      case "pickup":
      case "retrieve":
        return this.#take(phone, task, by, signal);
      case "park":
        return this.#park(phone, task.slot, by, signal);
      case "dial":
        return this.#dial(phone, task.number, by, signal);
    }
  }

  async #take(phone: Phone, task: Taking, by: Millis, signal: AbortSignal): Promise<Tried> {
    const { clock, settings } = this.#parts;
    const inRingGroup = task.kind === "pickup" && this.#isOfGroup(task);
    const tried = new Set<LandingName>();
    let last: Tried | undefined;
    for (const name of settings.pickup.landings) {
      const [landing, note] = this.#landing(phone, name, task.kind === "retrieve");
      if (!landing || tried.has(landing.name)) continue;
      tried.add(landing.name);
      const choice = this.#choose(task, inRingGroup, landing.name === "remote-control");
      if (choice.kind === "inapplicable") {
        last ??= nothing(choice.why);
        continue;
      }
      const watch = this.#watch(phone.line, task, choice.method);
      const what = { target: choice.target, line: lineOf(task), by };
      const { outcome, definite, steps } = await landing.attempt(what, watch, signal);
      const because = note ? `${choice.because}; ${note}` : choice.because;
      const trial = { method: choice.method, because, landing: landing.name };
      last = { outcome, trial: { ...trial, steps: [...(last?.trial.steps ?? []), ...steps] } };
      const still = watch.quarry() === "there";
      if (task.kind === "pickup" && still && steps.length > 0) {
        this.#untaken.set(task.line, { ring: task.ring, inRingGroup });
      }
      // Never two takings for one press: only after a no that left nothing done, and for the same ring.
      if (!definite || !still || signal.aborted || clock.now() + LEAST > by) break;
    }
    return last ?? nothing("no landing of pickup.landings can do this");
  }

  #landingsOn(phone: DeskPhoneSettings): Phone {
    const { agent, clock, askPhone } = this.#parts;
    const ways = { clock, phone, ...(askPhone && { askPhone }) };
    const referred = (code: number) => this.#right.answered(code);
    return {
      line: phone.line,
      deskPhone: new DeskPhone({ agent, clock, phone, referred }),
      transfer: new Transfer({ agent, clock, phone, audio: this.#audio, referred }),
      remote: phone.remote && new RemoteControl({ ...ways, remote: phone.remote }),
    };
  }

  #landing(
    { deskPhone, transfer, remote }: Phone,
    name: LandingName,
    parked: boolean,
  ): readonly [landing: Landing | undefined, note?: string] {
    switch (name) {
      case "desk-phone":
        return [deskPhone];
      case "transfer":
        // Whom a slot's call belongs to is not known, so that nobody could be given it back.
        if (parked) return [deskPhone];
        return this.#right.known === "granted" ? [transfer] : [deskPhone, PROVING];
      case "remote-control":
        return [remote];
    }
  }

  #choose(task: Taking, inRingGroup: boolean, byHand: boolean): ReturnType<typeof choose> {
    const { lines, settings } = this.#parts;
    const { profile, scope, pickup } = settings;
    const line = lineOf(task);
    const groupOfPbx = scope.pickup === "pbx" && task.kind === "pickup" && task.group !== undefined;
    const parked = task.kind === "retrieve";
    const prey = { line, parked, dialogs: lines.dialogs(line), inRingGroup, profile };
    return choose({ method: pickup.method, groupOfPbx, byHand }, prey);
  }

  /** Not every ring group can be seen: a ring that one code did not take is tried with the other by the next press. */
  #isOfGroup({ line, ring }: Pickable): boolean {
    const { lines, settings } = this.#parts;
    if (settings.profile.pickup.ringGroup === undefined) return false;
    const untaken = this.#untaken.get(line);
    if (untaken !== undefined && untaken.ring === ring) return !untaken.inRingGroup;
    return ringsTogether(lines, line, this.#watched);
  }

  #watch(phone: LineId, task: Taking, method: string): Watch {
    const { lines } = this.#parts;
    if (task.kind === "retrieve") return watching(lines, phone, [task.slot], callIn(lines, task.slot));
    const others = method === "group-code" ? this.#ringing(task) : [];
    const rings = new Map(others.map((line) => [line, lines.view(line).ring])).set(task.line, task.ring);
    return watching(lines, phone, rings.keys(), ringsAt(lines, rings));
  }

  /** What a group code may take: whatever rings of the group, or of all that is watched. */
  #ringing({ group }: Pickable): readonly LineId[] {
    return group ?? [...this.#watched].filter((line) => this.#parts.lines.view(line).state === "ringing");
  }

  async #park({ line, remote }: Phone, slot: LineId, by: Millis, signal: AbortSignal): Promise<Tried> {
    const { lines, settings } = this.#parts;
    const { name, pickup } = settings.profile;
    if (!remote) return nothing("only the desk phone itself can park its call; write pickup.phone.remote");
    if (pickup.parking === undefined) return nothing(`profile ${name} does not say what parks a call (pickup.parking)`);
    const number = pickup.parking.replaceAll("{slot}", () => slot);
    // Where the PBX chooses the slot, it need not be the one whose key was pressed.
    const slots = number === pickup.parking ? this.#freeSlots() : [slot];
    const watch = watching(lines, line, slots, roomIn(lines, slots));
    return told(remote, await remote.park(number, by, watch, signal));
  }

  #freeSlots(): readonly LineId[] {
    const { lines, settings } = this.#parts;
    const slots = settings.keys.flatMap((key) => (key.kind === "park" ? [key.slot] : []));
    return slots.filter((slot) => callIn(lines, slot)() === "gone");
  }

  async #dial({ line, deskPhone, remote }: Phone, number: string, by: Millis, signal: AbortSignal): Promise<Tried> {
    const { lines, settings } = this.#parts;
    const watch = watching(lines, line, [], () => "there");
    const byHand = settings.pickup.landings[0] === "remote-control" ? remote : undefined;
    const landing = byHand ?? deskPhone;
    return told(landing, await landing.dial(number, by, watch, signal));
  }
}

const lineOf = (task: Taking): LineId => (task.kind === "pickup" ? task.line : task.slot);
const nothing = (reason: string): Tried => ({ outcome: { kind: "failed", reason }, trial: { steps: [] } });
const told = ({ name }: Landing, { outcome, steps }: Landed): Tried => ({ outcome, trial: { landing: name, steps } });
