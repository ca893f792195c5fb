"""Checks for people who write operators and networks: values, gradients, numeric derivatives. MXNet's names and arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import UnknownArgumentError
from symgraph.ir.dtype import as_dtype
from symgraph.runtime.context import Context, current_context
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray

_EXACT = (0.0, 0.0)
_TOLERANCES = {"float16": (1e-2, 1e-1), "bfloat16": (2e-2, 1e-1), "float32": (1e-4, 1e-3), "float64": (1e-5, 1e-20)}
_STEPS = {"float16": 2.0**-6, "float32": 2.0**-9, "float64": 2.0**-14}


def default_context() -> Context:
    """The context that checks run on: the current one."""
    return current_context()


def default_dtype() -> type:
    """The dtype of checks that do not name one."""
    return np.float32


def same(a: Any, b: Any) -> bool:
    """Whether two arrays are equal, element by element."""
    return np.array_equal(_numpy(a), _numpy(b))


def almost_equal(a: Any, b: Any, rtol: float | None = None, atol: float | None = None, equal_nan: bool = False) -> bool:
    """Whether ``|a - b| <= atol + rtol * |b|`` everywhere; tolerances default to those of the coarser dtype."""
    a, b = _numpy(a), _numpy(b)
    rtol, atol = _tolerances(a, b, rtol, atol)
    return np.allclose(a.astype("float64"), b.astype("float64"), rtol=rtol, atol=atol, equal_nan=equal_nan)


def assert_almost_equal(
    a: Any,
    b: Any,
    rtol: float | None = None,
    atol: float | None = None,
    names: tuple[str, str] = ("a", "b"),
    equal_nan: bool = False,
) -> None:
    """Raise ``AssertionError`` with the worst difference unless `almost_equal`.

    Args:
        a, b: actual and expected, as NDArray or NumPy array.
        rtol, atol: relative and absolute tolerance.
        names: what to call the two in the message.
    """
    a, b = _numpy(a), _numpy(b)
    rtol, atol = _tolerances(a, b, rtol, atol)
    np.testing.assert_allclose(
        a.astype("float64"),
        b.astype("float64"),
        rtol=rtol,
        atol=atol,
        equal_nan=equal_nan,
        err_msg=f"{names[0]} differs from {names[1]}",
    )


def simple_forward(sym: Any, ctx: Context | None = None, is_train: bool = False, **inputs: Any) -> Any:
    """Outputs of a symbol for NumPy inputs, as NumPy arrays; one array if there is one output."""
    context = ctx or current_context()
    executor = sym.bind(context, {name: array(value, context) for name, value in inputs.items()})
    outputs = [out.asnumpy() for out in executor.forward(is_train=is_train)]
    return outputs[0] if len(outputs) == 1 else outputs


def check_symbolic_forward(
    sym: Any,
    location: Any,
    expected: Any,
    rtol: float | None = None,
    atol: float | None = None,
    aux_states: Any = None,
    ctx: Context | None = None,
    equal_nan: bool = False,
    dtype: Any = np.float32,
) -> list[np.ndarray]:
    """Check the outputs of an inference pass.

    Args:
        location: inputs, as a list in the order of ``list_arguments`` or a dict by name.
        expected: outputs, as a list or a dict by output name.
        rtol, atol: tolerance, by default that of the dtype.
        aux_states: auxiliary states, as a list or a dict.

    Returns:
        The outputs as NumPy arrays.
    """
    context = ctx or current_context()
    executor = sym.bind(
        context,
        _arrays(sym.list_arguments(), location, context, dtype),
        grad_req="null",
        aux_states=_arrays(sym.list_auxiliary_states(), aux_states, context, dtype),
    )
    outputs = [out.asnumpy() for out in executor.forward(is_train=False)]
    for name, actual, wanted in zip(sym.list_outputs(), outputs, _listed(sym.list_outputs(), expected), strict=True):
        assert_almost_equal(actual, wanted, rtol, atol, (f"output {name}", "the expected value"), equal_nan)
    return outputs


def check_symbolic_backward(
    sym: Any,
    location: Any,
    out_grads: Any,
    expected: Any,
    rtol: float | None = None,
    atol: float | None = None,
    aux_states: Any = None,
    grad_req: Any = "write",
    ctx: Context | None = None,
    grad_stypes: Any = None,
    equal_nan: bool = False,
    dtype: Any = np.float32,
) -> dict[str, np.ndarray]:
    """Check the gradients of a training pass for given head gradients.

    Args:
        location, aux_states, rtol, atol: as in `check_symbolic_forward`.
        out_grads: head gradients, as a list, a dict by output name, or ``None`` for losses.
        expected: gradients, as a list in the order of ``list_arguments`` or a dict of those to check.
        grad_req: ``"write"``, ``"add"`` (the gradient arrays then start with random content) or ``"null"``, for all, by
            name, or as a list.
        grad_stypes: accepted as in MXNet; gradients are dense.

    Returns:
        The gradients as NumPy arrays by name.
    """
    context = ctx or current_context()
    names = sym.list_arguments()
    args = _arrays(names, location, context, dtype)
    wanted = expected if isinstance(expected, Mapping) else dict(zip(names, expected, strict=True))
    requests = _requests(names, grad_req)
    rng = np.random.RandomState(0)
    before = {name: rng.normal(size=args[name].shape).astype(args[name].dtype) for name in wanted}
    grads = {name: array(value, context, value.dtype) for name, value in before.items()}
    executor = sym.bind(
        context, args, grads, requests, _arrays(sym.list_auxiliary_states(), aux_states, context, dtype)
    )
    executor.forward(is_train=True)
    if out_grads is not None:
        outputs = sym.list_outputs()
        heads = [
            value if isinstance(value, NDArray) or value is None else array(value, context, out.dtype)
            for value, out in zip(_listed(outputs, out_grads), executor.outputs, strict=True)
        ]
        executor.backward(heads)
    else:
        executor.backward()
    results = {name: grad.asnumpy() for name, grad in grads.items()}
    for name, value in wanted.items():
        start = np.zeros(1) if requests[name] == "write" else before[name]
        total = start if requests[name] == "null" else start + _numpy(value)
        assert_almost_equal(results[name], total, rtol, atol, (f"gradient of {name}", "the expected value"), equal_nan)
    return results


def check_numeric_gradient(
    sym: Any,
    location: Any,
    aux_states: Any = None,
    numeric_eps: float | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    grad_nodes: Sequence[str] | None = None,
    use_forward_train: bool = True,
    ctx: Context | None = None,
    grad_stype_dict: Any = None,
    dtype: Any = np.float32,
) -> None:
    """Check gradients against central finite differences of a random projection of the outputs.

    Args:
        location, aux_states: as in `check_symbolic_forward`.
        numeric_eps: step of the differences, by default that of the dtype.
        grad_nodes: arguments to check; by default all.
        use_forward_train: take the differences in training mode.
        grad_stype_dict: accepted as in MXNet; gradients are dense.
        dtype: dtype the symbol runs in.
    """
    context = ctx or current_context()
    names = sym.list_arguments()
    args = _arrays(names, location, context, dtype)
    aux = _arrays(sym.list_auxiliary_states(), aux_states, context, dtype)
    checked = list(names if grad_nodes is None else grad_nodes)
    grads = {name: array(np.zeros(args[name].shape), context, args[name].dtype) for name in checked}
    requests = {name: "write" if name in checked else "null" for name in names}
    executor = sym.bind(context, args, grads, requests, aux)
    states = {name: value.copy() for name, value in executor.aux_dict.items()}
    executor.forward(is_train=True)
    rng = np.random.RandomState(0)
    heads = [rng.normal(size=out.shape).astype(out.dtype) for out in executor.outputs]
    executor.backward([array(head, context, head.dtype) for head in heads])
    eps = numeric_eps or _STEPS[as_dtype(dtype).name]

    def objective() -> float:
        for name, value in states.items():
            executor.aux_dict[name][:] = value
        outputs = executor.forward(is_train=use_forward_train)
        return sum(
            float((out.asnumpy().astype("float64") * head).sum()) for out, head in zip(outputs, heads, strict=True)
        )

    for name in checked:
        numeric = _differences(objective, args[name], eps)
        symbolic = grads[name].asnumpy()
        tolerance = rtol or 1e-2, atol if atol is not None else 1e-3
        assert_almost_equal(symbolic, numeric, *tolerance, (f"gradient of {name}", "finite differences"))


def _differences(objective: Callable[[], float], argument: NDArray, eps: float) -> np.ndarray:
    start = argument.asnumpy()
    result = np.zeros(start.shape)
    for index in np.ndindex(start.shape):
        values = []
        for step in (eps, -eps):
            moved = start.copy()
            moved[index] += step
            argument[:] = moved
            values.append(objective())
        result[index] = (values[0] - values[1]) / (2 * eps)
    argument[:] = start
    return result


def _numpy(value: Any) -> np.ndarray:
    return value.asnumpy() if isinstance(value, NDArray) else np.asarray(value)


def _tolerances(a: np.ndarray, b: np.ndarray, rtol: float | None, atol: float | None) -> tuple[float, float]:
    found = [_TOLERANCES.get(x.dtype.name, _EXACT) for x in (a, b)]
    loosest = max(found)
    return (loosest[0] if rtol is None else rtol), (loosest[1] if atol is None else atol)


def _listed(names: Sequence[str], given: Any) -> list:
    if isinstance(given, Mapping):
        return [given[name] for name in names]
    return list(given) if isinstance(given, (list, tuple)) else [given]


def _requests(names: Sequence[str], given: Any) -> dict[str, str]:
    if isinstance(given, Mapping):
        return {name: given.get(name, "null") for name in names}
    values = [given] * len(names) if isinstance(given, str) else given
    return dict(zip(names, values, strict=True))


def _arrays(names: Sequence[str], given: Any, context: Context, dtype: Any) -> dict[str, NDArray]:
    if given is None:
        given = {}
    if isinstance(given, Mapping):
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise UnknownArgumentError(f"the symbol has no '{unknown[0]}'; it has {', '.join(names) or 'none'}.")
        pairs = list(given.items())
    else:
        pairs = list(zip(names, given, strict=True))
    return {
        name: value if isinstance(value, NDArray) else array(value, context, _input_dtype(value, dtype))
        for name, value in pairs
    }


def _input_dtype(value: Any, dtype: Any) -> Any:
    kind = np.asarray(value).dtype
    return kind if kind.kind in "iub" and kind in (np.int32, np.int64, np.uint8, np.int8) else dtype
