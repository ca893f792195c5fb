"""Iterators over iterators, and the threads that prepare batches: they hand on errors, and end when nobody needs them."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import symgraph as mx
from symgraph.train.io.ahead import Ahead


def arrays(count=5, batch_size=2, **given):
    return mx.io.NDArrayIter(np.arange(count), 10 * np.arange(count), batch_size, **given)


def values(batch):
    return [array.asnumpy().astype(int).tolist() for array in (*batch.data, *batch.label)] + [batch.pad]


def workers():
    return {thread for thread in threading.enumerate() if thread.name == "symgraph-io"}


def left_over(before):
    """Threads that are there now and were not before, once those that are asked to end had time to do so."""
    gc.collect()
    for _ in range(200):
        if workers() <= before:
            break
        time.sleep(0.01)
    return workers() - before


class Unreliable(mx.io.DataIter):
    """Raises once."""

    provide_data = (mx.io.DataDesc("data", (1,)),)
    provide_label = ()
    count = 0

    def reset(self):
        self.count = 10

    def next(self):
        self.count += 1
        if self.count == 3:
            raise ZeroDivisionError("the third")
        if self.count > 12:
            raise StopIteration
        return mx.io.DataBatch([mx.nd.full((1,), self.count)], [], 0, bucket_key=self.count)


@pytest.mark.parametrize("is_reset", [True, False])
@pytest.mark.parametrize("size", [1, 2, 5, 7])
def test_resize(size, is_reset):
    batches = mx.io.ResizeIter(arrays(), size, is_reset)
    one = [values(batch) for batch in arrays()]
    expected = (one * 20)[: 3 * size]
    found = []
    for _ in range(3):
        found.append([values(batch) for batch in batches])
        batches.reset()
    if is_reset:
        assert found == [expected[:size]] * 3
    else:
        assert [batch for epoch in found for batch in epoch] == expected


def test_resize_describes_and_hands_on():
    inner = arrays()
    inner.default_bucket_key = 7
    batches = mx.io.ResizeIter(inner, 3)
    assert (batches.batch_size, batches.default_bucket_key) == (2, 7)
    assert (batches.provide_data, batches.provide_label) == (inner.provide_data, inner.provide_label)
    with pytest.raises(AssertionError, match=r"^there is no present batch: next has not been called\.$"):
        batches.getdata()
    assert batches.iter_next()
    assert (batches.getdata()[0].shape, batches.getlabel()[0].shape, batches.getpad()) == ((2,), (2,), 0)
    assert batches.getindex() is None
    assert [batch.bucket_key for batch in mx.io.ResizeIter(Unreliable(), 2)] == [1, 2]


def test_resize_of_nothing():
    nothing = arrays(1, 2, last_batch_handle="discard")
    with pytest.raises(ValueError, match=r"^ResizeIter: NDArrayIter has no batches, so that there are not 3\.$"):
        mx.io.ResizeIter(nothing, 3).next()


def test_prefetching():
    batches = mx.io.PrefetchingIter(arrays())
    assert (batches.provide_data, batches.provide_label) == (arrays().provide_data, arrays().provide_label)
    assert (batches.batch_size, batches.n_iter) == (2, 1)
    for _ in range(3):
        assert [values(batch) for batch in batches] == [values(batch) for batch in arrays()]
        assert list(batches) == []
        batches.reset()
    assert batches.next().provide_data == batches.provide_data
    batches.reset()
    assert len(list(batches)) == 3


def test_prefetching_of_several():
    renamed = mx.io.PrefetchingIter(
        [arrays(), arrays()],
        rename_data=[{"data": "a"}, {"data": "b"}],
        rename_label=[{"softmax_label": "la"}, {"softmax_label": "lb"}],
    )
    assert renamed.provide_data == [("a", (2,)), ("b", (2,))]
    assert renamed.provide_label == [("la", (2,)), ("lb", (2,))]
    assert values(renamed.next()) == [[0, 1], [0, 1], [0, 10], [0, 10], 0]
    assert mx.io.PrefetchingIter([arrays(), arrays()]).provide_data == [("data", (2,))] * 2
    resized = mx.io.PrefetchingIter(mx.io.ResizeIter(arrays(), 5))
    assert len(list(resized)) == 5


def test_prefetching_hooks():
    batches = mx.io.PrefetchingIter(arrays())
    with pytest.raises(AssertionError, match=r"^there is no present batch: next has not been called\.$"):
        batches.getdata()
    assert batches.iter_next()
    assert (batches.getdata()[0].shape, batches.getlabel()[0].shape) == ((2,), (2,))
    assert (batches.getpad(), batches.getindex()) == (0, None)


@pytest.mark.parametrize(
    ("iters", "given", "text"),
    [
        ([], {}, "PrefetchingIter: give an iterator, or a list of them; the list is empty."),
        (5, {}, "PrefetchingIter: expected an iterator such as NDArrayIter, given 5 of type int."),
        (
            arrays(),
            {"rename_data": {"data": "a"}},
            "PrefetchingIter: rename_data must be a list of 1 dict, one for each iterator, as in [{'data': 'image'}]; given "
            "{'data': 'a'} of type dict.",
        ),
        (
            [arrays(), arrays()],
            {"rename_label": [{"softmax_label": "a"}, {"label": "b"}]},
            None,
        ),
        (
            [arrays(), arrays()],
            {"rename_data": [{"data": "a"}, {"x": "b"}]},
            "PrefetchingIter: rename_data has no new name for 'data' of iterator 1.",
        ),
    ],
)
def test_prefetching_messages(iters, given, text):
    if text is None:
        batches = mx.io.PrefetchingIter(iters, **given)
        text = "PrefetchingIter: rename_label has no new name for 'softmax_label' of iterator 1."
        with pytest.raises(ValueError) as info:  # noqa: PT011 - the text follows
            _ = batches.provide_label
    else:
        with pytest.raises((ValueError, AssertionError)) as info:
            mx.io.PrefetchingIter(iters, **given)
    assert str(info.value) == text


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (
            (6, 10),
            "iterators have different numbers of batches: number 0 is over and number 1 is not; ResizeIter gives them",
        ),
        (
            (10, 6),
            "iterators have different numbers of batches: number 0 is not and number 1 is over; ResizeIter gives them",
        ),
        ((6, 5), "batches of the iterators are padded by different numbers, [0, 1]."),
    ],
)
def test_prefetching_of_iterators_that_do_not_fit(counts, text):
    with pytest.raises(AssertionError) as info:
        list(mx.io.PrefetchingIter([arrays(count) for count in counts]))
    assert str(info.value).startswith(f"PrefetchingIter: {text}")


def test_an_error_reaches_the_consumer():
    batches = mx.io.PrefetchingIter(Unreliable())
    assert [batches.next().data[0].asscalar() for _ in range(2)] == [1, 2]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="^the third$"):
            batches.next()
    batches.reset()
    assert [batch.data[0].asscalar() for batch in batches] == [11, 12]


def test_no_more_is_fetched_than_one_batch():
    """An iterator may write into the arrays of the batch before the last one."""
    inner = Unreliable()
    batches = mx.io.PrefetchingIter(inner)
    for _ in range(100):
        if inner.count:
            break
        time.sleep(0.01)
    time.sleep(0.05)
    assert inner.count == 1
    del batches


def test_dropped_iterators_leave_no_threads(tmp_path):
    (tmp_path / "a.csv").write_text("1\n2\n3\n4\n5\n6\n7\n8\n9\n")
    before = workers()
    for _ in range(3):
        batches = mx.io.CSVIter(data_csv=str(tmp_path / "a.csv"), data_shape=(1,), batch_size=1)
        batches.next()
        fetched = mx.io.PrefetchingIter([arrays(), arrays()])
        fetched.next()
        assert workers() - before
        del batches, fetched
    assert not left_over(before)


def test_an_epoch_that_is_over_leaves_no_threads():
    before = workers()
    batches = mx.io.PrefetchingIter(arrays())
    assert len(list(batches)) == 3
    assert not left_over(before)


def test_the_interpreter_ends_while_threads_wait(tmp_path):
    (tmp_path / "a.csv").write_text("1\n" * 1000)
    code = (
        "import symgraph as mx, numpy as np\n"
        f"a = mx.io.CSVIter(data_csv={str(tmp_path / 'a.csv')!r}, data_shape=(1,), batch_size=1)\n"
        "b = mx.io.PrefetchingIter(mx.io.NDArrayIter(np.zeros((100, 5)), batch_size=3))\n"
        "a.next(), b.next()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_thread_that_did_not_survive_a_fork():
    ahead = Ahead(iter(()), 1)
    ahead._thread.join()
    ahead._shelf.ending = None
    with pytest.raises(mx.MXNetError, match=r"^the thread that prepares batches has ended, .* or reset it there\.$"):
        next(ahead)
