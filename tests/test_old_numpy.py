"""`symgraph.interop.old_numpy`: what programs of NumPy 1 did with it, which NumPy 2 no longer takes."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from symgraph.interop.old_numpy import with_old_numpy


@pytest.fixture
def old_numpy() -> Iterator[None]:
    with warnings.catch_warnings(), with_old_numpy():
        yield


def test_all_is_as_before_afterwards():
    with with_old_numpy():
        pass  # NumPy imports some of its modules when they are asked for
    spaces = [vars(np), vars(np.ndarray), vars(np.generic)]
    before = [dict(space) for space in spaces]
    options = np.get_printoptions()
    with with_old_numpy():
        assert float(np.array([[2.5]])) == 2.5
    assert [dict(space) for space in spaces] == before
    assert np.get_printoptions() == options
    with pytest.raises(TypeError):
        float(np.array([[2.5]]))
    with pytest.raises(ValueError, match="setting an array element"):
        np.zeros(2)[0] = np.ones(1)


@pytest.mark.usefixtures("old_numpy")
class TestOldNumpy:
    def test_names(self):
        assert (np.int, np.float, np.object) == (int, float, object)
        assert np.product([2, 3]) == 6
        assert np.asscalar(np.array([5])) == 5
        assert np.float_ is np.float64
        assert np.Inf == np.inf == np.math.inf
        assert issubclass(np.VisibleDeprecationWarning, UserWarning)
        assert np.cast["int32"](2.7) == 2
        assert np.asfarray([1, 2]).dtype == np.float64
        assert np.msort([[2], [1]]).tolist() == [[1], [2]]
        assert np.issubclass_(bool, int)
        assert not np.issubclass_(2, int)

    def test_arrays_of_one_element_are_numbers(self):
        assert float(np.array([1.5])) == 1.5
        assert int(np.array([[3.7]])) == 3
        assert complex(np.array([2.0])) == 2
        assert math.sqrt(np.array([4.0])) == 2
        assert "%d %.1f".__mod__((np.array([3]), np.array([[2.5]]))) == "3 2.5"
        assert not np.array([])
        with pytest.raises(TypeError, match="only 0-dimensional arrays"):
            float(np.array([1.0, 2.0]))
        with pytest.raises(ValueError, match="ambiguous"):
            bool(np.array([1, 2]))

    def test_elements_take_arrays_of_one_element(self):
        array = np.zeros((2, 3))
        array[0, 1] = np.array([[2.0]])
        assert array.tolist() == [[0, 2, 0], [0, 0, 0]]
        with pytest.raises(ValueError, match="sequence"):
            array[0, 1] = np.ones(2)
        small = np.zeros(3, np.uint8)
        small[:2] = 300, -1
        assert small.tolist() == [44, 255, 0]
        assert np.array([-1, 256], dtype=np.uint8).tolist() == [255, 0]

    def test_rows_of_different_lengths(self):
        for make in (np.array, np.asarray):
            rows = make([[1, 2], [3]])
            assert rows.dtype == object
            assert rows.tolist() == [[1, 2], [3]]
            assert [each.shape for each in make([np.zeros((2, 2)), np.zeros((3, 2))])] == [(2, 2), (3, 2)]
        with pytest.raises(ValueError, match="inhomogeneous"):
            np.array([[1, 2], [3]], dtype=np.float32)

    def test_libraries_see_todays(self):
        """They may count on an error."""
        space = {"__name__": "symgraph.something", "np": np}
        for code in ("np.array([[1, 2], [3]])", "np.array([1], copy=False)", "np.array([-1], np.uint8)"):
            with pytest.raises((ValueError, OverflowError)):
                eval(code, space)
            eval(code, {"np": np})
        with pytest.raises(OverflowError, match="infinity"):
            np.zeros(2, int)[0] = float("inf")

    def test_what_functions_took(self):
        assert np.array([1, 2], copy=False).tolist() == [1, 2]
        assert np.fromstring(b"ab", dtype=np.uint8).tolist() == [97, 98]
        assert np.fromstring("ab", np.uint8).flags.writeable
        assert np.fromstring("1 2", sep=" ").tolist() == [1, 2]
        assert np.percentile([1, 2, 4], 50, interpolation="lower") == 2
        assert np.histogram([1, 2, 3], 2, normed=True)[0].sum() == 1
        assert np.reshape([1, 2], newshape=(2, 1)).shape == (2, 1)
        assert np.vstack(map(np.array, [[1], [2]])).shape == (2, 1)
        assert np.sum(i for i in (1, 2)) == 3

    def test_arguments_by_keyword(self):
        assert np.array(object=[1, 2]).tolist() == [1, 2]
        assert np.array(object=[[1, 2], [3]]).dtype == object
        assert np.sum(a=[1, 2]) == 3
        assert np.stack(arrays=[[1], [2]], axis=1).tolist() == [[1, 2]]
        assert np.vstack(tup=[[1], [2]]).shape == (2, 1)
        assert np.fromstring(string=b"a", dtype=np.uint8).tolist() == [97]

    def test_methods(self):
        array = np.array([3, 1], np.int16)
        assert array.tostring() == array.tobytes()
        assert np.float32(2).tostring() == np.float32(2).tobytes()
        assert array.ptp() == 2
        array.itemset(0, 7)
        assert array.tolist() == [7, 1]
        assert array.newbyteorder().tolist() == [7 * 256, 256]
        square = np.zeros((2, 2))
        square.itemset((1, 0), 4)
        square.itemset(1, 3)
        assert square.tolist() == [[0, 3], [4, 0]]

    def test_numbers_print_as_numbers(self):
        assert repr([np.float32(0.5), np.int64(2), np.bool_(True)]) == "[0.5, 2, True]"
        assert repr(np.arange(2000)).endswith("1998, 1999])")
