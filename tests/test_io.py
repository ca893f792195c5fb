"""`mx.io`: batches of arrays, as MXNet makes them."""

from __future__ import annotations

import json
import sys
import types

import numpy as np
import pytest

import symgraph as mx
from tests.golden import record_io

RECORDED = json.loads(record_io.FILE.read_text())
X = np.arange(12).reshape(6, 2)


@pytest.mark.parametrize("number", range(record_io.NUMBER))
def test_batches_as_mxnet(number):
    assert record_io.replay(mx, number) == RECORDED[number], record_io.settings(number)


@pytest.mark.parametrize(
    ("data", "named", "described"),
    [
        (X, {}, [("data", (2, 2))]),
        ([X], {}, [("data", (2, 2))]),
        ([X, X[:, 0]], {}, [("_0_data", (2, 2)), ("_1_data", (2,))]),
        ([X, X], {"data_name": "image"}, [("_0_image", (2, 2)), ("_1_image", (2, 2))]),
        ({"b": X, "a": X[:, :1]}, {}, [("a", (2, 1)), ("b", (2, 2))]),
        ([[1, 2], [3, 4]], {}, [("_0_data", (2,)), ("_1_data", (2,))]),
    ],
)
def test_names_and_shapes(data, named, described):
    batches = mx.io.NDArrayIter(data, batch_size=2, **named)
    assert batches.provide_data == described
    assert batches.provide_label == []
    batch = batches.next()
    assert [array.shape for array in batch.data] == [shape for _, shape in described]
    assert batch.label == []
    assert (batch.pad, batch.index, batch.provide_data) == (0, None, None)
    assert batches.num_source == len(batches.data_list) == len(described)


def test_arrays_of_other_libraries():
    import jax.numpy as jnp

    batches = mx.io.NDArrayIter(jnp.asarray(X), {"y": jnp.arange(6)}, 4)
    assert batches.provide_data == [("data", (4, 2))]
    assert batches.next().label[0].asnumpy().tolist() == [0, 1, 2, 3]


def test_label_names():
    assert mx.io.NDArrayIter(X, X[:, 0]).provide_label == [("softmax_label", (1,))]
    assert mx.io.NDArrayIter(X, [X, X], label_name="y").provide_label == [("_0_y", (1, 2)), ("_1_y", (1, 2))]
    assert mx.io.NDArrayIter(X, {}).provide_label == mx.io.NDArrayIter(X, []).provide_label == []
    assert mx.io.NDArrayIter(X, layout="NT").provide_data[0].layout == "NT"


@pytest.mark.parametrize("dtype", ["float64", "float16", "int32", "uint8"])
def test_dtypes(dtype):
    """NumPy arrays become float32. So do all that are shuffled, as in MXNet."""
    for data, shuffle, expected in [
        (X.astype(dtype), False, "float32"),
        (mx.nd.array(X, dtype=dtype), False, dtype),
        (mx.nd.array(X, dtype=dtype), True, "float32"),
    ]:
        batches = mx.io.NDArrayIter(data, shuffle=shuffle)
        assert np.dtype(batches.provide_data[0].dtype) == expected
        assert batches.next().data[0].dtype == np.dtype(expected)


@pytest.mark.cpu
def test_context():
    batches = mx.io.NDArrayIter(mx.nd.array(X, mx.cpu(1)), X, shuffle=True)
    batch = batches.next()
    assert (batch.data[0].context, batch.label[0].context) == (mx.cpu(1), mx.cpu(0))


def test_arrays_are_read_when_a_batch_is_made():
    given = mx.nd.arange(6)
    batches = mx.io.NDArrayIter(given, batch_size=2)
    given[:] = 7
    assert batches.next().data[0].asnumpy().tolist() == [7, 7]
    values = np.arange(6.0)
    batches = mx.io.NDArrayIter(values, batch_size=2)
    values[:] = 7
    assert batches.next().data[0].asnumpy().tolist() == [0, 1]


def test_a_batch_larger_than_the_data_rolls_over():
    """MXNet fails in the second epoch."""
    batches = mx.io.NDArrayIter(np.arange(3), batch_size=7, last_batch_handle="roll_over")
    found = []
    for _ in range(5):
        found.append([batch.data[0].asnumpy().astype(int).tolist() for batch in batches])
        batches.reset()
    assert found == [[], [], [[0, 1, 2, 0, 1, 2, 0]], [], [[1, 2, 0, 1, 2, 0, 1]]]


def test_protocol():
    batches = mx.io.NDArrayIter(X, batch_size=4)
    assert iter(batches) is batches
    assert batches.iter_next()
    assert batches.getdata()[0].asnumpy().tolist() == X[:4].tolist()
    assert batches.getlabel() == []
    assert batches.getindex() is None
    assert next(batches).pad == 2
    with pytest.raises(StopIteration):
        batches.next()
    with pytest.raises(AssertionError, match=r"^there is no present batch: .* and the DataIter needs reset\.$"):
        batches.getdata()


