"""How convolutions are computed on a CPU: a table of rules, each for a kind of filter.

Arrays have channels last: data (n, *x, c), weight (*kernel, c / groups, f), output (n, *y, f). Every rule gives the same
as `convolve`, up to rounding.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.ops.apart import apart
from symgraph.ops.convolve import Geometry, convolve, idle_taps
from symgraph.ops.strided_windows import Windows, gather, inside, scatter, taps

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
    if not _is_plain(filter, shape):
        data = jax.ShapeDtypeStruct(shape, cotangent.dtype)
        (gradient,) = jax.linear_transpose(lambda x: _general(filter, x, weight), data)(cotangent)
        return gradient
    padding = []
    for g, n, m in zip(filter.axes, shape[1:-1], cotangent.shape[1:-1], strict=True):
        before = g.dilate * (g.kernel - 1) - g.pad
        padding.append((before, n + g.pad - 1 - (m - 1) * g.stride))
    spatial = range(len(filter.axes))
    return lax.conv_general_dilated(
        cotangent,
        jnp.swapaxes(lax.rev(weight, spatial), -1, -2),
        window_strides=[1] * len(filter.axes),
        padding=padding,
        lhs_dilation=[g.stride for g in filter.axes],
        rhs_dilation=[g.dilate for g in filter.axes],
        dimension_numbers=_numbers(len(filter.axes)),
    )


def _general_weight(filter: Filter, data: Array, shape: tuple[int, ...], cotangent: Array) -> Array:
    """A convolution of data with the cotangent in place of the weight, and examples in place of channels. It moves the data's
    axes, and is compiled apart so as not to compute the layer before it again, in that order, while it does."""
    if not _is_plain(filter, data.shape):
        weight = jax.ShapeDtypeStruct(shape, cotangent.dtype)
        (gradient,) = jax.linear_transpose(lambda w: _general(filter, data, w), weight)(cotangent)
        return gradient
    padding = []
    for g, n, m in zip(filter.axes, data.shape[1:-1], cotangent.shape[1:-1], strict=True):
        padding.append((g.pad, (m - 1) * g.stride + g.dilate * (g.kernel - 1) + 1 - n - g.pad))

    def slide(data: Array, cotangent: Array) -> Array:
        found = lax.conv_general_dilated(
            jnp.swapaxes(data, 0, -1),
            jnp.moveaxis(cotangent, 0, -2),
            window_strides=[g.dilate for g in filter.axes],
            padding=padding,
            rhs_dilation=[g.stride for g in filter.axes],
            dimension_numbers=_numbers(len(filter.axes)),
        )
        return jnp.moveaxis(found, 0, -2)

    return apart(slide, data, cotangent)


def _is_plain(filter: Filter, shape: tuple[int, ...]) -> bool:
    """Whether gradients are written as convolutions in the order of axes that XLA:CPU has kernels for.

    It puts others into that order, but not in the body of a loop or in what is compiled `apart`, where it then computes
    them up to forty times as slowly.
    """
    return filter.groups == 1 and not any(idle_taps(filter.axes, shape[1:-1]))


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

_MOST_PARTS = 14
"""Of a product that are added up at once, for the same reason."""


def _is_depthwise(filter: Filter, dtype: Any) -> bool:
    count = math.prod(g.kernel for g in filter.axes)
    return filter.groups == filter.channels == filter.filters > 1 and count <= _MOST_TAPS and dtype.itemsize >= 4


def _windows(filter: Filter, shape: tuple[int, ...]) -> dict[int, Windows]:
    """The windows along each spatial axis of data of this shape."""
    pairs = enumerate(zip(shape[1:-1], filter.axes, strict=True), 1)
    return {axis: Windows(n, g.count(n), g.kernel, g.stride, g.dilate, g.pad) for axis, (n, g) in pairs}


def _depthwise(filter: Filter, data: Array, weight: Array) -> Array:
    """Products first, zeros around them after: the other way round, a loop asks of every element whether it is there, and
    does not vectorize."""
    windows = _windows(filter, data.shape)

    def sum_of_products(data: Array, weight: Array) -> Array:
        zero = jnp.zeros((), data.dtype)
        met = zip(taps(windows), inside(data, windows), strict=True)
        products = [lax.pad(element * weight[(*tap, 0)], zero, borders) for tap, (element, borders) in met]
        return functools.reduce(jnp.add, products)

    return apart(sum_of_products, data, weight)


def _depthwise_data(filter: Filter, shape: tuple[int, ...], weight: Array, cotangent: Array) -> Array:
    def sum_of_products(cotangent: Array, weight: Array) -> Array:
        return scatter(lambda tap: cotangent * weight[(*tap, 0)], _windows(filter, shape))

    return apart(sum_of_products, cotangent, weight)


def _depthwise_weight(filter: Filter, data: Array, shape: tuple[int, ...], cotangent: Array) -> Array:
    """Example by example, so that what all taps read stays in the cache."""
    windows = _windows(filter, data.shape)
    borders = [(0, 0), *((g.pad, g.pad) for g in filter.axes), (0, 0)]
    padded = {axis: replace(w, size=w.size + 2 * w.pad, pad=0) for axis, w in windows.items()}

    def products(x: Array, head: Array) -> list[Array]:
        return [_product(element, head) for element in gather(x, padded)]

    def add(total: Array, example: tuple[Array, Array]) -> tuple[Array, None]:
        x, head = (array[None] for array in example)
        found = apart(products, apart(lambda x: jnp.pad(x, borders), x), head)
        return total + jnp.stack([jnp.sum(product, range(product.ndim - 1)) for product in found]), None

    start = jnp.zeros((math.prod(shape[:-2]), shape[-1]), cotangent.dtype)
    total, _ = lax.scan(add, start, (data, cotangent))
    return total.reshape(shape)


def _product(x: Array, y: Array) -> Array:
    """The product, or part of the way to its sum over the second axis: a few equal parts of it are added up, before anything
    is written to memory."""
    size = x.shape[1]
    count = max(n for n in range(1, _MOST_PARTS + 1) if size % n == 0)
    parts = zip(jnp.split(x, count, axis=1), jnp.split(y, count, axis=1), strict=True)
    return functools.reduce(jnp.add, [a * b for a, b in parts])


RULES = (
    Rule(_is_pointwise, _pointwise, _pointwise_data, _pointwise_weight),
    Rule(_is_depthwise, _depthwise, _depthwise_data, _depthwise_weight),
    Rule(lambda filter, dtype: True, _general, _general_data, _general_weight),
)
