# Sourced: unpacks Debian packages into a cache outside the checkout. No root: nothing of this machine's packages, libraries
# or package sources changes, and no service is started.
#
#   BLFD_CACHE           where to unpack; default ${XDG_CACHE_HOME:-~/.cache}/blfd
#   BLFD_DEBIAN_MIRROR   only where the machine's own sources are not Debian's
#
# The script that sources this sets: name, suites (to try, in order), packages, programs (paths within the unpacked root
# that are to be started), release (the folder's name in the cache: another one whenever something else is unpacked), and may
# define finish FOLDER, for what is left to do there; and architecture, where that is not this machine's.

cache=${BLFD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/blfd}

say() { printf '%s\n' "$name: $*" >&2; }

finish() { :; }

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
APT::Architecture "${architecture:-$(dpkg --print-architecture)}";
APT::Architectures { "${architecture:-$(dpkg --print-architecture)}"; };
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
launcher() { # FOLDER PROGRAM
  local to
  to=$1/bin/$(basename "$2")
  cat >"$to" <<'LAUNCHER'
#!/bin/sh
root=$(cd "$(dirname "$0")/.." && pwd)
for loader in "$root"/lib64/ld-linux-*.so.* "$root"/usr/lib64/ld-linux-*.so.* "$root"/lib/ld-linux-*.so.* \
  "$root"/usr/lib/ld-linux-*.so.* "$root"/usr/lib/*-linux-gnu*/ld-linux-*.so.*; do
  [ -f "$loader" ] && break
done
path=$root/usr/lib
for multiarch in "$root"/lib/*-linux-gnu* "$root"/usr/lib/*-linux-gnu*; do
  [ -d "$multiarch" ] && path=$multiarch:$path
done
LAUNCHER
  printf 'exec "$loader" --library-path "$path" "$root/%s" "$@"\n' "$2" >>"$to"
  chmod +x "$to"
}

ready() {
  local program
  for program in "${programs[@]}"; do [ -x "$root/bin/$(basename "$program")" ] || return 1; done
}

# Prints where it all is.
provide() {
  local suite program
  root=$cache/$release
  if ! ready; then
    mkdir -p "$cache"
    exec 9>"$root.lock"
    flock 9 # another run may be at it: then its work is ours
  fi
  if ! ready; then
    work=$(mktemp -d "$cache/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    for suite in $suites; do
      say "unpacking from Debian $suite into $root (once)"
      if fetch "$suite" "$work/apt"; then
        unpack "$work/apt/archives" "$work/root"
        for program in "${programs[@]}"; do launcher "$work/root" "$program"; done
        finish "$work/root"
        rm -rf "$root"
        mv -T "$work/root" "$root"
        break
      fi
      say "not to be had from Debian $suite"
    done
  fi
  ready || { say "not to be had"; exit 1; }
  printf '%s\n' "$root"
}
