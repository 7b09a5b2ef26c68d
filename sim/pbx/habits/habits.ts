import type { Millis } from "../../../firmware/domain/millis.ts";
import type { EventPackage } from "../event-package.ts";
import { asteriskDialogs } from "./asterisk.ts";
import { broadworksDialogs } from "./broadworks.ts";
import { kamailioDialogs } from "./kamailio.ts";

/** What one kind of PBX does in its own way, as data. All else is Asterisk's. */
export interface Habits {
  /** For a person: which PBX, and where these facts come from. */
  readonly title: string;
  /** How it tells of calls. */
  readonly dialogs: EventPackage;
  /** It tells of each call by itself, or of no more than the state of the line. */
  readonly tells: "calls" | "state";
  /** How long it goes on telling of a call that is over, where it tells of calls; 0: once. */
  readonly linger: Millis;
  /** Subscriptions that are too brief are told what would not be. */
  readonly minExpires: boolean;
  /** Of a subscription that ran out or was given up. */
  readonly endReason: string | undefined;
  /** To a refresh of a subscription that has ended. */
  readonly forgotten: 481 | 500;
  /** Who carries a REFER out: the PBX, or the phone at the other end of the call. */
  readonly transfers: "pbx" | "peer";
}

const OF_ASTERISK = {
  minExpires: false,
  endReason: undefined,
  forgotten: 500,
  transfers: "pbx",
} as const;

export const HABITS = {
  asterisk: {
    title: "Asterisk 22 (chan_pjsip), as captured",
    dialogs: asteriskDialogs,
    tells: "state",
    linger: 0,
    ...OF_ASTERISK,
  },
  kamailio: {
    title: "Kamailio 5.6 (presence_dialoginfo, pua_dialoginfo), as captured; but it does not challenge refreshes",
    dialogs: kamailioDialogs,
    tells: "calls",
    linger: 11_500,
    minExpires: true,
    endReason: "timeout",
    forgotten: 481,
    transfers: "peer",
  },
  broadworks: {
    title: "BroadWorks, after the rule of a phone maker for its states (Technicolor TB30); nothing of it was captured",
    dialogs: broadworksDialogs,
    tells: "calls",
    linger: 0,
    ...OF_ASTERISK,
  },
} as const satisfies Readonly<Record<string, Habits>>;

export type HabitName = keyof typeof HABITS;

/** Whether there are habits of that name: a PBX of any other kind has Asterisk's. */
export function isHabitName(name: string): name is HabitName {
  return Object.hasOwn(HABITS, name);
}
