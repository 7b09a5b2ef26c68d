import type { EventPackage } from "./event-package.ts";

/** The mailbox of a line (RFC 3842 §5.2), as Asterisk 22 tells it. */
export const messagesPackage: EventPackage = {
  event: "message-summary",
  contentType: "application/simple-message-summary",
  carries: "messages",
  body: ({ messages: { fresh, old } }) =>
    `Messages-Waiting: ${fresh > 0 ? "yes" : "no"}\r\nVoice-Message: ${fresh}/${old} (0/0)\r\n`,
};
