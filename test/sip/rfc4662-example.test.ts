import { describe, expect, it } from "vitest";
import { watching } from "./watching.ts";

/*
 * What RFC 4662 §6 shows, told of telephones: somebody's list holds two people, one who may not be watched, one who is
 * yet to be found, and another list, which lives elsewhere and comes as a multipart within the multipart.
 */
const LIST = "staff";
const LINES = ["bob", "dave", "ed", "jim", "joe", "mark"];

const boundary = { outer: "50UBfW7LSCVLtggUPe5z", inner: "tuLLl3lDyPZX0GMr2YOO" };

function part(id: string, type: string, body: string, more: readonly string[] = []): string {
  const headers = ["Content-Transfer-Encoding: binary", `Content-ID: <${id}>`, `Content-Type: ${type}`, ...more];
  return [...headers, "", body].join("\r\n");
}

const multipart = (name: string, parts: readonly string[]): string =>
  `${parts.map((one) => `--${name}\r\n${one}\r\n`).join("\r\n")}\r\n--${name}--\r\n`;
const typeOf = (name: string, start: string): string =>
  `multipart/related;type="application/rlmi+xml";\r\n start="<${start}>";boundary="${name}"`;

const list = (uri: string, version: number, full: boolean, members: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="${uri}" version="${version}" fullState="${full}">
  <name xml:lang="en">Staff at the city office</name>
${members}</list>`;
const resource = (uri: string, instance: string): string =>
  `  <resource uri="${uri}"><name>Somebody</name>${instance}</resource>\n`;

const dialogs = (entity: string, version: number, state: string): string =>
  `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${entity}">
  ${state === "" ? "" : `<dialog id="d1" direction="recipient"><state>${state}</state></dialog>`}
</dialog-info>`;
const DIALOGS = 'application/dialog-info+xml;charset="UTF-8"';

const friends = (version: number, full: boolean, members: string, parts: readonly string[]): string =>
  part(
    "1KQhyE@city.example",
    typeOf(boundary.inner, "mrEakg@factory.example"),
    multipart(boundary.inner, [
      part(
        "mrEakg@factory.example",
        "application/rlmi+xml",
        list("sip:friends@factory.example", version, full, members),
      ),
      ...parts,
    ]),
  );

function notify(version: number, full: boolean, members: string, parts: readonly string[]) {
  const root = part(
    "nXYxAE@city.example",
    'application/rlmi+xml;charset="UTF-8"',
    list("sip:staff@city.example", version, full, members),
  );
  return {
    contentType: typeOf(boundary.outer, "nXYxAE@city.example"),
    body: multipart(boundary.outer, [root, ...parts]),
  };
}

const first = notify(
  1,
  true,
  resource("sip:bob@city.example", '<instance id="juwigmtboe" state="active" cid="bUZBsM@city.example"/>') +
    resource("sip:dave@city.example", '<instance id="hqzsuxtfyq" state="active" cid="ZvSvkz@city.example"/>') +
    resource("sip:jim@city.example", '<instance id="oflzxqzuvg" state="terminated" reason="rejected"/>') +
    resource("sip:ed@village.example", "") +
    resource("sip:friends@factory.example", '<instance id="grqhzsppxb" state="active" cid="1KQhyE@city.example"/>'),
  [
    part("bUZBsM@city.example", DIALOGS, dialogs("sip:bob@city.example", 1, "")),
    part("ZvSvkz@city.example", DIALOGS, dialogs("sip:dave@city.example", 1, "confirmed")),
    friends(
      1,
      true,
      resource("sip:joe@factory.example", '<instance id="1" state="active" cid="mrEakh@factory.example"/>') +
        resource("sip:mark@factory.example", '<instance id="1" state="active" cid="KKMDmv@factory.example"/>'),
      [
        part("mrEakh@factory.example", DIALOGS, dialogs("sip:joe@factory.example", 1, "")),
        part("KKMDmv@factory.example", DIALOGS, dialogs("sip:mark@factory.example", 1, "early")),
      ],
    ),
  ],
);

const second = notify(
  2,
  false,
  resource("sip:dave@city.example", '<instance id="hqzsuxtfyq" state="active" cid="KvEFBy@city.example"/>') +
    resource("sip:ed@village.example", '<instance id="sdpzvwlbuu" state="active" cid="ZvSvkz@village.example"/>'),
  [
    part("KvEFBy@city.example", DIALOGS, dialogs("sip:dave@city.example", 2, "")),
    part("ZvSvkz@village.example", DIALOGS, dialogs("sip:ed@village.example", 1, "early")),
  ],
);

const third = notify(
  3,
  false,
  resource("sip:friends@factory.example", '<instance id="grqhzsppxb" state="active" cid="1KQhyE@city.example"/>'),
  [
    friends(
      2,
      false,
      resource("sip:mark@factory.example", '<instance id="1" state="active" cid="n3@factory.example"/>'),
      [part("n3@factory.example", DIALOGS, dialogs("sip:mark@factory.example", 2, "confirmed"))],
    ),
  ],
);

describe("the example of RFC 4662 §6, with telephones", () => {
  function begun() {
    const all = watching(LINES, {}, LIST);
    all.watcher.start();
    all.askedFor(LIST).answer(200, { headers: { Expires: "120", Require: "eventlist" } });
    return { ...all, tellList: (report: { contentType: string; body: string }) => all.tell(LIST, report) };
  }

  it("shows whom the list tells of, and nobody else as idle", () => {
    const { tellList, states, watcher } = begun();
    expect(tellList(first)).toBe(200);
    expect(states()).toEqual(["idle", "busy", "unknown", "unknown", "idle", "ringing"]);
    expect(watcher.view("jim").why).toBe("list staff no longer tells (rejected) the state of jim");
    expect(watcher.view("ed").why).toBe("list staff does not know the state of ed");
  });

  it("goes on with what changes, in the list and in the list within it", () => {
    const { tellList, states } = begun();
    tellList(first);
    tellList(second);
    expect(states()).toEqual(["idle", "idle", "ringing", "unknown", "idle", "ringing"]);
    tellList(third);
    expect(states()).toEqual(["idle", "idle", "ringing", "unknown", "idle", "busy"]);
  });

  it("without its second report shows only what the third tells, and asks for all (§5.6.2)", () => {
    const { agent, clock, tellList, states } = begun();
    tellList(first);
    tellList(third);
    // The list within it lost nothing: its own versions follow.
    expect(states()).toEqual(["unknown", "unknown", "unknown", "unknown", "idle", "busy"]);
    clock.advance(600);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.header("Supported")).toBe("eventlist");
  });
});
