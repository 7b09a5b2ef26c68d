import { describe, expect, test } from "vitest";
import { Secret } from "../../firmware/domain/secret.ts";
import type { Response } from "../../firmware/sip/agent.ts";
import { Exchange } from "../../firmware/sip/exchange.ts";
import { Wire } from "./raw/wire.ts";

const CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="1"';

function exchange() {
  const wire = new Wire();
  const finals: Response[] = [];
  const draft = {
    method: "REGISTER",
    target: "sip:pbx",
    from: "sip:panel1@pbx",
    to: "sip:panel1@pbx",
    callId: "c",
    localTag: "near",
    remoteTag: undefined,
    routes: [],
    headers: [],
    body: undefined,
  };
  let cseq = 10;
  const account = { user: "panel1", password: new Secret("x") };
  const made = new Exchange(
    wire.stack,
    account,
    draft,
    () => cseq++,
    (response) => finals.push(response),
  );
  made.start();
  return { wire, finals, made };
}

describe("a request that was given up", () => {
  test("is told once, with the number of its last try", () => {
    const { wire, finals, made } = exchange();
    wire.answer(wire.last("REGISTER"), 401, [CHALLENGE]);
    made.fail(503, "Service Unavailable");
    made.fail(408, "Request Timeout");
    expect(finals).toHaveLength(1);
    expect(finals[0]).toMatchObject({ status: 503, phrase: "Service Unavailable", cseq: 11 });
    wire.answer(wire.last("REGISTER"), 200);
    expect(finals).toHaveLength(1);
    wire.stack.reset();
  });

  test("answers no challenge any more", () => {
    const { wire, made } = exchange();
    made.fail(503, "Service Unavailable");
    wire.answer(wire.last("REGISTER"), 401, [CHALLENGE]);
    expect(wire.count("REGISTER")).toBe(1);
    wire.stack.reset();
  });

  test("a provisional answer is none", () => {
    const { wire, finals } = exchange();
    wire.answer(wire.last("REGISTER"), 100);
    expect(finals).toEqual([]);
    wire.answer(wire.last("REGISTER"), 200);
    expect(finals).toHaveLength(1);
    wire.stack.reset();
  });
});
