"""Python's operators on symbols: element-wise between symbols, scalar operators with numbers.

As in MXNet, ``a + b`` of symbols does not broadcast; use ``mx.sym.broadcast_add`` for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symgraph.frontend.compose import create
from symgraph.ir.op import find_op

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
    raise TypeError(f"type {type(other)} not supported: a Symbol goes with Symbols and numbers.")
