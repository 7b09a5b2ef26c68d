import { createSocket } from "node:dgram";
import type { EventEmitter } from "node:events";

/** A UDP socket, as far as anything here needs one. Tells `listening`, `message`, `error` and `close`, as Node's own. */
export interface Datagrams extends EventEmitter {
  bind(port: number, host: string): unknown;
  send(bytes: Uint8Array, port: number, host: string, sent: (error: Error | null) => void): void;
  address(): { readonly address: string; readonly port: number };
  close(): unknown;
}

/** Makes one that is not bound yet. */
export type OpenDatagrams = () => Datagrams;

export const udp: OpenDatagrams = () => createSocket("udp4");
