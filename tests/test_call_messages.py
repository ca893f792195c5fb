"""What operator functions say when a call is wrong: tensors, names, attributes and windows; never a whole array."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import CompositionError, OpAttributeError, ShapeError

A, B = mx.sym.Variable("a"), mx.sym.Variable("b")

MESSAGES: list[tuple[Callable[[], Any], type[Exception], str]] = [
    # tensors
    (
        lambda: mx.sym.FullyConnected(mx.nd.ones((40, 40)), num_hidden=3),
        CompositionError,
        "FullyConnected: argument 'data' must be a Symbol, but got NDArray of shape (40, 40); put a Variable in its "
        "place and bind the array to it.",
    ),
    (
        lambda: mx.sym.FullyConnected([A, B], num_hidden=3),
        CompositionError,
        "FullyConnected: argument 'data' must be a Symbol, but got [<Symbol a>, <Symbol b>] of type list.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, 5),
        CompositionError,
        "FullyConnected: argument 'weight' must be a Symbol, but got 5 of type int; give attributes by keyword.",
    ),
    (
        lambda: mx.sym.Concat([A, B], dim=1),
        CompositionError,
        "Concat: argument 0 must be a Symbol, but got [<Symbol a>, <Symbol b>] of type list; unpack it with a star, "
        "Concat(*list).",
    ),
    (
        lambda: mx.sym.add_n((A, B)),
        CompositionError,
        "add_n: argument 0 must be a Symbol, but got (<Symbol a>, <Symbol b>) of type tuple; unpack it with a star, "
        "add_n(*tuple).",
    ),
    (
        lambda: mx.sym.Concat(),
        CompositionError,
        "Concat takes one or more inputs, given none; give them by position, as in Concat(a, b).",
    ),
    (
        lambda: mx.sym.stack(axis=1),
        CompositionError,
        "stack takes one or more inputs, given none; give them by position, as in stack(a, b).",
    ),
    (
        lambda: mx.sym.Concat(A, np.ones((40, 40))),
        CompositionError,
        "Concat: argument 1 must be a Symbol, but got ndarray of shape (40, 40); put a Variable in its place and "
        "bind the array to it.",
    ),
    (
        lambda: mx.sym.Concat(A, None),
        CompositionError,
        "Concat: argument 1 must be a Symbol, but got None; give attributes by keyword.",
    ),
    (
        lambda: mx.sym.relu(A, "name", None, None, 5),
        CompositionError,
        "relu takes at most 4 positional arguments (data, name, attr, out), given 5.",
    ),
    # names and attributes of nodes
    (lambda: mx.sym.relu(A, name=3), CompositionError, "relu: 'name' must be a string, given 3 of type int."),
    (
        lambda: mx.sym.relu(A, name=mx.nd.ones((40, 40))),
        CompositionError,
        "relu: 'name' must be a string, given NDArray of shape (40, 40).",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=3, attr=3, name="fc"),
        OpAttributeError,
        "node 'fc': attr must be a dict of strings by name, given 3 of type int.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=3, attr=[("x", "y")], name="fc"),
        OpAttributeError,
        "node 'fc': attr must be a dict of strings by name, given [('x', 'y')] of type list.",
    ),
    # numbers and shapes
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=10 / 2, name="fc"),
        OpAttributeError,
        "node 'fc': operator FullyConnected: attribute num_hidden='5.0' is invalid; expected int >= 1; make a float "
        "an integer with int(...), and divide with //.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden="abc", name="fc"),
        OpAttributeError,
        "node 'fc': operator FullyConnected: attribute num_hidden='abc' is invalid; expected int >= 1.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=None, name="fc"),
        OpAttributeError,
        "node 'fc': operator FullyConnected: attribute num_hidden='None' is invalid; expected int >= 1.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=-1, name="fc"),
        OpAttributeError,
        "node 'fc': operator FullyConnected: attribute num_hidden='-1' is invalid; expected int >= 1.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=0, name="fc"),
        OpAttributeError,
        "node 'fc': operator FullyConnected: attribute num_hidden='0' is invalid; expected int >= 1.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=mx.nd.ones((40, 40)), name="fc"),
        OpAttributeError,
        "operator FullyConnected: attribute num_hidden is NDArray of shape (40, 40); expected int >= 1.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=B, name="fc"),
        CompositionError,
        "FullyConnected: 'num_hidden' is an attribute, not a tensor, but got a Symbol. Inputs: data, weight, bias.",
    ),
    (
        lambda: mx.sym.BatchNorm_v1(A, B, B, A, B),
        CompositionError,
        "BatchNorm_v1: 'eps' is an attribute, not a tensor, but got a Symbol. Inputs: data, gamma, beta, moving_mean, "
        "moving_var. Give moving_mean, moving_var by keyword.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, num_hidden=np.ones(1000), name="fc"),
        OpAttributeError,
        "operator FullyConnected: attribute num_hidden is ndarray of shape (1000,); expected int >= 1.",
    ),
    (
        lambda: mx.sym.Reshape(A, shape=np.ones((40, 40))),
        OpAttributeError,
        "operator Reshape: attribute shape is ndarray of shape (40, 40); expected tuple of int.",
    ),
    (
        lambda: mx.sym.Reshape(A, shape=(2.0, 3.0), name="r"),
        OpAttributeError,
        "node 'r': operator Reshape: attribute shape='(2.0, 3.0)' is invalid; expected tuple of int; make a float "
        "an integer with int(...), and divide with //.",
    ),
    (
        lambda: mx.sym.Dropout(A, p=np.ones((40, 40))),
        OpAttributeError,
        "operator Dropout: attribute p is ndarray of shape (40, 40); expected float in [0, 1].",
    ),
    (
        lambda: mx.sym.Cast(A, dtype=np.ones(3), name="c"),
        OpAttributeError,
        "operator Cast: attribute dtype is ndarray of shape (3,); expected dtype (float32, float64, float16, uint8, "
        "int32, int8, int64, bool, bfloat16).",
    ),
    (
        lambda: mx.sym.zeros(mx.nd.ones((40, 40))),
        OpAttributeError,
        "operator _zeros: attribute shape is NDArray of shape (40, 40); expected tuple of int.",
    ),
    # windows
    (
        lambda: mx.sym.Convolution(A, kernel=(), num_filter=4, name="c"),
        OpAttributeError,
        "node 'c': operator Convolution: kernel=() has 0 entries, expected 1 or 2 or 3: one per spatial axis.",
    ),
    (
        lambda: mx.sym.Convolution(A, kernel=(3,), stride=(1, 1), num_filter=4, name="c"),
        OpAttributeError,
        "node 'c': operator Convolution: stride=(1, 1) must have 1 entry, as many as kernel=(3,).",
    ),
    (
        lambda: mx.sym.Convolution(A, kernel=3, num_filter=4, name="c").infer_shape(a=(1, 3, 8, 8)),
        ShapeError,
        "Convolution 'c': data (1, 3, 8, 8) has 4 axes, but kernel=(3,) takes 3: batch, channel, width (NCW). Reshape data, "
        "or give the kernel one entry per spatial axis of it.",
    ),
    (
        lambda: mx.sym.Convolution(A, kernel=(3, 3), num_filter=4, name="c").infer_shape(c_weight=(4, 3, 3)),
        ShapeError,
        "Convolution 'c': weight (4, 3, 3) has 3 axes, but kernel=(3, 3) takes 4. Reshape weight, or give the kernel one "
        "entry per spatial axis of it.",
    ),
    (
        lambda: mx.sym.Convolution(A, kernel=(9, 9), num_filter=4, name="c").infer_shape(a=(1, 3, 8, 8)),
        ShapeError,
        "Convolution 'c': the kernel spans 9 elements of axis 2, but data (1, 3, 8, 8) has 8; use a smaller kernel or more "
        "pad.",
    ),
    (
        lambda: mx.sym.Convolution(A, kernel=(9, 9), pad=(1, 1), num_filter=4, name="c").infer_shape(a=(1, 3, 4, 4)),
        ShapeError,
        "Convolution 'c': the kernel spans 9 elements of axis 2, but data (1, 3, 4, 4) has 4 (6 with padding); use a smaller "
        "kernel or more pad.",
    ),
    (
        lambda: mx.sym.Convolution(A, kernel=(5, 5), num_filter=4, name="c").infer_shape(a=(8, 28, 28, 1)),
        ShapeError,
        "Convolution 'c': the kernel spans 5 elements of axis 3, but data (8, 28, 28, 1) has 1; its axes are batch, channel, "
        "height, width (NCHW): if channels come last in it, transpose it by axes=(0, 3, 1, 2), else use a smaller kernel or "
        "more pad.",
    ),
    (
        lambda: mx.sym.im2col(A, kernel=(2, 2), dilate=(2, 2), name="i").infer_shape(a=(1, 3, 8, 2)),
        ShapeError,
        "im2col 'i': the kernel spans 3 elements of axis 3, but data (1, 3, 8, 2) has 2; use a smaller kernel or more pad.",
    ),
    (
        lambda: mx.sym.Pooling(A, kernel=(2,), name="p").infer_shape(a=(1, 3, 8, 8)),
        ShapeError,
        "Pooling 'p': data (1, 3, 8, 8) has 4 axes, but kernel=(2,) takes 3: batch, channel, width (NCW). Reshape data, or "
        "give the kernel one entry per spatial axis of it.",
    ),
    (
        lambda: mx.sym.Pooling(A, kernel=(9, 9), pad=(2, 2), name="p").infer_shape(a=(1, 3, 4, 4)),
        ShapeError,
        "Pooling 'p': the kernel spans 9 elements of axis 2, but data (1, 3, 4, 4) has 4 (8 with padding); use a smaller "
        "kernel or more pad.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_message(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as info:
        call()
    assert re.sub(r" \(made at .*?:\d+\)", "", str(info.value)) == message


def test_what_mxnet_takes_too() -> None:
    """Options by position, attributes given by `attr` that are no text yet, NumPy's numbers, views of a dict."""
    assert mx.sym.Group({"a": A, "b": B}.values()).list_outputs() == ["a", "b"]
    assert mx.sym.Group(symbol for symbol in (A, B)).list_outputs() == ["a", "b"], "MXNet wants a length"
    assert mx.sym.relu(A, "by_position").name == mx.sym.FullyConnected(A, B, None, 3, True, True, "by_position").name
    assert A.sum(1, False, False, "fluent").name == "fluent"
    assert mx.sym.sum(A, 1, False, False, "s", {"__x__": "1"}).attr("__x__") == "1"
    net = mx.sym.FullyConnected(A, attr={"num_hidden": 3, "__x__": 4}, name="fc")
    assert net.list_attr() == {"num_hidden": "3", "__x__": "4"}
    assert mx.sym.load_json(net.tojson()).tojson() == net.tojson()
    assert mx.sym.FullyConnected(A, num_hidden=np.array(4)).attr("num_hidden") == "4"
    assert mx.sym.Convolution(A, kernel=np.array([3, 3]), num_filter=1).attr("kernel") == "(3, 3)"
