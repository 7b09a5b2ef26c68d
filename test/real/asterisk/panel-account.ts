import { setTimeout as delay } from "node:timers/promises";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { Secret } from "../../../firmware/domain/secret.ts";
import type { Leg, Response } from "../../../firmware/sip/agent.ts";
import { silentOffer } from "../../../firmware/sip/media.ts";
import { UserAgent } from "../../../firmware/sip/user-agent.ts";
import { silentLog } from "../../recording-log.ts";
import type { Inbox } from "../../sip/raw/inbox.ts";
import { type LegEvent, legInbox } from "../../sip/raw/rig.ts";
import type { Asterisk } from "./asterisk.ts";

const SOON = 10_000;
const NOT_BRIDGED = 400;
/** Until it is asked again (ms). */
const ASK_AGAIN = 50;

export interface Placed {
  readonly leg: Leg;
  readonly events: Inbox<LegEvent>;
}

/** An account of a panel, without the panel: it places calls and transfers them, as a test tells it to. Over UDP. */
export class PanelAccount {
  readonly agent: UserAgent;

  constructor(pbx: Asterisk, user: string) {
    const { host, port } = pbx;
    const account = { user, password: new Secret(`pw${user}`), alive: 5000 };
    this.agent = new UserAgent({
      pbx: { host, port, transport: "udp", ...account },
      clock: new SystemClock(),
      log: silentLog,
    });
  }

  /** Connected when this resolves. */
  async start(): Promise<void> {
    const up = new Promise<void>((resolve) => this.agent.onLink((isUp) => isUp && resolve()));
    await this.agent.start();
    await up;
  }

  stop(): Promise<void> {
    return this.agent.stop();
  }

  dial(code: string, headers: readonly string[] = [], sdp = silentOffer(this.agent.mediaAddress)): Placed {
    const { inbox, events } = legInbox();
    return { leg: this.agent.invite(this.agent.uri(code), headers, sdp, events), events: inbox };
  }

  /** Resolves with the leg, once it is answered. */
  async answered(code: string): Promise<Placed> {
    const placed = this.dial(code);
    const refusal = await refusalOf(placed);
    if (refusal !== undefined) throw new Error(`${code} was not answered: ${refusal}`);
    return placed;
  }

  /** Resolves with the status that refused it. */
  async refused(code: string): Promise<number> {
    const placed = this.dial(code);
    const refusal = await refusalOf(placed);
    if (refusal !== undefined) return refusal;
    placed.leg.end();
    throw new Error(`${code} was answered`);
  }

  /** Resolves with the status of the REFER itself, and with the last one that a sipfrag told: undefined where none came. */
  async transferred({ leg, events }: Placed, to: string): Promise<{ status: number; sipfrag: number | undefined }> {
    const deadline = performance.now() + SOON;
    for (;;) {
      const { status } = await new Promise<Response>((resolve) => leg.refer(this.agent.uri(to), resolve));
      if (status >= 300) return { status, sipfrag: undefined };
      const last = await events.next((event) => event.kind === "sipfrag" && event.final, SOON);
      const sipfrag = last.kind === "sipfrag" ? last.status : undefined;
      // Answered, but not bridged yet: Asterisk has done nothing, and is asked again.
      if (sipfrag !== NOT_BRIDGED || performance.now() > deadline) return { status, sipfrag };
      await delay(ASK_AGAIN);
    }
  }
}

/** The status that refused it; undefined where it was answered. */
async function refusalOf({ events }: Placed): Promise<number | undefined> {
  const final = await events.next(({ kind }) => kind === "accepted" || kind === "rejected", SOON);
  return final.kind === "rejected" ? final.status : undefined;
}
