Where a shift enters a network: two small networks of data/networks, and pictures that became dim.

No shift: exit status 0, and silence where it was asked for.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/clean.csv --label class --quiet
  $ covshift network check data/networks/mlp.onnx data/networks/train.csv data/networks/clean.csv --label class --quiet

A shift, layer by layer.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class
  ALERT: 3 of 3 layers shifted; the first: pixels, variance ratio 3.86
  
  net    data/networks/cnn.onnx, 2,558 bytes
  right  99.25 % → 48 % of labels
  train  data/networks/train.csv, 400 rows
  prod   data/networks/dim.csv, 150 rows
  run    not recorded
  
  LAYER       OP      VERDICT  EFFECT                   P  CHANGE
  pixels      input   ALERT    variance ratio 3.86  0.001  mean 7.51 → 3.76,
                                                           sd 3.83 → 1.92
  bn0         BN      ALERT    variance ratio 3.99  0.001  mean 4.29 → 2.15,
                                                           sd 5.09 → 2.55,
                                                           damped to 0.91
  bn0 output  output  -                                    mean -0.123 → -0.634,
                                                           sd 1.03 → 0.75
  relu0       Relu    ALERT    variance ratio 33.9  0.001  mean 0.359 → 0.0906,
                                                           sd 0.55 → 0.231,
                                                           saturated 55 % → 80 %,
                                                           amplified 2.3 times
  logits      output  -        variance ratio 5.62  0.001  mean 0.5 → 0.473
  
  Why
    pixels  variance ratio 3.86, alert from 1.25; significant (adjusted p 0.001)
    bn0     variance ratio 3.99, alert from 1.25; significant (adjusted p 0.001)
    relu0   variance ratio 33.9, alert from 1.25; significant (adjusted p 0.001)
  
  Notes
    data  34.2 % of the predictions went to other classes; class 1: 26 % to 0 %
    data  the largest probability went from 0.95 to 0.68 on average
  [1]

What neither amplifies nor damps says nothing of it.

  $ covshift network check data/networks/mlp.onnx data/networks/train.csv data/networks/dim.csv --label class -f markdown | grep '^| .bn0. '
  | `bn0` | BatchNormalization | ALERT | variance ratio 3.85 | 0.001 | mean 4.53 → 2.32, sd 9.74 → 4.87 |

Layers in JSON; the values of channels beside them.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class -f json > out.json; echo $?
  1
  $ python3 - out.json <<END
  > import json, sys
  > report = json.load(open(sys.argv[1]))
  > print(report["run"]["kind"], report["run"]["verdict"], report["network"]["operators"], report["network"]["first_shifted"])
  > for layer in report["layers"]:
  >     print(layer["index"], layer["name"], layer["op"], layer["channels"], layer["verdict"], *sorted(layer["channel_values"]))
  > END
  network alert ['BatchNormalization', 'Conv', 'Flatten', 'Gemm', 'MaxPool', 'Relu'] pixels
  0 pixels input 1 alert ks mean_shift variance_ratio wasserstein
  1 bn0 BatchNormalization 6 alert bn_mean_shift bn_variance_ratio ks mean_shift variance_ratio wasserstein
  2 bn0 output BatchNormalization output 6 None mean_shift variance_ratio
  3 relu0 Relu 6 alert ks mean_shift saturation variance_ratio wasserstein
  4 logits output 4 None ks mean_shift variance_ratio wasserstein

Batch Normalization by the statistics of each batch hides the shift behind it.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --bn batch --batch 50 | grep -E '^(bn0|relu0) '
  bn0         BN      ALERT    variance ratio 3.99  0.001  mean 4.29 → 2.15,
  bn0 output  output  -
  relu0       Relu    ok       variance ratio 1.01      1  mean 0.359 → 0.3591

