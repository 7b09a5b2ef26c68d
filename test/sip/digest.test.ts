import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { answer, type Challenge, type DigestInput, parseChallenge, strength } from "../../firmware/sip/digest.ts";

function challenge(value: string): Challenge {
  const parsed = parseChallenge(value);
  if (!parsed) throw new Error(`not a challenge: ${value}`);
  return parsed;
}

const INPUT: DigestInput = {
  user: "Mufasa",
  password: "Circle of Life",
  method: "GET",
  uri: "/dir/index.html",
  body: "",
  count: 1,
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};

describe("the examples of the RFCs", () => {
  const RFC_7616 =
    'Digest realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

  test("RFC 7616 §3.9.1, MD5", () => {
    const header = answer(challenge(`${RFC_7616}, algorithm=MD5`), INPUT);
    expect(header).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
    expect(header).toContain("qop=auth, nc=00000001");
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  test("RFC 7616 §3.9.1, SHA-256", () => {
    const header = answer(challenge(`${RFC_7616}, algorithm=SHA-256`), INPUT);
    expect(header).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
    expect(header).toContain("algorithm=SHA-256");
  });

  test("RFC 7616 §3.9.2, SHA-512-256, with the value of erratum 4897", () => {
    const asked = challenge(
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", charset=UTF-8',
    );
    const header = answer(asked, {
      ...INPUT,
      user: "J\u00e4s\u00f8n Doe",
      password: "Secret, or not?",
      uri: "/doe.json",
      cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
    });
    expect(header).toContain('response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"');
  });

  test("RFC 2617 §3.5", () => {
    const asked = challenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    );
    const header = answer(asked, { ...INPUT, password: "Circle Of Life", cnonce: "0a4f113b" });
    expect(header).toContain('response="6629fae49393a05397450978507c4ef1"');
    expect(header).not.toContain("algorithm");
  });
});

describe("variants", () => {
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");

  test("without qop there is no count, as in RFC 2069", () => {
    const header = answer(challenge('Digest realm="r", nonce="n"'), INPUT);
    const expected = md5(`${md5("Mufasa:r:Circle of Life")}:n:${md5("GET:/dir/index.html")}`);
    expect(header).toContain(`response="${expected}"`);
    expect(header).not.toMatch(/nc=|qop=|cnonce=/);
  });

  test("auth-int covers the body", () => {
    const header = answer(challenge('Digest realm="r", nonce="n", qop="auth-int"'), { ...INPUT, body: "v=0\r\n" });
    const a2 = md5(`GET:/dir/index.html:${md5("v=0\r\n")}`);
    const expected = md5(`${md5("Mufasa:r:Circle of Life")}:n:00000001:${INPUT.cnonce}:auth-int:${a2}`);
    expect(header).toContain(`response="${expected}"`);
    expect(header).toContain("qop=auth-int");
  });

  test("-sess takes nonce and cnonce into the secret", () => {
    const header = answer(challenge('Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess'), INPUT);
    const a1 = md5(`${md5("Mufasa:r:Circle of Life")}:n:${INPUT.cnonce}`);
    const expected = md5(`${a1}:n:00000001:${INPUT.cnonce}:auth:${md5("GET:/dir/index.html")}`);
    expect(header).toContain(`response="${expected}"`);
    expect(header).toContain("algorithm=MD5-sess");
  });

  test("the count is eight hexadecimal digits", () => {
    expect(answer(challenge('Digest realm="r", nonce="n", qop="auth"'), { ...INPUT, count: 27 })).toContain(
      "nc=0000001b",
    );
  });

  test("quotes and backslashes in realm and user come back escaped", () => {
    const asked = challenge('Digest realm="a \\"b\\" \\\\c", nonce="n"');
    expect(asked.realm).toBe('a "b" \\c');
    expect(answer(asked, { ...INPUT, user: 'x"y' })).toContain('username="x\\"y", realm="a \\"b\\" \\\\c"');
  });
});

describe("reading a challenge", () => {
  test("commas in quotes, blanks, tokens, capitals", () => {
    expect(
      challenge('  DIGEST  Realm = "a, b" ,NONCE="n",qop="AUTH , auth-int",Stale=TRUE,algorithm="SHA-256"'),
    ).toEqual({
      realm: "a, b",
      nonce: "n",
      opaque: undefined,
      algorithm: "SHA-256",
      qop: ["auth", "auth-int"],
      stale: true,
    });
  });

  test.each(['Basic realm="x"', 'Digest nonce="n"', 'Digest realm="x"', "Digest", "", "nonsense"])(
    "%j is none",
    (value) => {
      expect(parseChallenge(value)).toBeUndefined();
    },
  );

  test("what cannot be answered has no strength; more bits have more", () => {
    const of = (rest: string) => strength(challenge(`Digest realm="r", nonce="n"${rest}`));
    expect(of(", algorithm=SHA3-512")).toBe(-1);
    expect(of(', qop="conf"')).toBe(-1);
    expect(of("")).toBe(of(", algorithm=md5-SESS"));
    expect(of(", algorithm=SHA-256")).toBeGreaterThan(of(", algorithm=MD5"));
    expect(of(", algorithm=SHA-512-256")).toBeGreaterThan(of(", algorithm=SHA-256-sess"));
  });
});
