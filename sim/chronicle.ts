import type { PbxEvent } from "./pbx/event.ts";
import type { Town } from "./town.ts";

/** What happens in a simulation, in sentences for a person. */
export class Chronicle {
  readonly #names: ReadonlyMap<string, string>;

  constructor({ desk, people, callers }: Town) {
    const everybody = [...(desk ? [desk] : []), ...people, ...callers];
    this.#names = new Map(everybody.map(({ number, name }) => [number, `${name} (${number})`]));
  }

  /** Of the simulated PBX; undefined for what nobody wants to read. */
  call(event: PbxEvent): string | undefined {
    const names = this.#names;
    switch (event.kind) {
      case "calling":
        return names.has(event.to) ? `${this.name(event.from)} calls ${this.name(event.to)}` : undefined;
      case "answered":
        return names.has(event.from) ? `${this.name(event.by)} answers ${this.name(event.from)}` : undefined;
      case "picked-up": {
        const { from, to, by } = event;
        return `${this.name(from)} now talks to ${this.name(by)}; ${this.name(to)} has stopped ringing`;
      }
      case "unanswered":
        return `nobody answered ${this.name(event.from)}`;
      default:
        return undefined;
    }
  }

  /** What the panel reported over MQTT; undefined for what nobody wants to read. */
  report(payload: string): string | undefined {
    const event = JSON.parse(payload) as Readonly<Record<string, string | boolean | undefined>>;
    switch (event.type) {
      case "pickup":
      case "retrieve":
      case "park":
      case "dial":
        return `key ${event.key}: ${event.outcome} — ${event.reason}`;
      case "link":
        return event.up ? "the panel has reached the PBX" : `the panel lost the PBX: ${event.why}`;
      case "fault":
        return `fault: ${event.what}: ${event.why}`;
      case "mended":
        return `mended: ${event.what}`;
      default:
        return undefined;
    }
  }

  /** `Accounts (101)`; the number alone where it is nobody's. */
  name(number: string): string {
    return this.#names.get(number) ?? number;
  }
}
