import type { Millis } from "../../domain/millis.ts";
import { codeOf } from "./error-code.ts";

/** The PBX answered the request for a WebSocket with something else. */
export class HttpStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** Why no WebSocket could be set up with `there`, and what to look at. */
export function webSocketSentence(there: string, path: string, waited: Millis, cause: unknown): string {
  if (cause instanceof HttpStatus) return statusSentence(there, path, cause.status);
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause) ?? "";
  if (code === "ETIMEDOUT") {
    return `${there} takes the connection but does not answer as a web server within ${waited / 1000} s. Check the port.`;
  }
  if (/subprotocol/.test(message)) {
    return `${there} has a WebSocket at ${path}, but not one for SIP (RFC 7118). Check pbx.path, and that the PBX offers SIP there.`;
  }
  if (code.startsWith("HPE_") || code === "ECONNRESET" || /Upgrade header|Sec-WebSocket-Accept/.test(message)) {
    return `What listens on ${there} is no web server, or one for the other of ws and wss. Check port and transport (Asterisk has ws on 8088, wss on 8089).`;
  }
  return `Cannot set up a WebSocket with ${there}: ${message}`;
}

function statusSentence(there: string, path: string, status: number): string {
  if (status === 404) return `${there} has nothing at ${path}. Check pbx.path, and that the PBX offers SIP there.`;
  if (status === 401 || status === 403) {
    return `${there} refuses ${path} (HTTP ${status}). Check the access lists of its web server.`;
  }
  return `${there} answers at ${path} with HTTP ${status} instead of a WebSocket. Check pbx.path, and the PBX's log.`;
}

/** What a close code says (RFC 6455 §7.4.1), to go on after "Lost … : ". */
export function closeReason(code: number): string {
  switch (code) {
    case 1000:
    case 1005:
      return "closed by the PBX";
    case 1001:
    case 1012:
      return "the PBX stops or restarts";
    case 1002:
    case 1003:
    case 1007:
      return `the PBX did not understand what it got (${code})`;
    case 1006:
      return "the connection broke off";
    case 1008:
      return "the PBX's rules do not allow it (1008): see its log";
    case 1009:
      return "a message was longer than the PBX takes (1009)";
    case 1011:
      return "the PBX had an error of its own (1011): see its log";
    case 1013:
      return "the PBX has too much to do (1013)";
    default:
      return `closed by the PBX with code ${code}`;
  }
}
