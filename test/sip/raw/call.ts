import type { Leg } from "../../../firmware/sip/agent.ts";
import { silentOffer } from "../../../firmware/sip/media.ts";
import type { Inbox } from "./inbox.ts";
import type { RawMessage } from "./raw-message.ts";
import type { RawPbx } from "./raw-pbx.ts";
import { type LegEvent, legInbox, type Rig } from "./rig.ts";

export const SDP = silentOffer("127.0.0.1");
export const CONTACT = "Contact: <sip:far;line=1@127.0.0.1:9>";
export const CHALLENGE = 'WWW-Authenticate: Digest realm="asterisk", nonce="n1", qop="auth"';
export const kinds = (inbox: Inbox<LegEvent>) => inbox.all.map(({ kind }) => kind);

export interface Call<Pbx extends RawPbx> extends Rig<Pbx> {
  readonly leg: Leg;
  readonly events: Inbox<LegEvent>;
  readonly invite: RawMessage;
}

/** Our INVITE is on its way. */
export function place<Pbx extends RawPbx>(made: Rig<Pbx>, target = made.agent.uri("*80102"), headers: string[] = []) {
  const { inbox, events } = legInbox();
  const leg = made.agent.invite(target, headers, SDP, events);
  if (inbox.all.length > 0) throw new Error("an event came inside invite()");
  return { leg, events: inbox };
}

/** Our INVITE is at the PBX. */
export async function calling<Pbx extends RawPbx>(made: Promise<Rig<Pbx>>): Promise<Call<Pbx>> {
  const parts = await made;
  const call = place(parts);
  return { ...parts, ...call, invite: await parts.pbx.request("INVITE") };
}

/** The call is up. */
export async function talking<Pbx extends RawPbx>(made: Promise<Rig<Pbx>>): Promise<Call<Pbx>> {
  const call = await calling(made);
  call.pbx.reply(call.invite, 200, { headers: [CONTACT, "Record-Route: <sip:r1;lr>", "Record-Route: <sip:r2;lr>"] });
  await call.pbx.request("ACK");
  await call.events.next(({ kind }) => kind === "accepted");
  return call;
}

/** A request of theirs within the call. */
export function theirs(
  call: Call<RawPbx>,
  method: string,
  cseq: number,
  headers: string[] = [],
  body = "",
  fromTag = "pbx",
): void {
  const dialog = { callId: call.invite.header("Call-ID"), cseq, fromTag, toTag: call.invite.tag("From") };
  call.pbx.ask(method, "sip:panel1@127.0.0.1", dialog, headers, body);
}
