import { uriHost } from "./via.ts";

/** One place where the PBX may be reached. */
export interface Target {
  /** What the address belongs to: the host as it is configured, or the node that DNS names for it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Where to connect, one place after the other. */
export interface Targets {
  /** The place for the next attempt. Rejects with the signal's reason, or with a DNS error. */
  next(signal: AbortSignal): Promise<Target>;
  /** Addresses that the PBX is known to have, as the kernel spells them: what comes from elsewhere is not from it. */
  readonly addresses: ReadonlySet<string>;
}

/** A place as sentences name it: TCP sip1.example.org:5060 (192.0.2.10). */
export function placeName(
  protocol: string,
  { name, port, address }: Partial<Target> & { readonly name: string },
): string {
  const place = `${protocol} ${uriHost(name)}${port === undefined ? "" : `:${port}`}`;
  return address === undefined || address === name ? place : `${place} (${address})`;
}
