#!/usr/bin/env bash
# Unpacks sipp, see ../debian.sh, and prints where.
#
#   BLFD_SIPP_SUITES   suites to try, in order; default "bookworm trixie"
set -euo pipefail

name=sipp
release=sipp-3
suites=${BLFD_SIPP_SUITES:-bookworm trixie}
packages=(sip-tester)
programs=(usr/bin/sipp)

. "$(dirname "$0")/../debian.sh"

finish() { # FOLDER
  { "$1/bin/sipp" -v || [ $? -eq 99 ]; } >&2 # 99: "nothing was called"
}

provide
