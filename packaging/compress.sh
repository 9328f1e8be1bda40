#!/bin/sh
# Compresses what Debian wants compressed, the same way at every build: compress.sh FOLDER VERSION SOURCES
set -eu
cd "$1"
for page in en/*.1 zh_CN/*.1; do
  gzip -9 -n -k -f "$page"
done
date=$(date --utc --rfc-email --date="@${SOURCE_DATE_EPOCH:-$(date +%s)}")
sed "s/@VERSION@/$2/; s/@DATE@/$date/" "$3/packaging/debian/changelog" | gzip -9 -n >changelog.Debian.gz
gzip -9 -n -c "$3/CHANGELOG.md" >changelog.gz
