import type { LineId } from "../../domain/line.ts";
import type { Profile } from "../../domain/profile.ts";
import type { DialTarget, Inapplicable, Method } from "./method.ts";

/** Directed pickup by a code that the PBX understands: "**101". */
export class FeatureCode implements Method {
  readonly name = "feature-code";

  target(line: LineId, profile: Profile): DialTarget | Inapplicable {
    const code = profile.pickup.directed;
    if (code === undefined) {
      return { kind: "inapplicable", why: `profile ${profile.name} has no code for directed pickup` };
    }
    return { kind: "dial", user: code.replaceAll("{line}", line) };
  }
}
