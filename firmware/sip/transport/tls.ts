import type { TlsSettings } from "../../domain/settings.ts";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { type ConnectionOptions, ConnectionTransport } from "./connection-transport.ts";
import { dialTcp, secure } from "./dial.ts";
import { StreamConnection } from "./stream.ts";
import type { Target } from "./target.ts";

export interface TlsOptions extends ConnectionOptions {
  readonly tls?: TlsSettings;
}

/** SIP over TLS. */
export class TlsTransport extends ConnectionTransport {
  readonly protocol = "TLS";
  protected override readonly options: TlsOptions;

  constructor(options: TlsOptions) {
    super(options);
    this.options = options;
  }

  protected async dial(target: Target, events: ConnectionEvents, signal: AbortSignal): Promise<Connection> {
    const { host, tls = {} } = this.options;
    const socket = await dialTcp(target, this.options, signal);
    return new StreamConnection(await secure(socket, host, tls, signal), events);
  }
}
