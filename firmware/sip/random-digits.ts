import { randomUUID } from "node:crypto";

/**
 * So many hexadecimal digits, 24 at most, of which six bits are not random. From Node's store of UUIDs: randomBytes() takes as long
 * as reading a whole header section.
 */
export function randomDigits(count: number): string {
  return randomUUID().replaceAll("-", "").slice(-count);
}
