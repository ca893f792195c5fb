"""Gradient arrays while backward writes them: what they held is let go first, and what a failure leaves behind."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import GradientError
from symgraph.lower.program import Program


def product(grad_req: str = "write") -> mx.Executor:
    """a · b, after a first backward."""
    executor = (mx.sym.Variable("a") * mx.sym.Variable("b")).simple_bind(
        mx.current_context(), grad_req=grad_req, a=(2,), b=(2,)
    )
    executor.arg_dict["a"][:] = 2
    executor.arg_dict["b"][:] = 3
    train(executor)
    return executor


def train(executor: mx.Executor, reads: bool = False) -> None:
    executor.forward(is_train=True)
    if reads:
        executor.outputs[0].asnumpy()
    executor.backward(mx.nd.ones((2,)))


def wrap(executor: mx.Executor, around: Any) -> None:
    """Let ``around(executable, *inputs)`` be called in place of each program of the executor."""
    for key, executable in list(executor._executables.items()):
        if key[0] in ("step", "pull"):
            executor._executables[key] = lambda *inputs, made=executable: around(made, *inputs)


@pytest.mark.parametrize("reads", [False, True])
def test_old_gradients_are_let_go_before_new_ones_are_computed(reads: bool) -> None:
    executor = product()
    train(executor, reads)
    old = [weakref.ref(grad.jax) for grad in executor.grad_arrays]
    seen = []

    def around(executable: Any, *inputs: Any) -> Any:
        gc.collect()
        seen.append([array() is None for array in old])
        return executable(*inputs)

    wrap(executor, around)
    train(executor, reads)
    assert seen == [[True, True]]
    assert executor.grad_dict["a"].asnumpy().tolist() == [3, 3]


def test_an_array_that_was_handed_out_never_changes() -> None:
    executor = product()
    held = executor.grad_dict["a"].jax
    seen = np.asarray(held)
    executor.arg_dict["b"][:] = 5
    train(executor)
    assert held.tolist() == seen.tolist() == [3, 3]
    assert executor.grad_dict["a"].asnumpy().tolist() == [5, 5]


def test_gradients_that_are_added_to_are_kept() -> None:
    executor = product("add")
    train(executor)
    assert executor.grad_dict["a"].asnumpy().tolist() == [6, 6]


def test_a_gradient_array_that_is_an_argument_is_kept_until_the_new_one_is_there() -> None:
    a = mx.nd.array([2.0, 3.0])
    executor = (mx.sym.Variable("a") * 2).bind(mx.current_context(), {"a": a}, {"a": a})
    assert executor._overwritten == []
    train(executor)
    assert a.asnumpy().tolist() == [2, 2]


def test_a_gradient_array_that_is_a_view_is_written_where_it_looks() -> None:
    room = mx.nd.ones((4,))
    executor = (mx.sym.Variable("a") * 3).bind(mx.current_context(), {"a": mx.nd.ones((2,))}, {"a": room[1:3]})
    train(executor)
    assert room.asnumpy().tolist() == [1, 3, 3, 1]


def test_a_view_of_a_gradient_shows_the_new_one() -> None:
    executor = product()
    view = executor.grad_dict["a"][1:]
    executor.arg_dict["b"][:] = 7
    train(executor)
    assert view.asnumpy().tolist() == [7]


def test_gradients_stay_if_backward_cannot_be_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    executor = product()
    executor._executables.clear()

    def refuse(*_: Any) -> Any:
        raise MemoryError("no room")

    monkeypatch.setattr(Program, "step", refuse)
    with pytest.raises(MemoryError):
        train(executor)
    assert executor.grad_dict["a"].asnumpy().tolist() == [3, 3]


def test_gradients_that_a_failed_backward_did_not_write_cannot_be_read() -> None:
    executor = product()

    def fail(executable: Any, *inputs: Any) -> Any:
        raise MemoryError("no room")

    kept = dict(executor._executables)
    wrap(executor, fail)
    with pytest.raises(MemoryError):
        train(executor)
    with pytest.raises(GradientError) as caught:
        executor.grad_dict["a"].asnumpy()
    assert str(caught.value) == (
        "this array was to be written by a program that failed: no room; run forward and backward again, or write into "
        "the array."
    )
    executor._executables.update(kept)
    train(executor)
    assert executor.grad_dict["a"].asnumpy().tolist() == [3, 3]
