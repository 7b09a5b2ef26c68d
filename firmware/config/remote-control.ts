import type { RemoteControl } from "../domain/settings.ts";
import { type Asker, openPhone, type Shelf } from "./data-file.ts";
import type { RemoteParts } from "./pickup-file.ts";
import { fetchSecret, type SecretStore } from "./secrets.ts";
import type { Path, Source } from "./source.ts";
import { readCa } from "./tls-files.ts";

/** Where it stands in the settings. */
export const REMOTE: Path = ["pickup", "phone", "remote"];

/** The remote control that the settings name, with what its phone's file says; undefined where that has no such file. */
export function readRemote(
  parts: RemoteParts,
  asker: Asker,
  source: Source,
  shelf: Shelf,
  store: SecretStore,
): RemoteControl | undefined {
  checkAccess(parts, source);
  const password = parts.password && fetchSecret(parts.password, [...REMOTE, "password"], source, store);
  const isRead = store.standIn === undefined;
  const ca = isRead && parts.ca !== undefined ? readCa(parts.ca, [...REMOTE, "ca"], source, shelf.files) : undefined;
  const model = openPhone(parts.phone, shelf, asker, source.findings);
  if (model === undefined) return undefined;
  return {
    dial: parts.url + model.dial,
    ...(model.transfer !== undefined && { transfer: parts.url + model.transfer }),
    ...(parts.user !== undefined && { user: parts.user }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
  };
}

function checkAccess({ url, user, password, ca }: RemoteParts, source: Source): void {
  const written = source.names(REMOTE);
  if (written.includes("user") && !written.includes("password")) {
    source.problem([...REMOTE, "password"], "missing, and user needs it; write password: { file: PATH }");
  }
  if (written.includes("password") && !written.includes("user")) {
    source.problem([...REMOTE, "user"], "missing, and password needs it; write the user name that the phone asks for");
  }
  if (!url.startsWith("http:")) return;
  if (ca !== undefined) source.problem([...REMOTE, "ca"], "http has no TLS; write https in url, or take it out");
  if (user !== undefined && password !== undefined) {
    source.warn([...REMOTE, "url"], "http sends the password over the network for all to read; write https");
  }
}
