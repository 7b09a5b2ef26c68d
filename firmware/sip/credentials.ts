import type { Secret } from "../domain/secret.ts";
import { answer, type Challenge, leastStrength, parseChallenge, strength } from "./digest.ts";
import { randomDigits } from "./random-digits.ts";

export interface Account {
  readonly user: string;
  readonly password: Secret;
  /** What the password may go into at the weakest; any digest, where it is not given. */
  readonly digest?: "sha-256";
}

/** Stands for a challenge that asks for a weaker digest than is allowed (RFC 3329 has it for such a purpose). */
export const TOO_WEAK = { status: 494, phrase: "Security Agreement Required" } as const;

/** A challenge as it stood in a response: who asks (401 or 407), and the header's value. */
export interface Asked {
  readonly by: "WWW-Authenticate" | "Proxy-Authenticate";
  readonly value: string;
}

interface Grant {
  readonly by: Asked["by"];
  readonly challenge: Challenge;
  count: number;
}

/** More than a proxy and a server, each with one nonce that had grown old, is a loop. */
const MOST_ROUNDS = 4;

/** The answers that one request, through all its repetitions, has given to challenges. */
export class Credentials {
  readonly #account: Account;
  readonly #grants: Grant[] = [];
  #rounds = 0;
  #tooWeak = false;

  constructor(account: Account) {
    this.#account = account;
  }

  /** The last challenges could have been answered, but for what the account allows: somebody may be listening in between. */
  get tooWeak(): boolean {
    return this.#tooWeak;
  }

  /**
   * Takes the challenges of a 401 or 407. False where repeating the request is pointless: nothing that could be answered,
   * or the password was already refused for this realm (RFC 7616 §3.3, "stale").
   */
  take(asked: readonly Asked[]): boolean {
    if (++this.#rounds > MOST_ROUNDS) return false;
    const { digest } = this.#account;
    const least = digest === undefined ? 0 : leastStrength(digest);
    const strongest = new Map<string, Grant>();
    let weaker = 0;
    for (const { by, value } of asked) {
      const challenge = parseChallenge(value);
      if (!challenge || strength(challenge) < 0) continue;
      if (strength(challenge) < least) {
        weaker++;
        continue;
      }
      const key = `${by} ${challenge.realm}`;
      const rival = strongest.get(key);
      if (!rival || strength(challenge) > strength(rival.challenge)) strongest.set(key, { by, challenge, count: 0 });
    }
    this.#tooWeak = strongest.size === 0 && weaker > 0;
    if (strongest.size === 0) return false;
    for (const grant of strongest.values()) {
      const known = this.#grants.findIndex((g) => g.by === grant.by && g.challenge.realm === grant.challenge.realm);
      if (known < 0) this.#grants.push(grant);
      else if (grant.challenge.stale) this.#grants[known] = grant;
      else return false;
    }
    return true;
  }

  /** Header lines for the next try, one for each realm that has asked so far. */
  headers(method: string, uri: string, body: string): string[] {
    const { user, password } = this.#account;
    return this.#grants.map((grant) => {
      const cnonce = randomDigits(16);
      const input = { user, password: password.reveal(), method, uri, body, count: ++grant.count, cnonce };
      const name = grant.by === "WWW-Authenticate" ? "Authorization" : "Proxy-Authorization";
      return `${name}: ${answer(grant.challenge, input)}`;
    });
  }
}
