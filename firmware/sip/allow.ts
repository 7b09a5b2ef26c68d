/** What this agent answers with anything but 405 (RFC 3261 §20.5). */
export const ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, UPDATE";
