import type { Files } from "../../firmware/config/files.ts";

interface Note {
  readonly ask: () => string;
  /** Undefined where there was none: Node's error. */
  readonly answer: string | undefined;
}

/** Files that note what they were asked and what was there, so that it can be seen later whether all is as it was. */
export class NotedFiles implements Files {
  readonly #files: Files;
  readonly #notes: Note[] = [];

  constructor(files: Files) {
    this.#files = files;
  }

  read(path: string): string {
    return this.#noted(() => this.#files.read(path));
  }

  mode(path: string): number {
    return Number(this.#noted(() => String(this.#files.mode(path))));
  }

  names(folder: string): readonly string[] {
    return JSON.parse(this.#noted(() => JSON.stringify(this.#files.names(folder)))) as string[];
  }

  /** Whether all that was asked would be answered as it was. */
  get unchanged(): boolean {
    return this.#notes.every(({ ask, answer }) => answerOf(ask) === answer);
  }

  #noted(ask: () => string): string {
    const answer = answerOf(ask);
    this.#notes.push({ ask, answer });
    return answer ?? ask();
  }
}

function answerOf(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
