#!/bin/sh
# What the tests of the package do to a root of Debian: root.sh make CODENAME ROOT, or root.sh in ROOT COMMAND...
#
# Knows: nothing but the two. Must not know: how a root is made (../support/debian_root.sh), what is tested.
set -eu
. "$(dirname "$0")/../support/debian_root.sh"
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
verb=$1
shift
case $verb in
  make)
    make_root "$1" "$2"
    connect_root "$2"
    inside "$2" apt-get update -q
    ;;
  in) inside "$@" ;;
esac
