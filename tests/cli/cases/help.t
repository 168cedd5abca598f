Help goes to standard output with exit status 0, for the program and for each command.

  $ covshift --version
  covshift 0.1.0
  $ covshift help
  Usage: covshift COMMAND [OPTION...] [FILE...]
  Finds covariate shift: says whether production data still looks like the data a
  model was trained on, how far which feature has moved, and whether that is real
  and matters.
  
  Commands:
    check       compare production data with training data (the main job)
    run         do what a monitor file says, every night
    init        write a commented monitor file for 'covshift run'
    profile     profile a data set and save the profile
    merge       combine the profiles of parts of one data set
    show        print a saved profile
    report      print a recorded run again, in any format
    history     print values over the recorded runs
    network     run stored networks and see where the shift enters them
    ack         acknowledge what is shifted in a monitor's run
    prune       remove old runs from the database
    store       examine the database, or copy it while it is in use
    weights     weights that make training data look like production
    whiten      transform data so that training has mean 0, covariance 1
    outliers    the rows of production that are least like training
    plugins     list the reporters, and the plugins that were refused
    completion  print a shell's completions, or a command's manual page
    help        print this, or the help of a command
  
  'covshift COMMAND --help' has the details; 'covshift --version' the version.
  Exit status: 0 no shift, 1 shift, 2 trouble.
  $ covshift --help > a; covshift help > b; covshift -h > c; cmp a b && cmp a c
  $ covshift check --help
  Usage: covshift check [OPTION...] TRAIN PROD
  Compares PROD with TRAIN column by column, decides, and reports. Either may be a
  CSV file (plain, gzip or Zstandard), a profile saved by 'covshift profile', or
  '-' for standard input. The columns and their kinds are those of TRAIN.
  
  With --db the run is recorded first, in one transaction, and the report is made
  from the record. --quiet prints nothing unless the verdict is one that exits 1;
  with --fail-on never, unless it is an alert.
  
  --by cuts PROD into windows, in one pass: of time, so many rows, or the values of
  a column. Each is a run by itself; the worst gives the exit status.
  
  Exit status: 0 no shift, 1 shift (see --fail-on), 2 trouble: nothing recorded.
  With --format nagios: 0 ok, 1 warn, 2 alert, 3 trouble.
  
  Data:
        --delimiter CHAR      between the fields of a CSV file, or 'tab' (,)
        --missing TOKEN       text that means no value, instead of the usual
        --kind COL=KIND       numeric, categorical, boolean, timestamp, identifier
        --exclude COL         leave this column out
        --only COL            take this column, and only such
        --by WINDOW           cut PROD: time:LENGTH[:COL], rows:N or column:COL
  Profile:
        --exact               keep every value, whatever the memory
        --seed N              of whatever is random (0)
        --threads N           same result for any number (all processors)
  Limits:
        --max-memory SIZE     give up when the program takes more, e.g. 500M
  Decision:
        --alpha P             significance level of the whole run (0.05)
        --warn [FEAT:]STAT=X  warn from this effect on
        --alert [FEAT:]STAT=X alert from this effect on
        --fail-share S        alert only when this share of the features does
        --no-joint            judge each feature by itself only (faster)
        --dependence HOW      of rows in order: auto, serial or none (auto)
        --fail-on LEVEL       exit 1 on warn, alert or never (alert)
  Record:
        --db FILE             the SQLite file with the recorded runs
        --no-record           leave the database alone
  Output:
    -f, --format NAME         one that 'covshift plugins' lists (text)
    -o, --output FILE         write there, '-' is standard output
    -q, --quiet               print only when there is something to tell
        --no-color            no colour on a terminal; so does NO_COLOR
        --plugin-dir DIR      look for reporters here first
  Help:
    -h, --help                print this
  $ covshift help profile
  Usage: covshift profile [OPTION...] DATA
  Reads DATA (a CSV file, plain or compressed, or '-') once and writes its
  profile: counts, moments, quantile sketches, category counts, and a sample of
  rows. The profile can stand for the data in 'covshift check', and the profiles
  of parts of one data set can be merged. -o FILE must be given.
  
  Parts that are to be merged must have the same columns and kinds: take them from
  the first, with --like. Give each a name, with --part: a part that is profiled
  again, or merged again, is then not counted twice.
  
  The sample holds raw rows; --no-sample keeps none.
  
  Data:
        --delimiter CHAR      between the fields of a CSV file, or 'tab' (,)
        --missing TOKEN       text that means no value, instead of the usual
        --kind COL=KIND       numeric, categorical, boolean, timestamp, identifier
        --exclude COL         leave this column out
        --only COL            take this column, and only such
  Profile:
        --like PROFILE        take columns and kinds from this profile
        --part NAME           of the data set; merging refuses a part twice
        --no-sample           keep no raw row in the profile
        --sketch-size N       numbers a feature's sketch has in the file (3072)
        --exact               keep every value, whatever the memory
        --seed N              of whatever is random (0)
        --threads N           same result for any number (all processors)
  Limits:
        --max-memory SIZE     give up when the program takes more, e.g. 500M
  Output:
    -o, --output FILE         write there, '-' is standard output
  Help:
    -h, --help                print this
  $ covshift merge --help
  Usage: covshift merge [OPTION...] PROFILE...
  Adds up saved profiles of parts of one data set, in any order, and writes the
  profile of the whole. Their columns and kinds must be the same, and no part that
  was given a name (--part) may be in two of them. -o FILE must be given.
  
  Limits:
        --max-memory SIZE     give up when the program takes more, e.g. 500M
  Output:
    -o, --output FILE         write there, '-' is standard output
  Help:
    -h, --help                print this
  $ covshift show -h
  Usage: covshift show [OPTION...] PROFILE
  Prints what a profile saved by 'covshift profile' holds: for each column its
  kind, counts, and moments and quantiles or the most frequent categories.
  
  Help:
    -h, --help                print this
  $ covshift report --help
  Usage: covshift report [OPTION...] [RUN]
  Reports the run of that number, or the last one, as 'covshift check --db' has
  recorded it. --against tells what is new, worse, better or gone since another
  run; --list lists the runs and the days without one. The database is only read.
  
  Exit status: 0 reported, whatever the verdict; 2 trouble.
  With --format nagios: 0 ok, 1 warn, 2 alert, 3 trouble. Without RUN what is
  acknowledged is ok then, and a later day of the monitor without a run trouble.
  
  Record:
        --db FILE             the SQLite file with the recorded runs
  What:
        --list                list the recorded runs
        --against RUN         tell what has changed since that run
        --monitor NAME        runs of this monitor only
  Output:
    -f, --format NAME         one that 'covshift plugins' lists (text)
    -o, --output FILE         write there, '-' is standard output
        --no-color            no colour on a terminal; so does NO_COLOR
        --plugin-dir DIR      look for reporters here first
  Help:
    -h, --help                print this
  $ covshift plugins --help
  Usage: covshift plugins [OPTION...]
  Lists what --format can name, with the plugin's ABI and file. Plugins are looked
  for in --plugin-dir, then in the folders of COVSHIFT_PLUGIN_PATH (separated by
  colons), then in the installed folder. The first of two equal names counts.
  
  Output:
        --plugin-dir DIR      look for reporters here first
  Help:
    -h, --help                print this

--help wins over what is missing or wrong after it.

  $ covshift check --help --nonsense > out && head -1 out
  Usage: covshift check [OPTION...] TRAIN PROD

No line is wider than a terminal.

  $ (covshift help; for c in check run init profile merge show report history network ack prune store weights whiten outliers plugins completion; do covshift $c --help; done) | awk 'length > 80'
  --by cuts PROD into windows, in one pass: of time, so many rows, or the values of
  $ for c in check run recalibrate gradients remedy trace profile add list show remove; do covshift network $c --help; done | awk 'length > 80'

Every option that a command takes is in its help.

  $ for c in whiten weights outliers; do covshift $c --help | sed -n '/^Rows:/,/^Output:/p' | grep -- '--'; done
        --method NAME         zca, pca, cholesky or zca-cor (zca-cor)
        --clip W              no weight above this; their mean is 1
        --by NAME             odds or distance: what puts a row first (odds)
        --top N               so many rows (100)
  $ covshift network gradients --help | grep fail-on
        --fail-on LEVEL       exit 1 on warn, alert or never (alert)
