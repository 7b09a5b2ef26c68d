import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of certs/, as text. README.md there says what each is. */
export function pem(name: string): string {
  return readFileSync(join(import.meta.dirname, "certs", name), "utf8");
}
