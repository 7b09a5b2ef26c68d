import { Secret } from "../firmware/domain/secret.ts";
import type { DeskPhone, PickupSettings, Settings } from "../firmware/domain/settings.ts";
import { CODES } from "./pbx/office.ts";
import { intercomOf, PANEL_USER, passwordOf } from "./pbx-plan.ts";

// Names of nobody (RFC 2606).
const REMOTE_DIAL = "http://phone.invalid/dial?number={number}";
const REMOTE_TRANSFER = "http://phone.invalid/transfer?number={number}";

/** The settings with all that they reach outside of the panel replaced: nothing of the real house is ever called. */
export function simulated(
  settings: Settings,
  server: { readonly host: string; readonly port: number },
  broker: string,
): Settings {
  const { alive, longestRing, list } = settings.pbx;
  return {
    ...settings,
    pbx: {
      ...server,
      transport: "udp",
      user: PANEL_USER,
      password: new Secret(passwordOf(PANEL_USER)),
      register: true,
      alive,
      longestRing,
      ...(list !== undefined && { list }),
    },
    pickup: simulatedPickup(settings.pickup),
    mqtt: { url: broker, topic: settings.mqtt?.topic ?? "blfd" },
  };
}

function simulatedPickup({ phone, ...rest }: PickupSettings): PickupSettings {
  return { ...rest, ...(phone && { phone: simulatedPhone(phone) }) };
}

/** A code that is none before the phone's number means nothing to the simulated PBX, which has one of its own. */
function simulatedPhone({ line, dial, whenBusy, remote }: DeskPhone): DeskPhone {
  const isKnown = dial === line || intercomOf({ line, dial }) !== undefined;
  return {
    line,
    dial: isKnown ? dial : `${CODES.intercomCode}${line}`,
    whenBusy,
    // Never asked over HTTP: see Simulation.
    ...(remote && {
      remote: { dial: REMOTE_DIAL, ...(remote.transfer !== undefined && { transfer: REMOTE_TRANSFER }) },
    }),
  };
}
