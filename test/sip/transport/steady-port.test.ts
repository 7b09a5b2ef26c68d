import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { steadyPort } from "../../../firmware/sip/transport/steady-port.ts";
import { UdpTransport } from "../../../firmware/sip/transport/udp.ts";
import { silentLog } from "../../recording-log.ts";

const port = steadyPort("a-panel-of-this-test", "pbx.example.org");
const clock = new SystemClock();
const transport = () =>
  new UdpTransport({
    host: "127.0.0.1",
    port: 5060,
    localAddress: "127.0.0.1",
    viaPlaceholder: "via.invalid",
    steadyPort: port,
    clock,
    log: silentLog,
  });

test("an account has the same port each time, another account most likely another one", () => {
  expect(steadyPort("panel1", "pbx.example.org")).toBe(steadyPort("panel1", "pbx.example.org"));
  const ports = Array.from({ length: 40 }, (_, i) => steadyPort(`panel${i}`, "pbx.example.org"));
  expect(new Set(ports).size).toBeGreaterThan(30);
  for (const each of ports) expect([each >= 5100, each < 6000]).toEqual([true, true]);
});

test("it is taken, also by the next process, and left to whoever has it already", async () => {
  for (let time = 0; time < 2; time++) {
    const one = transport();
    await one.connect();
    expect(one.localPort).toBe(port);
    await one.disconnect();
  }
  const other = createSocket("udp4").bind(port, "127.0.0.1");
  await once(other, "listening");
  const late = transport();
  await late.connect();
  expect(late.localPort).not.toBe(port);
  await late.disconnect();
  other.close();
});
