import { isArrowText, readArrowText } from "./arrow-text.ts";
import { isAsteriskText, readAsteriskText } from "./asterisk-text.ts";
import type { Capture } from "./datagram.ts";
import { isOwnLog, readOwnLog } from "./own-log.ts";
import { isTsharkText, readTsharkText, TSHARK } from "./tshark-text.ts";

const FORMS = [
  { is: isTsharkText, read: readTsharkText },
  { is: isOwnLog, read: readOwnLog },
  { is: isAsteriskText, read: readAsteriskText },
  { is: isArrowText, read: readArrowText },
] as const;
/** First bytes of a capture file itself: pcap in either byte order and resolution, and pcapng. */
const PCAP = new Set(["d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a"]);

/**
 * A captured conversation in any of the forms that are known, by what it looks like.
 *
 * @param bytes of the file
 * @throws Error with a sentence on what would be one, where it is none of them
 */
export function readCapture(bytes: Buffer): Capture {
  if (PCAP.has(bytes.toString("hex", 0, 4))) throw new Error(`is a capture file itself; make a text of it: ${TSHARK}`);
  const text = bytes.toString("latin1");
  const form = FORMS.find(({ is }) => is(text));
  if (form) return form.read(text);
  throw new Error(
    `holds no conversation in a form that is known: a log of blfd run --log trace, Asterisk's with pjsip set logger on, or the text of ${TSHARK}`,
  );
}
