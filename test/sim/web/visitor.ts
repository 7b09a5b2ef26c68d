import { once } from "node:events";
import { WebSocket } from "ws";
import type { Message } from "../../../sim/web/message.ts";
import { Conditions } from "../../flows/until.ts";

const SOON = 5000;

/** A page without a browser: hears what the server says, and asks for whatever the test likes. */
export class Visitor extends Conditions {
  readonly heard: Message[] = [];
  closed: number | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    socket.on("message", (data) => {
      this.heard.push(JSON.parse(String(data)) as Message);
      this.check();
    });
    socket.on("close", (code) => {
      this.closed = code;
      this.check();
    });
  }

  /** Rejects where the server does not let it in. */
  static async come(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Visitor> {
    const host = headers.host ?? `127.0.0.1:${port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, {
      headers: { host, origin: `http://${host}`, ...headers },
    });
    const visitor = new Visitor(socket);
    await once(socket, "open");
    return visitor;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  wish(wish: object): void {
    this.send(JSON.stringify(wish));
  }

  /** The first message of that kind, of those that came and of those to come, that is as wanted. */
  sees<Type extends Message["type"]>(
    type: Type,
    wanted: (message: Extract<Message, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Message, { type: Type }>> {
    const isIt = (message: Message): message is Extract<Message, { type: Type }> =>
      message.type === type && wanted(message as Extract<Message, { type: Type }>);
    return this.until(
      `a message ${type}`,
      SOON,
      () => this.heard.find(isIt),
      () => JSON.stringify(this.heard.slice(-5)),
    );
  }

  untilClosed(): Promise<number> {
    return this.until(
      "the end",
      SOON,
      () => this.closed,
      () => "still open",
    );
  }

  leave(): void {
    this.#socket.terminate();
  }
}
