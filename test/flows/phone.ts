export type PhoneState = "idle" | "calling" | "ringing" | "talking";

/**
 * How a phone treats a call that comes in: a person answers it or lets it ring, or it answers everything by itself, or it
 * answers by itself only where the auto-answer header of an intercom call asks for it; or it follows a script.
 */
export type PhoneHabit = "manual" | "answers" | "answers-on-header" | Scripted;

/** Rings so long (ms) and then answers by itself; or rings for a moment and then rejects the call with that status. */
export type Scripted = { readonly answersAfter: number } | { readonly rejects: 486 | 603 };

/** A telephone on a PBX, as the flows need it: a simulated one, or a real program that knows nothing of blfd. */
export interface Phone {
  readonly number: string;
  /** Registered with the PBX when this resolves. */
  start(): Promise<void>;
  /** Ends its calls, unregisters, and leaves no process and no socket. */
  stop(): Promise<void>;
  /** Dials; resolves when the call is placed, not when it is answered. */
  call(number: string): Promise<void>;
  answer(): Promise<void>;
  /** Ends, cancels or rejects whatever call there is. */
  hangUp(): Promise<void>;
  readonly state: PhoneState;
  /** Resolves in that state; rejects after `within` ms, saying what state it was in instead. */
  until(state: PhoneState, within: number): Promise<void>;
  /** Values of the Reason headers on the last CANCEL that this phone got; undefined where none came. */
  readonly lastCancel: readonly string[] | undefined;
  /** RTP packets received since the present or last call was answered. */
  readonly heard: number;
}

/** What the PBX itself says of an extension: what a lamp has to equal. */
export type PbxLineState = "idle" | "ringing" | "busy" | "held" | "offline";

/**
 * A PBX under the flows. All of them have: phones 100…105 (password "pw" + number), the account panel1 (password
 * "pwpanel1") that may watch them all and pick up, directed pickup by `**` + number, an intercom code `*80` + number that makes a
 * phone answer by header, and a ring group 200 of 101 and 103.
 */
export interface TestPbx {
  readonly name: string;
  readonly host: string;
  /** SIP over UDP and TCP alike. */
  readonly port: number;
  /** Fully booted when this resolves. */
  start(): Promise<void>;
  /** As by kill -9: no BYE, no NOTIFY, nothing. start() may follow. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  phone(number: string, habit: PhoneHabit): Phone;
  /** Channels (call legs) that are up now. */
  channels(): Promise<number>;
  lineState(number: string): Promise<PbxLineState>;
}
