import type { Message, Wish } from "../message.ts";

/** The first new try comes at once to the eye; later ones not so often that they would matter. */
const FIRST = 250;
const LONGEST = 4000;

/** The WebSocket to the server: the one place that connects, and connects again. */
export class Live {
  readonly #onMessage: (message: Message) => void;
  readonly #onLost: () => void;
  #socket: WebSocket | undefined;
  #wait = FIRST;
  #retry: number | undefined;

  constructor(onMessage: (message: Message) => void, onLost: () => void) {
    this.#onMessage = onMessage;
    this.#onLost = onLost;
  }

  start(): void {
    this.#connect();
    // Somebody looks again, or the network is back: no reason to sit out the wait.
    const now = () => {
      if (document.hidden || this.#retry === undefined) return;
      clearTimeout(this.#retry);
      this.#connect();
    };
    document.addEventListener("visibilitychange", now);
    window.addEventListener("online", now);
  }

  /** False while nobody hears it. */
  send(wish: Wish): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(wish));
    return true;
  }

  #connect(): void {
    this.#retry = undefined;
    const socket = new WebSocket(`ws://${location.host}/live`);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.#wait = FIRST;
      this.#onMessage(JSON.parse(String(data)) as Message);
    });
    // After an error there is a close, too.
    socket.addEventListener("close", () => {
      this.#onLost();
      this.#retry = window.setTimeout(() => this.#connect(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST);
    });
  }
}
