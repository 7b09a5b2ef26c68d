/**
 * Who may come in. The server listens on loopback, but a page from anywhere runs in the same browser: by DNS rebinding it
 * reaches this address under its own name, and a WebSocket it may open to any address at all.
 */

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a Host header names this machine by a name that nobody else can have. Any port: it may be forwarded. */
export function isLoopbackHost(host: string | undefined): host is string {
  if (host === undefined || !/^[a-z0-9.:[\]-]+$/i.test(host) || !URL.canParse(`http://${host}`)) return false;
  return LOOPBACK.has(new URL(`http://${host}`).hostname);
}

/** Whether a WebSocket is asked for by a page that came from here. */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
