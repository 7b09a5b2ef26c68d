import { afterEach } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { Secret } from "../../../firmware/domain/secret.ts";
import type { LegEvents, Notify, Response } from "../../../firmware/sip/agent.ts";
import { UserAgent } from "../../../firmware/sip/user-agent.ts";
import { CaptureLog } from "./capture-log.ts";
import { Inbox } from "./inbox.ts";
import { type RawPbx, RawTcpPbx, RawUdpPbx } from "./raw-pbx.ts";

export interface LinkChange {
  readonly up: boolean;
  readonly why: string | undefined;
}

export const PASSWORD = "pwpanel1-secret";

/** A user agent and the PBX that a test plays. */
export interface Rig<Pbx extends RawPbx = RawPbx> {
  readonly agent: UserAgent;
  readonly pbx: Pbx;
  readonly log: CaptureLog;
  readonly link: Inbox<LinkChange>;
}

export interface RigOptions {
  readonly alive?: number;
  readonly user?: string;
  readonly digest?: "sha-256";
  /** Off: the agent is made and not started. */
  readonly start?: boolean;
}

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function udpRig(options?: RigOptions): Promise<Rig<RawUdpPbx>> {
  return rig(new RawUdpPbx(), options);
}

export function tcpRig(options?: RigOptions): Promise<Rig<RawTcpPbx>> {
  return rig(new RawTcpPbx(), options);
}

/** Both ends, with the link up. */
export async function rig<Pbx extends RawPbx>(pbx: Pbx, options: RigOptions = {}): Promise<Rig<Pbx>> {
  const { alive = 5_000, user = "panel1", start = true, digest } = options;
  await pbx.start();
  const log = new CaptureLog();
  const link = new Inbox<LinkChange>();
  const agent = new UserAgent({
    pbx: {
      host: "127.0.0.1",
      port: pbx.port,
      transport: pbx.transport,
      user,
      password: new Secret(PASSWORD),
      alive,
      ...(digest === undefined ? {} : { digest }),
    },
    clock: new SystemClock(),
    log,
    random: () => 0.9,
  });
  agent.onLink((up, why) => link.push({ up, why }));
  cleanups.push(
    () => pbx.stop(),
    () => {
      const stopped = agent.stop();
      pbx.oblige();
      return stopped;
    },
  );
  if (start) {
    await agent.start();
    await link.next(({ up }) => up);
  }
  return { agent, pbx, log, link };
}

/** A request's outcome, and how often it came. */
export function outcome(send: (final: (response: Response) => void) => void): Inbox<Response> {
  const inbox = new Inbox<Response>();
  let within = true;
  send((response) => {
    if (within) throw new Error("final came inside the call");
    inbox.push(response);
  });
  within = false;
  return inbox;
}

export type LegEvent =
  | { readonly kind: "progress" | "accepted" | "rejected"; readonly status: number; readonly response: Response }
  | { readonly kind: "sipfrag"; readonly status: number; readonly final: boolean }
  | { readonly kind: "ended"; readonly by: "them" | "us" };

export function legInbox(): { readonly inbox: Inbox<LegEvent>; readonly events: LegEvents } {
  const inbox = new Inbox<LegEvent>();
  const seen = (kind: "progress" | "accepted" | "rejected") => (response: Response) =>
    inbox.push({ kind, status: response.status, response });
  const events: LegEvents = {
    progress: seen("progress"),
    accepted: seen("accepted"),
    rejected: seen("rejected"),
    sipfrag: (status, final) => inbox.push({ kind: "sipfrag", status, final }),
    ended: (by) => inbox.push({ kind: "ended", by }),
  };
  return { inbox, events };
}

export function notifyInbox(status = 200): {
  readonly inbox: Inbox<Notify>;
  readonly handle: (notify: Notify) => void;
} {
  const inbox = new Inbox<Notify>();
  return {
    inbox,
    handle: (notify) => {
      notify.reply(status);
      inbox.push(notify);
    },
  };
}
