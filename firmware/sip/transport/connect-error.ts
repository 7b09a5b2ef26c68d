import type { Millis } from "../../domain/millis.ts";
import { codeOf } from "./error-code.ts";

export interface ConnectTarget {
  /** As configured. */
  readonly host: string;
  readonly localAddress?: string;
  readonly localPort?: number;
  /** How long was waited. */
  readonly connectTimeout: Millis;
}

/** A connection was there, and then something went wrong with what was to be set up on it: TLS, or a WebSocket. */
export class SetupError extends Error {
  readonly sentence: (there: string, waited: Millis) => string;

  constructor(sentence: (there: string, waited: Millis) => string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.sentence = sentence;
  }
}

/** What went wrong with a connection to `there`, in one sentence for the person who set it up; the error itself is its cause. */
export function connectError(protocol: string, there: string, target: ConnectTarget, cause: unknown): Error {
  const inTheMiddle = cause instanceof SetupError;
  const text = inTheMiddle ? cause.sentence(there, target.connectTimeout) : sentence(protocol, there, target, cause);
  return new Error(text, { cause });
}

function sentence(protocol: string, there: string, target: ConnectTarget, cause: unknown): string {
  const { host, localAddress = "any address", localPort = 0, connectTimeout } = target;
  switch (codeOf(cause)) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "ENODATA":
      return `No such host: ${host}. Check the PBX's name and this machine's DNS.`;
    case "ENOSERVICE":
      return `DNS says that ${host} offers no SIP over ${protocol}. Write another transport, or host and port.`;
    case "ECONNREFUSED":
      return `Nothing listens on ${there}. Check that the PBX runs and offers ${protocol} on that port.`;
    case "ETIMEDOUT":
      return `No answer from ${there} within ${connectTimeout / 1000} s. Check address, port and firewall.`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `No route to ${there}. Check this machine's network.`;
    case "EADDRINUSE":
      return `Local ${protocol} port ${localPort} is taken by another program. Stop it, or use another local port.`;
    case "EADDRNOTAVAIL":
      return `${localAddress} is no address of this machine. Check the local address for ${there}.`;
    case "EACCES":
      return `Local ${protocol} port ${localPort} is reserved by the system. Use one above 1023.`;
    default:
      return `Cannot connect to ${there}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
