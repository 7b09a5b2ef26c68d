import type { Cancel } from "../../firmware/hal/clock.ts";
import type { Agent, Leg, Notify, RequestSpec, Response, Unsolicited } from "../../firmware/sip/agent.ts";

export interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly toTag?: string;
  readonly contact?: string;
  readonly routes?: readonly string[];
  /** Challenges that came between. */
  readonly challenges?: number;
}

/** One request as it went out, and the far end of it. */
export class Asked {
  readonly spec: RequestSpec;
  readonly #final: (response: Response) => void;
  #answered = false;

  constructor(spec: RequestSpec, final: (response: Response) => void) {
    this.spec = spec;
    this.#final = final;
  }

  get callId(): string {
    return this.spec.identity.callId;
  }

  get answered(): boolean {
    return this.#answered;
  }

  header(name: string): string | undefined {
    const prefix = `${name.toLowerCase()}:`;
    return this.spec.headers
      .find((line) => line.toLowerCase().startsWith(prefix))
      ?.slice(prefix.length)
      .trim();
  }

  get expires(): number {
    return Number(this.header("Expires"));
  }

  answer(status: number, { headers = {}, toTag, contact, routes = [], challenges = 0 }: Answer = {}): void {
    if (this.#answered) throw new Error(`request answered twice, now with ${status}`);
    this.#answered = true;
    const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    this.#final({
      status,
      phrase: "",
      header: (name) => lower.get(name.toLowerCase()),
      toTag: toTag ?? (status < 300 ? "pbx" : undefined),
      cseq: this.spec.identity.cseq + challenges,
      routes,
      contact,
      body: "",
    });
  }
}

export interface NotifyFields {
  readonly fromTag?: string;
  readonly cseq?: number;
  readonly event?: string;
  readonly state?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly contact?: string;
  readonly routes?: readonly string[];
}

/** A SIP stack with nobody behind it but the test. */
export class FakeAgent implements Agent {
  readonly aor = "sip:panel1@pbx.test";
  readonly mediaAddress = "192.0.2.7";
  contact = "<sip:panel1@192.0.2.7:40123>";
  up = true;
  /** Every request, in order. */
  readonly asked: Asked[] = [];
  /** Most requests that ever waited for an answer at once. */
  peak = 0;
  /** Called with each request as it goes out; must not answer it there. */
  onRequest: (asked: Asked) => void = () => undefined;
  readonly #links = new Set<(up: boolean, why?: string) => void>();
  readonly #claims = new Map<string, (notify: Notify) => void>();
  readonly #cseqs = new Map<string, number>();
  readonly #unsolicited = new Map<string, (notify: Unsolicited) => void>();
  #ids = 0;

  onLink(listener: (up: boolean, why?: string) => void): Cancel {
    this.#links.add(listener);
    return () => this.#links.delete(listener);
  }

  /** The link changes. */
  link(up: boolean, why?: string): void {
    this.up = up;
    for (const listener of this.#links) {
      if (why === undefined) listener(up);
      else listener(up, why);
    }
  }

  uri(user: string): string {
    return `sip:${user}@pbx.test:5060`;
  }

  newCallId(): string {
    return `call-${++this.#ids}`;
  }

  newTag(): string {
    return `tag-${++this.#ids}`;
  }

  request(spec: RequestSpec, final: (response: Response) => void): void {
    if (!this.up) throw new Error(`${spec.method} while the link is down`);
    const asked = new Asked(spec, final);
    this.asked.push(asked);
    this.peak = Math.max(this.peak, this.unanswered.length);
    this.onRequest(asked);
  }

  get unanswered(): Asked[] {
    return this.asked.filter((asked) => !asked.answered);
  }

  /** The request that went out last. */
  get last(): Asked {
    const asked = this.asked.at(-1);
    if (asked === undefined) throw new Error("nothing was asked");
    return asked;
  }

  claim(callId: string, handle: (notify: Notify) => void): Cancel {
    if (this.#claims.has(callId)) throw new Error(`${callId} is claimed twice`);
    this.#claims.set(callId, handle);
    return () => {
      if (this.#claims.get(callId) === handle) this.#claims.delete(callId);
    };
  }

  onUnsolicited(event: string, listener: (notify: Unsolicited) => void): Cancel {
    this.#unsolicited.set(event, listener);
    return () => this.#unsolicited.delete(event);
  }

  /** A NOTIFY outside of every dialog comes in; whether somebody listens. */
  unsolicited(event: string, notify: Unsolicited): boolean {
    const listener = this.#unsolicited.get(event);
    listener?.(notify);
    return listener !== undefined;
  }

  get claims(): number {
    return this.#claims.size;
  }

  /** A NOTIFY comes in; the status that it is answered with. CSeq counts up by itself. */
  notify(callId: string, fields: NotifyFields = {}): number {
    const handle = this.#claims.get(callId);
    if (handle === undefined) return 481;
    const cseq = fields.cseq ?? (this.#cseqs.get(callId) ?? 0) + 1;
    this.#cseqs.set(callId, cseq);
    const body = fields.body ?? "";
    const replies: number[] = [];
    handle({
      fromTag: fields.fromTag ?? "pbx",
      cseq,
      event: fields.event ?? "dialog",
      subscriptionState: fields.state ?? "active;expires=120",
      contentType: fields.contentType ?? (body === "" ? "" : "application/dialog-info+xml"),
      body,
      routes: fields.routes ?? [],
      contact: fields.contact,
      reply: (status) => replies.push(status),
    });
    const [reply] = replies;
    if (reply === undefined || replies.length > 1) throw new Error(`NOTIFY answered ${replies.length} times`);
    return reply;
  }

  invite(): Leg {
    throw new Error("nothing here places calls");
  }
}
