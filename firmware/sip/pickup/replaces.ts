import type { Dialog } from "../../domain/dialog.ts";
import { isRinging } from "../../domain/roster.ts";
import { type Inapplicable, inapplicable, type Method, type Prey, type Target } from "./method.ts";

/**
 * Pickup by replacing the ringing call (RFC 3891), as told by its dialog-info. An early dialog is replaced only at the one
 * who began it, which is the caller (§3), so the tags are as the caller sees them: its own is to-tag. `early-only`
 * makes an answered call safe (§3): without it, the call that somebody has just answered would be stolen.
 */
export const REPLACES: Method = {
  name: "replaces",
  target({ line, dialogs, profile }: Prey): Target | Inapplicable {
    if (!profile.pickup.replaces) {
      return inapplicable(`profile ${profile.name} does not allow ringing calls to be replaced`);
    }
    const ringing = dialogs.filter(isRinging);
    if (ringing.length > 1) return inapplicable(`more than one call rings at line ${line}`);
    const [dialog] = ringing;
    return (
      (dialog && targetOf(dialog)) ?? inapplicable(`the PBX does not tell the ids of the call that rings at ${line}`)
    );
  },
};

function targetOf({ callId, localTag, remoteTag, remote }: Dialog): Target | undefined {
  const uri = remote?.target ?? remote?.identity;
  if (callId === undefined || localTag === undefined || remoteTag === undefined || uri === undefined) return undefined;
  // What a notifier sends must not become header lines, nor leave the brackets of Refer-To.
  const safe =
    [callId, localTag, remoteTag].every((id) => /^[^\s;,<>"?]+$/.test(id)) && /^sips?:[^\s<>"?]+$/i.test(uri);
  if (!safe) return undefined;
  return { kind: "replaces", uri, replaces: `${callId};to-tag=${remoteTag};from-tag=${localTag};early-only` };
}
