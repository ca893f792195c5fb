"""What binding and executors say to bad input, beyond the rows of `tests/test_messages.py`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import numpy as np
import pytest

import symgraph as mx
from symgraph import errors


def dense() -> mx.Symbol:
    return mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")


def bound(**options: object) -> mx.Executor:
    return dense().simple_bind(mx.current_context(), data=(2, 3), **options)


def wide() -> mx.Symbol:
    return mx.sym.add_n(*[mx.sym.Variable(f"input{i}") for i in range(40)])


ROWS: list[tuple[Callable[[], object], type[Exception], str]] = [
    (
        lambda: bound().arg_dict["dta"],
        errors.UnknownArgumentError,
        "executor: argument 'dta' is unknown. Did you mean 'data'? Known: data, fc_weight, fc_bias.",
    ),
    (lambda: bound().aux_dict["mean"], KeyError, "executor: auxiliary state 'mean' is unknown. Known: none."),
    (
        lambda: wide().simple_bind(mx.current_context(), input0=(1,)).forward(nothing=1),
        errors.UnknownArgumentError,
        "input9, input10, input11, ... (28 more).",
    ),
    (lambda: bound(shared_exec=5), errors.BindError, "simple_bind: shared_exec must be of type Executor, given int."),
    (
        lambda: bound(shared_arg_names="data"),
        errors.BindError,
        "simple_bind: shared_arg_names must be of type list or tuple or set, given str.",
    ),
    (
        lambda: bound(shared_buffer=[1]),
        errors.BindError,
        "simple_bind: shared_buffer must be of type dict, given list.",
    ),
    (
        lambda: bound(type_dict=["float32"]),
        errors.BindError,
        "simple_bind: type_dict must be of type Mapping, given list.",
    ),
    (lambda: bound(group2ctx=3), errors.BindError, "bind: group2ctx must be of type Mapping, given int."),
    (lambda: bound(type_dict={"data": "flaot32"}), errors.DTypeError, "'flaot32' is not a supported data type"),
    (
        lambda: dense().simple_bind(mx.current_context(), data=(2, "a")),
        errors.ShapeError,
        "simple_bind: argument 'data': (2, 'a') is no shape; give a tuple of integers, 0 for an unknown dimension.",
    ),
    (
        lambda: dense().simple_bind(mx.current_context(), data=(2, 3.5)),
        errors.ShapeError,
        "simple_bind: argument 'data': (2, 3.5) is no shape",
    ),
    (
        lambda: dense().simple_bind(mx.current_context(), data=6),
        errors.ShapeError,
        "simple_bind: argument 'data': 6 is no shape",
    ),
    (
        lambda: dense().simple_bind(mx.current_context(), (2, 3)),
        errors.BindError,
        "grad_req: 2 entries given for 3 arguments (data, fc_weight, fc_bias).",
    ),
    (
        lambda: dense().eval(data=np.ones((2, 3)), fc_weight=mx.nd.ones((4, 3)), fc_bias=mx.nd.ones((4,))),
        errors.CompositionError,
        "args: 'data' must be an NDArray, given ndarray of shape (2, 3); mx.nd.array(...) makes one.",
    ),
    (
        lambda: bound().set_monitor_callback(3),
        errors.BindError,
        "set_monitor_callback needs a function of (name, array), given int.",
    ),
    (
        lambda: bound().forward(data=[1, 2]),
        errors.BindError,
        "forward: argument 'data' must be an NDArray or a NumPy array, given [1, 2] of type list; mx.nd.array(...) makes one.",
    ),
    (
        lambda: dense().bind(
            mx.current_context(), {"arg:fc_weight": mx.nd.ones((4, 3)), "arg:fc_bias": mx.nd.ones((4,))}
        ),
        errors.BindError,
        "key `data` is missing in `args`, which needs data, fc_weight, fc_bias. Names in a .params file begin with 'arg:' "
        "or 'aux:', which is to be cut off.",
    ),
    (
        lambda: dense().simple_bind(mx.current_context(), {"data": (2, 3)}),
        errors.BindError,
        "grad_req of 'data' must be one of 'null', 'write', 'add', given (2, 3). Shapes are given by name: "
        "simple_bind(ctx, **shapes).",
    ),
    (
        lambda: bound(grad_req=["write"]),
        errors.BindError,
        "grad_req: 1 entry given for 3 arguments (data, fc_weight, fc_bias).",
    ),
    (
        lambda: bound().copy_params_from({"fc_wieght": mx.nd.ones((4, 3))}),
        errors.UnknownArgumentError,
        "copy_params_from: argument 'fc_wieght' is unknown. Did you mean 'fc_weight'? Known: data, fc_weight, fc_bias. "
        "allow_extra_params=True passes over others.",
    ),
    (
        lambda: bound().copy_params_from([1]),
        errors.BindError,
        "copy_params_from: parameters are given as dicts of arrays by name.",
    ),
]


@pytest.mark.parametrize(("action", "error", "message"), ROWS, ids=[row[2][:60] for row in ROWS])
def test_message(action: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)) as info:
        action()
    assert isinstance(info.value, mx.MXNetError)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            lambda: bound(grad_req={"fc_wieght": "write"}),
            "grad_req: argument 'fc_wieght' is unknown. Did you mean 'fc_weight'? Known: data, fc_weight, fc_bias. "
            "It is ignored.",
        ),
        (
            lambda: bound(more=(2,), still_more=(3,)),
            "simple_bind: arguments are unknown: more, still_more. Known: data, fc_weight, fc_bias. They are ignored.",
        ),
        (
            lambda: bound(type_dict={f"layer{i}_weight": "float32" for i in range(40)}),
            "simple_bind: type_dict: arguments are unknown: layer0_weight, layer1_weight, layer2_weight, layer3_weight, "
            "layer4_weight, layer5_weight, layer6_weight, layer7_weight, layer8_weight, layer9_weight, layer10_weight, "
            "layer11_weight, ... (28 more). Known: data, fc_weight, fc_bias. They are ignored.",
        ),
    ],
)
def test_unknown_names_are_one_warning(action: Callable[[], object], message: str) -> None:
    with pytest.warns(UserWarning, match="ignored") as seen:
        action()
    assert [str(warning.message) for warning in seen] == [message]


def test_a_warning_in_a_loop_is_shown_once() -> None:
    net = mx.sym.Variable("x") * 2
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("default")
        for _ in range(3):
            net.eval(x=mx.nd.ones((1,)), y=mx.nd.ones((1,)))
    assert [(str(w.message), w.filename) for w in shown] == [
        ("eval: argument 'y' is unknown. Known: x. It is ignored.", __file__)
    ]


def test_another_array_in_arg_dict_is_a_warning_and_changes_nothing() -> None:
    executor = bound()
    executor.arg_dict["fc_bias"][:] = 1
    with pytest.warns(
        UserWarning, match=re.escape("write into the argument's own array, as in arg_dict['fc_bias'][:]")
    ):
        executor.arg_dict["fc_bias"] = mx.nd.ones((4,)) * 7
    assert executor.forward()[0].asnumpy().max() == 1
    executor.forward(fc_bias=mx.nd.ones((4,)) * 3)
    assert executor.outputs[0].asnumpy().max() == 3
    assert executor.arg_dict is executor.arg_dict
