#!/bin/sh
# Builds and tests the project in a fresh root of another Debian: tests/debian.sh DEBIAN [SUITE...], as root.
# DEBIAN is bookworm, trixie, or trixie-backports (trixie with the backported cpp-httplib). Without a suite: unit.
#
# In there an ordinary user tests in a path with a blank, and no file says what "localhost" is. The root stays in
# build-debian/DEBIAN, so that a second run only builds what has changed; ./dev clean removes it.
#
# Knows: how a root is made. Must not know: any host (they are those of this machine's apt), nor how the project is
# built and tested (./dev).
set -eu
cd "$(dirname "$0")/.."

debian=${1:?"usage: tests/debian.sh bookworm|trixie|trixie-backports [SUITE...]"}
shift
[ $# -gt 0 ] || set -- unit
codename=${debian%-backports}
root=$(pwd)/build-debian/$debian
if [ "$(id -u)" -ne 0 ]; then
  echo "debian.sh: only root can make a root of another Debian" >&2
  exit 1
fi

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
if [ -z "$mirror" ]; then
  echo "debian.sh: this machine's apt has no archive of Debian's" >&2
  exit 1
fi

# inside COMMAND...: in the root, with mounts and processes of its own, which end with it. Never binds /dev: the
# root has nodes of its own, and who removes the root would remove the machine's.
inside() {
  unshare --mount --pid --fork --kill-child sh -euc '
    mount -t proc proc "$1/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    mkdir -p "$1/dev/shm"
    mount -t tmpfs tmpfs "$1/dev/shm"
    root=$1
    shift
    exec chroot "$root" "$@"' inside "$root" "$@"
}

if [ ! -e "$root/.made" ]; then
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase --include=ca-certificates "$codename" "$root" "$mirror"
  [ "$codename" = "$debian" ] || echo "deb $mirror $debian main" >"$root/etc/apt/sources.list.d/$debian.list"
  inside useradd --create-home developer
  touch "$root/.made"
fi

# How this machine reaches the network: its name servers, apt's proxies, authorities of its own.
cp /etc/resolv.conf "$root/etc/resolv.conf"
apt-config dump | grep -E '^Acquire::(http|https)::' >"$root/etc/apt/apt.conf.d/90machine" || true
find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates/" \; 2>/dev/null || true
inside update-ca-certificates >/dev/null

# The sources as they stand, changed files and new ones too; what was built in there stays.
home="/home/developer/job tree"
mkdir -p "$root$home"
git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- --ignore-failed-read |
  tar --extract --directory "$root$home"

export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
if [ "$codename" != "$debian" ]; then
  inside apt-get update -q
  inside apt-get install -q -y --no-install-recommends -t "$debian" libcpp-httplib-dev
fi
inside sh -euc 'cd "$1"; shift; ./dev setup "$@"' setup "$home" "$@"
inside chown -R developer:developer "$home"
# Node.js has authorities of its own unless it is told otherwise.
inside su developer -c 'export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt; cd "$0" && exec ./dev test "$@"' \
  -- "$home" "$@"
