#!/bin/sh
# What the tests of the package do to a root of Debian:
#   root.sh make CODENAME ROOT
#   root.sh in ROOT COMMAND...
#   root.sh read-only ROOT VOLUME COMMAND...     as a container: all but this folder and /tmp is read-only
#
# Knows: nothing but these. Must not know: how a root is made (../support/debian_root.sh), what is tested.
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
  read-only)
    exec unshare --mount --pid --fork --kill-child sh -euc '
      mount --bind "$1" "$1"
      mount --bind "$1$2" "$1$2"
      mount -t proc proc "$1/proc"
      mount -t tmpfs tmpfs "$1/tmp"
      mount -o remount,bind,ro "$1"
      root=$1
      shift 2
      exec chroot "$root" "$@"' inside "$@"
    ;;
esac
