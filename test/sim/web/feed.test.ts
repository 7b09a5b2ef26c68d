import { beforeEach, describe, expect, test } from "vitest";
import { Feed } from "../../../sim/web/feed.ts";
import type { Message } from "../../../sim/web/message.ts";
import { FakeStage, lampReport } from "./fake-stage.ts";

const news = {
  label: "Sales",
  about: "103",
  state: "ringing",
  since: "2026-01-02T03:04:05.000Z",
  colour: "red",
  cadence: "flash",
};

describe("a feed", () => {
  let stage: FakeStage;
  let feed: Feed;
  let heard: Message[];

  beforeEach(() => {
    stage = new FakeStage();
    feed = new Feed(stage, "page 1");
    heard = [];
    feed.onMessage((message) => heard.push(message));
    feed.start();
  });

  const of = <Type extends Message["type"]>(type: Type) =>
    heard.filter((message): message is Extract<Message, { type: Type }> => message.type === type);

  /** What is gathered within one step is sent after it. */
  const step = () => Promise.resolve();

  test("tells every change of light, and only what has changed", async () => {
    for (const lit of [["red"], [], ["red"]] as const) {
      stage.lit = { ...stage.lit, 1: lit };
      stage.change({ kind: "light" });
      await step();
    }
    expect(of("light").map(({ lit }) => lit)).toEqual([{ 1: ["red"] }, { 1: [] }, { 1: ["red"] }]);
  });

  test("makes one message of what lights up in one step", async () => {
    stage.lit = { 1: ["red"], 2: [], zone: [] };
    stage.change({ kind: "light" });
    stage.lit = { 1: ["red"], 2: [], zone: ["amber"] };
    stage.change({ kind: "light" });
    await step();
    expect(of("light").map(({ lit }) => lit)).toEqual([{ 1: ["red"], zone: ["amber"] }]);
  });

  test("tells a page that comes later all that the others know", async () => {
    stage.lit = { 1: ["red"], 2: [], zone: [] };
    stage.change({ kind: "light" });
    await step();
    stage.publish("lamp", lampReport(), "1");
    stage.publish("status", "online");
    stage.publish("pbx", '{"state":"up"}');
    const told = { at: "2026-01-02T03:04:05.000Z", kind: "call", title: "somebody calls" } as const;
    stage.change({ kind: "told", told });
    expect(feed.hello).toMatchObject({
      type: "hello",
      page: "page 1",
      news: { 1: news },
      lit: { 1: ["red"] },
      link: { broker: true, status: "online", pbx: "up" },
      told: [told],
    });
    expect(of("key")).toEqual([{ type: "key", key: "1", news }]);
    expect(of("told")).toHaveLength(1);
  });

  test("shows a caller only where the panel reports one", () => {
    stage.publish("lamp", lampReport({ caller: { name: "A customer", number: "205" } }), "1");
    expect(of("key").at(-1)?.news.caller).toEqual({ name: "A customer", number: "205" });
    stage.publish("lamp", lampReport(), "1");
    expect(of("key").at(-1)?.news).not.toHaveProperty("caller");
    expect(JSON.stringify(feed.hello)).not.toMatch(/customer|205/);
    expect(of("traffic").map(({ traffic }) => JSON.parse(traffic.payload).caller)).toEqual(["…", undefined]);
  });

  test("takes no more of a caller than fits a key, and nothing that would hide or turn what stands beside it", () => {
    const callerOf = (caller: unknown) => {
      stage.publish("lamp", lampReport({ caller }), "1");
      return of("key").at(-1)?.news.caller;
    };
    expect(callerOf({ name: `\u202e<b>${"x".repeat(5000)}`, number: "2\u00005" })).toEqual({
      name: `<b>${"x".repeat(44)}…`,
      number: "25",
    });
    for (const odd of ["A customer", 7, null, [], {}, { name: 7 }, { name: " " }])
      expect(callerOf(odd)).toBeUndefined();
  });

  test("tells of a press by the label of its key", () => {
    const event = { type: "pickup", key: "1", line: "103", outcome: "too-late", reason: "it has stopped" };
    stage.publish("event", JSON.stringify(event));
    expect(of("told")[0]?.told).toMatchObject({ title: "Key 1, Sales (103): too late", why: "it has stopped" });
  });

  test("shows what it cannot read as traffic, and as nothing else", () => {
    for (const payload of ["", "{", "null", "7", "[]", '{"state":7}', lampReport({ colour: "plaid" })]) {
      for (const level of ["lamp", "event", "tea"]) stage.publish(level, payload, "1");
    }
    stage.change({ kind: "published", topic: "elsewhere", payload: "x" });
    expect(new Set(heard.map(({ type }) => type))).toEqual(new Set(["traffic"]));
    expect(heard).toHaveLength(22);
  });

  test("cuts a payload that nobody would read to its end, and forgets the oldest", () => {
    stage.publish("tea", "x".repeat(10_000));
    expect(of("traffic")[0]?.traffic.payload).toHaveLength(4097);
    for (let i = 0; i < 500; i++) stage.publish("tea", String(i));
    const { traffic } = feed.hello as Extract<Message, { type: "hello" }>;
    expect(traffic).toHaveLength(120);
    expect(traffic.at(-1)?.payload).toBe("499");
  });

  test("knows nothing any more when the broker is lost, and says so at once", () => {
    stage.publish("lamp", lampReport(), "1");
    stage.publish("status", "online");
    stage.change({ kind: "broker", up: false });
    expect(of("hello").at(-1)).toMatchObject({ link: { broker: false }, news: {} });
    expect(of("hello").at(-1)?.link.status).toBeUndefined();
  });

  test("keeps what a broker that is back had told before it was told to be back", () => {
    stage.change({ kind: "broker", up: false });
    stage.publish("lamp", lampReport(), "1");
    stage.publish("status", "online");
    stage.change({ kind: "broker", up: true });
    const hello = of("hello").at(-1);
    expect(hello?.link).toEqual({ broker: true, status: "online" });
    expect(Object.keys(hello?.news ?? {})).toEqual(["1"]);
  });
});

test("a stage that is only looked at grants nothing", () => {
  expect(new Feed(new FakeStage("only looked at"), "").grant({ wish: "close", key: "1" })).toBe(false);
});
