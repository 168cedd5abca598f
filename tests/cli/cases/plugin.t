A reporter of one's own, built against an installed tree as docs/plugins.md tells.

Needs: a C compiler and pkg-config

  $ cmake --install "$BUILD" --prefix "$PWD/tree" > log
  $ mkdir mine; sed -n '/^```c$/,/^```$/p' data/../docs/plugins.md | grep -v '^```' > names.c; test $(wc -l < names.c) -lt 60
  $ export PKG_CONFIG_PATH=$(dirname $(find "$PWD/tree" -name shift.pc))
  > cc -std=c99 -pedantic -Wall -Wextra -Werror -shared -fPIC -o mine/names.so names.c $(pkg-config --cflags shift)
  > pkg-config --modversion shift
  0.1.0
  $ tree/bin/covshift check --no-joint data/train.csv data/prod-1998.csv --plugin-dir mine --format names
  shifted:
  price
  wall
  $ tree/bin/covshift plugins --plugin-dir mine | grep names
  names        names of the features that shifted
               ABI 1, mine/names.so

What fails or writes nothing leaves the old report in its place.

  $ cat > silent.c <<'END'
  > #include <shift/reporter.h>
  > static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
  > {
  >     (void)report, (void)sink, (void)err;
  >     return STATUS;
  > }
  > const shift_reporter shift_reporter_plugin = {.abi = SHIFT_PLUGIN_ABI, .size = sizeof(shift_reporter), .name = NAME,
  >     .summary = "nothing", .extension = "txt", .render = render};
  > END
  > for name in silent failing; do cc -shared -fPIC -I tree/include -DNAME="\"$name\"" -DSTATUS=$([ $name = silent ] && echo SHIFT_OK || echo SHIFT_EIO) -o mine/$name.so silent.c; done
  $ echo old > report.txt
  > covshift check --no-joint data/train.csv data/null.csv --plugin-dir mine -f silent -o report.txt; cat report.txt
  old
  2> covshift: reporter silent wrote nothing
  $ covshift check --no-joint data/train.csv data/null.csv --plugin-dir mine -f failing -o report.txt --db drift.db; cat report.txt; sqlite3 drift.db 'SELECT count(*) FROM run'
  old
  0
  2> covshift: reporter failing failed
  $ covshift history --db drift.db --plugin-dir mine -f silent; covshift history --db drift.db --plugin-dir mine -f names
  2> covshift: reporter silent has no history
  2> covshift: reporter names has no history
  [2]
