import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { Profile } from "../../../firmware/domain/profile.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { loadProfile } from "../../config/data-files.ts";
import { Truth } from "../truth.ts";
import { WatchPanel } from "../watch-panel.ts";
import type { Kamailio } from "./kamailio.ts";

export const ALIVE: Millis = 5000;
/** Those that the daemon can speak with a PBX. */
export const TRANSPORTS: readonly SipTransportName[] = ["udp", "tcp", "tls", "ws", "wss"];
export const SOON: Millis = 10_000;
const boardConfigs = new URL("../../../board-configs", import.meta.url).pathname;

/** The profile that is shipped, as it is. */
function kamailioProfile(): Profile {
  const loaded = loadProfile("kamailio", { boardConfigs });
  if (!loaded.ok) throw new Error("the shipped profile is not good");
  return loaded.value;
}

/** How long a panel believes in a PBX that is silent, and in a ring. */
export interface Patience {
  readonly alive?: Millis;
  readonly longestRing?: Millis;
}

/** A panel in this process that watches a Kamailio, and its record. */
export class Watch {
  readonly truth: Truth;
  readonly #pbx: Kamailio;
  readonly #lines: readonly LineId[];
  readonly #panel: WatchPanel;

  constructor(pbx: Kamailio, transport: SipTransportName, lines: readonly LineId[], patience: Patience = {}) {
    this.#pbx = pbx;
    this.#lines = lines;
    const { alive = ALIVE, longestRing = 180_000 } = patience;
    this.truth = new Truth(new SystemClock(), alive);
    const { host } = pbx;
    const account = { user: "panel1", password: "pwpanel1", register: true, alive, longestRing };
    const proof =
      transport === "tls" || transport === "wss" ? { tls: { ca: readFileSync(pbx.authority, "utf8") } } : {};
    this.#panel = new WatchPanel(
      {
        pbx: { host, port: pbx.portOf(transport), transport, ...account, ...proof },
        profile: kamailioProfile(),
        lines,
      },
      (note) => this.truth.note(note),
    );
  }

  start(): Promise<void> {
    return this.#panel.start();
  }

  stop(): Promise<void> {
    return this.#panel.stop();
  }

  lamp(line: LineId, state: LineState, within: Millis = SOON): Promise<Millis> {
    return this.truth.untilLamp(line, state, within);
  }

  /** What the lamp of a line has shown, from one change to the next. */
  shown(line: LineId): LineState[] {
    return this.truth.notes.flatMap((note) => (note.kind === "lamp" && note.line === line ? [note.state] : []));
  }

  /** NOTIFYs that told of a line. */
  told(line: LineId): number {
    return this.truth.notes.filter((note) => note.kind === "notify" && note.line === line && note.active).length;
  }

  /** How long until every lamp shows what the PBX itself knows. Nothing untrue may have been shown on the way. */
  async proved(within: Millis = SOON): Promise<Millis> {
    const took = await this.truth.untilTrue(() => this.#pbx.lineStates(this.#lines), within);
    expect(this.truth.lies()).toEqual([]);
    return took;
  }
}
