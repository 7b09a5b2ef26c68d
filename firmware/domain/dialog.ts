/** RFC 4235 §3.7.1. Letter case is folded by the parser: Kamailio sends "Trying". */
export type DialogState = "trying" | "proceeding" | "early" | "confirmed" | "terminated";

/** One side of a dialog (RFC 4235 §4.1.6). */
export interface Party {
  readonly identity?: string;
  readonly display?: string;
  readonly target?: string;
}

/** One dialog of the watched line, as one NOTIFY described it. */
export interface Dialog {
  /** Unique within the line's notifier, and all that identifies the dialog there (RFC 4235 §4.1.2). */
  readonly id: string;
  readonly state: DialogState;
  /** Absent where the notifier does not say; such an early dialog is taken as ringing here. */
  readonly direction?: "initiator" | "recipient";
  readonly callId?: string;
  readonly localTag?: string;
  readonly remoteTag?: string;
  readonly local?: Party;
  readonly remote?: Party;
  /** The line's own media is not rendered (`+sip.rendering` = "no", RFC 4235 §4.1.6.2): the call is held. */
  readonly held: boolean;
}

/** One dialog-info document (RFC 4235 §4.1). */
export interface DialogInfo {
  readonly entity: string;
  readonly version: number;
  readonly state: "full" | "partial";
  readonly dialogs: readonly Dialog[];
}
