import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What baresip says by itself. Only the fields that a phone of the tests needs. */
export interface BaresipEvent {
  readonly type: string;
  readonly id?: string;
  readonly param?: string;
  readonly rtcp_stats?: { readonly rx: { readonly sent: number } };
}

interface Answer {
  readonly ok: boolean;
  readonly data: string;
}

type Message = ({ readonly event: true } & BaresipEvent) | ({ readonly response: true } & Answer);

/** The control port of a baresip: JSON objects, each a netstring ("12:{…12 bytes…},"). Answers come in the order of the commands. */
export class Control {
  readonly #listener: (event: BaresipEvent) => void;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #socket: Socket | undefined;
  #received = Buffer.alloc(0);

  constructor(listener: (event: BaresipEvent) => void) {
    this.#listener = listener;
  }

  /** Tries until somebody listens; `within` in ms. */
  async connect(host: string, port: number, within: number): Promise<void> {
    const deadline = performance.now() + within;
    for (;;) {
      const socket = createConnection({ host, port });
      try {
        await once(socket, "connect");
        this.#socket = socket;
        socket.on("data", (data) => this.#read(data));
        socket.on("error", () => socket.destroy());
        socket.on("close", () => this.#closed());
        return;
      } catch (cause) {
        socket.destroy();
        if (performance.now() > deadline) throw new Error(`no control port at ${host} after ${within} ms`, { cause });
        await delay(10);
      }
    }
  }

  /** Resolves with what it answers; rejects when it refuses. */
  async command(name: string, params?: string): Promise<string> {
    const socket = this.#socket;
    if (socket === undefined) throw new Error(`${name}: the phone is off`);
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.push(resolve);
      const json = JSON.stringify(params === undefined ? { command: name } : { command: name, params });
      socket.write(`${Buffer.byteLength(json)}:${json},`);
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.data}`);
    return answer.data;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #read(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const colon = this.#received.indexOf(":");
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#received.toString("latin1", 0, colon));
      if (this.#received.length <= end) return;
      const message = JSON.parse(this.#received.toString("utf8", colon + 1, end)) as Message;
      this.#received = this.#received.subarray(end + 1);
      if ("event" in message) this.#listener(message);
      else if ("response" in message) this.#waiting.shift()?.(message);
    }
  }

  #closed(): void {
    this.#socket = undefined;
    for (const answer of this.#waiting.splice(0)) answer({ ok: false, data: "the phone went off" });
  }
}
