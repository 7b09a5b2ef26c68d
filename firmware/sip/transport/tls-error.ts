import type { Millis } from "../../domain/millis.ts";
import { codeOf } from "./error-code.ts";

/** Why TLS could not be set up with `there`, which should be `host`, and what to look at. */
export function tlsSentence(there: string, host: string, waited: Millis, cause: unknown): string {
  const code = codeOf(cause) ?? "";
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return `${there} shows a certificate that it has signed itself. Put that certificate into the file of pbx.tls.ca, or give the PBX one of a CA.`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `${there} shows a certificate of a CA that is not known here. Put that CA's certificate, and those between, into the file of pbx.tls.ca.`;
    case "CERT_HAS_EXPIRED":
      return `The certificate of ${there} has expired. Renew it at the PBX; if it is still good, this machine's clock is wrong.`;
    case "CERT_NOT_YET_VALID":
      return `The certificate of ${there} is not valid yet. Check this machine's clock, and then the certificate.`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The certificate of ${there} is ${namesOf(cause)}, not for ${host}. Write a name that it holds into pbx.server, or give the PBX a certificate for ${host}.`;
    case "ETIMEDOUT":
      return `${there} takes the connection but says nothing in TLS within ${waited / 1000} s. Check that the port is not one for plain text: TLS usually has 5061.`;
    case "ECONNRESET":
      return `${there} ends the connection before TLS is set up. Check that the port is not one for plain text, and whether the PBX has a certificate.`;
  }
  if (PLAIN.has(code)) {
    return `What listens on ${there} does not speak TLS. Check that the port is not one for plain text: TLS usually has 5061.`;
  }
  if (OLD.has(code)) return `${there} speaks only a TLS that is older than 1.2. Switch TLS 1.2 or 1.3 on at the PBX.`;
  if (code === "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE") {
    return `${there} does not agree to TLS with us. It may want a certificate: see pbx.tls.cert and pbx.tls.key; or it has only ciphers that are too weak.`;
  }
  if (isAboutUs(code)) return `${there}: ${OURS}.`;
  return `Cannot set up TLS with ${there}: ${cause instanceof Error ? cause.message : String(cause)}`;
}

/** Why a connection ended that was up: with TLS 1.3, a refusal of our own certificate comes that late. */
export function tlsLoss(why: Error): Error {
  return isAboutUs(codeOf(why) ?? "") ? new Error(OURS, { cause: why }) : why;
}

const OURS =
  "the PBX wants a certificate of ours and does not accept what it gets. Check pbx.tls.cert and pbx.tls.key, and which CA the PBX trusts";
const PLAIN = new Set([
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_HTTP_REQUEST",
]);
const OLD = new Set(["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "ERR_SSL_UNSUPPORTED_PROTOCOL"]);

/** Alerts of RFC 8446 §6.2 about a client's certificate, as OpenSSL spells them. */
function isAboutUs(code: string): boolean {
  return /^ERR_SSL_\w+_ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$/.test(code);
}

function namesOf(cause: unknown): string {
  const certificate: unknown = cause instanceof Error && "cert" in cause ? cause.cert : undefined;
  const names =
    typeof certificate === "object" && certificate !== null && "subjectaltname" in certificate
      ? String(certificate.subjectaltname ?? "")
      : "";
  const list = names
    .split(", ")
    .map((name) => name.replace(/^(?:DNS|IP Address):/, ""))
    .filter(Boolean);
  return list.length === 0 ? "for no name at all (subjectAltName)" : `for ${list.slice(0, 5).join(", ")}`;
}
