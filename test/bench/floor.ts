import { createSocket } from "node:dgram";
import { openSync, readFileSync, watch, writeSync } from "node:fs";
import { buttonBit, INTERCOM, KEYS, lampBit, lineOf } from "./layout.ts";

/*
 * The floor: what any Node process has to do between a NOTIFY and its lamp, and between a key and its INVITE, and nothing
 * else. It trusts every byte, knows no state, and would be useless as a daemon. Arguments: PBX's port, folder of the bits.
 */
const [, , pbxPort = "0", folder = "."] = process.argv;
const port = Number(pbxPort);
const LIT = Buffer.from("1");
const DARK = Buffer.from("0");
const leds = KEYS.map((key) => openSync(`${folder}/led_${lampBit(key)}`, "w"));
const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });

socket.on("message", (bytes, from) => {
  const text = bytes.toString("latin1");
  if (!text.startsWith("NOTIFY")) return;
  const body = text.indexOf("\r\n\r\n");
  const key = Number(text.substr(text.indexOf('entity="sip:', body) + 12, 3)) - Number(lineOf(0));
  const led = leds[key - 1];
  if (led !== undefined)
    writeSync(led, text.startsWith("terminated", text.indexOf("<state>", body) + 7) ? DARK : LIT, 0, 1, 0);
  let answer = "SIP/2.0 200 OK\r\n";
  for (let at = text.indexOf("\r\n") + 2; at < body; ) {
    const end = text.indexOf("\r\n", at) + 2;
    if (/^(?:Via|From|To|Call-ID|CSeq):/.test(text.slice(at, at + 8))) answer += text.slice(at, end);
    at = end;
  }
  socket.send(`${answer}Content-Length: 0\r\n\r\n`, from.port, from.address);
});

socket.bind(0, "127.0.0.1", () => {
  const own = socket.address().port;
  const request = (method: string, user: string, id: string, more: string) =>
    `${method} sip:${user}@127.0.0.1:${port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK${id}\r\n` +
    `Max-Forwards: 70\r\nFrom: <sip:floor@127.0.0.1>;tag=${id}\r\nTo: <sip:${user}@127.0.0.1>\r\nCall-ID: ${id}\r\n` +
    `CSeq: 1 ${method}\r\nContact: <sip:floor@127.0.0.1:${own}>\r\n${more}`;
  for (const key of KEYS) {
    const subscribe = request(
      "SUBSCRIBE",
      lineOf(key),
      `s${key}`,
      "Event: dialog\r\nExpires: 600\r\nContent-Length: 0\r\n\r\n",
    );
    socket.send(subscribe, port, "127.0.0.1");
  }

  const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${own} RTP/AVP 0\r\na=inactive\r\n`;
  const offer = `Content-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
  const buttons = new Set(KEYS.map((key) => `key_${buttonBit(key)}`));
  let presses = 0;
  watch(folder, (_event, file) => {
    if (!buttons.has(String(file)) || readFileSync(`${folder}/${file}`, "latin1")[0] !== "1") return;
    socket.send(request("INVITE", INTERCOM, `i${++presses}`, offer), port, "127.0.0.1");
  });
});
process.on("SIGTERM", () => process.exit(0));
