#!/usr/bin/env bash
# Unpacks Kamailio with its presence, SQLite, TLS and WebSocket modules, see ../debian.sh, and prints where.
#
#   BLFD_KAMAILIO_SUITES   suites to try, in order; default "bookworm", which has the 5.6 that the tests are made for
set -euo pipefail

name=kamailio
release=kamailio-5.6
suites=${BLFD_KAMAILIO_SUITES:-bookworm}
packages=(kamailio kamailio-presence-modules kamailio-sqlite-modules kamailio-tls-modules kamailio-websocket-modules sqlite3)
programs=(usr/sbin/kamailio usr/bin/sqlite3)

. "$(dirname "$0")/../debian.sh"

finish() { # FOLDER
  # Its own libraries lie in a folder of their own, where its build, but not the loader, would look for them.
  (cd "$1"/usr/lib/*/kamailio && cp -a lib*.so.* ..)
  (cd "$1" && ln -s usr/lib/*/kamailio/modules kamailio-modules && ln -s usr/share/kamailio/db_sqlite kamailio-tables)
  "$1/bin/kamailio" -v >&2
}

provide
