"""`DataIter`: what all iterators over batches have in common, for users to derive from."""

from __future__ import annotations

from typing import Any

from symgraph.train.io.description import DataBatch

AT_END = "the iterator is at its end; call its reset() to begin again"
"""What an iterator says that is asked for a batch where there is none."""


class DataIter:
    """An iterator over the batches of an epoch; `reset` begins the next one.

    A subclass overrides `next`, or the hooks that it is made of: `iter_next`, `getdata`, `getlabel`, `getpad` and
    `getindex`. It has attributes or properties `provide_data` and `provide_label`, lists of `DataDesc`.

    Args:
        batch_size: number of examples in a batch.

    >>> import symgraph as mx
    >>> class Counting(mx.io.DataIter):
    ...     def reset(self):
    ...         self.count = 0
    ...     def iter_next(self):
    ...         self.count += 1
    ...         return self.count <= 2
    ...     def getdata(self):
    ...         return [mx.nd.full((self.batch_size,), self.count)]
    >>> batches = Counting(batch_size=3)
    >>> batches.reset()
    >>> [batch.data[0].asnumpy().tolist() for batch in batches]
    [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    """

    def __init__(self, batch_size: int = 0):
        self.batch_size = batch_size

    def __iter__(self) -> DataIter:
        return self

    def __next__(self) -> Any:
        return self.next()

    def reset(self) -> None:
        """Begin again with the first batch."""

    def next(self) -> Any:
        """The next batch.

        Raises:
            StopIteration: there is none.
        """
        if self.iter_next():
            return DataBatch(data=self.getdata(), label=self.getlabel(), pad=self.getpad(), index=self.getindex())
        raise StopIteration(AT_END)

    def iter_next(self) -> Any:
        """Go on to the next batch; whether there is one."""

    def getdata(self) -> Any:
        """The arrays of the present batch."""

    def getlabel(self) -> Any:
        """The labels of the present batch."""

    def getindex(self) -> Any:
        """Which examples the present batch holds; ``None`` if that is not known."""
        return None

    def getpad(self) -> Any:
        """Number of examples at the end of the present batch that only fill it up."""
