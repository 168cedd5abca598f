Numbers have a point, whatever the locale says.

Needs: the locale de_DE.UTF-8

  $ covshift check data/train.csv data/prod-west.csv -f json -o c.json
  $ LC_ALL=de_DE.UTF-8 covshift check data/train.csv data/prod-west.csv -f json | cmp c.json -
  $ LC_ALL=de_DE.UTF-8 covshift check data/train.csv data/prod-west.csv -o de.txt; covshift check data/train.csv data/prod-west.csv | cmp de.txt -
  $ covshift profile data/train.csv -o c.profile; LC_ALL=de_DE.UTF-8 covshift profile data/train.csv -o de.profile; cmp c.profile de.profile
  $ LC_ALL=de_DE.UTF-8 covshift check data/train.csv data/null.csv --quiet --alpha 0.01 --alert psi=0.5
  $ LC_ALL=de_DE.UTF-8 covshift check data/train.csv data/null.csv --quiet --alpha 0,01
