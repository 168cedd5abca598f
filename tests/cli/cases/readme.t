The page in README.md is what the program prints (scripts/demo prints it too; its date is not compared).

  $ covshift check data/train.csv data/prod-west.csv > out
  [1]
  $ readme=$(readlink data)/../README.md; grep -Fxc "$(head -1 out)" "$readme"
  1
  $ sed -n '/^FEATURE/,/^  price/p' out > page; sed -n '/^FEATURE/,/^  price/p' "$(readlink data)/../README.md" | diff - page

So is the example in C.

  $ sed -n '/^```c/,/^```$/p' "$(readlink data)/../README.md" | sed '1d;$d' > readme.c; sed -n '/^#include <stdio/,$p' "$(readlink data)/../docs/examples/files.c" | diff readme.c -
