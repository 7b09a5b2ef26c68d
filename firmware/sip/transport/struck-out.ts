const PROOFS = /^((?:Proxy-)?Authorization|Authentication-Info)([ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
const URI_PASSWORD = /(sips?:[^\s:@;<>"]+):[^\s@;<>"]+@/gi;
/** Media keys in SDP (RFC 4568 §9.1). */
const MEDIA_KEY = /(inline:)([A-Za-z0-9+/=]+)/g;

/**
 * A SIP message without what proves or opens anything: answers to challenges, passwords in URIs, media keys. The body keeps
 * its length, and everything else its bytes, so that it can be replayed.
 */
export function struckOut(message: string): string {
  const end = message.indexOf("\r\n\r\n");
  const [head, body] = end < 0 ? [message, ""] : [message.slice(0, end), message.slice(end)];
  const plain = head.replace(PROOFS, "$1$2 [secret]").replace(URI_PASSWORD, "$1:[secret]@");
  return plain + body.replace(MEDIA_KEY, (_, name: string, key: string) => name + "x".repeat(key.length));
}
