Help goes to standard output with exit status 0, for the program and for each command.

  $ covshift --version
  $ covshift help
  $ covshift --help > a; covshift help > b; covshift -h > c; cmp a b && cmp a c
  $ covshift check --help
  $ covshift help profile
  $ covshift merge --help
  $ covshift show -h
  $ covshift report --help
  $ covshift plugins --help

--help wins over what is missing or wrong after it.

  $ covshift check --help --nonsense > out && head -1 out

No line is wider than a terminal.

  $ for c in check profile merge show report plugins; do covshift $c --help; done | awk 'length > 80'
