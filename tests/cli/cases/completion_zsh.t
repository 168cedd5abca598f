The completion of zsh, in a zsh that somebody types into.

Needs: zsh

  $ covshift completion zsh > _covshift; zsh -n _covshift; touch datafile.csv
  $ cat > try.zsh << 'END'
  > zmodload zsh/zpty
  > zpty shell "TERM=dumb zsh -f -i"
  > zpty -w shell "fpath=($PWD \$fpath); autoload -Uz compinit; compinit -u -D; covshift() { print -r -- \"covshift \$*\" >> tried }"
  > for typed in "sto" "run --dr" "ack --b" "check dataf" "network rec" "network check --lab" "store bac"; do zpty -w -n shell "covshift $typed"$'\t\n'; done
  > zpty -w shell "exit"
  > while zpty -r shell line 2>/dev/null; do :; done
  > END
  $ timeout 60 zsh -f try.zsh > /dev/null; cat tried
  covshift store
  covshift run --dry-run
  covshift ack --because
  covshift check datafile.csv
  covshift network recalibrate
  covshift network check --label
  covshift store backup
