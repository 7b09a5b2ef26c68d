import type { Millis } from "../../domain/millis.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";
import type { Head } from "./head.ts";
import { Recent } from "./recent.ts";

/** RFC 3261 §17, table 4. */
const T1: Millis = 500;
const T2: Millis = 4_000;
const LIFETIME: Millis = 64 * T1;
const LIMIT = 4096;

interface Sent {
  readonly bytes: Buffer;
  readonly head: Head;
}

/** A message that goes out again and again until somebody answers. */
interface Repetition {
  interval: Millis;
  cancel: Cancel;
}

/**
 * The timers of RFC 3261 §17 that sip.js lacks on unreliable transports:
 *
 *   A, E  a request goes out again after T1, 2·T1, 4·T1 … until it is answered;
 *   J     a request that comes again gets the same answer again, and sip.js does not see it;
 *   G     a refused INVITE gets its refusal again until the ACK;
 *   D     an INVITE refused again gets its ACK again.
 *
 * sip.js has timers B, F and H, which give up, and repeats a 2xx to INVITE and the ACK to one by itself.
 */
export class Retransmission {
  readonly #clock: Clock;
  readonly #put: (bytes: Buffer, head: Head) => void;
  readonly #repeating = new Map<string, Repetition>();
  readonly #answers: Recent<Sent | undefined>;
  readonly #acks: Recent<Sent | undefined>;

  /** `put` sends one datagram and nothing more. */
  constructor(clock: Clock, put: (bytes: Buffer, head: Head) => void) {
    this.#clock = clock;
    this.#put = put;
    this.#answers = new Recent(clock, LIFETIME, LIMIT);
    this.#acks = new Recent(clock, LIFETIME, LIMIT);
  }

  /** How much is kept, for tests of its bounds. */
  get size(): number {
    return this.#repeating.size + this.#answers.size + this.#acks.size;
  }

  /** Notes a message that goes out for the first time. */
  sent(bytes: Buffer, head: Head): void {
    if (head.isResponse) this.#answered(bytes, head);
    else if (head.method === "ACK") this.#acknowledged(bytes, head);
    else this.#repeat(clientKey(head), bytes, head, head.method === "INVITE" ? Number.POSITIVE_INFINITY : T2);
  }

  /** Takes note of a message that came in; true where it is a repeated one that has been dealt with here. */
  absorbs(head: Head): boolean {
    return head.isResponse ? this.#absorbsResponse(head) : this.#absorbsRequest(head);
  }

  clear(): void {
    for (const { cancel } of this.#repeating.values()) cancel();
    this.#repeating.clear();
    this.#answers.clear();
    this.#acks.clear();
  }

  #absorbsResponse(head: Head): boolean {
    const key = clientKey(head);
    if (head.method === "INVITE" && head.status >= 300) {
      const ack = this.#acks.get(head.branch);
      if (ack) {
        this.#put(ack.bytes, ack.head); // timer D
        return true;
      }
      this.#acks.set(head.branch, undefined);
    }
    const repetition = this.#repeating.get(key);
    if (head.status >= 200 || head.method === "INVITE") this.#stop(key);
    else if (repetition) repetition.interval = T2; // §17.1.2.2: a provisional response slows timer E down
    return false;
  }

  #absorbsRequest(head: Head): boolean {
    if (head.method === "ACK") {
      this.#stop(serverKey(head, "INVITE"));
      return false;
    }
    const key = serverKey(head, head.method);
    if (!this.#answers.has(key)) {
      this.#answers.set(key, undefined);
      return false;
    }
    const answer = this.#answers.get(key);
    if (answer) this.#put(answer.bytes, answer.head); // timer J; without an answer yet, the first copy will get one
    return true;
  }

  #answered(bytes: Buffer, head: Head): void {
    const key = serverKey(head, head.method);
    this.#answers.set(key, { bytes, head });
    if (head.method === "INVITE" && head.status >= 300) this.#repeat(key, bytes, head, T2); // timer G
  }

  /** Only the ACK of a refusal belongs to the transaction; that of a 2xx is repeated by sip.js. */
  #acknowledged(bytes: Buffer, head: Head): void {
    if (this.#acks.has(head.branch)) this.#acks.set(head.branch, { bytes, head });
  }

  #repeat(key: string, bytes: Buffer, head: Head, ceiling: Millis): void {
    this.#stop(key);
    const [oldest] = this.#repeating.keys();
    if (this.#repeating.size >= LIMIT && oldest !== undefined) this.#stop(oldest);
    const end = this.#clock.now() + LIFETIME;
    const repetition: Repetition = { interval: T1, cancel: () => undefined };
    const again = () => {
      if (this.#clock.now() >= end) return this.#stop(key);
      repetition.interval = Math.min(repetition.interval * 2, ceiling);
      repetition.cancel = this.#clock.at(this.#clock.now() + repetition.interval, again);
      this.#put(bytes, head);
    };
    repetition.cancel = this.#clock.at(this.#clock.now() + T1, again);
    this.#repeating.set(key, repetition);
  }

  #stop(key: string): void {
    this.#repeating.get(key)?.cancel();
    this.#repeating.delete(key);
  }
}

/** RFC 3261 §17.1.3. */
function clientKey(head: Head): string {
  return `${head.branch} ${head.method}`;
}

/** RFC 3261 §17.2.3; Call-ID and CSeq tell transactions apart where a branch does not (RFC 2543). */
function serverKey(head: Head, method: string): string {
  return `${head.branch} ${head.sentBy} ${method} ${head.cseq} ${head.callId}`;
}
