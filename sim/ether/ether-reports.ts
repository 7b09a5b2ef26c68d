import type { KeyId } from "../../firmware/domain/key.ts";
import { OFFLINE, ONLINE, type Text, textOf } from "../../firmware/mqtt/payload.ts";
import { type Topics, topicsOf } from "../../firmware/mqtt/topics.ts";
import type { Heard } from "../medium.ts";

/** What the panel reports, where no broker stands between: the same topics and payloads, after the turn in which they came up. */
export class EtherReports {
  readonly #topics: Topics;
  readonly #heard: Heard;

  constructor(root: string, panel: string, heard: Heard) {
    this.#topics = topicsOf(root, panel);
    this.#heard = heard;
  }

  start(): void {
    this.#tell(this.#topics.status, ONLINE);
  }

  async stop(): Promise<void> {
    this.#tell(this.#topics.status, OFFLINE);
  }

  lamp(key: KeyId, text: Text): void {
    this.#tell(this.#topics.lamp(key), text);
  }

  pbx(text: Text): void {
    this.#tell(this.#topics.pbx, text);
  }

  event(text: Text): void {
    this.#tell(this.#topics.event, text);
  }

  #tell(topic: string, text: Text): void {
    queueMicrotask(() => this.#heard(topic, textOf(text)));
  }
}
