"""Arrays of a simple pattern."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.runtime.creation import arange, array, eye
from symgraph.runtime.ndarray import NDArray


def create_vector(size: int, dtype: Any = np.int64) -> NDArray:
    """The numbers 0, 1, ..., size - 1."""
    return arange(0, size, dtype=dtype)


def create_2d_tensor(rows: int, columns: int, dtype: Any = np.int64) -> NDArray:
    """A (rows, columns) array in which every element is the number of its row.

    >>> create_2d_tensor(2, 3).asnumpy().tolist()
    [[0, 0, 0], [1, 1, 1]]
    """
    return create_vector(rows, dtype).reshape((rows, 1)).broadcast_to((rows, columns))


def get_identity_mat(size: int) -> NDArray:
    """The (size, size) identity matrix."""
    return eye(size)


def get_identity_mat_batch(size: int) -> NDArray:
    """Two identity matrices: (2, size, size)."""
    return array(np.broadcast_to(np.eye(size), (2, size, size)))
