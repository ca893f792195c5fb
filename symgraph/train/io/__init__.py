"""Data: batches of examples, and iterators that give them."""

from symgraph.train.io.description import DataBatch, DataDesc

__all__ = ["DataBatch", "DataDesc"]
