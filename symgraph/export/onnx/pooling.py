"""Pooling, and images of another size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from symgraph.export.onnx.layers import channels_last, spatial
from symgraph.export.onnx.site import Site, longs


@dataclass(frozen=True)
class _Axis:
    """The windows along one spatial axis: so many, the first one `before` elements before the array."""

    size: int
    count: int
    kernel: int
    stride: int
    before: int

    @property
    def after(self) -> int:
        """Elements of border at the end that make so many windows, whichever way their number was rounded."""
        return max(self.before, (self.count - 1) * self.stride + self.kernel - self.size - self.before)

    @property
    def starts(self) -> np.ndarray:
        return np.arange(self.count) * self.stride - self.before

    def inside(self) -> np.ndarray:
        """How many elements of the array each window has."""
        return np.minimum(self.starts + self.kernel, self.size) - np.maximum(self.starts, 0)

    def inside_border(self) -> np.ndarray:
        """The same for the array with equal borders at both ends, beyond which MXNet counts nothing."""
        return np.minimum(self.starts + self.kernel, self.size + self.before) - self.starts

    def sees_border(self) -> np.ndarray:
        """Which windows reach into those borders."""
        return (self.before > 0) & ((self.starts < 0) | (self.starts + self.kernel > self.size))


def _axes(at: Site) -> list[_Axis]:
    op = at.op
    sizes, counts = spatial(at, at.shape), spatial(at, at.out_shapes[0])
    stride, pad = op.stride or (1,) * len(sizes), op.pad or (0,) * len(sizes)
    return [_Axis(*axis) for axis in zip(sizes, counts, op.kernel, stride, pad, strict=True)]


def _windows(at: Site, kind: str, data: str, axes: Sequence[_Axis], border: float, **more: Any) -> str:
    """A pooling node. A border as wide as the kernel is added by a node of its own, as runtimes refuse it."""
    before, after = [a.before for a in axes], [a.after for a in axes]
    if any(max(a.before, a.after) >= a.kernel for a in axes):
        data = at("Pad", data, longs([0, 0, *before, 0, 0, *after]), at.number(border))
        before = after = [0] * len(axes)
    kernel, strides = [a.kernel for a in axes], [a.stride for a in axes]
    return at(kind, data, kernel_shape=kernel, strides=strides, pads=before + after, **more)


def _sum(at: Site, data: str, axes: Sequence[_Axis]) -> str:
    mean = _windows(at, "AveragePool", data, axes, 0, count_include_pad=1)
    return at("Mul", mean, at.number(math.prod(a.kernel for a in axes)))


def _mean(at: Site, data: str, axes: Sequence[_Axis], include_pad: bool) -> str:
    if include_pad and all((a.inside_border() == a.kernel).all() for a in axes):
        return _windows(at, "AveragePool", data, axes, 0, count_include_pad=1)
    fits = all(max(a.before, a.after) < a.kernel for a in axes)
    if not include_pad and fits and all((a.inside() > 0).all() for a in axes):
        return _windows(at, "AveragePool", data, axes, 0, count_include_pad=0)
    # ONNX has no name for what is counted here, so the sums are divided by numbers.
    inside = [a.inside_border() if include_pad else a.inside() for a in axes]
    counts = reduce(np.multiply.outer, [np.maximum(count, 1) for count in inside])
    return at("Div", _sum(at, data, axes), counts[None, None].astype(at.dtype))


def _root(at: Site, total: str, power: int) -> str:
    """The root of a sum of powers, which has its sign."""
    if power == 1:
        return total
    if power == 2:
        return at("Sqrt", total)
    return at("Mul", at("Sign", total), at("Pow", at("Abs", total), at.number(1 / 3)))


def _pooled(at: Site, data: str) -> str:
    op = at.op
    everywhere = longs(range(2, at.rank))
    powers = op.p_value if op.pool_type == "lp" else 1
    base = data
    for _ in range(powers - 1):
        data = at("Mul", data, base)
    if op.global_pool:
        kind = {"max": "GlobalMaxPool", "avg": "GlobalAveragePool"}.get(op.pool_type)
        return at(kind, data) if kind else _root(at, at("ReduceSum", data, everywhere, keepdims=1), powers)
    axes = _axes(at)
    if op.pool_type == "max":
        return _windows(at, "MaxPool", data, axes, float(np.finfo(at.dtype).min))
    if op.pool_type == "avg":
        return _mean(at, data, axes, op.count_include_pad is not False)
    return _root(at, _sum(at, data, axes), powers)


def pooling(at: Site) -> str:
    """Pooling of all kinds. How many windows there are is said by the border, not by a mode of rounding, on whose windows
    at the very end runtimes do not agree."""
    last, rank = channels_last(at), at.rank
    out = _pooled(at, at.transposed(at.x, [0, rank - 1, *range(1, rank - 1)]) if last else at.x)
    return at.transposed(out, [0, *range(2, rank), 1]) if last else out


def old_pooling(at: Site) -> str:
    """The Pooling of the first releases: max sees the zeros of the border, avg divides by the whole window."""
    op = at.op
    if op.global_pool:
        kind = {"max": "GlobalMaxPool", "avg": "GlobalAveragePool"}.get(op.pool_type)
        return at(kind, at.x) if kind else at("ReduceSum", at.x, longs(range(2, at.rank)), keepdims=1)
    axes = _axes(at)
    if op.pool_type != "max":
        total = _windows(at, "AveragePool", at.x, axes, 0, count_include_pad=1)
        return total if op.pool_type == "avg" else _sum(at, at.x, axes)
    out = _windows(at, "MaxPool", at.x, axes, float(np.finfo(at.dtype).min))
    sees_zeros = reduce(np.logical_or.outer, [a.sees_border() for a in axes])
    # Not zeros by a Pad before it: onnxruntime before 1.32 took that into the MaxPool, whose border is no number.
    return at("Max", out, np.where(sees_zeros, 0, -np.inf)[None, None].astype(at.dtype)) if sees_zeros.any() else out


def _mean_matrix(length: int, count: int) -> np.ndarray:
    """(count, length): rows that take the mean over windows which cover the axis as evenly as whole numbers can."""
    rows = np.zeros((count, length))
    for i in range(count):
        start, end = i * length // count, -(-(i + 1) * length // count)
        rows[i, start:end] = 1 / (end - start)
    return rows


def adaptive_pooling(at: Site) -> str:
    """Average pooling to a given size: a pooling where windows are equal, and two products with matrices elsewhere."""
    lengths, counts = at.shape[2:], at.out_shapes[0][2:]
    if tuple(counts) == (1, 1):
        return at("GlobalAveragePool", at.x)
    if all(length % count == 0 for length, count in zip(lengths, counts, strict=True)):
        kernel = [length // count for length, count in zip(lengths, counts, strict=True)]
        return at("AveragePool", at.x, kernel_shape=kernel, strides=kernel)
    rows, columns = (
        _mean_matrix(length, count).astype(at.dtype) for length, count in zip(lengths, counts, strict=True)
    )
    return at("MatMul", at("MatMul", rows, at.x), columns.T.copy())


def bilinear_resize(at: Site) -> str:
    """Bilinear interpolation to the inferred size."""
    rule = "align_corners" if at.op.align_corners else "pytorch_half_pixel"
    height, width = at.out_shapes[0][2:]
    if not height or not width:
        at.refuse(f"makes images of {height} x {width} pixels", "give a larger size")
    return at(
        "Resize", at.x, "", "", longs([height, width]), mode="linear", coordinate_transformation_mode=rule, axes=[2, 3]
    )


def upsampling(at: Site) -> str:
    """Pixels repeated, or a transposed convolution by a weight that is a parameter."""
    op = at.op
    if op.sample_type == "bilinear":
        kernel, pad = 2 * op.scale - op.scale % 2, op.scale // 2
        return at(
            "ConvTranspose",
            *at.ins,
            kernel_shape=[kernel] * 2,
            strides=[op.scale] * 2,
            pads=[pad] * 4,
            group=op.num_filter,
        )
    height, width = at.out_shapes[0][2:]
    parts = []
    for value, shape in zip(at.ins, at.shapes, strict=True):
        scales = np.asarray([1, 1, height // shape[2], width // shape[3]], np.float32)
        rule = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        parts.append(at("Resize", value, "", scales, mode="nearest", **rule))
    if len(parts) == 1:
        return parts[0]
    return at("Sum", *parts) if op.multi_input_mode == "sum" else at("Concat", *parts, axis=1)


OPERATORS = {
    "Pooling": pooling,
    "Pooling_v1": old_pooling,
    "UpSampling": upsampling,
    "_contrib_AdaptiveAvgPooling2D": adaptive_pooling,
    "_contrib_BilinearResize2D": bilinear_resize,
}