A saved profile of layers stands for the training data.

  $ covshift network profile data/networks/cnn.onnx data/networks/train.csv --label class -o train.layers
  $ covshift network check data/networks/cnn.onnx train.layers data/networks/clean.csv --label class --quiet
  $ covshift network check data/networks/cnn.onnx train.layers data/networks/dim.csv --label class --quiet | head -1
  ALERT: 3 of 3 layers shifted; the first: pixels, variance ratio 3.86
  $ covshift network check data/networks/mlp.onnx train.layers data/networks/dim.csv --label class
  2> covshift: train.layers: profile of the layers of another network (data/networks/cnn.onnx, hash 4250e1ca8289c35e9917e4753ab1c958), not of data/networks/mlp.onnx (hash 5d99fef7d62006d1ff032a8c41abfb0c)
  [2]
  $ covshift network check data/networks/cnn.onnx train.layers data/networks/dim.csv --label class --bn batch
  2> covshift: train.layers: profile of layers by the stored statistics of Batch Normalization, expected one by the batch statistics
  [2]
  $ head -c 5000 train.layers > cut.layers; covshift network check data/networks/cnn.onnx cut.layers data/networks/dim.csv --label class
  2> covshift: cut.layers: damaged layer profile: 5000 bytes long, its header says 1396458
  [2]

Production's columns are found by the names that they have in the training data, or in its saved profile: in another order they give the same report. What is not there is told, and so is what is there besides.

  $ cat > columns.py <<'END'
  > import csv, sys
  > header, *rows = csv.reader(sys.stdin)
  > order = list(reversed(range(len(header))))
  > extra = sys.argv[1:]
  > turned = [[header[i] for i in order] + extra, *([row[i] for i in order] + ["0" for _ in extra] for row in rows)]
  > csv.writer(sys.stdout, lineterminator="\n").writerows(turned)
  > END
  $ mkdir straight turned; cp data/networks/dim.csv straight/prod.csv; python3 columns.py < straight/prod.csv > turned/prod.csv; head -1 turned/prod.csv | cut -c 1-20
  class,p63,p62,p61,p6
  $ covshift network profile data/networks/mlp.onnx data/networks/train.csv --label class -o mlp.layers
  $ export SOURCE_DATE_EPOCH=1769824800
  $ same() { for folder in straight turned; do (cd $folder; covshift network check ../data/networks/mlp.onnx "$@" --label class -f json > out.json; echo $?); done; cmp straight/out.json turned/out.json; }
  > same ../data/networks/train.csv prod.csv; same ../mlp.layers prod.csv; same ../data/networks/train.csv prod.csv --harm
  1
  1
  1
  1
  1
  1
  $ python3 columns.py id at < data/networks/clean.csv > more.csv; sed 1s/p07/x/ data/networks/clean.csv > renamed.csv
  $ covshift network check data/networks/mlp.onnx data/networks/train.csv renamed.csv --label class
  2> covshift: renamed.csv: has no column "p07", which is an input of the network in data/networks/train.csv
  [2]
  $ covshift network check data/networks/mlp.onnx mlp.layers renamed.csv --label class
  2> covshift: renamed.csv: has no column "p07", which is an input of the network in mlp.layers
  [2]
  $ covshift network check data/networks/mlp.onnx mlp.layers more.csv --label class | sed -n '1p; /^Notes/,$p'
  OK: no shift in 5 layers
  Notes
    id  the first of 2 extra columns in production: no inputs of the network in
        training
  $ covshift network check data/networks/mlp.onnx mlp.layers more.csv | sed -n '1p; /^Notes/,$p'
  OK: no shift in 5 layers
  Notes
    class  the first of 3 extra columns in production: no inputs of the network in
           training

Those that --inputs names go before: a profile that was saved with other names can be checked against.

  $ sed 1s/p/q/g data/networks/clean.csv > other.csv; covshift network check data/networks/mlp.onnx mlp.layers other.csv --label class
  2> covshift: other.csv: has no column "p00", which is an input of the network in mlp.layers
  [2]
  $ covshift network check data/networks/mlp.onnx mlp.layers other.csv --label class --inputs $(head -1 other.csv | sed 's/,class$//') --quiet

Means and variances alone take less time: the same verdict, and no distances of distributions.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --moments | head -1
  ALERT: 3 of 3 layers shifted; the first: pixels, variance ratio 3.86
  $ covshift network profile data/networks/cnn.onnx data/networks/train.csv --label class --moments -o moments.layers
  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --moments -f json > few.json
  [1]
  $ covshift network check data/networks/cnn.onnx moments.layers data/networks/dim.csv --label class -f json > saved.json
  [1]
  $ covshift network check data/networks/cnn.onnx train.layers data/networks/dim.csv --label class -f json > full.json
  [1]
  $ cat > compare.py <<END
  > import json, sys
  > full, few, saved = ([{n: m["value"] for n, m in layer["statistics"].items()} for layer in json.load(open(name))["layers"]] for name in sys.argv[1:])
  > print(few == saved, sorted({n for a, b in zip(full, few) for n in a if a[n] != b[n]}))
  > bn = json.load(open(sys.argv[2]))["layers"][1]
  > print(bn["statistics"]["ks"]["reason"], *sorted(bn["channel_values"]))
  > END
  $ python3 compare.py full.json few.json saved.json
  True ['ks', 'wasserstein']
  only moments were kept bn_mean_shift bn_variance_ratio mean_shift variance_ratio
  $ test $(stat -c %s moments.layers) -lt $(($(stat -c %s train.layers) / 2))

