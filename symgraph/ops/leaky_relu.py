"""LeakyReLU: rectifiers that are not zero on the negative side."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.errors import ShapeError
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.op import LowerContext, Shapes
from symgraph.ir.precision import Precision
from symgraph.ir.registry import register
from symgraph.ir.shape import MaybeShape, merge, show
from symgraph.ops.family import Array, relaid_alike
from symgraph.ops.floating import Floating, along

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _negative_part(x: Array) -> Array:
    """x where it is not positive, else 0: keeps the exponential, and its gradient, from overflowing."""
    return jnp.where(x <= 0, x, jnp.zeros_like(x))


def _leaky(x: Array, slope: float) -> Array:
    return jnp.where(x <= 0, slope * x, x)


def _elu(x: Array, slope: float) -> Array:
    return jnp.where(x <= 0, slope * jnp.expm1(_negative_part(x)), x)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _selu(x: Array, slope: float) -> Array:
    return SELU_SCALE * jnp.where(x > 0, x, SELU_ALPHA * jnp.expm1(jnp.minimum(x, 0)))


@_selu.defjvp
def _selu_jvp(slope: float, primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    """On the negative side MXNet's derivative is scale (alpha + y), though that of the output y is scale alpha + y."""
    (x,), (dx,) = primals, tangents
    y = _selu(x, slope)
    return y, dx * SELU_SCALE * jnp.where(x > 0, jnp.ones_like(y), SELU_ALPHA + y)


def _gelu(x: Array, slope: float) -> Array:
    # 1 + erf would cancel where x is negative.
    return 0.5 * x * lax.erfc(x * -(0.5**0.5))


_FUNCTIONS: dict[str, Callable[[Array, float], Array]] = {"leaky": _leaky, "elu": _elu, "selu": _selu, "gelu": _gelu}


@register("LeakyReLU", "_npx_leaky_relu")
class LeakyReLU(Floating):
    """Rectifier with a negative side, chosen by name.

    data (n, c, ...) · gamma ((c,) or (1,) or as data; prelu only) -> output (as data); rrelu also has the output mask
    (as data), the slopes it used.

    Attributes:
        act_type: leaky slope·x (Maas et al. 2013) · prelu gamma·x, learnt (He et al. 2015) · rrelu a random slope
            between the bounds in training, their mean otherwise (Xu et al. 2015) · elu slope·(exp(x) - 1)
            (Clevert et al. 2015) · selu 1.0507·1.6733·(exp(x) - 1), and 1.0507·x where x > 0 (Klambauer et al. 2017) ·
            gelu x·Φ(x) everywhere (Hendrycks and Gimpel 2016). The others are x where x > 0.
        slope: of leaky and elu.
        lower_bound, upper_bound: of the slopes of rrelu.

    MXNet crashes on rrelu in training; here it works. The gradient of selu where x <= 0 is MXNet's
    1.0507·(1.6733 + output), which is less than the derivative.

    >>> import symgraph as mx
    >>> mx.nd.LeakyReLU(mx.nd.array([-4, 2])).asnumpy().tolist()
    [-1.0, 2.0]
    """

    act_type: Literal["elu", "gelu", "leaky", "prelu", "rrelu", "selu"] = "leaky"
    slope: float = 0.25
    lower_bound: float = 0.125
    upper_bound: float = 0.334
    _channel_axis: int = 1

    precision = Precision("any", "any", {"act_type": ("elu", "selu")})
    tensors = ("data", "gamma")
    is_cheap = True
    picture = "activation"
    input_inits = {"gamma": '["Constant", {"value": 0.25}]'}

    @property
    def is_random(self) -> bool:  # type: ignore[override]
        """Only rrelu draws."""
        return self.act_type == "rrelu"

    def draws(self, is_train: bool) -> bool:
        return self.is_random and is_train

    def picture_label(self) -> str:
        return f"{self.name}\n{self.act_type}"

    def arguments(self) -> tuple[str, ...]:
        return self.tensors if self.act_type == "prelu" else self.tensors[:1]

    def outputs(self) -> tuple[str, ...]:
        return ("output", "mask") if self.act_type == "rrelu" else ("output",)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        data = merge(ins[0], outs[0])
        if self.act_type != "prelu":
            return [data], [data] * len(outs)
        return [data, self._gamma_shape(data, ins[1])], [data]

    def _gamma_shape(self, data: MaybeShape, gamma: MaybeShape) -> MaybeShape:
        """The given shape of gamma if it is allowed, else one slope per channel."""
        if data is None or gamma == (1,):
            return gamma
        if gamma is not None and len(gamma) == len(data):
            return merge(gamma, data)
        if len(data) < 2:
            raise ShapeError(f"LeakyReLU: prelu takes data with a channel axis, given {show(data)}; reshape it.")
        return (data[1],)

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        order, *rest = orders
        if self.act_type == "rrelu" or order is None:
            return None
        if not rest or len(shapes[1] or ()) == len(order):
            return relaid_alike(self, orders)
        return Relaid(replace(self, _channel_axis=order.index(1)), (order, None), (order,))

    def lower(self, ctx: LowerContext, data: Array, gamma: Array | None = None) -> tuple[Array, ...]:
        if self.act_type == "rrelu":
            return self._randomized(ctx, data)
        if gamma is None:
            return (_FUNCTIONS[self.act_type](data, self.slope),)
        slopes = (
            along(gamma, self._channel_axis, data.ndim)
            if gamma.ndim == 1 < data.ndim and gamma.shape != (1,)
            else gamma
        )
        return (jnp.where(data > 0, data, slopes * data),)

    def _randomized(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        if ctx.is_train:
            slopes = jax.random.uniform(ctx.key, data.shape, jnp.float32, self.lower_bound, self.upper_bound)
        else:
            slopes = jnp.full(data.shape, (self.lower_bound + self.upper_bound) / 2, jnp.float32)
        mask = slopes.astype(data.dtype)
        return jnp.where(data > 0, data, mask * data), mask
