import { type IncomingRequestMessage, IncomingResponseMessage } from "sip.js/lib/core/index.js";
import type { Cancel } from "../hal/clock.ts";
import type { Notify, Unsolicited } from "./agent.ts";
import { ALLOW } from "./allow.ts";
import type { Reply, Stack } from "./stack.ts";
import { addressIn } from "./uri.ts";

/** A dialog's owner, as far as requests from the PBX go. */
export interface DialogOwner {
  receive(request: IncomingRequestMessage): void;
}

/** Brings what the PBX sends to whom it concerns, and answers what concerns nobody. */
export class Dispatch {
  readonly #stack: Stack;
  readonly #claims = new Map<string, (notify: Notify) => void>();
  readonly #owners = new Map<string, DialogOwner>();
  readonly #unsolicited = new Map<string, Set<(notify: Unsolicited) => void>>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** NOTIFYs with this Call-ID: a subscription owns its dialog, which may begin with the NOTIFY (RFC 6665 §4.4.1). */
  claim(callId: string, handle: (notify: Notify) => void): Cancel {
    this.#claims.set(callId, handle);
    return () => {
      if (this.#claims.get(callId) === handle) this.#claims.delete(callId);
    };
  }

  /** NOTIFYs of that event outside of every dialog. */
  onUnsolicited(event: string, listener: (notify: Unsolicited) => void): Cancel {
    const listeners = this.#unsolicited.get(event) ?? new Set();
    this.#unsolicited.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** All requests of the call with this Call-ID and our tag. */
  own(callId: string, localTag: string, owner: DialogOwner): Cancel {
    const key = dialogKey(callId, localTag);
    this.#owners.set(key, owner);
    return () => this.#owners.delete(key);
  }

  /** One message from the transport, which catches what is thrown here. */
  receive(text: string): void {
    const message = this.#stack.parse(text);
    if (!message) throw new Error("sip.js cannot read this message");
    if (message instanceof IncomingResponseMessage) this.#stack.respond(message);
    else this.#request(message);
  }

  #request(request: IncomingRequestMessage): void {
    const claim = request.method === "NOTIFY" ? this.#claims.get(request.callId) : undefined;
    const owner = request.toTag ? this.#owners.get(dialogKey(request.callId, request.toTag)) : undefined;
    if (claim) this.#notify(request, claim);
    else if (request.method === "OPTIONS")
      this.#stack.reply(request, { status: 200, headers: [ALLOW, "Accept: application/sdp"] });
    else if (owner) owner.receive(request);
    else if (this.#overheard(request)) this.#stack.reply(request, { status: 200 });
    else if (request.method !== "ACK") this.#stack.reply(request, refusal(request));
  }

  /** Whether somebody listens to what nobody has asked for. A To-tag means a dialog: one that is over. */
  #overheard(request: IncomingRequestMessage): boolean {
    if (request.method !== "NOTIFY" || request.toTag) return false;
    const event = request.getHeader("event")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    const listeners = [...(this.#unsolicited.get(event) ?? [])];
    const contentType = request.getHeader("content-type") ?? "";
    const to = addressIn(request.getHeader("to") ?? "") ?? "";
    for (const listener of listeners) listener({ to, contentType, body: request.body ?? "" });
    return listeners.length > 0;
  }

  #notify(request: IncomingRequestMessage, handle: (notify: Notify) => void): void {
    const contact = request.getHeader("contact");
    let answered = false;
    const reply = (status: number, phrase?: string): void => {
      if (answered) throw new Error("This NOTIFY was answered before.");
      answered = true;
      this.#stack.reply(request, phrase === undefined ? { status } : { status, phrase });
    };
    try {
      handle({
        fromTag: request.fromTag,
        cseq: request.cseq,
        event: request.getHeader("event") ?? "",
        subscriptionState: request.getHeader("subscription-state") ?? "",
        // Blanks around the slash are allowed, and nobody above should have to know (RFC 3261 §25.1, SLASH).
        contentType: (request.getHeader("content-type") ?? "").replace(/\s*\/\s*/, "/"),
        body: request.body ?? "",
        routes: request.getHeaders("record-route"),
        contact: contact === undefined ? undefined : addressIn(contact),
        reply,
      });
    } finally {
      if (!answered) reply(500);
    }
  }
}

/** What a request gets that belongs to no dialog of ours. */
function refusal({ method, toTag }: IncomingRequestMessage): Reply {
  switch (method) {
    case "INVITE":
      return toTag ? { status: 481 } : { status: 486 }; // There is nobody to talk to.
    case "NOTIFY": // RFC 6665 §4.1.3
    case "BYE":
    case "CANCEL": // What we refuse is refused at once, so that nothing is left to cancel.
      return { status: 481 };
    default:
      return toTag && ALLOW.includes(method) ? { status: 481 } : { status: 405, headers: [ALLOW] };
  }
}

function dialogKey(callId: string, localTag: string): string {
  return `${callId} ${localTag}`;
}
