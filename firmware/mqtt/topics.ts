import type { KeyId } from "../domain/key.ts";

/** All topics of one panel. */
export interface Topics {
  /** `online` or `offline`; retained, and the will. */
  readonly status: string;
  readonly pbx: string;
  readonly event: string;
  lamp(key: KeyId): string;
  /** Of every command. */
  readonly commands: string;
  /** The verb in the topic of a command; undefined for another topic. */
  verbIn(topic: string): string | undefined;
  /** @param verb as verbIn() gives it */
  result(verb: string): string;
  /** All of them, as a filter. */
  readonly all: string;
}

/**
 * @param root first level or levels, separated by slashes: `blfd`, `site-2/blfd`
 * @param panel one level; what MQTT does not allow in it is escaped
 */
export function topicsOf(root: string, panel: string): Topics {
  const base = [...root.split("/"), panel].map(topicLevel).join("/");
  const command = `${base}/command/`;
  return {
    status: `${base}/status`,
    pbx: `${base}/pbx`,
    event: `${base}/event`,
    lamp: (key) => `${base}/lamp/${topicLevel(key)}`,
    commands: `${command}+`,
    verbIn: (topic) => (topic.startsWith(command) ? topic.slice(command.length) : undefined),
    result: (verb) => `${command}${verb}/result`,
    all: `${base}/#`,
  };
}

/**
 * A name as one level of a topic. Wildcards, separators, NUL and control characters (MQTT 3.1.1 §1.5.3, §4.7), and `$`
 * at the start, which brokers keep for themselves, become %XX as in a URL; so two names never share a topic.
 *
 * @throws RangeError for an empty name, which would be an empty level
 */
export function topicLevel(name: string): string {
  if (name === "") throw new RangeError("an empty name cannot be a topic level");
  return (
    name
      // A half of a surrogate pair has no UTF-8; it is told apart from U+FFFD by the escape.
      .replace(/[%+#/\p{Cc}]|^\$|\p{Cs}/gu, escapeOf)
  );
}

/** The name that topicLevel() made this level of; the level itself where it cannot be read as one. */
export function nameOfLevel(level: string): string {
  try {
    return decodeURIComponent(level);
  } catch {
    return level;
  }
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16).toUpperCase()}`;
  return Array.from(
    new TextEncoder().encode(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}
