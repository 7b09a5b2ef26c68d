/** One SIP message as Asterisk's own log has it. */
export interface LoggedMessage {
  /** Of Asterisk's sending. */
  readonly sent: boolean;
  /** "INVITE", "BYE"…: of a response, that of its request. */
  readonly method: string;
  /** 0: a request. */
  readonly status: number;
  readonly callId: string;
  readonly cseq: number;
  readonly text: string;
}

const MARK = /^.*<--- (Received|Transmitting) SIP \w+ \(\d+ bytes\) (?:from|to) \S+ --->$/gm;

/** Every SIP message of a log, in order. */
export function messagesIn(log: string): LoggedMessage[] {
  const marks = [...log.matchAll(MARK)];
  return marks.map((mark, i) => {
    const text = log.slice(mark.index + mark[0].length, marks[i + 1]?.index).trim();
    const [, cseq = "", method = ""] = /^CSeq:\s*(\d+)\s+(\w+)/im.exec(text) ?? [];
    return {
      sent: mark[1] === "Transmitting",
      method,
      status: Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0),
      callId: /^(?:Call-ID|i):\s*(\S+)/im.exec(text)?.[1] ?? "",
      cseq: Number(cseq),
      text,
    };
  });
}

/** What is known of one call leg. */
interface Leg {
  readonly with: string;
  readonly unanswered: Set<number>;
  stage: "calling" | "up" | "over";
}

/** The legs that a log leaves open, as sentences: an INVITE without a last answer, or an answered one without an answered BYE. */
export function openLegs(messages: readonly LoggedMessage[]): string[] {
  const legs = new Map<string, Leg>();
  for (const { method, status, callId, cseq, text } of messages) {
    let leg = legs.get(callId);
    if (method === "INVITE" && status === 0) {
      if (leg === undefined) {
        leg = { with: text.split("\r\n", 1)[0] ?? "", unanswered: new Set(), stage: "calling" };
        legs.set(callId, leg);
      }
      leg.unanswered.add(cseq);
    }
    if (leg === undefined || status < 200) continue;
    if (method === "INVITE") {
      leg.unanswered.delete(cseq);
      if (status < 300 && leg.stage === "calling") leg.stage = "up";
    }
    if (method === "BYE") leg.stage = "over";
  }
  return [...legs].flatMap(([callId, { with: who, unanswered, stage }]) => {
    if (stage === "up") return [`${who} (${callId}) was answered and never ended`];
    return stage === "calling" && unanswered.size > 0 ? [`${who} (${callId}) has no last answer`] : [];
  });
}
