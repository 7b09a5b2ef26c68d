import type { LineId } from "../domain/line.ts";
import type { Standing } from "./event-list.ts";
import { userIn } from "./uri.ts";

/** Finds the lines that a list's URIs mean: by user part alone, as a PBX may name itself in any way. */
export class ListIndex {
  readonly #lines = new Map<string, LineId>();

  constructor(lines: Iterable<LineId>) {
    const all = [...lines];
    // Letter case counts (RFC 3261 §19.1.4), but where nothing else fits it is somebody's typing.
    for (const line of all) this.#lines.set(line.toLowerCase(), line);
    for (const line of all) this.#lines.set(line, line);
  }

  lineOf(uri: string): LineId | undefined {
    const user = userIn(uri);
    if (user === undefined) return undefined;
    return this.#lines.get(user) ?? this.#lines.get(user.toLowerCase());
  }

  /** A line that several URIs mean has as many states, and nothing tells which of them counts. */
  byLine(members: ReadonlyMap<string, Standing>): ReadonlyMap<LineId, Standing> {
    const standings = new Map<LineId, Standing>();
    for (const [uri, standing] of members) {
      const line = this.lineOf(uri);
      if (line === undefined) continue;
      standings.set(line, standings.has(line) ? { kind: "silent", why: "names several under the number" } : standing);
    }
    return standings;
  }
}
