"""Operators that draw from a distribution: into a given shape, into the shape of a tensor, or per element of tensors.

`family` makes the three operators of a distribution. Gradients are zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import jax.numpy as jnp
import numpy as np

from symgraph.errors import DTypeError, ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.dtype import FLOAT32, as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, merge_all, show
from symgraph.ops.distribution import (
    Distribution,
    Exponential,
    Gamma,
    GeneralizedNegativeBinomial,
    Integers,
    NegativeBinomial,
    Normal,
    Poisson,
    Uniform,
)
from symgraph.ops.family import Array, Elementwise, first_known, require_numbers
from symgraph.ops.floating import Floating, accumulator
from symgraph.ops.source import Source

FloatType = Literal["None", "bfloat16", "float16", "float32", "float64"]


class _Drawn(Op):
    """The dtype of the output is an attribute, or follows from the array that takes the output, or is a default."""

    if TYPE_CHECKING:
        dtype: str

    is_random = True
    blocks_gradient = True

    default_dtype: ClassVar[np.dtype] = FLOAT32

    def dtype_for(self, out: np.dtype | None = None) -> np.dtype:
        """The attribute, else `out`, else the default.

        Raises:
            DTypeError: numbers of dtype `out` cannot be drawn.
        """
        if self.dtype != "None":
            return as_dtype(self.dtype)
        choices = [choice for choice in self.codecs["dtype"].choices if choice != "None"]
        if out is not None and out.name not in choices:
            raise DTypeError(f"{self.name} draws numbers of {', '.join(choices)}, but the output is to be {out.name}.")
        return out or self.default_dtype

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return ins, [self.dtype_for(outs[0])]

    def complete(self, shapes: Shapes, dtypes: DTypes) -> Op:
        """The same operator with the inferred dtype of its output in place of an open one."""
        return self if dtypes[0] is None else replace(cast(Any, self), dtype=dtypes[0].name)


@shared_attributes
class _Filled(_Drawn, Source, Distribution):
    """Numbers of one distribution in a given shape.

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
    """

    shape: Shape | None = None
    ctx: str = ""
    dtype: FloatType = "None"

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        self.check()
        return super().infer_shape(ins, outs)

    def complete(self, shapes: Shapes, dtypes: DTypes) -> Op:
        """The same operator with the inferred shape and dtype of its output in place of open ones."""
        return _Drawn.complete(cast(_Drawn, Source.complete(self, shapes, dtypes)), shapes, dtypes)

    def in_block(self) -> Op:
        """Element i of what is drawn follows from the key and i alone (see ``jax_threefry_partitionable``)."""
        return cast(Op, replace(cast(Any, self), shape=(_block_length(math.prod(self.known_shape())),)))

    def lower(self, ctx: LowerContext, *inputs: Array, **numbers: Array) -> tuple[Array, ...]:
        dtype = self.dtype_for()
        return (self.draw(ctx.key, tuple(self.known_shape()), dtype, *self.parameters(dtype, numbers)),)


_SMALL_BLOCK = 1 << 16
"""Numbers that are drawn faster than a program is compiled."""


def _block_length(count: int) -> int:
    """`count` rounded up: to a power of two, or if it is large, by less than an eighth."""
    power = 1 << max(count - 1, 0).bit_length()
    step = power if power <= _SMALL_BLOCK else power // 16
    return -(-count // step) * step


class _Like(Floating, Elementwise, Distribution):
    """Numbers of one distribution in the shape and dtype of a tensor."""

    is_random = True
    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        self.check()
        return super().infer_shape(ins, outs)

    def lower(self, ctx: LowerContext, *inputs: Array, **numbers: Array) -> tuple[Array, ...]:
        (data,) = inputs
        return (self.draw(ctx.key, data.shape, data.dtype, *self.parameters(data.dtype, numbers)),)


@shared_attributes
class _Sampled(_Drawn):
    """Numbers of one distribution per element of its parameters.

    Parameters outside of their range give NaN or a limit, not an error.

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

    shape: Shape = ()
    dtype: FloatType = "None"

    draw: ClassVar[Callable[..., Array]]

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        if any(length < 1 for length in self.shape):
            raise ShapeError(f"{self.name}: shape={self.shape} must consist of positive lengths.")
        outer = self._outer(outs[0])
        parameter = merge_all((*ins, outer or None))
        made = outer if parameter is None else parameter
        return [parameter] * len(ins), [None if made is None else (*made, *self.shape)]

    def _outer(self, out: MaybeShape) -> MaybeShape:
        """The first axes of an output of shape `out`, those of the parameters; without any, nothing is known of these."""
        if out is None:
            return None
        rank = len(out) - len(self.shape)
        if rank < 0:
            raise ShapeError(f"{self.name}: an output of shape {show(out)} cannot end with shape={self.shape}.")
        return out[:rank]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_numbers(self, ins)
        return [first_known(*ins)] * len(ins), [self.dtype_for(outs[0])]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        dtype, (first, *_) = self.dtype_for(), inputs
        outer = (*first.shape, *[1] * len(self.shape))
        parameters = [jnp.reshape(x.astype(accumulator(dtype)), outer) for x in inputs]
        return (type(self).draw(ctx.key, (*first.shape, *self.shape), dtype, *parameters),)


