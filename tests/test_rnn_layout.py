"""Where parameters of recurrent layers lie: the same as in the operator."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.initializer.rnn_layout import GATES, Layout


@pytest.mark.parametrize("mode", GATES)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
def test_length_of_the_vector(mode, bidirectional, layers):
    layout = Layout(4, layers, mode, bidirectional)
    net = mx.sym.RNN(
        mx.sym.Variable("data"), state_size=4, num_layers=layers, mode=mode, bidirectional=bidirectional, name="rnn"
    )
    sizes = dict(zip(net.list_arguments(), net.infer_shape(data=(2, 3, 5))[0], strict=True))
    assert (layout.size(5),) == sizes["rnn_parameters"]
    assert layout.num_input(layout.size(5)) == 5
    parts = list(layout.parts(5))
    assert parts[0].start == 0
    assert [part.place.stop for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert parts[-1].place.stop == layout.size(5)


def test_parts_are_what_the_operator_computes_with():
    """An Elman network of two units, step by step in NumPy."""
    layout = Layout(2, 1, "rnn_tanh")
    rng = np.random.RandomState(0)
    vector = rng.uniform(-1, 1, layout.size(3)).astype(np.float32)
    named = {part.name: vector[part.place].reshape(part.shape) for part in layout.parts(3, "rnn_")}
    data = rng.uniform(-1, 1, (4, 1, 3)).astype(np.float32)
    state = np.zeros((1, 2), np.float32)
    for x in data:
        from_input = x @ named["rnn_l0_i2h_weight"].T + named["rnn_l0_i2h_bias"]
        state = np.tanh(from_input + state @ named["rnn_l0_h2h_weight"].T + named["rnn_l0_h2h_bias"])
    arrays = [mx.nd.array(x) for x in (data, vector, np.zeros((1, 1, 2)))]
    out = mx.nd.RNN(*arrays, state_size=2, num_layers=1, mode="rnn_tanh")
    np.testing.assert_allclose(out[-1].asnumpy(), state, rtol=1e-5)
