#!/usr/bin/env bash
# boot.sh KERNEL FOLDER: runs FOLDER/run in a guest, see guest/init.sh, with its screen as the output. KERNEL is what
# install.sh prints. Whatever came of it is in FOLDER/status.
here=$(cd "$(dirname "$0")" && pwd)
# Only what is used of the memory is taken from this machine.
exec "$1/bin/linux" mem=1500M rootfstype=hostfs rootflags=/ ro quiet init="$1/bin/busybox" BUSYBOX="$1/bin/busybox" \
  JOB="$2" -- sh "$here/guest/init.sh"
