"""`NDArray`: a mutable array on a context, with Python's operators and MXNet's methods, and calls of operators on it.

Storage, views and promised values are `symgraph.runtime.cell`; keys are `symgraph.runtime.indexing`. Here is what needs
operators: every computation goes through `invoke`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import jax
import numpy as np

import symgraph.ops  # noqa: F401 - fills the registry that names are looked up in
from symgraph.errors import (
    ArgumentTypeError,
    CompositionError,
    DeviceError,
    DTypeError,
    ShapeError,
    advice,
    boundary,
    counted,
    described,
    undefined,
)
from symgraph.ir.dtype import FLOAT32, as_dtype
from symgraph.ir.fluent import FLUENT_METHODS, Methods
from symgraph.ir.op import Op
from symgraph.ir.registry import find_op
from symgraph.ir.shape import show
from symgraph.ir.signature import read_call
from symgraph.runtime import imperative, indexing
from symgraph.runtime.cell import Shape
from symgraph.runtime.context import Context, as_context
from symgraph.runtime.copies import cast, duplicate, held, spread
from symgraph.runtime.host import HostAccess
from symgraph.runtime.values import as_integers, host_values

Number = (int, float, np.generic)
"""Types that stand for a scalar next to an NDArray."""


Method = Callable[["NDArray", Any], "NDArray"]


def _family(name: str) -> tuple[Method, Method, Method]:
    """The methods ``array ? other``, ``other ? array`` and ``array ?= other`` of a binary operator."""

    def forward(self: NDArray, other: Any) -> NDArray:
        return binary(name, self, other)

    def reflected(self: NDArray, other: Any) -> NDArray:
        return binary(name, other, self)

    def in_place(self: NDArray, other: Any) -> NDArray:
        return binary(name, self, other, out=self)

    return boundary(forward), boundary(reflected), boundary(in_place)


class NDArray(Methods, HostAccess):
    """A mutable array of fixed shape and dtype on a context.

    Made by `array`, `zeros`, operators and executors rather than by hand. Slices of consecutive elements and `reshape`
    share memory with the array they come from; everything else is a copy.

    >>> import symgraph as mx
    >>> a = mx.nd.zeros((2, 3))
    >>> a[1] += 1
    >>> a.asnumpy().tolist()
    [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    """

    __slots__ = ()

    # -- copies -------------------------------------------------------------------------------------------------------

    def copyto(self, other: NDArray | Context) -> NDArray:
        """Copy the values into another array of the same shape (and any dtype), or into a new one on a context."""
        if isinstance(other, Context):
            return self._copied(other)
        if not isinstance(other, NDArray):
            raise ArgumentTypeError(f"copyto needs an NDArray or a Context, given {described(other)}.")
        if other._shape != self._shape:
            raise ShapeError(f"copyto: given {show(other._shape)} to copy into, expected {show(self._shape)}.")
        if other is not self:
            other.rebind(held(self.astype(other._dtype, copy=False).jax, other._context))
        return other

    def astype(self, dtype: Any, copy: bool = True) -> NDArray:
        """The values as another dtype (``None``: float32), fractions cut off. With ``copy=False``, itself if it has it."""
        wanted = FLOAT32 if dtype is None else as_dtype(dtype)
        if wanted == self._dtype:
            return self.copy() if copy else self
        return invoke(find_op("Cast").from_values(dtype=wanted), [self])

    # -- other shapes -------------------------------------------------------------------------------------------------

    @boundary
    def reshape(self, *shape: Any, **kwargs: Any) -> NDArray:
        """A view with another shape.

        Args:
            shape: the new shape; 0 keeps a dimension, -1 infers one, -2 keeps all that remain, -3 merges two,
                -4 splits one into the two that follow. Also as one tuple, or by keyword.
            reverse: read the shape from right to left.
        """
        unknown = set(kwargs) - {"shape", "reverse"}
        if unknown:
            raise ArgumentTypeError(f"reshape: unknown keyword {min(unknown)!r}; known are 'shape' and 'reverse'.")
        if not shape and "shape" not in kwargs:
            raise ShapeError("reshape: give the new shape.")
        wanted = as_integers(shape[0] if len(shape) == 1 else shape or kwargs["shape"], "reshape: the shape")
        return self.window(0, _reshaped(self._shape, wanted, bool(kwargs.get("reverse", False))))

    @property
    def T(self) -> NDArray:
        """A copy with the axes in reverse order."""
        return invoke_by_name("transpose", (self,), {})

    def flatten(self, inplace: bool = False) -> NDArray:
        """All axes but the first as one; a view if `inplace`."""
        return self.reshape((0, -1)) if inplace and self.ndim > 1 else invoke_by_name("Flatten", (self,), {})

    def expand_dims(self, axis: int, inplace: bool = False) -> NDArray:
        """With a new axis of length 1 at `axis`; a view if `inplace`."""
        return self._same_elements(find_op("expand_dims").from_values(axis=axis), inplace)

    def squeeze(self, axis: int | Sequence[int] | None = None, inplace: bool = False) -> NDArray:
        """Without axes of length 1: those given, or all; a view if `inplace`."""
        return self._same_elements(find_op("squeeze").from_values(axis=axis), inplace)

    def _same_elements(self, op: Op, inplace: bool) -> NDArray:
        if not inplace:
            return invoke(op, [self])
        return self.window(0, imperative.check(op, (self._shape,), (self._dtype,)).shapes[0])

    def broadcast_to(self, shape: Sequence[int]) -> NDArray:  # type: ignore[override]  # as in MXNet
        """Repeated along axes of length 1, and new leading axes, up to `shape`."""
        shape = as_integers(shape, "broadcast_to: the shape")
        lead = len(shape) - self.ndim
        padded = self.reshape((1,) * lead + self._shape) if lead > 0 else self
        return invoke(find_op("broadcast_to").from_values(shape=shape), [padded])

    def broadcast_like(self, other: NDArray) -> NDArray:  # type: ignore[override]  # as in MXNet
        """`broadcast_to` the shape of another array."""
        return self.broadcast_to(require_array(other, "broadcast_like: the argument").shape)

    def split_v2(
        self, indices_or_sections: int | Sequence[int], axis: int = 0, squeeze_axis: bool = False
    ) -> NDArray | list[NDArray]:
        """See `symgraph.runtime.creation.split_v2`."""
        return split_v2(self, indices_or_sections, axis, squeeze_axis)

    # -- elements -----------------------------------------------------------------------------------------------------

    def __getitem__(self, key: Any) -> NDArray:
        index = indexing.parse(key, self._shape)
        if isinstance(index, indexing.Region):
            start = index.flat_start(self._shape)
            if start is not None:
                return self.window(start, index.shape)
        return NDArray(indexing.read(self.jax, index), self._context)

    def __setitem__(self, key: Any, value: Any) -> None:
        index = indexing.parse(key, self._shape)
        new = indexing.fit(self._operand(value), index.shape)
        if (
            isinstance(index, indexing.Region)
            and index.flat_start(self._shape) == 0
            and self.size == math.prod(index.shape)
        ):
            is_ours = isinstance(value, NDArray) and new.shape == index.shape
            found = held(new, self._context) if is_ours else spread(new, index.shape, self._context)
            self.rebind(found if found.shape == self._shape else found.reshape(self._shape))
        else:
            self.rebind(indexing.write(self.jax, index, np.array(new) if isinstance(new, np.ndarray) else new))

    def _operand(self, value: Any) -> Any:
        """`value` as an array of this dtype for this context; NumPy arrays must be copied, as JAX reads them later."""
        if isinstance(value, NDArray):
            return value.as_in_context(self._context).astype(self._dtype, copy=False).jax
        return cast(host_values(value), self._dtype)

    def __iter__(self) -> Iterator[NDArray]:
        return (self[i] for i in range(len(self)))

    def slice_assign(self, rhs: NDArray, begin: Sequence, end: Sequence, step: Sequence) -> NDArray:
        """Write `rhs` into the slice and return the array."""
        self[tuple(map(slice, begin, end, step or (None,) * len(begin)))] = rhs
        return self

    def slice_assign_scalar(self, value: float, begin: Sequence, end: Sequence, step: Sequence) -> NDArray:
        """Write a number into the slice and return the array."""
        self[tuple(map(slice, begin, end, step or (None,) * len(begin)))] = value
        return self

    # -- operators ----------------------------------------------------------------------------------------------------

    __add__, __radd__, __iadd__ = _family("broadcast_add")
    __sub__, __rsub__, __isub__ = _family("broadcast_sub")
    __mul__, __rmul__, __imul__ = _family("broadcast_mul")
    __truediv__, __rtruediv__, __itruediv__ = _family("broadcast_div")
    __mod__, __rmod__, __imod__ = _family("broadcast_mod")
    __pow__, __rpow__, _ = _family("broadcast_power")
    __matmul__ = __rmatmul__ = undefined("a @ b", "mx.nd.dot(a, b)")
    __floordiv__ = __rfloordiv__ = undefined("a // b", "mx.nd.floor(a / b)")
    __eq__, _, _ = _family("broadcast_equal")  # type: ignore[assignment]
    __ne__, _, _ = _family("broadcast_not_equal")  # type: ignore[assignment]
    __lt__, _, _ = _family("broadcast_lesser")
    __le__, _, _ = _family("broadcast_lesser_equal")
    __gt__, _, _ = _family("broadcast_greater")
    __ge__, _, _ = _family("broadcast_greater_equal")
    __hash__ = object.__hash__
    del _

    def __neg__(self) -> NDArray:
        return binary("broadcast_mul", self, -1.0)

    def __abs__(self) -> NDArray:
        return invoke_by_name("abs", (self,), {})


def _reshaped(shape: Shape, wanted: tuple[int, ...], reverse: bool) -> Shape:
    """What MXNet's shape codes make of `shape`."""
    if wanted == ():
        if math.prod(shape) == 1:
            return ()
        raise ShapeError(
            f"reshape: an array of shape {show(shape)} has {math.prod(shape)} elements, shape () only one."
        )
    op = find_op("Reshape").from_values(shape=wanted, reverse=reverse)
    return imperative.check(op, (shape,), (np.dtype(np.float32),)).shapes[0]


def split_v2(
    ary: NDArray, indices_or_sections: int | Sequence[int], axis: int = 0, squeeze_axis: bool = False
) -> NDArray | list[NDArray]:
    """Cut along an axis into equal sections, or at given indices.

    Args:
        indices_or_sections: how many sections, which must divide the axis; or where each but the first part starts.
        squeeze_axis: drop the axis, which must then have length 1 in every part.
    """
    require_array(ary, "split_v2: the first argument")
    if not -ary.ndim <= axis < ary.ndim:
        raise ShapeError(f"split_v2: axis {axis} is outside of an array of shape {show(ary._shape)}.")
    if isinstance(indices_or_sections, (int, np.integer)):
        sections, dim = int(indices_or_sections), ary.shape[axis]
        if sections < 1 or dim % sections:
            raise ShapeError(f"split_v2: {sections} equal sections were asked for, but axis {axis} has length {dim}.")
        starts = [i * (dim // sections) for i in range(sections)]
    else:
        starts = [0, *as_integers(indices_or_sections, "split_v2: indices_or_sections")]
    op = find_op("_split_v2").from_values(indices=tuple(starts), axis=axis, squeeze_axis=squeeze_axis)
    return invoke(op, [ary])


def require_array(value: Any, what: str) -> NDArray:
    """`value`, or a `CompositionError` if it is no NDArray; `what` says in the message where it was given."""
    if not isinstance(value, NDArray):
        raise CompositionError(f"{what} must be an NDArray, given {described(value)}{advice(value, NDArray)}")
    return value


# -- calls of operators -----------------------------------------------------------------------------------------------

OPTIONS = ("out", "name")
"""What functions of ``mx.nd`` understand besides tensors and attributes, in order: see `invoke`; ``name`` is ignored."""


def invoke(op: Op, inputs: Sequence[NDArray | np.ndarray], out: Any = None, ctx: Context | None = None) -> Any:
    """Run one operator.

    Args:
        inputs: one per input slot; auxiliary states get their new values. NumPy arrays are constants.
        out: array, or list of arrays, that takes the outputs.
        ctx: where to run an operator without inputs; by default where its attribute ``ctx`` says, or as is current.

    Returns:
        `out`, or the visible outputs: an array, or a list if there are several.

    Raises:
        ShapeError, DTypeError: the operator cannot work on the inputs, or `out` does not fit.
        DeviceError: inputs lie on different kinds of devices.
    """
    first = next((x for x in inputs if isinstance(x, NDArray)), None)
    context = first._context if first is not None else ctx or as_context(getattr(op, "ctx", None))
    arrays = [_on(op, x, context) if isinstance(x, NDArray) else x for x in inputs]
    if out is not None and op.complete is not None:
        cells = out if isinstance(out, (list, tuple)) else (out,)
        op = imperative.completed(op, arrays, [cell for cell in cells if isinstance(cell, NDArray)])
    results = imperative.run(op, arrays, context)
    visible = op.visible_outputs()
    if out is not None:
        _store(op, results[:visible], out, context)
    if slots := op.state_slots():
        for slot, value in zip(slots, results[len(op.outputs()) :], strict=True):
            _put(value, inputs[slot], context)
    if out is not None:
        return out
    if visible == 1:
        return NDArray(results[0], context)
    return [NDArray(value, context) for value in results[:visible]]


def _on(op: Op, array: NDArray, context: Context) -> jax.Array:
    """The value of an input on `context`; CPU contexts share memory, other devices are not mixed."""
    if array._context == context or array._context.jax_device == context.jax_device:
        return array.jax
    if array._context.platform != context.platform:
        raise DeviceError(
            f"{op.name}: inputs lie on {context} and {array._context}; copy one with as_in_context({context})."
        )
    return duplicate(array.jax, context)


def _store(op: Op, results: Sequence[jax.Array], out: Any, context: Context) -> None:
    cells = list(out) if isinstance(out, (list, tuple)) else [out]
    if len(cells) != len(results):
        raise CompositionError(
            f"{op.name}: 'out' has {counted(len(cells), 'array')}, but the operator has {counted(len(results), 'output')}."
        )
    for cell, value in zip(cells, results, strict=True):
        require_array(cell, f"{op.name}: 'out'")
        if cell._shape != value.shape or cell._dtype != value.dtype:
            raise (DTypeError if cell._shape == value.shape else ShapeError)(
                f"{op.name}: 'out' has shape {show(cell._shape)} and dtype {cell._dtype.name}, but the output has "
                f"{show(value.shape)} and {value.dtype.name}."
            )
    for cell, value in zip(cells, results, strict=True):
        _put(value, cell, context)


def _put(value: jax.Array, cell: Any, context: Context) -> None:
    """Store a value that lies on `context` in an array that may lie elsewhere."""
    cell.rebind(value if cell._context == context else duplicate(value, cell._context))


def invoke_by_name(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """`invoke_call` of the operator registered under `name`."""
    return invoke_call(find_op(name), args, kwargs)


def invoke_call(cls: type[Op], args: Sequence[Any], kwargs: Mapping[str, Any]) -> NDArray | list[NDArray]:
    """Call an operator as its function in ``mx.nd`` does.

    Besides tensors and attributes, it takes `OPTIONS`.
    """
    call = read_call(cls, args, kwargs, NDArray, OPTIONS)
    call.require_inputs(cls)
    op = cls.from_values(**call.attrs)
    given, slots = call.by_slot(op), op.inputs()
    missing = [slot for slot in slots if slot not in given]
    if missing:
        raise CompositionError(f"{cls.name} takes the inputs {', '.join(slots)}: {', '.join(missing)} missing.")
    return invoke(op, [given[slot] for slot in slots], call.options.get("out"))


@cache
def _plain(name: str) -> Op:
    """An operator without attributes."""
    return find_op(name).from_strings({})


def binary(name: str, lhs: Any, rhs: Any, out: NDArray | None = None) -> NDArray:
    """A broadcasting operator on two arrays, or an array and a number, which takes the array's dtype.

    A number enters the program as an array of rank 0, so that programs are compiled per operator and not per value.
    """
    if isinstance(lhs, NDArray) and isinstance(rhs, NDArray):
        return invoke(_plain(name), [lhs, rhs], out)
    on_left = isinstance(lhs, NDArray)
    array, number = (lhs, rhs) if on_left else (rhs, lhs)
    if not isinstance(number, Number):
        ending = "; ask for None with 'is None'." if number is None else advice(number, NDArray)
        raise DTypeError(f"{name} takes an NDArray and an NDArray or a number, given {described(number)}{ending}")
    if array._dtype == np.bool_:
        array = array.astype(np.int64)
    scalar = np.asarray(number)
    if scalar.dtype == object:
        scalar = np.asarray(float(number))
    scalar = cast(scalar, array._dtype)
    return invoke(_plain(name), [array, scalar] if on_left else [scalar, array], out)


def _fluent(name: str) -> Callable[..., Any]:
    def method(self: NDArray, *args: Any, **kwargs: Any) -> Any:
        with boundary:
            return invoke_by_name(name, (self, *args), kwargs)

    method.__name__, method.__qualname__ = name, f"NDArray.{name}"
    method.__doc__ = f"``mx.nd.{name}`` of this array."
    return method


for _name in FLUENT_METHODS:
    if _name not in vars(NDArray):
        setattr(NDArray, _name, _fluent(_name))
