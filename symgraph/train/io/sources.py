"""Arrays that examples are taken from: what users give, brought to one form, and rows of it."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError, brief, counted, described, is_array
from symgraph.ir.source import warn_user
from symgraph.runtime.copies import place
from symgraph.runtime.creation import array, concatenate
from symgraph.runtime.ndarray import NDArray

Sources = list[tuple[str, Any]]
"""Names and arrays: NDArrays, or datasets of h5py, which stay in their file."""


def named_arrays(data: Any, allow_empty: bool, default_name: str) -> Sources:
    """What a user gave as data or labels, as names and arrays.

    Args:
        data: an array (NumPy, NDArray or h5py dataset), a list of arrays, or arrays by name, which are put in the order
            of their names. NumPy arrays become float32.
        allow_empty: take ``None``, or no array, as none.
        default_name: name of a single array; of several, ``_0_name``, ``_1_name`` ...

    Raises:
        DataError: `data` is something else, or there is none where `allow_empty` is false.
    """
    if not isinstance(default_name, str):
        raise DataError(f"the name of an input is a text such as 'data', given {described(default_name)}.")
    if data is None:
        data = []
    if is_array(data):
        data = [data]
    if isinstance(data, list):
        names = [default_name] if len(data) == 1 else [f"_{i}_{default_name}" for i in range(len(data))]
        data = dict(zip(names, data, strict=True))
    elif isinstance(data, dict):
        data = dict(sorted(data.items()))
    else:
        raise DataError(
            f"{default_name}: expected a NumPy array, an NDArray or an h5py dataset, or a list or dict of them, given "
            f"{described(data)}."
        )
    if not data and not allow_empty:
        raise DataError(f"{default_name}: there is no array to take examples from; give at least one.")
    return [(name, _converted(name, values)) for name, values in data.items()]


def is_dataset(values: Any) -> bool:
    """Whether values are a dataset of h5py; who has one has imported that."""
    h5py = sys.modules.get("h5py")
    return h5py is not None and isinstance(values, h5py.Dataset)


def _converted(name: str, values: Any) -> Any:
    if isinstance(values, NDArray) or is_dataset(values):
        found = values
    elif hasattr(values, "tocsr"):
        raise DataError(f"{name}: arrays are dense here, given {described(values)}; use its toarray().")
    else:
        try:
            found = array(values)
        except (TypeError, ValueError) as error:
            raise DataError(f"{name}: {error}") from None
    if not found.shape:
        raise DataError(
            f"{name}: the first axis is that of examples, given a single number, {brief(values)}; a list holds several arrays, "
            f"so make an array of a list of numbers."
        )
    return found


def common_length(sources: Sources) -> int:
    """Number of examples: that of the first array, of which all others have as many or, with a warning, more.

    Raises:
        DataError: an array has fewer.
    """
    name, first = sources[0]
    number = first.shape[0]
    for other, values in sources[1:]:
        found = values.shape[0]
        text = f"{name} has {counted(number, 'example')}, and {other} has {found}"
        if found < number:
            raise DataError(f"{text}; give one for each.")
        if found > number:
            warn_user(f"{text}; the first {number} are used.")
    return number


def shuffled(sources: Sources, order: np.ndarray) -> Sources:
    """The arrays with their rows in another order, as float32. Datasets stay as they are."""
    return [
        (name, values if is_dataset(values) else array(_host(values)[order], values.context))
        for name, values in sources
    ]


def rows(values: NDArray, pieces: Sequence[slice]) -> NDArray:
    """Rows of an array (n, ...), on the same context: the `pieces` of the first axis, one after the other."""
    if values.context.jax_device.platform != "cpu":
        parts = [values[piece] for piece in pieces]
        return parts[0] if len(parts) == 1 else concatenate(parts)
    # Copying memory needs no program, where to cut and to join by XLA is compiled for every length.
    host = [_host(values)[piece] for piece in pieces]
    joint = host[0] if len(host) == 1 else np.concatenate(host)
    return NDArray(place(joint, joint.dtype, values.context), values.context)


def picked(dataset: Any, indices: np.ndarray) -> NDArray:
    """Rows of a dataset of h5py, which reads them in ascending order only, as float32 on the current context."""
    unique, positions = np.unique(indices, return_inverse=True)
    return array(dataset[unique][positions])


def joined(first: Iterable[NDArray], second: Iterable[NDArray]) -> list[NDArray]:
    """Pairs of arrays, put behind each other."""
    return [concatenate([a, b]) for a, b in zip(first, second, strict=True)]


def _host(values: NDArray) -> np.ndarray:
    """The memory of an array on the CPU, to be read only; a copy of one that is elsewhere."""
    return np.asarray(values.jax)


def whole_number(given: Any, what: str, least: int = 0) -> int:
    """An integer; `DataError` if it is none, less than `least`, or too large to count anything. `what` is for messages."""
    try:
        number = operator.index(given)
    except TypeError:
        number = least - 1
    if not least <= number < 2**31:
        raise DataError(f"{what} is a whole number from {least} on, given {described(given)}.")
    return number


def batch_size_of(given: Any) -> int:
    """A batch size as an integer.

    Raises:
        DataError: it is none, or less than 1.
    """
    try:
        size = operator.index(given)
    except TypeError:
        size = 0
    if not 1 <= size < 2**31:
        raise DataError(f"batch_size is a number of examples, at least 1 and below 2**31, given {described(given)}.")
    return size
