"""``mx.sym``, also ``mx.symbol``: everything that makes symbols."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import symgraph.frontend.custom
import symgraph.ops  # noqa: F401
from symgraph.frontend import control, helpers
from symgraph.frontend import random as drawing
from symgraph.frontend.compose import OPTIONS, create
from symgraph.frontend.functions import populate
from symgraph.frontend.helpers import *  # noqa: F403
from symgraph.frontend.helpers import __all__ as _helpers
from symgraph.frontend.symbol import Symbol
from symgraph.frontend.variables import Group, Variable, load, load_json

var = Variable

__all__ = [*_helpers, "Group", "Symbol", "Variable", "load", "load_json", "var"]

populate(
    sys.modules[__name__],
    lambda cls, alias, args, kwargs: create(Symbol, cls, alias, args, kwargs),
    OPTIONS,
    {
        "contrib": (
            control.foreach,
            control.while_loop,
            control.cond,
            helpers.adamw_update,
            helpers.mp_adamw_update,
            *drawing.contrib_functions(drawing.SYMBOLS),
        ),
        "random": drawing.functions(drawing.SYMBOLS),
    },
)

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...
