"""``mx.contrib``: mixed precision, vectors of tokens, and MXNet's older way to ``mx.sym.contrib`` and ``mx.nd.contrib``.

>>> import symgraph as mx
>>> mx.contrib.sym.box_iou is mx.sym.contrib.box_iou
True
"""

from __future__ import annotations

from symgraph import amp, text
from symgraph.nd import contrib as nd
from symgraph.sym import contrib as sym

ndarray = nd
symbol = sym

__path__: list[str] = []
"""A package, as in MXNet, of which nothing is looked for in folders."""

__all__ = ["amp", "nd", "ndarray", "sym", "symbol", "text"]
