import { join } from "node:path";
import { build } from "esbuild";
import { Program } from "./program.ts";
import type { Note } from "./truth.ts";
import type { WatchOptions } from "./watch-panel.ts";

const STOP_WITHIN = 20_000;

/** Builds what RemotePanel starts, into `folder`. */
export async function buildRemotePanel(folder: string): Promise<string> {
  const outfile = join(folder, "watch-process.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "watch-process.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    banner: {
      // Packages in CommonJS call require() for Node's own modules.
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return outfile;
}

/** A watched panel in a process of its own, where its command prefix puts it. Its notes have the clock of this machine. */
export class RemotePanel {
  readonly #program: Program;
  readonly #note: (note: Note) => void;

  /**
   * @param code what buildRemotePanel made
   * @param inside a command that runs another one elsewhere, such as `ip netns exec NAME`
   */
  constructor(code: string, inside: readonly string[], options: WatchOptions, note: (note: Note) => void) {
    const [file = "", ...args] = [...inside, process.execPath, code, JSON.stringify(options)];
    this.#note = note;
    this.#program = new Program(file, args, (line) => this.#told(line));
  }

  start(): void {
    this.#program.start();
  }

  /** Rejects where it had ended before, or did not end well. */
  async stop(): Promise<void> {
    const running = this.#program.running;
    const code = await this.#program.terminate(STOP_WITHIN);
    if (!running || code !== 0)
      throw new Error(`a panel ended by itself, or badly (${code}):\n${this.#program.output.slice(-4000)}`);
  }

  #told(line: string): void {
    if (line.startsWith("{")) this.#note(JSON.parse(line) as Note);
  }
}
