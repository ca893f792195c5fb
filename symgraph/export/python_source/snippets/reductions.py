"""What folds axes, and products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.export.python_source.table import Call, NoFormError, Several, invoke, literal, snippet
from symgraph.ir.dtype import is_float


def _axes(call: Call, axis: Sequence[int] | None) -> tuple[int, ...] | None:
    """The axes to fold; None for all of them."""
    if not axis:
        return None
    rank = len(call.shapes[0])
    folded = sorted(a % rank for a in axis)
    return tuple(a for a in range(rank) if a not in folded) if call.attributes.get("exclude") else tuple(axis)


def _folded(call: Call, function: str, x: str, **options: Any) -> str:
    """A reduction, whose result has an axis at least."""
    axes, keepdims = _axes(call, call["axis"]), call["keepdims"]
    axis = axes[0] if axes is not None and len(axes) == 1 else axes
    text = invoke(function, x, axis=axis, keepdims=keepdims or None, **options)
    is_whole = not keepdims and (axes is None or len(axes) == len(call.shapes[0]))
    return f"{text}.reshape(1)" if is_whole else text


def _enter(operator: str, function: str, keeps_dtype: bool = False, of_floats: bool = False) -> None:
    @snippet(operator)
    def write(call: Call) -> str:
        dtype = call.dtypes[0]
        if of_floats or dtype.kind == "b":
            call.require_floats()
        return _folded(call, function, call.input(), dtype=dtype if keeps_dtype and not is_float(dtype) else None)


_enter("sum", "jnp.sum", keeps_dtype=True)
_enter("prod", "jnp.prod", keeps_dtype=True)
_enter("mean", "jnp.mean", of_floats=True)
_enter("nansum", "jnp.nansum", of_floats=True)
_enter("nanprod", "jnp.nanprod", of_floats=True)
_enter("max", "jnp.max")
_enter("min", "jnp.min")


@snippet("_square_sum")
def _square_sum(call: Call) -> str:
    call.require_floats()
    return _folded(call, "jnp.sum", f"jnp.square({call.input()})")


@snippet("norm")
def _norm(call: Call) -> str:
    call.require_floats()
    if call["out_dtype"] is not None:
        raise NoFormError(f"it has out_dtype={call['out_dtype']}")
    x = call.input()
    if call["ord"] == 1:
        return _folded(call, "jnp.sum", f"jnp.abs({x})")
    return _folded(call, call.function("norm"), x)


def _position(call: Call, function: str) -> str:
    axis, keepdims = call["axis"], call["keepdims"]
    text = invoke(function, call.input(), axis=axis, keepdims=keepdims or None)
    if not keepdims and (axis is None or len(call.shapes[0]) == 1):
        text += ".reshape(1)"
    return f"{text}.astype({literal(call.out_dtype)})"


@snippet("argmax")
def _argmax(call: Call) -> str:
    return _position(call, "jnp.argmax")


@snippet("argmin")
def _argmin(call: Call) -> str:
    return _position(call, "jnp.argmin")


@snippet("argmax_channel")
def _argmax_channel(call: Call) -> str:
    return f"jnp.argmax({call.input()}, axis=1).astype({literal(call.out_dtype)})"


@snippet("dot")
def _dot(call: Call) -> str:
    x, y = call.inputs()
    axes = 0 if call["transpose_a"] else -1, -1 if call["transpose_b"] else 0
    ranks = [len(shape) for shape in call.shapes]
    if ranks == [1, 1]:
        return f"jnp.dot({x}, {y}).reshape(1)"
    if ranks == [2, 2]:
        return f"{x}{'.T' if call['transpose_a'] else ''} @ {y}{'.T' if call['transpose_b'] else ''}"
    return invoke("jnp.tensordot", x, y, axes=axes)


def _matrix(x: str, is_transposed: bool) -> str:
    return f"jnp.swapaxes({x}, -1, -2)" if is_transposed else x


@snippet("batch_dot")
def _batch_dot(call: Call) -> str:
    x, y = call.inputs()
    return f"{_matrix(x, call['transpose_a'])} @ {_matrix(y, call['transpose_b'])}"


@snippet("_linalg_gemm2", "_linalg_gemm")
def _gemm(call: Call) -> str:
    if call["axis"] not in (-2, len(call.shapes[0]) - 2):
        raise NoFormError(f"it has axis={call['axis']}")
    x, y = call.input(0), call.input(1)
    product = f"{_matrix(x, call['transpose_a'])} @ {_matrix(y, call['transpose_b'])}"
    if call["alpha"] != 1:
        product = f"{literal(call['alpha'])} * ({product})"
    if not call.has("C"):
        return product
    return f"{product} + " + (call.input(2) if call["beta"] == 1 else f"{literal(call['beta'])} * {call.input(2)}")


def _flat_options(call: Call) -> tuple[str, int]:
    """What to order, and along which axis; without an axis it is flat."""
    x, axis = call.input(), call["axis"]
    return (f"{x}.reshape(-1)", 0) if axis is None else (x, axis)


@snippet("sort")
def _sort(call: Call) -> str:
    x, axis = _flat_options(call)
    return invoke("jnp.sort", x, axis=axis, descending=None if call["is_ascend"] else True)


@snippet("argsort")
def _argsort(call: Call) -> str:
    x, axis = _flat_options(call)
    places = invoke("jnp.argsort", x, axis=axis, descending=None if call["is_ascend"] else True)
    return f"{places}.astype({literal(call.out_dtype)})"


@snippet("topk")
def _topk(call: Call) -> str:
    x, axis = call.input(), call["axis"]
    rank = len(call.shapes[0])
    if call["is_ascend"] or axis is None or axis % rank != rank - 1 or call["ret_typ"] == "mask":
        raise NoFormError("it is not of the greatest elements along the last axis")
    count = call["k"] if call["k"] > 0 else call.shapes[0][-1]
    found = call.helper("top_k", x, str(count), literal(np.dtype(call["dtype"])))
    return f"{found}[1]" if call["ret_typ"] == "indices" else Several(found)
