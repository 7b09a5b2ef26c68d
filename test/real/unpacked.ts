import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const installer = fileURLToPath(new URL("asterisk/install.sh", import.meta.url));

/** Where Asterisk and baresip are unpacked; unpacks them where they are not yet. */
export async function unpacked(): Promise<string> {
  const { stdout } = await promisify(execFile)(installer, []);
  return stdout.trim();
}
