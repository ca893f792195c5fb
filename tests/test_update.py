"""Updates of several weights against real MXNet, states that stand among other inputs, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.update_blocks import BLOCKS

RECORDED = recorded("update")


@pytest.mark.parametrize("name", BLOCKS)
def test_as_in_mxnet(name: str) -> None:
    assert_equal(BLOCKS[name](mx), RECORDED[name], rtol=2e-3, atol=2e-3)  # recorded to three digits


def _types(symbol: Any, **known: str) -> list[list[str | None]]:
    return [[None if t is None else np.dtype(t).name for t in group] for group in symbol.infer_type_partial(**known)]


def test_dtypes_that_do_not_follow_the_weight() -> None:
    adamw = mx.sym.contrib.adamw_update(*[mx.sym.Variable(n) for n in ("w", "g", "m", "v", "s")], lr=1, eta=1)
    assert _types(adamw, m="float64") == [["float64", "float64", "float32"], ["float64"], ["float64", "float64"]]
    lamb = mx.sym.mp_lamb_update_phase1(*[mx.sym.Variable(n) for n in ("w", "g", "m", "v", "w32")], t=1, wd=0)
    assert _types(lamb) == [["float16", "float16", "float32"], ["float32"], ["float32", "float32"]]


def test_a_number_rescales_gradients_of_any_dtype() -> None:
    weight, grad, mean, var = (mx.nd.array([x], dtype="float64") for x in (1, 2, 0, 0))
    mx.nd.contrib.adamw_update(weight, grad, mean, var, 0.5, lr=0.1, eta=1, epsilon=0, out=weight)
    np.testing.assert_allclose(weight.asnumpy(), 1 - 0.1 * 0.1 / np.sqrt(0.001))


def test_states_among_the_inputs_are_auxiliary_and_updated_by_forward() -> None:
    names = [f"{kind}{i}" for i in range(2) for kind in ("w", "g", "m")]
    rates = {"lrs": (0.5, 1), "wds": (0, 0), "momentum": 0.5}
    symbol = mx.sym.multi_sgd_mom_update(*[mx.sym.Variable(name) for name in names], **rates)
    assert symbol.attr("num_weights") == "2", "counted from the inputs"
    assert symbol.list_arguments() == ["w0", "g0", "w1", "g1"]
    assert symbol.list_auxiliary_states() == ["m0", "m1"]
    assert symbol.infer_shape(w0=(2,), g1=(3,)) == ([(2,), (2,), (3,), (3,)], [(2,), (3,)], [(2,), (3,)])
    executor = symbol.simple_bind(mx.current_context(), grad_req="null", w0=(1,), w1=(1,))
    executor.arg_dict["g0"][:] = 2
    executor.aux_dict["m1"][:] = 4
    for _ in range(2):
        outputs = executor.forward()
    assert [o.asscalar() for o in outputs] == [-1.5, 1]
    assert [executor.aux_dict[name].asscalar() for name in ("m0", "m1")] == [-1.5, 1]


def test_the_copy_of_a_half_precision_weight_follows() -> None:
    """MXNet 1.9.1 leaves it as it is in mp_lamb_update_phase2."""
    half, full, one = mx.nd.ones((2,), dtype="float16"), mx.nd.ones((2,)), mx.nd.ones((1,))
    mx.nd.mp_lamb_update_phase2(half, full.copy(), one, one, full, lr=0.001, out=half)
    np.testing.assert_allclose(full.asnumpy(), 0.999)
    assert half.dtype == np.float16


def test_rows_of_a_weight_share_a_rate() -> None:
    """MXNet has it for sparse gradients only."""
    weight, grad = np.arange(24, dtype="float32").reshape(2, 3, 4), np.ones((2, 3, 4), "float32")
    grad[1] = 0
    history = mx.nd.array([[3], [1]])
    new = mx.nd.contrib.group_adagrad_update(mx.nd.array(weight), mx.nd.array(grad), history, lr=0.5, epsilon=0)
    np.testing.assert_allclose(new.asnumpy(), weight - 0.5 * grad / 2)
    assert history.asnumpy().tolist() == [[4], [1]]


def test_a_rate_of_zero_is_an_infinite_distance_to_the_leader() -> None:
    """As in MXNet."""
    weight, grad, d, v, z = (mx.nd.ones((2,)) for _ in range(5))
    new = mx.nd.ftml_update(weight, grad, d, v, z, lr=0, t=1)
    assert [x.asnumpy().tolist() for x in (d, v, z)] == [[np.inf] * 2, [1] * 2, [-np.inf] * 2]
    assert np.isnan(new.asnumpy()).all()


def test_bfloat16_weights_keep_a_float32_copy() -> None:
    weight = mx.nd.ones((2,), dtype="bfloat16")
    full = weight.astype("float32")
    for _ in range(4):
        mx.nd.mp_sgd_update(weight, weight, full, lr=0.001, out=weight)
    assert weight.asnumpy().astype("float32").tolist() != [1, 1]
    np.testing.assert_allclose(full.asnumpy(), 0.996, rtol=1e-4)


ONE = mx.nd.ones((1,))

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "too few rates": (
        lambda: mx.nd.multi_sgd_update(ONE, ONE, ONE, ONE, lrs=(1,), wds=(0, 0), num_weights=2),
        "multi_sgd_update: lrs has 1 number for 2 weights; give one for each.",
    ),
    "too few step counts": (
        lambda: mx.nd.contrib.multi_lamb_update([ONE, ONE], [ONE, ONE], [ONE, ONE], [ONE, ONE], [1], [1, 1], [0, 0]),
        "_multi_lamb_update: step_count has 1 number for 2 weights; give one for each.",
    ),
    "lists of different length": (
        lambda: mx.nd.contrib.multi_lamb_update([ONE, ONE], [ONE], [ONE, ONE], [ONE, ONE], [1, 1], [1, 1], [0, 0]),
        "multi_lamb_update: grads has 1 array for 2 weights; give one for each.",
    ),
    "an array in place of a list": (
        lambda: mx.nd.contrib.multi_adamw_update(ONE, [ONE], [ONE], [ONE], 1, [1], [0], [1]),
        "multi_adamw_update: weights must be a list of arrays, given NDArray of shape (1,).",
    ),
    "a gradient of another shape": (
        lambda: mx.nd.sgd_update(ONE, mx.nd.ones((2,)), lr=1),
        "sgd_update: shapes of the inputs do not fit together (weight (1,), grad (2,)): 1 and 2 differ.",
    ),
    "integers": (
        lambda: mx.nd.sgd_update(ONE.astype("int32"), ONE.astype("int32"), lr=1),
        "sgd_update computes in floating point, but was given int32 as 'weight'; convert it first, a symbol with "
        "Cast(dtype='float32'), an array with astype('float32').",
    ),
    "no learning rate": (
        lambda: mx.nd.adam_update(ONE, ONE, ONE, ONE),
        "operator adam_update: required attribute lr (float) is missing.",
    ),
}


@pytest.mark.cpu
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_explained(name: str) -> None:
    call, text = REFUSED[name]
    with pytest.raises(mx.MXNetError, match="^" + re.escape(text)):
        call()
