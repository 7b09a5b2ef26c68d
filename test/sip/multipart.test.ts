import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseContentType } from "../../firmware/sip/content-type.ts";
import { parseMultipart } from "../../firmware/sip/multipart.ts";
import { notifiesIn } from "./captured-notify.ts";

const TYPE = 'multipart/related; type="application/rlmi+xml"; boundary=';

/** Id, type and body of each part that has an id; the root's id first. */
function partsOf(contentType: string, body: string) {
  const parsed = parseMultipart(contentType, body);
  if (!parsed.ok) return parsed.problem;
  return [
    parsed.root.id,
    ...Array.from(parsed.byId.values(), ({ id, contentType: type, body: text }) => [id, type, text]),
  ];
}

describe("Content-Type", () => {
  it.each([
    ["application/dialog-info+xml", "application/dialog-info+xml", {}],
    [" Multipart/Related ;Boundary=abc", "multipart/related", { boundary: "abc" }],
    [
      'a/b; x="1;2\\"3\\\\"; boundary="q u" ; y = z;flag;',
      "a/b",
      { x: '1;2"3\\', boundary: "q u", y: "z", flag: "", "": "" },
    ],
    ["a/b;x=1;X=2", "a/b", { x: "1" }],
    ["", "", {}],
  ])("%j", (text, type, parameters) => {
    const parsed = parseContentType(text);
    expect(parsed.type).toBe(type);
    expect(Object.fromEntries(parsed.parameters)).toEqual(parameters);
  });
});

