"""Recurrent cells put together and unrolled at random, by a seed, under any module `mx`."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from tests.rnn_cells import leaves, names

COUNT = 400
STEPS = 3


def _simple(mx: Any, rng: random.Random, kind: str, name: dict) -> Any:
    if kind == "rnn":
        return mx.rnn.RNNCell(2, activation=rng.choice(["tanh", "relu", "sigmoid"]), **name)
    if kind == "lstm":
        return mx.rnn.LSTMCell(2, forget_bias=rng.choice([0.0, 1.0, 2]), **name)
    if kind == "gru":
        return mx.rnn.GRUCell(2, **name)
    if kind == "dropout":
        return mx.rnn.DropoutCell(rng.choice([0.0, 0.2, 0.5]), **name)
    fused = mx.rnn.FusedRNNCell(
        2,
        num_layers=rng.choice([1, 2]),
        mode=rng.choice(["lstm", "gru", "rnn_relu", "rnn_tanh"]),
        bidirectional=rng.random() < 0.3,
        dropout=rng.choice([0.0, 0.3]),
        get_next_state=rng.random() < 0.5,
        **name,
    )
    return fused.unfuse() if kind == "unfused" else fused


def cell(mx: Any, rng: random.Random, depth: int) -> Any:
    """A cell, which holds others up to a depth."""
    kinds = ["rnn", "lstm", "gru", "fused", "dropout", "unfused"]
    kind = rng.choice(kinds + depth * ["stack", "stack", "bidirectional", "zoneout", "residual"])
    name = rng.choice([{}, {"prefix": f"p{rng.randrange(100)}_"}])
    if kind == "stack":
        stack = mx.rnn.SequentialRNNCell()
        for _ in range(rng.choice([1, 2, 2, 3])):
            stack.add(cell(mx, rng, depth - 1))
        return stack
    if kind == "bidirectional":
        left, right = cell(mx, rng, depth - 1), cell(mx, rng, depth - 1)
        return mx.rnn.BidirectionalCell(left, right, output_prefix=rng.choice(["bi_", "x_"]))
    if kind == "zoneout":
        return mx.rnn.ZoneoutCell(cell(mx, rng, depth - 1), rng.choice([0.0, 0.2]), rng.choice([0.0, 0.3]))
    if kind == "residual":
        return mx.rnn.ResidualCell(cell(mx, rng, depth - 1))
    return _simple(mx, rng, kind, name)


def composition(mx: Any, seed: int) -> str:
    """A digest of all names and graphs of two uses of a cell; ``"error"`` where there is none."""
    rng = random.Random(seed)
    with mx.name.NameManager():
        try:
            made = cell(mx, rng, 3)
            found = [str(made.state_shape), str(sorted(made.params._params))]
            layout, merge = rng.choice(["NTC", "TNC"]), rng.choice([None, None, True, False])
            steps = [mx.sym.Variable(f"t{i}_data") for i in range(STEPS)]
            inputs = rng.choice([mx.sym.Variable("data"), steps])
            for _ in range(2):
                count = len(made.state_info)
                begin = rng.choice([None, [mx.sym.Variable(f"state{i}") for i in range(count)]])
                outputs, states = made.unroll(STEPS, inputs, begin, layout, merge)
                group = mx.sym.Group([*leaves(outputs), *leaves(states)])
                found += [str(names(outputs)), str(names(states)), group.tojson()]
        except Exception:  # what cannot be put together, of which tests of messages tell
            return "error"
    return hashlib.sha256("".join(found).encode()).hexdigest()[:12]
