Days are those of the calendar in the process's time zone: no change of the clock skips or repeats one. The clock is SOURCE_DATE_EPOCH here.

Needs: sqlite3

  $ export TZ=CET-1CEST,M3.5.0,M10.5.0/3; hours() { printf 't,x\n'; for h in $(seq $2); do s=$(($(date -ud "$1" +%s) + 3600 * (h - 1))); for r in $(seq 30); do echo "$(date -d @$s +%Y-%m-%dT%H:%M:%S%:z),$(((h * 31 + r * 17) % 97))"; done; done; }
  > mkdir day; hours 2026-03-02T23:00Z 24 > train.csv; hours 2026-03-27T23:00Z 24 > day/2026-03-28.csv; hours 2026-03-28T23:00Z 23 > day/2026-03-29.csv; hours 2026-10-24T22:00Z 25 > day/2026-10-25.csv
  > echo '{db: c.db, train: train.csv, production: {source: "day/%F.csv", days_ago: 1}, decision: {joint: no, dependence: none}}' > c.yaml
  > cat > at << 'END'
  > TZ=CET-1CEST,M3.5.0,M10.5.0/3 SOURCE_DATE_EPOCH=$(date -ud "$1" +%s) covshift run ${2:-c.yaml} > out
  > END

In the night when clocks go forward, before and after; the day of 23 hours in the night after it.

  $ sh at 2026-03-28T23:30Z; sh at 2026-03-29T00:30Z; sh at 2026-03-29T01:30Z; sh at 2026-03-29T23:30Z
  2> covshift: monitor c, 2026-03-28: already recorded; --again repeats it
  2> covshift: monitor c, 2026-03-28: already recorded; --again repeats it
  $ sqlite3 c.db "SELECT period, prod_rows FROM run"
  2026-03-28|720
  2026-03-29|690

Clocks go back: half past two comes twice. Then the day of 25 hours.

  $ cp day/2026-03-28.csv day/2026-10-24.csv; sh at 2026-10-25T00:30Z; sh at 2026-10-25T01:30Z; sh at 2026-10-25T23:30Z
  2> covshift: monitor c, 2026-10-24: already recorded; --again repeats it
  $ sqlite3 c.db "SELECT period, prod_rows FROM run WHERE period > '2026-10'"
  2026-10-24|720
  2026-10-25|750

Hours of a day are hours that have passed, named in UTC: one window each, and none holds two.

  $ sed 's/days_ago: 1/by: "time:1h"/; s/c.db/h.db/' c.yaml > h.yaml; TZ=CET-1CEST,M3.5.0,M10.5.0/3 covshift run h.yaml --date 2026-03-29 -q > out; TZ=CET-1CEST,M3.5.0,M10.5.0/3 covshift run h.yaml --date 2026-10-25 -q > out
  $ sqlite3 h.db "SELECT substr(period, 1, 10), count(*), min(prod_rows), max(prod_rows), min(substr(period, 12)), max(substr(period, 12)) FROM run GROUP BY 1"
  2026-03-29|23|30|30|2026-03-28T23:00:00Z|2026-03-29T21:00:00Z
  2026-10-25|25|30|30|2026-10-24T22:00:00Z|2026-10-25T22:00:00Z

The machine's clock steps back between two runs: what is recorded stays, nothing is run twice, the later day is still the newest.

  $ cp day/2026-03-28.csv day/2026-10-23.csv; sh at 2026-10-25T12:00Z; sh at 2026-10-24T12:00Z; sh at 2026-10-25T12:00Z; sh at 2026-10-26T12:00Z
  2> covshift: monitor c, 2026-10-24: already recorded; --again repeats it
  2> covshift: monitor c, 2026-10-24: already recorded; --again repeats it
  2> covshift: monitor c, 2026-10-25: already recorded; --again repeats it
  $ sqlite3 c.db "SELECT period, started_at FROM run WHERE period > '2026-10' ORDER BY id; SELECT outcome, count(*) FROM attempt GROUP BY 1"
  2026-10-24|2026-10-25T00:30:00Z
  2026-10-25|2026-10-25T23:30:00Z
  2026-10-23|2026-10-24T12:00:00Z
  recorded|5
