"""Passes over examples as batches, of which the last one is filled up from the beginning of the next pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Group(NamedTuple, Generic[T]):
    """The examples of a batch.

    Attributes:
        items: the examples; fewer than a batch holds, if it is not filled up.
        places: the number of each in its pass.
        own: how many of them, the first ones, are of this epoch.
        used: with how many the next pass has begun to fill this batch up.
    """

    items: list[T]
    places: list[int]
    own: int
    used: int


def groups(make_pass: Callable[[], Iterator[T]], size: int, skip: int, is_round: bool) -> Iterator[Group[T]]:
    """The batches of an epoch.

    Args:
        make_pass: begins a pass over all examples.
        size: number of examples in a batch.
        skip: how many of the first examples have been used to fill up the epoch before.
        is_round: fill the last batch up from the beginning, again and again if there are too few examples.

    >>> from symgraph.train.io.rounds import groups
    >>> [(group.items, group.used) for group in groups(lambda: iter("abc"), 2, 0, True)]
    [(['a', 'b'], 0), (['c', 'a'], 1)]
    """
    items = enumerate(make_pass())
    for _ in islice(items, skip):
        pass
    while True:
        taken, used = list(islice(items, size)), 0
        if not taken:
            return
        own = len(taken)
        while is_round and len(taken) < size:
            more = list(islice(enumerate(make_pass()), size - len(taken)))
            if not more:  # the examples have gone since the pass before
                break
            used = len(more)
            taken += more
        yield Group([item for _, item in taken], [place for place, _ in taken], own, used)
        if own < size:
            return
