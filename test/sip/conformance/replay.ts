import type { Leg } from "../../../firmware/sip/agent.ts";
import { parseMessageSummary } from "../../../firmware/sip/message-summary.ts";
import { Pace } from "../../../firmware/sip/pace.ts";
import { parsePresence } from "../../../firmware/sip/presence.ts";
import { Registration } from "../../../firmware/sip/registration.ts";
import { Subscription } from "../../../firmware/sip/subscription.ts";
import { addressIn } from "../../../firmware/sip/uri.ts";
import { Watcher } from "../../../firmware/sip/watcher.ts";
import type { RawMessage } from "../raw/raw-message.ts";
import { type Spoken, spokenIn } from "./conversation.ts";
import { MemoryPanel } from "./memory-panel.ts";

/** What plays a panel's part in one dialog of a conversation, in the place of who played it then. */
interface Part {
  /** The conversation has come to a request of the panel's; ours goes out by itself or is brought about here. */
  ask(message: RawMessage): void;
  /** Called after each message from the PBX. */
  look?(): void;
}

/** Longest time that is waited for a request that the panel sends by itself, in ms. */
const LONGEST_WAIT = 3_600_000;

/**
 * Replays a conversation dialog by dialog. What the PBX sent arrives byte for byte, but for the lines of a response that
 * it copied from its request: those are of our request. One line for each dialog: what it was about, and what followed.
 */
export async function replayed(file: string): Promise<string[]> {
  const dialogs = new Map<string, Spoken[]>();
  for (const one of spokenIn(file)) {
    const key = `${one.panel} ${one.message.header("Call-ID")}`;
    dialogs.set(key, [...(dialogs.get(key) ?? []), one]);
  }
  const traces: string[] = [];
  for (const spoken of dialogs.values()) traces.push(await Replay.of(spoken));
  return traces;
}

class Replay {
  readonly panel: MemoryPanel;
  readonly trace: string[] = [];
  readonly #spoken: readonly Spoken[];
  readonly #answered = new Set<string>();

  private constructor(panel: MemoryPanel, spoken: readonly Spoken[]) {
    this.panel = panel;
    this.#spoken = spoken;
  }

  static async of(spoken: readonly Spoken[]): Promise<string> {
    const replay = new Replay(await MemoryPanel.open(), spoken);
    const { callId, tag } = identityOf(spoken);
    replay.panel.identities.push({ callId, tag });
    const about = replay.#run();
    replay.panel.close();
    return [`${about}:`, ...replay.trace].join(" ");
  }

  /** Notes what is not the same as the note before. */
  note(what: string): void {
    if (this.trace.at(-1) !== what) this.trace.push(what);
  }

  /** Lets time pass until the panel asks by itself. */
  waitFor(method: string): void {
    const { clock } = this.panel;
    const end = clock.now() + LONGEST_WAIT;
    while (this.#open(method) === undefined && clock.next !== undefined && clock.next <= end) {
      clock.advance(clock.next - clock.now());
    }
  }

  #run(): string {
    const { about, part } = partOf(this, this.#spoken);
    for (const { sent, message, bytes } of this.#spoken) {
      if (sent && message.status === 0) {
        if (this.#open(message.method) === undefined) part.ask(message);
      } else if (!sent) {
        if (message.status > 0) this.#answer(message);
        else this.#tell(message, bytes);
        part.look?.();
      }
    }
    return about;
  }

  /** Our newest request of that method without a final answer. */
  #open(method: string): RawMessage | undefined {
    const request = this.panel.sent.findLast((one) => one.method === method);
    return request === undefined || this.#answered.has(request.branch) ? undefined : request;
  }

  #answer(response: RawMessage): void {
    const request = this.#open(response.cseqMethod);
    if (request === undefined) return;
    if (response.status >= 200) this.#answered.add(request.branch);
    const own = (name: string): string => `${name}: ${request.header(name)}`;
    const text = response.text
      .replace(/^Via: .*$/m, own("Via"))
      .replace(/^CSeq: .*$/m, own("CSeq"))
      .replace(/^Call-ID: .*$/m, own("Call-ID"))
      .replace(/^From: .*$/m, own("From"));
    this.panel.arrive(text);
  }

  #tell({ method }: RawMessage, bytes: Buffer): void {
    const before = this.panel.transport.sent.length;
    this.panel.arrive(bytes);
    const answer = this.panel.sent.slice(before).find(({ status, cseqMethod }) => status > 0 && cseqMethod === method);
    if (method !== "ACK") this.note(`${method}→${answer?.status ?? "nothing"}`);
  }
}

function partOf(replay: Replay, spoken: readonly Spoken[]): { readonly about: string; readonly part: Part } {
  const first = spoken[0]?.message;
  if (first === undefined) throw new Error("an empty dialog");
  const { cseqMethod } = first;
  if (cseqMethod === "REGISTER") return { about: "registration", part: registering(replay) };
  if (cseqMethod === "INVITE") return { about: `call to ${userOf(first, "To")}`, part: calling(replay) };
  if (cseqMethod === "SUBSCRIBE" || cseqMethod === "NOTIFY") {
    const line = userOf(first, cseqMethod === "SUBSCRIBE" ? "To" : "From");
    const event = first.header("Event").split(";")[0] ?? "";
    return { about: `${event} of ${line}`, part: subscribed(replay, line, event, linesListed(spoken)) };
  }
  return { about: cseqMethod, part: requesting(replay) };
}

