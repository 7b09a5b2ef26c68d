import { checkAlerts, checkZone } from "./alerts-check.ts";
import { checkKeys } from "./keys-check.ts";
import type { Known } from "./known.ts";
import { checkMqtt } from "./mqtt-check.ts";
import { checkPickup } from "./pickup-check.ts";
import { checkScope } from "./scope-check.ts";
import type { Source } from "./source.ts";

/** Second pass over the settings: what only shows across them and the files that they name. */
export function checkSettings(known: Known, source: Source): void {
  checkTransport(known, source);
  checkKeys(known, source);
  checkPickup(known, source);
  checkScope(known, source);
  checkZone(known, source);
  checkAlerts(known, source);
  checkMqtt(known, source);
}

/** What means nothing to the transport is not passed over: somebody may believe in it. */
function checkTransport({ parts: { pbx } }: Known, source: Source): void {
  const transport = pbx?.server?.transport;
  if (transport === undefined) return;
  const written = source.names(["pbx"]);
  if (written.includes("tls") && transport !== "tls" && transport !== "wss") {
    source.problemOfKey(
      ["pbx", "tls"],
      `${transport} has no TLS; write transport=tls or wss in pbx.server, or take it out`,
    );
  }
  if (written.includes("path") && transport !== "ws" && transport !== "wss") {
    source.problemOfKey(["pbx", "path"], `only ws and wss have a path; take it out, or change transport in pbx.server`);
  }
}
