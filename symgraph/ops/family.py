"""Base classes and builders that whole operator families share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero

from symgraph.errors import DTypeError, ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.dtype import is_float
from symgraph.ir.layout import Order, Relaid, common, without
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import ANY, WIDEST, Precision
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, broadcast_dim, merge_all, normalize_axis

Array = jax.Array
T = TypeVar("T")


class Elementwise(Op):
    """All inputs and all outputs have the same shape and, unless `infer_dtype` says otherwise, the same dtype."""

    is_cheap = True

    is_pointwise: ClassVar[bool] = False
    """Whether every element of an output depends on the elements at its place only, wherever that is."""

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_alike(self, orders) if self.is_pointwise else None

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge_all((*ins, *outs))
        return [shape] * len(ins), [shape] * len(outs)


class Arithmetic(Elementwise):
    """An `Elementwise` operator on numbers: MXNet refuses booleans."""

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_numbers(self, ins)
        return super().infer_dtype(ins, outs)


def require_numbers(op: Op, dtypes: DTypes) -> None:
    """Raise `DTypeError` when one of the known `dtypes` is that of booleans."""
    if any(dtype == np.bool_ for dtype in dtypes):
        raise DTypeError(f"{op.name} takes numbers, but got bool; Cast it to a number type first.")


class Broadcasting(Arithmetic):
    """An `Arithmetic` operator of two inputs that broadcast against each other, as NumPy's do."""

    tensors = ("lhs", "rhs")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        lhs, rhs = ins
        if lhs is None or rhs is None:
            return ins, outs
        rank = max(len(lhs), len(rhs))
        lhs, rhs = ((1,) * (rank - len(shape)) + tuple(shape) for shape in (lhs, rhs))
        return ins, [tuple(broadcast_dim(a, b) for a, b in zip(lhs, rhs, strict=True))]

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        lhs, rhs = shapes
        return relaid_alike(self, orders) if lhs is not None and rhs is not None and len(lhs) == len(rhs) else None


def relaid_alike(op: Op, orders: Sequence[Order]) -> Relaid | None:
    """The operator itself, with all inputs and outputs in the same order, if one of the inputs is in another than MXNet's."""
    order = common(orders)
    return None if order is None else Relaid(op, (order,) * len(orders), (order,) * len(op.outputs()))


@dataclass(frozen=True, kw_only=True, eq=False)
class WithScalar(Op):
    """An element-wise operator of a tensor and a number that is an attribute.

    The number takes the dtype of the tensor (integers: truncated). Booleans give int64; integers give float64 when
    ``is_int=False`` says that the number is to keep its fraction.
    """

    scalar: float = 1.0
    is_int: bool = True

    is_cheap = True

    function: ClassVar[Callable[[Array, Any], Array]]

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge_all((*ins, *outs))
        return [shape], [shape]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        (data,) = ins
        if data is not None:
            return ins, [self._promoted(data)]
        return outs, outs

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_alike(self, orders)

    def _promoted(self, dtype: np.dtype) -> np.dtype:
        if dtype == np.bool_ and self.is_int:
            return np.dtype(np.int64)
        return dtype if is_float(dtype) or self.is_int else np.dtype(np.float64)

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        dtype = self._promoted(np.dtype(data.dtype))
        return (back_to(dtype, type(self).function(data.astype(dtype), number(self.scalar, dtype))),)


@dataclass(frozen=True, kw_only=True, eq=False)
class Reduction(Op):
    """An operator that folds some axes of a tensor; a full reduction without `keepdims` has shape (1,)."""

    axis: Shape | None = None
    keepdims: bool = False
    exclude: bool = False

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [reduced_shape(ins[0], self.axis, self.keepdims, self.exclude)]

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        return relaid_reduction(replace(self, exclude=False), orders, self.axis, self.keepdims, self.exclude)


