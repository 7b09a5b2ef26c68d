/** The least that RFC 4028 §4 allows, in seconds. */
const SHORTEST = 90;

/**
 * The PBX is to expect a sign of us within the session (RFC 4028): should this process die, it ends the call that nobody
 * holds any more by itself. We are the refresher, and no leg lives long enough to need a refresh; were the PBX, it would
 * wait for the answer to its own one as well.
 */
export class SessionTimer {
  #seconds = SHORTEST;

  /** For the INVITE. */
  get headers(): readonly string[] {
    return ["Supported: timer", `Session-Expires: ${this.#seconds};refresher=uac`, `Min-SE: ${this.#seconds}`];
  }

  /** After a 422 (RFC 4028 §7.3); true where another try makes sense, which is once. */
  lengthen(minSe: string | undefined): boolean {
    const least = Number.parseInt(minSe ?? "", 10);
    if (this.#seconds !== SHORTEST || !(least > SHORTEST)) return false;
    this.#seconds = least;
    return true;
  }
}
