import { expect, test } from "vitest";
import { isLoopbackHost, isOwnOrigin } from "../../../sim/web/gate.ts";

test.each(["localhost", "localhost:8080", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:40123", "[::1]:8080"])(
  "%s is this machine",
  (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  },
);

test.each([
  undefined,
  "",
  "blfd.example.org",
  "blfd.example.org:8080",
  "localhost.example.org",
  "127.0.0.1.example.org",
  "192.0.2.7:8080",
  "[::2]",
  "0.0.0.0",
  "localhost:99999",
  "user@localhost",
  "localhost/../x",
  "localhost evil",
])("%s is somebody else", (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

test("only a page of the same host and port is our own", () => {
  expect(isOwnOrigin("http://127.0.0.1:8080", "127.0.0.1:8080")).toBe(true);
  expect(isOwnOrigin("http://LOCALHOST:8080", "localhost:8080")).toBe(true);
  for (const origin of [
    undefined,
    "null",
    "http://127.0.0.1:3000",
    "http://localhost:8080",
    "https://127.0.0.1:8080",
    "http://127.0.0.1:8080.example.org",
    "http://example.org",
  ]) {
    expect(isOwnOrigin(origin, "127.0.0.1:8080")).toBe(false);
  }
});
