Reporters are plugins.

  $ covshift plugins | sed "s|, .*/covshift/|, .../covshift/|"
  csv          one measurement a line
               ABI 1, .../covshift/csv.so
  html         one page with pictures, for a browser
               ABI 1, .../covshift/html.so
  json         everything about the run, for programs
               ABI 1, .../covshift/json.so
  junit        test cases for a CI's reader of JUnit XML
               ABI 1, .../covshift/junit.so
  markdown     a comment for a pull request or a chat
               ABI 1, .../covshift/markdown.so
  nagios       a status line for a monitoring system
               ABI 1, .../covshift/nagios.so
  prometheus   metrics for the textfile collector
               ABI 1, .../covshift/prometheus.so
  text         a page for the terminal
               ABI 1, .../covshift/text.so

The JSON report has the keys that scripts rely on.

  $ covshift check --no-joint data/train.csv data/prod-west.csv --only price --only wall -f json -o r.json
  [1]
  $ python3 <<'END'
  > import json
  > report = json.load(open("r.json"))
  > print(*report)
  > print(report["schema"], report["run"], report["train"], report["prod"])
  > print(report["dataset"]["verdict"], report["layers"], report["messages"])
  > for feature in report["features"]:
  >     print(feature["name"], feature["kind"], feature["verdict"], *feature["statistics"])
  > price = report["features"][0]
  > print(price["statistics"]["psi"])
  > print(*price["train"])
  > print(price["prod"]["mean"], price["prod"]["quantiles"])
  > END
  schema run train prod dataset features layers messages network against
  covshift.report/1 {'id': None, 'kind': 'features', 'monitor': None, 'started_at': '2026-01-31T02:00:00Z', 'finished_at': '2026-01-31T02:00:00Z', 'version': '0.1.0', 'seed': 0, 'verdict': 'alert', 'period': None} {'source': 'data/train.csv', 'rows': 2000} {'source': 'data/prod-west.csv', 'rows': 2000}
  alert [] []
  price numeric alert ks cramer_von_mises anderson_darling mann_whitney welch_t brown_forsythe normal_scores klotz wasserstein wasserstein_normalized energy psi jensen_shannon kullback_leibler hellinger total_variation mean_shift variance_ratio skewness_shift kurtosis_shift out_of_range_share mcc missing_rate
  wall categorical alert chi_square g_test chi_square_merged cramers_v psi jensen_shannon kullback_leibler hellinger total_variation l_infinity new_category_share lost_category_share mcc missing_rate
  {'value': 1.3053164893967881, 'low': 1.1333718197584717, 'high': 1.4684817580537497, 'p_value': 1.814173449501589e-273, 'p_adjusted': None, 'warn': 0.1, 'alert': 0.25, 'verdict': 'alert', 'reason': None, 'log10_p': -272.7413211932625}
  n missing mean variance skewness kurtosis min max quantiles non_finite invalid distinct
  115009.93000000001 {'0.01': 27500.0, '0.05': 44995.0, '0.25': 73500.0, '0.5': 97000.0, '0.75': 135000.0, '0.95': 235000.0, '0.99': 395170.0}

A folder with a bad plugin in it: the plugin is refused, the others work.

  $ mkdir bad; echo 'not a plugin' > bad/broken.so; covshift plugins --plugin-dir bad | grep broken
  (refused)    bad/broken.so: file too short
  $ covshift check --no-joint data/train.csv data/null.csv --plugin-dir bad --quiet
  $ covshift check --no-joint data/train.csv data/null.csv --plugin-dir bad --format broken
  2> covshift: bad/broken.so: file too short
  2> covshift: no reporter named "broken"; there are: csv, html, json, junit, markdown, nagios, prometheus, text
  [2]
  $ COVSHIFT_PLUGIN_PATH=:none:bad covshift plugins | grep -c broken
  1
  $ mkdir half; head -c 3000 "$(find "$BUILD" -path '*/covshift/json.so' | head -n 1)" > half/json.so; covshift check --no-joint data/train.csv data/null.csv --plugin-dir half -f json | grep -c covshift.report; covshift plugins --plugin-dir half | grep half
  1
  (refused)    half/json.so: cut off: its ELF header tells of more than its 3000 bytes

The working directory is not searched, not even for an empty folder in the list.

  $ cd bad; covshift plugins | grep -c broken
  0
  [1]
  $ cd bad; COVSHIFT_PLUGIN_PATH=: covshift plugins | grep -c broken
  0
  [1]
