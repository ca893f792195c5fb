"""Convolution and its transpose, of arrays that are stored with channels last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax.numpy as jnp

from symgraph.ir.op import LowerContext, Op
from symgraph.ops.apart import apart
from symgraph.ops.convolution_grouped import rule_for
from symgraph.ops.convolution_rules import Axes, Filter, Rule
from symgraph.ops.family import Array


@dataclass(frozen=True, eq=False)
class _ChannelsLast(Op):
    """What Convolution and its transpose share on a CPU: their filters, and the rule that computes with them."""

    axes: Axes
    groups: int
    slots: tuple[str, ...]

    def arguments(self) -> tuple[str, ...]:
        return self.slots

    def _rule(self, image: Array, weight: Array, channels: int) -> tuple[Filter, Rule]:
        """The filters that take an image with this many channels to as many as weight has filters."""
        filter = Filter(self.axes, self.groups, channels, weight.shape[-1])
        return filter, rule_for(filter, image.dtype)

    def _gradients(
        self, data: Array, weight: Array, cotangent: Array
    ) -> tuple[Callable[[], Array], Callable[[], Array]]:
        """What computes the gradient of data, and that of weight."""
        raise NotImplementedError

    def grad(
        self, ctx: LowerContext, inputs: Sequence[Array], outputs: Sequence[Array], cotangents: Sequence[Array]
    ) -> list[Any]:
        data, weight, *bias = inputs
        (cotangent,) = cotangents
        wanted = (ctx.wanted or (True, True))[:2]
        computations = self._gradients(data, weight, cotangent)
        found = [compute() if want else None for compute, want in zip(computations, wanted, strict=True)]
        return found + [jnp.sum(cotangent, range(cotangent.ndim - 1)) for _ in bias]


def _image(ctx: LowerContext, function: Callable[[Array, Array], Array], *arrays: Array) -> Array:
    """``function(*arrays)``. At inference, XLA's library of CPU kernels, which sums fast, takes along all convolutions on the
    way to a sum (of a global pooling, a softmax) unless they are compiled apart, and computes them half as fast as XLA."""
    return function(*arrays) if ctx.is_train else apart(function, *arrays)


@dataclass(frozen=True, eq=False)
class ChannelsLastConvolution(_ChannelsLast):
    """What Convolution is on a CPU: the rule for its filters, forward and backward.

    data (n, *x, c) · weight (*kernel, c / groups, f) · bias (f,) -> output (n, *y, f)
    """

    name = "Convolution"

    def lower(self, ctx: LowerContext, data: Array, weight: Array, *bias: Array) -> tuple[Array, ...]:
        filter, rule = self._rule(data, weight, data.shape[-1])
        out = _image(ctx, partial(rule.forward, filter), data, weight)
        return (out + bias[0] if bias else out,)

    def _gradients(
        self, data: Array, weight: Array, cotangent: Array
    ) -> tuple[Callable[[], Array], Callable[[], Array]]:
        filter, rule = self._rule(data, weight, data.shape[-1])
        return (
            partial(rule.data_gradient, filter, data.shape, weight, cotangent),
            partial(rule.weight_gradient, filter, data, weight.shape, cotangent),
        )


@dataclass(frozen=True, eq=False)
class ChannelsLastDeconvolution(_ChannelsLast):
    """What Deconvolution is on a CPU: the gradient of the convolution by its data, and that convolution backward.

    data (n, *x, c) · weight (*kernel, f / groups, c) · bias (f,) -> output (n, *y, f), with y as `extents` says.
    ``python -m benchmarks ops --only deconvolution/backward`` shows what comes of it.
    """

    extents: tuple[int, ...]

    name = "Deconvolution"

    def lower(self, ctx: LowerContext, data: Array, weight: Array, *bias: Array) -> tuple[Array, ...]:
        channels = weight.shape[-2] * self.groups
        filter, rule = self._rule(data, weight, channels)
        shape = data.shape[0], *self.extents, channels
        out = _image(ctx, partial(rule.data_gradient, filter, shape), weight, data)
        return (out + bias[0] if bias else out,)

    def _gradients(
        self, data: Array, weight: Array, cotangent: Array
    ) -> tuple[Callable[[], Array], Callable[[], Array]]:
        filter, rule = self._rule(data, weight, cotangent.shape[-1])
        return (
            partial(rule.forward, filter, cotangent, weight),
            partial(rule.weight_gradient, filter, cotangent, weight.shape, data),
        )
