import { Daemon } from "../../firmware/daemon.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import type { Log } from "../../firmware/hal/log.ts";
import { UserAgent } from "../../firmware/sip/user-agent.ts";
import { EtherMedium } from "../ether/ether-medium.ts";
import { Passage } from "../ether/passage.ts";
import { ManualClock } from "../manual-clock.ts";
import type { Scene } from "../rehearsal/scene.ts";
import { seeded } from "../rehearsal/seeded.ts";
import { SimBoard } from "../sim-board.ts";
import { simulated } from "../simulated-settings.ts";
import type { Conversation } from "./conversation.ts";
import { listIn } from "./panel-of-capture.ts";
import { PlayedPbx } from "./played-pbx.ts";
import { type Score, scoreOf } from "./score.ts";

/** The daemon is up and has asked for its lines by then. */
const AHEAD: Millis = 1000;
/** For a capture that has no date: a Monday. */
const MONDAY = new Date("2026-03-02T09:00");
const A_YEAR: Millis = 31_536_000_000;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface ReplayOptions {
  readonly conversation: Conversation;
  /** As they are loaded; what they say of the PBX is replaced. */
  readonly settings: Settings;
  /** Of all that is left to chance. */
  readonly seed?: number;
}

/** The whole daemon, in memory and on a manual clock, with a PBX that says what the one of a capture said. */
export class Replay {
  readonly scene: Scene;
  readonly settings: Settings;
  readonly score: Score;
  /** When the capture begins, on the scene's clock. */
  readonly begins: Millis;
  readonly #daemon: Daemon;
  readonly #pbx: PlayedPbx;
  readonly #medium: EtherMedium;
  readonly #passage: Passage;
  readonly #told = new Set<(text: string) => void>();

  constructor({ conversation, settings, seed = 1 }: ReplayOptions) {
    const score = scoreOf(conversation);
    const wall = conversation.begun > A_YEAR ? new Date(conversation.begun - AHEAD) : MONDAY;
    const clock = new ManualClock(0, wall);
    const medium = new EtherMedium(clock);
    const passage = new Passage(clock);
    const { host, port = 5060 } = medium.pbx;
    this.score = score;
    this.begins = AHEAD;
    this.settings = replayed(settings, score, listIn(score, conversation.spoken), { host, port });
    this.#medium = medium;
    this.#passage = passage;
    this.#pbx = new PlayedPbx({
      score,
      clock,
      begins: AHEAD,
      socket: medium.ether.socket(),
      host,
      port,
      tell: (text) => {
        for (const listener of this.#told) listener(text);
      },
    });
    const board = new SimBoard(settings.board, clock);
    const random = seeded(seed);
    const published = new Set<(topic: string, payload: string) => void>();
    void medium.start((topic, payload) => {
      for (const listener of published) listener(topic, payload);
    });
    this.#daemon = new Daemon({
      settings: this.settings,
      ...board.parts,
      agent: new UserAgent({ pbx: this.settings.pbx, clock, log: SILENT, random, ...medium.agent }),
      reporter: medium.reporter(this.settings),
      means: { audio: medium.audio },
      random,
      clock,
      log: SILENT,
      run: "replay",
    });
    this.scene = {
      settings: this.settings,
      clock,
      course: passage,
      phones: new Map(),
      get buzzing() {
        return board.buzzing;
      },
      lit: (lamp) => board.lit(lamp),
      onLight: (listener) => board.onLight(listener),
      onPublish: (listener) => {
        published.add(listener);
        return () => published.delete(listener);
      },
      close: (key) => board.close(key),
      open: (key) => board.open(key),
      unplug: (bank) => board.unplug(bank),
      replug: (bank) => board.replug(bank),
      cut: (on) => medium.cut(on),
      fault: (name) => Promise.reject(new Error(`the PBX of a capture has no fault ${name}`)),
      stop: () => this.stop(),
    };
  }

  /** Told in words what is not as it was then. */
  onTold(listener: (text: string) => void): () => void {
    this.#told.add(listener);
    return () => this.#told.delete(listener);
  }

  /** Resolves when the capture is about to begin. */
  async start(): Promise<void> {
    this.#pbx.start();
    await this.#passage.whilst(this.#daemon.start());
    // The first messages of the capture come at their moment, not before.
    await this.#passage.run(this.begins - 1);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    this.#pbx.stop();
    await this.#medium.stop();
  }
}

/** The panel as it is, at the PBX of the capture. It registers, and asks for presence and lists, where that is in the capture. */
function replayed(
  settings: Settings,
  { watches, registrations }: Score,
  listed: string | undefined,
  place: { readonly host: string; readonly port: number },
): Settings {
  const { pbx, profile, ...rest } = simulated(settings, place, "mqtt://192.0.2.3");
  const { list, ...account } = pbx;
  return {
    ...rest,
    pbx: { ...account, register: registrations.length > 0, ...(listed !== undefined && { list: listed }) },
    profile: { ...profile, offline: watches.some(({ event }) => event === "presence") ? profile.offline : "never" },
  };
}
