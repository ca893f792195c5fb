"""``mx.nd``, also ``mx.ndarray``: arrays, and every operator as a function that runs at once."""

from __future__ import annotations

import sys

import symgraph.frontend.custom
import symgraph.ops  # noqa: F401
from symgraph.frontend import random as drawing
from symgraph.frontend import updates
from symgraph.frontend.functions import populate
from symgraph.frontend.kinds import ARRAYS
from symgraph.runtime import control, creation, finite
from symgraph.runtime.creation import *  # noqa: F403
from symgraph.runtime.creation import __all__ as _creation
from symgraph.runtime.ndarray import OPTIONS, NDArray, invoke_call, split_v2
from symgraph.runtime.params import load, load_frombuffer, save

__all__ = [*_creation, "NDArray", "load", "load_frombuffer", "save", "split_v2"]

populate(
    sys.modules[__name__],
    lambda cls, alias, args, kwargs: invoke_call(cls, args, kwargs),
    OPTIONS,
    {
        "contrib": (
            control.foreach,
            control.while_loop,
            control.cond,
            *drawing.contrib_functions(ARRAYS),
            *updates.of_one_weight(ARRAYS),
            *updates.of_several_weights(ARRAYS),
            *finite.FUNCTIONS,
        ),
        "random": drawing.functions(ARRAYS),
        "sparse": (creation.add, creation.subtract, creation.multiply, creation.divide),
    },
)
