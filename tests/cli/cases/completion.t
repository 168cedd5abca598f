Completions and manual pages come from the program's own tables.

  $ cat > try << 'END'
  > source ./covshift.bash; compopt() { :; }
  > try() { COMP_WORDS=(covshift "$@"); COMP_CWORD=$#; COMPREPLY=(); _covshift; echo "${COMPREPLY[@]}"; }
  > try sto; try run --dr; try ack --b; try check data; try network re; try network check --la; try network list mod; try store ''; try help whi; try completion b
  > END
  $ covshift completion bash > covshift.bash && bash try
  store
  --dry-run
  --because
  
  recalibrate remedy remove
  --label
  
  check backup
  whiten
  bash
  $ covshift completion zsh | sed -n '1,2p;/^    .ack.)/,/;;/p'
  #compdef covshift
  # zsh completion of covshift; a file _covshift in $fpath
      'ack')
          _arguments \
              '*--db[the SQLite file with the recorded runs]:FILE:_files' \
              '*--until[the last day of it, e.g. 2026-02-28]:DAY:_files' \
              '*--because[why; it is recorded]:TEXT:_files' \
              '*--help[print this]' \
              '*:file:_files' ;;
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
  $ covshift completion man network recalibrate | sed -n '1,5p'; covshift completion man network | sed -n '/COMMANDS/,/run/p'
  .TH COVSHIFT\-network\-recalibrate 1 "" "covshift 0.1.0"
  .SH NAME
  covshift\-network\-recalibrate \- re\-estimate Batch Normalization on production data
  .SH SYNOPSIS
  \fBcovshift network recalibrate\fR [\fIoption\fR ...] NAME PROD
  .SH COMMANDS
  .TP
  \fBcovshift network check\fR
  run a network on both sides: where does the shift enter; see
  $ for command in $(covshift help | sed -n 's/^  \([a-z]*\) .*/\1/p' | grep -v help); do ls $BUILD/cli/covshift-$command.1; done | wc -l
  17
  $ for command in $(covshift network --help | sed -n 's/^  network \([a-z]*\) .*/\1/p'); do ls $BUILD/cli/covshift-network-$command.1; done | wc -l
  11
