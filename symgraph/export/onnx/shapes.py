"""Operators that rearrange, cut, join and repeat arrays, and conversions of dtype."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symgraph.export.onnx.site import Site, from_front, longs, size

FAR = np.iinfo(np.int64).max
"""A bound beyond the end of every axis."""


def reshaped(at: Site) -> str:
    """Another shape with as many elements: the inferred one."""
    return at.reshaped(at.x, at.shape, at.out_shapes[0])


def flattened(at: Site) -> str:
    """All axes but the first in one."""
    return at("Flatten", at.x, axis=1)


def permuted(at: Site) -> str:
    """The axes in another order."""
    return at("Transpose", at.x, perm=list(at.op.order(at.rank)))


def _cut(at: Site, value: str, bounds: dict[int, tuple[int, int, int]]) -> str:
    """A box, by (start, end, step) of the axes that are cut."""
    if not bounds:
        return value
    starts, ends, steps = zip(*bounds.values(), strict=True)
    return at("Slice", value, longs(starts), longs(ends), longs(list(bounds)), longs(steps))


def sliced(at: Site) -> str:
    """data[begin:end:step] on the leading axes."""
    bounds = {}
    for axis, part in enumerate(at.op.box(at.rank)):
        step = 1 if part.step is None else part.step
        start = (0 if step > 0 else FAR) if part.start is None else part.start
        end = (FAR if step > 0 else -FAR) if part.stop is None else part.stop
        if (start, end, step) != (0, FAR, 1):
            bounds[axis] = (start, end, step)
    return _cut(at, at.x, bounds)


def sliced_along(at: Site) -> str:
    """data[begin:end] along one axis."""
    end = FAR if at.op.end is None else at.op.end
    return _cut(at, at.x, {from_front(at.op.axis, at.rank): (at.op.begin, end, 1)})


def _cut_to(at: Site, source: Sequence[int], target: Sequence[int], starts: Sequence[int]) -> str:
    """Cuts the axes that are longer than they are to be."""
    axes = [axis for axis, (have, want) in enumerate(zip(source, target, strict=True)) if have != want]
    return _cut(at, at.x, {axis: (starts[axis], starts[axis] + target[axis], 1) for axis in axes})


def sliced_like(at: Site) -> str:
    """The lengths of another array, which inference has found."""
    return _cut_to(at, at.shape, at.out_shapes[0], [0] * at.rank)


def cropped(at: Site) -> str:
    """A window of height and width."""
    op, out = at.op, at.out_shapes[0]
    corner = [(have - want) // 2 for have, want in zip(at.shape[2:], out[2:], strict=True)]
    return _cut_to(at, at.shape, out, [0, 0, *(corner if op.center_crop else op.offset)])


def reversed_along(at: Site) -> str:
    """Axes from end to start; an axis that is named twice is as it was."""
    axes = [axis for axis in dict.fromkeys(at.op.axis) if at.op.axis.count(axis) % 2]
    return _cut(at, at.x, dict.fromkeys(axes, (FAR, -FAR, -1)))


def concatenated(at: Site) -> str:
    """Arrays end to end."""
    return at("Concat", *at.ins, axis=from_front(at.op.dim, at.rank))


def stacked(at: Site) -> str:
    """Arrays side by side along a new axis."""
    axis = from_front(at.op.axis, at.rank + 1)
    return at("Concat", *(at("Unsqueeze", value, longs([axis])) for value in at.ins), axis=axis)


def split(at: Site) -> list[str]:
    """Parts along one axis."""
    axis = from_front(at.op.axis, at.rank)
    lengths = [1 if at.op.squeeze_axis else shape[axis] for shape in at.out_shapes]
    parts = at.several(len(lengths), "Split", at.x, longs(lengths), axis=axis) if len(lengths) > 1 else [at.x]
    return [at("Squeeze", part, longs([axis])) for part in parts] if at.op.squeeze_axis else parts


def padded(at: Site) -> str:
    """More elements at the borders."""
    widths = at.op.pad_width
    pads = longs([*widths[::2], *widths[1::2]])
    value = [at.number(at.op.constant_value)] if at.op.mode == "constant" else []
    return at("Pad", at.x, pads, *value, mode=at.op.mode)


def tiled(at: Site) -> str:
    """Copies of the whole array side by side."""
    reps = (1,) * (at.rank - len(at.op.reps)) + tuple(at.op.reps)
    missing = len(reps) - at.rank
    value = at("Unsqueeze", at.x, longs(range(missing))) if missing else at.x
    return at("Tile", value, longs(reps))


def repeated(at: Site) -> str:
    """Copies of every element right after it: along a new axis, which is then merged into the one before."""
    op, shape = at.op, at.shape
    value, axis = at.x, op.axis
    if axis is None or op.repeats == 0:
        value, shape, axis = at.reshaped(at.x, shape, (size(shape),)), (size(shape),), 0
    axis = from_front(axis, len(shape))
    apart = (*shape[: axis + 1], 1, *shape[axis + 1 :])
    wide = (*shape[: axis + 1], op.repeats, *shape[axis + 1 :])
    reps = [op.repeats if i == axis + 1 else 1 for i in range(len(wide))]
    copies = at("Tile", at("Unsqueeze", value, longs([axis + 1])), longs(reps))
    return at.reshaped(copies, apart if op.repeats == 1 else wide, at.out_shapes[0])


def broadcast(at: Site) -> str:
    """Axes of length 1 repeated up to the inferred shape."""
    return at.stretched(at.x, at.shape, at.out_shapes[0])


def blocks(kind: str) -> Callable[[Site], str]:
    """Square blocks of pixels to channels, or back."""
    return lambda at: at(kind, at.x, blocksize=at.op.block_size)


def diagonal(at: Site) -> str:
    """The diagonal of matrices, or a matrix of a diagonal."""
    op, shape = at.op, at.shape
    if at.rank == 1:
        side = shape[0] + abs(op.k)
        line = at("Pad", at.x, longs([0, abs(op.k)]), at.number(0)) if op.k else at.x
        line = at("Unsqueeze", line, longs([1 if op.k >= 0 else 0]))
        return at("Where", np.eye(side, k=op.k, dtype=bool), line, at.number(0))
    rows, columns = from_front(op.axis1, at.rank), from_front(op.axis2, at.rank)
    rest = [axis for axis in range(at.rank) if axis not in (rows, columns)]
    height, width, length = shape[rows], shape[columns], at.out_shapes[0][-1]
    moved = tuple(shape[axis] for axis in rest)
    data = at.transposed(at.x, [*rest, rows, columns])
    flat = at.reshaped(data, (*moved, height, width), (*moved, height * width))
    first = max(-op.k, 0) * width + max(op.k, 0)
    return at("Gather", flat, longs(first + np.arange(length) * (width + 1)), axis=len(rest))


def cast(at: Site) -> str:
    """Another dtype."""
    return at.x if at.dtype == at.out_dtypes[0] else at.cast(at.x, at.out_dtypes[0])


def cast_all(at: Site) -> list[str]:
    """Several arrays in one dtype."""
    pairs = zip(at.ins, at.dtypes, at.out_dtypes, strict=True)
    return [value if have == want else at.cast(value, want) for value, have, want in pairs]


OPERATORS = {
    **dict.fromkeys(("Reshape", "expand_dims", "reshape_like", "squeeze"), reshaped),
    **dict.fromkeys(("broadcast_axis", "broadcast_like", "broadcast_to"), broadcast),
    **dict.fromkeys(("Cast", "amp_cast"), cast),
    **dict.fromkeys(("Concat", "_rnn_param_concat"), concatenated),
    **dict.fromkeys(("SliceChannel", "_split_v2"), split),
    **dict.fromkeys(("SwapAxis", "transpose"), permuted),
    "Crop": cropped,
    "Flatten": flattened,
    "Pad": padded,
    "amp_multicast": cast_all,
    "depth_to_space": blocks("DepthToSpace"),
    "diag": diagonal,
    "repeat": repeated,
    "reverse": reversed_along,
    "slice": sliced,
    "slice_axis": sliced_along,
    "slice_like": sliced_like,
    "space_to_depth": blocks("SpaceToDepth"),
    "stack": stacked,
    "tile": tiled,
}
