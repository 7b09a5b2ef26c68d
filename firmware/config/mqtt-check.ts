import type { Known } from "./known.ts";
import type { Source } from "./source.ts";

/** localhost, 127.0.0.0/8 and ::1 (RFC 6890), as a URL writes them. */
const THIS_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** What a broker on another machine is told in clear, and should not be. */
export function checkMqtt({ parts: { mqtt, privacy, scope } }: Known, source: Source): void {
  if (mqtt === undefined) return;
  const { protocol, hostname } = new URL(mqtt.url);
  if (protocol !== "mqtt:" || THIS_MACHINE.test(hostname)) return;
  const groups = scope === undefined || scope === "pbx" ? {} : scope.privacy;
  const namesCallers = [privacy, ...Object.values(groups)].some((wish) => wish !== undefined && wish !== "off");
  const bared = [...(mqtt.password ? ["the password"] : []), ...(namesCallers ? ["who calls"] : [])];
  if (bared.length === 0) return;
  source.warn(["mqtt", "url"], `mqtt sends ${bared.join(" and ")} over the network for all to read; write mqtts`);
}
