import { isIPv4, isIPv6 } from "node:net";
import * as z from "zod";
import type { SipTransportName } from "../domain/settings.ts";
import { orList, wanting } from "./fields.ts";

export interface SipServer {
  readonly host: string;
  readonly port?: number;
  readonly transport: SipTransportName;
}

const WANTED = "the PBX's address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp";
const SIP_URI = /^(sips?):(\[[^\]\s]*\]|[^\s:;?@[\]]+)(?::(\d{1,5}))?(?:;([^\s?]*))?$/i;
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

export const TRANSPORTS = ["udp", "tcp", "tls", "ws", "wss"] as const satisfies readonly SipTransportName[];
/** What a transport becomes when the scheme is sips, which wants TLS on the way (RFC 3261 §26.2.2, RFC 7118 §5.2.2). */
const SECURED: Readonly<Record<SipTransportName, SipTransportName | undefined>> = {
  udp: undefined,
  tcp: "tls",
  tls: "tls",
  ws: "wss",
  wss: "wss",
};

/** sip:host[:port][;transport=…], with UDP where nothing else is said, and TLS for sips: (RFC 3261 §19.1.2). */
export const sipServer = z
  .string({ error: wanting(WANTED) })
  .transform((written, context): SipServer => {
    const server = parseServer(written);
    if (typeof server !== "string") return server;
    context.addIssue({ code: "custom", message: server });
    return z.NEVER;
  })
  .meta({ pattern: "^[Ss][Ii][Pp][Ss]?:[^@\\s]+$" });

/** The server, or what is wrong with it. Never quotes what may hold a password. */
function parseServer(written: string): SipServer | string {
  if (written.includes("@")) return "holds a user or password; write the host alone, and user: and password: beside it";
  const [, scheme = "", inBrackets = "", portText, parameters = ""] = SIP_URI.exec(written) ?? [];
  const host = inBrackets.replace(/^\[|\]$/g, "");
  const isAddress = inBrackets.startsWith("[") ? isIPv6(host) : isHost(host);
  if (!isAddress) return wanting(WANTED)({ input: written });
  const port = Number(portText ?? 1);
  if (port < 1 || port > 65_535) return `port ${portText} does not exist; write one from 1 to 65535, or none`;
  const transport = transportIn(parameters.toLowerCase(), scheme.toLowerCase() === "sips");
  if (!isTransport(transport)) return transport;
  return { host, transport, ...(portText !== undefined && { port }) };
}

/** What the parameters say, or what is wrong with them. */
function transportIn(parameters: string, secured: boolean): string {
  const [name, value = "", ...more] = parameters.split(/[;=]/);
  if (name === "") return secured ? "tls" : "udp";
  if (name !== "transport" || more.length > 0)
    return "only ;transport=… may follow the address, such as ;transport=tcp";
  if (!isTransport(value)) return `the transport is none of ${orList(TRANSPORTS)}; write one of them`;
  return secured ? (SECURED[value] ?? "sips: needs TLS; write transport=tls, or sip: for udp") : value;
}

function isTransport(name: string): name is SipTransportName {
  return TRANSPORTS.some((transport) => transport === name);
}

/** Names may have underscores, which some networks use; a dotted number has to be an address. */
function isHost(host: string): boolean {
  if (/^[\d.]+$/.test(host)) return isIPv4(host);
  return host.length <= 253 && host.split(".").every((label) => LABEL.test(label));
}

const BROKER = "the broker's address, such as mqtt://127.0.0.1:1883";

/** mqtt://host[:port] or mqtts://host[:port]. */
export const brokerUrl = hostUrl("mqtt", BROKER, "means nothing to a broker");

const PHONE = "the phone's address, such as https://192.0.2.7";

/** http://host[:port] or https://host[:port], without a slash at its end. */
export const phoneUrl = hostUrl("http", PHONE, "is for the phone's own file to say").transform(
  (written) => new URL(written).origin,
);

/** A URL of this scheme, or its secured one, that ends after host and port. */
function hostUrl(scheme: "http" | "mqtt", wanted: string, noPath: string) {
  const wrongIn = (written: string): string | undefined => {
    if (written.includes("@")) {
      return "holds a user or password; take them out, and write user: and password: { file: PATH } beside url:";
    }
    const schemed = new RegExp(`^${scheme}s?://`, "i").test(written);
    const url = schemed && URL.canParse(written) ? new URL(written) : undefined;
    if (url === undefined || url.hostname === "") return wanting(wanted)({ input: written });
    const rest = url.pathname + url.search + url.hash;
    return rest === "" || rest === "/" ? undefined : `${JSON.stringify(rest)} ${noPath}; end after host and port`;
  };
  return z
    .string({ error: wanting(wanted) })
    .transform((written, context): string => {
      const wrong = wrongIn(written);
      if (wrong === undefined) return written;
      context.addIssue({ code: "custom", message: wrong });
      return z.NEVER;
    })
    .meta({ pattern: `^${scheme}s?://[^@/\\s]+/?$` });
}
