import type { Settings } from "../firmware/domain/settings.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Log } from "../firmware/hal/log.ts";
import type { Reporter } from "../firmware/mqtt/reporter.ts";
import type { AudioPort } from "../firmware/sip/rtp.ts";
import type { UserAgentOptions } from "../firmware/sip/user-agent.ts";
import type { OpenDatagrams } from "./sip/datagrams.ts";

/** Where somebody is, and what makes UDP sockets there; the machine's own where absent. */
export interface Site {
  readonly host: string;
  readonly datagrams?: OpenDatagrams;
}

/** Told of each message of MQTT. */
export type Heard = (topic: string, payload: string) => void;

/** What the parts of a simulation talk over. */
export interface Medium {
  /** With a port where it must be that one. */
  readonly pbx: Site & { readonly port?: number };
  /** @param index of the phone, counted from 0 */
  phone(index: number): Site;
  /** How the panel reaches its PBX. */
  readonly agent: Pick<UserAgentOptions, "localAddress" | "transport">;
  /** The panel's own where absent. */
  readonly audio?: AudioPort;
  /** The broker, from then on; resolves with its URL. */
  start(heard: Heard): Promise<string>;
  stop(): Promise<void>;
  reporter(settings: Settings, clock: Clock, log: Log): Pick<Reporter, "start" | "stop" | "lamp" | "pbx" | "event">;
}
