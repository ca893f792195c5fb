"""`ResizeIter`: another number of batches in an epoch."""

from __future__ import annotations

from typing import Any

from symgraph.errors import DataError, described
from symgraph.train.io.passing_iter import PassingIter
from symgraph.train.io.sources import whole_number


class ResizeIter(PassingIter):
    """An iterator with a given number of batches in an epoch; another one is begun again where that is more than it has.

    Args:
        data_iter: where batches come from.
        size: number of batches in an epoch.
        reset_internal: begin `data_iter` again with every epoch; otherwise an epoch goes on where the last one ended.

    >>> import symgraph as mx
    >>> batches = mx.io.ResizeIter(mx.io.NDArrayIter(mx.nd.arange(4), batch_size=2), 3)
    >>> [batch.data[0].asnumpy().tolist() for batch in batches]
    [[0.0, 1.0], [2.0, 3.0], [0.0, 1.0]]
    """

    def __init__(self, data_iter: Any, size: int, reset_internal: bool = True):
        super().__init__()
        if not hasattr(data_iter, "provide_data") or not hasattr(data_iter, "next"):
            raise DataError(f"ResizeIter: expected an iterator such as NDArrayIter, given {described(data_iter)}.")
        self.data_iter = data_iter
        self.size = whole_number(size, "ResizeIter: size")
        self.reset_internal = reset_internal
        self.cur = 0
        self.provide_data = data_iter.provide_data
        self.provide_label = data_iter.provide_label
        self.batch_size = data_iter.batch_size
        if hasattr(data_iter, "default_bucket_key"):
            self.default_bucket_key = data_iter.default_bucket_key

    def reset(self) -> None:
        """Begin the next epoch."""
        self.cur = 0
        if self.reset_internal:
            self.data_iter.reset()

    def iter_next(self) -> bool:
        """Go on to the next batch; whether there is one.

        Raises:
            DataError: `data_iter` has none, even after it began again.
        """
        if self.cur == self.size:
            return False
        try:
            self.current_batch = self.data_iter.next()
        except StopIteration:
            self.data_iter.reset()
            try:
                self.current_batch = self.data_iter.next()
            except StopIteration:
                raise DataError(
                    f"ResizeIter: {type(self.data_iter).__name__} has no batches, so that there are not {self.size}."
                ) from None
        self.cur += 1
        return True
