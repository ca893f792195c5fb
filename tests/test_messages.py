"""Bad input: every message names what was given, what was expected, and where."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

import symgraph as mx
from symgraph import errors
from symgraph.ir.registry import find_op


def dense() -> mx.Symbol:
    return mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")


def added() -> mx.Symbol:
    return mx.sym.Variable("a") + mx.sym.Variable("b")


def ones(*shape: int, dtype: str = "float32") -> mx.NDArray:
    return mx.nd.ones(shape, dtype=dtype)


def run_before_forward() -> mx.Executor:
    return dense().simple_bind(mx.current_context(), data=(2, 3))


def after_forward() -> mx.Executor:
    executor = run_before_forward()
    executor.forward(is_train=True)
    return executor


CASES: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "unknown attribute": (
        lambda: mx.sym.FullyConnected(mx.sym.Variable("x"), num_hiden=3, name="f"),
        errors.OpAttributeError,
        "node 'f': operator FullyConnected: unknown attribute 'num_hiden'. Did you mean num_hidden? "
        "Known attributes: num_hidden (int >= 1), no_bias (bool), flatten (bool).",
    ),
    "missing required attribute": (
        lambda: mx.sym.FullyConnected(mx.sym.Variable("x"), name="f"),
        errors.OpAttributeError,
        "node 'f': operator FullyConnected: required attribute num_hidden (int >= 1) is missing.",
    ),
    "wrong type of attribute": (
        lambda: mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden="many", name="f"),
        errors.OpAttributeError,
        "attribute num_hidden='many' is invalid; expected int >= 1.",
    ),
    "attribute not among the choices": (
        lambda: mx.sym.Activation(mx.sym.Variable("x"), act_type="rely"),
        errors.OpAttributeError,
        "attribute act_type='rely' is invalid; expected one of 'relu', 'sigmoid', 'softrelu', 'softsign', 'tanh'.",
    ),
    "attribute out of range": (
        lambda: mx.sym.Dropout(mx.sym.Variable("x"), p=2),
        errors.OpAttributeError,
        "attribute p='2' is invalid; expected float in [0, 1].",
    ),
    "input is no symbol": (
        lambda: mx.sym.FullyConnected(np.ones(3), num_hidden=3),
        errors.CompositionError,
        "FullyConnected: argument 'data' must be a Symbol, but got ndarray of shape (3,); put a Variable in its place "
        "and bind the array to it.",
    ),
    "input that the attributes leave out": (
        lambda: mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=3, no_bias=True, bias=mx.sym.Variable("b")),
        errors.CompositionError,
        "FullyConnected: input 'bias' does not exist with these attributes. Inputs: data, weight.",
    ),
    "input with several outputs": (
        lambda: dense()(data=mx.sym.SliceChannel(mx.sym.Variable("x"), num_outputs=2, name="s")),
        errors.CompositionError,
        "input 'data' must have one output, but <Symbol s> has 2: s_output0, s_output1; choose one by index.",
    ),
    "compose an unknown input": (
        lambda: dense()(dat=mx.sym.Variable("x")),
        errors.CompositionError,
        "<Symbol fc> has no input 'dat'. Did you mean 'data'? Inputs: data, fc_weight, fc_bias.",
    ),
    "unknown operator": (
        lambda: mx.sym.FullyConected,
        AttributeError,
        "symgraph.sym has no operator or function 'FullyConected'; did you mean FullyConnected",
    ),
    "truth of a symbol": (lambda: bool(added()), errors.NotImplementedForSymbol, "a Symbol has none until it runs"),
    "missing array": (
        lambda: dense().bind(mx.current_context(), {"data": ones(2, 3), "fc_wieght": ones(4, 3), "fc_bias": ones(4)}),
        errors.BindError,
        "key `fc_weight` is missing in `args`, which needs data, fc_weight, fc_bias. "
        "'fc_wieght' was given: is it misspelled?",
    ),
    "missing auxiliary state": (
        lambda: mx.sym.BatchNorm(mx.sym.Variable("x"), name="bn").bind(
            mx.current_context(),
            {"x": ones(2, 2), "bn_gamma": ones(2), "bn_beta": ones(2)},
            aux_states={"bn_moving_mean": ones(2)},
        ),
        errors.BindError,
        "key `bn_moving_var` is missing in `aux_states`",
    ),
    "no auxiliary states": (
        lambda: mx.sym.BatchNorm(mx.sym.Variable("x"), name="bn").bind(
            mx.current_context(), [ones(2, 2), ones(2), ones(2)]
        ),
        errors.BindError,
        "Length of aux_states does not match the number of arguments: 0 given, 2 needed (bn_moving_mean, bn_moving_var). Give "
        "an NDArray for each; simple_bind makes them itself, from the shapes of the inputs.",
    ),
    "list of wrong length": (
        lambda: dense().bind(mx.current_context(), [ones(2, 3)]),
        errors.BindError,
        "Length of args does not match the number of arguments: 1 given, 3 needed (data, fc_weight, fc_bias). Give an "
        "NDArray for each; simple_bind makes them itself, from the shapes of the inputs.",
    ),
    "argument is no NDArray": (
        lambda: added().bind(mx.current_context(), {"a": ones(2), "b": 3}),
        errors.CompositionError,
        "args: 'b' must be an NDArray, given 3 of type int; mx.nd.array(...) makes one.",
    ),
    "shape conflict seen from the node's input": (
        lambda: dense().bind(mx.current_context(), {"data": ones(2, 3), "fc_weight": ones(4, 5), "fc_bias": ones(4)}),
        errors.ShapeError,
        re.compile(
            r"FullyConnected 'fc' \(made at .*test_messages.py:\d+\): shape of input 'weight' \(from variable "
            r"'fc_weight'\) is \(4, 5\), but \(4, 3\) is expected"
        ),
    ),
    "shape conflict seen from the output": (
        lambda: (dense() + mx.sym.Variable("a")).infer_shape(data=(2, 3), a=(2, 5)),
        errors.ShapeError,
        "shapes do not fit together (lhs (2, 4), rhs (2, 5)): 4 and 5 differ.",
    ),
    "shape conflict backwards": (
        lambda: mx.sym.elemwise_add(mx.sym.Variable("a"), dense(), name="sum").infer_shape(
            a=(2, 5), data=(2, 3), fc_bias=(5,)
        ),
        errors.ShapeError,
        re.compile(r"FullyConnected 'fc' .*shape of input 'bias' .* is \(5,\), but \(4,\) is expected"),
    ),
    "dtype conflict": (
        lambda: added().bind(mx.current_context(), {"a": ones(2), "b": ones(2, dtype="float64")}),
        errors.DTypeError,
        re.compile(r"elemwise_add '_plus0' .*dtype of input 'rhs' .* is float64, but float32 is expected"),
    ),
    "kernel larger than the input": (
        lambda: mx.sym.Convolution(mx.sym.Variable("x"), kernel=(3, 3), num_filter=2, name="c").infer_shape(
            x=(2, 3, 2, 2)
        ),
        errors.ShapeError,
        re.compile(r"Convolution 'c' \(made at .*\): the kernel spans 3 elements of axis 2, but data"),
    ),
    "shapes that do not suffice": (
        lambda: dense().simple_bind(mx.current_context()),
        errors.BindError,
        "simple_bind cannot decide the shapes of these arguments (? is an unknown dimension): "
        "data: unknown; fc_weight: unknown; fc_bias: unknown. Given: {}. Give the shape of data, as in "
        "data=(32, ...).",
    ),
    "a misspelled name among shapes": (
        lambda: dense().simple_bind(mx.current_context(), dta=(4, 3)),
        errors.BindError,
        "data: unknown; fc_weight: unknown; fc_bias: unknown. Given: {'dta': (4, 3)}. There is no 'dta'. Did you mean 'data'?",
    ),
    "arrays for some arguments only": (
        lambda: dense().bind(mx.current_context(), {"data": ones(2, 3)}),
        errors.BindError,
        "key `fc_weight` is missing in `args`, which needs data, fc_weight, fc_bias. Give an NDArray for each; simple_bind "
        "makes them itself, from the shapes of the inputs.",
    ),
    "negative dimension": (
        lambda: dense().infer_shape(data=(-5, 6)),
        errors.ShapeError,
        "shape (-5, 6) has a negative dimension; 0 stands for an unknown one.",
    ),
    "is_train that is none": (
        lambda: run_before_forward().forward(ones(2, 3)),
        errors.BindError,
        "forward: is_train must be a bool, given NDArray; give inputs by name.",
    ),
    "unknown name in infer_shape": (
        lambda: dense().infer_shape(dat=(2, 3)),
        errors.UnknownArgumentError,
        "infer_shape: the symbol has no argument 'dat'. Did you mean 'data'? Arguments: data, fc_weight, fc_bias.",
    ),
    "gradient array of another shape": (
        lambda: added().bind(mx.current_context(), {"a": ones(2), "b": ones(2)}, {"a": ones(3)}),
        errors.ShapeError,
        "args_grad: gradient array of 'a' has shape (3,), but the argument has (2,).",
    ),
    "unknown grad_req": (
        lambda: added().bind(mx.current_context(), {"a": ones(2), "b": ones(2)}, grad_req="replace"),
        errors.BindError,
        "grad_req of 'a' must be one of 'null', 'write', 'add', given 'replace'.",
    ),
    "backward before forward": (
        lambda: run_before_forward().backward(ones(2, 4)),
        errors.GradientError,
        "backward of <Symbol fc>: there was no forward pass yet; call forward(is_train=True) first.",
    ),
    "missing head gradient": (
        lambda: after_forward().backward(),
        errors.GradientError,
        "backward: output 'fc_output' is not a loss, so its head gradient is needed; end the symbol in a loss, as "
        "SoftmaxOutput for classes, LinearRegressionOutput for numbers, or make_loss of a formula, or pass out_grads.",
    ),
    "misshaped head gradient": (
        lambda: after_forward().backward(ones(2, 5)),
        errors.ShapeError,
        "backward: head gradient of output 'fc_output' has shape (2, 5), expected (2, 4).",
    ),
    "too many head gradients": (
        lambda: after_forward().backward([ones(2, 4), ones(2, 4)]),
        errors.GradientError,
        "backward: 2 head gradients given for 1 output (fc_output).",
    ),
    "unknown argument in forward": (
        lambda: run_before_forward().forward(dat=ones(2, 3)),
        errors.UnknownArgumentError,
        "forward: argument 'dat' is unknown. Did you mean 'data'? Known: data, fc_weight, fc_bias.",
    ),
    "misshaped argument in forward": (
        lambda: run_before_forward().forward(data=ones(2, 5)),
        errors.ShapeError,
        "forward: argument 'data' has shape (2, 3), given (2, 5); executor.reshape(allow_up_sizing=True, "
        "data=(2, 5)) makes an executor for another shape.",
    ),
    "unknown parameter": (
        lambda: run_before_forward().copy_params_from({"fc_baias": ones(4)}),
        errors.UnknownArgumentError,
        "copy_params_from: argument 'fc_baias' is unknown. Did you mean 'fc_bias'?",
    ),
    "misshaped parameter": (
        lambda: run_before_forward().copy_params_from({"fc_bias": ones(3)}),
        errors.ShapeError,
        "copy_params_from: argument 'fc_bias' has shape (4,), given (3,).",
    ),
    "unknown argument in reshape": (
        lambda: run_before_forward().reshape(dat=(2, 3)),
        errors.UnknownArgumentError,
        "reshape: argument 'dat' is unknown. Did you mean 'data'?",
    ),
    "a context that is none": (
        lambda: dense().simple_bind("cpu:0", data=(2, 3)),
        errors.DeviceError,
        "'cpu:0' is not a context; expected one such as mx.cpu(0)",
    ),
    "unknown operator in JSON": (
        lambda: mx.sym.load_json(dense().tojson().replace("FullyConnected", "FullyConected")),
        errors.MXNetError,
        "node 'fc': Operator FullyConected is not registered; did you mean FullyConnected",
    ),
    "bad attribute in JSON": (
        lambda: mx.sym.load_json(dense().tojson().replace('"4"', '"four"')),
        errors.OpAttributeError,
        "node 'fc': operator FullyConnected: attribute num_hidden='four' is invalid",
    ),
    "truncated JSON": (
        lambda: mx.sym.load_json(dense().tojson()[:300]),
        errors.FormatError,
        "Symbol JSON is truncated or corrupted: Expecting property name enclosed in double quotes at line 17, column 37.",
    ),
    "JSON of nothing but brackets": (
        lambda: mx.sym.load_json("[" * 200_000),
        errors.FormatError,
        "Symbol JSON is corrupted: maximum recursion depth exceeded",
    ),
    "JSON with a number without end": (
        lambda: mx.sym.load_json(dense().tojson().replace("10901", "9" * 5000)),
        errors.FormatError,
        "Symbol JSON is corrupted: Exceeds the limit",
    ),
    "JSON of something else": (
        lambda: mx.sym.load_json("{}"),
        errors.FormatError,
        "Symbol JSON: the symbol has no field 'nodes'; is the file truncated?",
    ),
    "JSON that refers to a node that is not there": (
        lambda: mx.sym.load_json(dense().tojson().replace("[[0, 0, 0]", "[[9, 0, 0]")),
        errors.FormatError,
        "Symbol JSON: node 3 'fc' refers to node 9, but only nodes 0..2 stand before it.",
    ),
    "missing symbol file": (
        lambda: mx.sym.load("/nowhere/net-symbol.json"),
        errors.FileError,
        "load: there is no folder '/nowhere' for '/nowhere/net-symbol.json'; check the path, or make the folder.",
    ),
    "operator on arrays of wrong shapes": (
        lambda: mx.nd.dot(ones(2, 3), ones(2, 3)),
        errors.ShapeError,
        "dot: shapes of the inputs do not fit together (lhs (2, 3), rhs (2, 3)): 3 and 2 differ.",
    ),
    "operator on arrays that lacks one": (
        lambda: mx.nd.FullyConnected(ones(2, 3), num_hidden=3),
        errors.CompositionError,
        "FullyConnected takes the inputs data, weight, bias: weight, bias missing.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message(name: str) -> None:
    action, error, message = CASES[name]
    with pytest.raises(error) as info:
        action()
    text = str(info.value)
    assert message.search(text) if isinstance(message, re.Pattern) else message in text, text


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            lambda: added().bind(mx.current_context(), {"a": ones(2), "b": ones(2), "c": ones(2)}),
            "bind: argument 'c' is unknown. Known: a, b. It is ignored.",
        ),
        (
            lambda: dense().simple_bind(mx.current_context(), data=(2, 3), dta=(2, 3)),
            "simple_bind: argument 'dta' is unknown. Did you mean 'data'? Known: data, fc_weight, fc_bias. It is ignored.",
        ),
        (
            lambda: run_before_forward().reshape(data=(1, 3), dta=(1, 3)),
            "reshape: argument 'dta' is unknown. Did you mean 'data'? Known: data, fc_weight, fc_bias. It is ignored.",
        ),
        (lambda: dense().infer_shape(), "Cannot decide shape for the following arguments"),
    ],
)
def test_what_mxnet_ignores_is_a_warning_at_the_users_line(action: Callable[[], object], message: str) -> None:
    with pytest.warns(UserWarning, match=re.escape(message)) as seen:
        action()
    assert seen[0].filename == __file__


def test_an_error_while_running_names_the_node_and_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only shows when a program is built carries the node too."""
    net = mx.sym.Pad(mx.sym.Variable("x"), mode="constant", pad_width=(0, 0, 0, 0, 1, 1, 1, 1), name="padded")
    executor = net.bind(mx.current_context(), {"x": ones(1, 1, 2, 2)})

    def fail(*_: object) -> None:
        raise errors.GradientError("found late")

    monkeypatch.setattr(find_op("Pad"), "lower", fail)
    with pytest.raises(errors.GradientError, match="found late") as info:
        executor.forward()[0].asnumpy()
    assert re.search(r"while running Pad 'padded' \(made at .*test_messages.py:\d+\)", info.value.__notes__[0])


def test_a_cell_of_a_notebook_is_named_as_ipython_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of a cell is a temporary one, whose name says nothing."""
    x = mx.sym.Variable("x")

    def cell_of(filename: str) -> tuple[str, str] | None:
        return ("Cell", "In[3]") if filename == __file__ else None

    shell = SimpleNamespace(compile=SimpleNamespace(format_code_name=cell_of))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with pytest.raises(errors.ShapeError, match=r"^Reshape 'r' \(made at Cell In\[3\], line \d+\): "):
        mx.sym.Reshape(x, shape=(4,), name="r").infer_shape(x=(3,))
    monkeypatch.setattr(shell.compile, "format_code_name", lambda filename: None)
    with pytest.raises(errors.ShapeError, match=r"^Reshape 'r' \(made at .*test_messages.py:\d+\): "):
        mx.sym.Reshape(x, shape=(4,), name="r").infer_shape(x=(3,))
