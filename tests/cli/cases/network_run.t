Running a network: one row of outputs for each row of data, and one line where it cannot be done.

  $ covshift network run data/networks/mlp.onnx data/networks/clean.csv --label class -o out.csv
  $ head -1 out.csv; tail -n +2 out.csv | wc -l; tail -n +2 data/networks/clean.csv | wc -l
  logits_0,logits_1,logits_2,logits_3
  150
  150
  $ covshift network run data/networks/folded.onnx data/networks/clean.csv --label class -o out.csv

The columns must fill the input; names in the wrong order, or that are not there, are told.

  $ covshift network run data/networks/mlp.onnx data/networks/clean.csv -o new.csv
  2> covshift: data/networks/clean.csv: 65 columns do not fit input 'pixels' of data/networks/mlp.onnx, whose shape is ?x64 (rows first); a column with the class is named with --label
  [2]
  $ covshift network run data/networks/mlp.onnx data/networks/clean.csv --inputs a,b -o new.csv
  2> covshift: data/networks/clean.csv: has no column "a"
  [2]
  $ covshift network run data/networks/mlp.onnx data/networks/clean.csv --label no -o new.csv
  2> covshift: data/networks/clean.csv: has no column "no"
  [2]
  $ printf 'a,b\n1,2\n' > two.csv; covshift network run data/networks/mlp.onnx two.csv -o new.csv
  2> covshift: two.csv: 2 columns do not fit input 'pixels' of data/networks/mlp.onnx, whose shape is ?x64 (rows first)
  [2]
  $ printf 'a\n1\n' > one.csv; covshift network run data/networks/mlp.onnx one.csv -o new.csv
  2> covshift: one.csv: 1 column does not fit input 'pixels' of data/networks/mlp.onnx, whose shape is ?x64 (rows first)
  [2]
  $ sed '1!s/,[^,]*$/,cat/' data/networks/clean.csv > named.csv; covshift network run data/networks/mlp.onnx named.csv --inputs "$(head -1 named.csv | cut -d, -f2-)" -o new.csv
  2> covshift: named.csv: row 1, column "class": 'cat' is no number; a column with the class is named with --label
  [2]
  $ covshift network run data/networks/mlp.onnx missing.csv -o new.csv
  2> covshift: missing.csv: cannot open: No such file or directory
  [2]
  $ covshift network run data/networks/mlp.onnx data/networks/clean.csv
  2> covshift network run: needs -o FILE, the outputs to write
  2> Try 'covshift network run --help'.
  [2]

Values that are no numbers are named by row and column, and nothing is written.

  $ sed '3s/^[^,]*/x/' data/networks/clean.csv > text.csv
  $ covshift network run data/networks/mlp.onnx text.csv --label class -o new.csv
  2> covshift: text.csv: row 2, column "p00": 'x' is no number
  [2]
  $ sed '3s/^[^,]*//' data/networks/clean.csv > gap.csv
  $ covshift network run data/networks/mlp.onnx gap.csv --label class -o new.csv
  2> covshift: gap.csv: row 2, column "p00": is missing; a number was expected
  [2]
  $ head -1 data/networks/clean.csv > header.csv
  $ covshift network run data/networks/mlp.onnx header.csv --label class -o new.csv
  2> covshift: header.csv: has a header but no rows
  [2]
  $ ls new.csv* 2> /dev/null
  [2]

Batch Normalization in training mode, as an export without eval() leaves it, is run by its stored statistics, and told; by those of
each batch where that is asked for. y = x and, in the second column, 2 x + 1; then -1 and 1 standardised.

  $ base64 -d > training.onnx << 'END'
  > CAgSADrDAQpGCgF4CgFzCgFiCgFtCgF2EgF5EgFwEgFxGgJibiISQmF0Y2hOb3JtYWxpemF0aW9uKhQKDXRyYWluaW5nX21vZGUY
  > AaABAhIBdCoRCAIQASIIAACAPwAAAEBCAXMqEQgCEAEiCAAAAAAAAIA/QgFiKhEIAhABIggAAAAAAAAAAEIBbSoRCAIQASIIAACA
  > PwAAgD9CAXZaFAoBeBIPCg0IARIJCgMSAW4KAggCYhQKAXkSDwoNCAESCQoDEgFuCgIIAkIECgAQDw==
  > END
  $ printf 'a,b\n1,2\n3,6\n' > two.csv
  $ covshift network run training.onnx two.csv -o -
  y_0,y_1
  0.999995,4.99998
  2.999985,12.99994
  2> covshift: warning: training.onnx: 1 Batch Normalization is in training mode: run by the stored statistics, unless by --bn batch
  $ for command in "check training.onnx two.csv two.csv" "check training.onnx two.csv two.csv --bn batch" "gradients training.onnx two.csv"; do covshift network $command --format json | grep -o '"text": "1 Batch[^"]*"'; done
  "text": "1 Batch Normalization is in training mode, as an export without eval() leaves it: run by the stored statistics, unless by --bn batch"
  "text": "1 Batch Normalization is in training mode, as an export without eval() leaves it: run by the stored statistics, unless by --bn batch"
  $ python3 -c 'open("eval.onnx", "wb").write(open("training.onnx", "rb").read().replace(b"mode\x18\x01", b"mode\x18\x00"))'; covshift network trace training.onnx eval.onnx two.csv --format json | grep -o '"text": "1 Batch[^"]*"'
  "text": "1 Batch Normalization is in training mode, as an export without eval() leaves it: run by the stored statistics, unless by --bn batch"
  $ covshift network run training.onnx two.csv --bn batch -o -
  y_0,y_1
  -0.999995,-0.9999975
  0.999995,2.9999976

What enters a node from elsewhere than the line above is told.

  $ base64 -d > residual.onnx << 'END'
  > CAgSADp7Cg8KAXgKAXcSAWgiBEdlbW0KDAoBaBIBciIEUmVsdQoOCgFyCgF4EgF5IgNBZGQSAWcqGwgCCAIQAUIBd0oQAACAPwAAgD8AAIA/AACAv1oUCgF4
  > Eg8KDQgBEgkKAxIBbgoCCAJiFAoBeRIPCg0IARIJCgMSAW4KAggCQgQKABAN
  > END
  $ covshift network add r residual.onnx --db networks.db; covshift network show r --db networks.db | tail -n +4
  
    input  x [rows x 2]
    |
    Gemm  Gemm_0
    |
  * Relu  Relu_1
    |
    Add  Add_2  <- input
