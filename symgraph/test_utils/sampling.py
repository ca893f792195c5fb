"""Random shapes, arrays and matrices. Shapes and arrays come from NumPy's global generator, in MXNet's order:

``np.random.seed(n)`` gives the numbers that it gives there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgraph.runtime.context import Context
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.test_utils.devices import default_context
from symgraph.test_utils.location import only_dense
from symgraph.test_utils.tolerance import default_dtype


def rand_shape_2d(dim0: int = 10, dim1: int = 10, allow_zero_size: bool = False) -> tuple[int, int]:
    """Two dimensions from 1 (or 0, if allowed) to `dim0` and `dim1`."""
    rows, columns = _lengths((dim0, dim1), allow_zero_size)
    return rows, columns


def rand_shape_3d(
    dim0: int = 10, dim1: int = 10, dim2: int = 10, allow_zero_size: bool = False
) -> tuple[int, int, int]:
    """Three dimensions from 1 (or 0, if allowed) to `dim0`, `dim1` and `dim2`."""
    first, second, third = _lengths((dim0, dim1, dim2), allow_zero_size)
    return first, second, third


def rand_shape_nd(num_dim: int, dim: int = 10, allow_zero_size: bool = False) -> tuple[int, ...]:
    """`num_dim` dimensions from 1 (or 0, if allowed) to `dim`.

    >>> len(rand_shape_nd(4))
    4
    """
    return _lengths((dim,) * num_dim, allow_zero_size)


def _lengths(most: Sequence[int], allow_zero_size: bool) -> tuple[int, ...]:
    return tuple(int(np.random.randint(0 if allow_zero_size else 1, length + 1)) for length in most)


def rand_coord_2d(x_low: int, x_high: int, y_low: int, y_high: int) -> tuple[np.int64, np.int64]:
    """A point of a grid: x from `x_low` to below `x_high`, y from `y_low` to below `y_high`."""
    x = np.random.randint(x_low, x_high, dtype=np.int64)
    y = np.random.randint(y_low, y_high, dtype=np.int64)
    return x, y


def random_arrays(*shapes: Sequence[int]) -> Any:
    """A float32 NumPy array of normally distributed numbers per shape: a list, or the array itself for one shape."""
    arrays: list[np.ndarray] = [
        np.asarray(np.random.standard_normal(tuple(shape))).astype(default_dtype()) for shape in shapes
    ]
    return arrays[0] if len(arrays) == 1 else arrays


def random_uniform_arrays(
    *shapes: Sequence[int], low: float = 0.0, high: float = 1.0, dtype: Any = np.float32
) -> list[np.ndarray]:
    """A list with a NumPy array of numbers from `low` to below `high` per shape."""
    return [np.asarray(np.random.uniform(low, high, size=tuple(shape))).astype(dtype) for shape in shapes]


def random_sample(population: Sequence[Any], k: int) -> list[Any]:
    """`k` different elements of a sequence, in random order."""
    if not 0 <= k <= len(population):
        raise ValueError(f"random_sample: cannot choose k={k} elements of {len(population)}.")
    shuffled = list(population)
    np.random.shuffle(shuffled)
    return shuffled[:k]


def rand_ndarray(
    shape: Sequence[int],
    stype: str = "default",
    density: float | None = None,
    dtype: Any = None,
    modifier_func: Callable[[float], float] | None = None,
    shuffle_csr_indices: bool = False,
    distribution: str | None = None,
    ctx: Context | None = None,
) -> NDArray:
    """An NDArray of normally distributed numbers, of float32 by default.

    Args:
        shape: its shape.
        stype: ``"default"``.
        dtype: its dtype.
        ctx: where to put it; the current context by default.
        density, modifier_func, shuffle_csr_indices, distribution: they shape sparse arrays in MXNet, and nothing here.

    Raises:
        MXNetError: another storage type is asked for.
    """
    only_dense("rand_ndarray", stype)
    return array(random_arrays(shape), ctx or default_context(), dtype)


def new_orthonormal_matrix_2d(n: int) -> np.ndarray:
    """A random (n, n) matrix whose columns have length 1 and are perpendicular to one another."""
    return np.linalg.qr(np.random.standard_normal((n, n)))[0]


def new_sym_matrix_with_real_eigvals_2d(n: int) -> np.ndarray:
    """A random symmetric (n, n) matrix with eigenvalues between -10 and 10."""
    basis = new_orthonormal_matrix_2d(n)
    return (basis * np.random.uniform(-10, 10, n)) @ basis.T


def new_matrix_with_real_eigvals_2d(n: int) -> np.ndarray:
    """A random (n, n) matrix with real eigenvalues between -10 and 10, whose eigenvectors are far from parallel."""
    # Stretching an orthonormal basis by factors from 1 to 3 keeps the condition number of the eigenvectors below 3.
    vectors = np.random.uniform(1, 3, (n, 1)) * new_orthonormal_matrix_2d(n)
    return (vectors * np.random.uniform(-10, 10, n)) @ np.linalg.inv(vectors)


def new_sym_matrix_with_real_eigvals_nd(shape: Sequence[int]) -> np.ndarray:
    """An array (..., n, n) of `new_sym_matrix_with_real_eigvals_2d`."""
    return _stacked(new_sym_matrix_with_real_eigvals_2d, shape)


def new_matrix_with_real_eigvals_nd(shape: Sequence[int]) -> np.ndarray:
    """An array (..., n, n) of `new_matrix_with_real_eigvals_2d`."""
    return _stacked(new_matrix_with_real_eigvals_2d, shape)


def _stacked(make: Callable[[int], np.ndarray], shape: Sequence[int]) -> np.ndarray:
    return np.array([make(shape[-1]) for _ in range(math.prod(shape[:-2]))]).reshape(shape)
