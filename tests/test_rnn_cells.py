"""Recurrent cells: real MXNet's graphs, values and gradients; and references written by hand."""

from __future__ import annotations

import inspect
import json
import pathlib
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.golden import record_rnn_cells
from tests.rnn_blocks import BLOCKS
from tests.rnn_cells import CASES, COMPUTED, facts, values
from tests.rnn_compositions import COUNT, composition

FOLDER = pathlib.Path(record_rnn_cells.__file__).parent
RECORDED = json.loads((FOLDER / "rnn_cells.json").read_text())
BLOCKS_RECORDED = recorded("recurrent")

WORK_HERE = ("bidirectional_mixed_2/given_states", "stack_residual/given_states")
"""Where MXNet takes `begin_state(func=...)` and ours does, too, for cells that are modified: see docs/divergences.md."""


@pytest.fixture(scope="module")
def arrays() -> Any:
    with np.load(FOLDER / "rnn_cells.npz") as file:
        return dict(file)


def test_every_case_is_recorded() -> None:
    assert list(RECORDED) == CASES
    assert list(BLOCKS_RECORDED) == list(BLOCKS)


@pytest.mark.parametrize("case", CASES)
def test_graphs_are_mxnets(case: str) -> None:
    """Kinds of outputs and states, and every name, attribute and edge: the JSON is equal."""
    expected = {key: value for key, value in RECORDED[case].items() if key != "fails"}
    found = facts(mx, case)
    if case in WORK_HERE:
        assert "error" in expected
        assert "error" not in found
    elif "error" in expected:
        assert expected["error"][0] in found["error"]
    else:
        assert found == expected


@pytest.mark.parametrize("case", [case for case in COMPUTED if not {"error", "fails"} & set(RECORDED[case])])
def test_values_and_gradients_are_mxnets(case: str, arrays: Any) -> None:
    for kind, array in values(mx, case).items():
        np.testing.assert_allclose(array, arrays[f"{case}/{kind}"], rtol=1e-4, atol=1e-5, err_msg=kind)


@pytest.mark.parametrize("name", BLOCKS)
def test_uses_are_mxnets(name: str) -> None:
    with mx.name.NameManager():
        assert_equal(BLOCKS[name](mx), BLOCKS_RECORDED[name])


@pytest.mark.parametrize("part", range(8))
def test_compositions_are_mxnets(part: int) -> None:
    digests = json.loads((FOLDER / "rnn_compositions.json").read_text())
    seeds = [seed for seed in range(part, COUNT, 8) if digests[seed] != "error"]
    assert [composition(mx, seed) for seed in seeds] == [digests[seed] for seed in seeds]


# -- references by hand ---------------------------------------------------------------------------------------------------


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def run(outputs: Any, **arrays: np.ndarray) -> np.ndarray:
    net = mx.sym.Group(outputs) if isinstance(outputs, list) else outputs
    shapes = {name: array.shape for name, array in arrays.items()}
    executor = net.simple_bind(mx.current_context(), grad_req="null", **shapes)
    for name, array in arrays.items():
        executor.arg_dict[name][:] = array
    return executor.forward(is_train=False)[0].asnumpy()


@pytest.fixture
def drawn() -> Any:
    rng = np.random.RandomState(0)
    return lambda *shape: rng.uniform(-1, 1, size=shape).astype(np.float32)


def test_an_lstm_by_hand(drawn: Any) -> None:
    data, (wx, wh, bx, bh) = drawn(2, 5, 3), (drawn(16, 3), drawn(16, 4), drawn(16), drawn(16))
    outputs, _ = mx.rnn.LSTMCell(4).unroll(5, mx.sym.Variable("data"), merge_outputs=True)
    found = run(outputs, data=data, lstm_i2h_weight=wx, lstm_h2h_weight=wh, lstm_i2h_bias=bx, lstm_h2h_bias=bh)
    hidden = cell = np.zeros((2, 4))
    for t in range(5):
        i, f, g, o = np.split(data[:, t] @ wx.T + bx + hidden @ wh.T + bh, 4, axis=1)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(cell)
        np.testing.assert_allclose(found[:, t], hidden, rtol=1e-5, atol=1e-6)


