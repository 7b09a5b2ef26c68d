import type { CadenceName } from "../firmware/domain/cadence.ts";
import type { KeyId, LampId } from "../firmware/domain/key.ts";
import type { Colour, LampState } from "../firmware/domain/lamp.ts";
import type { Millis } from "../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";

/** One frame of a pattern, as the module's own processor counts them. */
const FRAME: Millis = 50;

/** Two seconds each, a character a frame: `#` lit. The module's own table, as a sidecar has it in its memory. */
const PATTERNS: Readonly<Record<CadenceName, string>> = {
  dark: "........................................",
  steady: "########################################",
  flash: "#####.....#####.....#####.....#####.....",
  slow: "####################....................",
  wink: "##......................................",
  "double-wink": "##....##................................",
  dip: "####################################....",
  tick: "##################..##################..",
  pending: "########..########..########..########..",
  refused: "############################....####....",
  "too-late": "############....####....................",
  failed: "##########..........##########..........",
};

/** How many frames a new pattern opens with the opposite of what the lamp showed. */
const OPENING_FRAMES = 2;
const FLASHES_A_SECOND = 3;

export interface SimModuleOptions {
  readonly name: string;
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  readonly clock: Clock;
}

interface Bulb {
  colour: Colour;
  pattern: string;
  /** Frames of the opening that are left. */
  opening: number;
  lit: boolean;
  /** When it was last switched on: at most FLASHES_A_SECOND moments. */
  flashes: Millis[];
}

/** The box with the lamps and keys. Without its plug it is dark, and remembers nothing. */
export class SimModuleBack {
  readonly #clock: Clock;
  readonly #bulbs = new Map<LampId, Bulb>();
  readonly #lamps: readonly LampId[];
  readonly #closed = new Set<KeyId>();
  #absent: Error | undefined;
  #host: Host | undefined;
  #tick: Cancel | undefined;
  #eye: (() => void) | undefined;

  constructor(options: SimModuleOptions) {
    this.#clock = options.clock;
    this.#lamps = options.lamps;
  }

  lit(lamp: LampId): boolean {
    return this.#bulbs.get(lamp)?.lit ?? false;
  }

  colour(lamp: LampId): Colour | undefined {
    return this.lit(lamp) ? this.#bulbs.get(lamp)?.colour : undefined;
  }

  /** Called when light changes. One listener. */
  onLight(listener: () => void): void {
    this.#eye = listener;
  }

  close(key: KeyId): void {
    this.#closed.add(key);
    if (!this.#absent) this.#host?.contact(key, true, this.#clock.now());
  }

  open(key: KeyId): void {
    this.#closed.delete(key);
    if (!this.#absent) this.#host?.contact(key, false, this.#clock.now());
  }

  unplug(why: Error = new Error("unplugged")): void {
    if (this.#absent) return;
    this.#absent = why;
    this.darken();
    this.#host?.lost(why);
  }

  plug(): void {
    this.#absent = undefined;
    this.#host?.found();
  }

  /** For the module only. */
  attach(host: Host): void {
    this.#host = host;
    if (this.#absent) host.lost(this.#absent);
    else host.found();
  }

  /** For the module only. */
  detach(): void {
    this.#host = undefined;
    this.darken();
  }

  /** For the module only: what contacts are at right now. */
  closed(key: KeyId): boolean {
    return this.#closed.has(key);
  }

  /** For the module only. */
  set(lamp: LampId, { colour, cadence }: LampState): void {
    if (this.#absent || !this.#lamps.includes(lamp)) return;
    const bulb = this.#bulbs.get(lamp) ?? { colour, pattern: PATTERNS.dark, opening: 0, lit: false, flashes: [] };
    this.#bulbs.set(lamp, bulb);
    const pattern = PATTERNS[cadence];
    const recoloured = bulb.lit && colour !== bulb.colour;
    bulb.colour = colour;
    if (recoloured) this.#eye?.();
    if (pattern !== bulb.pattern) {
      bulb.pattern = pattern;
      bulb.opening = isFlashing(pattern) ? OPENING_FRAMES : 0;
      this.#draw(bulb, bulb.opening > 0 ? !bulb.lit : pattern.startsWith("#"));
    }
    this.#run();
  }

  darken(): void {
    this.#tick?.();
    this.#tick = undefined;
    const wasLit = [...this.#bulbs.values()].some(({ lit }) => lit);
    this.#bulbs.clear();
    if (wasLit) this.#eye?.();
  }

  #run(): void {
    const busy = [...this.#bulbs.values()].some((bulb) => isFlashing(bulb.pattern) || this.#isHeldBack(bulb));
    if (!busy || this.#tick) return;
    const next = (Math.floor(this.#clock.now() / FRAME) + 1) * FRAME;
    this.#tick = this.#clock.at(next, () => this.#frame());
  }

  #frame(): void {
    this.#tick = undefined;
    const frame = Math.floor(this.#clock.now() / FRAME);
    for (const bulb of this.#bulbs.values()) {
      if (bulb.opening > 0) bulb.opening--;
      else this.#draw(bulb, bulb.pattern[frame % bulb.pattern.length] === "#");
    }
    this.#run();
  }

  #isHeldBack(bulb: Bulb): boolean {
    return bulb.pattern === PATTERNS.steady && !bulb.lit;
  }

  #draw(bulb: Bulb, lit: boolean): void {
    if (lit && !bulb.lit) {
      const now = this.#clock.now();
      const recent = bulb.flashes.filter((at) => now - at < 1000);
      if (recent.length >= FLASHES_A_SECOND) return;
      bulb.flashes = [...recent, now];
    }
    if (lit === bulb.lit) return;
    bulb.lit = lit;
    this.#eye?.();
  }
}

function isFlashing(pattern: string): boolean {
  return pattern !== PATTERNS.dark && pattern !== PATTERNS.steady;
}

/** The module as its box knows it. */
export interface Host {
  contact(key: KeyId, closed: boolean, at: Millis): void;
  lost(why: Error): void;
  found(): void;
}
