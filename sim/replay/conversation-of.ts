import { readFileSync } from "node:fs";
import { type Conversation, conversationIn } from "./conversation.ts";
import { readCapture } from "./read-capture.ts";

/**
 * The conversation in a file.
 *
 * @param panel whose; where it is not said, of whoever was told most about lines
 * @throws Error with a sentence that goes on after the file's name: what of it cannot be read, or is not in it
 */
export function conversationOf(file: string, panel?: string): Conversation {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return conversationIn(readCapture(bytes), panel);
}
