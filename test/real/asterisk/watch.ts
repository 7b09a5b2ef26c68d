import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { Profile } from "../../../firmware/domain/profile.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { loadProfile } from "../../config/data-files.ts";
import { Truth } from "../truth.ts";
import { type WatchOptions, WatchPanel } from "../watch-panel.ts";
import type { Asterisk, Ending } from "./asterisk.ts";

export const ALIVE: Millis = 5000;
export const TRANSPORTS: readonly SipTransportName[] = ["udp", "tcp", "tls", "ws", "wss"];
const LONGEST_RING: Millis = 180_000;
const SOON: Millis = 10_000;
const boardConfigs = new URL("../../../board-configs", import.meta.url).pathname;

/** The profile that is shipped, as it is. */
export function asteriskProfile(): Profile {
  const loaded = loadProfile("asterisk", { boardConfigs });
  if (!loaded.ok) throw new Error("the shipped profile is not good");
  return loaded.value;
}

/** What of a panel is otherwise than usual: of its account, or of its lines those that show their mailbox, too. */
export interface Wishes extends Pick<WatchOptions, "mailboxes"> {
  readonly pbx?: Partial<WatchOptions["pbx"]>;
}

/** What a panel is told of this Asterisk. */
export function watchOptions(
  pbx: Asterisk,
  transport: SipTransportName,
  lines: readonly LineId[],
  { pbx: account = {}, ...wishes }: Wishes = {},
): WatchOptions {
  const { user = "panel1" } = account;
  const { host } = pbx;
  const proof = transport === "tls" || transport === "wss" ? { tls: { ca: readFileSync(pbx.authority, "utf8") } } : {};
  return {
    pbx: {
      host,
      port: pbx.portOf(transport),
      transport,
      ...proof,
      user,
      password: `pw${user}`,
      register: true,
      alive: ALIVE,
      longestRing: LONGEST_RING,
      ...account,
    },
    profile: asteriskProfile(),
    lines,
    ...wishes,
  };
}

/** A panel in this process that watches an Asterisk, and its record. */
export class Watch {
  readonly truth = new Truth(new SystemClock(), ALIVE);
  readonly #pbx: Asterisk;
  readonly #lines: readonly LineId[];
  readonly #panel: WatchPanel;

  constructor(pbx: Asterisk, transport: SipTransportName, lines: readonly LineId[], wishes?: Wishes) {
    this.#pbx = pbx;
    this.#lines = lines;
    this.#panel = new WatchPanel(watchOptions(pbx, transport, lines, wishes), (note) => this.truth.note(note));
  }

  start(): Promise<void> {
    return this.#panel.start();
  }

  stop(): Promise<void> {
    return this.#panel.stop();
  }

  lamp(line: LineId, state: LineState): Promise<Millis> {
    return this.truth.untilLamp(line, state, SOON);
  }

  /** How long until every lamp shows what the PBX itself says. Nothing untrue may have been shown on the way. */
  async proved(within: Millis = SOON): Promise<Millis> {
    const took = await this.truth.untilTrue(() => told(this.#pbx, this.#lines), within);
    this.truth.mustBeTrue();
    return took;
  }
}

/**
 * How long after a PBX is fully booted, or a link is mended, until every lamp has to be true: half of it, and as much again for
 * what else the machine does. The table says how long it was.
 */
export const TRUE_WITHIN: Millis = 20_000;

/**
 * Ends an Asterisk under the eyes of a panel and starts it again, `down` ms later. Resolves with how long after it was fully
 * booted every lamp was true; nothing untrue may have been shown meanwhile.
 */
export async function restarted(pbx: Asterisk, watch: Watch, how: Ending, down: Millis): Promise<Millis> {
  await pbx.end(how);
  watch.truth.lost();
  await delay(down);
  watch.truth.found();
  await pbx.start();
  return watch.proved(TRUE_WITHIN);
}

/** What the PBX says of these lines, and of their mailboxes. */
export async function told(pbx: Asterisk, lines: readonly LineId[]): Promise<ReadonlyMap<LineId, LineState>> {
  const states = await pbx.lineStates();
  return new Map(
    lines.map((line) => {
      const state = states.get(line);
      if (state === undefined) throw new Error(`${pbx.name} has no hint for ${line}`);
      return [line, state === "idle" && pbx.messages(line) > 0 ? "waiting" : state];
    }),
  );
}
