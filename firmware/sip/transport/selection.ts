import type { PbxSettings } from "../../domain/settings.ts";
import { TcpTransport } from "./tcp.ts";
import { TlsTransport } from "./tls.ts";
import type { SipTransport, TransportOptions } from "./transport.ts";
import { UdpTransport } from "./udp.ts";
import { WssTransport, WsTransport } from "./ws.ts";

/** The transport that the settings name. */
export function transportFor(
  { transport, path, tls }: Pick<PbxSettings, "transport" | "path" | "tls">,
  options: TransportOptions,
): SipTransport {
  const withTls = { ...options, ...(tls ? { tls } : {}) };
  const at = path === undefined ? {} : { path };
  switch (transport) {
    case "udp":
      return new UdpTransport(options);
    case "tcp":
      return new TcpTransport(options);
    case "tls":
      return new TlsTransport(withTls);
    case "ws":
      return new WsTransport({ ...options, ...at });
    case "wss":
      return new WssTransport({ ...withTls, ...at });
  }
}

/** What a URI says of the transport. RFC 7118 §5.2.2 knows only ws, whether there is TLS below it or not. */
export function uriParameter(transport: PbxSettings["transport"]): string {
  if (transport === "udp") return "";
  return `;transport=${transport === "wss" ? "ws" : transport}`;
}
