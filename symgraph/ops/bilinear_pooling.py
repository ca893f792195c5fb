"""What compact bilinear pooling is made of (Gao et al. 2016): the count sketch and Fourier transforms of real arrays."""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Count
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, merge, merge_dim
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import Floating, accumulator, require_rank
from symgraph.ops.following import as_indices, of_rank


@register("_contrib_count_sketch")
class CountSketch(Floating):
    """Vectors projected to fewer dimensions: each entry, times a sign, is added at a random place (Charikar et al. 2002).

    data (..., d) · h (1, d), the places · s (1, d), the signs -> output (..., out_dim). Places outside of [0, out_dim) are
    ignored. Only data has a gradient that is not zero.

    Attributes:
        out_dim: length of the projected vectors.
        processing_batch_size: accepted, and of no effect.

    MXNet has it on the GPU only, for 2 or 4 axes.

    >>> import symgraph as mx
    >>> data, places, signs = mx.nd.array([[1, 2, 3]]), mx.nd.array([[0, 1, 0]]), mx.nd.array([[1, 1, -1]])
    >>> mx.nd.contrib.count_sketch(data, places, signs, out_dim=2).asnumpy().tolist()
    [[-2.0, 2.0]]
    """

    out_dim: Count
    processing_batch_size: int = 32

    precision = IN_FLOAT32
    tensors = ("data", "h", "s")

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, out = ins[0], outs[0]
        require_rank(self, data, 1, "(..., d)")
        if data is None and out is not None:
            data = (*out[:-1], None)
        places, signs = of_rank("h", ins[1], 2), of_rank("s", ins[2], 2)
        d = merge_dim(places[1], signs[1])
        if data is not None:
            d = merge_dim(d, data[-1])
            lead = data[:-1] if out is None else merge(data[:-1], out[:-1]) or ()
            data, out = (*lead, d), (*lead, self.out_dim)
        return [data, (first_known(places[0], 1), d), (first_known(signs[0], 1), d)], [out]

    def lower(self, ctx: LowerContext, data: Array, h: Array, s: Array) -> tuple[Array, ...]:
        places = as_indices(h[0])
        places = jnp.where(places < 0, self.out_dim, places)
        sketch = jnp.zeros((*data.shape[:-1], self.out_dim), data.dtype)
        return (sketch.at[..., places].add(data * lax.stop_gradient(s[0]), mode="drop"),)


@shared_attributes
class _Transform(Floating):
    """A transform along the last axis between real numbers and complex ones, given as pairs (real, imaginary)."""

    compute_size: int = 128

    def _lengths(self, data: int | None, out: int | None) -> tuple[int | None, int | None]:
        """Lengths of the last axes, as far as they follow from one another."""
        raise NotImplementedError

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        for shape in (ins[0], outs[0]):
            require_rank(self, shape, 1, "(..., d)")
        data, out = ins[0], outs[0]
        lead: MaybeShape = merge(None if data is None else data[:-1], None if out is None else out[:-1])
        if lead is None:
            return ins, outs
        length, out_length = self._lengths(data[-1] if data else None, out[-1] if out else None)
        return [(*lead, length)], [(*lead, out_length)]


def _half(name: str, length: int | None) -> int | None:
    if length is None:
        return None
    if length % 2:
        raise ShapeError(f"{name} holds pairs (real, imaginary), so that its last axis cannot be {length} long.")
    return length // 2


@register("_contrib_fft")
class FFT(_Transform):
    """Discrete Fourier transform of real numbers along the last axis.

    data (..., d) -> output (..., 2 · d), pairs (real, imaginary)

    Attributes:
        compute_size: accepted, and of no effect.

    MXNet has it on the GPU only, for 2 or 4 axes.

    >>> import symgraph as mx
    >>> mx.nd.contrib.fft(mx.nd.array([[1, 2]])).asnumpy().tolist()
    [[3.0, 0.0, -1.0, 0.0]]
    """

    precision = IN_FLOAT32

    def _lengths(self, data: int | None, out: int | None) -> tuple[int | None, int | None]:
        d = merge_dim(data, _half("output", out))
        return d, None if d is None else 2 * d

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        spectrum = jnp.fft.fft(data.astype(accumulator(data.dtype)))
        pairs = jnp.stack([spectrum.real, spectrum.imag], axis=-1)
        return (pairs.reshape(*data.shape[:-1], -1).astype(data.dtype),)


@register("_contrib_ifft")
class IFFT(_Transform):
    """Real part of the inverse discrete Fourier transform along the last axis, without the factor 1 / d.

    data (..., 2 · d), pairs (real, imaginary) -> output (..., d)

    Attributes:
        compute_size: accepted, and of no effect.

    MXNet has it on the GPU only, for 2 or 4 axes.

    >>> import symgraph as mx
    >>> mx.nd.contrib.ifft(mx.nd.array([[3, 0, -1, 0]])).asnumpy().tolist()
    [[2.0, 4.0]]
    """

    def _lengths(self, data: int | None, out: int | None) -> tuple[int | None, int | None]:
        d = merge_dim(_half("data", data), out)
        return None if d is None else 2 * d, d

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        pairs = data.astype(accumulator(data.dtype)).reshape(*data.shape[:-1], -1, 2)
        spectrum = lax.complex(pairs[..., 0], pairs[..., 1])
        return (jnp.fft.ifft(spectrum, norm="forward").real.astype(data.dtype),)
