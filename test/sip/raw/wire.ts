import { Secret } from "../../../firmware/domain/secret.ts";
import { Exchange } from "../../../firmware/sip/exchange.ts";
import type { LegHost } from "../../../firmware/sip/leg.ts";
import { Stack } from "../../../firmware/sip/stack.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { RawMessage } from "./raw-message.ts";

/** A Stack on a wire that the test holds in its hands, and a clock that moves by hand. */
export class Wire {
  readonly clock = new ManualClock();
  readonly sent: RawMessage[] = [];
  readonly stack = new Stack(
    {
      protocol: "UDP",
      send: async (text) => {
        this.sent.push(new RawMessage(text));
      },
    },
    "sip:panel1@pbx",
  );

  /** What the legs on this wire stand on; the link is up. */
  readonly legHost: LegHost = {
    clock: this.clock,
    stack: this.stack,
    account: { user: "panel1", password: new Secret("x") },
    aor: "sip:panel1@pbx",
    contact: "<sip:panel1@192.0.2.7:4000>",
    up: true,
    onLink: () => () => undefined,
    exchange: (draft, nextCseq, final) =>
      new Exchange(this.stack, this.legHost.account, draft, nextCseq, final).start(),
    release: () => undefined,
  };

  last(method: string): RawMessage {
    const found = this.sent.findLast((message) => message.method === method);
    if (!found) throw new Error(`no ${method} was sent`);
    return found;
  }

  count(method: string): number {
    return this.sent.filter((message) => message.method === method).length;
  }

  /** A response from the far end to a request of ours. */
  answer(request: RawMessage, status: number, headers: readonly string[] = [], tag = "far"): void {
    const lines = [
      `SIP/2.0 ${status} Reply`,
      `Via: ${request.header("Via")}`,
      `From: ${request.header("From")}`,
      `To: ${request.header("To")};tag=${tag}`,
      `Call-ID: ${request.header("Call-ID")}`,
      `CSeq: ${request.header("CSeq")}`,
      ...headers,
      "Content-Length: 0",
    ];
    const message = this.stack.parse(`${lines.join("\r\n")}\r\n\r\n`);
    if (!message || !("statusCode" in message)) throw new Error("not a response");
    this.stack.respond(message);
  }
}
