"""Output layers for regression: a link function whose gradient is that of a loss against label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register
from symgraph.ir.shape import is_known, show, size
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating


class _Regression(Floating):
    """Rules that the family shares; a member adds the link function and the gradient of its loss."""

    grad_scale: float

    precision = IN_FLOAT32
    tensors = ("data", "label")

    def ignores_head_grad(self) -> bool:
        return True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data, label = ins
        data = data if outs[0] is None else outs[0] if data is None else data
        if data is None:
            return [None, label], [None]
        natural = data[:1] if len(data) == 2 and data[1] == 1 else data
        if label is None:
            return [data, natural if is_known(data) else None], [data]
        if is_known(data) and is_known(label) and (label[:1] != data[:1] or size(label) != size(data)):
            raise ShapeError(
                f"{self.name}: label has shape {show(label)}, but data has {show(data)}; label must hold one value per "
                f"value of data, with the same first axis."
            )
        return [data, label], [data]

    def link(self, data: Array) -> Array:
        raise NotImplementedError

    def residual(self, out: Array, label: Array) -> Array:
        raise NotImplementedError

    def lower(self, ctx: LowerContext, data: Array, label: Array) -> tuple[Array, ...]:
        return (self.link(data),)

    def grad(self, ctx: LowerContext, ins: Any, outs: Any, cotangents: Any) -> tuple[Array | None, ...]:
        (_, label), (out,) = ins, outs
        per_example = label.size // label.shape[0]
        return self.residual(out, label.reshape(out.shape)) * (self.grad_scale / per_example), None


def _regression(
    name: str, alias: str, doc: str, link: Callable[[Array], Array], residual: Callable[[Array, Array], Array]
) -> type[Op]:
    """Register a regression output.

    Args:
        doc: what it computes, and its loss; shapes are added.
        link: data -> output.
        residual: (output, label) -> gradient of the loss with respect to data.
    """
    body = {
        "__doc__": f"{doc}\n\ndata (n, ...) · label (as data, or as many elements per example) -> output (as data).\n"
        "The gradient of data is divided by the elements of label per example and does not depend on the head\n"
        "gradient; that of label is zero.\n\nAttributes:\n    grad_scale: factor of the gradient.",
        "__annotations__": {"grad_scale": float},
        "grad_scale": 1.0,
        "link": lambda self, data: link(data),
        "residual": lambda self, out, label: residual(out, label),
    }
    return register(name, alias)(type(name, (_Regression,), body))


def _difference(out: Array, label: Array) -> Array:
    return out - label


def _side(out: Array, label: Array) -> Array:
    """1 where the output is too large, else -1, even if it is exact."""
    return jnp.where(out > label, jnp.ones_like(out), -jnp.ones_like(out))


LinearRegressionOutput = _regression(
    "LinearRegressionOutput",
    "_sparse_LinearRegressionOutput",
    "The input itself, with the gradient of the squared error (output - label)² / 2.",
    lambda data: data,
    _difference,
)
LogisticRegressionOutput = _regression(
    "LogisticRegressionOutput",
    "_sparse_LogisticRegressionOutput",
    "1 / (1 + exp(-x)), with the gradient of the cross entropy: output - label.",
    jax.nn.sigmoid,
    _difference,
)
MAERegressionOutput = _regression(
    "MAERegressionOutput",
    "_sparse_MAERegressionOutput",
    "The input itself, with the gradient of the absolute error: 1 where output > label, else -1.",
    lambda data: data,
    _side,
)
