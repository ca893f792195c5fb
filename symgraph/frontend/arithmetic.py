"""Python's operators on symbols: element-wise between symbols, scalar operators with numbers.

As in MXNet, ``a + b`` of symbols does not broadcast; use ``mx.sym.broadcast_add`` for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symgraph.errors import CompositionError, NotImplementedForSymbol, advice, described, undefined
from symgraph.frontend.compose import create
from symgraph.ir.registry import find_op

Method = Callable[[Any, Any], Any]
_NUMBER = (int, float, np.number, np.bool_)


def operators(symbols: str, number_right: str, number_left: str) -> tuple[Method, Method]:
    """A method and its reflected form, by the operators for two symbols, ``symbol ∘ number`` and ``number ∘ symbol``."""

    def method(self: Any, other: Any) -> Any:
        return _apply(self, other, symbols, number_right)

    def reflected(self: Any, other: Any) -> Any:
        return _apply(self, other, symbols, number_left)

    return method, reflected


def comparison(symbols: str, number: str) -> Method:
    """A comparison method, by the operators for two symbols and for a symbol and a number."""
    return operators(symbols, number, number)[0]


def _apply(self: Any, other: Any, symbols: str, number: str) -> Any:
    if isinstance(other, type(self)):
        return create(type(self), find_op(symbols), symbols, (self, other), {})
    if isinstance(other, _NUMBER):
        return create(type(self), find_op(number), number, (self,), {"scalar": other})
    ending = "; ask for None with 'is None'." if other is None else advice(other, type(self))
    raise CompositionError(f"{described(other)} is not supported: a Symbol goes with Symbols and numbers{ending}")


class Arithmetic:
    """What Symbol inherits: Python's operators."""

    __slots__ = ()
    __array_priority__ = 1000.0
    """Makes ``numpy_number * symbol`` ask the symbol, not NumPy."""

    __add__, __radd__ = operators("_Plus", "_PlusScalar", "_PlusScalar")
    __sub__, __rsub__ = operators("_Minus", "_MinusScalar", "_RMinusScalar")
    __mul__, __rmul__ = operators("_Mul", "_MulScalar", "_MulScalar")
    __truediv__, __rtruediv__ = operators("_Div", "_DivScalar", "_RDivScalar")
    __mod__, __rmod__ = operators("_Mod", "_ModScalar", "_RModScalar")
    __pow__, __rpow__ = operators("_Power", "_PowerScalar", "_rpower_scalar")
    __matmul__ = __rmatmul__ = undefined("a @ b", "mx.sym.dot(a, b)")
    __floordiv__ = __rfloordiv__ = undefined("a // b", "mx.sym.floor(a / b)")
    __iadd__, __isub__, __imul__, __itruediv__ = __add__, __sub__, __mul__, __truediv__

    __eq__ = comparison("_equal", "_equal_scalar")
    __ne__ = comparison("_not_equal", "_not_equal_scalar")
    __gt__ = comparison("_greater", "_greater_scalar")
    __ge__ = comparison("_greater_equal", "_greater_equal_scalar")
    __lt__ = comparison("_lesser", "_lesser_scalar")
    __le__ = comparison("_lesser_equal", "_lesser_equal_scalar")
    __hash__ = object.__hash__

    def __neg__(self) -> Any:
        return self * -1.0

    def __abs__(self) -> Any:
        return create(type(self), find_op("abs"), "abs", (self,), {})

    def __bool__(self) -> bool:
        raise NotImplementedForSymbol(
            "bool(Symbol)",
            "for 'if' and 'in' compare symbols by 'is', as in any(s is x for s in symbols); bind or eval other conditions",
        )

    def __float__(self) -> float:
        raise NotImplementedForSymbol("float(Symbol)")

    def __int__(self) -> int:
        raise NotImplementedForSymbol("int(Symbol)")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedForSymbol("A NumPy array of a Symbol")


def mixed(
    symbol_type: type, left: Any, right: Any, names: tuple[str, str, str], plain: Callable[[Any, Any], Any]
) -> Any:
    """A binary function of symbols and numbers.

    Args:
        names: the operators for two symbols, for ``symbol ∘ number`` and for ``number ∘ symbol``.
        plain: the function of two numbers.
    """
    if isinstance(left, symbol_type):
        return _apply(left, right, names[0], names[1])
    if isinstance(right, symbol_type):
        return _apply(right, left, names[0], names[2])
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        return plain(left, right)
    raise CompositionError(f"{described(left)} and {described(right)} are not supported: give Symbols or numbers.")
