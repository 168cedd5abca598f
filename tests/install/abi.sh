#!/bin/sh
# abi.sh SCRIPT FOLDER: scripts/abi lets pass what old programs live with, and nothing else; on small libraries.
set -eu
command -v abidiff >/dev/null && command -v cc >/dev/null || { echo "abidiff or cc is missing"; exit 77; }
rm -rf "$2"

script=$1
folder=$2
failed=0

make() { # a version, the members of its struct, and its functions: two libraries
    mkdir -p "$folder/$1/include/shift"
    echo "struct shift_thing { $2 }; $3" >"$folder/$1/include/shift/thing.h"
    {
        echo '#include "shift/thing.h"'
        echo "$3" | sed 's/;/ { return thing->size; }/g'
    } >"$folder/$1/thing.c"
    for library in libshift libshift-network; do
        cc -g -shared -fPIC -I "$folder/$1/include" -o "$folder/$1/$library.so" "$folder/$1/thing.c"
    done
}
expect() { # a verdict; and a version, to be compared with "old"
    make "$2" "$3" "$4"
    "$script" "$folder/old" "$folder/$2" "$folder/old/include" "$folder/$2/include" >"$folder/$2/log" 2>&1 &&
        found=passes || found=fails
    [ "$found" = "$1" ] || { echo "$2: $found"; cat "$folder/$2/log"; failed=1; }
}
one='unsigned long shift_thing_size(struct shift_thing *thing);'
two='unsigned long shift_thing_more(struct shift_thing *thing);'
private='unsigned long shift__thing(struct shift_thing *thing);'
members='unsigned long size; enum kind { A, B } kind;'
make old "$members int a;" "$one $two $private"
expect passes same "$members int a;" "$one $two $private"
expect passes grown "$members int a; double b;" "$one $two $private"
expect passes function-added "$members int a;" "$one $two $private unsigned long shift_thing_new(struct shift_thing *thing);"
expect passes private-removed "$members int a;" "$one $two"
expect passes enumerator-added "unsigned long size; enum kind { A, B, C } kind; int a;" "$one $two $private"
expect fails enumerator-changed "unsigned long size; enum kind { A, B = 2 } kind; int a;" "$one $two $private"
expect fails inserted "$members double b; int a;" "$one $two $private"
expect fails type-changed "$members double a;" "$one $two $private"
expect fails member-removed "$members" "$one $two $private"
expect fails function-removed "$members int a;" "$one $private"
exit "$failed"
