#!/usr/bin/env bash
# run.sh: speeds and sizes of dist/blfd.mjs, on loopback, in about three minutes. Quiet machines tell more.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
# In memory where that can be had, so that no disk is measured.
bits=$(mktemp -d /dev/shm/blfd-bench.XXXXXX 2>/dev/null) || bits=$(mktemp -d)
trap 'rm -rf "$work" "$bits"' EXIT
# Packages in CommonJS call require() for Node's own modules.
require='import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'
npx esbuild test/bench/main.ts test/bench/floor.ts test/bench/broker.ts test/bench/ten-lines.ts --outdir="$work" --out-extension:.js=.mjs \
  --bundle --platform=node --format=esm --target=node20.19 --banner:js="$require" --log-level=warning \
  --external:koffi --external:epoll --external:onoff --external:serialport
command -v cc >/dev/null && cc -O2 -o "$work/floor" test/bench/floor.c || true # the bench says that it is not there
# Where test/real/asterisk/install.sh unpacks it.
baresip=${BLFD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/blfd}/asterisk-22
node "$work/main.mjs" dist/blfd.mjs "$bits" "$baresip"
# What tests of other people's take: blfd/sim, warm, in one process.
echo
for panel in executive-2 reception-12; do node "$work/ten-lines.mjs" "$panel"; done

# The kernel's GPIO, where test/real/kernel/install.sh has built what it takes.
if kernel=$(test/real/kernel/install.sh cached); then
  # Within the project, where native packages are found.
  npx esbuild test/bench/gpio.ts --outfile=dist/guest/bench.mjs --bundle --platform=node --format=esm \
    --target=node20.19 --external:koffi --external:epoll --external:onoff --banner:js="$require" --log-level=warning
  printf '#!/bin/sh\ncd "%s" && exec "%s" dist/guest/bench.mjs\n' "$PWD" "$(node -p process.execPath)" >"$work/run"
  chmod +x "$work/run"
  echo
  timeout 300 test/real/kernel/boot.sh "$kernel" "$work" </dev/null | grep -v '^reboot: '
  [ "$(cat "$work/status")" = 0 ]
else
  echo "the kernel's GPIO: could not be had; make test-real PART=kernel builds it"
fi
