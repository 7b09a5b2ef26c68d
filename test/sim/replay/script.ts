import type { LineState } from "../../../firmware/domain/line-state.ts";

/** Of the states that dialog-info tells. */
type Told = Extract<LineState, "idle" | "ringing" | "busy" | "held">;

const DIALOGS: Readonly<Record<Told, string>> = {
  idle: "",
  ringing: '<dialog id="1" direction="recipient"><state>early</state></dialog>',
  busy: '<dialog id="1"><state>confirmed</state></dialog>',
  held: '<dialog id="1"><state>confirmed</state><local><target uri="sip:101@pbx"><param pname="+sip.rendering" pvalue="no"/></target></local></dialog>',
};

/** A captured conversation about 101, as a test wants it. Times in seconds. */
export class Script {
  text = "";
  #dialog = 1;
  #sent = 0;
  #version = 0;

  subscribe(at: number, { status = 200 }: { readonly status?: number } = {}): this {
    const names = this.#names(`SUBSCRIBE sip:101@pbx`, `${++this.#sent} SUBSCRIBE`, false);
    this.#say(at, "-->", [
      "SUBSCRIBE sip:101@pbx SIP/2.0",
      ...names,
      "Event: dialog",
      "Expires: 600",
      "Contact: <sip:panel@here>",
    ]);
    this.#say(at, "<--", [`SIP/2.0 ${status} Whatever`, ...names, "Expires: 600", "Contact: <sip:pbx>"]);
    return this;
  }

  report(
    at: number,
    state: Told,
    { cseq = ++this.#sent, answer = 200 }: { readonly cseq?: number; readonly answer?: number } = {},
  ): this {
    const body = `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${this.#version++}" state="full" entity="sip:101@pbx">${DIALOGS[state]}</dialog-info>`;
    const names = this.#names(`NOTIFY ${at}`, `${cseq} NOTIFY`, true);
    const about = [
      "Event: dialog",
      "Subscription-State: active;expires=600",
      "Content-Type: application/dialog-info+xml",
    ];
    this.#say(at, "<--", ["NOTIFY sip:panel@here SIP/2.0", ...names, ...about], body);
    this.#say(at, "-->", [`SIP/2.0 ${answer} Whatever`, ...names]);
    return this;
  }

  /** A question for a sign of life, without an answer. */
  ask(at: number): this {
    return this.#say(at, "-->", [
      "OPTIONS sip:pbx SIP/2.0",
      ...this.#names(`OPTIONS ${at}`, `${++this.#sent} OPTIONS`, false),
    ]);
  }

  call(at: number, number: string): this {
    const names = this.#names(`INVITE ${at}`, `${++this.#sent} INVITE`, false);
    this.#say(at, "-->", [`INVITE sip:${number}@pbx SIP/2.0`, ...names]);
    return this.#say(at, "<--", ["SIP/2.0 403 Forbidden", ...names]);
  }

  /** What follows is another dialog's. */
  anew(): this {
    this.#dialog++;
    this.#version = 0;
    return this;
  }

  #names(branch: string, cseq: string, ofPbx: boolean): readonly string[] {
    const [panel, pbx] = ["<sip:panel@pbx>;tag=p", `<sip:101@pbx>${branch.startsWith("SUBSCRIBE") ? "" : ";tag=x"}`];
    return [
      `Via: SIP/2.0/UDP there;branch=z9hG4bK${`${branch} ${this.#dialog} ${cseq}`.replaceAll(/\W/g, "-")}`,
      `From: ${ofPbx ? pbx : panel}`,
      `To: ${ofPbx ? panel : pbx}`,
      `Call-ID: dialog-${this.#dialog}`,
      `CSeq: ${cseq}`,
    ];
  }

  #say(at: number, arrow: "-->" | "<--", lines: readonly string[], body = ""): this {
    const head = [...lines, `Content-Length: ${body.length}`].join("\r\n");
    this.text += `==== ${at.toFixed(3)} panel ${arrow} pbx\n${head}\r\n\r\n${body}\n`;
    return this;
  }
}
