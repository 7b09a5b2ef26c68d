import type { SaxesTagNS } from "saxes";
import type { Dialog, DialogInfo, DialogState, Party } from "../domain/dialog.ts";
import { attribute, Refusal, readXml, type XmlReader } from "./xml.ts";

export type ParsedDialogInfo =
  | { readonly ok: true; readonly info: DialogInfo }
  /** `problem` never holds text of the document, which may name callers. */
  | { readonly ok: false; readonly problem: string };

const NAMESPACE = "urn:ietf:params:xml:ns:dialog-info";
const STATES: ReadonlySet<string> = new Set<DialogState>(["trying", "proceeding", "early", "confirmed", "terminated"]);

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads one application/dialog-info+xml document (RFC 4235 §4.1). Never throws, whatever the text is.
 *
 * @param names whether people's names are wanted, too; whom nobody may be told of is not read in the first place
 */
export function parseDialogInfo(text: string, names = false): ParsedDialogInfo {
  const reader = new Reader(names);
  const wrong = readXml(text, reader);
  if (wrong !== undefined) return problem(wrong);
  return reader.result();
}

/** Takes the parser's events. Elements of other names and namespaces are skipped with all that is in them. */
class Reader implements XmlReader {
  /** Local names of the open elements, outermost first; "" for one that is skipped. */
  readonly #path: string[] = [];
  readonly #dialogs: Dialog[] = [];
  #head: Omit<DialogInfo, "dialogs"> | undefined;
  #dialog: Growing<Dialog> | undefined;
  #party: Growing<Party> | undefined;
  #text = "";
  readonly #names: boolean;

  constructor(names: boolean) {
    this.#names = names;
  }

  open(tag: SaxesTagNS): void {
    const parent = this.#path.at(-1);
    const name = tag.uri === NAMESPACE && parent !== "" ? tag.local : "";
    this.#path.push(name);
    this.#text = "";
    switch (this.#path.length) {
      case 1:
        this.#head = this.#document(name, tag);
        break;
      case 2:
        if (name === "dialog") this.#dialog = this.#newDialog(tag);
        else this.#skip();
        break;
      case 3:
        if (name === "local" || name === "remote") this.#party = {};
        else if (name !== "state") this.#skip();
        break;
      case 4:
        if (this.#party === undefined) this.#skip();
        else if (name === "identity") {
          if (this.#names) set(this.#party, "display", attribute(tag, "display"));
        } else if (name === "target") set(this.#party, "target", attribute(tag, "uri"));
        break;
      case 5:
        if (name === "param" && parent === "target" && this.#path[2] === "local") this.#parameter(tag);
        break;
    }
  }

  text(piece: string): void {
    this.#text += piece;
  }

  close(): void {
    const depth = this.#path.length;
    const name = this.#path.pop();
    if (name === "" || this.#dialog === undefined) return;
    if (depth === 2) {
      this.#dialogs.push(this.#dialog);
      this.#dialog = undefined;
    } else if (depth === 3) {
      if (name === "state") this.#dialog.state = stateOf(this.#text);
      else if (name === "local" || name === "remote") set(this.#dialog, name, this.#party);
      this.#party = undefined;
    } else if (depth === 4 && name === "identity" && this.#party !== undefined) {
      set(this.#party, "identity", this.#text.trim() || undefined);
    }
  }

  result(): ParsedDialogInfo {
    if (this.#head === undefined) return problem("the document is empty");
    return { ok: true, info: { ...this.#head, dialogs: this.#dialogs } };
  }

  #skip(): void {
    this.#path[this.#path.length - 1] = "";
  }

  #document(name: string, tag: SaxesTagNS): Omit<DialogInfo, "dialogs"> {
    if (name !== "dialog-info") throw new Refusal("the document is not a dialog-info");
    const version = attribute(tag, "version") ?? "";
    // Required, a non-negative 32 bit integer (RFC 4235 §4.1). Guessing one would let an old document pass for a new one.
    if (!/^\d{1,10}$/.test(version)) throw new Refusal("the dialog-info has no usable version");
    const state = attribute(tag, "state")?.toLowerCase();
    if (state !== "full" && state !== "partial") {
      throw new Refusal("the dialog-info says neither full nor partial");
    }
    return { entity: attribute(tag, "entity") ?? "", version: Number(version), state };
  }

  /**
   * A dialog whose <state> is missing or foreign counts as confirmed: it is there, so the line is not idle, and
   * nothing says that it rings, so there is nothing to pick up.
   */
  #newDialog(tag: SaxesTagNS): Growing<Dialog> {
    const id = attribute(tag, "id");
    // Required, and all that tells dialogs apart (RFC 4235 §4.1); without it a later end could not be matched to its dialog.
    if (id === undefined) throw new Refusal("a dialog has no id");
    const dialog: Growing<Dialog> = { id, state: "confirmed", held: false };
    const direction = attribute(tag, "direction")?.toLowerCase();
    if (direction === "initiator" || direction === "recipient") dialog.direction = direction;
    set(dialog, "callId", attribute(tag, "call-id"));
    set(dialog, "localTag", attribute(tag, "local-tag"));
    set(dialog, "remoteTag", attribute(tag, "remote-tag"));
    return dialog;
  }

  /** RFC 4235 §4.1.6.2. Asterisk and FreeSWITCH write the value as pvalue, OpenSIPS as pval. */
  #parameter(tag: SaxesTagNS): void {
    if (attribute(tag, "pname")?.toLowerCase() !== "+sip.rendering" || this.#dialog === undefined) return;
    const value = attribute(tag, "pvalue") ?? attribute(tag, "pval");
    this.#dialog.held = value?.toLowerCase() === "no";
  }
}

function stateOf(text: string): DialogState {
  const state = text.trim().toLowerCase();
  return isDialogState(state) ? state : "confirmed";
}

function isDialogState(text: string): text is DialogState {
  return STATES.has(text);
}

/** Leaves the field out where there is no value. */
function set<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

function problem(text: string): ParsedDialogInfo {
  return { ok: false, problem: text };
}
