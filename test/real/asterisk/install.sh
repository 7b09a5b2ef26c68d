#!/usr/bin/env bash
# Unpacks Asterisk 22 and a baresip that knows auto-answer headers, see ../debian.sh, and prints where.
#
# No stable Debian has this Asterisk, so it comes from testing, else from unstable.
#
#   BLFD_DEBIAN_SUITES   suites to try, in order; default "forky sid"
set -euo pipefail

name=asterisk
release=asterisk-22
suites=${BLFD_DEBIAN_SUITES:-forky sid}
packages=(asterisk baresip-core)
programs=(usr/sbin/asterisk usr/bin/baresip)

. "$(dirname "$0")/../debian.sh"

finish() { # FOLDER
  (cd "$1" && ln -s usr/lib/*/asterisk/modules asterisk-modules && ln -s usr/lib/baresip/modules baresip-modules)
  "$1/bin/asterisk" -V >&2
}

provide
