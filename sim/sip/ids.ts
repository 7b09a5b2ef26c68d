import { randomUUID } from "node:crypto";

/** Marks the branches of RFC 3261; older ones have no meaning of their own (RFC 3261 §8.1.1.7). */
const COOKIE = "z9hG4bK";

export const newBranch = (): string => `${COOKIE}${randomUUID()}`;
export const newTag = (): string => randomUUID();
export const newCallId = (): string => randomUUID();

/** A first sequence number, as random as a person can read. */
export const newCseq = (): number => 1 + Math.floor(Math.random() * 32_000);
