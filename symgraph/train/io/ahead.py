"""`Ahead`: what an iterator gives, computed beforehand by a thread of its own."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any, Generic, TypeVar

from symgraph.errors import StateError

T = TypeVar("T")


class _Shelf:
    """Where the thread puts what it made and the consumer takes it. The thread knows nothing else of the consumer."""

    def __init__(self, depth: int):
        self.depth = depth
        self.items: deque[Any] = deque()
        self.changed = threading.Condition()
        self.is_closed = False
        self.ending: BaseException | None = None

    def wait_for_room(self) -> bool:
        """Wait until another item is wanted; False if none will be."""
        with self.changed:
            self.changed.wait_for(lambda: self.is_closed or len(self.items) < self.depth)
            return not self.is_closed

    def put(self, item: Any) -> None:
        with self.changed:
            self.items.append(item)
            self.changed.notify_all()

    def end(self, ending: BaseException) -> None:
        with self.changed:
            self.ending = ending
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()


def _fill(shelf: _Shelf, source: Iterator[Any]) -> None:
    try:
        while shelf.wait_for_room():
            shelf.put(next(source))
    except BaseException as ending:
        shelf.end(ending)
    finally:
        if isinstance(source, Generator):
            source.close()


def _abandon(shelf: _Shelf, thread: threading.Thread) -> None:
    shelf.close()
    if not threading.main_thread().is_alive():  # the interpreter ends, and must not while a thread computes
        thread.join(timeout=5)


class Ahead(Generic[T]):
    """An iterator over what `source` gives; a thread computes up to `depth` items beforehand.

    An exception of `source` is raised where the item is taken that it was to give. When this object is dropped the thread
    ends, unless `source` refers to it.

    >>> from symgraph.train.io.ahead import Ahead
    >>> list(Ahead(iter(range(3)), depth=2))
    [0, 1, 2]
    """

    def __init__(self, source: Iterator[T], depth: int):
        self._shelf = _Shelf(max(depth, 1))
        self._thread = threading.Thread(target=_fill, args=(self._shelf, source), daemon=True, name="symgraph-io")
        self._thread.start()
        self._finalizer = weakref.finalize(self, _abandon, self._shelf, self._thread)

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        shelf = self._shelf
        with shelf.changed:
            while not shelf.items and shelf.ending is None:
                if not self._thread.is_alive():
                    raise StateError(
                        "the thread that prepares batches has ended, as threads do in a forked process; make the "
                        "iterator after the fork, or reset it there."
                    )
                shelf.changed.wait(timeout=1)
            if shelf.items:
                item = shelf.items.popleft()
                shelf.changed.notify_all()
                return item
            assert shelf.ending is not None
            raise shelf.ending

    def close(self) -> None:
        """Stop the thread and wait for it to end, so that somebody else may use what it used."""
        self._shelf.close()
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._finalizer.detach()
