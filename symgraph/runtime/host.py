"""`HostAccess`: what a cell is, its copies, and how its values reach Python, NumPy, JAX, DLPack and pickle."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self

import jax
import numpy as np

from symgraph.errors import ArgumentTypeError, ArgumentValueError, boundary, described, no_attribute
from symgraph.ir.shape import show
from symgraph.runtime.cell import Cell, Shape
from symgraph.runtime.context import Context, as_context, or_cpu
from symgraph.runtime.copies import duplicate, lend, place
from symgraph.runtime.failures import failed
from symgraph.runtime.values import require_dense

_AUTOGRAD = "there is no mx.autograd; make a symbol of the computation, and use executor.backward or Symbol.gradient"
_ABSENT = {
    **dict.fromkeys(("attach_grad", "backward", "grad"), _AUTOGRAD),
    "as_np_ndarray": "there are no arrays of mx.np; asnumpy() gives NumPy's",
}
"""Attributes of MXNet's arrays that ours lack, and why."""

_REFUSING = (".core", ".dtypes", ".pjit")
"""Modules of JAX that look for ``__jax_array__`` and do not call it: where there is one, they raise, and know of no `.jax`.
Should others look for it one day, JAX's own message comes."""


class HostAccess(Cell):
    """The part of NDArray that needs no operator: what it is, and its values for other libraries."""

    __slots__ = ()
    __array_priority__ = 1000.0
    __hash__ = object.__hash__
    writable: ClassVar[bool] = True
    stype: ClassVar[str] = "default"

    # -- what it is ---------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Shape:
        """Length of every axis."""
        return self._shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self._shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self._shape)

    @property
    def dtype(self) -> type[np.generic]:
        """The element type as a NumPy scalar type, e.g. ``numpy.float32``."""
        return self._dtype.type

    @property
    def context(self) -> Context:
        """The device the array lives on."""
        return self._context

    ctx = context

    def __len__(self) -> int:
        if not self._shape:
            raise ArgumentTypeError("len() of an NDArray without axes.")
        return self._shape[0]

    def __repr__(self) -> str:
        shape = "x".join(map(str, self._shape))
        return f"\n{self.asnumpy()}\n<{type(self).__name__} {shape} @{self._context}>"

    # -- copies -------------------------------------------------------------------------------------------------------

    def copy(self) -> Self:
        """A copy on the same context."""
        return self._copied(self._context)

    @boundary
    def as_in_context(self, context: Context | str) -> Self:
        """The array itself if it is on `context`, else a copy there."""
        if isinstance(context, str):
            context = as_context(context)
        if not isinstance(context, Context):
            raise ArgumentTypeError(f"as_in_context needs a Context, given {described(context)}.")
        return self if context == self._context else self._copied(context)

    def tostype(self, stype: str) -> Self:
        """A copy in another storage type, of which only ``"default"`` (dense) exists."""
        require_dense(stype)
        return self.copy()

    def detach(self) -> Self:
        """A view of the whole array, without its history of gradients."""
        return self.window(0, self._shape)

    def as_nd_ndarray(self) -> Self:
        """The array itself: it is no ``mx.np`` array."""
        return self

    def _copied(self, context: Context) -> Self:
        return type(self)(duplicate(self.jax, context), context)

    if not TYPE_CHECKING:  # a type checker knows which methods there are

        def __getattr__(self, name: str) -> Any:
            if name in _ABSENT:
                raise no_attribute(f"an NDArray has no '{name}': {_ABSENT[name]}.", name)
            raise no_attribute(f"'{type(self).__name__}' object has no attribute '{name}'", name, self)

    # -- values to and from elsewhere ---------------------------------------------------------------------------------

    @boundary
    def asnumpy(self) -> np.ndarray:
        """The values as a NumPy array of their own, which may be written."""
        return np.array(self._computed())

    @boundary
    def asscalar(self) -> Any:
        """The only value of an array of size 1, as a NumPy scalar."""
        if self.size != 1:
            raise ArgumentValueError(
                f"an NDArray of shape {show(self._shape)} is not a scalar; index one element first."
            )
        return np.asarray(self._computed()).reshape(())[()]

    def __bool__(self) -> bool:
        if self.size > 1:
            raise ArgumentValueError(
                f"the truth value of an NDArray with several elements (shape {show(self._shape)}) is ambiguous; "
                "reduce it first, e.g. with sum()."
            )
        return bool(self.asscalar()) if self.size else False

    @boundary
    def __float__(self) -> float:
        return float(self.asscalar())

    def __int__(self) -> int:
        return int(self.asscalar())

    def __index__(self) -> int:
        if self._dtype.kind not in "iu":
            raise ArgumentTypeError(f"an NDArray of dtype {self._dtype.name} cannot be an index; use astype('int64').")
        return int(self.asscalar())

    @boundary
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ArgumentValueError("an NDArray cannot be seen as a NumPy array without a copy: use asnumpy().")
        return np.array(self._computed(), dtype=dtype)

    @property
    def __jax_array__(self) -> Callable[[], jax.Array]:
        package, _, module = str(sys._getframe(1).f_globals.get("__name__")).partition(".")
        with boundary:
            if package == "jax" and module.endswith(_REFUSING):
                raise ArgumentValueError(
                    "a function of JAX was given an NDArray, which is a place that holds a JAX array: give it what it holds, "
                    "array.jax; for arrays by name, {name: array.jax for name, array in arrays.items()}."
                )
        return lambda: self.jax

    def __dlpack__(self, **options: Any) -> Any:
        return self.jax.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.jax.__dlpack_device__()  # type: ignore[attr-defined]

    def to_dlpack_for_read(self) -> Any:
        """A DLPack capsule of the current values, which its consumer must not write."""
        return self.jax.__dlpack__()

    def to_dlpack_for_write(self) -> Any:
        """A DLPack capsule of memory that only this array uses: it shows the consumer's writes until it is written."""
        self.rebind(duplicate(self.jax, self._context))
        return lend(self.jax)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.asnumpy(), self._context)

    @boundary
    def wait_to_read(self) -> None:
        """Return when the value has been computed; errors of the computation are raised here."""
        self._computed()

    def _computed(self) -> jax.Array:
        """The value once it is there. One whose computation failed must not be read: on the CPU XLA ends the process.

        Raises:
            MXNetError: the computation failed; an OutOfMemoryError, for want of memory.
        """
        try:
            value = self.jax.block_until_ready()
        except jax.errors.JaxRuntimeError as error:
            raise failed(f"the value of an NDArray of shape {show(self._shape)} was not computed", error) from error
        return value


def _restore(cls: type[HostAccess], values: np.ndarray, context: Context) -> HostAccess:
    """Unpickle; an array from a device that this machine lacks comes to the CPU."""
    context = or_cpu(context)
    return cls(place(values, values.dtype, context), context)
