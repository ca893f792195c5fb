"""Laws of chance for the random layers: Dropout, and LeakyReLU with random slopes."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import OpAttributeError, ShapeError

SHAPE = (40, 50)


def run(symbol, is_train=True, shape=SHAPE, dtype="float32"):
    """Outputs, and the gradient for a head gradient of ones, of a symbol of ``x`` at ones."""
    x, grad = mx.nd.ones(shape, dtype=dtype), mx.nd.zeros(shape, dtype=dtype)
    executor = symbol.bind(mx.current_context(), {"x": x}, {"x": grad})
    outputs = [o.asnumpy() for o in executor.forward(is_train=is_train)]
    if is_train:
        executor.backward([mx.nd.ones(o.shape, dtype=o.dtype) for o in outputs])
    return outputs, grad.asnumpy()


def dropout(**attrs):
    return mx.sym.Dropout(mx.sym.Variable("x"), name="drop", **attrs)


@pytest.fixture(autouse=True)
def seeded():
    mx.random.seed(7)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_keeps_a_share_and_its_mean(p):
    (out,), grad = run(dropout(p=p))
    share = np.mean(out != 0)
    # Five standard deviations of a mean of 2000 independent draws.
    assert abs(share - (1 - p)) < 5 * np.sqrt(p * (1 - p) / out.size)
    np.testing.assert_allclose(out[out != 0], 1 / (1 - p), rtol=1e-6)
    np.testing.assert_array_equal(grad, out)


@pytest.mark.parametrize(("axes", "distinct"), [((0,), (1, 50)), ((1,), (40, 1)), ((0, 1), (1, 1))])
def test_mask_is_shared_along_axes(axes, distinct):
    (out,), _ = run(dropout(p=0.5, axes=axes))
    np.testing.assert_array_equal(out, np.broadcast_to(out[: distinct[0], : distinct[1]], SHAPE))


def test_mode_always_drops_at_inference():
    assert (run(dropout(mode="always"), is_train=False)[0][0] == 0).any()
    assert (run(dropout(), is_train=False)[0][0] == 1).all()


def test_drops_everything_at_p_1():
    (out,), grad = run(dropout(p=1.0))
    assert not out.any()
    assert not grad.any()


def test_two_layers_and_two_runs_draw_differently():
    x = mx.sym.Variable("x")
    both = mx.sym.Group([mx.sym.Dropout(x, name="a"), mx.sym.Dropout(x, name="b")])
    (a, b), _ = run(both)
    assert (a != b).any()
    assert (run(both)[0][0] != a).any()


def test_same_seed_draws_the_same():
    first = run(dropout())[0][0]
    mx.random.seed(7)
    np.testing.assert_array_equal(run(dropout())[0][0], first)


def test_half_precision_stays():
    (out,), grad = run(dropout(p=0.5), dtype="float16")
    assert out.dtype == grad.dtype == np.float16


def test_refuses_bad_attributes():
    with pytest.raises(OpAttributeError, match="p='1.5' is invalid"):
        dropout(p=1.5)
    with pytest.raises(ShapeError, match=r"axes=\(2,\) must lie in \[0, 2\)"):
        dropout(axes=(2,)).infer_shape(x=SHAPE)


def test_rrelu_draws_slopes_within_its_bounds():
    net = mx.sym.LeakyReLU(0 - mx.sym.Variable("x"), act_type="rrelu", lower_bound=0.2, upper_bound=0.6, name="rrelu")
    assert net.list_outputs() == ["rrelu_output", "rrelu_mask"]
    (out, mask), grad = run(net)
    assert 0.2 <= mask.min() < 0.25
    assert 0.55 < mask.max() <= 0.6
    np.testing.assert_array_equal(out, -mask)
    np.testing.assert_array_equal(grad, -mask)
    np.testing.assert_allclose(run(net, is_train=False)[0][0], -0.4, rtol=1e-6)