The same bytes for any number of threads.

  $ export SOURCE_DATE_EPOCH=1769824800
  $ for n in 1 2 3 8; do covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --threads $n --batch 30 -f json -o json.$n; covshift network run data/networks/cnn.onnx data/networks/train.csv --label class --threads $n --batch 7 -o csv.$n; done; cksum json.? | cut -d' ' -f1,2 | uniq | wc -l; cksum csv.? | cut -d' ' -f1,2 | uniq | wc -l
  1
  1

Where oneDNN works in memory of its own (it does on processors without AVX-512), that goes with the batch from thread to thread.

  $ export ONEDNN_MAX_CPU_ISA=SSE41; for n in 1 2 3 8; do covshift network run data/networks/cnn.onnx data/networks/train.csv --label class --threads $n --batch 7 -o csv.$n; echo $?; done | uniq; unset ONEDNN_MAX_CPU_ISA; cksum csv.? | cut -d' ' -f1,2 | uniq | wc -l
  0
  1

Networks of the database.

  $ export SOURCE_DATE_EPOCH=1769824800
  $ covshift network add cnn data/networks/cnn.onnx --db n.db
  $ covshift network add cnn data/networks/mlp.onnx --db n.db
  2> covshift: n.db: there is a network "cnn" already; remove it first
  [2]
  $ covshift network list --db n.db
  NAME                      BYTES LAYERS  ADDED                 HASH
  cnn                        2558      4  2026-01-31T02:00:00Z  4250e1ca8289c35e9917e4753ab1c958
  $ covshift network show cnn --db n.db
  cnn, 2558 bytes, hash 4250e1ca8289c35e9917e4753ab1c958
  operators: BatchNormalization Conv Flatten Gemm MaxPool Relu
  4 layers (*), with input and output
  
    input  pixels [rows x 1 x 8 x 8]
    |
    Conv  conv0
    |
  * BatchNormalization  bn0
    |
  * Relu  relu0
    |
    MaxPool  pool0
    |
    Flatten  pool0.flat
    |
    Gemm  logits
  $ covshift network check cnn data/networks/train.csv data/networks/dim.csv --label class --db n.db --quiet | head -1
  ALERT: 3 of 3 layers shifted; the first: pixels, variance ratio 3.86
  $ covshift report --db n.db | head -1
  ALERT: 3 of 3 layers shifted; the first: pixels, variance ratio 3.86
  $ covshift network remove cnn --db n.db; covshift network list --db n.db
  $ covshift network remove cnn --db n.db
  2> covshift: n.db: there is no network "cnn"
  [2]
  $ covshift network show cnn --db n.db
  2> covshift: n.db: there is no network "cnn"
  [2]
  $ covshift network show cnn
  2> covshift: network 'cnn': expected a file that ends in .onnx, or --db FILE with a network of that name
  [2]

