"""What other libraries call operators and functions, where spelling does not lead from one name to the other."""

from __future__ import annotations

from symgraph.ir.registry import call_elsewhere

call_elsewhere("FullyConnected", "Linear", "Dense")
call_elsewhere("Convolution", "Conv")
call_elsewhere("Deconvolution", "ConvTranspose")
call_elsewhere("Pooling with pool_type='max'", "MaxPool", "MaxPooling")
call_elsewhere("Pooling with pool_type='avg'", "AvgPool", "AveragePooling")
call_elsewhere("BatchNorm", "BatchNormalization")
call_elsewhere("LayerNorm", "LayerNormalization")
call_elsewhere("LeakyReLU with that act_type", "ELU", "GELU", "SELU", "PReLU")
call_elsewhere("RNN with that mode, or a cell of mx.rnn", "LSTM", "GRU")
call_elsewhere("SoftmaxOutput", "CrossEntropy", "CrossEntropyLoss")
call_elsewhere("LinearRegressionOutput", "MSE", "MSELoss")
call_elsewhere("dot, or batch_dot for matrices of a batch", "matmul", "mm", "bmm")
call_elsewhere("Concat", "cat", "concatenate")
call_elsewhere("expand_dims", "unsqueeze")
call_elsewhere("transpose", "permute")
call_elsewhere("reshape", "view")
call_elsewhere("clip", "clamp")
call_elsewhere("UpSampling", "Upsample")
call_elsewhere("mean", "reduce_mean")
call_elsewhere("sum", "reduce_sum")
call_elsewhere("mx.sym.Variable", "Input", "placeholder", "Parameter")
call_elsewhere("mx.nd.array", "tensor")
