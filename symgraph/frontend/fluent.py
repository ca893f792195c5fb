"""Methods of Symbol that are operators (``x.exp()`` is ``mx.sym.exp(x)``), and those that only an NDArray can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from symgraph.errors import NotImplementedForSymbol, boundary, no_attribute
from symgraph.frontend.compose import create
from symgraph.ir.fluent import FLUENT_METHODS, Methods
from symgraph.ir.registry import find_op
from symgraph.runtime.values import as_integers

_NEED_VALUES = ("as_in_context", "asnumpy", "asscalar", "backward", "copy", "detach", "wait_to_read")


_INSTEAD = {
    **dict.fromkeys(
        ("shape", "ndim", "size"), "shapes follow from those of the arguments: symbol.infer_shape(data=(32, 64))"
    ),
    "dtype": "types follow from those of the arguments: symbol.infer_type(data='float32')",
    "context": "a Symbol has a device once it is bound: symbol.simple_bind(mx.cpu(), data=(32, 64))",
    "forward": "an executor has it: executor = symbol.simple_bind(mx.cpu(), data=(32, 64))",
    "outputs": "an executor has them, and list_outputs() their names",
    "grad": "executor.grad_dict has the gradients after backward, and symbol.gradient declares them",
    "T": "x.transpose() reverses the axes",
}
"""What people look for in a Symbol, and where it is."""


class Fluent(Methods):
    """What Symbol inherits. Methods that take exactly what their operator takes are installed below the class."""

    __slots__ = ()

    if not TYPE_CHECKING:  # a type checker knows which methods there are

        def __getattr__(self, name: str) -> Any:
            if name in _INSTEAD:
                raise no_attribute(f"a Symbol has no '{name}': {_INSTEAD[name]}.", name)
            raise no_attribute(f"'Symbol' object has no attribute '{name}'", name, self)

    def astype(self, *args: Any, **kwargs: Any) -> Self:
        """``mx.sym.cast`` of this symbol."""
        return _apply(self, "cast", *args, **kwargs)

    def diag(self, k: int = 0, **kwargs: Any) -> Self:  # type: ignore[override]  # as in MXNet
        """``mx.sym.diag`` of this symbol."""
        return _apply(self, "diag", k=k, **kwargs)

    def expand_dims(self, axis: int, inplace: bool = False, **kwargs: Any) -> Self:
        """``mx.sym.expand_dims`` of this symbol; `inplace` is of importance to NDArrays only."""
        return _apply(self, "expand_dims", axis=axis, **kwargs)

    def flatten(self, inplace: bool = False, **kwargs: Any) -> Self:
        """``mx.sym.flatten`` of this symbol; `inplace` is of importance to NDArrays only."""
        return _apply(self, "flatten", **kwargs)

    def split_v2(self, indices_or_sections: int | Sequence[int], axis: int = 0, squeeze_axis: bool = False) -> Self:
        """Cut along an axis into equal sections, or before the given indices."""
        if isinstance(indices_or_sections, (int, np.integer)):
            indices, sections = [], indices_or_sections
        else:
            indices, sections = [0, *as_integers(indices_or_sections, "split_v2: indices_or_sections")], 0
        return _apply(self, "_split_v2", indices=indices, axis=axis, squeeze_axis=squeeze_axis, sections=sections)

    def squeeze(self, axis: int | Sequence[int] | None = None, inplace: bool = False, **kwargs: Any) -> Self:
        """``mx.sym.squeeze`` of this symbol; `inplace` is of importance to NDArrays only."""
        return _apply(self, "squeeze", axis=axis, **kwargs)


def _apply(symbol: Any, alias: str, *args: Any, **kwargs: Any) -> Any:
    return create(type(symbol), find_op(alias), alias, (symbol, *args), kwargs)


def _operator(alias: str) -> Callable[..., Any]:
    def method(self: Fluent, *args: Any, **kwargs: Any) -> Any:
        with boundary:
            return _apply(self, alias, *args, **kwargs)

    method.__name__, method.__qualname__ = alias, f"Symbol.{alias}"
    method.__doc__ = f"``mx.sym.{alias}`` of this symbol."
    return method


def _needs_values(name: str) -> Callable[..., Any]:
    def method(self: Fluent, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedForSymbol(f"Symbol.{name}")

    method.__name__, method.__qualname__ = name, f"Symbol.{name}"
    method.__doc__ = "Raises `NotImplementedForSymbol`: a symbol has no values until it runs."
    return method


for _name in FLUENT_METHODS:
    if _name not in vars(Fluent):
        setattr(Fluent, _name, _operator(_name))
for _name in _NEED_VALUES:
    setattr(Fluent, _name, _needs_values(_name))
