Completions and manual pages come from the program's own tables.

  $ cat > try << 'END'
  > source ./covshift.bash; compopt() { :; }
  > try() { COMP_WORDS=(covshift "$@"); COMP_CWORD=$#; COMPREPLY=(); _covshift; echo "${COMPREPLY[@]}"; }
  > try sto; try run --dr; try ack --b; try check data
  > END
  $ covshift completion bash > covshift.bash && bash try
  store
  --dry-run
  --because
  
  $ covshift completion zsh | sed -n '1,2p;/^    ack/,/^    prune/p'
  #compdef covshift
  # zsh completion of covshift; a file _covshift in $fpath
      ack)
          _arguments \
              '*--db[the SQLite file with the recorded runs]:FILE:_files' \
              '*--until[the last day of it, e.g. 2026-02-28]:DAY:_files' \
              '*--because[why; it is recorded]:TEXT:_files' \
              '*--help[print this]' \
              '*:file:_files' ;;
      prune)
  $ covshift completion man ack
  .TH COVSHIFT\-ack 1 "" "covshift 0.1.0"
  .SH NAME
  covshift\-ack \- acknowledge what is shifted in a monitor's run
  .SH SYNOPSIS
  \fBcovshift ack\fR [\fIoption\fR ...] RUN
  .SH DESCRIPTION
  .nf
  What warns or alerts in that run is known: it does not count for the monitor's
  alarms until the day \-\-until, that day among them. What else shifts, does.
  
  Exit status: 0 acknowledged, 2 trouble.
  .fi
  .SH OPTIONS
  .TP
  \fB\-\-db\fR \fIFILE\fR
  the SQLite file with the recorded runs
  .TP
  \fB\-\-until\fR \fIDAY\fR
  the last day of it, e.g. 2026\-02\-28
  .TP
  \fB\-\-because\fR \fITEXT\fR
  why; it is recorded
  .TP
  \fB\-\-help\fR
  print this
  .SH SEE ALSO
  .BR covshift (1)
  $ covshift completion fish
  2> covshift completion: expected bash, zsh, or man and a command
  2> Try 'covshift completion --help'.
  [2]
  $ covshift completion man nothing
  2> covshift completion: expected bash, zsh, or man and a command
  2> Try 'covshift completion --help'.
  [2]
  $ ls $BUILD/cli/covshift-run.1 > /dev/null