def relaid_reduction(
    op: Op, orders: Sequence[Order], axis: Sequence[int] | None, keepdims: bool, exclude: bool = False
) -> Relaid | None:
    """An operator with the attribute ``axis`` for the axes it folds."""
    (order,) = orders
    if order is None:
        return None
    axes = reduced_axes(axis, len(order), exclude)
    if not axes:
        return None
    changed = replace(cast(Any, op), axis=tuple(map(order.index, axes)))
    return Relaid(changed, (order,), (order if keepdims else without(order, axes),) * len(op.outputs()))


def reduced_axes(axis: Sequence[int] | None, ndim: int, exclude: bool = False) -> tuple[int, ...]:
    """The axes to fold, from the front and sorted; ``None`` and ``()`` mean all of them.

    Raises:
        ShapeError: an axis is out of range or given twice.
    """
    if not axis:
        return tuple(range(ndim))
    try:
        axes = sorted(normalize_axis(a, ndim) for a in axis)
    except ValueError as error:
        raise ShapeError(f"{error}.") from None
    if len(set(axes)) < len(axes):
        raise ShapeError(f"axis={tuple(axis)} names an axis of a {ndim}-dimensional array twice; give each once.")
    return tuple(a for a in range(ndim) if a not in axes) if exclude else tuple(axes)


def reduced_shape(data: MaybeShape, axis: Sequence[int] | None, keepdims: bool, exclude: bool = False) -> MaybeShape:
    """Shape that remains of `data`."""
    if data is None:
        return (1,) if not axis and not keepdims else None
    axes = reduced_axes(axis, len(data), exclude)
    if keepdims:
        return tuple(1 if i in axes else d for i, d in enumerate(data))
    return tuple(d for i, d in enumerate(data) if i not in axes) or (1,)


def first_known(*values: T | None) -> T | None:
    """The first dimension or dtype that is known; a later one that contradicts it is left to the engine to find."""
    return next((value for value in values if value is not None), None)


def number(value: float, dtype: np.dtype) -> np.ndarray:
    """A number attribute in the dtype it meets; in an integer dtype as `converted` has it."""
    if dtype.kind in "iu":
        word = _word(dtype)
        low = np.iinfo(word).min
        return np.asarray(int(value) if low <= value < -low else low, word).astype(dtype)
    return np.asarray(value).astype(dtype)


def _word(dtype: np.dtype) -> np.dtype:
    """The integer dtype that real numbers become on their way to another one."""
    return np.dtype(np.int64) if dtype.itemsize == 8 else np.dtype(np.int32)


def converted(x: Array, dtype: np.dtype) -> Array:
    """`x` in another dtype: fractions are truncated, integers wrap around, everything but 0 is True.

    NaN and what lies outside of int32, or of int64 where it is the target, become the smallest number of these, as on
    x86 processors. C leaves it undefined, and XLA does something else on each device.
    """
    if jnp.issubdtype(x.dtype, jnp.floating) and dtype.kind in "iu":
        word = _word(dtype)
        low = np.iinfo(word).min
        real = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        x = jnp.where((real >= low) & (real < -float(low)), real, low).astype(word)
    return x.astype(dtype)


def back_to(dtype: Any, result: Array) -> Array:
    """`result` in the dtype of the operator's input; a fraction is truncated, as in C.

    MXNet's result of a real function on integers is the correctly rounded one, truncated. XLA's may be off by some
    units in the last place, which must not turn log2(8) into 2: a result that close to a whole number is that number.
    """
    if jnp.issubdtype(dtype, jnp.integer) and jnp.issubdtype(result.dtype, jnp.floating):
        nearest = jnp.round(result)
        result = jnp.where(jnp.abs(result - nearest) <= 1e-14 * jnp.abs(nearest), nearest, result)
    return converted(result, np.dtype(dtype))


def of_real(function: Callable[[Array], Array], data: Array) -> Array:
    """A function of an array; one that makes fractions of integers sees them as float64."""
    if jnp.issubdtype(data.dtype, jnp.integer) and not jnp.issubdtype(
        jax.eval_shape(function, data).dtype, jnp.integer
    ):
        data = data.astype(jnp.float64)
    return function(data)


