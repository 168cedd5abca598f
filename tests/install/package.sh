#!/bin/sh
# package.sh CPACK BUILD FOLDER DATA: the Debian package names what it depends on, and what it holds works
# where it is unpacked. scripts/package-test installs it on a bare system.
set -eu
command -v dpkg-shlibdeps >/dev/null || exit 77
rm -rf "$3"
mkdir -p "$3"
(cd "$2" && "$1" -G DEB -B "$3" >"$3/log" 2>&1) || { cat "$3/log"; exit 1; }
package=$(ls "$3"/covshift_*.deb)
depends=$(dpkg-deb -f "$package" Depends)
for needed in libc6 libcsv3 libgsl libsqlite3-0 libzstd1 zlib1g; do
    case "$depends" in
    *"$needed"*) ;;
    *) echo "Depends lacks $needed: $depends"; exit 1 ;;
    esac
done
case "$depends" in
*libshift*) echo "the package depends on itself: $depends"; exit 1 ;;
esac
dpkg-deb -x "$package" "$3/root"
status=0
"$3/root/usr/bin/covshift" check "$4/train.csv" "$4/prod-west.csv" --no-joint --format json >"$3/out" || status=$?
[ "$status" = 1 ] && grep -q '"verdict": *"alert"' "$3/out"
