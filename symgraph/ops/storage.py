"""Copies between devices and forms of storage, of which one program has one each; and arrays set to zero in place."""

from __future__ import annotations

from typing import Literal

import jax.numpy as jnp

from symgraph.errors import OpAttributeError
from symgraph.ir.attrs import Count
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ops.family import Array
from symgraph.ops.floating import require_float
from symgraph.ops.identity import Passing


@register("cast_storage", "_sparse_cast_storage")
class CastStorage(Passing):
    """The input in another form of storage. All arrays of symgraph are dense, so that ``"default"`` is the only one.

    data (any shape) -> output (same shape)

    Attributes:
        stype: the form of storage; others than ``"default"`` are refused.

    >>> import symgraph as mx
    >>> mx.nd.cast_storage(mx.nd.array([1, 0]), stype="default").asnumpy().tolist()
    [1.0, 0.0]
    """

    stype: Literal["csr", "default", "row_sparse"]

    def __post_init__(self) -> None:
        if self.stype != "default":
            raise OpAttributeError(
                f"operator {self.name}: sparse storage is not part of symgraph, where all arrays are dense; use "
                f"stype='default' in place of {self.stype!r}, or leave the operator out."
            )


@register("_copyto", "_npi_copyto")
class CopyTo(Passing):
    """A copy of the input.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.nd._internal._copyto(mx.nd.array([1, 2])).asnumpy().tolist()
    [1.0, 2.0]
    """


@register("_CrossDeviceCopy")
class CrossDeviceCopy(Passing):
    """The input on the device where it is needed, which in a program of one device is where it is.

    data (any shape) -> output (same shape)

    >>> import symgraph as mx
    >>> mx.sym._internal._CrossDeviceCopy(mx.sym.Variable("x")).infer_shape(x=(2, 3))
    ([(2, 3)], [(2, 3)], [])
    """


@register("reset_arrays")
class ResetArrays(Op):
    """Set arrays to zero, as gradients that were summed up are before the next sum. It works on arrays, not on symbols.

    array_0 (any shape) · array_1 (any shape) · ..., floating-point -> no output; the arrays themselves change

    Attributes:
        num_arrays: number of arrays; counted when left out.

    >>> import symgraph as mx
    >>> total = mx.nd.ones((2,))
    >>> _ = mx.nd.reset_arrays(total, num_arrays=1)
    >>> total.asnumpy().tolist()
    [0.0, 0.0]
    """

    num_arrays: Count

    tensors = ()
    variadic = "num_arrays"

    def auxiliary(self) -> tuple[str, ...]:
        return tuple(f"array_{i}" for i in range(self.num_arrays))

    def outputs(self) -> tuple[str, ...]:
        return ()

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, outs

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, ins, names_slot=True)
        return ins, outs

    def lower(self, ctx: LowerContext, *arrays: Array) -> tuple[Array, ...]:
        return tuple(jnp.zeros_like(x) for x in arrays)
