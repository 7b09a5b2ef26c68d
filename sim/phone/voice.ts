import { type Direction, writeMedia } from "../sip/sdp.ts";
import type { RtpPort } from "./rtp.ts";

/** One call's part in the phone's ear and mouth. The call that began to talk last has them. */
export class Voice {
  readonly #rtp: RtpPort;
  readonly #session = Math.floor(Math.random() * 2 ** 31);
  #version = 0;

  constructor(rtp: RtpPort) {
    this.#rtp = rtp;
  }

  /** Session description of where this phone hears. */
  describe(direction: Direction, kind: "offer" | "answer"): string {
    this.#version++;
    const { host, port } = this.#rtp;
    const origin = { host, session: this.#session, version: this.#version, name: "-" };
    return writeMedia({ host, port, direction }, origin, kind);
  }

  begin(): void {
    this.#rtp.listen(this);
  }

  /** Has them again, if another call had them meanwhile. */
  resume(): void {
    if (this.#rtp.owner !== this) this.begin();
  }

  speakTo(peer: { readonly host: string; readonly port: number } | undefined): void {
    if (this.#rtp.owner === this) this.#rtp.speakTo(peer);
  }

  end(): void {
    if (this.#rtp.owner === this) this.#rtp.quiet();
  }
}