Recalibration, and what it says when there is little to gain.

  $ covshift network recalibrate data/networks/cnn.onnx data/networks/dim.csv --label class --batch 50 -o adapted.onnx
  BATCH NORMALIZATION                      CHANNELS  MEAN SHIFT         VARIANCE RATIO
  bn0                                             6   0.637 ->  0.000    3.987 ->  1.000
  
  accuracy 48 % -> 95.33 %
  predicted classes: shares changed by 32 %
  $ covshift network check adapted.onnx data/networks/train.csv data/networks/dim.csv --label class | grep right
  right  26 % → 95 % of labels
  $ covshift network recalibrate data/networks/cnn.onnx data/networks/clean.csv --label class -o same.onnx --quiet
  2> covshift: warning: the data is hardly shifted for this network: recalibrating is likely to add noise only
  $ head -50 data/networks/dim.csv > few.csv; covshift network recalibrate data/networks/cnn.onnx few.csv --label class -o few.onnx --quiet
  2> covshift: warning: fewer than 100 rows: statistics from so few are noise; --blend mixes them with the stored ones
  $ head -12 data/networks/clean.csv > few.csv; covshift network recalibrate data/networks/cnn.onnx few.csv --label class -o few.onnx --quiet
  2> covshift: warning: fewer than 100 rows: statistics from so few are noise; --blend mixes them with the stored ones
  2> covshift: warning: the data is hardly shifted for this network: recalibrating is likely to add noise only
  2> covshift: warning: the accuracy became worse
  $ (head -1 data/networks/train.csv; grep ',2$' data/networks/train.csv) > one_class.csv; covshift network recalibrate data/networks/cnn.onnx one_class.csv --label class -o few.onnx --quiet
  2> covshift: warning: the data is hardly shifted for this network: recalibrating is likely to add noise only
  2> covshift: warning: the predicted classes have very uneven shares: if that is so in truth, and not in training, recalibrating is likely to hurt
  2> covshift: warning: the accuracy became worse

Mixed with the stored statistics as if of as many rows as there are, a variance of 1/3.987 becomes v = (1 + 1/3.987) / 2: what is left is 3.987 v = 2.494, and a mean shift of 0.637 / 2 / sqrt v = 0.403.

  $ covshift network recalibrate data/networks/cnn.onnx data/networks/dim.csv --label class --blend 150 -o blended.onnx
  BATCH NORMALIZATION                      CHANNELS  MEAN SHIFT         VARIANCE RATIO
  bn0                                             6   0.637 ->  0.402    3.987 ->  2.494
  
  accuracy 48 % -> 63.33 %
  predicted classes: shares changed by 15.3 %

Nodes that are shared, and folded ones.

  $ covshift network recalibrate data/networks/shared.onnx data/networks/dim.csv --label class -o unshared.onnx
  BATCH NORMALIZATION                      CHANNELS  MEAN SHIFT         VARIANCE RATIO
  bn0                                            24   1.140 ->  0.000    4.047 ->  1.012
  bn1                                            24   2.277 ->  0.003   3769.562 ->  1.034
  
  accuracy 25.33 % -> 39.33 %
  predicted classes: shares changed by 70.7 %
  $ covshift network recalibrate data/networks/folded.onnx data/networks/dim.csv --label class -o folded.onnx; ls folded.onnx
  2> covshift: data/networks/folded.onnx: has no BatchNormalization, so there is nothing to recalibrate; where it was folded into the weights before it, export the network without folding
  2> ls: cannot access 'folded.onnx': No such file or directory
  [2]
  $ base64 -d > part.onnx << 'END'
  > OsgBChIKAXgKAXcKAWMSAWEiBENvbnYKDAoBYRIBciIEUmVsdQomCgFyCgFzCgF6CgF6CgFzEgFuIhJCYXRjaE5vcm1hbGl6YXRp
  > b24KDwoBbhIBeSIHRmxhdHRlbioTCAEIAQgBCAEQASIEAAAAQEIBdyoNCAEQASIEAACAP0IBYyoNCAEQASIEAACAP0IBcyoNCAEQ
  > ASIEAAAAAEIBelocCgF4EhcKFQgBEhEKAxIBbgoCCAEKAggBCgIIAmILCgF5EgYKBAgBEgBCAhAN
  > END
  $ seq 120 | awk 'BEGIN {print "a,b"} {print $1 % 7 "," $1 % 5}' > two.csv; covshift network recalibrate part.onnx two.csv -o whole.onnx --quiet
  2> covshift: warning: 1 convolution has a bias and no Batch Normalization behind: where one was folded in, there is nothing to recalibrate

