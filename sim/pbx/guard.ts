import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../firmware/hal/clock.ts";
import { userOf } from "../sip/address.ts";
import { digestMatches, parseDigest } from "../sip/digest.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Account } from "./account.ts";
import type { Header } from "./trunk.ts";

const REALM = "asterisk";
/** How long a nonce is good for, in seconds. */
const NONCE_LIFE = 32;

/** Lets requests in by digest (RFC 2617), each account by the user in From. */
export class Guard {
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #clock: Clock;
  /** Of this life: what was signed before a restart is stale. */
  readonly #secret = randomBytes(16).toString("hex");

  constructor(accounts: ReadonlyMap<string, Account>, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** Who sent it; undefined where nobody knows and the challenge has gone out. Unknown users are challenged like others. */
  admit(transaction: ServerTransaction): Account | undefined {
    const { headers, method } = transaction.request;
    const account = this.#accounts.get(userOf(headers.get("From")));
    const proof = parseDigest(headers.get("Authorization"));
    const proven = account && proof && digestMatches(proof, method, account);
    if (proven && this.#isFresh(proof.nonce ?? "")) return account;
    transaction.respond({ status: 401, headers: [this.#challenge(proven === true)] });
    return undefined;
  }

  #challenge(stale: boolean): Header {
    const nonce = this.#nonce(this.#seconds());
    const opaque = randomUUID();
    const late = stale ? ",stale=true" : "";
    return [
      "WWW-Authenticate",
      `Digest realm="${REALM}",nonce="${nonce}",opaque="${opaque}"${late},algorithm=MD5,qop="auth"`,
    ];
  }

  #nonce(seconds: number): string {
    return `${seconds}/${createHash("md5").update(`${seconds}:${this.#secret}`).digest("hex")}`;
  }

  #isFresh(nonce: string): boolean {
    const seconds = Number.parseInt(nonce, 10);
    return nonce === this.#nonce(seconds) && this.#seconds() - seconds <= NONCE_LIFE;
  }

  #seconds(): number {
    return Math.floor(this.#clock.wall().getTime() / 1000);
  }
}
