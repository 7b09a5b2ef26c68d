import { copyFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

// One file for the daemon, and chunks beside it for what only the simulator needs: a small board starts faster
// from one file than from a tree of modules.
rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: { blfd: "firmware/cli/main.ts" },
  outdir: "dist",
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
});

// The simulator's web page, for browsers.
const page = "sim/web/page";
await build({
  entryPoints: [`${page}/page.ts`, `${page}/page.css`],
  outdir: "dist/web",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"]) copyFileSync(`${page}/${file}`, `dist/web/${file}`);
