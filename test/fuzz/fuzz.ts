import { corpus } from "./corpus.ts";
import { type Mutant, Mutator } from "./mutator.ts";
import { Random } from "./random.ts";
import { Target } from "./target.ts";

/** Longest time that one input may hold up everything else. */
const STALL_MS = 50;
/** Inputs that one panel is told. */
const BLOCK = 200;
const FINDINGS_KEPT = 20;
/** With a pause between them, for a machine that has more to do. */
const TRIES = 10;
const PAUSE_MS = 20;

export interface FuzzOptions {
  /** The same seed makes the same inputs. */
  readonly seed: number;
  /** First input, a multiple of 200: a finding comes again where its block begins. */
  readonly from?: number;
  readonly count: number;
  /** Called now and then. */
  readonly progress?: (done: number) => void;
}

export interface Finding {
  readonly index: number;
  readonly corpusFile: string;
  readonly what: string;
  readonly input: Buffer;
}

export interface FuzzReport {
  readonly inputs: number;
  readonly findings: readonly Finding[];
  /** The longest that an input took, in ms, and which one that was. */
  readonly slowest: { readonly took: number; readonly index: number; readonly corpusFile: string };
  /** Messages that the barrier dropped, by reason, and that were answered, by status: how deep the inputs get. */
  readonly fates: ReadonlyMap<string, number>;
}

/** Tells panels one broken input after the other and looks what gets through to where nothing should. */
export async function fuzz({ seed, from = 0, count, progress }: FuzzOptions): Promise<FuzzReport> {
  const run = new Run(seed);
  const rejected = (why: unknown): void => run.found(run.index, undefined, `unhandled rejection: ${textOf(why)}`);
  process.on("unhandledRejection", rejected);
  try {
    for (let start = from; start < from + count; start += BLOCK) {
      await run.block(start, Math.min(BLOCK, from + count - start));
      progress?.(start + BLOCK - from);
    }
  } finally {
    process.off("unhandledRejection", rejected);
  }
  return { inputs: count, findings: run.findings, slowest: run.slowest, fates: run.fates };
}

class Run {
  readonly findings: Finding[] = [];
  readonly fates = new Map<string, number>();
  slowest = { took: 0, index: -1, corpusFile: "" };
  index = 0;
  readonly #seed: number;
  readonly #mutator = new Mutator(corpus());

  constructor(seed: number) {
    this.#seed = seed;
  }

  async block(start: number, count: number): Promise<void> {
    const protocol = (start / BLOCK) % 4 === 3 ? "TCP" : "UDP";
    const target = await Target.open(protocol);
    for (this.index = start; this.index < start + count; this.index++) {
      const { mutant, random } = this.#input();
      const took = this.#take(target, mutant, random);
      if (took > STALL_MS) await this.#again(protocol);
      if (took > this.slowest.took) this.slowest = { took, index: this.index, corpusFile: mutant.seed };
    }
    this.#count(target);
    target.close();
    // What was rejected is told in a later turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
  }

  found(index: number, mutant: Mutant | undefined, what: string): void {
    const { seed = "", bytes = Buffer.alloc(0) } = mutant ?? {};
    if (this.findings.length < FINDINGS_KEPT) this.findings.push({ index, corpusFile: seed, what, input: bytes });
  }

  /** The present input, and the random numbers that come after it: the same whenever it is asked for. */
  #input(): { readonly mutant: Mutant; readonly random: Random } {
    const random = new Random(Math.imul(this.#seed, 0x9e3779b1) ^ this.index);
    return { mutant: this.#mutator.next(random), random };
  }

  #take(target: Target, mutant: Mutant, random: Random): number {
    const start = performance.now();
    try {
      target.take(mutant, random);
    } catch (error) {
      this.found(this.index, mutant, `thrown past the barrier: ${textOf(error)}`);
    }
    const took = performance.now() - start;
    for (const error of target.thrown.splice(0))
      this.found(this.index, mutant, `thrown by our own code: ${textOf(error)}`);
    return took;
  }

  /** Another program may have had the processor: a stall is one that fresh panels have too. */
  async #again(protocol: "UDP" | "TCP"): Promise<void> {
    let took = Number.POSITIVE_INFINITY;
    for (let tries = 0; took > STALL_MS && tries < TRIES; tries++) {
      const target = await Target.open(protocol);
      const { mutant, random } = this.#input();
      took = this.#take(target, mutant, random);
      target.close();
      if (took > STALL_MS) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    if (took > STALL_MS) this.found(this.index, this.#input().mutant, `stalled for ${Math.round(took)} ms`);
  }

  #count({ panel }: Target): void {
    for (const [reason, drops] of Object.entries(panel.transport.drops)) this.#add(`dropped ${reason}`, drops);
    for (const text of panel.transport.sent) if (text.startsWith("SIP/2.0 ")) this.#add(text.slice(8, 11), 1);
  }

  #add(fate: string, count: number): void {
    if (count > 0) this.fates.set(fate, (this.fates.get(fate) ?? 0) + count);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