def test_a_subclass_is_told_of_the_first_epoch():
    class Counting(mx.io.NDArrayIter):
        epochs = 0

        def reset(self):
            super().reset()
            self.epochs += 1

    assert Counting(X).epochs == 1


def test_the_base_class_has_no_batches():
    nothing = mx.io.DataIter()
    assert nothing.batch_size == 0
    assert list(nothing) == []
    for hook in ("reset", "iter_next", "getdata", "getlabel", "getpad", "getindex"):
        assert getattr(nothing, hook)() is None


def test_hooks_make_batches():
    class Hooked(mx.io.DataIter):
        left = 2

        def iter_next(self):
            self.left -= 1
            return self.left >= 0

        def getdata(self):
            return [mx.nd.full((1,), self.left)]

        def getlabel(self):
            return [mx.nd.ones((1,))]

        def getpad(self):
            return 3

        def getindex(self):
            return [self.left]

    batches = list(Hooked(1))
    assert [batch.data[0].asscalar() for batch in batches] == [1, 0]
    assert (batches[0].pad, batches[0].index, len(batches[0].label)) == (3, [1], 1)


@pytest.mark.parametrize(
    ("given", "named", "builtin", "text"),
    [
        (
            "abc",
            {},
            TypeError,
            "data: expected a NumPy array, an NDArray or an h5py .*, given 'abc'",
        ),
        ((X, X), {}, TypeError, "data: expected a NumPy array, .*, given .* of type tuple"),
        (None, {}, AssertionError, "data: there is no array to take examples from; give at least one."),
        ([], {}, AssertionError, "data: there is no array"),
        ({}, {}, AssertionError, "data: there is no array"),
        ([X, "q"], {}, TypeError, "_1_data: 'q'.* cannot become elements of an NDArray"),
        (
            [1, 2],
            {},
            ValueError,
            "_0_data: the first axis is that of examples, given a single number, 1; a list holds several",
        ),
        ({"a": np.array(5.0)}, {}, ValueError, "a: the first axis is that of examples"),
        ([X, X[:3]], {}, ValueError, "_0_data has 6 examples, and _1_data has 3; give one for each."),
        (X, {"label": X[:5]}, ValueError, "data has 6 examples, and softmax_label has 5; give one for each."),
        (
            X,
            {"batch_size": 0},
            ValueError,
            r"batch_size is a number of examples, at least 1 and below 2\*\*31, given 0 of type int.",
        ),
        (
            X,
            {"batch_size": 2.0},
            TypeError,
            r"batch_size is a number of examples, at least 1 and below 2\*\*31, given 2.0 of type float.",
        ),
        (
            X,
            {"last_batch_handle": "rolls"},
            ValueError,
            "last_batch_handle is one of pad, discard, roll_over, given 'roll",
        ),
    ],
)
def test_what_makes_no_batches(given, named, builtin, text):
    with pytest.raises(mx.MXNetError, match=rf"^{text}") as info:
        mx.io.NDArrayIter(given, **named)
    assert isinstance(info.value, builtin)


def test_sparse_arrays_are_refused():
    class Matrix:
        def tocsr(self):
            return self

    with pytest.raises(TypeError, match=r"^data: arrays are dense here, given .*; use its toarray\(\)\.$"):
        mx.io.NDArrayIter([Matrix()])


def test_more_labels_than_data():
    with pytest.warns(UserWarning, match="^data has 6 examples, and softmax_label has 9; the first 6 are used.$"):
        batches = mx.io.NDArrayIter(X, np.arange(9), 4)
    assert [batch.label[0].asnumpy().tolist() for batch in batches] == [[0, 1, 2, 3], [4, 5, 0, 1]]


class Dataset:
    """Like h5py's: rows by slices, or by indices in ascending order."""

    def __init__(self, values):
        self.values, self.shape, self.dtype = values, values.shape, values.dtype

    def __getitem__(self, key):
        assert isinstance(key, slice) or (np.diff(key) > 0).all()
        return self.values[key]


@pytest.mark.parametrize("shuffle", [False, True])
def test_datasets_stay_in_their_file(monkeypatch, shuffle):
    monkeypatch.setitem(sys.modules, "h5py", types.SimpleNamespace(Dataset=Dataset))
    dataset = Dataset(np.arange(14.0).reshape(7, 2))
    batches = mx.io.NDArrayIter(dataset, np.arange(7), 3, shuffle)
    assert batches.data[0][1] is dataset
    for _ in range(3):
        seen = []
        for batch in batches:
            assert (batch.data[0].asnumpy()[:, 0] == 2 * batch.label[0].asnumpy()).all()
            seen += batch.label[0].asnumpy().tolist()[: 3 - batch.pad]
        assert sorted(seen) == list(range(7))
        assert (seen == sorted(seen)) == (not shuffle)
        batches.reset()
