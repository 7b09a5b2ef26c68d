import type { Headers } from "../sip/headers.ts";

/**
 * Whether an INVITE asks the phone to answer by itself, as an intercom call does. There is no standard; these two are
 * what PBXs send and most phones know: `Alert-Info: <…>;info=alert-autoanswer` and `Call-Info: <…>;answer-after=0`.
 */
export function asksForAnswer(headers: Headers): boolean {
  return (
    headers.all("Alert-Info").some((value) => /;\s*info\s*=\s*"?alert-autoanswer/i.test(value)) ||
    headers.all("Call-Info").some((value) => /;\s*answer-after\s*=\s*"?0/i.test(value))
  );
}
