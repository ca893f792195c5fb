"""`compare_optimizer`: whether two optimizers take the same step."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.test_utils.compare import assert_almost_equal, compare_ndarray_tuple
from symgraph.test_utils.location import only_dense


def compare_optimizer(
    opt1: Any,
    opt2: Any,
    shape: Any,
    dtype: Any,
    w_stype: str = "default",
    g_stype: str = "default",
    rtol: float = 1e-4,
    atol: float = 1e-5,
    compare_states: bool = True,
    ntensors: int = 1,
) -> None:
    """Let two optimizers update equal parameters by equal gradients, and compare states and parameters.

    Args:
        opt1, opt2: the optimizers.
        shape: of the parameter; or a list of shapes, of which the first `ntensors` are updated in one call.
        dtype: of parameters and gradients.
        w_stype, g_stype: ``"default"``; there are no sparse arrays.
        compare_states: whether states have to be equal, too, before and after.

    Raises:
        AssertionError: something differs.

    >>> import symgraph as mx
    >>> compare_optimizer(mx.optimizer.SGD(), mx.optimizer.create("sgd"), (3, 4), "float32")
    """
    only_dense("compare_optimizer: weights", w_stype)
    only_dense("compare_optimizer: gradients", g_stype)
    is_list = isinstance(shape, list)
    shapes = shape[:ntensors] if is_list else [shape]
    weights, gradients = ([np.random.uniform(size=size) for size in shapes] for _ in range(2))
    found: list[tuple[list[NDArray], list[Any]]] = []
    for optimizer in (opt1, opt2):
        own = [array(value, dtype=dtype) for value in weights]
        states = [optimizer.create_state_multi_precision(i, weight) for i, weight in enumerate(own)]
        found.append((own, states))
    if compare_states:
        compare_ndarray_tuple(_tuple(found[0][1]), _tuple(found[1][1]), rtol, atol)
    for optimizer, (own, states) in zip((opt1, opt2), found, strict=True):
        grads = [array(value, dtype=dtype) for value in gradients]
        if is_list:
            optimizer.update_multi_precision(list(range(len(own))), own, grads, states)
        else:
            optimizer.update_multi_precision(0, own[0], grads[0], states[0])
    if compare_states:
        compare_ndarray_tuple(_tuple(found[0][1]), _tuple(found[1][1]), rtol, atol)
    for first, second in zip(found[0][0], found[1][0], strict=True):
        assert_almost_equal(first, second, rtol=rtol, atol=atol)


def _tuple(states: Any) -> Any:
    """States as tuples in each other: some optimizers keep lists."""
    return tuple([_tuple(state) for state in states]) if isinstance(states, (list, tuple)) else states
