#!/usr/bin/env bash
# run.sh: speeds and sizes of dist/blfd.mjs, on loopback, in about a minute. Quiet machines tell more.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
# In memory where that can be had, so that no disk is measured.
bits=$(mktemp -d /dev/shm/blfd-bench.XXXXXX 2>/dev/null) || bits=$(mktemp -d)
trap 'rm -rf "$work" "$bits"' EXIT
# Packages in CommonJS call require() for Node's own modules.
require='import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'
npx esbuild test/bench/main.ts test/bench/floor.ts test/bench/broker.ts --outdir="$work" --out-extension:.js=.mjs \
  --bundle --platform=node --format=esm --target=node20.19 --banner:js="$require" --log-level=warning
node "$work/main.mjs" dist/blfd.mjs "$bits"
