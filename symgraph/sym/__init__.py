"""``mx.sym``, also ``mx.symbol``: everything that makes symbols."""

from __future__ import annotations

import sys

import symgraph.frontend.custom
import symgraph.ops  # noqa: F401
from symgraph.frontend import control, updates
from symgraph.frontend import random as drawing
from symgraph.frontend.compose import OPTIONS, create
from symgraph.frontend.functions import populate
from symgraph.frontend.helpers import *  # noqa: F403
from symgraph.frontend.helpers import __all__ as _helpers
from symgraph.frontend.kinds import SYMBOLS
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
            *drawing.contrib_functions(SYMBOLS),
            *updates.of_one_weight(SYMBOLS),
        ),
        "random": drawing.functions(SYMBOLS),
    },
)
