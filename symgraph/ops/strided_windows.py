"""Windows that slide along axes of an array, as strided slices: one for each *tap*, a place in the window.

Sums over taps of element-wise products are loops that vectorize over the other axes, in both directions; XLA's windowed
reductions and grouped convolutions do not on a CPU.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import lax

Array = jax.Array
Tap = tuple[int, ...]
Borders = list[tuple[int, int, int]]


@dataclass(frozen=True)
class Windows:
    """`count` windows of `kernel` taps that are `dilate` apart, `stride` from one window to the next, the first of them
    starting `pad` before the first of `size` elements."""

    size: int
    count: int
    kernel: int
    stride: int = 1
    dilate: int = 1
    pad: int = 0

    def covers_axis(self) -> bool:
        """Whether there is one window, and it is the whole axis."""
        return self.count == 1 and self.pad == 0 and self.kernel == self.size

    def inside(self, tap: int) -> range:
        """The windows whose element at `tap` is in the array."""
        ahead = self.pad - tap * self.dilate
        first = min(max(-(-ahead // self.stride), 0), self.count)
        return range(first, max(min((self.size - 1 + ahead) // self.stride + 1, self.count), first))

    def phase(self, remainder: int) -> Iterator[tuple[int, int]]:
        """The taps that meet the elements ``remainder + stride * i``, and of which window, counted from the i-th."""
        for tap in range(self.kernel):
            ahead = remainder + self.pad - tap * self.dilate
            if ahead % self.stride == 0:
                yield tap, ahead // self.stride


def taps(axes: Mapping[int, Windows]) -> list[Tap]:
    """All places in a window, in row-major order."""
    return list(itertools.product(*(range(w.kernel) for w in axes.values())))


def gather(x: Array, axes: Mapping[int, Windows], fill: float = 0.0) -> Iterator[Array]:
    """For each of `taps`, that element of every window; `fill` outside of the array.

    Args:
        axes: the windows along axes of `x`, in ascending order.
    """
    borders = [(0, 0, 0)] * x.ndim
    for axis, w in axes.items():
        reach = (w.count - 1) * w.stride + (w.kernel - 1) * w.dilate + 1
        borders[axis] = w.pad, max(reach - w.pad - w.size, 0), 0
    padded = lax.pad(x, jnp.asarray(fill, x.dtype), borders)
    for tap in taps(axes):
        first, last, strides = [0] * x.ndim, list(padded.shape), [1] * x.ndim
        for place, (axis, w) in zip(tap, axes.items(), strict=True):
            first[axis] = place * w.dilate
            last[axis] = first[axis] + (w.count - 1) * w.stride + 1
            strides[axis] = w.stride
        yield lax.slice(padded, first, last, strides)


def inside(x: Array, axes: Mapping[int, Windows]) -> Iterator[tuple[Array, Borders]]:
    """For each of `taps`, that element of the windows that have it in the array; and how many windows before and after
    these, along each axis, do not, as `jax.lax.pad` takes it."""
    for tap in taps(axes):
        first, last, strides = [0] * x.ndim, list(x.shape), [1] * x.ndim
        borders = [(0, 0, 0)] * x.ndim
        for place, (axis, w) in zip(tap, axes.items(), strict=True):
            met = w.inside(place)
            first[axis] = met.start * w.stride + place * w.dilate - w.pad if met else 0
            last[axis] = first[axis] + (len(met) - 1) * w.stride + 1 if met else 0
            strides[axis] = w.stride
            borders[axis] = met.start, w.count - met.stop, 0
        yield lax.slice(x, first, last, strides), borders


def scatter(values: Callable[[Tap], Array], axes: Mapping[int, Windows]) -> Array:
    """The transpose of `gather`: for each element the sum of what the taps that met it have for it.

    Elements with the same remainder by the stride meet the same taps. So there is a dense sum for each remainder, and
    these are interleaved: no zeros are added, nothing is scattered.

    Args:
        values: an array with one element per window, for each tap.
    """
    strides = [w.stride for w in axes.values()]
    phases = [_phase(values, axes, remainders) for remainders in itertools.product(*map(range, strides))]
    met = next(phase for phase in phases if phase is not None)
    dense = [jnp.zeros_like(met) if phase is None else phase for phase in phases]
    sizes = {axis: w.size for axis, w in axes.items()}
    if math.prod(strides) == 1:
        return dense[0]
    stacked = jnp.stack(dense).reshape(*strides, *met.shape)
    order: list[int] = []
    for axis in range(met.ndim):
        order.append(len(strides) + axis)
        if axis in sizes:
            order.append(list(axes).index(axis))
    full = [n * (axes[axis].stride if axis in sizes else 1) for axis, n in enumerate(met.shape)]
    woven = stacked.transpose(order).reshape(full)
    return lax.slice(woven, [0] * met.ndim, [sizes.get(axis, n) for axis, n in enumerate(full)])


def _phase(values: Callable[[Tap], Array], axes: Mapping[int, Windows], remainders: Tap) -> Array | None:
    """The sum for the elements with these remainders; ``None`` if no tap meets them."""
    total = None
    for met in itertools.product(*(w.phase(r) for w, r in zip(axes.values(), remainders, strict=True))):
        value = values(tuple(tap for tap, _ in met))
        borders = [(0, 0, 0)] * value.ndim
        for (_, ahead), (axis, w) in zip(met, axes.items(), strict=True):
            length = -(-w.size // w.stride)
            borders[axis] = -ahead, length + ahead - w.count, 0
        value = lax.pad(value, jnp.zeros((), value.dtype), borders)
        total = value if total is None else total + value
    return total
