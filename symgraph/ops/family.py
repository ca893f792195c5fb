"""Base classes and builders that whole operator families share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import jax

from symgraph.ir.op import DTypes, LowerContext, Op, Shapes, register
from symgraph.ir.shape import merge_all

Array = jax.Array


class Elementwise(Op):
    """All inputs and all outputs have the same shape and, unless `infer_dtype` says otherwise, the same dtype."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge_all((*ins, *outs))
        return [shape] * len(ins), [shape] * len(outs)


def unary(
    name: str,
    function: Callable[[Array], Array],
    doc: str,
    *aliases: str,
    grad: Callable[[Array, Array, Array], Array] | None = None,
) -> type[Op]:
    """Register an element-wise operator of one input.

    Args:
        function: the JAX computation.
        doc: one sentence; shapes are added.
        grad: ``(x, y, cotangent) -> gradient`` where MXNet's gradient is not the derivative of `function`.
    """

    def lower(self: Op, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (function(data),)

    body: dict[str, Any] = {"__doc__": f"{doc}\n\ndata (any shape) -> output (same shape)", "lower": lower}
    if grad is not None:
        body["grad"] = lambda self, ctx, ins, outs, cts: (grad(ins[0], outs[0], cts[0]),)
    return register(name, *aliases)(type(name, (Elementwise,), body))
