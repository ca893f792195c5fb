"""Recurrent layers beyond MXNet's CPU kernels, against one step at a time in NumPy; chance; messages."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils

STEPS, BATCH, FEATURES, UNITS = 5, 3, 2, 4
LENGTHS = [5, 2, 0]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def drawn(symbol, seed=0, dtype="float64", **known):
    """An array for each argument of a layer of ``x``; `known` ones are given."""
    rng = np.random.RandomState(seed)
    shapes, _, _ = symbol.infer_shape(x=(STEPS, BATCH, FEATURES))
    return {
        name: np.asarray(known.get(name, rng.normal(size=shape))).astype(dtype)
        for name, shape in zip(symbol.list_arguments(), shapes, strict=True)
    }


def layer(mode="lstm", **attrs):
    attrs = {"state_size": UNITS, "num_layers": 1, "state_outputs": True, "name": "rnn", **attrs}
    return mx.sym.RNN(mx.sym.Variable("x"), mode=mode, **attrs)


def run(symbol, values, is_train=False):
    args = {name: mx.nd.array(value, dtype=value.dtype) for name, value in values.items()}
    executor = symbol.bind(
        mx.current_context(), args, args_grad={n: mx.nd.zeros(a.shape, dtype=a.dtype) for n, a in args.items()}
    )
    outputs = [o.asnumpy() for o in executor.forward(is_train=is_train)]
    if is_train:
        executor.backward([mx.nd.ones(o.shape, dtype=o.dtype) for o in outputs])
    return outputs, {n: g.asnumpy() for n, g in executor.grad_dict.items()}


def lstm(values, low=-np.inf, high=np.inf, lengths=None, projection=None):
    """What the operator is to do, for one layer and one sequence after the other."""
    x, vector = values["x"], values["rnn_parameters"]
    hidden_size = projection or UNITS
    sizes = [4 * UNITS * FEATURES, 4 * UNITS * hidden_size, (projection or 0) * UNITS, 4 * UNITS, 4 * UNITS]
    wx, wh, wr, bx, bh = np.split(vector, np.cumsum(sizes)[:-1])
    wx, wh, wr = wx.reshape(-1, FEATURES), wh.reshape(-1, hidden_size), wr.reshape(-1, UNITS)
    out = np.zeros((STEPS, BATCH, hidden_size))
    last, cells = values["rnn_state"].copy(), values["rnn_state_cell"].copy()
    for n in range(BATCH):
        h, c = last[0, n], cells[0, n]
        for t in range(STEPS if lengths is None else lengths[n]):
            i, f, g, o = np.split(wx @ x[t, n] + bx + wh @ h + bh, 4)
            c = np.clip(sigmoid(f) * c + sigmoid(i) * np.tanh(g), low, high)
            h = sigmoid(o) * np.tanh(c)
            h = wr @ h if projection else h
            out[t, n] = h
        last[0, n], cells[0, n] = h, c
    return out, last, cells


@pytest.mark.parametrize("options", [{}, {"projection_size": 3}, {"projection_size": 6}])
def test_projection(options):
    symbol = layer(**options)
    values = drawn(symbol)
    for ours, expected in zip(
        run(symbol, values)[0], lstm(values, projection=options.get("projection_size")), strict=True
    ):
        np.testing.assert_allclose(ours, expected, rtol=1e-10)


@pytest.mark.parametrize("mode", ["lstm", "gru", "rnn_tanh"])
def test_sequences_end_where_their_length_says(mode):
    """As if each sequence were run by itself, cut to its length; in both directions and through two layers."""
    attrs = {"num_layers": 2, "bidirectional": True}
    symbol, plain = layer(mode, use_sequence_length=True, **attrs), layer(mode, **attrs)
    values = drawn(symbol, rnn_sequence_length=LENGTHS)
    outputs, _ = run(symbol, values)
    for n, length in enumerate(LENGTHS):
        alone = {name: value[:, n : n + 1] for name, value in values.items() if value.ndim == 3}
        alone["x"] = alone["x"][:length]
        np.testing.assert_array_equal(outputs[0][length:, n], 0)
        if not length:
            np.testing.assert_array_equal(outputs[1][:, n], values["rnn_state"][:, n])
            continue
        expected, _ = run(plain, {**alone, "rnn_parameters": values["rnn_parameters"]})
        np.testing.assert_allclose(outputs[0][:length, n : n + 1], expected[0], rtol=1e-10)
        for ours, theirs in zip(outputs[1:], expected[1:], strict=True):
            np.testing.assert_allclose(ours[:, n : n + 1], theirs, rtol=1e-10)


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_lengths_have_any_dtype_and_no_gradient(dtype):
    symbol = layer(use_sequence_length=True)
    values = drawn(symbol, rnn_sequence_length=LENGTHS)
    values["rnn_sequence_length"] = values["rnn_sequence_length"].astype(dtype)
    outputs, grads = run(symbol, values, is_train=True)
    for ours, expected in zip(outputs, lstm(values, lengths=LENGTHS), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-10)
    np.testing.assert_array_equal(grads["rnn_sequence_length"], 0)
    np.testing.assert_array_equal(grads["x"][2:, 1], 0)
    types = symbol.infer_type(x="float64", rnn_sequence_length=dtype)[0]
    assert [np.dtype(t).name for t in types] == ["float64"] * 4 + [dtype]


def test_cells_are_clipped():
    symbol = layer(lstm_state_clip_min=-0.1, lstm_state_clip_max=0.2)
    values = drawn(symbol)
    for ours, expected in zip(run(symbol, values)[0], lstm(values, -0.1, 0.2), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-10)


def test_clipping_stops_nan_if_asked_to():
    for stops in (False, True):
        symbol = layer(lstm_state_clip_min=-0.1, lstm_state_clip_max=0.2, lstm_state_clip_nan=stops)
        values = drawn(symbol)
        values["rnn_state_cell"][0, 0, 0] = np.nan
        outputs, _ = run(symbol, values)
        assert np.isfinite(outputs[0][:, 1:]).all()
        assert np.isfinite(outputs[0]).all() == stops
        if stops:
            assert outputs[2].min() >= -0.1


@pytest.mark.parametrize(
    "attrs",
    [
        {"projection_size": 3, "bidirectional": True, "num_layers": 2},
        {"use_sequence_length": True, "bidirectional": True},
        {"mode": "gru", "use_sequence_length": True, "num_layers": 2},
        {"mode": "rnn_tanh", "use_sequence_length": True},
        {"lstm_state_clip_min": -0.6, "lstm_state_clip_max": 0.6},
        {"mode": "rnn_relu", "num_layers": 3},
    ],
    ids=str,
)
def test_gradient_is_the_derivative(attrs):
    symbol = layer(**attrs)
    values = drawn(symbol, seed=1, rnn_sequence_length=LENGTHS)
    wanted = [name for name in values if name != "rnn_sequence_length"]
    test_utils.check_numeric_gradient(
        symbol, values, numeric_eps=1e-5, rtol=1e-4, atol=1e-6, grad_nodes=wanted, dtype=np.float64
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("mode", ["lstm", "gru", "rnn_relu"])
def test_half_precision(mode, dtype):
    """Values and gradients of the rounded inputs, to half precision: sums are kept in float32."""
    symbol = layer(mode)
    half = {name: mx.nd.array(value, dtype=dtype) for name, value in drawn(symbol, seed=2).items()}
    grads = {name: mx.nd.zeros(value.shape, dtype=dtype) for name, value in half.items()}
    executor = symbol.bind(mx.current_context(), half, args_grad=grads)
    outputs = executor.forward(is_train=True)
    executor.backward([mx.nd.ones(o.shape, dtype=dtype) for o in outputs])
    expected, slopes = run(symbol, {n: v.asnumpy().astype("float64") for n, v in half.items()}, is_train=True)
    tolerance = {"float16": 5e-3, "bfloat16": 4e-2}[dtype]
    for ours, theirs in zip(outputs, expected, strict=True):
        assert np.dtype(ours.dtype).name == dtype
        np.testing.assert_allclose(ours.asnumpy().astype("float64"), theirs, rtol=tolerance, atol=tolerance)
    for name, theirs in slopes.items():
        scale = np.abs(theirs).max()
        np.testing.assert_allclose(grads[name].asnumpy().astype("float64") / scale, theirs / scale, atol=tolerance)


@pytest.mark.parametrize("mode", ["lstm", "rnn_tanh"])
def test_dropout_between_layers(mode):
    def outputs(p, is_train, **attrs):
        symbol = layer(mode, p=p, num_layers=2, **attrs)
        return run(symbol, drawn(symbol), is_train)[0]

    kept = outputs(0, is_train=True)
    for ours, expected in zip(outputs(0.5, is_train=False), kept, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-12)
    mx.random.seed(3)
    first = outputs(0.5, is_train=True)
    np.testing.assert_allclose(first[1][0], kept[1][0], rtol=1e-12)  # the state of the first layer is not dropped
    assert not np.allclose(first[0], kept[0])
    assert (first[0] != outputs(0.5, is_train=True)[0]).any()
    mx.random.seed(3)
    np.testing.assert_array_equal(outputs(0.5, is_train=True)[0], first[0])


def test_a_dropped_layer_leaves_the_rest():
    """With p = 1, the second layer sees zeros."""
    symbol = layer(p=1.0, num_layers=2)
    values = drawn(symbol)
    (ours, _, _), _ = run(symbol, values, is_train=True)
    values["x"] = values["x"] + 1
    np.testing.assert_array_equal(run(symbol, values, is_train=True)[0][0], ours)


def test_gradients_are_added():
    symbol = layer(state_outputs=False)
    values = drawn(symbol)
    expected = run(symbol, values, is_train=True)[1]
    args = {name: mx.nd.array(value, dtype=value.dtype) for name, value in values.items()}
    grads = {name: mx.nd.ones(value.shape, dtype=value.dtype) for name, value in values.items()}
    executor = symbol.bind(mx.current_context(), args, args_grad=grads, grad_req="add")
    (out,) = executor.forward(is_train=True)
    executor.backward([mx.nd.ones(out.shape, dtype=out.dtype)])
    for name, grad in expected.items():
        np.testing.assert_allclose(grads[name].asnumpy(), grad + 1, rtol=1e-10)


def test_shapes_follow_from_states_and_outputs():
    symbol = layer(bidirectional=True, num_layers=2)
    shapes = symbol.infer_shape_partial(rnn_state=(4, 3, 4))
    assert shapes == ([(0, 3, 0), (0,), (4, 3, 4), (4, 3, 4)], [(0, 3, 8), (4, 3, 4), (4, 3, 4)], [])
    states = [mx.sym.zeros((4, 0, UNITS)) for _ in range(2)]
    x, vector = mx.sym.Variable("x"), mx.sym.Variable("vector")
    net = mx.sym.RNN(x, vector, *states, mode="lstm", state_size=UNITS, num_layers=2, bidirectional=True)
    assert net.infer_shape(x=(5, 3, 2))[1] == [(5, 3, 8)]


def test_runs_on_arrays():
    x, vector, state = mx.nd.ones((3, 2, 1)), mx.nd.ones((4,)), mx.nd.zeros((1, 2, 1))
    out, last = mx.nd.RNN(x, vector, state, mode="rnn_relu", state_size=1, num_layers=1, state_outputs=True)
    assert out.asnumpy()[:, 0, 0].tolist() == [3, 6, 9]
    assert last.shape == (1, 2, 1)


@pytest.mark.parametrize(
    ("attrs", "text"),
    [
        ({"mode": "gru", "projection_size": 2}, "projection_size is for mode='lstm' only, given mode='gru'."),
        (
            {"mode": "rnn_tanh", "lstm_state_clip_min": -1, "lstm_state_clip_max": 1},
            "lstm_state_clip_min is for mode='lstm' only, given mode='rnn_tanh'.",
        ),
        (
            {"lstm_state_clip_min": -1},
            "lstm_state_clip_min and lstm_state_clip_max go together; give both or neither.",
        ),
        (
            {"lstm_state_clip_min": 1, "lstm_state_clip_max": -1},
            "lstm_state_clip_min=1.0 must not exceed lstm_state_clip_max=-1.0.",
        ),
        ({"state_size": 0}, "attribute state_size='0' is invalid; expected int >= 1."),
        ({"p": -0.5}, "attribute p='-0.5' is invalid; expected float in [0, 1]."),
    ],
)
def test_refuses_attributes(attrs, text):
    with pytest.raises(mx.MXNetError) as info:
        layer(**attrs)
    assert str(info.value) == f"node 'rnn': operator RNN: {text}"


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ({"x": (3, 2)}, "data must have three axes (time, batch, features), given (3, 2); reshape it."),
        ({"rnn_state": (3, 4)}, "a state must have three axes (layers, batch, units), given (3, 4); reshape it."),
        (
            {"x": (5, 3, 2), "rnn_parameters": (100,)},
            "is (100,), but (128,) is expected from its other inputs, outputs and attributes. Give matching shapes.",
        ),
    ],
)
def test_refuses_shapes(shapes, text):
    with pytest.raises(mx.MXNetError) as info:
        layer().infer_shape(**shapes)
    assert text in str(info.value)
