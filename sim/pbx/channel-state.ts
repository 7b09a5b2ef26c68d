/**
 *   down     no answer yet from a phone that we call
 *   ring     a phone calls us and waits
 *   ringing  a phone that we call rings
 *   up       answered
 *   over
 */
export type ChannelState = "down" | "ring" | "ringing" | "up" | "over";