describe("a multipart/related body", () => {
  it("is read as Asterisk writes it: empty line first, lengths in the parts (captured)", () => {
    const [notify] = notifiesIn("sub-rls-blflist-initial.sip");
    const parsed = parseMultipart(notify?.contentType ?? "", notify?.body ?? "");
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parsed.root).toMatchObject({ id: "aysns@127.0.0.1", contentType: "application/rlmi+xml" });
    expect(parsed.root.body).toHaveLength(854);
    expect([...parsed.byId.keys()]).toHaveLength(6);
    expect(parsed.byId.get("hbqxx@127.0.0.1")?.body).toHaveLength(226);
  });

  it("of sixty lines is read within the transport's limits (captured: 29 KB)", () => {
    const [notify] = notifiesIn("misc-rls-big.sip");
    expect(notify?.body).toHaveLength(28_850);
    const parsed = parseMultipart(notify?.contentType ?? "", notify?.body ?? "");
    expect(parsed.ok && parsed.byId.size).toBe(61);
  });

  it("begins where `start` says, wherever that part stands (RFC 2387 §3.2)", () => {
    const body = "--b\r\nContent-ID: <1@x>\r\n\r\none\r\n--b\r\nContent-ID: <2@x>\r\n\r\ntwo\r\n--b--";
    expect(partsOf(`${TYPE}b; start="<2@x>"`, body)).toEqual(["2@x", ["1@x", "", "one"], ["2@x", "", "two"]]);
    expect(partsOf(`${TYPE}b; start="<3@x>"`, body)).toBe("the body has no part where it is said to start");
  });

  it.each([
    [
      "preamble and epilogue",
      "hello\r\n--b\r\nContent-ID: <1>\r\n\r\none\r\n--b--\r\nbye\r\n--b\r\nContent-ID: <9>\r\n\r\n",
    ],
    ["line feeds only", "\n--b\nContent-ID: <1>\n\none\n--b--\n"],
    ["no closing delimiter", "--b\r\nContent-ID: <1>\r\n\r\none\r\n--b"],
    ["no closing delimiter and no line end", "--b\r\nContent-ID: <1>\r\n\r\none"],
    ["spaces after the delimiter", "--b \t\r\nContent-ID: <1>\r\n\r\none\r\n--b-- "],
    ["a folded header and any letter case", "--b\r\nCONTENT-id:\r\n <1>\r\n\r\none\r\n--b--"],
  ])("is taken with %s", (_, body) => {
    expect(partsOf(`${TYPE}b`, body)).toEqual(["1", ["1", "", "one"]]);
  });

  it("keeps line ends within a part, and takes the last one for the delimiter's (RFC 2046 §5.1.1)", () => {
    expect(partsOf(`${TYPE}b`, "--b\r\nContent-ID: <1>\r\n\r\n\r\na\n\r\n\r\n--b--")).toEqual([
      "1",
      ["1", "", "\r\na\n\r\n"],
    ]);
    expect(partsOf(`${TYPE}b`, "--b\r\nContent-ID: <1>\r\n\r\n\r\n--b--")).toEqual(["1", ["1", "", ""]]);
  });

  it("may have a part without headers, and one that is cut off in its headers", () => {
    const parsed = parseMultipart(`${TYPE}b`, "--b\r\n\r\nbare\r\n--b\r\nContent-ID: <1>");
    expect(parsed).toMatchObject({ ok: true, root: { id: undefined, contentType: "", body: "bare" } });
    expect(parsed.ok && parsed.byId.size).toBe(0);
  });

  it("is not cut by a boundary of which its own is the beginning, nor by one within a line", () => {
    const inner = "--b2\r\nContent-ID: <i>\r\n\r\ninside\r\n--b2--";
    const body = `--b\r\nContent-ID: <1>\r\n\r\n${inner}\r\nsee --b\r\n--b--`;
    expect(partsOf(`${TYPE}b`, body)).toEqual(["1", ["1", "", `${inner}\r\nsee --b`]]);
  });

  it("has quoted boundaries of up to 70 characters", () => {
    const boundary = "a'()+_,-./:=? z".padEnd(70, "x");
    expect(
      partsOf(`${TYPE}"${boundary}"`, `--${boundary}\r\nContent-ID: <1>\r\n\r\none\r\n--${boundary}--`),
    ).toHaveLength(2);
  });

  it.each([
    ["another type", "application/dialog-info+xml", "--b\r\n\r\n", "the body is not multipart/related"],
    ["no boundary", "multipart/related", "--b\r\n\r\n", "the body has no usable boundary"],
    ["an empty boundary", `${TYPE}""`, "--\r\n\r\n--", "the body has no usable boundary"],
    ["a boundary too long", TYPE + "x".repeat(71), "", "the body has no usable boundary"],
    ["no parts", `${TYPE}b`, "nothing here", "the body has no parts"],
    ["its end only", `${TYPE}b`, "--b--", "the body has no parts"],
    ["over 64 KB", `${TYPE}b`, "x".repeat(65_537), "the body is over 64 KB"],
    ["too many parts", `${TYPE}b`, "--b\r\n\r\n\r\n".repeat(501), "the body has over 500 parts"],
  ])("is refused with %s", (_, contentType, body, problem) => {
    expect(partsOf(contentType, body)).toBe(problem);
  });

  it("gives back any parts, whatever is in them", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "-", "-b", "\r\n", "\n", " ", ":", "<x>", "é") });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), fc.boolean(), (bodies, closed) => {
        const end = closed ? "\r\n--=_b9--\r\n" : "\r\n--=_b9\r\n";
        const parts = bodies.map((body, i) => `--=_b9\r\nContent-ID: <${i}>\r\nContent-Type: t/${i}\r\n\r\n${body}`);
        const parsed = parseMultipart('multipart/related;boundary="=_b9"', parts.join("\r\n") + end);
        if (!parsed.ok) throw new Error(parsed.problem);
        expect(Array.from(parsed.byId.values(), ({ body }) => body)).toEqual(bodies);
      }),
    );
  });

  it("never throws and never stalls, whatever the text is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: "binary", maxLength: 300 }),
        (a, b) => {
          expect(typeof parseMultipart(a, b).ok).toBe("boolean");
          expect(typeof parseMultipart(`multipart/related;boundary=-;${a}`, `---\r\n${b}`).ok).toBe("boolean");
        },
      ),
    );
  });

  it.each([
    "--b".repeat(21_000),
    "--b ".repeat(16_000),
    "\n--b".repeat(16_000),
    `--b${" ".repeat(65_000)}`,
    "\r\n".repeat(32_000),
    "a:\r\n ".repeat(13_000),
  ])("does not stall on one that is made to (%#)", (body) => {
    for (const head of ["", "--b\r\n", "--b\r\n\r\n"]) {
      const started = performance.now();
      parseMultipart(`${TYPE}b`, head + body);
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });

  it.each([
    ";".repeat(60_000),
    "; ".repeat(30_000),
    ';a="'.repeat(15_000),
    "=".repeat(60_000),
    `;a${" ".repeat(60_000)}`,
  ])("does not stall on a Content-Type that is made to (%#)", (text) => {
    const started = performance.now();
    parseContentType(`a/b${text}`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
