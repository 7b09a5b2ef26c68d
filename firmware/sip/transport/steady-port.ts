import { createHash } from "node:crypto";

/** Below those that systems hand out by themselves (RFC 6335 §6), and clear of 5060 and 5061. */
const [FIRST, COUNT] = [5100, 900];

/**
 * A local UDP port for one account: the same after a restart. A panel that was killed in a call is then heard to say that it
 * knows nothing of it (481), when the PBX's session timer asks; else Asterisk repeats its BYE for 32 s (RFC 3261 §17.1.2.2)
 * before it lets go of who was in that call.
 */
export function steadyPort(user: string, host: string): number {
  return FIRST + (createHash("sha256").update(`${user}@${host}`).digest().readUInt32BE() % COUNT);
}
