import type { Spoken } from "./conversation.ts";
import type { DialogNow } from "./rewritten.ts";
import type { Cue } from "./score.ts";
import type { Watch } from "./watch.ts";

export type ReportCue = Extract<Cue, { readonly kind: "report" }>;

/** How one watch of the capture stands with the daemon of now. */
export class PlayedWatch {
  /** Undefined where the capture knows nothing of it. */
  readonly watch: Watch | undefined;
  /** The daemon's, while it has one. */
  dialog: DialogNow | undefined;
  /** What the PBX would say to whoever asks afresh; undefined where that is not known. */
  told: Spoken | undefined;
  /** What was to be told while there was no dialog, or had no answer when that ended. */
  readonly waiting: ReportCue[] = [];
  /** By what names its answer. */
  readonly unanswered = new Map<string, ReportCue>();

  constructor(watch: Watch | undefined) {
    this.watch = watch;
  }

  /** The daemon has begun a subscription. */
  begin(dialog: DialogNow): void {
    this.dialog = dialog;
    this.waiting.unshift(...[...this.unanswered.values()].filter(({ spoken }) => !isLast(spoken)));
    this.unanswered.clear();
  }

  /** It is over, and nothing is known any more. */
  end(): void {
    this.dialog = undefined;
    this.told = undefined;
    this.waiting.length = 0;
    this.unanswered.clear();
  }

  /** A report that is sent is all that is known then, or only a part of it. */
  tell(spoken: Spoken): void {
    const { headers } = spoken.message;
    if (/^\s*active/i.test(headers.get("Subscription-State") ?? "")) this.told = isWhole(spoken) ? spoken : undefined;
  }
}

/** With it a subscription ends. */
export function isLast({ message }: Spoken): boolean {
  return /^\s*terminated/i.test(message.headers.get("Subscription-State") ?? "");
}

/** A repetition of what changed last would be no news of the whole. */
function isWhole({ message, body }: Spoken): boolean {
  const text = body.toString("latin1");
  if (message.headers.get("Content-Type")?.includes("multipart/related")) return /fullState="(?:true|1)"/.test(text);
  return !/<(?:\w+:)?dialog-info\b[^>]*\bstate=["']partial/.test(text);
}

/** `101`, `the presence of 101`, `list office`. */
export function nameOf({ event, resource, isList }: Watch): string {
  if (isList) return `list ${resource}`;
  return event === "dialog" ? resource : `${event} of ${resource}`;
}
