"""Indexing of NDArrays, reading and writing: as MXNet 1.9.1 does, unless a test says otherwise."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx


def counting(shape, dtype="float32"):
    """0, 1, 2, ... in the given shape."""
    return mx.nd.array(np.arange(np.prod(shape)).reshape(shape), dtype=dtype)


# shape of the array, key, shape of the result, its values, whether it shares memory with the array
READS = [
    ((3, 4), np.s_[1], (4,), [4, 5, 6, 7], True),
    ((3, 4), np.s_[-3], (4,), [0, 1, 2, 3], True),
    ((3, 4), np.s_[1, 2], (1,), [6], True),
    ((3, 4), np.s_[1:3], (2, 4), [4, 5, 6, 7, 8, 9, 10, 11], True),
    ((3, 4), np.s_[5:], (0, 4), [], False),
    ((3, 4), np.s_[1:1], (0, 4), [], False),
    ((3, 4), np.s_[::2], (2, 4), [0, 1, 2, 3, 8, 9, 10, 11], False),
    ((3, 4), np.s_[::-2], (2, 4), [8, 9, 10, 11, 0, 1, 2, 3], False),
    ((3, 4), np.s_[3:0:-1, ::-1], (2, 4), [11, 10, 9, 8, 7, 6, 5, 4], False),
    ((3, 4), np.s_[1:3, ::2], (2, 2), [4, 6, 8, 10], False),
    ((3, 4), np.s_[:, 1], (3,), [1, 5, 9], False),
    ((3, 4), np.s_[..., 0], (3,), [0, 4, 8], False),
    ((3, 4), np.s_[1, ...], (4,), [4, 5, 6, 7], True),
    ((3, 4), np.s_[None], (1, 3, 4), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], True),
    ((3, 4), np.s_[:, None], (3, 1, 4), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], True),
    ((3, 4), np.s_[1:2, 1:3, None], (1, 2, 1), [5, 6], True),
    ((3, 4), np.s_[True], (4,), [4, 5, 6, 7], True),
    ((3, 4), np.s_[()], (3, 4), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], True),
    ((3, 4), np.int64(1), (4,), [4, 5, 6, 7], True),
    ((3, 4), np.s_[0, 1:3:2], (1,), [1], True),
    ((3, 4), [0, 2], (2, 4), [0, 1, 2, 3, 8, 9, 10, 11], False),
    ((3, 4), [-1], (1, 4), [8, 9, 10, 11], False),
    ((3, 4), [True, False, True], (3, 4), [4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7], False),
    ((3, 4), np.array([[0, 1], [2, 0]]), (2, 2, 4), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3], False),
    ((3, 4), np.array([0.0, 2.0]), (2, 4), [0, 1, 2, 3, 8, 9, 10, 11], False),
    ((3, 4), np.s_[[0, 1], [1, 2]], (2,), [1, 6], False),
    ((3, 4), np.s_[:, [0, 2]], (3, 2), [0, 2, 4, 6, 8, 10], False),
    ((3, 4), np.s_[0, [1, 2]], (2,), [1, 2], False),
    ((3, 4), np.s_[[0, 1], 1:3], (2, 2), [1, 2, 5, 6], False),
    ((3, 4), np.s_[None, [0, 1]], (1, 2, 4), [0, 1, 2, 3, 4, 5, 6, 7], False),
    ((3, 4), np.s_[..., [0, 2]], (3, 2), [0, 2, 4, 6, 8, 10], False),
    ((3, 4), np.s_[[[0], [1]], [[1, 2]]], (2, 2), [1, 2, 5, 6], False),
    ((3, 4), np.s_[(0, 1),], (2, 4), [0, 1, 2, 3, 4, 5, 6, 7], False),
    ((3, 4), range(2), (2, 4), [0, 1, 2, 3, 4, 5, 6, 7], False),
    ((2, 3, 4), np.s_[:, [0, 1], [1, 2]], (2, 2), [1, 6, 13, 18], False),
    ((2, 3, 4), np.s_[[0, 1], :, [1, 2]], (2, 3), [1, 5, 9, 14, 18, 22], False),
    ((2, 3, 4), np.s_[0, :, [1, 2]], (2, 3), [1, 5, 9, 2, 6, 10], False),
    ((2, 3, 4), np.s_[[0, 1], None, [1, 2]], (2, 1, 4), [4, 5, 6, 7, 20, 21, 22, 23], False),
    ((2, 3, 4), np.s_[:, [0, 1], :], (2, 2, 4), [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17, 18, 19], False),
    ((2, 3, 4), np.s_[[1], ..., [2]], (1, 3), [14, 18, 22], False),
    ((2, 3, 4), np.s_[0, 1], (4,), [4, 5, 6, 7], True),
    ((2, 3, 4), np.s_[0, 1, 2], (1,), [6], True),
    ((2, 3, 4), np.s_[0, 1:3, 2], (2,), [6, 10], False),
    ((2, 3, 4), np.s_[:, 0, [1, 2]], (2, 2), [1, 2, 13, 14], False),
    ((2, 3, 4), np.s_[[0, 1], [0, 1], 0], (2,), [0, 16], False),
]


@pytest.mark.parametrize(("shape", "key", "result", "values", "shares"), READS, ids=lambda x: str(x)[:40])
def test_read(shape, key, result, values, shares):
    a = counting(shape)
    b = a[key]
    assert b.shape == result
    assert b.asnumpy().ravel().tolist() == values
    b[:] = -1
    assert np.array_equal(a.asnumpy(), counting(shape).asnumpy()) is not shares


# key, value, content of a (3, 4) array of 0 .. 11 afterwards
WRITES = [
    (np.s_[0], 5, [5, 5, 5, 5, 4, 5, 6, 7, 8, 9, 10, 11]),
    (np.s_[1:3], 5.5, [0, 1, 2, 3, 5.5, 5.5, 5.5, 5.5, 5.5, 5.5, 5.5, 5.5]),
    (np.s_[:], np.arange(4), [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]),
    (np.s_[:], [[1], [2], [3]], [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]),
    (np.s_[:], True, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    (np.s_[...], np.float64(2.5), [2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]),
    (np.s_[()], 4, [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]),
    (np.s_[None], 4, [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]),
    (np.s_[:, None], 7, [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]),
    (np.s_[0, 1], 9, [0, 9, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (np.s_[:, 1], [7, 8, 9], [0, 7, 2, 3, 4, 8, 6, 7, 8, 9, 10, 11]),
    (np.s_[:, ::2], np.full((3, 2), 5), [5, 1, 5, 3, 5, 5, 5, 7, 5, 9, 5, 11]),
    (np.s_[::-1], np.arange(12).reshape(3, 4), [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]),
    (np.s_[5:], 1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (np.s_[0:2], np.arange(8).reshape(1, 2, 4), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (np.s_[0:1, 1:2], [[42]], [0, 42, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ([0, 2], -1, [-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1]),
    ([0, 2], [[1], [2]], [1, 1, 1, 1, 4, 5, 6, 7, 2, 2, 2, 2]),
    ([0, 0], [[1, 1, 1, 1], [2, 2, 2, 2]], [2, 2, 2, 2, 4, 5, 6, 7, 8, 9, 10, 11]),
    ([True, False, True], -1, [-1, -1, -1, -1, -1, -1, -1, -1, 8, 9, 10, 11]),
    (np.s_[[0, 1], [1, 2]], [10, 20], [0, 10, 2, 3, 4, 5, 20, 7, 8, 9, 10, 11]),
    (np.s_[:, [0, 1]], np.zeros((3, 2)), [0, 0, 2, 3, 0, 0, 6, 7, 0, 0, 10, 11]),
    (np.s_[[0, 1], 1:3], [[5, 6], [7, 8]], [0, 5, 6, 3, 4, 7, 8, 7, 8, 9, 10, 11]),
    (np.s_[0, [1, 2]], -1, [0, -1, -1, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
]


@pytest.mark.parametrize(("key", "value", "content"), WRITES, ids=lambda x: str(x)[:40])
@pytest.mark.parametrize("kind", ["plain", "ndarray", "into a view"])
def test_write(key, value, content, kind):
    a = counting((3, 4))
    if kind == "ndarray":
        value = mx.nd.array(np.reshape(value, np.shape(value) or (1,)))
    target = a.reshape((3, 4)) if kind == "into a view" else a
    target[key] = value
    assert a.asnumpy().ravel().tolist() == content


# dtype, value, what an element becomes
CONVERSIONS = [
    ("int32", 2.7, 2),
    ("int32", -2.7, -2),
    ("int32", [1.9, -1.9, 2.5, 3.5], 3),
    ("int32", float("nan"), -2147483648),
    ("uint8", 300, 44),
    ("uint8", -1, 255),
    ("uint8", 300.5, 44),
    ("int64", 2**40 + 1, 1099511627777),
    ("int64", np.array([2**60 + 1]), 1152921504606846977),
    ("float16", 70000, np.inf),
    ("float64", 0.1, 0.1),
]


@pytest.mark.parametrize(("dtype", "value", "element"), CONVERSIONS)
@pytest.mark.parametrize("key", [np.s_[:], np.s_[1:, ::2], [0, 2]], ids=str)
def test_written_values_are_converted_as_in_c(dtype, value, element, key):
    a = mx.nd.zeros((4, 4), dtype=dtype)
    a[:, :] = 0
    value = value if np.ndim(value) == 0 else np.asarray(value)[-1:]
    a[key] = value
    assert a[2].asnumpy()[0].item() == element


def test_ndarray_as_index():
    a = counting((3, 4))
    rows = mx.nd.array([0, 2])
    assert a[rows].asnumpy().tolist() == [[0, 1, 2, 3], [8, 9, 10, 11]]
    assert a[mx.nd.array([1], dtype="int32")].shape == (1, 4)
    assert a[:, rows].asnumpy().tolist() == [[0, 2], [4, 6], [8, 10]]
    a[rows] = -1
    assert a.asnumpy().sum(axis=1).tolist() == [-4, 22, -4]


def test_chains_of_views_write_through():
    a = counting((3, 4))
    a[1:3][0].reshape((2, 2))[1] = -1
    assert a[1].asnumpy().tolist() == [4, 5, -1, -1]
    flat = a.reshape((-1,))
    flat[2:6] = 0
    assert a.asnumpy()[:2].tolist() == [[0, 1, 0, 0], [0, 0, -1, -1]]
    a[:] = 7
    assert flat.asnumpy().tolist() == [7] * 12


def test_views_see_later_writes():
    a = counting((3, 4))
    row, tail = a[1], a[1:3]
    a[1, 0] = 50
    assert row.asnumpy().tolist() == [50, 5, 6, 7]
    row += 1
    assert tail.asnumpy()[0].tolist() == [51, 6, 7, 8]
    assert a[1].asnumpy().tolist() == [51, 6, 7, 8]


def test_overlapping_copy():
    a = counting((3,))
    a[0:2] = a[1:3]
    assert a.asnumpy().tolist() == [1, 2, 2]


@pytest.mark.parametrize(
    ("name", "shares"),
    [("T", False), ("flatten", False), ("copy", False), ("detach", True), ("as_nd_ndarray", True)],
)
def test_which_methods_share_memory(name, shares):
    a = counting((3, 4))
    member = getattr(a, name)
    b = member() if callable(member) else member
    b[:] = -1
    assert bool(a.asnumpy()[0, 0] == -1) is shares


def test_inplace_shapes_share_memory():
    a = counting((1, 3, 4))
    for b in (a.expand_dims(0, inplace=True), a.squeeze(0, inplace=True), a.flatten(inplace=True)):
        b += 1
    assert a.asnumpy().ravel()[0] == 3
    assert a.squeeze(0, inplace=True).shape == (3, 4)
    assert mx.nd.zeros((1, 1)).squeeze(inplace=True).shape == (1,)
    assert mx.nd.zeros((1, 2, 1)).squeeze(axis=(0, 2)).shape == (2,)


def test_iteration_gives_views():
    a = counting((2, 3))
    for row in a:
        row *= 2
    assert a.asnumpy().tolist() == [[0, 2, 4], [6, 8, 10]]
    assert len(a) == 2


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        (3, IndexError, "index 3 is out of bounds for axis 0 with size 3"),
        (-4, IndexError, "index -4 is out of bounds for axis 0 with size 3"),
        (np.s_[0, 4], IndexError, "index 4 is out of bounds for axis 1 with size 4"),
        (np.s_[0, 0, 0], IndexError, r"too many indices \(3\) for an array of 2 dimensions"),
        (np.s_[..., ...], IndexError, "only one ellipsis"),
        ([0, 5], IndexError, "index 5 is out of bounds for axis 0"),
        (np.s_[:, [0, -5]], IndexError, "index -5 is out of bounds for axis 1"),
        (np.s_[[0, 1], [0, 1, 2]], IndexError, r"shapes \(2,\), \(3,\) cannot be broadcast together"),
        (np.s_[::0], ValueError, "slice step cannot be zero"),
        (1.5, ValueError, "1.5 of type float cannot be an index"),
        ("a", ValueError, "'a' of type str cannot be an index"),
    ],
    ids=str,
)
def test_bad_keys(key, error, message):
    with pytest.raises(error, match=message):
        counting((3, 4))[key]
    with pytest.raises(error, match=message):
        counting((3, 4))[key] = 1


def test_boolean_ndarray_is_refused():
    with pytest.raises(ValueError, match="boolean_mask"):
        counting((3,))[mx.nd.array([1, 0, 1], dtype="bool")]


def test_bad_values():
    a = counting((3, 4))
    with pytest.raises(mx.MXNetError, match=r"shape \(3, 4\) cannot be assigned to a place of shape \(2, 4\)"):
        a[0:2] = np.ones((3, 4))
    with pytest.raises(TypeError, match="'x' of type str cannot become elements"):
        a[:] = "x"
    assert np.array_equal(a.asnumpy(), counting((3, 4)).asnumpy())


def test_new_axes_beside_index_arrays_go_where_numpy_puts_them():
    """MXNet 1.9.1 gives (2, 1, 4) and (1, 2) here."""
    a = counting((3, 4))
    assert a[[0, 1], :, None].shape == (2, 4, 1)
    assert a[[0, 1], [0, 1], None].shape == (2, 1)


def test_empty_keys_are_allowed():
    """MXNet 1.9.1 raises."""
    a = counting((3, 4))
    assert a[2:1].shape == (0, 4)
    assert a[[]].shape == (0, 4)


def test_slice_assign_changes_the_array_itself():
    a = counting((2, 3))
    assert a.slice_assign(mx.nd.array([[9]]), (0, 0), (1, 1), (1, 1)) is a
    assert a.slice_assign_scalar(7, (1, None), (2, None), (None, 2)) is a
    assert a.asnumpy().tolist() == [[9, 1, 2], [7, 4, 7]]
