import { describe, expect, test } from "vitest";
import { WatchedPanel } from "./watched-panel.ts";

/* Documents made anew after the sections that they name. */

const NAMESPACE = "urn:ietf:params:xml:ns:dialog-info";

function document(version: number, state: "full" | "partial", ...dialogs: readonly string[]): string {
  const attributes = `xmlns="${NAMESPACE}" version="${version}" state="${state}" entity="sip:101@example.com"`;
  return `<?xml version="1.0"?>\n<dialog-info ${attributes}>\n${dialogs.join("\n")}\n</dialog-info>`;
}

/** A call of 101's own, as §6.1 tells its life. */
function dials(state: string): string {
  return `<dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" direction="initiator"><state>${state}</state></dialog>`;
}

function calls(id: string, state: string, tag = "1"): string {
  return `<dialog id="${id}" call-id="one-call" local-tag="${tag}" remote-tag="far" direction="recipient"><state>${state}</state></dialog>`;
}

async function told(...bodies: readonly string[]): Promise<{ watched: WatchedPanel; lamps: string[] }> {
  const watched = await WatchedPanel.open();
  watched.answer("200 OK", ["Expires: 120"]);
  const lamps = bodies.map((body) => {
    expect(watched.tell({ body })).toBe(200);
    return watched.lamp;
  });
  return { watched, lamps };
}

describe("RFC 4235 §4.3, versions", () => {
  test("RFC 4235 §4.3: one higher each time: partial documents add up", async () => {
    const { watched, lamps } = await told(
      document(1, "partial", calls("a", "early")),
      document(2, "partial", calls("b", "confirmed")),
      document(3, "partial", calls("a", "terminated")),
      document(4, "partial", calls("b", "terminated")),
    );
    expect(lamps).toEqual(["ringing", "ringing", "busy", "idle"]);
    expect(watched.subscribes).toHaveLength(1);
    await watched.close();
  });

  test("RFC 4235 §4.3: more than one higher: what is known is shown, and full state asked for by a refresh", async () => {
    const { watched, lamps } = await told(
      document(1, "partial", calls("a", "early")),
      document(3, "partial", dials("terminated")),
    );
    expect(lamps).toEqual(["ringing", "ringing"]);
    expect(watched.untilSubscribe()).toBeLessThanOrEqual(1_000);
    expect(watched.subscribe.tag("To")).toBe("pbx");
    watched.answer("200 OK", ["Expires: 120"]);
    watched.tell({ body: document(4, "full") });
    expect(watched.lamp).toBe("idle");
    await watched.close();
  });

  test("RFC 4235 §4.3: a gap that would look idle is unknown until full state comes", async () => {
    const { watched, lamps } = await told(
      document(1, "partial", calls("a", "early")),
      document(3, "partial", calls("a", "terminated")),
    );
    expect(lamps).toEqual(["ringing", "unknown"]);
    watched.tell({ body: document(4, "full") });
    expect(watched.lamp).toBe("idle");
    await watched.close();
  });

  test("RFC 4235 §4.3: a lower version is discarded", async () => {
    const { watched, lamps } = await told(document(5, "full", calls("a", "early")), document(4, "full"));
    expect(lamps).toEqual(["ringing", "ringing"]);
    await watched.close();
  });

  test("RFC 4235 §4.3: full state is believed whatever the distance to the last version", async () => {
    const { watched, lamps } = await told(document(1, "full", calls("a", "early")), document(4_294_967_295, "full"));
    expect(lamps).toEqual(["ringing", "idle"]);
    await watched.close();
  });

  test("RFC 4235 §4.3 and not: an equal version with other content is believed, since Asterisk repeats them after kill -9", async () => {
    const { watched, lamps } = await told(document(1, "full", calls("a", "early")), document(1, "full"));
    expect(lamps).toEqual(["ringing", "idle"]);
    await watched.close();
  });
});

describe("RFC 4235 §3.7 and §6, the life of a dialog", () => {
  test("RFC 4235 §6.1: trying, early, confirmed, terminated of a call that 101 places: it never rings", async () => {
    const states = ["trying", "early", "confirmed", "terminated"];
    const { watched, lamps } = await told(
      ...states.map((state, index) => document(index + 1, "partial", dials(state))),
    );
    expect(lamps).toEqual(["busy", "busy", "busy", "idle"]);
    await watched.close();
  });

  test("RFC 4235 §3.7.1: the states of a call to 101, from trying to its end", async () => {
    const states = ["trying", "proceeding", "early", "confirmed", "terminated"];
    const { watched, lamps } = await told(
      ...states.map((state, index) => document(index + 1, "full", calls("a", state))),
    );
    expect(lamps).toEqual(["busy", "ringing", "ringing", "busy", "idle"]);
    await watched.close();
  });

  test("RFC 4235 §3.7.2 and §6.2: a call forks to two phones: it rings until one has it, and is busy while that one talks", async () => {
    const { watched, lamps } = await told(
      document(1, "full", calls("a", "early", "1"), calls("b", "early", "2")),
      document(2, "partial", calls("b", "confirmed", "2")),
      document(3, "partial", calls("a", "terminated", "1")),
      document(4, "partial", calls("b", "terminated", "2")),
    );
    expect(lamps).toEqual(["ringing", "ringing", "busy", "idle"]);
    await watched.close();
  });

  test("RFC 4235 §4.1.6.2: a call whose media 101 does not render is held", async () => {
    const held = `<dialog id="a"><state>confirmed</state><local><target uri="sip:101@example.com"><param pname="+sip.rendering" pval="no"/></target></local></dialog>`;
    const { watched, lamps } = await told(document(1, "full", held), document(2, "full", held.replace("no", "yes")));
    expect(lamps).toEqual(["held", "busy"]);
    await watched.close();
  });

  test("RFC 4235 §3.2: an identity-less document of full state without dialogs is an idle line", async () => {
    const { watched, lamps } = await told(document(1, "full", dials("confirmed")), document(2, "full"));
    expect(lamps).toEqual(["busy", "idle"]);
    await watched.close();
  });
});
