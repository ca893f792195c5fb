"""Regions and samples of images, and what follows from shapes and attributes alone."""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np

from symgraph.export.onnx.site import Site
from symgraph.ir.op import LowerContext, Op


def values(op: Op, *arrays: np.ndarray) -> list[np.ndarray]:
    """What an operator makes of arrays, at inference."""
    with jax.enable_x64(True):
        return [np.asarray(value) for value in op.lower(LowerContext(), *arrays)]


def constants(at: Site) -> list[str]:
    """Outputs that do not depend on the contents of any input, written as what they are."""
    op = at.op
    if op.complete is not None:
        op = op.complete(at.out_shapes, at.out_dtypes)
    stand_ins = [np.zeros(shape, dtype) for shape, dtype in zip(at.shapes, at.dtypes, strict=True)]
    return [at.constant(value) for value in values(op, *stand_ins)[: len(at.out_shapes)]]


def filled(number: float) -> Callable[[Site], str]:
    """One number in the shape of the input."""
    return lambda at: at("Expand", at.number(number), at("Shape", at.x))


def sampled(at: Site) -> str:
    """Images read at the positions of a grid, which ONNX has along the last axis."""
    grid = at("Transpose", at.ins[1], perm=[0, 2, 3, 1])
    return at("GridSample", at.x, grid, mode="bilinear", padding_mode="zeros", align_corners=1)


OPERATORS = {
    **dict.fromkeys(
        (
            *("_arange", "_contrib_MultiBoxPrior", "_contrib_arange_like", "_contrib_index_array", "_eye", "_full"),
            *("_linspace", "_ones", "_zeros", "_zeros_without_dtype", "shape_array", "size_array"),
        ),
        constants,
    ),
    "BilinearSampler": sampled,
    "ones_like": filled(1),
    "zeros_like": filled(0),
}
