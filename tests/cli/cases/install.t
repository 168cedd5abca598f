An installed tree works where it is put, and after it has been moved.

Needs: cmake

  $ cmake --install "$BUILD" --prefix "$PWD/tree" > log
  $ find tree -name 'covshift*' -o -name '*.so' | sed 's|/lib/[^/]*-linux-gnu[^/]*/|/lib/|' | sort
  tree/bin/covshift
  tree/lib/covshift
  tree/lib/covshift/csv.so
  tree/lib/covshift/html.so
  tree/lib/covshift/json.so
  tree/lib/covshift/junit.so
  tree/lib/covshift/markdown.so
  tree/lib/covshift/nagios.so
  tree/lib/covshift/prometheus.so
  tree/lib/covshift/text.so
  tree/lib/libshift-network.so
  tree/lib/libshift.so
  tree/share/bash-completion/completions/covshift
  tree/share/doc/covshift
  tree/share/man/man1/covshift-ack.1
  tree/share/man/man1/covshift-check.1
  tree/share/man/man1/covshift-completion.1
  tree/share/man/man1/covshift-history.1
  tree/share/man/man1/covshift-init.1
  tree/share/man/man1/covshift-merge.1
  tree/share/man/man1/covshift-network-add.1
  tree/share/man/man1/covshift-network-check.1
  tree/share/man/man1/covshift-network-gradients.1
  tree/share/man/man1/covshift-network-list.1
  tree/share/man/man1/covshift-network-profile.1
  tree/share/man/man1/covshift-network-recalibrate.1
  tree/share/man/man1/covshift-network-remedy.1
  tree/share/man/man1/covshift-network-remove.1
  tree/share/man/man1/covshift-network-run.1
  tree/share/man/man1/covshift-network-show.1
  tree/share/man/man1/covshift-network-trace.1
  tree/share/man/man1/covshift-network.1
  tree/share/man/man1/covshift-outliers.1
  tree/share/man/man1/covshift-plugins.1
  tree/share/man/man1/covshift-profile.1
  tree/share/man/man1/covshift-prune.1
  tree/share/man/man1/covshift-report.1
  tree/share/man/man1/covshift-run.1
  tree/share/man/man1/covshift-show.1
  tree/share/man/man1/covshift-store.1
  tree/share/man/man1/covshift-weights.1
  tree/share/man/man1/covshift-whiten.1
  tree/share/man/man1/covshift.1
  $ mv tree moved; moved/bin/covshift plugins | sed "s|, .*/covshift/|, .../covshift/|"
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
  $ moved/bin/covshift check --no-joint data/train.csv data/prod-west.csv > out; head -1 out
  ALERT: 15 of 16 features shifted; strongest: price, W1/sd 1.34
