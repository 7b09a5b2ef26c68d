import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(root, "dist");
/** `node build.mjs package`: also what only a package has, for other people's tests. */
const forPackage = process.argv[2] === "package";

const options = {
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  banner: {
    // Packages in CommonJS call require() for Node's own modules.
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  legalComments: "none",
  // Native, and not on every machine: the GPIO driver loads them when it is wanted.
  external: ["koffi", "epoll", "onoff", "serialport"],
  logLevel: "warning",
};

rmSync(outdir, { recursive: true, force: true });
// One file for the daemon, and chunks beside it for what only the simulator needs: a small board starts faster
// from one file than from a tree of modules.
await build({ ...options, entryPoints: { blfd: "firmware/cli/main.ts" } });
if (forPackage) {
  // By itself: shared chunks would take the daemon apart.
  await build({ ...options, entryPoints: { sim: "sim/index.ts" } });
  types("sim/index.d.ts");
}
// The simulator's web page, for browsers.
const page = join(root, "sim/web/page");
await build({
  entryPoints: [join(page, "page.ts"), join(page, "page.css")],
  outdir: join(outdir, "web"),
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"]) copyFileSync(join(page, file), join(outdir, "web", file));

/** The types of that entry, and of what they name, which is little of the house. */
function types(entry) {
  const all = join(outdir, "all-types");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.types.json"), "--outDir", all], { stdio: "inherit" });
  const wanted = new Set([entry]);
  for (const file of wanted) {
    const text = readFileSync(join(all, file), "utf8");
    for (const [, name] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.ts"/g))
      wanted.add(join(dirname(file), `${name}.d.ts`));
    mkdirSync(dirname(join(outdir, "types", file)), { recursive: true });
    writeFileSync(join(outdir, "types", file), text);
  }
  rmSync(all, { recursive: true });
}
