"""What a forward pass keeps for backward, when somebody reads an output between them."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.lower.residuals import Parts, Residuals


def network() -> mx.Symbol:
    """Layers whose gradients need inputs, outputs, random numbers, and states."""
    data = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv")
    data = mx.sym.relu(mx.sym.BatchNorm(data, fix_gamma=False, name="bn"))
    data = mx.sym.Pooling(data, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")
    data = mx.sym.Dropout(data, p=0.4, name="drop")
    data = mx.sym.Activation(mx.sym.FullyConnected(data, num_hidden=6, name="fc"), act_type="tanh", name="tanh")
    return mx.sym.SoftmaxOutput(data, mx.sym.Variable("label"), name="softmax")


def prepared(net: mx.Symbol, **shapes: tuple[int, ...]) -> mx.Executor:
    """The network bound to arrays drawn from a fixed seed."""
    executor = net.simple_bind(mx.current_context(), **shapes)
    draw = np.random.RandomState(0)
    for array in executor.arg_arrays:
        array[:] = draw.uniform(0, 1, array.shape)
    return executor


def gradients(executor: mx.Executor, reads: bool) -> dict[str, np.ndarray]:
    """Gradients and new states of one pass."""
    mx.random.seed(1)
    executor.forward(is_train=True)
    if reads:
        executor.outputs[0].asnumpy()
    executor.backward()
    arrays = {**executor.grad_dict, **executor.aux_dict}
    return {name: array.asnumpy() for name, array in arrays.items()}


def kept(executor: mx.Executor) -> tuple[jax.Array, ...]:
    """The arrays that wait for backward."""
    executor.outputs[0].asnumpy()
    arrays: tuple[jax.Array, ...] = executor._run.pullback[1]
    return arrays


def test_reading_an_output_changes_no_gradient() -> None:
    shapes: dict[str, Any] = {"data": (5, 3, 8, 8), "label": (5,)}
    together, apart = (gradients(prepared(network(), **shapes), reads) for reads in (False, True))
    for name, array in together.items():
        np.testing.assert_allclose(apart[name], array, 1e-5, 1e-6, err_msg=name)


def test_inputs_and_outputs_are_kept_without_a_copy() -> None:
    executor = prepared(network(), data=(5, 3, 8, 8), label=(5,))
    executor.forward(is_train=True)
    arrays = {id(array) for array in kept(executor)}
    for name in ("fc_weight", "bn_gamma"):
        assert id(executor.arg_dict[name].jax) in arrays
    assert id(executor.outputs[0].jax) in arrays
    pointers = [array.unsafe_buffer_pointer() for array in executor._run.pullback[1] if array.dtype == np.float32]
    assert len(set(pointers)) == len(pointers)


def test_what_no_gradient_looks_at_is_not_kept() -> None:
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    executor = prepared(mx.sym.sum(mx.sym.broadcast_mul(a + b, b)), a=(2, 3), b=(2, 3))
    executor.forward(is_train=True)
    assert sorted(array.shape for array in kept(executor)) == [(2, 3), (2, 3)]


def test_inputs_that_are_overwritten_after_backward_are_freed() -> None:
    executor = prepared(network(), data=(5, 3, 8, 8), label=(5,))
    gradients(executor, reads=True)
    old = weakref.ref(executor.arg_dict["fc_weight"].jax)
    executor.arg_dict["fc_weight"][:] = 1
    gc.collect()
    assert old() is None


def test_backward_uses_what_forward_saw() -> None:
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    executor = prepared(a * b, a=(2,), b=(2,))
    executor.forward(is_train=True)
    seen = executor.arg_dict["b"].asnumpy()
    executor.outputs[0].asnumpy()
    executor.arg_dict["b"][:] = 100
    executor.backward(mx.nd.ones((2,)))
    np.testing.assert_array_equal(executor.grad_dict["a"].asnumpy(), seen)


def test_a_monitor_may_come_between_two_passes() -> None:
    executor = prepared(network(), data=(5, 3, 8, 8), label=(5,))
    before = gradients(executor, reads=True)
    seen: list[str] = []
    executor.set_monitor_callback(lambda name, array: seen.append(name), monitor_all=True)
    monitored = gradients(executor, reads=True)
    executor.set_monitor_callback(None)
    after = gradients(executor, reads=True)
    assert "conv_weight" in seen
    for name in executor.grad_dict:
        np.testing.assert_allclose(monitored[name], before[name], 1e-5, 1e-6, err_msg=name)
        np.testing.assert_allclose(after[name], before[name], 1e-5, 1e-6, err_msg=name)


def test_parts_of_a_tree_are_put_together_again() -> None:
    known, (a, b) = {"x": jax.numpy.ones(2), "y": jax.numpy.zeros(2)}, jax.numpy.ones((2, 3))
    new, parts = Parts.of({"first": (a, known["y"], a), "second": [b, None]}, known)
    assert [array is wanted for array, wanted in zip(new, (a, b), strict=True)] == [True, True]
    assert parts.whole({"x": 1, "y": 2}, (3, 4)) == {"first": (3, 2, 3), "second": [4, None]}


@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_residuals_that_are_not_used_are_blank(dtype: str) -> None:
    arrays = [jax.numpy.full(2, i, dtype) for i in range(4)]
    kept, residuals = Residuals.of(arrays, lambda tree: tree[1] * tree[3] + tree[0].shape[0])
    assert [int(array[0]) for array in kept] == [1, 3]
    blank, one, _, three = residuals.whole(kept)
    assert one is kept[0]
    assert three is kept[1]
    assert (blank.shape, blank.dtype) == ((2,), np.dtype(dtype))
    if dtype == "float32":
        assert np.isnan(blank).all()


def test_residuals_are_all_kept_if_the_way_back_fails() -> None:
    def fail(tree: Any) -> Any:
        raise ValueError(tree)

    arrays = (jax.numpy.ones(2), jax.numpy.zeros(2))
    kept, residuals = Residuals.of(arrays, fail)
    assert all(a is b for a, b in zip(residuals.whole(kept), arrays, strict=True))
