Numbers have a point, whatever the locale says.

Needs: the sources of locales

The C library does not free its copy of LOCPATH in newlocale(), which only the leak sanitizer minds.

  $ localedef -i de_DE -f UTF-8 ./de_DE.UTF-8
  $ cat > german <<'END'
  > ASAN_OPTIONS=detect_leaks=0 LOCPATH=. LC_ALL=de_DE.UTF-8 exec "$@"
  > END
  $ sh german python3 -c 'import locale; locale.setlocale(locale.LC_ALL, ""); print(locale.str(0.5))'
  0,5

  $ covshift check --no-joint data/train.csv data/prod-west.csv -f json -o c.json
  [1]
  $ sh german covshift check --no-joint data/train.csv data/prod-west.csv -f json | cmp c.json -
  $ sh german covshift check --no-joint data/train.csv data/prod-west.csv -o de.txt; covshift check --no-joint data/train.csv data/prod-west.csv | cmp de.txt -
  $ covshift profile data/train.csv -o c.profile; sh german covshift profile data/train.csv -o de.profile; cmp c.profile de.profile
  $ sh german covshift check --no-joint data/train.csv data/null.csv --quiet --alpha 0.01 --alert psi=0.5
  $ sh german covshift check --no-joint data/train.csv data/null.csv --quiet --alpha 0,01
  2> covshift check: option '--alpha' takes a number between 0 and 1, not '0,01'
  2> Try 'covshift check --help'.
  [2]
