"""`RNNParams`: the variables of a cell, which several cells may share."""

from __future__ import annotations

from typing import Any

from symgraph.frontend.symbol import Symbol
from symgraph.frontend.variables import Variable


class RNNParams:
    """Variables by name: each is made when it is first asked for, and the same one is given from then on.

    Args:
        prefix: what all their names begin with.

    >>> import symgraph as mx
    >>> params = mx.rnn.RNNParams("shared_")
    >>> first, second = (mx.rnn.GRUCell(4, prefix=f"layer{i}_", params=params) for i in range(2))
    >>> first.params.get("i2h_weight") is second.params.get("i2h_weight")
    True
    """

    def __init__(self, prefix: str = ""):
        self._prefix = prefix
        self._params: dict[str, Symbol] = {}

    def get(self, name: str, **kwargs: Any) -> Symbol:
        """The variable of that name, which is given without the prefix; `kwargs` are those of ``mx.sym.Variable``."""
        name = self._prefix + name
        if name not in self._params:
            self._params[name] = Variable(name, **kwargs)
        return self._params[name]
