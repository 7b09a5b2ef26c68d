import { createSocket, type Socket } from "node:dgram";
import type { NaptrRecord, SrvRecord } from "node:dns";
import { once } from "node:events";

/** What a name server knows, by name in lower case. */
export interface Zone {
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[]>>;
}

const A = 1;
const SRV = 33;
const NAPTR = 35;

/** A name server of RFC 1035 in datagrams, as small as it gets: one question, answers without compression. */
export class DnsServer {
  /** Type and name of what was asked. */
  readonly asked: string[] = [];
  readonly #zone: Zone;
  readonly #socket: Socket;

  private constructor(zone: Zone, socket: Socket) {
    this.#zone = zone;
    this.#socket = socket;
    socket.on("message", (query, from) => socket.send(this.#answer(query), from.port, from.address));
  }

  static async open(zone: Zone): Promise<DnsServer> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new DnsServer(zone, socket);
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #answer(query: Buffer): Buffer {
    let at = 12;
    const labels: string[] = [];
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(12, at + 5);
    const type = query.readUInt16BE(at + 1);
    const name = labels.join(".").toLowerCase();
    this.asked.push(`${type} ${name}`);
    const data = this.#records(type, name);
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(data.length > 0 || this.#knows(name) ? 0x8580 : 0x8583, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(data.length, 6);
    return Buffer.concat([head, question, ...data.map((bytes) => Buffer.concat([recordHead(type, bytes), bytes]))]);
  }

  #knows(name: string): boolean {
    const { a = {}, srv = {}, naptr = {} } = this.#zone;
    return name in a || name in srv || name in naptr;
  }

  #records(type: number, name: string): Buffer[] {
    const { a = {}, srv = {}, naptr = {} } = this.#zone;
    if (type === A) return (a[name] ?? []).map((address) => Buffer.from(address.split(".").map(Number)));
    if (type === SRV) {
      return (srv[name] ?? []).map((r) => Buffer.concat([shorts(r.priority, r.weight, r.port), nameBytes(r.name)]));
    }
    if (type !== NAPTR) return [];
    return (naptr[name] ?? []).map((r) =>
      Buffer.concat([
        shorts(r.order, r.preference),
        ...[r.flags, r.service, r.regexp].map(text),
        nameBytes(r.replacement),
      ]),
    );
  }
}

/** The name of the question, by a pointer to it; class IN, and a life of a minute. */
function recordHead(type: number, data: Buffer): Buffer {
  return Buffer.concat([shorts(0xc00c, type, 1, 0, 60, data.length)]);
}

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from([value.length, ...Buffer.from(value, "latin1")]);
}

function nameBytes(name: string): Buffer {
  return Buffer.concat([...name.split(".").filter(Boolean).map(text), Buffer.from([0])]);
}
