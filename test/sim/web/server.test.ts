import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Feed } from "../../../sim/web/feed.ts";
import { WebServer } from "../../../sim/web/server.ts";
import { Conditions } from "../../flows/until.ts";
import { FakeStage } from "./fake-stage.ts";
import { Visitor } from "./visitor.ts";

const FILES = new Map([
  ["/", { type: "text/html; charset=utf-8", body: Buffer.from("<!doctype html>") }],
  ["/page.js", { type: "text/javascript; charset=utf-8", body: Buffer.from("1") }],
]);

describe("the web server", () => {
  let stage: FakeStage;
  let server: WebServer;
  let port: number;
  const visitors: Visitor[] = [];

  async function serve(served: FakeStage): Promise<void> {
    stage = served;
    server = new WebServer({ feed: new Feed(stage, "page 1"), files: FILES });
    port = await server.start();
  }

  beforeEach(() => serve(new FakeStage()));
  afterEach(async () => {
    for (const visitor of visitors.splice(0)) visitor.leave();
    await server.stop();
  });

  async function visitor(headers: Readonly<Record<string, string>> = {}): Promise<Visitor> {
    const come = await Visitor.come(port, headers);
    visitors.push(come);
    return come;
  }

  /** Waits for what the stage was asked for. */
  const asked = async (count: number): Promise<void> => {
    const waiting = new Conditions();
    const look = setInterval(() => waiting.check(), 2);
    try {
      await waiting.until(
        `${count} wishes`,
        5000,
        () => stage.wishes.length >= count || undefined,
        () => JSON.stringify(stage.wishes),
      );
    } finally {
      clearInterval(look);
    }
  };

  interface Answer {
    readonly status: number | undefined;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: string;
  }

  async function get(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Answer> {
    const asking = request({ port, host: "127.0.0.1", path, method, headers });
    asking.end();
    const [response] = (await once(asking, "response")) as [import("node:http").IncomingMessage];
    let body = "";
    for await (const part of response) body += String(part);
    return { status: response.statusCode, headers: response.headers, body };
  }

  test("serves the page with a policy that lets in nothing from elsewhere, and nothing inline", async () => {
    const { status, headers, body } = await get("/?from=a-link");
    expect([status, body, headers["content-type"]]).toEqual([200, "<!doctype html>", "text/html; charset=utf-8"]);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  test("has nothing else, and takes nothing", async () => {
    for (const path of ["/page.ts", "/../package.json", "/%2e%2e/package.json", "//", "/live"]) {
      expect((await get(path)).status, path).toBe(404);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect((await get("/", {}, method)).status, method).toBe(405);
    }
    expect(await get("/", {}, "HEAD")).toMatchObject({ status: 200, body: "" });
  });

  test("is not there for another machine", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");
    // 127.0.0.2 is on loopback, and still not the address that is listened on.
    for (const host of ["127.0.0.2", ...(outside ? [outside.address] : [])]) {
      const socket = connect(port, host);
      const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
      expect(error.code).toBe("ECONNREFUSED");
    }
  });

  test("refuses names that others could have, for the page and for the WebSocket", async () => {
    for (const host of ["panel.example.org", `panel.example.org:${port}`, "192.0.2.7", "localhost.example.org"]) {
      expect((await get("/", { host })).status, host).toBe(403);
      await expect(visitor({ host }), host).rejects.toThrow("403");
    }
    expect((await get("/", { host: `localhost:${port}` })).status).toBe(200);
    await visitor({ host: `localhost:${port}` });
  });

  test("refuses WebSockets of other pages", async () => {
    for (const origin of ["http://example.org", "http://127.0.0.1:1", `https://127.0.0.1:${port}`, "null"]) {
      await expect(visitor({ origin }), origin).rejects.toThrow("403");
    }
    expect(stage.wishes).toEqual([]);
  });

  test("greets every page with all there is, and tells each of every change", async () => {
    const [one, two] = [await visitor(), await visitor()];
    for (const each of [one, two]) {
      expect(await each.sees("hello")).toMatchObject({ page: "page 1", plan: { panel: "ward-3" }, lit: { 1: [] } });
    }
    stage.lit = { ...stage.lit, 1: ["red"] };
    stage.change({ kind: "light" });
    for (const each of [one, two]) expect((await each.sees("light")).lit).toEqual({ 1: ["red"] });
  });

  test("grants wishes, and takes the finger of a page that is gone off the key", async () => {
    const page = await visitor();
    page.wish({ wish: "close", key: "1" });
    page.wish({ wish: "close", key: "2" });
    page.wish({ wish: "open", key: "2" });
    await asked(3);
    page.leave();
    await asked(4);
    expect(stage.wishes.at(-1)).toEqual({ wish: "open", key: "1" });
  });

  test("sends away what asks for anything else", async () => {
    for (const text of ["tea", '{"wish":"close"}', JSON.stringify({ wish: "close", key: "x".repeat(2000) })]) {
      const page = await visitor();
      page.send(text);
      expect([1008, 1009]).toContain(await page.untilClosed());
    }
    expect(stage.wishes).toEqual([]);
  });

  test("has no hands where a panel is only watched, whatever a page asks for", async () => {
    await server.stop();
    await serve(new FakeStage("only looked at"));
    for (const wish of [
      { wish: "close", key: "1" },
      { wish: "fault", name: "silence", on: true },
      { wish: "call", to: "101" },
    ]) {
      const page = await visitor();
      await page.sees("hello");
      page.wish(wish);
      expect(await page.untilClosed()).toBe(1008);
    }
  });

  test("says which port is taken, and how to take another", async () => {
    const second = new WebServer({ feed: new Feed(new FakeStage(), ""), files: FILES, port });
    await expect(second.start()).rejects.toThrow(`port ${port}; --port takes another`);
    await second.stop();
  });

  test("stops at once, and lets the port be taken again", async () => {
    const page = await visitor();
    await server.stop();
    await page.untilClosed();
    server = new WebServer({ feed: new Feed(new FakeStage(), "page 2"), files: FILES, port });
    expect(await server.start()).toBe(port);
    expect((await (await visitor()).sees("hello")).page).toBe("page 2");
  });
});
