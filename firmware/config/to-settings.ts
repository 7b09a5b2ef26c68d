import type { Board } from "../domain/board.ts";
import type { Profile } from "../domain/profile.ts";
import type { Scheme } from "../domain/scheme.ts";
import type { Scope } from "../domain/scope.ts";
import type { Secret } from "../domain/secret.ts";
import type { KeySettings, MqttSettings, PickupSettings, Settings, TlsSettings } from "../domain/settings.ts";
import type { SettingsFile } from "./settings-file.ts";

/** What the settings name, once it is there. */
export interface Named {
  readonly board: Board;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly password: Secret;
  readonly brokerPassword: Secret | undefined;
  readonly tls: TlsSettings | undefined;
}

/** A panel without `pickup:` watches only. */
const WATCH_ONLY: PickupSettings = { landings: [], method: "auto", deadline: 4000 };
const NOTHING: Scope = { kind: "groups", groups: {}, pickup: [] };

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
    pickup: pickupOf(file, named.profile),
    scope: toScope(file.scope),
    keys: keysOf(file),
    privacy: file.privacy,
    ...mqttOf(file, named),
  };
}

function pickupOf({ pickup }: SettingsFile, profile: Profile): PickupSettings {
  if (pickup === undefined) return WATCH_ONLY;
  const { phone, landings, method, deadline } = pickup;
  if (phone === undefined) return { landings, method, deadline };
  const dial = phone.dial ?? profile.intercom?.replaceAll("{phone}", () => phone.line) ?? phone.line;
  return { phone: { line: phone.line, dial, whenBusy: phone.whenBusy }, landings, method, deadline };
}

/** Without `scope:`, a panel may pick up nothing. */
export function toScope(scope: SettingsFile["scope"]): Scope {
  if (scope === undefined) return NOTHING;
  return scope === "pbx" ? { kind: "pbx" } : { kind: "groups", ...scope };
}

function keysOf(file: SettingsFile): KeySettings[] {
  const phone = file.pickup?.phone?.line;
  return Object.entries(file.keys).map(([id, key]) => ({
    id,
    line: key.line,
    label: key.label ?? key.line,
    ...(key.mailbox !== undefined && { mailbox: key.mailbox }),
    // The desk phone's own line is only watched: a phone cannot be called away from itself.
    pickup: key.pickup ?? key.line !== phone,
  }));
}

function mqttOf({ mqtt }: SettingsFile, { brokerPassword }: Named): { mqtt?: MqttSettings } {
  if (mqtt === undefined) return {};
  return {
    mqtt: {
      url: mqtt.url,
      topic: mqtt.topic,
      ...(mqtt.user !== undefined && { user: mqtt.user }),
      ...(brokerPassword !== undefined && { password: brokerPassword }),
    },
  };
}
