import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";

/*
 * What a stranger gets: the tarball of `npm pack`, unpacked as npm unpacks it, in a project with vitest and typescript.
 * blfd's own dependencies are not there: what the tests of others need is in one file.
 */

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What packing takes: it builds. */
const HOUSE = [
  ...["package.json", "build.mjs", "tsconfig.json", "tsconfig.types.json", "README.md", "LICENSE"],
  ...["board-configs", "firmware", "drivers", "sim"],
];

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

const TEST = `import { expect, test } from "vitest";
import { type Look, simulate } from "blfd/sim";

test("a press takes the call", async () => {
  const sim = await simulate({ panel: "town" });
  const ringing: Look = "ringing";
  await sim.call("201", "101");
  await sim.until("1", ringing);
  sim.press("1");
  expect(await sim.outcome()).toBe("picked-up");
  // @ts-expect-error: no lamp shows that
  await expect(sim.until("1", "purple", 10)).rejects.toThrow("lamp 1 is not purple");
});
`;

const TSCONFIG = {
  compilerOptions: { strict: true, module: "nodenext", moduleResolution: "nodenext", target: "es2022", noEmit: true },
  include: ["*.ts"],
};

test("a stranger's vitest imports blfd/sim from the tarball, with its types", async () => {
  const folder = await mkdtemp(join(tmpdir(), "blfd-packed-"));
  folders.push(folder);
  const [house, stranger] = [join(folder, "house"), join(folder, "stranger")];
  for (const part of HOUSE) await cp(join(root, part), join(house, part), { recursive: true });
  await symlink(join(root, "node_modules"), join(house, "node_modules"));
  await run("npm", ["pack", "--offline", "--pack-destination", folder], { cwd: house });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";

  const modules = join(stranger, "node_modules");
  await mkdir(join(modules, "blfd"), { recursive: true });
  await run("tar", ["xzf", join(folder, tarball), "--strip-components=1", "-C", join(modules, "blfd")]);
  for (const name of ["vitest", "typescript", "@types"])
    await symlink(join(root, "node_modules", name), join(modules, name));
  await writeFile(join(stranger, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(stranger, "tsconfig.json"), JSON.stringify(TSCONFIG));
  await writeFile(join(stranger, "panel.test.ts"), TEST);
  const tool = (name: string, ...args: string[]) =>
    run(process.execPath, [join(modules, name), ...args], { cwd: stranger }).catch((error) => ({
      stdout: `${error.stdout}\n${error.stderr}`,
    }));
  expect((await tool("typescript/bin/tsc", "-p", ".")).stdout).toBe("");
  expect((await tool("vitest/vitest.mjs", "run", "--reporter=tap", "--testTimeout=60000")).stdout).toMatch(
    /^ *ok 1 - /m,
  );
}, 300_000);
