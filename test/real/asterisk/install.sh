#!/usr/bin/env bash
# Unpacks Asterisk 22, a baresip that knows auto-answer headers, and their own C library into a cache outside the
# checkout, and prints where. No root: nothing of this machine's packages, libraries or package sources changes.
#
# No stable Debian has this Asterisk, so it comes from testing, else from unstable, by the mirror that this machine's
# own sources name.
#
#   BLFD_CACHE           where to unpack; default ${XDG_CACHE_HOME:-~/.cache}/blfd
#   BLFD_DEBIAN_SUITES   suites to try, in order; default "forky sid"
#   BLFD_DEBIAN_MIRROR   only where the machine's own sources are not Debian's
set -euo pipefail

cache=${BLFD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/blfd}
suites=${BLFD_DEBIAN_SUITES:-forky sid}
packages=(asterisk baresip-core)
root=$cache/asterisk-22 # another name whenever this script unpacks something else

say() { printf '%s\n' "asterisk: $*" >&2; }

ready() { [ -x "$root/bin/asterisk" ] && [ -x "$root/bin/baresip" ]; }

mirror() {
  if [ -n "${BLFD_DEBIAN_MIRROR:-}" ]; then
    printf '%s\n' "${BLFD_DEBIAN_MIRROR%/}"
  else
    apt-get update --print-uris | sed -n "s#^'\(.*/debian\)/dists/[^/]*/InRelease'.*#\1#p" | sort -u | sed -n 1p
  fi
}

# An apt of its own: with an empty record of installed packages it resolves the whole closure, C library included.
fetch() { # SUITE FOLDER
  local apt=$2 keyring=/usr/share/keyrings/debian-archive-keyring.gpg from
  from=$(mirror)
  [ -n "$from" ] || { say "no Debian mirror in this machine's apt sources; set BLFD_DEBIAN_MIRROR"; return 1; }
  [ -r "$keyring" ] || { say "no $keyring: install the package debian-archive-keyring"; return 1; }
  rm -rf "$apt"
  mkdir -p "$apt"/lists/partial "$apt"/archives/partial
  : >"$apt/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$from" "$1" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "true";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  APT_CONFIG=$apt/apt.conf apt-get -qq update >&2 &&
    APT_CONFIG=$apt/apt.conf apt-get -qq -y --download-only install "${packages[@]}" >&2
}

# What only maintainer scripts would need stays packed; those never run.
needless='^(adduser|base-(files|passwd)|bash|bsdutils|coreutils|dash|debconf|dpkg|gcc-.*-base|libperl.*|login.*|mount'
needless+='|passwd|perl.*|sensible-utils|systemd.*|sysvinit-utils|tar|tzdata|ucf|util-linux)_'

unpack() { # ARCHIVES FOLDER
  local deb
  mkdir -p "$2/bin"
  for deb in "$1"/*.deb; do
    [[ $(basename "$deb") =~ $needless ]] && continue
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$2" --no-same-owner --keep-directory-symlink \
      --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/info' --exclude='./usr/share/locale'
  done
}

# Started through the unpacked loader, a program takes the unpacked libraries whatever the machine's own are.
launcher() { # FOLDER NAME PROGRAM
  cat >"$1/bin/$2" <<'LAUNCHER'
#!/bin/sh
root=$(cd "$(dirname "$0")/.." && pwd)
for loader in "$root"/usr/lib64/ld-linux-*.so.* "$root"/usr/lib/ld-linux-*.so.* "$root"/usr/lib/*-linux-gnu*/ld-linux-*.so.*; do
  [ -f "$loader" ] && break
done
for multiarch in "$root"/usr/lib/*-linux-gnu*; do
  [ -d "$multiarch" ] && break
done
LAUNCHER
  printf 'exec "$loader" --library-path "$multiarch:$root/usr/lib" "$root/%s" "$@"\n' "$3" >>"$1/bin/$2"
  chmod +x "$1/bin/$2"
}

if ! ready; then
  mkdir -p "$cache"
  exec 9>"$cache/asterisk-22.lock"
  flock 9 # another run may be at it: then its work is ours
fi
if ! ready; then
  work=$(mktemp -d "$cache/unpack.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  for suite in $suites; do
    say "unpacking from Debian $suite into $root (once)"
    if fetch "$suite" "$work/apt"; then
      unpack "$work/apt/archives" "$work/root"
      launcher "$work/root" asterisk usr/sbin/asterisk
      launcher "$work/root" baresip usr/bin/baresip
      (cd "$work/root" && ln -s usr/lib/*/asterisk/modules asterisk-modules && ln -s usr/lib/baresip/modules baresip-modules)
      "$work/root/bin/asterisk" -V >&2
      rm -rf "$root"
      mv -T "$work/root" "$root"
      break
    fi
    say "not to be had from Debian $suite"
  done
fi
ready || { say "no Asterisk"; exit 1; }
printf '%s\n' "$root"
