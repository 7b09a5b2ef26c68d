import { describe, expect, test } from "vitest";
import { Secret } from "../../firmware/domain/secret.ts";
import { Credentials } from "../../firmware/sip/credentials.ts";

const ACCOUNT = { user: "panel1", password: new Secret("pwpanel1") };

const www = (parameters: string) => ({ by: "WWW-Authenticate" as const, value: `Digest ${parameters}` });
const proxy = (parameters: string) => ({ by: "Proxy-Authenticate" as const, value: `Digest ${parameters}` });

describe("credentials of one request", () => {
  test("none before anybody asked", () => {
    expect(new Credentials(ACCOUNT).headers("OPTIONS", "sip:x", "")).toEqual([]);
  });

  test("of several challenges of a realm the strongest is answered, wherever it stands", () => {
    const offers = [
      www('realm="r", nonce="1", algorithm=MD5'),
      www('realm="r", nonce="2", algorithm=SHA-256'),
      www('realm="r", nonce="3", algorithm=SHA3-256'),
      { by: "WWW-Authenticate" as const, value: 'Basic realm="r"' },
    ];
    for (const asked of [offers, offers.toReversed()]) {
      const credentials = new Credentials(ACCOUNT);
      expect(credentials.take(asked)).toBe(true);
      const headers = credentials.headers("OPTIONS", "sip:x", "");
      expect(headers).toHaveLength(1);
      expect(headers[0]).toMatch(/^Authorization: Digest .*nonce="2".*algorithm=SHA-256/);
    }
  });

  test("proxy and server each get theirs, and a nonce that is used again counts up", () => {
    const credentials = new Credentials(ACCOUNT);
    expect(credentials.take([proxy('realm="p", nonce="1", qop="auth"')])).toBe(true);
    expect(credentials.headers("X", "sip:x", "")).toEqual([
      expect.stringMatching(/^Proxy-Authorization: .*realm="p".*nc=00000001/),
    ]);
    expect(credentials.take([www('realm="s", nonce="2", qop="auth"')])).toBe(true);
    expect(credentials.headers("X", "sip:x", "")).toEqual([
      expect.stringMatching(/^Proxy-Authorization: .*realm="p".*nc=00000002/),
      expect.stringMatching(/^Authorization: .*realm="s".*nc=00000001/),
    ]);
  });

  test("a second challenge with a fresh nonce means that the password is wrong, unless the nonce was stale", () => {
    const wrong = new Credentials(ACCOUNT);
    expect(wrong.take([www('realm="r", nonce="1"')])).toBe(true);
    expect(wrong.take([www('realm="r", nonce="2"')])).toBe(false);

    const stale = new Credentials(ACCOUNT);
    expect(stale.take([www('realm="r", nonce="1"')])).toBe(true);
    expect(stale.take([www('realm="r", nonce="2", stale=true')])).toBe(true);
    expect(stale.headers("X", "sip:x", "")[0]).toContain('nonce="2"');
  });

  test("a server whose nonces are always stale is not asked for ever", () => {
    const credentials = new Credentials(ACCOUNT);
    let rounds = 0;
    while (credentials.take([www(`realm="r", nonce="${rounds}", stale=true`)])) rounds++;
    expect(rounds).toBe(4);
  });

  test("nothing that can be answered", () => {
    expect(new Credentials(ACCOUNT).take([])).toBe(false);
    expect(new Credentials(ACCOUNT).take([www('realm="r", nonce="1", algorithm=X')])).toBe(false);
  });
});

describe("an account that allows no digest weaker than SHA-256", () => {
  const STRICT = { ...ACCOUNT, digest: "sha-256" as const };
  const MD5 = www('realm="r", nonce="1", algorithm=MD5');

  test.each(["SHA-256", "sha-256-sess", "SHA-512-256"])("answers %s, beside MD5", (algorithm) => {
    const credentials = new Credentials(STRICT);
    expect(credentials.take([MD5, www(`realm="r", nonce="2", algorithm=${algorithm}`)])).toBe(true);
    expect(credentials.tooWeak).toBe(false);
    expect(credentials.headers("X", "sip:x", "")).toEqual([expect.stringContaining(`algorithm=${algorithm}`)]);
  });

  test.each([
    'realm="r", nonce="1", algorithm=MD5',
    'realm="r", nonce="1"',
    'realm="r", nonce="1", algorithm=MD5-sess',
  ])("answers nothing to %s, and says that it was too weak", (challenge) => {
    const credentials = new Credentials(STRICT);
    expect(credentials.take([www(challenge)])).toBe(false);
    expect(credentials.tooWeak).toBe(true);
    expect(credentials.headers("X", "sip:x", "")).toEqual([]);
  });

  test("does not call weak what cannot be answered at all, nor a password that is refused", () => {
    const unknown = new Credentials(STRICT);
    expect(unknown.take([www('realm="r", nonce="1", algorithm=SHA3-256')])).toBe(false);
    expect(unknown.tooWeak).toBe(false);
    const wrong = new Credentials(STRICT);
    const asked = [www('realm="r", nonce="1", algorithm=SHA-256')];
    expect([wrong.take(asked), wrong.take(asked), wrong.tooWeak]).toEqual([true, false, false]);
  });
});
