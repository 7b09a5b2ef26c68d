import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { Rtp } from "../../firmware/sip/rtp.ts";
import { RecordingLog } from "../recording-log.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function ear(type: "udp4" | "udp6" = "udp4"): Promise<{ socket: Socket; address: string; port: number }> {
  const socket = createSocket(type);
  const address = type === "udp4" ? "127.0.0.1" : "::1";
  socket.bind(0, address);
  await once(socket, "listening");
  open.push(socket);
  return { socket, address, port: socket.address().port };
}

async function rtp(address = "127.0.0.1") {
  const log = new RecordingLog();
  const port = new Rtp(log);
  open.push(port);
  port.open(address);
  await expect.poll(() => port.port).toBeGreaterThan(0);
  return { rtp: port, log };
}

async function heard(socket: Socket, speak: () => void): Promise<{ packet: Buffer; port: number }> {
  const message = once(socket, "message");
  speak();
  const [packet, { port }] = (await message) as [Buffer, { port: number }];
  return { packet, port };
}

describe("a packet of silence (RFC 3550, RFC 3551)", () => {
  test.each([
    ["PCMU", 0, 0xff],
    ["PCMA", 8, 0xd5],
  ])("%s: 20 ms from the port that was offered", async (_, format, silence) => {
    const { socket, ...to } = await ear();
    const { rtp: port } = await rtp();
    const first = await heard(socket, () => port.speak({ ...to, format }));
    expect(first.port).toBe(port.port);
    expect(first.packet).toHaveLength(172);
    expect([...first.packet.subarray(0, 2)]).toEqual([0x80, 0x80 | format]);
    expect(new Set(first.packet.subarray(12))).toEqual(new Set([silence]));

    const second = await heard(socket, () => port.speak({ ...to, format }));
    expect(second.packet.readUInt16BE(2) - first.packet.readUInt16BE(2)).toBe(1);
    expect(second.packet.readUInt32BE(4) - first.packet.readUInt32BE(4)).toBe(160);
    expect(second.packet.subarray(8, 12)).toEqual(first.packet.subarray(8, 12));
  });

  test("over IPv6", async () => {
    const { socket, ...to } = await ear("udp6");
    const { rtp: port } = await rtp("::1");
    expect((await heard(socket, () => port.speak({ ...to, format: 0 }))).packet).toHaveLength(172);
  });
});

describe("nothing is sent, and nothing is thrown", () => {
  test.each([
    ["in a format that is not ours", { format: 96 }],
    ["to a name, which would have to be looked up", { address: "localhost" }],
    ["to an address of the other family", { address: "::1" }],
  ])("%s", async (_, change) => {
    const { socket, ...to } = await ear();
    const { rtp: port } = await rtp();
    port.speak({ ...to, format: 0, ...change });
    // What would have come first is not there; this is the first that is heard.
    const { packet } = await heard(socket, () => port.speak({ ...to, format: 8 }));
    expect(packet[1]).toBe(0x88);
    expect(port.port).toBeGreaterThan(0);
  });

  test("before it is open and after it is closed", async () => {
    const { socket, ...to } = await ear();
    const idle = new Rtp(new RecordingLog());
    expect(idle.port).toBeUndefined();
    idle.speak({ ...to, format: 0 });
    const { rtp: port } = await rtp();
    port.close();
    port.close();
    expect(port.port).toBeUndefined();
    port.speak({ ...to, format: 0 });
    port.open("127.0.0.1");
    await expect.poll(() => port.port).toBeGreaterThan(0);
    expect((await heard(socket, () => port.speak({ ...to, format: 8 }))).packet[1]).toBe(0x88);
  });

  test("where the address is not this machine's: there is no port, and the log says what that means", async () => {
    const log = new RecordingLog();
    const port = new Rtp(log);
    open.push(port);
    port.open("192.0.2.7");
    await expect
      .poll(() => log.of("warn"))
      .toEqual(["no port for audio; the ringing phone falls silent half a second later"]);
    expect(port.port).toBeUndefined();
  });
});

test("opened anew while it is still being opened, it has one port", async () => {
  const log = new RecordingLog();
  const port = new Rtp(log);
  open.push(port);
  port.open("127.0.0.1");
  port.open("127.0.0.1");
  await expect.poll(() => port.port).toBeGreaterThan(0);
  expect(log.lines).toEqual([]);
});
