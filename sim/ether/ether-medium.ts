import type { Settings } from "../../firmware/domain/settings.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { AudioPort } from "../../firmware/sip/rtp.ts";
import type { Heard, Medium, Site } from "../medium.ts";
import { Ether } from "./ether.ts";
import { EtherReports } from "./ether-reports.ts";
import { EtherAudio, EtherTransport } from "./ether-transport.ts";

// Addresses for documentation (RFC 5737): nobody is ever there.
const PBX = "192.0.2.1";
const PANEL = "192.0.2.2";
const BROKER = "mqtt://192.0.2.3";
/** Phones are in a network of their own, which has room for a town. */
const phoneHost = (index: number): string => `198.51.${100 + Math.floor(index / 250)}.${1 + (index % 250)}`;

/** A network in memory with everything on it: no socket of the machine is opened, and the clock can be any. */
export class EtherMedium implements Medium {
  readonly ether: Ether;
  readonly pbx: Medium["pbx"];
  readonly agent: Medium["agent"];
  readonly audio: AudioPort;
  #heard: Heard = () => undefined;

  constructor(clock: Clock) {
    const ether = new Ether(clock);
    this.ether = ether;
    this.pbx = { host: PBX, port: 5060, datagrams: ether.socket };
    this.agent = { localAddress: PANEL, transport: (_, options) => new EtherTransport(options, ether, PANEL) };
    this.audio = new EtherAudio(ether);
  }

  phone(index: number): Site {
    return { host: phoneHost(index), datagrams: this.ether.socket };
  }

  async start(heard: Heard): Promise<string> {
    this.#heard = heard;
    return BROKER;
  }

  async stop(): Promise<void> {
    this.#heard = () => undefined;
  }

  reporter({ mqtt, panel }: Settings): EtherReports {
    return new EtherReports(mqtt?.topic ?? "blfd", panel, (topic, payload) => this.#heard(topic, payload));
  }

  /** The cable between the panel and everybody else: nothing gets through while it is cut. */
  cut(on: boolean): void {
    this.ether.meddled = PANEL;
    this.ether.meddle = on ? () => [] : undefined;
  }
}
