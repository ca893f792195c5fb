"""Passes over examples as batches, of which the last one is filled up from the beginning of the next pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Start(NamedTuple):
    """Where an epoch begins.

    Attributes:
        number: the number of a pass over all examples.
        skip: how many of its first examples have been used to fill up the epoch before.
    """

    number: int = 0
    skip: int = 0


class Group(NamedTuple, Generic[T]):
    """The examples of a batch.

    Attributes:
        items: the examples; fewer than a batch holds, if it is not filled up.
        places: the number of each in its pass.
        own: how many of them, the first ones, are of this epoch.
        following: where the next epoch begins, if this batch is the last one of this epoch that is used.
    """

    items: list[T]
    places: list[int]
    own: int
    following: Start


def groups(make_pass: Callable[[int], Iterator[T]], size: int, start: Start, is_round: bool) -> Iterator[Group[T]]:
    """The batches of an epoch.

    Args:
        make_pass: begins a pass over all examples, of which it gets the number.
        size: number of examples in a batch.
        start: where the epoch begins.
        is_round: fill the last batch up from the next pass, and from further ones if there are too few examples.

    >>> from symgraph.train.io.rounds import Start, groups
    >>> [(group.items, group.following) for group in groups(lambda number: iter("abc"), 2, Start(), True)]
    [(['a', 'b'], Start(number=1, skip=0)), (['c', 'a'], Start(number=1, skip=1))]
    """
    number = start.number
    items = enumerate(make_pass(number))
    for _ in islice(items, start.skip):
        pass
    taken = list(islice(items, size))
    if not taken and start.skip:  # the epoch before has used all of this pass
        number += 1
        items = enumerate(make_pass(number))
        taken = list(islice(items, size))
    while taken:
        following = Start(number + 1)
        own = len(taken)
        while is_round and len(taken) < size:
            number += 1
            more = list(islice(enumerate(make_pass(number)), size - len(taken)))
            if not more:  # the examples have gone since the pass before
                break
            following = Start(number, len(more))
            taken += more
        yield Group([item for _, item in taken], [place for place, _ in taken], own, following)
        taken = list(islice(items, size)) if own == size else []