def derivatives(*partials: Callable[..., Any]) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """Decorator: the partial derivative of a function with respect to each argument, as MXNet defines it.

    For functions whose derivative at ties, kinks or NaN differs from JAX's. An argument that is not differentiated by
    adds nothing, even where its partial derivative is NaN.
    """

    def decorate(function: Callable[..., Array]) -> Callable[..., Array]:
        def jvp(arguments: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Array, Array]:
            result = function(*arguments)
            terms = [
                jnp.broadcast_to(tangent * derivative(*arguments), result.shape).astype(result.dtype)
                for tangent, derivative in zip(tangents, partials, strict=True)
                if not isinstance(tangent, SymbolicZero)
            ]
            return result, sum(terms[1:], start=terms[0]) if terms else jnp.zeros_like(result)

        wrapped = jax.custom_jvp(function)
        wrapped.defjvp(jvp, symbolic_zeros=True)
        return wrapped

    return decorate


def unary(
    name: str,
    function: Callable[[Array], Array],
    doc: str,
    *aliases: str,
    blocks_gradient: bool = False,
    precision: Precision = ANY,
) -> type[Op]:
    """Register an element-wise operator of one input, whose output has the input's dtype.

    Args:
        function: the JAX computation; `derivatives` gives it MXNet's gradient where that is not its derivative.
        doc: one sentence; shapes are added.
        blocks_gradient, precision: as in `Op`.
    """

    def lower(self: Op, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (back_to(data.dtype, of_real(function, data)),)

    doc = f"{doc}\n\ndata (any shape) -> output (same shape)"
    body = {
        "__doc__": doc,
        "lower": lower,
        "blocks_gradient": blocks_gradient,
        "is_pointwise": True,
        "precision": precision,
    }
    return register(name, *aliases)(type(name, (Arithmetic,), body))


def binary(
    name: str,
    function: Callable[[Array, Array], Array],
    doc: str,
    *aliases: str,
    blocks_gradient: bool = False,
    precision: Precision = WIDEST,
) -> type[Op]:
    """Register an element-wise operator of two inputs of the same shape; the output has their dtype."""

    def lower(self: Op, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (back_to(lhs.dtype, function(lhs, rhs)),)

    doc = f"{doc}\n\nlhs (any shape) · rhs (same shape) -> output (same shape)"
    body = {
        "__doc__": doc,
        "tensors": ("lhs", "rhs"),
        "lower": lower,
        "is_pointwise": True,
        "blocks_gradient": blocks_gradient,
        "precision": precision,
        "shape_advice": ", or use an operator that broadcasts, such as broadcast_add",
    }
    return register(name, *aliases)(type(name, (Arithmetic,), body))


def broadcast(
    name: str,
    function: Callable[[Array, Array], Array],
    doc: str,
    *aliases: str,
    blocks_gradient: bool = False,
    precision: Precision = WIDEST,
) -> type[Op]:
    """Register an element-wise operator of two inputs that broadcast against each other."""

    def lower(self: Op, ctx: LowerContext, lhs: Array, rhs: Array) -> tuple[Array, ...]:
        return (back_to(lhs.dtype, function(*jnp.broadcast_arrays(lhs, rhs))),)

    doc = f"{doc}, broadcast.\n\nlhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)"
    body = {"__doc__": doc, "lower": lower, "blocks_gradient": blocks_gradient, "precision": precision}
    return register(name, *aliases)(type(name, (Broadcasting,), body))


def scalar(
    name: str,
    function: Callable[[Array, Any], Array],
    doc: str,
    *aliases: str,
    blocks_gradient: bool = False,
    precision: Precision = ANY,
) -> type[Op]:
    """Register an element-wise operator of a tensor and the attribute ``scalar``."""
    doc = (
        f"{doc}\n\ndata (any shape) -> output (same shape)\n\nAttributes:\n"
        "    scalar: the number; an integer tensor truncates it.\n"
        "    is_int: with False, an integer tensor becomes float64 instead."
    )
    body = {
        "__doc__": doc,
        "function": staticmethod(function),
        "blocks_gradient": blocks_gradient,
        "precision": precision,
    }
    return register(name, *aliases)(type(name, (WithScalar,), body))
