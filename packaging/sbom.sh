#!/bin/sh
# What the program is made of, as SPDX 2.3 JSON on standard output: sbom.sh PROGRAM ENGINE VERSION
#
# From the files themselves and from dpkg: the libraries that ldd finds, and the packages whose code is compiled in.
#
# Knows: SPDX, dpkg. Must not know: which libraries the program links.
set -eu
program=$1
engine=$2
version=$3

# Whose code is compiled in without leaving a name behind (NOTICE says the same).
in_program="libcli11-dev nlohmann-json3-dev libcpp-httplib-dev libyaml-cpp-dev"
in_engine="emscripten"

# linked: the packages of the libraries that are loaded, one a line.
linked() {
  ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | while read -r library; do
    file=$(realpath "$library")
    # Where /lib is a link to /usr/lib, dpkg knows a file by either.
    found=$(dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}")
    echo "${found%%:*}"
  done | LC_ALL=C sort -u
}

# license PACKAGE: of all its files that have no other, by SPDX's name where Debian's means the same.
license() {
  name=$(sed -n '/^Files: \*/,/^License:/s/^License: *//p' "/usr/share/doc/$1/copyright" | head -n 1)
  case $name in
    Expat | MIT) echo MIT ;;
    BSD-3-clause | BSD-3-Clause) echo BSD-3-Clause ;;
    Apache-2.0 | Apache-2) echo Apache-2.0 ;;
    curl) echo curl ;;
    Zlib | zlib) echo Zlib ;;
    *) echo NOASSERTION ;;
  esac
}

# package ID NAME VERSION LICENSE, and more members
package() {
  printf '    {"SPDXID": "SPDXRef-%s", "name": "%s", "versionInfo": "%s", "downloadLocation": "NOASSERTION", "filesAnalyzed": false, ' \
    "$1" "$2" "$3"
  printf '"licenseConcluded": "NOASSERTION", "licenseDeclared": "%s", "copyrightText": "NOASSERTION", %s}' "$4" "$5"
}

# of_debian PACKAGE
of_debian() {
  its_version=$(dpkg-query -W -f='${Version}\n' "$1" | head -n 1)
  architecture=$(dpkg-query -W -f='${Architecture}\n' "$1" | head -n 1)
  package "$(id "$1")" "$1" "$its_version" "$(license "$1")" \
    "\"supplier\": \"Organization: Debian\", \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"pkg:deb/debian/$(escaped "$1")@$(escaped "$its_version")?arch=$architecture\"}]"
}

id() { printf '%s' "$1" | tr -c 'A-Za-z0-9.-' -; }
escaped() { printf '%s' "$1" | sed 's/+/%2B/g; s/:/%3A/g; s/~/%7E/g'; }
digest() { sha256sum "$1" | cut -d ' ' -f 1; }
own_file() { printf '"supplier": "Organization: jobtree", "checksums": [{"algorithm": "SHA256", "checksumValue": "%s"}]' "$(digest "$1")"; }

# relation FROM KIND TO
relation() {
  printf ',\n    {"spdxElementId": "SPDXRef-%s", "relationshipType": "%s", "relatedSpdxElement": "SPDXRef-%s"}' "$1" "$2" "$(id "$3")"
}

libraries=$(linked)
# shellcheck disable=SC2086 # lists of words
all=$(printf '%s\n' $libraries $in_program $in_engine | LC_ALL=C sort -u)
cat <<END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "jobtree-$version",
  "documentNamespace": "https://spdx.org/spdxdocs/jobtree-$version-$(digest "$program")",
  "creationInfo": {
    "created": "$(date --utc --date="@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%dT%H:%M:%SZ)",
    "creators": ["Tool: jobtree-sbom.sh-$version"]
  },
  "packages": [
END
package jobtree jobtree "$version" Apache-2.0 "$(own_file "$program")"
printf ',\n'
package engine job-tree.wasm "$version" Apache-2.0 "$(own_file "$engine")"
for name in $all; do
  printf ',\n'
  of_debian "$name"
done
printf '\n  ],\n  "relationships": [\n'
printf '    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-jobtree"}'
relation jobtree CONTAINS engine
for name in $libraries; do relation jobtree DYNAMIC_LINK "$name"; done
for name in $in_program; do relation jobtree CONTAINS "$name"; done
for name in $in_engine; do relation engine CONTAINS "$name"; done
printf '\n  ]\n}\n'
