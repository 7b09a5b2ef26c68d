/** What one kind of PBX expects. Data: the files in board-configs/profiles. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  /** Event package that carries the state of a line (RFC 4235). */
  readonly watch: "dialog";
  readonly pickup: {
    /** What to dial to take the call ringing at {line}; absent where this PBX has no such code. */
    readonly directed?: string;
    /** The same for a call that rings at {line} as at one of a ring group, where `directed` does not find it. */
    readonly ringGroup?: string;
    /** What to dial to take any call of the PBX's own pickup group. */
    readonly group?: string;
    /** What to dial to fetch the call parked in {slot}. */
    readonly park?: string;
    /** What a call is transferred to so that it is parked: in {slot}, or, where it does not say, in the next that is free. */
    readonly parking?: string;
    /** Whether the ids in its dialog-info may be used to replace a ringing call (RFC 3891). */
    readonly replaces: boolean;
  };
  /**
   * Who carries out a transfer: the PBX itself, whose doing is known; or, behind a proxy, whichever phone or trunk is at the
   * other end of the call.
   */
  readonly transfers: "pbx" | "peer";
  /** What to dial so that {phone} answers by itself; absent where the PBX offers no such code by default. */
  readonly intercom?: string;
  /** What tells an unregistered phone from an idle one, since dialog-info does not: `Event: presence` (RFC 3856), or nothing. */
  readonly offline: "presence" | "never";
}
