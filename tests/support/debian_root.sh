# A fresh root of a Debian, for the scripts that source this; as root.
#
# Knows: how such a root is made, and entered. Must not know: any host (they are those of this machine's apt), what is
# done in there.

[ "$(id -u)" -eq 0 ] || { echo "only root can make a root of another Debian" >&2; exit 1; }

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
[ -n "$mirror" ] || { echo "this machine's apt has no archive of Debian's" >&2; exit 1; }

# inside ROOT COMMAND...: in the root, with mounts and processes of its own, which end with it. Never binds /dev: the
# root has nodes of its own, and who removes the root would remove the machine's.
inside() {
  unshare --mount --pid --fork --kill-child sh -euc '
    mount -t proc proc "$1/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    mkdir -p "$1/dev/shm"
    mount -t tmpfs tmpfs "$1/dev/shm"
    root=$1
    shift
    exec chroot "$root" "$@"' inside "$@"
}

# make_root CODENAME ROOT
make_root() {
  mkdir -p "$2"
  debootstrap --variant=minbase --include=ca-certificates "$1" "$2" "$mirror"
}

# connect_root ROOT: how this machine reaches the network: its name servers, apt's proxies, authorities of its own.
connect_root() {
  cp /etc/resolv.conf "$1/etc/resolv.conf"
  apt-config dump | grep -E '^Acquire::(http|https)::' >"$1/etc/apt/apt.conf.d/90machine" || true
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$1/usr/local/share/ca-certificates/" \; 2>/dev/null || true
  inside "$1" update-ca-certificates >/dev/null
}
