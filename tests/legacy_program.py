#!/usr/bin/env python
"""A training program as they were written for MXNet in its day; `tests.test_cli` runs it."""

from __future__ import print_function

import argparse
import logging
import os

import mxnet as mx
import mxnet.ndarray as F
import numpy as np
from mxnet import nd
from mxnet.base import MXNetError
from mxnet.io import NDArrayIter
from mxnet.module import Module
from mxnet.module.base_module import BaseModule

logging.basicConfig(level=logging.DEBUG)
parser = argparse.ArgumentParser()
parser.add_argument("--num-epochs", type=int, default=2)
parser.add_argument("--prefix", type=str)
args = parser.parse_args()

x = np.random.RandomState(0).rand(64, 20).astype(np.float)
y = (x.sum(axis=1) > 10).astype(np.int)
data = mx.symbol.Variable("data")
net = mx.symbol.Activation(mx.symbol.FullyConnected(data=data, name="fc1", num_hidden=16), act_type="relu")
net = mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(net, name="fc2", num_hidden=2), name="softmax")
train = NDArrayIter(x[np.ones(64, dtype=np.bool)], y, batch_size=16, shuffle=True)
mod = Module(net, context=mx.cpu())
assert isinstance(mod, BaseModule)
assert F is nd is mx.nd
assert issubclass(MXNetError, Exception)
mod.fit(
    train,
    eval_data=train,
    num_epoch=args.num_epochs,
    optimizer="sgd",
    optimizer_params={"learning_rate": 0.5, "momentum": 0.9},
    initializer=mx.init.Xavier(),
    batch_end_callback=mx.callback.Speedometer(16, 2),
    epoch_end_callback=mx.callback.do_checkpoint(args.prefix),
)
print("version", mx.__version__, "in", os.path.basename(__file__))
print("score %.2f" % mod.score(train, "acc")[0][1])
print("has gluon:", hasattr(mx, "gluon"))
