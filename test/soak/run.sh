#!/usr/bin/env bash
# run.sh [PART…]: what takes too long for CI, all of it or the named parts; real Asterisk, real phones. test/soak/soak.log keeps
# what a whole run found, and behind it what parts found after that. SOAK_SHARE=0.1 tries a tenth of it and keeps nothing.
set -uo pipefail
cd "$(dirname "$0")/../.."

if ! test/real/install.sh asterisk serial; then
  echo "could not be had: asterisk, baresip with it, or socat; without them there is little to soak" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BLFD_SOAK_LOG=$work/log
date -u "+soak of %Y-%m-%d${*:+: $*}" >"$BLFD_SOAK_LOG"

npx vitest run --config test/soak/vitest.config.ts "${@/#/test/soak/}" | tee "$work/output"
result=${PIPESTATUS[0]}
tail -n 1 "$work/output" >>"$BLFD_SOAK_LOG"
if [ -z "${SOAK_SHARE:-}" ]; then
  [ $# -gt 0 ] || : >test/soak/soak.log
  cat "$BLFD_SOAK_LOG" >>test/soak/soak.log
fi
exit "$result"
