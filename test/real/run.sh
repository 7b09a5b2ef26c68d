#!/usr/bin/env bash
# run.sh [PART…]: the tests against real programs, all of them or the named parts. The last line counts them.
set -uo pipefail
cd "$(dirname "$0")/../.."

parts=("$@")
[ $# -gt 0 ] || parts=(asterisk link kamailio mosquitto serial chromium kernel pi fuzz)

missing=()
files=()
for part in "${parts[@]}"; do
  case $part in
    asterisk) files+=(test/real/phone test/real/remote-control test/real/asterisk) ;;
    link) files+=(test/real/link) ;;
    kamailio) files+=(test/real/kamailio) ;;
    mosquitto) files+=(test/real/mosquitto) ;;
    serial) files+=(test/real/serial) ;;
    chromium) files+=(test/real/chromium) ;;
    kernel) files+=(test/real/kernel) ;;
    pi) files+=(test/real/pi) ;;
    fuzz) files+=(test/real/fuzz) ;;
    *) echo "no part is called $part: asterisk, chromium, kamailio, kernel, link, mosquitto, pi, serial, fuzz" >&2 && exit 2 ;;
  esac
  # Bounded: with nothing cached yet, all parts together have 40 minutes.
  timeout 900 test/real/install.sh "$part" || missing+=("$part")
done

# Without its program a part's tests still run, and fail: nothing is skipped in silence.
[ ${#missing[@]} -eq 0 ] || echo "could not be had: ${missing[*]}" >&2
npx vitest run --config test/real/vitest.config.ts "${files[@]}"
