"""What an iterator gives, and how it describes it beforehand."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, FormatError, described
from symgraph.runtime.ndarray import NDArray


class DataDesc(namedtuple("DataDesc", ("name", "shape"))):
    """Name and shape of an input, with its data type and the meaning of its axes. As a tuple, it is the first two.

    Args:
        layout: a letter for each axis, N for that of examples.

    >>> import symgraph as mx
    >>> mx.io.DataDesc("data", (32, 3, 28, 28)) == ("data", (32, 3, 28, 28))
    True
    """

    dtype: Any
    layout: str | None

    def __new__(cls, name: str, shape: Sequence[int], dtype: Any = np.float32, layout: str | None = "NCHW") -> DataDesc:
        self = super().__new__(cls, name, shape)
        self.dtype = dtype
        self.layout = layout
        return self

    def __repr__(self) -> str:
        return f"DataDesc[{self.name},{self.shape},{self.dtype},{self.layout}]"

    def __getnewargs__(self) -> tuple:
        return (self.name, self.shape, self.dtype, self.layout)

    @staticmethod
    def get_batch_axis(layout: str | None) -> int:
        """The axis of examples in a layout: 0 if there is no layout, -1 if there is no such axis."""
        return 0 if layout is None else layout.find("N")

    @staticmethod
    def get_list(shapes: Any, types: Any) -> list[DataDesc]:
        """Descriptions, from pairs of name and shape and pairs of name and type; each may be a dict."""
        try:
            kinds = dict(types or {})
            pairs = list(shapes.items() if isinstance(shapes, Mapping) else shapes)
            return [
                DataDesc(name, shape, kinds[name]) if name in kinds else DataDesc(name, shape) for name, shape in pairs
            ]
        except (TypeError, ValueError):
            raise BindError(
                f"DataDesc.get_list: shapes are pairs of name and shape, and types pairs of name and type, given "
                f"{described(shapes)} and {described(types)}."
            ) from None


def descriptions(given: Any) -> list[DataDesc]:
    """A list of descriptions, of which some may be pairs of name and shape.

    Raises:
        BindError: an entry is neither, or a shape is none.
    """
    if isinstance(given, (str, Mapping)) or not isinstance(given, Iterable | None):
        raise DescriptionError(
            f"inputs are described by a list of (name, shape) or DataDesc, given {described(given)}."
        )
    return [_description(entry) for entry in given or ()]


def _description(entry: Any) -> DataDesc:
    name: Any
    try:
        name, shape, *rest = (entry, entry.shape) if isinstance(entry, DataDesc) else entry
        sizes = tuple([int(size) if isinstance(size, np.integer) else size for size in shape])
    except (TypeError, ValueError):
        name, sizes = None, ()
    if name is None or isinstance(entry, str):
        raise DescriptionError(
            f"an input is described by (name, shape) or a DataDesc, in a list of such; given {described(entry)}."
        )
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise DescriptionError(
            f"input '{next(iter(entry))}': {described(shape)} is no shape; give a tuple of whole numbers."
        )
    if isinstance(entry, DataDesc):
        return entry if entry.shape == sizes else DataDesc(entry.name, sizes, entry.dtype, entry.layout)
    return DataDesc(name, sizes, *rest)


class DescriptionError(BindError, TypeError):
    """Inputs are not described by names and shapes."""


class DataBatch:
    """Some examples.

    Attributes:
        data, label: a list of arrays each, in the order in which they are described.
        pad: number of examples at the end that only fill the batch up.
        index: which examples these are.
        bucket_key: of a `BucketingModule`, which symbol the batch is for.
        provide_data, provide_label: descriptions of this batch, where they are not always the same.
    """

    def __init__(
        self,
        data: Sequence[NDArray] | None,
        label: Sequence[NDArray] | None = None,
        pad: int | None = None,
        index: Any = None,
        bucket_key: Any = None,
        provide_data: Any = None,
        provide_label: Any = None,
    ):
        for kind, arrays in (("data", data), ("label", label)):
            if arrays is not None and not isinstance(arrays, (list, tuple)):
                raise BatchError(f"the {kind} of a batch must be a list of NDArrays, given {described(arrays)}.")
        self.data = data
        self.label = label
        self.pad = pad
        self.index = index
        self.bucket_key = bucket_key
        self.provide_data = provide_data
        self.provide_label = provide_label

    def __str__(self) -> str:
        data = [getattr(array, "shape", None) for array in self.data or ()]
        label = [getattr(array, "shape", None) for array in self.label] if self.label else None
        return f"{type(self).__name__}: data shapes: {data} label shapes: {label}"


class BatchError(FormatError, AssertionError, TypeError):
    """A batch is not made of lists of arrays."""
