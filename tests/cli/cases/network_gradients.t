Gradients inside a network, what would change them, and how they go through a training. Numbers that
depend on the last digits of a processor are cut off.

  $ covshift network gradients data/networks/mlp.onnx data/networks/train.csv --label class --rows 200 | grep -v '^loss' | cut -c 1-42
  OK: the gradient neither vanishes nor expl
  
  net    data/networks/mlp.onnx, 10,722 byte
  right  52 % of labels
  data   data/networks/train.csv, 200 rows
  run    not recorded
  
  LAYER     OP         weight grad  / weight
  gemm0     Gemm              3.65     0.607
  bn0       BatchNorm       0.0619    0.0124
  sigmoid0  Sigmoid                         
  gemm1     Gemm              7.03      1.98
  bn1       BatchNorm        0.132    0.0269
  sigmoid1  Sigmoid                         
  logits    Gemm               0.2   0.00706
  $ covshift network gradients data/networks/mlp.onnx data/networks/train.csv --label class --rows 200 --bn batch --batch 50 -f json | grep -A 1 '"gradients"'
    "gradients": {
      "verdict": "ok",
  $ covshift network gradients data/networks/mlp.onnx data/networks/train.csv --label class --rows 20 --db runs.db -q && covshift report --db runs.db | head -n 1
  OK: the gradient neither vanishes nor explodes
  $ for f in nagios markdown html; do covshift report --db runs.db -f $f > page; grep -o -m 1 '.*the gradient neither vanishes nor explodes' page; done
  COVSHIFT OK - the gradient neither vanishes nor explodes
  **OK:** the gradient neither vanishes nor explodes
  <title>OK: the gradient neither vanishes nor explodes

Without labels the network's own most likely class is taken; a label that is no class is refused.

  $ covshift network gradients data/networks/mlp.onnx data/networks/train.csv --inputs "$(head -n 1 data/networks/train.csv | sed 's/,class//')" --rows 20 | grep -A 2 Notes
  Notes
    data  no labels: the loss takes the class that the network itself thinks most
          likely
  $ sed '2s/,[0-9]*$/,77/' data/networks/train.csv > wrong.csv
  $ covshift network gradients data/networks/mlp.onnx wrong.csv --label class
  2> covshift: wrong.csv: row 1, column "class": the label is none of the network's classes, the whole numbers from 0 to 3
  [2]
  $ covshift network gradients data/networks/mlp.onnx data/networks/train.csv --label class --rows 0
  2> covshift network gradients: option '--rows' takes a number from 1 on, not '0'
  2> Try 'covshift network gradients --help'.
  [2]

Remedies, and the changed network.

  $ covshift network remedy data/networks/mlp.onnx data/networks/train.csv --label class --rows 200 | head -n 16 | cut -c 1-22,36-44
  ACTIVATIONS   BN       VERDICT 
  as they are            ok      
  relu                   ok      
  leaky_relu             ok      
  prelu                  ok      
  rrelu                  ok      
  elu                    ok      
  selu                   ok      
  maxout                 ok      
  relu          inserted ok      
  leaky_relu    inserted ok      
  prelu         inserted ok      
  rrelu         inserted ok      
  elu           inserted ok      
  selu          inserted ok      
  maxout        inserted ok      
  $ covshift network remedy data/networks/mlp.onnx data/networks/train.csv --label class --activation selu
  2> covshift network remedy: needs -o FILE, the network to write
  2> Try 'covshift network remedy --help'.
  [2]
  $ covshift network remedy data/networks/mlp.onnx data/networks/train.csv --label class -o out.onnx
  2> covshift network remedy: -o needs --activation, --insert-bn or both: which remedy
  2> Try 'covshift network remedy --help'.
  [2]
  $ covshift network remedy data/networks/folded.onnx data/networks/clean.csv --label class --insert-bn -o normalised.onnx; covshift network add n normalised.onnx --db n.db; covshift network show n --db n.db | grep -c BatchNormalization
  2
  $ covshift network remedy data/networks/mlp.onnx data/networks/train.csv --label class --activation swish -o out.onnx
  2> covshift network remedy: option '--activation' takes relu, leaky_relu, prelu, rrelu, elu, selu or maxout, not 'swish'
  2> Try 'covshift network remedy --help'.
  [2]
  $ covshift network remedy data/networks/mlp.onnx data/networks/train.csv --label class --activation prelu -o out.onnx
  $ covshift network gradients out.onnx data/networks/train.csv --label class --rows 200 | grep -c PRelu
  2

Checkpoints: the same network twice has not moved; other networks are refused.

  $ covshift network trace data/networks/mlp.onnx data/networks/mlp.onnx data/networks/train.csv --label class --rows 100 | grep -A 3 'covariate shift' | tail -n 1 | tr -s ' ' | cut -d ' ' -f 1,3,4
  mlp.onnx 0 1
  $ covshift network trace data/networks/mlp.onnx data/networks/cnn.onnx data/networks/train.csv --label class
  2> covshift: data/networks/mlp.onnx and data/networks/cnn.onnx are no checkpoints of one network: they differ at node 'gemm0'
  [2]
  $ covshift network trace data/networks/mlp.onnx data/networks/mlp.onnx data/networks/train.csv --label class --versus 'none*.onnx'
  2> covshift: --versus 'none*.onnx': two checkpoints or more were expected
  [2]
  $ covshift network trace data/networks/mlp.onnx data/networks/mlp.onnx - --versus 'data/*.onnx' < data/networks/train.csv
  2> covshift network trace: with --versus DATA is read twice and cannot be standard input or a pipe
  2> Try 'covshift network trace --help'.
  [2]

A recorded trace is one run and is not judged; with --versus it is two.

  $ covshift network trace data/networks/mlp.onnx data/networks/mlp.onnx data/networks/train.csv --label class --rows 100 --db steps.db > printed
  $ for f in text nagios markdown html; do covshift report --db steps.db -f $f > page; grep -o -m 1 '.*layers are not judged' page; done
  OK: a training followed over 2 checkpoints; layers are not judged
  COVSHIFT OK - a training followed over 2 checkpoints; layers are not judged
  **OK:** a training followed over 2 checkpoints; layers are not judged
  <title>OK: a training followed over 2 checkpoints; layers are not judged
  $ covshift report --db steps.db -f csv | grep -c 'gemm1,.*,ics_cosine,.*,data/networks/mlp.onnx,,$'
  2
  $ covshift report --db steps.db -f json | sed -n '/"trace"/,/"loss"/p'
    "trace": {
      "checkpoints": [
        "data/networks/mlp.onnx",
        "data/networks/mlp.onnx"
      ],
      "dataset": {
        "loss": [
  $ mkdir other && cp data/networks/mlp.onnx other/1.onnx && cp data/networks/mlp.onnx other/2.onnx
  $ covshift network trace data/networks/mlp.onnx data/networks/mlp.onnx data/networks/train.csv --label class --rows 100 --versus 'other/*.onnx' --db steps.db | sed -n '/^Side/,/^1/p'
  Side by side, means over layers
    series  data/networks/mlp.onnx ...
    versus  other/1.onnx ...
  
  drift of layer inputs, ks to the one before
  step     series   versus
  1             0        0
  $ sqlite3 steps.db 'SELECT id, (SELECT count(*) FROM checkpoint WHERE run = id) FROM run'
  1|2
  2|2
  3|2
  $ covshift network trace data/networks/mlp.onnx data/networks/mlp.onnx wrong.csv --label class
  2> covshift: wrong.csv: row 1, column "class": the label is none of the network's classes, the whole numbers from 0 to 3
  [2]

Harm: which shifted feature changes predictions.

  $ covshift network check data/networks/mlp.onnx data/networks/train.csv data/networks/dim.csv --label class --harm --db harm.db | sed -n '/^Harm/,/^$/p' | cut -c 1-7,20-30 | head -n 3
  Harm
    featu     shift 
    p27       -1.01 
  $ covshift report --db harm.db -f json | grep -c '"prediction_change"'
  32
  $ covshift network check data/networks/mlp.onnx - data/networks/dim.csv --label class --harm < data/networks/train.csv
  2> covshift network check: --harm reads the rows of TRAIN twice: '-' must be a file of data
  2> Try 'covshift network check --help'.
  [2]

Test-time adaptation.

  $ covshift network recalibrate data/networks/mlp.onnx data/networks/dim.csv --label class --method tent -o out.onnx | grep -c accuracy
  1
  $ covshift network recalibrate data/networks/mlp.onnx data/networks/dim.csv --label class --method sgd -o out.onnx
  2> covshift network recalibrate: option '--method' takes adabn or tent, not 'sgd'
  2> Try 'covshift network recalibrate --help'.
  [2]
  $ covshift network recalibrate data/networks/mlp.onnx data/networks/dim.csv --label class --rate 0 -o out.onnx
  2> covshift network recalibrate: option '--rate' takes a number above 0, not '0'
  2> Try 'covshift network recalibrate --help'.
  [2]

Four layers that multiply by s/20 (1 1; 1 -1), s = 1, a rotation: each takes the gradient times sqrt(2)/20 = 0.0707; with s = 600 and ReLU, times 42.4.

  $ base64 -d > vanishing.onnx << 'END'
  > CAgSADqGAgoQCgF4CgF3EgJoMCIER2VtbQoOCgJoMBICYTAiBFRhbmgKEQoCYTAKAXcSAmgxIgRHZW1tCg4KAmgxEgJhMSIEVGFuaAoRCgJhMQoBdxICaDIi
  > BEdlbW0KDgoCaDISAmEyIgRUYW5oChEKAmEyCgF3EgJoMyIER2VtbQoOCgJoMxICYTMiBFRhbmgKEAoCYTMKAXYSAXkiBEdlbW0SAWcqGwgCCAIQAUIBd0oQ
  > zcxMPc3MTD3NzEw9zcxMvSobCAIIAhABQgF2ShAAAIA/AACAPwAAgD8AAIC/WhQKAXgSDwoNCAESCQoDEgFuCgIIAmIUCgF5Eg8KDQgBEgkKAxIBbgoCCAJC
  > BAoAEA0=
  > END
  > python3 -c 'import struct; f = lambda x: struct.pack("<f", x); b = open("vanishing.onnx", "rb").read().replace(b"Tanh", b"Relu").replace(f(0.05), f(30)).replace(f(-0.05), f(-30)); open("exploding.onnx", "wb").write(b)'
  > printf 'a,b,c\n1,2,0\n3,1,1\n2,2,0\n1,4,1\n' > rows.csv
  $ for network in vanishing exploding; do covshift network gradients $network.onnx rows.csv --label c | sed -n '1,2p; /^Why/,$p'; done
  ALERT: the gradient vanishes: at the first activation it is 0.000345 times that
    at the last
  Why
    Gemm_0  multiplies the gradient by 0.0707 on its way back
    Gemm_2  multiplies the gradient by 0.0707 on its way back
    Gemm_4  multiplies the gradient by 0.0707 on its way back
    Gemm_6  multiplies the gradient by 0.0707 on its way back
  ALERT: the gradient explodes: at the first activation it is 6.61e+04 times that
    at the last
  Why
    Gemm_0  multiplies the gradient by 42.4 on its way back
    Gemm_2  multiplies the gradient by 42.4 on its way back
    Gemm_4  multiplies the gradient by 42.4 on its way back
    Gemm_6  multiplies the gradient by 42.4 on its way back

Beyond single precision, in the data or on the way: no gradient is called well.

  $ printf 'a,b,c\n1,2,0\n3,1e39,1\n' > huge.csv; covshift network gradients vanishing.onnx huge.csv --label c
  2> covshift: huge.csv: row 2, column "b": 1e+39; input 'x' takes floats
  [2]
  $ printf 'a,b,c\n1e38,2,0\n3,1,1\n' > large.csv; covshift network gradients exploding.onnx large.csv --label c; echo $?
  ALERT: the gradient explodes: it or the loss is beyond what single precision
    holds
  
  net    exploding.onnx, 275 bytes
  right  50 % of labels
  data   large.csv, 2 rows
  loss   nan
  run    not recorded
  
  LAYER   OP    weight grad  / weight  gradient  factor  saturated  slope
  Gemm_0  Gemm
  Relu_1  Relu                                              50.0 %      1
  Gemm_2  Gemm
  Relu_3  Relu                                              25.0 %   0.75
  Gemm_4  Gemm
  Relu_5  Relu                                               0.0 %    0.5
  Gemm_6  Gemm
  Relu_7  Relu                                               0.0 %    0.5
  Gemm_8  Gemm
  1
  $ covshift network recalibrate data/networks/mlp.onnx data/networks/train.csv --label class -o better.onnx --quiet; cp better.onnx before.onnx; sed '3s/^[^,]*/1e38/' data/networks/train.csv > large.csv; covshift network recalibrate data/networks/mlp.onnx large.csv --label class -o better.onnx; cmp before.onnx better.onnx && echo as before
  as before
  2> covshift: warning: the data is hardly shifted for this network: recalibrating is likely to add noise only
  2> covshift: large.csv: layer bn0 (BatchNormalization): the statistics of channel 0 are beyond what the file's single precision holds

An output of more or fewer rows than the data has.

  $ base64 -d > twice.onnx << 'END'
  > CAc6UwohCgF4CgF4EgF5GgF5IgZDb25jYXQqCwoEYXhpcxgAoAECEgFnWhQKAXgSDwoNCAESCQoDEgFOCgIIBGIVCgF5EhAKDggBEgoKAxIBTgoDEgFOQgQKABAN
  > END
  $ printf 'a,b,c,d,k\n1,2,3,4,0\n2,3,5,7,1\n' > rows.csv; for command in "gradients twice.onnx" "run twice.onnx -o out.csv" "check twice.onnx rows.csv"; do covshift network $command rows.csv --label k; echo $?; done
  2
  2
  2
  2> covshift: twice.onnx: the output has shape 4x4 for 2 rows; a row of classes for each row of data was expected
  2> covshift: twice.onnx: output 'y' has shape 4x4 for 2 rows; its first axis should be the rows
  2> covshift: layer y (output): shape 4x4: expected the rows as the first axis and numbers as values
  $ base64 -d > mean.onnx << 'END'
  > CAc6YwozCgF4EgF5GgFtIgpSZWR1Y2VNZWFuKgsKBGF4ZXNAAKABByoPCghrZWVwZGltcxgBoAECEgFnWhQKAXgSDwoNCAESCQoDEgFOCgIIBGITCgF5Eg4KDAgB
  > EggKAggBCgIIBEIECgAQDQ==
  > END
  $ covshift network gradients mean.onnx rows.csv --label k
  2> covshift: mean.onnx: the output has shape 1x4 for 2 rows; a row of classes for each row of data was expected
  [2]

Nodes of the same name.

  $ base64 -d > same.onnx << 'END'
  > CAc6lgEKDwoBeBIBYRoBdCIEVGFuaAoSCgFhCgF3EgFiGgFtIgRHZW1tCg8KAWISAWMaAXQiBFRhbmgKEgoBYwoBdxIBeRoBbSIER2VtbRIBZyobCAIIAhABQgF3
  > ShAAAIA/AAAAPwAAAL8AAIA/WhQKAXgSDwoNCAESCQoDEgFOCgIIAmIUCgF5Eg8KDQgBEgkKAxIBTgoCCAJCBAoAEA0=
  > END
  $ printf 'a,b,c\n1,2,0\n3,1,1\n2,2,0\n1,4,1\n0,1,0\n2,1,1\n3,3,0\n1,0,1\n' > rows.csv; covshift network remedy same.onnx rows.csv --label c | awk '/^REMEDY|^ACTIVATION/ {p = 1} p {print $1, $2}'
  ACTIVATIONS BN
  as they
  relu 1.07
  leaky_relu 1.07
  prelu 1.08
  rrelu 1.08
  elu 1.12
  selu 1.22
  maxout 1.04
  as they
  relu inserted
  leaky_relu inserted
  prelu inserted
  rrelu inserted
  elu inserted
  selu inserted
  maxout inserted
   
  The weights
  training began

A network that takes four rows at a time takes whole fours.

  $ base64 -d > fixed.onnx << 'END'
  > CAc6bwoPCgF4EgFhGgF0IgRUYW5oChIKAWEKAXcSAXkaAW0iBEdlbW0SAWcqGwgCCAIQAUIBd0oQAACAPwAAAD8AAAC/AACAP1oTCgF4Eg4KDAgBEggKAggECgII
  > AmITCgF5Eg4KDAgBEggKAggECgIIAkIECgAQDQ==
  > END
  $ for rows in 3 4 5; do covshift network gradients fixed.onnx rows.csv --label c --rows $rows | grep ^data; covshift network trace fixed.onnx fixed.onnx rows.csv --label c --rows $rows > trace.txt; echo $?; done
  data   rows.csv, 4 rows
  0
  data   rows.csv, 4 rows
  0
  data   rows.csv, 8 rows
  0

A kernel whose volume 64 bits do not hold.

  $ base64 -d > pool.onnx << 'END'
  > CAc64gEKmAEKAXgSAXkaAXAiC0F2ZXJhZ2VQb29sKiAKDGtlcm5lbF9zaGFwZUCAgIAIQICAgAhAgICACKABByonCgRwYWRzQICAgAhAgICACECAgIAIQICAgAhA
  > gICACECAgIAIoAEHKhsKB3N0cmlkZXNAgICACECAgIAIQICAgAigAQcqGAoRY291bnRfaW5jbHVkZV9wYWQYAaABAhIBZ1ogCgF4EhsKGQgBEhUKAxIBTgoCCAEK
  > AggBCgIIAQoCCAFiIAoBeRIbChkIARIVCgMSAU4KAggBCgIIAgoCCAIKAggCQgQKABAN
  > END
  $ printf 'a\n1\n' > one.csv; covshift network run pool.onnx one.csv -o -
  2> covshift: pool.onnx: node 'p' (AveragePool): a kernel of size 16777216
  [2]
