"""``mx.nd.contrib.foreach``, ``while_loop`` and ``cond``: loops and branches on arrays, which run step by step in Python."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgraph.errors import CompositionError, described
from symgraph.ir.nested import Layout, as_list, call, flatten, iterations, pair, regroup, require_as_many
from symgraph.ir.registry import find_op
from symgraph.runtime.creation import zeros
from symgraph.runtime.ndarray import NDArray, invoke


def foreach(body: Callable[..., Any], data: Any, init_states: Any) -> tuple[Any, Any]:
    """Run `body` on each slice along the first axis of `data`, handing states on from step to step.

    Args:
        body: ``body(slice, states) -> (outputs, new states)``; each an array or nested lists of arrays.
        data: array or nested list of arrays, (length, ...).
        init_states: states before the first step, array or nested list.

    Returns:
        Outputs of all steps along a new first axis, and the last states.

    Raises:
        CompositionError: something is no array, the arrays in `data` differ in length or have none, or `body` does not
            return a pair, or as many outputs in every step.

    >>> import symgraph as mx
    >>> x, start = mx.nd.array([1, 2, 3]).reshape((3, 1)), mx.nd.zeros((1,))
    >>> sums, last = mx.nd.contrib.foreach(lambda x, total: (x + total, x + total), x, start)
    >>> sums.asnumpy().ravel().tolist(), float(last)
    ([1.0, 3.0, 6.0], 6.0)
    """
    arrays, layout = _arrays(data, "foreach: data")
    _arrays(init_states, "foreach: init_states")
    lengths = {array.shape[0] if array.shape else 0 for array in arrays}
    if len(lengths) != 1 or lengths == {0}:
        shapes = ", ".join(str(array.shape) for array in arrays) or "none"
        raise CompositionError(
            f"foreach: arrays of data must have one common length, 1 or more; their shapes are {shapes}."
        )
    states, steps = init_states, _Steps("foreach: outputs of body")
    for i in range(lengths.pop()):
        slices = regroup([array[i] for array in arrays], layout)
        result = call(body, [slices, states], "foreach: body(slice, states)")
        outputs, states = pair(result, "foreach: body", "states")
        steps.add(outputs)
    return steps.stacked(), states


def while_loop(
    cond: Callable[..., Any], func: Callable[..., Any], loop_vars: Any, max_iterations: int | None = None
) -> tuple[Any, Any]:
    """Run `func` on loop variables while `cond` of them is not zero, `max_iterations` times at most.

    Args:
        cond: ``cond(*loop_vars)``, an array of one element or a number.
        func: ``func(*loop_vars) -> (outputs, new loop_vars)``.
        loop_vars: list of arrays, or of nested lists of them.

    Returns:
        Outputs of all steps along a new first axis of length `max_iterations`, zero past the last step (an empty list if
        there is no step); and the last loop variables.

    Raises:
        CompositionError: something is no array, `cond` no single value, `max_iterations` is missing, or `func` does not
            return a pair, as many loop variables as it takes, or as many outputs in every step.

    >>> import symgraph as mx
    >>> powers, (x,) = mx.nd.contrib.while_loop(lambda x: x < 9, lambda x: (x, [x * 2]), [mx.nd.ones((1,))], 5)
    >>> powers.asnumpy().ravel().tolist(), float(x)
    ([1.0, 2.0, 4.0, 8.0, 0.0], 16.0)
    """
    limit = iterations(max_iterations)
    variables, layout = _arrays(loop_vars, "while_loop: loop_vars")
    if not variables:
        raise CompositionError("while_loop: loop_vars is empty; give at least one array.")
    now, steps = as_list(regroup(variables, layout)), _Steps("while_loop: outputs of func")
    while steps.count < limit and _is_true(call(cond, now, "while_loop: cond(*loop_vars)"), "while_loop: cond"):
        outputs, now = pair(call(func, now, "while_loop: func(*loop_vars)"), "while_loop: func", "loop variables")
        now = as_list(now)
        require_as_many(flatten(now)[0], variables)
        steps.add(outputs)
    return steps.stacked(limit), regroup(flatten(now)[0], layout)


def cond(pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any]) -> Any:
    """What `then_func` returns if `pred`, an array of one element or a number, is not zero, else what `else_func` does.

    Raises:
        CompositionError: `pred` is something else.

    >>> import symgraph as mx
    >>> mx.nd.contrib.cond(mx.nd.array([1]), lambda: mx.nd.ones((2,)), lambda: mx.nd.zeros((2,))).asnumpy().tolist()
    [1.0, 1.0]
    """
    if _is_true(pred, "cond: pred"):
        return call(then_func, [], "cond: then_func()")
    return call(else_func, [], "cond: else_func()")


class _Steps:
    """Outputs of the steps of a loop."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._layout: Layout = []
        self._outputs: list[list[NDArray]] = []

    @property
    def count(self) -> int:
        return len(self._outputs)

    def add(self, outputs: Any) -> None:
        arrays, self._layout = _arrays(outputs, self._what)
        if self._outputs and len(arrays) != len(self._outputs[0]):
            raise CompositionError(
                f"{self._what}: {len(arrays)} in step {self.count}, but {len(self._outputs[0])} before; return as many in "
                f"every step."
            )
        self._outputs.append(arrays)

    def stacked(self, length: int | None = None) -> Any:
        """Each output of all steps along a new first axis, filled up with zeros to `length`."""
        missing = 0 if length is None else length - self.count
        return regroup([_stack(column, missing) for column in zip(*self._outputs, strict=True)], self._layout)


def _stack(arrays: Sequence[NDArray], missing: int) -> NDArray:
    first = arrays[0]
    rest = [zeros(first.shape, ctx=first.context, dtype=first.dtype)] * missing
    result: NDArray = invoke(find_op("stack").from_values(axis=0, num_args=len(arrays) + missing), [*arrays, *rest])
    return result


def _arrays(values: Any, what: str) -> tuple[list[NDArray], Layout]:
    """The arrays in nested lists, and their layout."""
    flat, layout = flatten(values)
    for value in flat:
        if not isinstance(value, NDArray):
            raise CompositionError(
                f"{what} must be an NDArray or nested lists of them, but contains {described(value)}."
            )
    return flat, layout


def _is_true(value: Any, what: str) -> bool:
    """Whether an array of one element, or a number, is not zero."""
    if isinstance(value, NDArray) and value.size == 1:
        return bool(value.asscalar() != 0)
    if isinstance(value, (numbers.Real, np.bool_)):
        return bool(value != 0)
    raise CompositionError(f"{what} must be an array of one element or a number, but is {described(value)}.")
