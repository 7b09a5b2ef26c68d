import { tagOf } from "../../sip/address.ts";
import { Headers } from "../../sip/headers.ts";
import { cseq, type Message, type Request } from "../../sip/message.ts";
import { formatVia, topVia } from "../../sip/via.ts";
import type { Fault } from "./fault.ts";

// What the PBX makes of requests, and how it answers them.

export const slowAnswers: Fault = {
  title: "A 200 to anything takes long.",
  level: { unit: "ms", means: "it takes longer", usual: 2000 },
  act: (_, delay) => ({
    outgoing: (message, pass, clock) => {
      if (message.kind === "response" && message.status === 200) clock.at(clock.now() + delay, () => pass(message));
      else pass(message);
    },
  }),
};

/** As Asterisk does below `sub_min_expiry`, though RFC 6665 §4.2.1.1 asks for Min-Expires. */
export const briefInterval: Fault = {
  title: "Subscriptions are too brief for it (423), and it does not say how long they should be.",
  level: { unit: "s", means: "they have to be longer", usual: 600 },
  act: (_, shortest) => ({
    refuse: (request) => (lasts(request) && lasts(request) < shortest ? 423 : undefined),
  }),
};

/** Asterisk says 500 to a late refresh; the subscription itself stays here. */
export const refuseRefresh: Fault = {
  title: "Every refresh of a subscription is refused.",
  level: { unit: "status", means: "the status that it is refused with", usual: 500 },
  act: (_, status) => ({
    refuse: (request) => (lasts(request) && tagOf(request.headers.get("To")) !== undefined ? status : undefined),
  }),
};

/** Such as an external address that is set wrongly, or a gateway that rewrites what it does not understand. */
export const wrongVia: Fault = {
  title: "Via names a machine that does not exist, in its requests and in its answers.",
  act: () => ({
    outgoing: (message, pass) => {
      const via = topVia(message);
      pass(via ? withVia(message, formatVia({ ...via, host: "nowhere.invalid" })) : message);
    },
  }),
};

/** What does it stands in Transfers, since a REFER that is ignored has been accepted before. */
export const ignoreRefer: Fault = {
  title: "A REFER is accepted (202), and nothing is done about it.",
  act: () => ({}),
};

/** `allow_transfer=no`, for every account. */
export const forbidTransfers: Fault = {
  title: "Transfers are forbidden (603).",
  act: () => ({ refuse: ({ method }) => (method === "REFER" ? 603 : undefined) }),
};

/** Seconds that a SUBSCRIBE asks for; 0 for what is none, or an end. */
function lasts(request: Request): number {
  return cseq(request).method === "SUBSCRIBE" ? Number(request.headers.get("Expires") ?? 0) : 0;
}

function withVia(message: Message, via: string): Message {
  const headers = new Headers(message.headers);
  headers.set("Via", via);
  return { ...message, headers };
}
