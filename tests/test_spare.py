"""Large outputs and gradients are written into the memory of the last ones, unless somebody holds these."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime.spare import WORTH

SHAPE = (WORTH // 4 // 64, 64)


def bound(symbol, grad_req="write", **shapes):
    executor = symbol.simple_bind(mx.current_context(), grad_req=grad_req, **(shapes or {"x": SHAPE}))
    for array in executor.arg_dict.values():
        array[:] = np.random.RandomState(0).uniform(-1, 1, array.shape)
    return executor


def step(executor):
    executor.forward(is_train=True)
    executor.backward([mx.nd.ones(SHAPE)])


def pointers(executor):
    arrays = [*executor.outputs, *(grad for grad in executor.grad_arrays if grad is not None)]
    return sorted(array.jax.unsafe_buffer_pointer() for array in arrays)


def test_inference_writes_in_place():
    executor = bound(mx.sym.exp(mx.sym.Variable("x")), "null")
    executor.forward()
    first = pointers(executor)
    for scale in (2, 3):
        executor.forward(x=mx.nd.ones(SHAPE) * scale)
        assert pointers(executor) == first
        np.testing.assert_allclose(executor.outputs[0].asnumpy(), np.exp(np.full(SHAPE, scale)), rtol=1e-5)


@pytest.mark.parametrize("reads_first", [False, True])
def test_training_writes_gradients_in_place(reads_first):
    executor = bound(mx.sym.square(mx.sym.Variable("x")))
    for scale in (1, 2, 3, 4):
        before = executor.grad_dict["x"].jax.unsafe_buffer_pointer() if scale > 2 else None
        executor.forward(is_train=True, x=mx.nd.ones(SHAPE) * scale)
        if reads_first:
            assert executor.outputs[0].asnumpy()[0, 0] == scale**2
        executor.backward([mx.nd.ones(SHAPE)])
        np.testing.assert_allclose(executor.grad_dict["x"].asnumpy(), np.full(SHAPE, 2 * scale))
        np.testing.assert_allclose(executor.outputs[0].asnumpy(), np.full(SHAPE, scale**2))
        if before is not None:
            memory = {array.jax.unsafe_buffer_pointer() for array in (executor.grad_dict["x"], executor.outputs[0])}
            assert before in memory


def test_what_somebody_holds_stays():
    executor = bound(mx.sym.exp(mx.sym.Variable("x")))
    step(executor)
    held = executor.outputs[0].jax, executor.grad_dict["x"].jax
    numbers = np.asarray(executor.outputs[0].jax), executor.outputs[0].asnumpy(), executor.outputs[0].copy()
    expected = [np.array(array) for array in held]
    for scale in (2, 3):
        executor.arg_dict["x"][:] = scale
        step(executor)
    mx.nd.waitall()
    for array, values in zip(held, expected, strict=True):
        np.testing.assert_array_equal(np.asarray(array), values)
    for array in (*numbers[:2], numbers[2].asnumpy()):
        np.testing.assert_array_equal(array, expected[0])
    np.testing.assert_allclose(executor.outputs[0].asnumpy(), np.exp(np.full(SHAPE, 3)), rtol=1e-5)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: mx.sym.Group([mx.sym.BlockGrad(x), x * 2]),
        lambda x: mx.sym.Group([x + 1, x + 1]),
        lambda x: mx.sym.Group([x * 2, mx.sym.sum(x), mx.sym.Cast(x, dtype="float16")]),
        lambda x: mx.sym.Dropout(x, p=0.5),
        lambda x: mx.sym.identity(x),
    ],
    ids=["an output that is an input", "equal outputs", "several dtypes", "random", "nothing to compute"],
)
def test_any_outputs(make):
    executor = bound(make(mx.sym.Variable("x")), "null")
    plain = [output.asnumpy() for output in executor.forward()]
    for _ in range(2):
        again = [output.asnumpy() for output in executor.forward()]
        for first, second in zip(plain, again, strict=True):
            np.testing.assert_array_equal(first, second)
    assert executor.arg_dict["x"].asnumpy().shape == SHAPE


def test_a_view_of_an_output_shows_the_new_one():
    executor = bound(mx.sym.exp(mx.sym.Variable("x")), "null")
    executor.forward()
    view = executor.outputs[0][:2]
    view.asnumpy()
    executor.forward(x=mx.nd.zeros(SHAPE))
    np.testing.assert_array_equal(view.asnumpy(), np.ones((2, SHAPE[1])))


def test_outputs_that_are_fed_back():
    """An output that became an argument is held by it."""
    executor = bound(mx.sym.Variable("x") * 2, "null")
    executor.arg_dict["x"][:] = 1
    for power in (2, 4, 8):
        executor.forward()
        executor.arg_dict["x"].rebind(executor.outputs[0].jax)
        assert executor.arg_dict["x"].asnumpy()[0, 0] == power


def test_small_arrays_are_not_worth_it():
    executor = bound(mx.sym.exp(mx.sym.Variable("x")), "null", x=(4,))
    executor.forward()
    assert executor.memory_plan(is_train=False)["aliased"] == 0
