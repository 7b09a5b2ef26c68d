import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BrokerNews } from "./broker.ts";
import { within } from "./wait.ts";

/** The embedded broker in a process of its own, as the load generator sees it. */
export class BrokerProcess {
  readonly #waiting = new Map<string, (at: number) => void>();
  #child: ChildProcess | undefined;

  /** Resolves with the port. */
  start(): Promise<number> {
    const child = fork(fileURLToPath(new URL("broker.mjs", import.meta.url)));
    this.#child = child;
    return within("a broker", (up) => {
      child.on("message", (message) => {
        const news = message as BrokerNews;
        if ("port" in news) up(news.port);
        else this.#published(news.topic, news.at);
      });
    });
  }

  /** When the next message of this key's lamp was at the broker. */
  nextLamp(key: number): Promise<number> {
    const topic = `blfd/bench/lamp/${key}`;
    return within(`a message on ${topic}`, (done) => this.#waiting.set(topic, done));
  }

  /** It ends when this process lets go of it. */
  stop(): void {
    this.#child?.disconnect();
  }

  #published(topic: string, at: number): void {
    const waiting = this.#waiting.get(topic);
    this.#waiting.delete(topic);
    waiting?.(at);
  }
}
