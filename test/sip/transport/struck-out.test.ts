import { describe, expect, test } from "vitest";
import { struckOut } from "../../../firmware/sip/transport/struck-out.ts";
import { capturedMessages } from "../capture.ts";

const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n`;

describe("a message struck out", () => {
  test("answers to challenges go, folded ones whole; challenges stay", () => {
    const message = lines(
      "REGISTER sip:pbx.example.org SIP/2.0",
      'Authorization: Digest username="panel1",',
      ' response="53aae7b7da7bf88f606108008616a348"',
      'proxy-authorization : Digest response="2573dc80"',
      'WWW-Authenticate: Digest realm="asterisk",nonce="1795"',
      "Content-Length: 0",
      "",
    );
    expect(struckOut(message)).toBe(
      lines(
        "REGISTER sip:pbx.example.org SIP/2.0",
        "Authorization: [secret]",
        "proxy-authorization : [secret]",
        'WWW-Authenticate: Digest realm="asterisk",nonce="1795"',
        "Content-Length: 0",
        "",
      ),
    );
  });

  test("passwords in URIs go, ports stay", () => {
    expect(struckOut("Refer-To: <sip:101:hunter2@pbx:5060>\r\nContact: <sip:192.0.2.1:5060>")).toBe(
      "Refer-To: <sip:101:[secret]@pbx:5060>\r\nContact: <sip:192.0.2.1:5060>",
    );
  });

  test("media keys go, and the body is as long as before", () => {
    const body = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20\r\n";
    const struck = struckOut(`INVITE sip:101@pbx SIP/2.0\r\n\r\n${body}`);
    expect(struck).not.toContain("d0Rmdmc");
    expect(struck).toHaveLength(`INVITE sip:101@pbx SIP/2.0\r\n\r\n${body}`.length);
  });

  test("what holds no secret is as it was, byte for byte", () => {
    const messages = capturedMessages();
    for (const { text } of messages) {
      const struck = struckOut(text);
      expect(struck).not.toMatch(/response="/);
      if (!/^(proxy-)?authorization:/im.test(text)) expect(struck).toBe(text);
    }
    expect(messages.length).toBeGreaterThan(1000);
  });
});
