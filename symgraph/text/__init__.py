"""``mx.contrib.text``: vocabularies, and vectors of their tokens from files."""

from symgraph.text import counting, embedding, vocab

utils = counting

__all__ = ["embedding", "utils", "vocab"]
