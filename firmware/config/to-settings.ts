import type { Board } from "../domain/board.ts";
import type { IdleActions, KeySettings } from "../domain/key-settings.ts";
import type { Profile } from "../domain/profile.ts";
import type { Scheme } from "../domain/scheme.ts";
import type { Scope } from "../domain/scope.ts";
import type { Secret } from "../domain/secret.ts";
import type { MqttSettings, PickupSettings, RemoteControl, Settings, TlsSettings } from "../domain/settings.ts";
import type { KeyParts } from "./key-file.ts";
import type { SettingsFile } from "./settings-file.ts";

/** What the settings name, once it is there. */
export interface Named {
  readonly board: Board;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly password: Secret;
  readonly brokerPassword: Secret | undefined;
  readonly tls: TlsSettings | undefined;
  readonly remote: RemoteControl | undefined;
}

/** A panel without `pickup:` watches only. */
const WATCH_ONLY: PickupSettings = { landings: [], method: "auto", deadline: 4000 };
const NOTHING: Scope = { groups: {}, pickup: [], hours: {} };

/** The checked file as the rest of the house knows it, with its defaults filled in. */
export function toSettings(file: SettingsFile, named: Named): Settings {
  const { server, path, digest, user, register, alive, longestRing, list } = file.pbx;
  return {
    panel: file.panel,
    board: named.board,
    profile: named.profile,
    scheme: named.scheme,
    pbx: {
      ...server,
      ...(path !== undefined && { path }),
      ...(named.tls !== undefined && { tls: named.tls }),
      ...(digest !== undefined && { digest }),
      user,
      password: named.password,
      register,
      alive,
      longestRing,
      ...(list !== undefined && { list }),
    },
    pickup: pickupOf(file, named),
    scope: toScope(file.scope),
    keys: keysOf(file),
    ...(file.zone !== undefined && { zone: toScope(file.scope).groups[file.zone] ?? [] }),
    ...(file.alerts !== undefined && { alerts: { ...file.alerts, hours: file.alerts.hours ?? [] } }),
    privacy: file.privacy,
    ...groupPrivacyOf(file.scope),
    ...mqttOf(file, named),
  };
}

function pickupOf({ pickup }: SettingsFile, { profile, remote }: Named): PickupSettings {
  if (pickup === undefined) return WATCH_ONLY;
  const { phone, landings, method, deadline } = pickup;
  if (phone === undefined) return { landings, method, deadline };
  const dial = phone.dial ?? profile.intercom?.replaceAll("{phone}", () => phone.line) ?? phone.line;
  const desk = { line: phone.line, dial, whenBusy: phone.whenBusy, ...(remote !== undefined && { remote }) };
  return { phone: desk, landings, method, deadline };
}

/** Without `scope:`, a panel may pick up nothing. */
export function toScope(scope: SettingsFile["scope"]): Scope {
  if (scope === undefined) return NOTHING;
  if (scope === "pbx") return { ...NOTHING, pickup: "pbx" };
  const { groups, pickup, hours } = scope;
  return { groups, pickup, hours };
}

function groupPrivacyOf(scope: SettingsFile["scope"]): Pick<Settings, "groupPrivacy"> {
  if (scope === "pbx" || scope === undefined || Object.keys(scope.privacy).length === 0) return {};
  return { groupPrivacy: scope.privacy };
}

function keysOf(file: SettingsFile): KeySettings[] {
  return Object.entries(file.keys).map(([id, parts]) => toKey(id, parts, file));
}

function toKey(id: string, parts: KeyParts, file: SettingsFile): KeySettings {
  switch (parts.kind) {
    case "line": {
      const { kind, line, mailbox, label = line } = parts;
      // The desk phone's own line is only watched: a phone can neither be called away from itself nor call itself.
      const own = line === file.pickup?.phone?.line;
      const idle = own ? {} : idleActions(parts, file);
      return { kind, id, label, line, ...(mailbox !== undefined && { mailbox }), pickup: parts.pickup ?? !own, idle };
    }
    case "group": {
      const { kind, group, label = group, pickup = true } = parts;
      return { kind, id, label, group, lines: toScope(file.scope).groups[group] ?? [], pickup };
    }
    case "park":
      return { kind: "park", id, label: parts.label ?? parts.slot, slot: parts.slot };
    case "panel":
      return { kind: "panel", id, label: parts.label ?? parts.action, action: parts.action };
  }
}

/** What the key says itself comes first, then what is said for all. */
function idleActions({ line, idle }: KeyParts & { kind: "line" }, { actions }: SettingsFile): IdleActions {
  const short = dialled(idle.short ?? actions.idle.short, line);
  const long = dialled(idle.long ?? actions.idle.long, line);
  return { ...(short !== undefined && { short }), ...(long !== undefined && { long }) };
}

/** What the PBX is sent for an action of the configuration; undefined for nothing. */
function dialled(action: string | undefined, line: string): string | undefined {
  if (action === undefined || action === "nothing") return undefined;
  return action === "dial" ? line : action.replaceAll("{line}", () => line);
}

function mqttOf({ mqtt }: SettingsFile, { brokerPassword }: Named): { mqtt?: MqttSettings } {
  if (mqtt === undefined) return {};
  return {
    mqtt: {
      url: mqtt.url,
      topic: mqtt.topic,
      ...(mqtt.user !== undefined && { user: mqtt.user }),
      ...(brokerPassword !== undefined && { password: brokerPassword }),
      ...(mqtt.commands !== undefined && { commands: mqtt.commands }),
    },
  };
}
