"""How convolutions are computed on a CPU: a table of rules, each for a kind of filter.

Arrays have channels last: data (n, *x, c), weight (*kernel, c / groups, f), output (n, *y, f). Every rule gives the same
as `convolve`, up to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.ops.convolve import Geometry, convolve
from symgraph.ops.strided_windows import Windows, gather, scatter, taps

Array = jax.Array
Axes = tuple[Geometry, ...]


@dataclass(frozen=True)
class Filter:
    """The filters of a layer, and how they slide.

    Attributes:
        groups: into how many groups channels and filters are divided.
        channels, filters: how many there are, of all groups together.
    """

    axes: Axes
    groups: int
    channels: int
    filters: int


@dataclass(frozen=True)
class Rule:
    """A way to compute some convolutions.

    Attributes:
        suits: whether it is the one for such filters and dtype; the first rule that is, is taken.
        forward: ``(filter, data, weight) -> output``.
        data_gradient: ``(filter, shape of data, weight, cotangent) -> gradient``.
        weight_gradient: ``(filter, data, shape of weight, cotangent) -> gradient``.
    """

    suits: Callable[[Filter, Any], bool]
    forward: Callable[[Filter, Array, Array], Array]
    data_gradient: Callable[[Filter, tuple[int, ...], Array, Array], Array]
    weight_gradient: Callable[[Filter, Array, tuple[int, ...], Array], Array]


def rule_for(filter: Filter, dtype: Any) -> Rule:
    """The first rule of the table that suits."""
    return next(rule for rule in RULES if rule.suits(filter, dtype))


# -- any filter: XLA's convolution -----------------------------------------------------------------------------------------


def _numbers(rank: int) -> lax.ConvDimensionNumbers:
    spatial = "DHW"[-rank:]
    specs = (f"N{spatial}C", f"{spatial}IO", f"N{spatial}C")
    return lax.conv_dimension_numbers((1,) * (rank + 2), (1,) * (rank + 2), specs)


def _general(filter: Filter, data: Array, weight: Array) -> Array:
    return convolve(data, weight, filter.axes, filter.groups, _numbers(len(filter.axes)))


def _general_data(filter: Filter, shape: tuple[int, ...], weight: Array, cotangent: Array) -> Array:
    data = jax.ShapeDtypeStruct(shape, cotangent.dtype)
    (gradient,) = jax.linear_transpose(lambda x: _general(filter, x, weight), data)(cotangent)
    return gradient


def _general_weight(filter: Filter, data: Array, shape: tuple[int, ...], cotangent: Array) -> Array:
    weight = jax.ShapeDtypeStruct(shape, cotangent.dtype)
    (gradient,) = jax.linear_transpose(lambda w: _general(filter, data, w), weight)(cotangent)
    return gradient


# -- filters of one tap: matrix products -------------------------------------------------------------------------------------


def _is_pointwise(filter: Filter, dtype: Any) -> bool:
    return filter.groups == 1 and all(g.kernel == 1 and g.pad == 0 for g in filter.axes)


def _visited(filter: Filter, data: Array) -> Array:
    """The elements at which windows start."""
    strides = (1, *(g.stride for g in filter.axes), 1)
    return data if set(strides) == {1} else lax.slice(data, (0,) * data.ndim, data.shape, strides)


def _rows(x: Array) -> Array:
    """Everything but channels as one axis: products of matrices need no transposition, those of more axes would."""
    return x.reshape(-1, x.shape[-1])


def _pointwise(filter: Filter, data: Array, weight: Array) -> Array:
    visited = _visited(filter, data)
    product = _rows(visited) @ weight.reshape(weight.shape[-2:])
    return product.reshape(*visited.shape[:-1], filter.filters)


def _pointwise_data(filter: Filter, shape: tuple[int, ...], weight: Array, cotangent: Array) -> Array:
    matrix = weight.reshape(weight.shape[-2:])
    product = lax.dot_general(_rows(cotangent), matrix, (((1,), (1,)), ((), ())))
    gradient = product.reshape(*cotangent.shape[:-1], filter.channels)
    strides = [g.stride for g in filter.axes]
    ends = [n - (m - 1) * s - 1 for n, m, s in zip(shape[1:-1], cotangent.shape[1:-1], strides, strict=True)]
    borders = [(0, 0, 0), *((0, end, s - 1) for end, s in zip(ends, strides, strict=True)), (0, 0, 0)]
    return lax.pad(gradient, jnp.zeros((), gradient.dtype), borders)


def _pointwise_weight(filter: Filter, data: Array, shape: tuple[int, ...], cotangent: Array) -> Array:
    rows = _rows(_visited(filter, data))
    return lax.dot_general(rows, _rows(cotangent), (((0,), (0,)), ((), ()))).reshape(shape)


# -- filters that see one channel each: sums of element-wise products ----------------------------------------------------------

_MOST_TAPS = 49
"""With more, the sums are long programs that take long to compile."""


def _is_depthwise(filter: Filter, dtype: Any) -> bool:
    count = math.prod(g.kernel for g in filter.axes)
    return filter.groups == filter.channels == filter.filters > 1 and count <= _MOST_TAPS and dtype.itemsize >= 4


def _windows(filter: Filter, shape: tuple[int, ...]) -> dict[int, Windows]:
    """The windows along each spatial axis of data of this shape."""
    pairs = enumerate(zip(shape[1:-1], filter.axes, strict=True), 1)
    return {axis: Windows(n, g.count(n), g.kernel, g.stride, g.dilate, g.pad) for axis, (n, g) in pairs}


def _depthwise(filter: Filter, data: Array, weight: Array) -> Array:
    windows = _windows(filter, data.shape)
    met = gather(data, windows)
    products = [element * weight[(*tap, 0)] for tap, element in zip(taps(windows), met, strict=True)]
    return sum(products[1:], products[0])


def _depthwise_data(filter: Filter, shape: tuple[int, ...], weight: Array, cotangent: Array) -> Array:
    return scatter(lambda tap: cotangent * weight[(*tap, 0)], _windows(filter, shape))


def _depthwise_weight(filter: Filter, data: Array, shape: tuple[int, ...], cotangent: Array) -> Array:
    folded = tuple(range(cotangent.ndim - 1))
    sums = [jnp.sum(element * cotangent, folded) for element in gather(data, _windows(filter, data.shape))]
    return jnp.stack(sums).reshape(shape)


RULES = (
    Rule(_is_pointwise, _pointwise, _pointwise_data, _pointwise_weight),
    Rule(_is_depthwise, _depthwise, _depthwise_data, _depthwise_weight),
    Rule(lambda filter, dtype: True, _general, _general_data, _general_weight),
)
