#!/usr/bin/env bash
# install.sh PART…: gets what the named real parts need, where it is missing. Fails if it could not, and says what.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)

say() { printf '%s\n' "install: $*" >&2; }

# A Debian package of this machine's own release: needs root, or a sudo that asks nothing.
package() { # NAME FILE-IT-BRINGS
  [ -e "$2" ] && return
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || { say "$2 is missing, and only root can install the package $1"; return 1; }
    root=(sudo -n)
  fi
  say "installing the package $1"
  "${root[@]}" apt-get -qq update >&2 &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$1" >&2 &&
    [ -e "$2" ] || { say "the package $1 could not be installed"; return 1; }
}

# baresip comes with it; its certificate is made by openssl. Phones that follow a script are sipp's.
asterisk() {
  package openssl /usr/bin/openssl && "$here/asterisk/install.sh" >/dev/null && "$here/sipp/install.sh" >/dev/null
}

# The font is the one that the pages ask for first.
browser() { package chromium /usr/bin/chromium && package fonts-inter /usr/share/fonts/opentype/inter; }

kamailio() { package openssl /usr/bin/openssl && "$here/kamailio/install.sh" >/dev/null; }

failed=0
for part in "$@"; do
  case $part in
    asterisk) asterisk ;;
    link) package iproute2 /sbin/ip && asterisk ;;
    kamailio) kamailio ;;
    kernel) package gcc /usr/bin/gcc && package make /usr/bin/make && "$here/kernel/install.sh" >/dev/null ;;
    pi) package qemu-system-arm /usr/bin/qemu-system-aarch64 && package cpio /usr/bin/cpio &&
      package g++-aarch64-linux-gnu /usr/bin/aarch64-linux-gnu-g++ && "$here/pi/install.sh" >/dev/null ;;
    mosquitto) package mosquitto /usr/sbin/mosquitto ;;
    serial) package socat /usr/bin/socat ;;
    chromium) browser ;;
    pictures) browser && package pngquant /usr/bin/pngquant ;;
  esac || failed=1
done
exit "$failed"
