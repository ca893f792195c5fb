"""Operators that pick elements by number, condition or order, and those on sequences of different lengths."""

from __future__ import annotations

import numpy as np

from symgraph.export.onnx.shapes import FAR
from symgraph.export.onnx.site import Site, from_front, longs, size


def _inside(at: Site, index: str, length: int, mode: str) -> str:
    """Whole numbers brought into [0, length): clipped or wrapped around."""
    if mode == "wrap":
        return at("Mod", index, np.int64(length))
    return at("Clip", index, np.int64(0), np.int64(length - 1))


def taken(at: Site) -> str:
    """Slices of an array by their numbers; a runtime refuses those that are out of range under mode 'raise', too."""
    axis = from_front(at.op.axis, at.rank)
    index = at.indices(1)
    if at.op.mode != "raise":
        index = _inside(at, index, at.shape[axis], at.op.mode)
    return at("Gather", at.x, index, axis=axis)


def embedding(at: Site) -> str:
    """Rows of the weight by their numbers."""
    return at("Gather", at.ins[1], _inside(at, at.indices(0), at.op.input_dim, "clip"), axis=0)


def _picked(at: Site, data: str, axis: int, mode: str, length: int, kept: tuple[int, ...]) -> str:
    index = _inside(at, at.indices(1), length, mode)
    return at("GatherElements", data, at.reshaped(index, at.shapes[1], kept), axis=axis)


def picked(at: Site) -> str:
    """One element along an axis for every position on the others."""
    axis, shape = from_front(at.op.axis, at.rank), at.shape
    kept = (*shape[:axis], 1, *shape[axis + 1 :])
    value = _picked(at, at.x, axis, at.op.mode, shape[axis], kept)
    return at.reshaped(value, kept, at.out_shapes[0])


def picked_from_rows(at: Site) -> str:
    """One element of each row."""
    rows = (size(at.shape[:-1]), at.shape[-1])
    data = at.reshaped(at.x, at.shape, rows)
    return at.reshaped(_picked(at, data, 1, "clip", rows[1], (rows[0], 1)), (rows[0], 1), at.out_shapes[0])


def one_hot(at: Site) -> str:
    """Vectors that differ at the place of an index; ONNX's own would count a negative index from the end."""
    dtype = at.out_dtypes[0]
    index = at("Unsqueeze", at.indices(0), longs([at.rank]))
    hot = at("Equal", index, np.arange(at.op.depth, dtype=np.int64))
    return at("Where", hot, at.number(at.op.on_value, dtype), at.number(at.op.off_value, dtype))


def gathered(at: Site) -> str:
    """Elements at positions given by coordinates, which ONNX has along the last axis."""
    rank = len(at.shapes[1])
    lengths = longs(at.shape[: at.shapes[1][0]])
    last = at("Transpose", at.indices(1), perm=[*range(1, rank), 0])
    return at("GatherND", at.x, at("Min", at("Max", last, -lengths), lengths - 1))


def where(at: Site) -> str:
    """Elements, or whole rows, of one array or another."""
    condition = at.cast(at.x, np.bool_)
    target = at.shapes[1]
    if at.shape != target:
        condition = at.reshaped(condition, at.shape, (target[0], *[1] * (len(target) - 1)))
    return at("Where", condition, *at.ins[1:])


def _lane(at: Site) -> tuple[str, tuple[int, ...], int]:
    """The array to order, its shape, and the axis along which to do so."""
    if at.op.axis is None:
        flat = (size(at.shape),)
        return at.reshaped(at.x, at.shape, flat), flat, 0
    return at.x, at.shape, from_front(at.op.axis, at.rank)


def _best(at: Site, count: int) -> tuple[str, str]:
    """The first elements in order, and their numbers."""
    value, shape, axis = _lane(at)
    largest = int(not at.op.is_ascend)
    values, numbers = at.several(2, "TopK", value, longs([count or shape[axis]]), axis=axis, largest=largest)
    return values, numbers


def top(at: Site) -> list[str]:
    """The largest or smallest elements, their numbers, or where they are."""
    op = at.op
    values, numbers = _best(at, max(op.k, 0))
    if op.ret_typ == "mask":
        data, shape, axis = _lane(at)
        zeros, ones = (at("Expand", at.number(i), at("Shape", value)) for i, value in enumerate((data, numbers)))
        return [at.reshaped(at("ScatterElements", zeros, numbers, ones, axis=axis), shape, at.shape)]
    if op.ret_typ == "indices":
        return [at.cast(numbers, at.out_dtypes[0])]
    return [values, at.cast(numbers, at.out_dtypes[1])]


def ordered(at: Site) -> list[str]:
    """All elements in order, and their numbers."""
    values, numbers = _best(at, 0)
    return [values, at.cast(numbers, np.int32)]


def order(at: Site) -> str:
    """The numbers of all elements in order."""
    return at.cast(_best(at, 0)[1], at.out_dtypes[0])


def masked(at: Site) -> str:
    """What comes after the end of each sequence, overwritten."""
    if not at.op.use_sequence_length:
        return at.x
    axis, rank = at.op.axis, at.rank
    length = at.along(at.indices(1), 1 - axis, rank)
    time = np.arange(at.shape[axis], dtype=np.int64).reshape([-1] + [1] * (rank - 1 - axis))
    return at("Where", at("Less", time, length), at.x, at.number(at.op.value))


def last(at: Site) -> str:
    """The last element of each sequence."""
    axis, steps = at.op.axis, at.shape[at.op.axis]
    if not at.op.use_sequence_length:
        return at("Gather", at.x, np.asarray(-1, np.int64), axis=axis)
    end = at("Sub", at.indices(1), np.int64(1))
    index = at("Unsqueeze", at("Clip", end, np.int64(0), np.int64(steps - 1)), longs([1]))
    batch_first = at.x if axis else at("Transpose", at.x, perm=[1, 0, *range(2, at.rank)])
    return at("GatherND", batch_first, index, batch_dims=1)


def reversed_sequences(at: Site) -> str:
    """Each sequence from its end to its start."""
    if not at.op.use_sequence_length:
        return at("Slice", at.x, longs([FAR]), longs([-FAR]), longs([0]), longs([-1]))
    return at("ReverseSequence", at.x, at.indices(1), time_axis=0, batch_axis=1)


OPERATORS = {
    **dict.fromkeys(("Embedding", "_contrib_SparseEmbedding"), embedding),
    "SequenceLast": last,
    "SequenceMask": masked,
    "SequenceReverse": reversed_sequences,
    "argsort": order,
    "batch_take": picked_from_rows,
    "gather_nd": gathered,
    "one_hot": one_hot,
    "pick": picked,
    "sort": ordered,
    "take": taken,
    "topk": top,
    "where": where,
}
