"""A program of a user, for mypy only: the stubs accept it, and see what is wrong in the lines that say so.

`make types` checks it; there, an ignored error that is none is one, too.
"""

from __future__ import annotations

from typing import assert_type

import symgraph as mx

data = mx.sym.Variable("data")
conv = mx.sym.Convolution(data, kernel=(3, 3), num_filter=8, stride=2, name="conv")
pool = mx.sym.Pooling(conv, kernel=[2, 2], pool_type="max")
dense = mx.sym.FullyConnected(mx.symbol.contrib.BilinearResize2D(pool, height=2, width=2), num_hidden=10)
net = mx.sym.SoftmaxOutput(mx.sym.Concat(dense, dense.exp(), dim=1).reshape((-1, 10)), name="softmax")
assert_type(net, mx.sym.Symbol)
assert_type(mx.sym.linalg.gemm2(dense, dense), mx.sym.Symbol)
halves = mx.sym.split(net, num_outputs=2)

array = mx.nd.random.uniform(0, 1, shape=(2, 3), dtype="float64")
array[:] = mx.nd.dot(array, array, transpose_b=True) + 1
assert_type(array.exp(), mx.nd.NDArray)
assert_type(mx.nd.op.relu(array), mx.nd.NDArray)
assert_type(array.clip(0, 1).mean(axis=1), mx.nd.NDArray)

mx.sym.Convolutoin(data)  # type: ignore[attr-defined]
mx.nd.contrib.no_such_operator(array)  # type: ignore[attr-defined]
mx.sym.Convolution(data, kernel=(3, 3), num_filters=8)  # type: ignore[call-arg]
mx.sym.Pooling(data, pool_type="maximum")  # type: ignore[arg-type]
mx.sym.FullyConnected(array, num_hidden=3)  # type: ignore[arg-type]
array.expp()  # type: ignore[attr-defined]
