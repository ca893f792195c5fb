"""Operators, one file per family. Importing this package fills the registry of `symgraph.ir.op`."""

from symgraph.ops import activation, fully_connected  # noqa: F401
