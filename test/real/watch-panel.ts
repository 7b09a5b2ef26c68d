import { SystemClock } from "../../drivers/system-clock.ts";
import { Daemon } from "../../firmware/daemon.ts";
import type { CadenceName } from "../../firmware/domain/cadence.ts";
import type { LineId } from "../../firmware/domain/line.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import type { Profile } from "../../firmware/domain/profile.ts";
import type { Scheme } from "../../firmware/domain/scheme.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import type { PbxSettings, Settings } from "../../firmware/domain/settings.ts";
import type { Log } from "../../firmware/hal/log.ts";
import type { Module } from "../../firmware/hal/module.ts";
import { TappedAgent } from "./tapped-agent.ts";
import type { Note } from "./truth.ts";

/** Plain data, so that a panel can also be told it in another process. */
export interface WatchOptions {
  readonly pbx: Omit<PbxSettings, "password"> & { readonly password: string };
  readonly profile: Profile;
  readonly lines: readonly LineId[];
  /** Lines that show the messages in the mailbox of the same name. */
  readonly mailboxes?: readonly LineId[];
}

/** A look of its own for every state, so that a look tells the state. */
const looks: Readonly<Record<LineState, CadenceName>> = {
  unknown: "wink",
  offline: "double-wink",
  idle: "dark",
  ringing: "flash",
  busy: "steady",
  held: "slow",
  waiting: "dip",
};

const red = (cadence: CadenceName) => ({ colour: "red", cadence }) as const;
const scheme: Scheme = {
  name: "watched",
  states: {
    unknown: red(looks.unknown),
    offline: red(looks.offline),
    idle: red(looks.idle),
    ringing: red(looks.ringing),
    busy: red(looks.busy),
    held: red(looks.held),
    waiting: red(looks.waiting),
  },
  feedback: { pending: red("pending"), refused: red("refused"), "too-late": red("too-late"), failed: red("failed") },
};

/** A whole daemon that only watches, one key a line, and notes all that its lamps do and all that the PBX tells it. */
export class WatchPanel {
  readonly clock = new SystemClock();
  readonly #options: WatchOptions;
  readonly #note: (note: Note) => void;
  readonly #trace: Log["trace"];
  #daemon: Daemon | undefined;

  /** @param trace told every SIP message, where somebody wants them */
  constructor(options: WatchOptions, note: (note: Note) => void, trace?: Log["trace"]) {
    this.#options = options;
    this.#note = note;
    this.#trace = trace;
  }

  async start(): Promise<void> {
    const settings = settingsFor(this.#options);
    const { clock } = this;
    const log = {
      ...logOf((kind, what, why) => this.#note({ kind, what, why, at: clock.now() })),
      ...(this.#trace && { trace: this.#trace }),
    };
    const agent = new TappedAgent({ pbx: settings.pbx, clock, log }, this.#note);
    const module = moduleOf(this.#options.lines, (line, state) =>
      this.#note({ kind: "lamp", line, state, at: clock.now() }),
    );
    this.#daemon = new Daemon({ settings, module, agent, clock, log, run: "watched" });
    await this.#daemon.start();
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }
}

/** A key is named by its line. */
function settingsFor({ pbx, profile, lines, mailboxes = [] }: WatchOptions): Settings {
  return {
    panel: "watched",
    board: { name: "watched", title: "Lamps on record", columns: 1, rows: 1, banks: [], keys: [] },
    profile,
    scheme,
    pbx: { ...pbx, password: new Secret(pbx.password) },
    pickup: { landings: [], method: "auto", deadline: 4000 },
    scope: { groups: {}, pickup: [], hours: {} },
    keys: lines.map((line) => ({
      kind: "line",
      id: line,
      line,
      label: line,
      pickup: false,
      idle: {},
      ...(mailboxes.includes(line) && { mailbox: line }),
    })),
    privacy: "off",
  };
}

/** Lamps that only say what they were told to show. */
function moduleOf(lines: readonly LineId[], shown: (line: LineId, state: LineState) => void): Module {
  return {
    name: "lamps on record",
    lamps: lines,
    keys: [],
    held: new Set(),
    start: async () => undefined,
    show: (lamp, { cadence }) => {
      const state = LINE_STATES.find((each) => looks[each] === cadence);
      if (state !== undefined) shown(lamp, state);
    },
    onContact: () => undefined,
    onState: () => undefined,
    halt: async () => undefined,
  };
}

/** The daemon tells a person of faults by its log, where it has no broker. */
function logOf(told: (kind: "fault" | "warning", what: string, why: string) => void): Log {
  return {
    debug() {},
    info() {},
    warn({ what, why }, message) {
      if (message === "fault") told("fault", String(what), String(why));
      else told("warning", message, String(why));
    },
    error(fields, message) {
      told("fault", message, JSON.stringify(fields));
    },
  };
}
