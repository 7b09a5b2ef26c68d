import type { Io } from "../../firmware/cli/io.ts";

/** Keeps what a verb writes. */
export class RecordedIo implements Io {
  stdout = "";
  stderr = "";

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }
}
