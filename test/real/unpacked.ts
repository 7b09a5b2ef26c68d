import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Asterisk brings baresip with it. */
type Part = "asterisk" | "sipp";

/** Where that is unpacked; unpacks it where it is not yet. */
export async function unpacked(part: Part = "asterisk"): Promise<string> {
  const installer = fileURLToPath(new URL(`${part}/install.sh`, import.meta.url));
  const { stdout } = await promisify(execFile)(installer, []);
  return stdout.trim();
}
