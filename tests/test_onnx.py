"""ONNX models: their names, free batches, constants, and what is refused."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import pytest

import symgraph as mx

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

import onnx

from symgraph.errors import BindError, ShapeError, UnknownArgumentError
from symgraph.export.onnx import OPSET, to_onnx
from tests.onnx_runs import assert_same, drawn, run

X = mx.sym.Variable("x")


def shape_of(entry: Any) -> list[Any]:
    return [d.dim_param or d.dim_value for d in entry.type.tensor_type.shape.dim]


def model_of(symbol: mx.sym.Symbol, batch: str | None = None, **shapes: tuple[int, ...]) -> Any:
    params = {name: value for name, value in drawn(symbol, **shapes).items() if name not in shapes}
    return to_onnx(symbol, params, shapes, batch=batch)


def classifier() -> mx.sym.Symbol:
    x = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv")
    x = mx.sym.BatchNorm(x, name="bn")
    x = mx.sym.Dropout(mx.sym.Activation(x, act_type="relu", name="relu"), p=0.5, name="drop")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=3, name="fc"), name="softmax")


def test_names_are_those_of_the_symbol():
    model = model_of(classifier(), data=(2, 3, 5, 5))
    nodes = [(node.op_type, node.name) for node in model.graph.node]
    assert nodes == [
        ("Conv", "conv"),
        ("BatchNormalization", "bn"),
        ("Relu", "relu"),
        ("Flatten", "fc/Flatten"),
        ("Gemm", "fc"),
        ("Softmax", "softmax"),
    ]
    assert [entry.name for entry in model.graph.input] == ["data"]
    assert [entry.name for entry in model.graph.output] == ["softmax_output"]
    assert sorted(t.name for t in model.graph.initializer) == [
        *("bn_beta", "bn_gamma", "bn_moving_mean", "bn_moving_var"),
        *("conv_bias", "conv_weight", "fc_bias", "fc_weight"),
    ]
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", OPSET)]


def test_a_fixed_gamma_is_one_and_need_not_be_there():
    symbol = classifier()
    arrays = drawn(symbol, data=(2, 3, 5, 5))
    assert not np.allclose(arrays.pop("bn_gamma"), 1)
    params = {name: value for name, value in arrays.items() if name != "data"}
    model = to_onnx(symbol, params, {"data": (2, 3, 5, 5)})
    (gamma,) = (t for t in model.graph.initializer if t.name == "bn_gamma")
    assert onnx.numpy_helper.to_array(gamma).tolist() == [1, 1, 1, 1]


def test_arrays_of_all_libraries_and_more_than_the_symbol_has():
    symbol = mx.sym.FullyConnected(X, num_hidden=2, name="fc")
    weight = np.arange(6, dtype="float32").reshape(2, 3)
    given = {"fc_weight": mx.nd.array(weight).jax, "fc_bias": mx.nd.ones((2,)), "of_another_layer": weight}
    (out,) = run(to_onnx(symbol, given, {"x": (1, 3)}), {"x": np.ones((1, 3), "float32")})
    assert out.tolist() == [[4, 13]]


def test_outputs_that_are_inputs_parameters_constants_or_each_other():
    w, once = mx.sym.Variable("w"), mx.sym.relu(X, name="once")
    symbol = mx.sym.Group([X, w, mx.sym.identity(X, name="same"), mx.sym.zeros((2, 2), name="none"), once])
    w_value = np.ones((3,), "float32")
    model = assert_same(symbol, {"w": w_value, "x": -w_value}, {"x": -w_value})
    assert [entry.name for entry in model.graph.output] == ["x", "w", "same_output", "none_output", "once_output"]
    twice = to_onnx(mx.sym.Group([once, once]), {}, {"x": (2,)})
    assert [entry.name for entry in twice.graph.output] == ["once_output", "once_output_1"]


def test_nodes_of_one_name():
    a, b = mx.sym.exp(X, name="same"), mx.sym.sqrt(X, name="same")
    assert_same(mx.sym.elemwise_add(a, b, name="sum"), {}, {"x": np.array([1, 4], "float32")})


def test_labels_take_nothing_along():
    label = mx.sym.Variable("label")
    loss = mx.sym.LogisticRegressionOutput(X, mx.sym.random.uniform(0, 1, shape=(2, 3)) + label, name="loss")
    model = to_onnx(loss, {}, {"x": (2, 3)})
    assert [node.op_type for node in model.graph.node] == ["Sigmoid"]
    assert [entry.name for entry in model.graph.input] == ["x"]


# -- a batch whose size is free ----------------------------------------------------------------------------------------


def test_a_free_batch_goes_through_reshapes():
    x = mx.sym.Reshape(mx.sym.Variable("data"), shape=(-3, 0), name="rows")
    x = mx.sym.Reshape(mx.sym.FullyConnected(x, num_hidden=4, name="fc"), shape=(-4, -1, 3, 0), name="back")
    x = mx.sym.mean(mx.sym.SliceChannel(x, num_outputs=2, axis=2)[1], axis=1)
    arrays = drawn(x, data=(2, 3, 5))
    model = assert_same(x, arrays, {"data": arrays["data"]}, batch="N")
    assert shape_of(model.graph.input[0]) == ["N", 3, 5]
    assert shape_of(model.graph.output[0]) == ["N", 2]


def test_a_batch_that_something_needs():
    model_of(mx.sym.broadcast_add(mx.sym.arange(2, name="numbers"), X, name="sum"), batch="N", x=(3, 2))
    numbers = mx.sym.expand_dims(mx.sym.contrib.arange_like(X, axis=0, name="numbers"), axis=1)
    symbol = mx.sym.broadcast_mul(X, numbers)
    with pytest.raises(mx.MXNetError) as caught:
        model_of(symbol, batch="N", x=(2, 2))
    assert re.sub(r" \(made at [^)]*\)", "", str(caught.value)) == (
        "to_onnx: _contrib_arange_like 'numbers' cannot be written without the size of the batch, which batch='N' leaves open; "
        "give batch=None for a model of one batch size."
    )
    model_of(symbol, x=(2, 2))


def test_a_batch_that_does_not_fit():
    with pytest.raises(
        ShapeError, match="^to_onnx: with batch='N', shapes must fit for batches of other sizes, too, and for "
    ):
        model_of(mx.sym.Reshape(X, shape=(2, 3), name="fixed") + mx.sym.Variable("w"), batch="N", x=(1, 6))
    with pytest.raises(BindError) as caught:
        model_of(mx.sym.dot(X, mx.sym.Variable("y")), batch="N", x=(2, 3), y=(3, 4))
    assert str(caught.value) == (
        "to_onnx: batch='N' names the first axis of every input, but their shapes differ there: x (2, 3), y (3, 4); give "
        "batch=None for a model of one batch size."
    )
    with pytest.raises(
        BindError, match="^to_onnx: batch is a name for the length of the batch, such as 'N', given 4 of type int"
    ):
        model_of(mx.sym.exp(X), batch=4, x=(2, 3))  # type: ignore[arg-type]


# -- what is refused ---------------------------------------------------------------------------------------------------


def refusal(symbol: mx.sym.Symbol, params: Any = None, shapes: Any = None, error: type = mx.MXNetError) -> str:
    """Why there is no model, without where the node was made."""
    with pytest.raises(error) as caught:
        to_onnx(symbol, {} if params is None else params, {"x": (2, 3)} if shapes is None else shapes)
    return re.sub(r" \(made at [^)]*\)", "", str(caught.value))


class Doubled(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], 2 * in_data[0])


@mx.operator.register("doubled_for_onnx")
class DoubledProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, shapes, dtypes):
        return Doubled()


def test_custom_operators():
    assert refusal(mx.sym.Custom(X, op_type="doubled_for_onnx", name="twice")) == (
        "to_onnx: Custom 'twice' calls Python code, which ONNX cannot; write it with operators of mx.sym."
    )


BEFORE = "export the part before it, which symbol.get_internals() gives by the name of its output."


def test_operators_without_a_form():
    other = f"has no ONNX form; write it with other operators, or {BEFORE}"
    assert refusal(mx.sym.gamma(X, name="op")) == f"to_onnx: gamma 'op' {other}"
    assert refusal(
        mx.sym.softmax_cross_entropy(X, mx.sym.Variable("y"), name="op"), shapes={"x": (2, 3), "y": (2,)}
    ) == (f"to_onnx: softmax_cross_entropy 'op' is a loss with a value, and no part of inference; {BEFORE}")
    assert refusal(mx.sym.Dropout(X, mode="always", name="op")) == (
        "to_onnx: Dropout 'op' draws random numbers, which ONNX cannot as MXNet does; export the graph without it."
    )
    assert refusal(mx.sym.random.uniform(0, 1, shape=(2,), name="op"), shapes={}) == (
        "to_onnx: _random_uniform 'op' draws random numbers, which ONNX cannot as MXNet does; export the graph without it."
    )
    text = mx.sym.LRN(X, nsize=3, name="op").tojson()
    hidden = mx.sym.load_json(re.sub(r'"heads": \[\[1, 0, 0\]\]', '"heads": [[1, 1, 0]]', text))
    assert refusal(hidden) == (
        "to_onnx: LRN 'op' has an output 'tmp_norm' that has no ONNX form; leave it out of the symbol's outputs."
    )


def test_dtypes_that_onnx_does_not_take():
    whole = mx.sym.Cast(X, dtype="int32", name="whole")
    assert refusal(mx.sym.exp(whole, name="op")) == (
        "to_onnx: exp 'op' takes int32, for which ONNX does not define it; Cast its input to float32."
    )
    message = refusal(mx.sym.sum(mx.sym.Cast(X, dtype="int8"), axis=1, name="op"))
    assert message.startswith("to_onnx: ONNX does not define what was asked for; its checker says: ")
    assert "node name: op" in message
    assert message.endswith("Cast the input of this one to float32, or export the part before it.")


def test_what_is_missing():
    net = mx.sym.FullyConnected(X, num_hidden=2, name="fc")
    params = {"arg:fc_weight": np.zeros((2, 3)), "fc_bias": np.zeros(2)}
    assert refusal(net, params, error=BindError) == (
        "to_onnx: neither params nor shapes have fc_weight; give parameters and auxiliary states in params, by names without "
        "'arg:' and 'aux:', and the shapes of inputs in shapes."
    )
    assert refusal(mx.sym.exp(X), shapes={}, error=BindError).startswith("to_onnx: neither params nor shapes have x; ")
    assert refusal(mx.sym.exp(X), shapes={"y": (1,)}, error=UnknownArgumentError) == (
        "to_onnx: the symbol has no input 'y'. It has x."
    )
    assert refusal(mx.sym.exp(X), shapes={"x": (0, 3)}, error=BindError) == (
        "to_onnx: input 'x' has shape (0, 3); give every length. To leave that of the batch open, give an example here, "
        "and its name as batch='N'."
    )
    assert refusal(mx.sym.zeros((0, 2), name="open"), shapes={}, error=BindError) == (
        "to_onnx: the shape of _zeros 'open' does not follow from those given: it is (?, 2). Given: {}. Provide more shapes."
    )
    assert refusal(mx.sym.exp(X), params=[1], error=BindError) == (
        "to_onnx: params must be a dict of arrays by name, given [1] of type list."
    )
    assert refusal(mx.sym.exp(X), shapes=[(2,)], error=BindError) == (
        "to_onnx: shapes must be a dict of shapes by name, given [(2,)] of type list."
    )
    assert "fc_weight" in refusal(net, {"fc_weight": np.zeros((2, 5)), "fc_bias": np.zeros(2)}, error=ShapeError)


def test_recurrent_parameters_that_are_computed_of_inputs():
    rule = {"state_size": 2, "num_layers": 1, "mode": "rnn_tanh", "name": "rnn"}
    net = mx.sym.RNN(X, mx.sym.Variable("vector"), mx.sym.Variable("start"), **rule)
    shapes = {"x": (3, 1, 2), "vector": (12,), "start": (1, 1, 2)}
    assert refusal(net, shapes=shapes) == (
        "to_onnx: RNN 'rnn' takes its parameters from an input or from what is computed of one, but ONNX has them in another "
        "order; give them in params."
    )
    arrays = {
        name: np.linspace(-1, 1, int(np.prod(shape)), dtype="float32").reshape(shape) for name, shape in shapes.items()
    }
    joined = mx.sym.RNN(
        X, mx.sym._internal._rnn_param_concat(*map(mx.sym.Variable, "ab"), dim=0), mx.sym.Variable("start"), **rule
    )
    parts = {"a": arrays["vector"][:5], "b": arrays["vector"][5:], "start": arrays["start"]}
    assert_same(joined, parts, {"x": arrays["x"]})


def test_no_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert refusal(mx.sym.exp(X)) == "to_onnx: for ONNX models, install onnx: pip install onnx."
