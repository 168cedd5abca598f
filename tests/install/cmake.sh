#!/bin/sh
# cmake.sh CMAKE TREE CONSUMER BUILD VERSION: a stranger's project finds the package, and no other version.
set -eu
rm -rf "$4"
"$1" -S "$3" -B "$4" -DCMAKE_PREFIX_PATH="$2" -DWANTED="$5" >/dev/null
"$1" --build "$4" >/dev/null
"$4/consumer"
if "$1" -S "$3" -B "$4" -DWANTED=99 >/dev/null 2>&1; then
    echo "version 99 was found"
    exit 1
fi
