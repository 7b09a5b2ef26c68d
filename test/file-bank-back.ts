import { mkdirSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { putBit, readBit } from "../sim/bit-file.ts";

/** The other side of a FileBank, for another process: eye, hand and plug. */
export class FileBankBack {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  lit(bit: number): boolean {
    return readBit(join(this.#directory, `led_${bit}`)) ?? false;
  }

  close(bit: number): void {
    putBit(join(this.#directory, `key_${bit}`), true);
  }

  open(bit: number): void {
    putBit(join(this.#directory, `key_${bit}`), false);
  }

  plug(): void {
    mkdirSync(this.#directory, { recursive: true });
  }

  unplug(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Calls back after every write to an LED, with its level. Returns what ends that. */
  onLight(listener: (bit: number, lit: boolean) => void): () => void {
    const watcher = watch(this.#directory, (_event, file) => {
      const bit = /^led_(\d+)$/.exec(String(file))?.[1];
      if (bit !== undefined) listener(Number(bit), this.lit(Number(bit)));
    });
    return () => watcher.close();
  }
}
