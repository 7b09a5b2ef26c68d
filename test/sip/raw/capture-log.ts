import { type LogLine, RecordingLog } from "../../recording-log.ts";
import { Inbox } from "./inbox.ts";

/** A recording log that can be waited for. */
export class CaptureLog extends RecordingLog {
  readonly heard = new Inbox<LogLine>();

  protected override keep(line: LogLine): void {
    super.keep(line);
    this.heard.push(line);
  }
}
