import { seconds } from "./lifetime.ts";

/** The Subscription-State of a NOTIFY (RFC 6665 §8.2.3). */
export interface Standing {
  /** `other`: a state that RFC 6665 does not know, which grants nothing. */
  readonly value: "active" | "pending" | "terminated" | "other";
  /** In lower case. */
  readonly reason?: string;
  /** Seconds that the subscription still lasts. */
  readonly expires?: number;
  /** Seconds, not milliseconds. */
  readonly retryAfter?: number;
}

/** Undefined where the header is missing or empty. Letter case, spaces and unknown parameters do not matter. */
export function parseSubscriptionState(header: string): Standing | undefined {
  const [first = "", ...parameters] = header.toLowerCase().split(";");
  const value = first.trim();
  if (value === "") return undefined;
  const standing: { -readonly [K in keyof Standing]: Standing[K] } = {
    value: value === "active" || value === "pending" || value === "terminated" ? value : "other",
  };
  for (const parameter of parameters) {
    const [name = "", text = ""] = parameter.split("=", 2).map((part) => part.trim());
    const number = seconds(text);
    if (name === "reason" && text !== "") standing.reason = text;
    else if (name === "expires" && number !== undefined) standing.expires = number;
    else if (name === "retry-after" && number !== undefined) standing.retryAfter = number;
  }
  return standing;
}
