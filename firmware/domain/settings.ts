import type { AlertPolicy } from "./alert-policy.ts";
import type { Board } from "./board.ts";
import type { KeySettings } from "./key-settings.ts";
import type { LineId } from "./line.ts";
import type { Millis } from "./millis.ts";
import type { PrivacyRules } from "./privacy.ts";
import type { Profile } from "./profile.ts";
import type { Scheme } from "./scheme.ts";
import type { Scope } from "./scope.ts";
import type { Secret } from "./secret.ts";

export type SipTransportName = "udp" | "tcp" | "tls" | "ws" | "wss";

/** How the PBX proves itself, and we to it, over TLS: contents of PEM files. */
export interface TlsSettings {
  /** Certificates of the CAs to trust; without it, those that Node knows. */
  readonly ca?: string;
  /** Our own, where the PBX wants one; and its key. */
  readonly cert?: string;
  readonly key?: Secret;
}

export interface PbxSettings {
  /** Name or address; IPv6 without brackets, as sockets want it and URIs do not. */
  readonly host: string;
  /** As written; without it, DNS says, or it is the transport's own (RFC 3263). */
  readonly port?: number;
  readonly transport: SipTransportName;
  /** Of the WebSocket, for ws and wss. */
  readonly path?: string;
  readonly tls?: TlsSettings;
  /** Set: challenges that offer only weaker digests are not answered. */
  readonly digest?: "sha-256";
  readonly user: string;
  readonly password: Secret;
  readonly register: boolean;
  /** A list at the PBX that tells of all lines by one subscription (RFC 4662). */
  readonly list?: string;
  /** No sign of life for so long: every line unknown. */
  readonly alive: Millis;
  /** A line that rings for so long is asked for afresh, and unknown if it rings on. */
  readonly longestRing: Millis;
}

/** The desk phone beside the panel, where a picked-up call lands. */
export interface DeskPhone {
  readonly line: LineId;
  /** What to dial so that the phone answers by itself (the PBX's intercom code for it). */
  readonly dial: string;
  readonly whenBusy: "refuse" | "ring";
  readonly remote?: RemoteControl;
}

/** The phone's own HTTP interface, by which it does what its keys do. */
export interface RemoteControl {
  /** URL that makes it dial {number}; http or https. */
  readonly dial: string;
  /** URL that transfers its call to {number} without asking; absent where such a phone cannot. */
  readonly transfer?: string;
  readonly user?: string;
  readonly password?: Secret;
  /** Certificates of the CAs to trust, as PEM; without it, those that Node knows. */
  readonly ca?: string;
}

export type LandingName = "desk-phone" | "transfer" | "remote-control";
export type MethodName = "auto" | "feature-code" | "replaces" | "group-code";

export interface PickupSettings {
  readonly phone?: DeskPhone;
  /** In order of preference; empty for a panel that only watches. */
  readonly landings: readonly LandingName[];
  readonly method: MethodName;
  readonly deadline: Millis;
}

/** What a panel can be told to do over MQTT. */
export type CommandName = "lamp-test" | "identify" | "reload";

export interface MqttSettings {
  readonly url: string;
  /** First topic level. */
  readonly topic: string;
  readonly user?: string;
  readonly password?: Secret;
  /** What it lets itself be told; absent: all of it. Empty: it does not even listen. */
  readonly commands?: readonly CommandName[];
}

/** Everything that a panel's files say, checked and with its defaults filled in. */
export interface Settings extends PrivacyRules {
  readonly panel: string;
  readonly board: Board;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly pbx: PbxSettings;
  readonly pickup: PickupSettings;
  readonly scope: Scope;
  readonly keys: readonly KeySettings[];
  /** What the zone lamp is about; absent: all that the keys are for, but the desk phone. */
  readonly zone?: readonly LineId[];
  /** Absent: nothing sounds, nothing is kept in mind. */
  readonly alerts?: AlertPolicy;
  readonly mqtt?: MqttSettings;
}
