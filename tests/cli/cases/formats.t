Reporters are plugins.

  $ covshift plugins | sed "s|, .*/covshift/|, .../covshift/|"

The JSON report has the keys that scripts rely on.

  $ covshift check data/train.csv data/prod-west.csv --only price --only wall -f json -o r.json
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

A folder with a bad plugin in it: the plugin is refused, the others work.

  $ mkdir bad; echo 'not a plugin' > bad/broken.so; covshift plugins --plugin-dir bad | grep broken
  $ covshift check data/train.csv data/null.csv --plugin-dir bad --quiet
  $ covshift check data/train.csv data/null.csv --plugin-dir bad --format broken
  $ COVSHIFT_PLUGIN_PATH=:none:bad covshift plugins | grep -c broken

The working directory is not searched, not even for an empty folder in the list.

  $ cd bad; covshift plugins | grep -c broken
  $ cd bad; COVSHIFT_PLUGIN_PATH=: covshift plugins | grep -c broken
