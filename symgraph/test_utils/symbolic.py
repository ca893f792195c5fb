"""Checks of a symbol's outputs and gradients against expected values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symgraph.runtime.context import Context
from symgraph.runtime.creation import array
from symgraph.runtime.executor import Executor
from symgraph.runtime.ndarray import NDArray
from symgraph.test_utils.compare import as_numpy, assert_almost_equal, check_shapes
from symgraph.test_utils.devices import default_context
from symgraph.test_utils.location import as_ndarray, grad_requests, named, prepared
from symgraph.test_utils.tolerance import Tolerance


def simple_forward(sym: Any, ctx: Context | None = None, is_train: bool = False, **inputs: Any) -> Any:
    """Outputs of a symbol for inputs by name, as NumPy arrays: a list, or the array itself if there is one.

    >>> import symgraph as mx
    >>> mx.test_utils.simple_forward(mx.sym.square(mx.sym.Variable("x")), x=np.array([2.0, 3.0]))
    array([4., 9.], dtype=float32)
    """
    context = ctx or default_context()
    executor = sym.bind(context, {name: array(value, context) for name, value in inputs.items()})
    outputs = [out.asnumpy() for out in executor.forward(is_train=is_train)]
    return outputs[0] if len(outputs) == 1 else outputs


def check_symbolic_forward(
    sym: Any,
    location: Any,
    expected: Any,
    rtol: Tolerance = None,
    atol: Tolerance = None,
    aux_states: Any = None,
    ctx: Context | None = None,
    equal_nan: bool = False,
    dtype: Any = np.float32,
) -> list[NDArray]:
    """Check the outputs of an inference pass.

    Args:
        location: inputs, as a list in the order of ``list_arguments`` or a dict by name.
        expected: outputs, as a list or a dict by output name; those that are not given are not checked.
        rtol, atol: tolerance, by default that of the dtype.
        aux_states: auxiliary states, as a list or a dict.
        ctx: where to run; the current context by default.
        equal_nan: whether NaN equals NaN.
        dtype: dtype of inputs that are no NDArrays; ``"asnumpy"`` keeps their own.

    Returns:
        The outputs.

    Raises:
        AssertionError: an output is not as expected; the message names it and shows the largest error.
    """
    context, args, states = prepared(sym, location, aux_states, ctx, dtype)
    executor = sym.bind(context, args, grad_req="null", aux_states=states)
    outputs = executor.forward(is_train=False)
    found = dict(zip(sym.list_outputs(), outputs, strict=True))
    for name, value in named("expected", sym.list_outputs(), expected).items():
        assert_almost_equal(value, found[name], rtol, atol, (f"expected {name}", f"output {name}"), equal_nan)
    return outputs


def check_symbolic_backward(
    sym: Any,
    location: Any,
    out_grads: Any,
    expected: Any,
    rtol: Tolerance = None,
    atol: Tolerance = None,
    aux_states: Any = None,
    grad_req: Any = "write",
    ctx: Context | None = None,
    grad_stypes: Mapping[str, str] | None = None,
    equal_nan: bool = False,
    dtype: Any = np.float32,
) -> dict[str, NDArray]:
    """Check the gradients of a training pass.

    Args:
        location, aux_states, rtol, atol, ctx, equal_nan, dtype: as in `check_symbolic_forward`.
        out_grads: head gradients, as a list, a dict by output name, or ``None`` for losses.
        expected: gradients, as a list in the order of ``list_arguments`` or a dict; those not given are not checked.
        grad_req: ``"write"``, ``"add"`` (the arrays then start with random content, to which the expected gradient is
            added) or ``"null"`` (they must keep it), for all, by name, or as a list.
        grad_stypes: storage type of gradients by name: ``"default"``.

    Returns:
        The gradients that were expected, by name.

    Raises:
        AssertionError: a gradient is not as expected; the message names the argument and shows the largest error.
    """
    context, args, states = prepared(sym, location, aux_states, ctx, dtype, grad_stypes)
    names = sym.list_arguments()
    wanted = named("expected", names, expected)
    requests = grad_requests(names, grad_req)
    grads = noise({name: args[name] for name in wanted if name in args})
    before = {name: grad.asnumpy() for name, grad in grads.items()}
    executor = sym.bind(context, args, grads, requests, states)
    executor.forward(is_train=True)
    executor.backward(_heads(executor, sym.list_outputs(), out_grads, context, dtype))
    for name, value in wanted.items():
        check_gradient(name, value, before[name], grads[name], requests[name], rtol, atol, equal_nan)
    return grads


def noise(like: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """Arrays like the given ones with random content, the same every time."""
    rng = np.random.RandomState(0)
    return {name: array(rng.normal(size=a.shape), a.context, a.dtype) for name, a in like.items()}


def check_gradient(
    name: str,
    expected: Any,
    before: np.ndarray,
    grad: NDArray,
    request: str,
    rtol: Tolerance,
    atol: Tolerance,
    equal_nan: bool = False,
    source: str = "expected",
) -> None:
    """Check what a backward pass made of a gradient array.

    Args:
        name: the argument whose gradient it is.
        expected: the gradient.
        before: content of the array before the pass.
        grad: the array.
        request: ``"write"``: it holds the gradient; ``"add"``: in addition; ``"null"``: it has not changed.
        rtol, atol, equal_nan: as in `assert_almost_equal`.
        source: where `expected` comes from, for the message.
    """
    if request == "null":
        names = f"gradient array of {name} before", "the same after backward with grad_req 'null'"
        assert_almost_equal(before, grad, rtol, atol, names)
        return
    names = f"{source} gradient of {name}", f"gradient of {name}"
    check_shapes(expected, grad, names)
    found = grad.asnumpy() - before if request == "add" else grad
    assert_almost_equal(as_numpy(expected), found, rtol, atol, names, equal_nan)


def _heads(
    executor: Executor, names: list[str], given: Any, context: Context, dtype: Any
) -> list[NDArray | None] | None:
    if given is None:
        return None
    values = named("out_grads", names, given if isinstance(given, (Mapping, list, tuple)) else [given])
    return [None if values.get(name) is None else as_ndarray(values[name], context, dtype) for name in names]
