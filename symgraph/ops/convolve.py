"""XLA's convolution, with the geometry of MXNet's layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

Array = jax.Array


class Geometry(NamedTuple):
    """A filter along one spatial axis: its taps, the step between windows, between taps, and zeros at both borders."""

    kernel: int
    stride: int
    dilate: int
    pad: int

    @property
    def span(self) -> int:
        """Elements from the first tap to the last one."""
        return self.dilate * (self.kernel - 1) + 1

    def count(self, size: int) -> int:
        """How many windows there are over `size` elements."""
        return (size + 2 * self.pad - self.span) // self.stride + 1


def convolve(
    data: Array, weight: Array, geometry: Sequence[Geometry], groups: int, numbers: lax.ConvDimensionNumbers
) -> Array:
    """`weight` slid over `data`, whose axes are ordered as `numbers` says."""
    sizes = [data.shape[axis] for axis in numbers.lhs_spec[2:]]
    idle = idle_taps(geometry, sizes)
    weight, padding = with_idle_taps(weight, [(g.pad, g.pad) for g in geometry], idle, numbers.rhs_spec[2:])
    return lax.conv_general_dilated(
        data,
        weight,
        window_strides=[g.stride for g in geometry],
        padding=padding,
        rhs_dilation=[g.dilate for g in geometry],
        dimension_numbers=numbers,
        feature_group_count=groups,
    )


def idle_taps(geometry: Sequence[Geometry], sizes: Sequence[int]) -> list[bool]:
    """Along which axes a filter needs one tap more (see `with_idle_taps`)."""
    is_short = any(g.count(size) < g.kernel for size, g in zip(sizes, geometry, strict=True))
    return [is_short and g == (2, 2, 1, 1) for g in geometry]


def with_idle_taps(
    weight: Array, padding: list[tuple[int, int]], idle: list[bool], axes: Sequence[int]
) -> tuple[Array, list[tuple[int, int]]]:
    """Filter and padding with one tap more, a zero, along the axes where `idle` says so; the result stays the same.

    XLA (jaxlib 0.10) ends the process when it simplifies a convolution of data that is dilated by 2 with a filter of two
    taps and no border, as the gradient of a stride of 2 is, while data is shorter than the filter along another axis.

    Args:
        axes: those of `weight` that are spatial.
    """
    if not any(idle):
        return weight, padding
    more = [(0, 0)] * weight.ndim
    for axis, tap in zip(axes, idle, strict=True):
        more[axis] = (0, int(tap))
    return jnp.pad(weight, more), [(low, high + tap) for (low, high), tap in zip(padding, idle, strict=True)]
