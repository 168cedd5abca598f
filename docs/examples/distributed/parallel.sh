#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Profile the files of a data set on all processors of one machine with GNU parallel, and merge:
#     find data/2026-01-31 -name '*.csv.gz' | parallel.sh train.profile today.profile
# A file's path is its part's name. What fails is tried three times; a file that is written is whole, so a
# second try replaces the first, and a part that came twice would be refused.
set -eu
like=$1 out=$2
parts=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$parts"' EXIT
mkdir "$parts/0"
parallel --retries 3 --halt soon,fail=1 --quote \
    covshift profile {} --like "$like" --part {} --threads 1 -o "$parts/0/{#}.profile"
level=0
while [ "$(find "$parts/$level" -type f | wc -l)" -gt 1 ]; do
    next=$((level + 1))
    mkdir "$parts/$next"
    find "$parts/$level" -type f | sort |
        parallel --halt soon,fail=1 --max-args 64 --quote covshift merge {} -o "$parts/$next/{#}.profile"
    level=$next
done
mv "$parts/$level/1.profile" "$out"
