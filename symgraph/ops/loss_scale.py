"""The factor on gradients that keeps them within the range of float16."""

from __future__ import annotations

from typing import Any

from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge
from symgraph.ops.family import Array


@register("_amp_scale_gradient")
class ScaleGradient(Op):
    """The first input itself, with its gradient multiplied by the second one (Micikevicius et al. 2018).

    data (any shape) · scale (1,) -> output (as data)

    It stands before a loss. As `scale` is an array, it may change from step to step. Symgraph's own: real MXNet cannot load
    a symbol that contains it.

    >>> import symgraph as mx
    >>> scale = mx.sym.Variable("scale")
    >>> net = mx.sym.MakeLoss(mx.sym._internal._amp_scale_gradient(mx.sym.Variable("x"), scale))
    >>> args = {"x": mx.nd.array([3.0]), "scale": mx.nd.array([8.0])}
    >>> executor = net.bind(mx.cpu(), args, args_grad={"x": mx.nd.zeros((1,))})
    >>> executor.forward(is_train=True)[0].asscalar().item()
    3.0
    >>> executor.backward()
    >>> executor.grad_dict["x"].asscalar().item()
    8.0
    """

    tensors = ("data", "scale")
    role = "gradient scale"
    is_cheap = True
    forward_mode = "transposed"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        return [data, (1,)], [data]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        data = ins[0] if ins[0] is not None else outs[0]
        return [data, ins[1]], [data]

    def lower(self, ctx: LowerContext, data: Array, scale: Array) -> tuple[Array, ...]:
        return (data,)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        return cotangents[0] * ins[1].astype(cotangents[0].dtype), None
