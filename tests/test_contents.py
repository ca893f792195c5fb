"""`Contents`: what it keeps of cells is never older than the cells."""

import gc
import threading
import weakref

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import MXNetError
from symgraph.runtime.contents import Contents


class _Promise:
    """Keeps its promise to a cell at the second attempt."""

    def __init__(self, cell, value):
        self.cell, self.value, self.attempts = cell, value, 0
        cell.set_pending(self)

    def force(self):
        self.attempts += 1
        if self.attempts == 1:
            raise MXNetError("not yet")
        self.cell.fulfil(self.value.jax, self)


def _read(contents):
    return [np.asarray(value).tolist() for value in contents.read()]


def test_what_did_not_change_is_not_read_again():
    cells = [mx.nd.array([i]) for i in range(3)]
    contents = Contents(cells)
    first = contents.read()
    assert contents.read() is first
    cells[1][:] = 7
    second = contents.read()
    assert second[0] is first[0]
    assert second[2] is first[2]
    assert _read(contents) == [[0], [7], [2]]


def test_every_way_to_change_a_cell_shows():
    cell, beside = mx.nd.array([1, 2, 3]), mx.nd.array([9])
    view = cell[1:]
    contents = Contents([cell, view, beside, cell])
    assert _read(contents) == [[1, 2, 3], [2, 3], [9], [1, 2, 3]]
    view[:] = 5
    assert _read(contents) == [[1, 5, 5], [5, 5], [9], [1, 5, 5]]
    cell[2:3] = 6
    assert _read(contents) == [[1, 5, 6], [5, 6], [9], [1, 5, 6]]
    cell += 1
    assert _read(contents) == [[2, 6, 7], [6, 7], [9], [2, 6, 7]]


def test_a_promise_that_fails_is_asked_again():
    cell, beside = mx.nd.array([1]), mx.nd.array([2])
    contents = Contents([beside, cell])
    contents.read()
    promise = _Promise(cell, mx.nd.array([3]))
    beside[:] = 4
    with pytest.raises(MXNetError, match="not yet"):
        contents.read()
    assert _read(contents) == [[4], [3]]
    assert _read(contents) == [[4], [3]]
    assert promise.attempts == 2


def test_what_is_overwritten_takes_no_memory():
    cell = mx.nd.array([1])
    contents = Contents([cell])
    contents.read()
    earlier = weakref.ref(cell.jax)
    cell[:] = 2
    gc.collect()
    assert earlier() is None


def test_an_array_does_not_keep_the_executors_it_was_bound_to():
    cell = mx.nd.ones((2,))
    doubled = 2 * mx.sym.Variable("x")
    executors = [doubled.bind(mx.current_context(), {"x": cell}) for _ in range(20)]
    gone = weakref.ref(executors[0]._arg_contents)
    del executors
    gc.collect()
    assert gone() is None
    kept = doubled.bind(mx.current_context(), {"x": cell})
    assert len(cell._watchers) == 1
    assert kept.forward()[0].asnumpy().tolist() == [2, 2]


def test_no_write_of_another_thread_is_missed():
    cells = [mx.nd.zeros((1,)) for _ in range(4)]
    contents = Contents(cells)

    def write(cell):
        for value in range(1, 201):
            cell.rebind(values[value])

    values = [mx.nd.array([i]).jax for i in range(201)]
    threads = [threading.Thread(target=write, args=(cell,)) for cell in cells]
    for thread in threads:
        thread.start()
    seen = [0] * 4
    while any(thread.is_alive() for thread in threads):
        now = [int(value[0]) for value in contents.read()]
        assert all(a <= b for a, b in zip(seen, now, strict=True))
        seen = now
    for thread in threads:
        thread.join()
    assert _read(contents) == [[200]] * 4
