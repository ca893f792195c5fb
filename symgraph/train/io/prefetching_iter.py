"""`PrefetchingIter`: the next batch of other iterators, fetched while the present one is in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from symgraph.errors import DataError, counted, described
from symgraph.train.io.ahead import Ahead
from symgraph.train.io.description import DataBatch, DataDesc, descriptions
from symgraph.train.io.passing_iter import PassingIter

Renames = Sequence[Mapping[str, str]] | None


class PrefetchingIter(PassingIter):
    """An iterator that fetches the next batch of one or several others in threads, and puts their arrays together.

    Args:
        iters: an iterator, or a list of them that have equally many batches.
        rename_data, rename_label: for each iterator, a dict of new names by old ones.

    Raises:
        DataError: there is no iterator, or a name is missing in a dict; while iterating, if one has fewer batches than another
            or another pad. What an iterator raises in its thread is raised by `next`.

    >>> import symgraph as mx
    >>> left, right = (mx.io.NDArrayIter(mx.nd.arange(4), batch_size=2) for _ in range(2))
    >>> batches = mx.io.PrefetchingIter([left, right], [{"data": "left"}, {"data": "right"}])
    >>> [desc.name for desc in batches.provide_data], len(list(batches))
    (['left', 'right'], 2)
    """

    def __init__(self, iters: Any, rename_data: Renames = None, rename_label: Renames = None):
        super().__init__()
        self.iters = list(iters) if isinstance(iters, (list, tuple)) else [iters]
        self.n_iter = len(self.iters)
        if not self.iters:
            raise DataError("PrefetchingIter: give an iterator, or a list of them; the list is empty.")
        for one in self.iters:
            if not hasattr(one, "provide_data") or not hasattr(one, "next"):
                raise DataError(f"PrefetchingIter: expected an iterator such as NDArrayIter, given {described(one)}.")
        self.rename_data = _checked(rename_data, self.n_iter, "rename_data")
        self.rename_label = _checked(rename_label, self.n_iter, "rename_label")
        self.batch_size = self.provide_data[0].shape[0]
        self._begin()

    @property
    def provide_data(self) -> list[DataDesc]:
        """Descriptions of the data of all iterators, under their new names."""
        return _renamed([one.provide_data for one in self.iters], self.rename_data, "rename_data")

    @property
    def provide_label(self) -> list[DataDesc]:
        """Descriptions of the labels of all iterators, under their new names."""
        return _renamed([one.provide_label for one in self.iters], self.rename_label, "rename_label")

    def _begin(self) -> None:
        self._ahead = [Ahead(_batches(one), 1) for one in self.iters]

    def reset(self) -> None:
        """Begin the next epoch of all iterators."""
        for ahead in self._ahead:
            ahead.close()
        for one in self.iters:
            one.reset()
        self._begin()

    def iter_next(self) -> bool:
        """Go on to the next batch; whether there is one."""
        parts = [next(ahead, None) for ahead in self._ahead]
        found = [part for part in parts if part is not None]
        if not found:
            return False
        if len(found) < len(parts):
            raise DataError(
                "PrefetchingIter: iterators have different numbers of batches: "
                + " and ".join(f"number {i} is {'over' if part is None else 'not'}" for i, part in enumerate(parts))
                + "; ResizeIter gives them as many."
            )
        pads = [part.pad for part in found]
        if any(pad != pads[0] for pad in pads):
            raise DataError(f"PrefetchingIter: batches of the iterators are padded by different numbers, {pads}.")
        first = found[0]
        self.current_batch = DataBatch(
            [array for part in found for array in part.data or ()],
            [array for part in found for array in part.label or ()],
            first.pad,
            first.index,
            first.bucket_key,
            provide_data=self.provide_data,
            provide_label=self.provide_label,
        )
        return True


def _batches(iterator: Any) -> Iterator[DataBatch]:
    while True:
        try:
            batch = iterator.next()
        except StopIteration:
            return
        yield batch


def _checked(renames: Any, number: int, what: str) -> Renames:
    if renames is None:
        return None
    is_list = isinstance(renames, (list, tuple)) and all(isinstance(names, Mapping) for names in renames)
    if not is_list or len(renames) != number:
        raise DataError(
            f"PrefetchingIter: {what} must be a list of {counted(number, 'dict')}, one for each iterator, as in "
            f"[{{'data': 'image'}}]; given {described(renames)}."
        )
    return renames


def _renamed(provided: Sequence[Any], renames: Renames, what: str) -> list[DataDesc]:
    found = []
    for number, given in enumerate(provided):
        for desc in descriptions(given):
            name = desc.name if renames is None else renames[number].get(desc.name)
            if name is None:
                raise DataError(f"PrefetchingIter: {what} has no new name for '{desc.name}' of iterator {number}.")
            found.append(DataDesc(name, desc.shape, desc.dtype, desc.layout))
    return found
