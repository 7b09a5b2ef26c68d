import type { KeyId } from "./key.ts";
import type { LineId } from "./line.ts";

/** What one key of the panel is for. */
export type KeySettings = LineKey | GroupKey | ParkKey | PanelKey;

interface Place {
  readonly id: KeyId;
  readonly label: string;
}

/** Shows one line, and takes the call that rings there. */
export interface LineKey extends Place {
  readonly kind: "line";
  readonly line: LineId;
  /** Whose messages the key shows as `waiting`. One for a line, however many keys it has. */
  readonly mailbox?: string;
  /** False: this key watches and never picks up. */
  readonly pickup: boolean;
  /** What a press does while the line is idle. */
  readonly idle: IdleActions;
}

/** What the desk phone dials, as the PBX is to be sent it; absent: nothing. */
export interface IdleActions {
  readonly short?: string;
  readonly long?: string;
}

/** Shows the most urgent member of a group, and takes the call that rings longest in it. */
export interface GroupKey extends Place {
  readonly kind: "group";
  readonly group: string;
  /** Its members: those of the scope's group. */
  readonly lines: readonly LineId[];
  readonly pickup: boolean;
}

/** Shows whether a call is parked in a slot; parks the desk phone's call there, or fetches what is there. */
export interface ParkKey extends Place {
  readonly kind: "park";
  readonly slot: LineId;
}

/** Asks for something of the panel itself: silence for what rings now, or every lamp lit. */
export interface PanelKey extends Place {
  readonly kind: "panel";
  readonly action: "acknowledge" | "lamp-test";
}

/** The lines that a key shows. */
export function linesOf(key: KeySettings): readonly LineId[] {
  switch (key.kind) {
    case "line":
      return [key.line];
    case "group":
      return key.lines;
    case "park":
      return [key.slot];
    case "panel":
      return [];
  }
}

/** What a key, a press or its outcome is about, as it is named to the world outside. */
export type Subject =
  | { readonly line: LineId }
  | { readonly group: string }
  | { readonly slot: LineId }
  | { readonly action: PanelKey["action"] };

export function subjectOf(key: KeySettings): Subject {
  switch (key.kind) {
    case "line":
      return { line: key.line };
    case "group":
      return { group: key.group };
    case "park":
      return { slot: key.slot };
    case "panel":
      return { action: key.action };
  }
}
