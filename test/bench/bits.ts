import { type FSWatcher, mkdtempSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { FileBankBack } from "../file-bank-back.ts";
import { now } from "./figures.ts";
import { within } from "./wait.ts";

/** The lamps and keys of one process under test, as files: eye and finger of the load generator. */
export class Bits {
  readonly folder: string;
  readonly #back: FileBankBack;
  readonly #waiting = new Map<string, (at: number) => void>();
  #watcher: FSWatcher | undefined;

  constructor(place: string) {
    this.folder = mkdtempSync(join(place, "bits-"));
    this.#back = new FileBankBack(this.folder);
  }

  /** Sees writes by inotify. What that takes is in every lamp figure, the floor's too; watchCost() tells it. */
  look(): void {
    this.#watcher = watch(this.folder, (_event, file) => {
      const at = now();
      const name = String(file);
      const seen = this.#waiting.get(name);
      this.#waiting.delete(name);
      seen?.(at);
    });
  }

  lookAway(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** When the next write to this LED was seen. */
  nextLight(bit: number): Promise<number> {
    return within(`a change of led_${bit}`, (done) => this.#waiting.set(`led_${bit}`, done));
  }

  lit(bit: number): boolean {
    return this.#back.lit(bit);
  }

  close(bit: number): void {
    this.#back.close(bit);
  }

  open(bit: number): void {
    this.#back.open(bit);
  }

  remove(): void {
    this.lookAway();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
