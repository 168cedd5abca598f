#!/bin/sh
# install.sh CMAKE BUILD TREE: install below the folder TREE, as a packager does.
set -eu
rm -rf "$3"
DESTDIR="$3" "$1" --install "$2" --prefix /usr >/dev/null
test -e "$3/usr/include/shift/shift.h"
test -x "$3/usr/bin/covshift"
test -e "$3/usr/share/man/man1/covshift.1"
test -e "$3/usr/share/doc/covshift/embedding.md"
# Nothing that was installed knows where it was built or installed to.
if grep -rlF -e "$3" -e "$2" "$3/usr/lib" "$3/usr/include" "$3/usr/share" --include='*.pc' --include='*.cmake' --include='*.h' --include='*.1'; then
    echo "these files name the build folder"
    exit 1
fi