def test_a_gru_by_hand(drawn: Any) -> None:
    data, (wx, wh, bx, bh) = drawn(5, 2, 3), (drawn(12, 3), drawn(12, 4), drawn(12), drawn(12))
    outputs, _ = mx.rnn.GRUCell(4).unroll(5, mx.sym.Variable("data"), layout="TNC", merge_outputs=True)
    found = run(outputs, data=data, gru_i2h_weight=wx, gru_h2h_weight=wh, gru_i2h_bias=bx, gru_h2h_bias=bh)
    hidden = np.zeros((2, 4))
    for t in range(5):
        (rx, zx, nx), (rh, zh, nh) = np.split(data[t] @ wx.T + bx, 3, 1), np.split(hidden @ wh.T + bh, 3, 1)
        update = sigmoid(zx + zh)
        hidden = (1 - update) * np.tanh(nx + sigmoid(rx + rh) * nh) + update * hidden
        np.testing.assert_allclose(found[t], hidden, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("mode", ["rnn_relu", "rnn_tanh", "lstm", "gru"])
def test_fused_and_unfused_cells_compute_the_same(mode: str, bidirectional: bool, drawn: Any) -> None:
    fused = mx.rnn.FusedRNNCell(4, 2, mode, bidirectional, prefix="net_")
    together, _ = fused.unroll(3, mx.sym.Variable("data"), merge_outputs=True)
    apart, _ = fused.unfuse().unroll(3, mx.sym.Variable("data"), merge_outputs=True)
    shapes, _, _ = together.infer_shape(data=(2, 3, 5))
    parameters = mx.nd.array(drawn(*shapes[1]))
    weights = fused.unfuse().pack_weights(fused.unpack_weights({"net_parameters": parameters}))
    data = drawn(2, 3, 5)
    expected = run(together, data=data, net_parameters=parameters.asnumpy())
    found = run(apart, data=data, **{name: array.asnumpy() for name, array in weights.items()})
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_zoneout_keeps_elements_of_the_step_before(drawn: Any) -> None:
    """With a probability of 1, everything stays as it was: outputs zero, states as they were at the beginning."""
    cell = mx.rnn.ZoneoutCell(mx.rnn.RNNCell(4), zoneout_outputs=0.5, zoneout_states=1.0)
    start = mx.sym.Variable("start")
    outputs, states = cell.unroll(3, mx.sym.Variable("data"), begin_state=[start], merge_outputs=True)
    executor = mx.sym.Group([outputs, *states]).simple_bind(mx.current_context(), data=(8, 3, 5), start=(8, 4))
    for array in executor.arg_arrays:
        array[:] = drawn(*array.shape)
    found, last = (array.asnumpy() for array in executor.forward(is_train=True))
    np.testing.assert_array_equal(last, executor.arg_dict["start"].asnumpy())
    stayed = found[:, 1:] == found[:, :-1]
    assert 0.3 < stayed.mean() < 0.7
    assert 0.3 < (found[:, 0] == 0).mean() < 0.7


# -- where MXNet fails ----------------------------------------------------------------------------------------------------


def test_rnn_unroll_makes_variables_and_warns() -> None:
    with pytest.warns(UserWarning, match="rnn_unroll is deprecated. Please call cell.unroll directly."):
        outputs, _ = mx.rnn.rnn_unroll(mx.rnn.RNNCell(3), 2, input_prefix="in_", layout="TNC")
    assert mx.sym.Group(outputs).list_arguments()[0] == "in_t0_data"
    with pytest.warns(UserWarning, match="deprecated"):
        outputs, _ = mx.rnn.rnn_unroll(mx.rnn.RNNCell(3), 2, mx.sym.Variable("data"))
    assert len(outputs) == 2


def test_states_of_modified_cells_by_either_keyword() -> None:
    cell = mx.rnn.ResidualCell(mx.rnn.RNNCell(3))
    assert cell.begin_state(func=mx.sym.Variable)[0].list_arguments() == ["rnn_begin_state_0"]
    assert cell.begin_state(init_sym=mx.sym.Variable)[0].list_arguments() == ["rnn_begin_state_1"]


def test_zoneout_around_a_stack() -> None:
    stack = mx.rnn.SequentialRNNCell()
    stack.add(mx.rnn.LSTMCell(3))
    stack.add(mx.rnn.GRUCell(3))
    outputs, states = mx.rnn.ZoneoutCell(stack, 0.1, 0.1).unroll(2, mx.sym.Variable("data"))
    assert (len(outputs), len(states)) == (2, 3)


def test_convolutions_with_three_axes_and_channels_last() -> None:
    three = {"h2h_kernel": (3,) * 3, "h2h_dilate": (1,) * 3, "i2h_kernel": (3,) * 3, "i2h_stride": (1,) * 3}
    three |= {"i2h_pad": (1,) * 3, "i2h_dilate": (1,) * 3, "conv_layout": "NCDHW"}
    cell = mx.rnn.ConvLSTMCell((1, 2, 4, 5, 6), 3, **three)
    assert cell.state_shape == [(0, 3, 4, 5, 6)] * 2
    output, _ = cell(mx.sym.Variable("data"), cell.begin_state())
    assert output.infer_shape(data=(7, 2, 4, 5, 6))[1] == [(7, 3, 4, 5, 6)]
    for kind in (mx.rnn.ConvRNNCell, mx.rnn.ConvLSTMCell, mx.rnn.ConvGRUCell):
        cell = kind((1, 4, 5, 2), 3, conv_layout="NHWC")
        output, _ = cell(mx.sym.Variable("data"), cell.begin_state())
        assert output.infer_shape(data=(7, 4, 5, 2))[1] == [(7, 4, 5, 3)]


def test_sequences_change_their_layout() -> None:
    """MXNet's own function for it names an attribute wrongly."""
    normalize = mx.rnn.rnn_cell._normalize_sequence
    merged, axis = normalize(2, mx.sym.Variable("data"), "NTC", True, in_layout="TNC")
    assert (axis, merged.infer_shape(data=(2, 5, 3))[1]) == (1, [(5, 2, 3)])
    steps, _ = normalize(2, mx.sym.Variable("data"), "NTC", False, "TNC")
    assert mx.sym.Group(steps).infer_shape(data=(2, 5, 3))[1] == [(5, 3)] * 2
    steps = [mx.sym.Variable("a"), mx.sym.Variable("b")]
    assert normalize(None, steps, "NTC", None) == (steps, 1)


def test_unrolling_takes_as_many_steps_as_there_are() -> None:
    outputs, _ = mx.rnn.RNNCell(2).unroll(None, [mx.sym.Variable("a"), mx.sym.Variable("b")])
    assert len(outputs) == 2


def test_signatures_show_the_usual_functions() -> None:
    assert inspect.signature(mx.rnn.LSTMCell.begin_state).parameters["func"].default is mx.sym.zeros
    activation = inspect.signature(mx.rnn.ConvLSTMCell).parameters["activation"].default
    assert activation.keywords == {"act_type": "leaky", "slope": 0.2}
