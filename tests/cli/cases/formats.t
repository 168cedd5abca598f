Reporters are plugins.

  $ covshift plugins | sed "s|, .*/lib/|, .../lib/|"
  $ covshift check data/train.csv data/prod-west.csv --only price --only wall --format json

A folder with a bad plugin in it: the plugin is refused, the others work.

  $ mkdir bad; echo 'not a plugin' > bad/broken.so; covshift plugins --plugin-dir bad | grep broken
  $ covshift check data/train.csv data/null.csv --plugin-dir bad --quiet
  $ covshift check data/train.csv data/null.csv --plugin-dir bad --format broken
  $ COVSHIFT_PLUGIN_PATH=:none:bad covshift plugins | grep -c broken

The working directory is not searched, not even for an empty folder in the list.

  $ cd bad; covshift plugins | grep -c broken
  $ cd bad; COVSHIFT_PLUGIN_PATH=: covshift plugins | grep -c broken
