/** A place in a file that a person wrote; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong, where it is, and what would be right. Never holds a password. */
export interface Problem extends Place {
  readonly text: string;
}

/** As compilers print it, so that editors jump to the place. */
export function renderProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.text}`;
}

/** Where a file is meant as a whole. */
export function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

/** Collects what all passes find in all files, so that one run of `check` tells everything. */
export class Findings {
  readonly #order: string[] = [];
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];

  /** Files are listed in the order in which they were opened: the settings first. */
  opened(file: string): void {
    if (!this.#order.includes(file)) this.#order.push(file);
  }

  problem(place: Place, text: string): void {
    this.#problems.push({ file: place.file, line: place.line, column: place.column, text });
  }

  /** For what works, but not as its author may think. */
  warn(place: Place, text: string): void {
    this.#warnings.push({ file: place.file, line: place.line, column: place.column, text });
  }

  get problems(): Problem[] {
    return this.#sorted(this.#problems);
  }

  get warnings(): Problem[] {
    return this.#sorted(this.#warnings);
  }

  #sorted(problems: readonly Problem[]): Problem[] {
    const rank = (problem: Problem): number => this.#order.indexOf(problem.file);
    return [...problems].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  }
}
