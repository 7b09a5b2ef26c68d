import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Program } from "../program.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs one command with Node under a kernel of its own (User-Mode Linux) that has simulated GPIO chips, in the folder of the
 * project. The guest sees the host's files and changes none of them, but for one folder.
 *
 * @param command tells the arguments of Node, given that folder
 * @param read what to make of that folder when the guest has ended, and of all that it wrote to its screen
 * @throws Error when the kernel cannot be had, or the guest does not end within `within` ms
 */
export async function inGuest<Result>(
  command: (folder: string) => readonly string[],
  within: number,
  read: (folder: string, screen: string) => Promise<Result>,
): Promise<Result> {
  const { stdout } = await promisify(execFile)(path("install.sh"), []);
  const folder = await mkdtemp(join(tmpdir(), "blfd-guest-"));
  try {
    await writeFile(join(folder, "run"), script(command(folder)));
    await chmod(join(folder, "run"), 0o755);
    const guest = new Program(path("boot.sh"), [stdout.trim(), folder]);
    guest.start();
    const ended = await guest.end(within);
    if (!ended) throw new Error(`the guest does not end within ${within} ms:\n${guest.output}`);
    return await read(folder, guest.output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function script(args: readonly string[]): string {
  const { PATH = "", HOME = "/root" } = process.env;
  const words = [process.execPath, ...args].map(quoted).join(" ");
  return `#!/bin/sh\ncd ${quoted(resolve(root))} || exit\nexport PATH=${quoted(PATH)} HOME=${quoted(HOME)}\nexec ${words}\n`;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** What came of one test in the guest. */
export interface GuestTest {
  /** Of the suites that it is in, and its own. */
  readonly titles: readonly string[];
  readonly passed: boolean;
  readonly why: string;
}

/** As much of vitest's report as is wanted of it. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** Runs the tests of guest/ there. A file that cannot be run counts as a test that failed. */
export async function guestTests(within: number): Promise<readonly GuestTest[]> {
  await bundle();
  return inGuest(
    (folder) => [
      ...["node_modules/vitest/vitest.mjs", "run", "--config", path("guest/vitest.config.ts")],
      ...["--reporter=dot", "--reporter=json", `--outputFile.json=${folder}/report.json`],
    ],
    within,
    async (folder, screen) => {
      try {
        return testsOf(JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report);
      } catch (cause) {
        throw new Error(`the guest left no report:\n${screen}`, { cause });
      }
    },
  );
}

/** Into few files: what is cheap here, such as to read a hundred modules, takes its time in the guest. */
async function bundle(): Promise<void> {
  const outdir = join(root, "dist/guest");
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: (await readdir(path("guest")))
      .filter((name) => name.endsWith(".guest.ts"))
      .map((name) => path(`guest/${name}`)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    sourcemap: "inline",
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["vitest", "koffi", "epoll", "onoff"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
}

function testsOf({ testResults }: Report): readonly GuestTest[] {
  return testResults.flatMap(({ name, status, message, assertionResults }): readonly GuestTest[] => {
    const tests = assertionResults.map((result) => ({
      titles: [...result.ancestorTitles, result.title],
      passed: result.status === "passed",
      why: result.failureMessages?.join("\n") || `it was ${result.status}`,
    }));
    const broken = status === "failed" && tests.every(({ passed }) => passed);
    return broken ? [...tests, { titles: [name], passed: false, why: message }] : tests;
  });
}
