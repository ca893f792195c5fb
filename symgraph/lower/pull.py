"""The gradient of one operator application: from cotangents of its outputs to gradients of its arguments, followed by
new values of its auxiliary states (``None``: unchanged).

Three ways, in this order: the operator's own `Op.grad`; JAX's reverse mode of `Op.lower`; and, because MXNet lets
integers carry gradients, JAX's reverse mode of `lower` on integer inputs lifted to float64, cast back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.ir.op import LowerContext, Op

Array = jax.Array
Mask = tuple[bool, ...]

jax.tree_util.register_dataclass(
    LowerContext,
    data_fields=["key"],
    meta_fields=["is_train", "platform", "node", "position", "wanted", "host", "plain"],
)


@partial(jax.tree_util.register_dataclass, data_fields=["ctx", "inputs", "outputs"], meta_fields=["op", "mask"])
@dataclass(frozen=True)
class OwnPull:
    """Cotangents to gradients by `Op.grad`.

    Attributes:
        outputs: all results of `Op.lower`.
    """

    op: Op
    mask: Mask
    ctx: LowerContext
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]

    def __call__(self, cotangents: Sequence[Array | None], host: Any = None) -> list[Array | None]:
        assert self.op.grad is not None
        filled = tuple(
            jnp.zeros_like(out) if ct is None else ct
            for out, ct in zip(self.outputs[: len(cotangents)], cotangents, strict=True)
        )
        ctx = replace(self.ctx, wanted=self.mask, host=host)
        found = self.op.grad(ctx, self.inputs, self.outputs, filled)
        wanted, _ = self.op.split(self.mask)
        grads = [grad if want else None for grad, want in zip(found[: len(wanted)], wanted, strict=True)]
        return [*grads, *found[len(wanted) :]]


@partial(jax.tree_util.register_dataclass, data_fields=["vjp"], meta_fields=["op", "mask", "outputs", "inputs"])
@dataclass(frozen=True)
class JaxPull:
    """Cotangents to gradients by JAX's reverse mode.

    Attributes:
        outputs: shape and dtype of each output as differentiated; ``None`` for an integer one, which has no derivative.
        inputs: dtype of each input.
    """

    op: Op
    mask: Mask
    outputs: tuple[tuple[tuple[int, ...], Any] | None, ...]
    inputs: tuple[Any, ...]
    vjp: Callable[..., Any]

    def __call__(self, cotangents: Sequence[Array | None], host: Any = None) -> list[Array | None]:
        primal = tuple(
            jnp.zeros(spec[0], spec[1]) if ct is None else ct.astype(spec[1])
            for spec, ct in zip(self.outputs, cotangents, strict=True)
            if spec is not None
        )
        found = iter(self.vjp(primal))
        grads: list[Array | None] = []
        for wanted, dtype in zip(self.mask, self.inputs, strict=True):
            grads.append(_lowered(next(found), dtype) if wanted else None)
        arguments, states = self.op.split(grads)
        return [*arguments, *states]


Pull = OwnPull | JaxPull


def apply_with_pull(op: Op, ctx: LowerContext, inputs: Sequence[Array], mask: Mask) -> tuple[tuple[Array, ...], Pull]:
    """`Op.lower` and what takes cotangents of its outputs to gradients of the inputs in `mask`."""
    count = len(op.outputs())
    if op.grad is not None:
        results = op.lower(ctx, *inputs)
        return results, OwnPull(op, mask, replace(ctx, host=None), tuple(inputs), tuple(results))
    dtypes = tuple(np.dtype(x.dtype) for x in inputs)
    lifted = any(m and not _differentiable(d) for m, d in zip(mask, dtypes, strict=True))
    # The dtype of a result may be that of an input nobody wants the gradient of, so that one is lifted, too.
    real = [x.astype(jnp.float64) if lifted and np.dtype(x.dtype).kind in "iu" else x for x in inputs]
    active = [x if _differentiable(x.dtype) else x.astype(jnp.float64) for x, m in zip(real, mask, strict=True) if m]
    specs: list[Any] = []

    def function(*wanted: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        given = iter(wanted)
        results = op.lower(ctx, *(next(given) if m else x for x, m in zip(real, mask, strict=True)))
        outputs = results[:count]
        specs[:] = [(o.shape, np.dtype(o.dtype)) if _differentiable(o.dtype) else None for o in outputs]
        return tuple(o for o in outputs if _differentiable(o.dtype)), results

    _, vjp, results = jax.vjp(function, *active, has_aux=True)
    if lifted:
        results = op.lower(ctx, *inputs)
    return results, JaxPull(op, mask, tuple(specs), dtypes, vjp)


def _lowered(gradient: Array, dtype: Any) -> Array:
    """A gradient in the dtype of its input; what is too large for a narrow integer wraps around."""
    if np.dtype(dtype).kind in "iu":
        gradient = gradient.astype(jnp.int64)
    return gradient.astype(dtype)


def _differentiable(dtype: Any) -> bool:
    return bool(jnp.issubdtype(dtype, jnp.floating))
