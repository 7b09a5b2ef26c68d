import type { Connection, ConnectionEvents } from "./connection.ts";
import { ConnectionTransport } from "./connection-transport.ts";
import { dialTcp } from "./dial.ts";
import { StreamConnection } from "./stream.ts";
import type { Target } from "./target.ts";

/** SIP over TCP. */
export class TcpTransport extends ConnectionTransport {
  readonly protocol = "TCP";

  protected async dial(target: Target, events: ConnectionEvents, signal: AbortSignal): Promise<Connection> {
    return new StreamConnection(await dialTcp(target, this.options, signal), events);
  }
}
