"""Checks of gradients against central finite differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from symgraph.ir.dtype import as_dtype, is_float
from symgraph.runtime.context import Context
from symgraph.runtime.creation import array
from symgraph.runtime.executor import Executor
from symgraph.runtime.ndarray import NDArray
from symgraph.test_utils.compare import as_numpy
from symgraph.test_utils.location import grad_requests, named, prepared
from symgraph.test_utils.symbolic import check_gradient, noise
from symgraph.test_utils.tolerance import Tolerance, default_numeric_eps, get_tolerance

_LEAST_STEP = 1e-5
"""A smaller step drowns in the rounding of float32."""


def numeric_grad(
    executor: Executor,
    location: Any,
    aux_states: Any = None,
    eps: float = 1e-4,
    use_forward_train: bool = True,
    dtype: Any = np.float32,
) -> dict[str, np.ndarray]:
    """Gradients of the sum of an executor's first output by central finite differences.

    Args:
        executor: computes the output.
        location: where to take the gradients: arrays as a list in the order of the arguments, or a dict by name. Only
            these arguments are varied; they hold these values afterwards.
        aux_states: auxiliary states, as a list or a dict, that every pass starts with.
        eps: distance of the two points of a difference.
        use_forward_train: run in training mode.
        dtype: dtype of the result.

    Returns:
        Gradients by name; zeros for arguments that are no floating-point numbers.
    """
    values = named("location", list(executor.arg_dict), location)
    states = named("aux_states", list(executor.aux_dict), aux_states)
    for name, value in values.items():
        executor.arg_dict[name][...] = value

    def objective() -> float:
        return float(_outputs(executor, states, use_forward_train)[0].sum())

    return {name: _differences(name, executor.arg_dict[name], objective, eps).astype(dtype) for name in values}


def check_numeric_gradient(
    sym: Any,
    location: Any,
    aux_states: Any = None,
    numeric_eps: Tolerance = None,
    rtol: Tolerance = None,
    atol: Tolerance = None,
    grad_nodes: Iterable[str] | Mapping[str, str] | None = None,
    use_forward_train: bool = True,
    ctx: Context | None = None,
    grad_stype_dict: Mapping[str, str] | None = None,
    dtype: Any = np.float32,
) -> None:
    """Check gradients against central finite differences of a random projection of all outputs.

    Args:
        location, aux_states, rtol, atol, ctx, dtype: as in `check_symbolic_forward`.
        numeric_eps: distance of the two points of a difference, by default that of the dtype.
        grad_nodes: names of the arguments to check, by default all; or a dict with a ``grad_req`` for each.
        use_forward_train: take the differences in training mode, as the gradient is.
        grad_stype_dict: storage type of gradients by name: ``"default"``.

    Raises:
        AssertionError: a gradient is not the derivative; the message names the argument and shows the largest error.
        ValueError: the step is too small for the dtype.
    """
    context, args, states = prepared(sym, location, aux_states, ctx, dtype, grad_stype_dict)
    start = {name: value.copy() for name, value in states.items()}
    requests = _checked(sym.list_arguments(), grad_nodes)
    grads = noise({name: args[name] for name in requests if name in args})
    before = {name: grad.asnumpy() for name, grad in grads.items()}
    executor = sym.bind(context, args, grads, requests, states)
    outputs = executor.forward(is_train=True)
    eps = _step(outputs[0], numeric_eps, as_dtype(dtype))
    heads = _projections(outputs)
    executor.backward(heads)
    weights = [head.asnumpy().astype(np.float64) for head in heads]
    probe = sym.bind(context, args, aux_states=states)  # the same arrays without gradients: nothing is kept for them

    def objective() -> float:
        values = _outputs(probe, start, use_forward_train)
        return sum(float((value * weight).sum()) for value, weight in zip(values, weights, strict=True))

    for name, request in requests.items():
        numeric = _differences(name, args[name], objective, eps) if request != "null" else None
        check_gradient(name, numeric, before[name], grads[name], request, rtol, atol, source="numeric")


def _checked(names: list[str], given: Iterable[str] | Mapping[str, str] | None) -> dict[str, str]:
    if isinstance(given, str):
        raise ValueError(f"grad_nodes must be a list or a dict of names, given {given!r}.")
    wanted = given if isinstance(given, Mapping) else dict.fromkeys(names if given is None else given, "write")
    requests = grad_requests(names, wanted)
    return {name: requests[name] for name in wanted}


def _step(output: NDArray, given: Tolerance, dtype: np.dtype) -> float:
    eps = get_tolerance(output, given, default_numeric_eps())
    if eps < _LEAST_STEP and dtype.itemsize < 8:
        raise ValueError(f"numeric_eps={eps:g} is too small for {dtype.name}; take {_LEAST_STEP:g} or more.")
    return eps


def _projections(outputs: list[NDArray]) -> list[NDArray]:
    """Random weights for the elements of outputs, the same every time; none is so small that its element is not seen."""
    rng = np.random.RandomState(0)
    return [array(rng.uniform(0.1, 1.1, out.shape), out.context, out.dtype) for out in outputs]


def _outputs(executor: Executor, states: Mapping[str, Any], is_train: bool) -> list[np.ndarray]:
    for name, value in states.items():
        executor.aux_dict[name][...] = value
    return [out.asnumpy().astype(np.float64) for out in executor.forward(is_train=is_train)]


def _differences(name: str, argument: NDArray, objective: Callable[[], float], eps: float) -> np.ndarray:
    """The gradient of `objective` with respect to an array, which is varied element by element."""
    start = as_numpy(argument)
    gradient = np.zeros(start.shape, start.dtype)
    if not is_float(start.dtype):
        return gradient

    def moved(index: tuple[int, ...], step: float) -> tuple[float, float]:
        """The element after a step, and the objective there."""
        point = start.copy()
        point[index] += step
        argument[...] = point
        return float(point[index]), objective()

    try:
        for index in np.ndindex(start.shape):
            (high, above), (low, below) = moved(index, eps / 2), moved(index, -eps / 2)
            is_movable = np.isfinite(start[index])
            if is_movable and high == low:
                raise ValueError(
                    f"numeric_eps={eps:g} vanishes beside '{name}'{list(index)} = {start[index]} in {start.dtype.name}; "
                    f"take a larger step or a wider dtype."
                )
            gradient[index] = (above - below) / (high - low if is_movable else eps)
    finally:
        argument[...] = start
    return gradient
