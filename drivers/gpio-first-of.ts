import type { GpioInterface, GpioLines, LinesWanted } from "./gpio-lines.ts";
import { GpioTrouble } from "./gpio-trouble.ts";

/** The first interface that this machine has. What one that is there refuses, the next would refuse as well. */
export class FirstOf implements GpioInterface {
  readonly name: string;
  readonly #interfaces: readonly GpioInterface[];

  constructor(interfaces: readonly GpioInterface[]) {
    this.name = interfaces.map(({ name }) => name).join(" or ");
    this.#interfaces = interfaces;
  }

  async take(wanted: LinesWanted): Promise<GpioLines> {
    const missing: string[] = [];
    for (const each of this.#interfaces) {
      try {
        const lines = await each.take(wanted);
        return missing.length === 0 ? lines : withShortcomings(lines, missing);
      } catch (trouble) {
        if (!(trouble instanceof GpioTrouble) || trouble.kind !== "interface") throw trouble;
        missing.push(`${each.name} is not to be had: ${trouble.message}`);
      }
    }
    throw new GpioTrouble("interface", missing.join("; "));
  }
}

function withShortcomings(lines: GpioLines, more: readonly string[]): GpioLines {
  return {
    where: lines.where,
    shortcomings: [...more, ...lines.shortcomings],
    levels: () => lines.levels(),
    write: (mask, value) => lines.write(mask, value),
    release: () => lines.release(),
  };
}
