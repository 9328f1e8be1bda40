#!/bin/sh
# Builds and tests the project in a fresh root of another Debian: tests/debian.sh DEBIAN [SUITE...], as root.
# DEBIAN is bookworm, trixie, or trixie-backports (trixie with the backported cpp-httplib). Without a suite: unit.
#
# In there an ordinary user tests in a path with a blank, and no file says what "localhost" is. The root stays in
# build-debian/DEBIAN, so that a second run only builds what has changed; ./dev clean removes it.
#
# Knows: what a developer's machine has. Must not know: how a root is made (support/debian_root.sh), nor how the
# project is built and tested (./dev).
set -eu
cd "$(dirname "$0")/.."

debian=${1:?"usage: tests/debian.sh bookworm|trixie|trixie-backports [SUITE...]"}
shift
[ $# -gt 0 ] || set -- unit
codename=${debian%-backports}
root=$(pwd)/build-debian/$debian
. tests/support/debian_root.sh

if [ ! -e "$root/.made" ]; then
  rm -rf "$root"
  make_root "$codename" "$root"
  [ "$codename" = "$debian" ] || echo "deb $mirror $debian main" >"$root/etc/apt/sources.list.d/$debian.list"
  inside "$root" useradd --create-home developer
  touch "$root/.made"
fi

connect_root "$root"

# The sources as they stand, changed files and new ones too; what was built in there stays.
home="/home/developer/job tree"
mkdir -p "$root$home"
git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- --ignore-failed-read |
  tar --extract --directory "$root$home"

export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
if [ "$codename" != "$debian" ]; then
  inside "$root" apt-get update -q
  inside "$root" apt-get install -q -y --no-install-recommends -t "$debian" libcpp-httplib-dev
fi
inside "$root" sh -euc 'cd "$1"; shift; ./dev setup "$@"' setup "$home" "$@"
inside "$root" chown -R developer:developer "$home"
# Node.js has authorities of its own unless it is told otherwise.
inside "$root" su developer -c 'export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt; cd "$0" && exec ./dev test "$@"' \
  -- "$home" "$@"