Thresholds of layers, and what cannot be.

  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --alert mean_shift=9 --alert variance_ratio=99 --warn mean_shift=9 --warn variance_ratio=99 --quiet
  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --alert psi=1
  2> covshift: threshold on "psi", which is no statistic of layers
  [2]
  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv --label class --alert nowhere:mean_shift=1
  2> covshift: threshold on the unknown layer "nowhere"; 'covshift network show' lists them
  [2]
  $ covshift network check data/networks/cnn.onnx data/networks/train.csv data/networks/dim.csv
  2> covshift: data/networks/train.csv: 65 columns do not fit input 'pixels' of data/networks/cnn.onnx, whose shape is ?x1x8x8 (rows first); a column with the class is named with --label
  [2]
  $ head -2 data/networks/dim.csv > one.csv; covshift network check data/networks/cnn.onnx data/networks/train.csv one.csv --label class
  2> covshift: one.csv: has 1 row, and nothing can be said of fewer than two
  [2]
  $ covshift network recalibrate data/networks/cnn.onnx one.csv --label class -o one.onnx; ls one.onnx
  2> covshift: one.csv: has 1 row, too few to estimate a variance from
  2> ls: cannot access 'one.onnx': No such file or directory
  [2]
  $ echo CAgSADqBAQogCgF4EgF0IglUcmFuc3Bvc2UqDQoEcGVybUABQACgAQcKDAoBdBIBciIEUmVsdQogCgFyEgF5IglUcmFuc3Bvc2UqDQoEcGVybUABQACgAQcSAWdaFAoBeBIPCg0IARIJCgMSAW4KAggCYhQKAXkSDwoNCAESCQoDEgFuCgIIAkIECgAQDQ== | base64 -d > transposed.onnx
  > echo CAgSADpWChAKAWMSAXkiCElkZW50aXR5EgFnKhMIAQgCEAFCAWNKCAAAgD8AAIA/WhQKAXgSDwoNCAESCQoDEgFuCgIIAmIUCgF5Eg8KDQgBEgkKAxIBbgoCCAJCBAoAEA0= | base64 -d > constant.onnx
  > printf 'a,b\n1,2\n3,1\n2,2\n' > two.csv; covshift network check transposed.onnx two.csv two.csv
  2> covshift: layer Relu_1 (Relu): shape 2x3: expected the rows as the first axis and numbers as values
  [2]
  $ covshift network gradients constant.onnx two.csv
  2> covshift: constant.onnx: its output does not depend on its input
  [2]
  $ head -1 data/networks/dim.csv > none.csv; covshift network check data/networks/cnn.onnx data/networks/train.csv none.csv --label class
  2> covshift: none.csv: has a header but no rows
  [2]
  $ (head -1 data/networks/dim.csv; for i in 1 2 3; do seq -s, 1e38 1e36 1.64e38; done) > huge.csv; covshift network check data/networks/cnn.onnx data/networks/train.csv huge.csv --label class
  2> covshift: huge.csv: layer logits (output): its value is not finite in row 1, the first such layer
  [2]

Three of five layers alert: less than seven tenths, not less than six.

  $ for share in 0.7 0.6; do covshift network check data/networks/mlp.onnx data/networks/train.csv data/networks/dim.csv --label class --alert variance_ratio=4.5 --alert mean_shift=9 --fail-share $share > out; echo "exit $?, $(grep -c 'ALERT  ' out) alert"; head -1 out; done
  exit 0, 3 alert
  WARN: 5 of 5 layers shifted; the first: pixels, variance ratio 3.88
  exit 1, 3 alert
  ALERT: 5 of 5 layers shifted; the first: pixels, variance ratio 3.88

Labels that are no class of the network are not counted as wrong: they are refused.

  $ sed '3s/,[0-9]*$/,x/' data/networks/dim.csv > x.csv; sed '3s/,[0-9]*$/,9/' data/networks/dim.csv > nine.csv
  $ covshift network check data/networks/cnn.onnx data/networks/train.csv x.csv --label class
  2> covshift: x.csv: row 2, column "class": the label is none of the network's classes, the whole numbers from 0 to 3
  [2]
  $ covshift network check data/networks/cnn.onnx nine.csv data/networks/clean.csv --label class
  2> covshift: nine.csv: row 2, column "class": the label is none of the network's classes, the whole numbers from 0 to 3
  [2]
  $ covshift network recalibrate data/networks/cnn.onnx nine.csv --label class -o nine.onnx; ls nine.onnx
  2> covshift: nine.csv: row 2, column "class": the label is none of the network's classes, the whole numbers from 0 to 3
  2> ls: cannot access 'nine.onnx': No such file or directory
  [2]

The README shows what these print.

  $ readme=$(readlink data)/../README.md; sed -n '/^\$ covshift network check/,/^```/p' "$readme" | sed -n 's/^\$ //p' > commands; sh commands > printed; sed -n '/^\$ covshift network check/,/^```/p' "$readme" | sed '/^\$ /d; /^```/d' | grep . > shown; grep . printed | diff shown -