function subscribed(replay: Replay, line: string, event: string, listed: readonly string[]): Part {
  if (event !== "dialog") return subscribing(replay, line, event);
  return listed.length > 0 ? watching(replay, listed, line) : watching(replay, [line]);
}

function watching(replay: Replay, lines: readonly string[], list?: string): Part {
  const { panel } = replay;
  const watcher = new Watcher(
    { agent: panel, clock: panel.clock, log: panel.log, random: () => 0 },
    lines,
    () => ({}),
    list,
  );
  watcher.start();
  return {
    ask(message) {
      if (message.header("Expires") === "0") void watcher.stop();
      else replay.waitFor("SUBSCRIBE");
    },
    look() {
      const states = lines.map((line) => watcher.view(line).state);
      replay.note(list === undefined ? states.join() : together(lines, states));
    },
  };
}

/** Where no dialogs are told: what is told instead, and how the subscription stands. */
function subscribing(replay: Replay, line: string, event: string): Part {
  const { panel } = replay;
  const parts = { agent: panel, clock: panel.clock, log: panel.log, random: () => 0, pace: new Pace(1) };
  const wanted = { line, event, accept: "*/*", expires: 300 };
  const subscription = new Subscription(parts, wanted, {
    notified: ({ body }) => replay.note(event === "presence" ? presenceIn(body) : messagesIn(body)),
    unvouched: () => undefined,
  });
  subscription.restart();
  return {
    ask(message) {
      if (message.header("Expires") === "0") void subscription.stop();
      else replay.waitFor("SUBSCRIBE");
    },
    look: () => replay.note(subscription.state),
  };
}

function presenceIn(body: string): string {
  const parsed = parsePresence(body);
  return parsed.ok ? (parsed.value ?? "nothing") : parsed.problem;
}

function messagesIn(body: string): string {
  const parsed = parseMessageSummary(body);
  return parsed.ok ? `messages waiting: ${parsed.value.waiting}` : parsed.problem;
}

/** Lines that the resource lists of a dialog name. */
function linesListed(spoken: readonly Spoken[]): string[] {
  const uris = spoken.flatMap(({ message }) => [...message.body.matchAll(/<resource uri="sip:([^@"]*)@/g)]);
  return [...new Set(uris.map(([, line = ""]) => line))].sort();
}

/** "[101 ringing, 4 idle]": states that several lines have are counted. */
function together(lines: readonly string[], states: readonly string[]): string {
  const parts = [...new Set(states)].map((state) => {
    const having = lines.filter((_, index) => states[index] === state);
    return `${having.length > 1 ? having.length : having[0]} ${state}`;
  });
  return `[${parts.join(", ")}]`;
}

function registering(replay: Replay): Part {
  const { panel } = replay;
  const registration = new Registration({ agent: panel, clock: panel.clock, log: panel.log, random: () => 0 });
  registration.start();
  return {
    ask(message) {
      if (/;expires=0|Expires: 0/i.test(message.text)) void registration.stop();
      else replay.waitFor("REGISTER");
    },
    look: () => replay.note(registration.registered ? "registered" : "not registered"),
  };
}

function calling(replay: Replay): Part {
  let leg: Leg | undefined;
  return {
    ask(message) {
      if (message.method === "INVITE") {
        leg = replay.panel.invite(message.uri, [], message.body || "v=0\r\n", {
          progress: ({ status }) => replay.note(`progress ${status}`),
          accepted: ({ status }) => replay.note(`accepted ${status}`),
          rejected: ({ status }) => replay.note(`rejected ${status}`),
          sipfrag: (status, final) => replay.note(`sipfrag ${status}${final ? ", the last" : ""}`),
          ended: (by) => replay.note(`ended by ${by}`),
        });
      } else if (message.method === "REFER") {
        leg?.refer(addressIn(message.header("Refer-To")) ?? "", ({ status }) => replay.note(`transfer ${status}`));
      } else if (message.method === "BYE" || message.method === "CANCEL") leg?.end();
    },
  };
}

function requesting(replay: Replay): Part {
  return {
    ask(message) {
      const { method, uri: target } = message;
      const identity = { callId: replay.panel.newCallId(), localTag: replay.panel.newTag(), cseq: 1, routes: [] };
      replay.panel.request({ method, target, identity, headers: [] }, ({ status }) => replay.note(`${status}`));
    },
  };
}

/** Call-ID and tag of the panel in a dialog. */
function identityOf(spoken: readonly Spoken[]): { readonly callId: string; readonly tag: string } {
  const [first] = spoken;
  if (first === undefined) throw new Error("an empty dialog");
  const { sent, message } = first;
  const ours = sent === message.status > 0 ? "To" : "From";
  return { callId: message.header("Call-ID"), tag: message.tag(ours) };
}

function userOf(message: RawMessage, header: "From" | "To"): string {
  return /sips?:([^@]*)@/.exec(message.header(header))?.[1] ?? "";
}