FILLED = """{about}

-> output (shape), {dtype} unless told otherwise

>>> import symgraph as mx
>>> mx.nd.random_{name}({example}shape=(2, 3)).shape
(2, 3)
"""
LIKE = """{about}

data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

>>> import symgraph as mx
>>> mx.nd.random.{name}_like(mx.nd.zeros((2, 3))).shape
(2, 3)
"""
SAMPLED = """{about} For each element of the parameters, from a distribution of its own.

{tensors} -> output (*d, *shape)

>>> import symgraph as mx
>>> mx.nd.sample_{name}({example}, shape=3).shape
(2, 3)
"""


def family(
    name: str, kind: type[Distribution], tensors: tuple[str, ...], *aliases: str
) -> tuple[type[Op], type[Op], type[Op]]:
    """Register ``_random_<name>``, ``_random_<name>_like`` and ``_sample_<name>``.

    Args:
        tensors: the parameters where they are tensors.
        aliases: further names of ``_random_<name>``.
    """
    about = (kind.__doc__ or "").partition("\n")[0]
    filled = FILLED.format(about=about, name=name, dtype="float32", example="")
    sampled = SAMPLED.format(
        about=about,
        name=name,
        tensors=" · ".join(f"{tensor} (*d)" for tensor in tensors),
        example=", ".join(["mx.nd.ones((2,))"] * len(tensors)),
    )
    sampler = {"__doc__": sampled, "tensors": tensors, "draw": staticmethod(kind.draw)}
    return (
        register(f"_random_{name}", f"random_{name}", *aliases)(type(name, (_Filled, kind), {"__doc__": filled})),
        register(f"_random_{name}_like")(type(name, (_Like, kind), {"__doc__": LIKE.format(about=about, name=name)})),
        register(f"_sample_{name}", f"sample_{name}")(type(name, (_Sampled,), sampler)),
    )


uniform, uniform_like, sample_uniform = family("uniform", Uniform, ("low", "high"), "uniform")
normal, normal_like, sample_normal = family("normal", Normal, ("mu", "sigma"), "normal")
gamma, gamma_like, sample_gamma = family("gamma", Gamma, ("alpha", "beta"))
exponential, exponential_like, sample_exponential = family("exponential", Exponential, ("lam",))
poisson, poisson_like, sample_poisson = family("poisson", Poisson, ("lam",))
negative_binomial, negative_binomial_like, sample_negative_binomial = family(
    "negative_binomial", NegativeBinomial, ("k", "p")
)
generalized_negative_binomial, generalized_negative_binomial_like, sample_generalized_negative_binomial = family(
    "generalized_negative_binomial", GeneralizedNegativeBinomial, ("mu", "alpha")
)


@register("_random_randint", "random_randint", "_npi_random_randint")
class RandomIntegers(_Filled, Integers):
    """Whole numbers in [low, high), each as likely as any other.

    -> output (shape), int32 unless told otherwise

    MXNet stops the whole process for low = high, and wraps numbers around that do not fit into int32; here both are errors.

    >>> import symgraph as mx
    >>> mx.nd.random.randint(3, 4, shape=(2,)).asnumpy().tolist()
    [3, 3]
    """

    dtype: Literal["None", "int32", "int64"] = "None"  # type: ignore[assignment]

    default_dtype = np.dtype(np.int32)
