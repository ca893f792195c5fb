"""How much work the nodes of a graph are: floating-point operations, and bytes read and written.

Operations are counted in what an operator is lowered to. A product of matrices and a convolution count two for each pair of
numbers that they multiply and add, zeros at borders included, as is usual; whatever else computes counts its results, a
reduction its inputs, and moving data counts nothing. XLA's own count leaves borders out, and sees one turn of a loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr

from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import infer_dtypes
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.shape import MaybeShape, is_known

_FLOAT32 = np.dtype(np.float32)

Specs = tuple[tuple[tuple[int, ...], np.dtype], ...]


@dataclass(frozen=True)
class Work:
    """Of one node in a forward pass; ``None`` where it does not follow from the shapes.

    Attributes:
        flops: floating-point operations.
        bytes: sizes of its inputs and outputs, as if each were read or written once.
    """

    flops: int | None
    bytes: int | None


def work(graph: Graph, shapes: Sequence[MaybeShape]) -> dict[Node, Work]:
    """The work of each operator of a graph, at inference.

    Args:
        shapes: of every entry, as far as they are known. Variables whose dtype nothing tells are float32.
    """
    dtypes = infer_dtypes(graph, {}).values
    found = {}
    for node, (op, ins, first, last) in zip(graph.order, graph.wiring, strict=True):
        if op is None:
            continue
        entries = (*ins, *range(first, last))
        specs = tuple([(shapes[e], dtypes[e] or _FLOAT32) for e in entries])
        if all(is_known(shape) for shape, _ in specs):
            size = sum(math.prod(shape) * dtype.itemsize for shape, dtype in specs)
            found[node] = Work(_flops(op, specs[: len(ins)], specs[len(ins) :]), size)
        else:
            found[node] = Work(None, None)
    return found


def _flops(op: Op, ins: Specs, outs: Specs) -> int | None:
    """Operations of an operator on arrays of these kinds; ``None`` if it runs Python code, or is not made for tracing."""
    if op.is_effectful or op.shape_depends_on_values:
        return None
    # The operator holds what was counted, so that code of the user's in it goes with the graphs that contain it.
    answers: dict[Any, int] = op.__dict__.setdefault("_flops_answers", {})
    if (ins, outs) not in answers:
        answers[ins, outs] = _counted(op, ins, outs)
    return answers[ins, outs]


def _counted(op: Op, ins: Specs, outs: Specs) -> int:
    if op.complete is not None:
        op = op.complete([shape for shape, _ in outs], [dtype for _, dtype in outs])
    with jax.enable_x64(True):
        ctx = LowerContext(plain=True, key=jax.random.key(0, impl="threefry2x32") if op.is_random else None)
        traced = jax.make_jaxpr(lambda *arrays: op.lower(ctx, *arrays))
        return count(traced(*(jax.ShapeDtypeStruct(*spec) for spec in ins)).jaxpr)


def count(jaxpr: Jaxpr) -> int:
    """Floating-point operations of a jaxpr; of the branches of a condition, the one with the most."""
    total = 0
    for equation in jaxpr.eqns:
        name = equation.primitive.name
        inner = [] if name in _RULES else [count(part) for part in _inner(equation.params.values())]
        if not inner:
            total += _RULES.get(name, _results)(equation)
        elif name == "cond":
            total += max(inner)
        else:
            total += equation.params.get("length", 1) * sum(inner)
    return total


def _inner(values: Any) -> Iterator[Jaxpr]:
    """The jaxprs among the parameters of an equation."""
    for value in values:
        if isinstance(value, ClosedJaxpr):
            yield value.jaxpr
        elif isinstance(value, Jaxpr):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _inner(value)


def _nothing(equation: Any) -> int:
    return 0


def _results(equation: Any) -> int:
    return sum(int(x.aval.size) for x in equation.outvars if _computes(x))


def _inputs(equation: Any) -> int:
    return sum(int(x.aval.size) for x in equation.invars if _computes(x))


def _computes(variable: Any) -> bool:
    """Whether a value is an array of floating-point numbers."""
    dtype = getattr(variable.aval, "dtype", None)
    return dtype is not None and bool(jax.numpy.issubdtype(dtype, jax.numpy.inexact))


def _comparisons(equation: Any) -> int:
    """As many as there are results, if floating-point numbers are compared."""
    return int(equation.outvars[0].aval.size) if _computes(equation.invars[0]) else 0


def _product(equation: Any) -> int:
    (contracted, _), _ = equation.params["dimension_numbers"]
    shape = equation.invars[0].aval.shape
    return 2 * int(equation.outvars[0].aval.size) * math.prod(int(shape[axis]) for axis in contracted)


def _convolution(equation: Any) -> int:
    """By the filters that each output sees; if data is dilated, as in a transposed convolution, that each input meets."""
    data, kernel = (x.aval for x in equation.invars)
    params = equation.params
    filters, channels = (int(kernel.shape[axis]) for axis in params["dimension_numbers"].rhs_spec[:2])
    if all(step == 1 for step in params["lhs_dilation"]):
        return 2 * int(equation.outvars[0].aval.size) * (int(kernel.size) // filters)
    return 2 * int(data.size) * (int(kernel.size) // channels) // int(params["feature_group_count"])


def _windows(equation: Any) -> int:
    return _results(equation) * math.prod(map(int, equation.params["window_dimensions"]))


_MOVES = (
    "bitcast_convert_type broadcast_in_dim concatenate convert_element_type copy device_put dynamic_slice "
    "dynamic_update_slice expand_dims gather iota optimization_barrier pad random_bits random_fold_in random_seed random_split "
    "random_unwrap random_wrap real reduce_precision reshape rev scatter select_n slice split squeeze stop_gradient "
    "transpose"
)
"""Primitives that only move data, convert it, or choose."""

_REDUCTIONS = (
    "argmax argmin cumlogsumexp cummax cummin cumprod cumsum reduce reduce_max reduce_min reduce_prod reduce_sum scatter-add "
    "scatter-mul sort top_k"
)

_RULES: Mapping[str, Callable[[Any], int]] = {
    **dict.fromkeys(_MOVES.split(), _nothing),
    **dict.fromkeys(_REDUCTIONS.split(), _inputs),
    **dict.fromkeys(("eq", "ge", "gt", "le", "lt", "ne"), _comparisons),
    "dot_general": _product,
    "conv_general_dilated": _convolution,
    **dict.fromkeys(("reduce_window", "reduce_window_sum", "reduce_window_max", "reduce_window_min"), _windows),
}
"""How primitives count that do not simply count their results."""
