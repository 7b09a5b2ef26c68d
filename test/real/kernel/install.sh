#!/usr/bin/env bash
# Builds a kernel with simulated GPIO chips from Debian's source, as a program of this machine (User-Mode Linux), once, and
# prints where it is: bin/linux there, and bin/busybox for its first program. See ../debian.sh for where, and kernel.patch.
# Takes a C compiler and make; flex, bison and the rest are unpacked, not installed. Four minutes on two cores.
#
#   BLFD_KERNEL_SUITES   suites to try, in order; default "trixie"
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
name=kernel
release=kernel-6.12-$(cat "$here/kernel.config" "$here/kernel.patch" | sha256sum | cut -c1-12)
suites=${BLFD_KERNEL_SUITES:-trixie}
packages=(linux-source-6.12 flex bison bc m4 patch xz-utils busybox-static)
programs=(linux busybox)

. "$here/../debian.sh"

if [ "${1:-}" = cached ]; then # prints where it is only where it is there already
  root=$cache/$release
  ready && printf '%s\n' "$root"
  exit
fi

[ "$(uname -m)" = x86_64 ] || { say "User-Mode Linux runs on x86_64 only, not on $(uname -m)"; exit 1; }
for tool in gcc make; do command -v "$tool" >/dev/null || { say "no $tool: install the package $tool"; exit 1; }; done

# Two thirds of the source are for other machines; what describes it (Kconfig, Makefile) is read all the same.
unread=()
for part in Documentation sound "arch/[!ux]*" drivers/{accel,gpu,iio,infiniband,media,scsi,staging} drivers/net/{ethernet,wireless}; do
  unread+=("--exclude=linux-source-6.12/$part/*.[chS]" "--exclude=linux-source-6.12/$part/*.rst")
done

finish() { # FOLDER
  local root=$1 tool source
  for tool in flex bison bc m4 patch xz; do launcher "$root" "usr/bin/$tool"; done
  source=$root/linux-source-6.12
  (
    export PATH=$root/bin:$PATH M4=$root/bin/m4 BISON_PKGDATADIR=$root/usr/share/bison
    say "building the kernel"
    xz -dc "$root/usr/src/linux-source-6.12.tar.xz" | tar -x -C "$root" "${unread[@]}"
    cd "$source"
    patch -s -p1 <"$here/kernel.patch"
    make -s ARCH=um KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig >/dev/null
    nice -n 10 make -s ARCH=um -j"$(nproc)" linux >"$root/build.log" 2>&1 || { tail -n 30 "$root/build.log"; exit 1; }
  ) >&2
  strip -o "$root/linux" "$source/linux"
  cp "$root/usr/bin/busybox" "$root/busybox"
  # All else was for the build.
  find "$root" -mindepth 1 -maxdepth 1 ! -name linux ! -name busybox -exec rm -rf {} +
  mkdir "$root/bin"
  mv "$root/linux" "$root/busybox" "$root/bin"
}

provide
