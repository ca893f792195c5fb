"""Data: batches of examples, and iterators that give them."""

from symgraph.train.io.array_iter import NDArrayIter
from symgraph.train.io.description import DataBatch, DataDesc
from symgraph.train.io.iterator import DataIter
from symgraph.train.io.sources import named_arrays as _init_data  # noqa: F401 - users' iterators call it by MXNet's name

__all__ = ["DataBatch", "DataDesc", "DataIter", "NDArrayIter"]
