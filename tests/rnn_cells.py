"""Cells of ``mx.rnn`` and ways to use them, under any module `mx`: what real MXNet makes of them is recorded.

A case is a cell and a use of it. `facts` says what the use gives, down to the names of all nodes, and `values` what it
computes, gradients included.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

BATCH, STEPS, FEATURES, HIDDEN = 2, 3, 2, 2
"""As many features as hidden units, so that there can be a residual."""

IMAGE = (BATCH, FEATURES, 4, 4)


def _stack(mx: Any, *cells: Any) -> Any:
    stack = mx.rnn.SequentialRNNCell()
    for cell in cells:
        stack.add(cell)
    return stack


def _shared(mx: Any) -> Any:
    """Two layers with the same parameters."""
    params = mx.rnn.RNNParams("shared_")
    first, second = (mx.rnn.GRUCell(HIDDEN, prefix="shared_", params=params) for _ in range(2))
    return _stack(mx, first, second)


def _ours(mx: Any, cell: type) -> Any:
    """Two cells whose parameters are those of the cell around them."""
    params = mx.rnn.RNNParams("around_")
    left, right = mx.rnn.LSTMCell(HIDDEN, prefix="l_"), mx.rnn.RNNCell(HIDDEN, prefix="r_")
    return cell(left, right, params=params)


CELLS: dict[str, Callable[[Any], Any]] = {
    "rnn": lambda mx: mx.rnn.RNNCell(HIDDEN),
    "rnn_relu": lambda mx: mx.rnn.RNNCell(HIDDEN, activation="relu", prefix="relu_"),
    "rnn_softsign": lambda mx: mx.rnn.RNNCell(
        HIDDEN, lambda x, name: mx.sym.Activation(x, act_type="softsign", name=name)
    ),
    "lstm": lambda mx: mx.rnn.LSTMCell(HIDDEN),
    "lstm_forget": lambda mx: mx.rnn.LSTMCell(HIDDEN, prefix="", forget_bias=0.5),
    "gru": lambda mx: mx.rnn.GRUCell(HIDDEN, "g_"),
    "fused_rnn_relu": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, mode="rnn_relu"),
    "fused_rnn_tanh": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, num_layers=2, mode="rnn_tanh", get_next_state=True),
    "fused_lstm": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 2, forget_bias=2.0, prefix="f_"),
    "fused_lstm_states": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 2, get_next_state=True, bidirectional=True),
    "fused_gru": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 2, "gru", bidirectional=True, prefix="b_"),
    "unfused_lstm": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 2, forget_bias=2.0, prefix="f_").unfuse(),
    "unfused_gru": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 2, "gru", bidirectional=True).unfuse(),
    "unfused_rnn": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 2, "rnn_relu", dropout=0.3).unfuse(),
    "unfused_tanh": lambda mx: mx.rnn.FusedRNNCell(HIDDEN, 1, "rnn_tanh").unfuse(),
    "stack": lambda mx: _stack(mx, mx.rnn.LSTMCell(HIDDEN, prefix="l0_"), mx.rnn.GRUCell(HIDDEN, prefix="l1_")),
    "stack_dropout": lambda mx: _stack(
        mx, mx.rnn.DropoutCell(0.2, "in_"), mx.rnn.RNNCell(HIDDEN), mx.rnn.DropoutCell(0.5), mx.rnn.DropoutCell(0)
    ),
    "stack_fused": lambda mx: _stack(mx, mx.rnn.FusedRNNCell(HIDDEN, prefix="a_"), mx.rnn.RNNCell(HIDDEN)),
    "stack_on_fused": lambda mx: _stack(mx, mx.rnn.RNNCell(HIDDEN), mx.rnn.FusedRNNCell(HIDDEN, mode="gru")),
    "stack_bidirectional": lambda mx: _stack(
        mx,
        mx.rnn.BidirectionalCell(mx.rnn.RNNCell(HIDDEN, prefix="l_"), mx.rnn.RNNCell(HIDDEN, prefix="r_")),
        mx.rnn.GRUCell(HIDDEN),
    ),
    "stack_nested": lambda mx: _stack(mx, _stack(mx, mx.rnn.RNNCell(HIDDEN)), mx.rnn.LSTMCell(HIDDEN)),
    "stack_empty": lambda mx: _stack(mx),
    "stack_shared": _shared,
    "bidirectional": lambda mx: mx.rnn.BidirectionalCell(
        mx.rnn.LSTMCell(HIDDEN, prefix="l_"), mx.rnn.GRUCell(HIDDEN, prefix="r_"), output_prefix="both_"
    ),
    "bidirectional_fused": lambda mx: mx.rnn.BidirectionalCell(
        mx.rnn.FusedRNNCell(HIDDEN, mode="gru", prefix="l_"), mx.rnn.FusedRNNCell(HIDDEN, mode="gru", prefix="r_")
    ),
    "bidirectional_mixed": lambda mx: mx.rnn.BidirectionalCell(
        mx.rnn.RNNCell(HIDDEN, prefix="l_"), mx.rnn.FusedRNNCell(HIDDEN, prefix="r_")
    ),
    "bidirectional_mixed_2": lambda mx: mx.rnn.BidirectionalCell(
        mx.rnn.FusedRNNCell(HIDDEN, mode="rnn_tanh", prefix="l_"),
        mx.rnn.ResidualCell(mx.rnn.GRUCell(HIDDEN, prefix="r_")),
    ),
    "bidirectional_params": lambda mx: _ours(mx, mx.rnn.BidirectionalCell),
    "dropout": lambda mx: mx.rnn.DropoutCell(0.4),
    "dropout_0": lambda mx: mx.rnn.DropoutCell(0.0),
    "zoneout": lambda mx: mx.rnn.ZoneoutCell(mx.rnn.LSTMCell(HIDDEN), 0.3, 0.4),
    "zoneout_outputs": lambda mx: mx.rnn.ZoneoutCell(mx.rnn.RNNCell(HIDDEN), zoneout_outputs=0.3),
    "zoneout_states": lambda mx: mx.rnn.ZoneoutCell(mx.rnn.GRUCell(HIDDEN), zoneout_states=0.2),
    "zoneout_none": lambda mx: mx.rnn.ZoneoutCell(mx.rnn.GRUCell(HIDDEN)),
    "residual": lambda mx: mx.rnn.ResidualCell(mx.rnn.GRUCell(HIDDEN)),
    "residual_fused": lambda mx: mx.rnn.ResidualCell(mx.rnn.FusedRNNCell(HIDDEN)),
    "residual_zoneout": lambda mx: mx.rnn.ResidualCell(mx.rnn.ZoneoutCell(mx.rnn.RNNCell(HIDDEN), 0.1, 0.1)),
    "stack_residual": lambda mx: _stack(
        mx, mx.rnn.RNNCell(HIDDEN, prefix="a_"), mx.rnn.ResidualCell(mx.rnn.RNNCell(HIDDEN, prefix="b_"))
    ),
    "conv_rnn": lambda mx: mx.rnn.ConvRNNCell(IMAGE, HIDDEN),
    "conv_lstm": lambda mx: mx.rnn.ConvLSTMCell(IMAGE, HIDDEN, activation="tanh", h2h_dilate=(2, 2)),
    "conv_gru": lambda mx: mx.rnn.ConvGRUCell(IMAGE, HIDDEN, h2h_kernel=(1, 3), i2h_weight_initializer="xavier"),
    "conv_strided": lambda mx: mx.rnn.ConvLSTMCell(
        IMAGE, HIDDEN, i2h_kernel=(2, 2), i2h_stride=(2, 2), i2h_pad=(0, 0), h2h_bias_initializer=mx.init.One()
    ),
    "conv_last": lambda mx: mx.rnn.ConvLSTMCell((BATCH, 4, 4, FEATURES), HIDDEN, conv_layout="NHWC"),
}
"""Cells by name."""


def _data(mx: Any) -> Any:
    return mx.sym.Variable("data")


def _list(mx: Any) -> list:
    return [mx.sym.Variable(f"t{i}_data") for i in range(STEPS)]


def _by_step(mx: Any, cell: Any) -> Any:
    states, outputs = cell.begin_state(), []
    for step in _list(mx):
        output, states = cell(step, states)
        outputs.append(output)
    return outputs, states


def _given_states(mx: Any, cell: Any) -> Any:
    keyword = "init_sym" if isinstance(cell, mx.rnn.ModifierCell) else "func"
    states = cell.begin_state(**{keyword: mx.sym.Variable})
    return cell.unroll(STEPS, _list(mx), begin_state=states, merge_outputs=True)


def _twice(mx: Any, cell: Any) -> Any:
    """Unrolled twice, and called after that: names are counted on from the second time."""
    steps = _list(mx)
    first, _ = cell.unroll(1, steps[:1], layout="TNC", merge_outputs=True)
    second, states = cell.unroll(STEPS, steps, begin_state=cell.begin_state())
    try:
        third, states = cell(second[-1], states)
    except Exception:  # cells that cannot be called
        third = first
    return [first, *second, third], cell.begin_state()


USES: dict[str, Callable[[Any, Any], Any]] = {
    "default": lambda mx, cell: cell.unroll(STEPS, _data(mx)),
    "merged": lambda mx, cell: cell.unroll(STEPS, inputs=_data(mx), layout="TNC", merge_outputs=True),
    "split": lambda mx, cell: cell.unroll(STEPS, _data(mx), merge_outputs=False),
    "list": lambda mx, cell: cell.unroll(STEPS, _list(mx), layout="TNC"),
    "given_states": _given_states,
    "by_step": _by_step,
    "twice": _twice,
}
"""Uses by name: each gives outputs, as one symbol or a list, and states."""

CASES = [f"{cell}/{use}" for cell in CELLS for use in USES]


def use(mx: Any, case: str) -> Any:
    """Outputs and states of a case; names are counted from 0."""
    cell, way = case.split("/")
    with mx.name.NameManager():
        return USES[way](mx, CELLS[cell](mx))


def names(symbols: Any) -> Any:
    """Names of outputs, for a symbol or nested lists of symbols."""
    return [names(s) for s in symbols] if isinstance(symbols, (list, tuple)) else symbols.list_outputs()


def leaves(symbols: Any) -> Iterator[Any]:
    if isinstance(symbols, (list, tuple)):
        for symbol in symbols:
            yield from leaves(symbol)
    else:
        yield symbols


def facts(mx: Any, case: str) -> dict[str, Any]:
    """What a case gives, or which error."""
    try:
        outputs, states = use(mx, case)
    except Exception as error:
        return {"error": [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"][:-3]}
    parts = [*leaves(outputs), *leaves(states)]
    found = {"outputs": names(outputs), "states": names(states)}
    if parts:
        text = mx.sym.Group(parts).tojson()
        found["json_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return found


def shape_of(name: str, case: str) -> tuple[int, ...]:
    """Shape of an input by its name and that of the case."""
    one = IMAGE if case.startswith("conv") else (BATCH, FEATURES)
    if case.startswith("conv_last"):
        one = (BATCH, 4, 4, FEATURES)
    if not name.endswith("data") or name != "data":
        return one
    return (STEPS, *one) if case.endswith("/merged") else (one[0], STEPS, *one[1:])


def is_input(name: str) -> bool:
    return name.endswith("data")


def draw(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """An array by its name, the same on every machine."""
    rng = np.random.RandomState(zlib.crc32(name.encode()) & 0xFFFFFFFF)
    return rng.uniform(-1, 1, size=shape).astype(np.float32)


COMPUTED = [f"{cell}/merged" for cell in CELLS] + ["lstm/given_states", "stack/default", "bidirectional/split"]
"""Cases whose values are compared: one for each cell, since the graphs of all are."""


def values(mx: Any, case: str) -> dict[str, np.ndarray]:
    """Outputs and states with the gradients of training, or those at inference if random numbers are drawn; flat."""
    outputs, states = use(mx, case)
    parts = [*leaves(outputs), *leaves(states)]
    # Of an output that is there twice, MXNet uses one head gradient.
    net = mx.sym.Group(list({part.list_outputs()[0]: part for part in parts}.values()))
    arguments = net.list_arguments()
    shapes, out_shapes, _ = net.infer_shape(**{n: shape_of(n, case) for n in arguments if is_input(n)})
    args = {n: mx.nd.array(draw(n, s)) for n, s in zip(arguments, shapes, strict=True)}
    grads = {n: mx.nd.zeros(s) for n, s in zip(arguments, shapes, strict=True)}
    executor = net.bind(mx.current_context(), args, args_grad=grads)
    is_random = '"op": "Dropout"' in net.tojson()
    executor.forward(is_train=not is_random)
    if is_random:
        return {"outputs": _flat(executor.outputs)}
    executor.backward([mx.nd.array(draw(f"head{i}", s)) for i, s in enumerate(out_shapes)])
    return {"outputs": _flat(executor.outputs), "gradients": _flat(grads.values())}


def _flat(arrays: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *(array.asnumpy().ravel() for array in arrays)])
