"""Element-wise mathematics of one input.

Integers are accepted: the function is taken of the real number, and its value truncated.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax.scipy import special

from symgraph.ir.op import LowerContext
from symgraph.ir.precision import ANYWHERE, IN_FLOAT32, Precision
from symgraph.ir.registry import register
from symgraph.ops.family import Arithmetic, Array, back_to, derivatives, number, unary


def sign_of(x: Array) -> Array:
    """-1, 0 or 1 by the sign; 0 for NaN."""
    return jnp.where(x > 0, 1, jnp.where(x < 0, -1, 0))


@derivatives(sign_of)
def _abs(x: Array) -> Array:
    return jnp.abs(x)


def _rint(x: Array) -> Array:
    low = jnp.floor(x)
    high = jnp.ceil(x)
    return jnp.where(x - low <= high - x, low, high)


def round_half_away(x: Array) -> Array:
    """Nearest whole number; halves are rounded away from zero."""
    if not jnp.issubdtype(x.dtype, jnp.floating):
        return x
    return jax.lax.round(x, jax.lax.RoundingMethod.AWAY_FROM_ZERO)


@derivatives(lambda x: -0.5 / (x * jnp.sqrt(x)))
def _rsqrt(x: Array) -> Array:
    return jnp.reciprocal(jnp.sqrt(x))


def _rcbrt(x: Array) -> Array:
    return jnp.reciprocal(jnp.cbrt(x))


def _reciprocal(x: Array) -> Array:
    return jnp.true_divide(1, x)


def _digamma(x: Array) -> Array:
    return jnp.where((x <= 0) & (x == jnp.floor(x)), jnp.inf, special.digamma(x))


@derivatives(lambda x: special.gamma(x) * _digamma(x))
def _gamma(x: Array) -> Array:
    return special.gamma(x)


@derivatives(_digamma)
def _gammaln(x: Array) -> Array:
    return special.gammaln(x)


@derivatives(lambda x: jax.lax.rsqrt(x * x - 1))
def _arccosh(x: Array) -> Array:
    return jnp.arccosh(x)


step = partial(unary, blocks_gradient=True)
"""As `unary`, for functions that are constant between their jumps."""

abs_ = unary("abs", _abs, "Absolute value; gradient 0 at 0 and NaN.", "_sparse_abs", precision=ANYWHERE)
sign = unary("sign", sign_of, "-1, 0 or 1 by the sign; 0 for NaN.", "_sparse_sign")
negative = unary("negative", jnp.negative, "-x.", "_sparse_negative")
reciprocal = unary("reciprocal", _reciprocal, "1 / x.", precision=IN_FLOAT32)

rint = step("rint", _rint, "Nearest whole number; halves are rounded down (0.5 to 0, -0.5 to -1).", "_sparse_rint")
round_ = step("round", round_half_away, "Nearest whole number; halves are rounded away from zero.", "_sparse_round")
ceil = step("ceil", jnp.ceil, "Smallest whole number not below x.", "_sparse_ceil")
floor = step("floor", jnp.floor, "Largest whole number not above x.", "_sparse_floor")
trunc = step("trunc", jnp.trunc, "Whole number next to x in the direction of zero.", "_sparse_trunc")
fix = step("fix", jnp.trunc, "Whole number next to x in the direction of zero.", "_sparse_fix")

square = unary("square", jnp.square, "x².", "_sparse_square", precision=Precision("float32", "any"))
sqrt = unary("sqrt", jnp.sqrt, "√x.", "_sparse_sqrt", precision=ANYWHERE)
rsqrt = unary("rsqrt", _rsqrt, "1 / √x.", "_sparse_rsqrt", precision=IN_FLOAT32)
cbrt = unary("cbrt", jnp.cbrt, "Cube root.", "_sparse_cbrt")
rcbrt = unary("rcbrt", _rcbrt, "1 / cube root.", precision=IN_FLOAT32)

exp = unary("exp", jnp.exp, "eˣ.", "_sparse_exp", precision=IN_FLOAT32)
expm1 = unary("expm1", jnp.expm1, "eˣ - 1, precise near 0.", "_sparse_expm1", precision=IN_FLOAT32)
log = unary("log", jnp.log, "Natural logarithm.", "_sparse_log", precision=IN_FLOAT32)
log10 = unary("log10", jnp.log10, "Logarithm to base 10.", "_sparse_log10", precision=IN_FLOAT32)
log2 = unary("log2", jnp.log2, "Logarithm to base 2.", "_sparse_log2", precision=IN_FLOAT32)
log1p = unary("log1p", jnp.log1p, "log(1 + x), precise near 0.", "_sparse_log1p", precision=IN_FLOAT32)

sin = unary("sin", jnp.sin, "Sine of radians.", "_sparse_sin")
cos = unary("cos", jnp.cos, "Cosine of radians.", "_sparse_cos")
tan = unary("tan", jnp.tan, "Tangent of radians.", "_sparse_tan", precision=IN_FLOAT32)
arcsin = unary("arcsin", jnp.arcsin, "Inverse sine, in [-π/2, π/2].", "_sparse_arcsin", precision=IN_FLOAT32)
arccos = unary("arccos", jnp.arccos, "Inverse cosine, in [0, π].", "_sparse_arccos", precision=IN_FLOAT32)
arctan = unary("arctan", jnp.arctan, "Inverse tangent, in [-π/2, π/2].", "_sparse_arctan")
sinh = unary("sinh", jnp.sinh, "Hyperbolic sine.", "_sparse_sinh", precision=IN_FLOAT32)
cosh = unary("cosh", jnp.cosh, "Hyperbolic cosine.", "_sparse_cosh", precision=IN_FLOAT32)
tanh = unary("tanh", jnp.tanh, "Hyperbolic tangent.", "_sparse_tanh", precision=ANYWHERE)
arcsinh = unary("arcsinh", jnp.arcsinh, "Inverse hyperbolic sine.", "_sparse_arcsinh")
arccosh = unary("arccosh", _arccosh, "Inverse hyperbolic cosine.", "_sparse_arccosh")
arctanh = unary("arctanh", jnp.arctanh, "Inverse hyperbolic tangent.", "_sparse_arctanh", precision=IN_FLOAT32)
degrees = unary("degrees", jnp.degrees, "Radians as degrees.", "_sparse_degrees")
radians = unary("radians", jnp.radians, "Degrees as radians.", "_sparse_radians")

erf = unary("erf", special.erf, "Error function 2/√π ∫₀ˣ exp(-t²) dt.", "_npx_erf")
erfinv = unary("erfinv", special.erfinv, "Inverse of the error function.", "_npx_erfinv", precision=IN_FLOAT32)
gamma = unary(
    "gamma", _gamma, "Gamma function, (x - 1)! of whole numbers.", "_npx_gamma", "_sparse_gamma", precision=IN_FLOAT32
)
gammaln = unary(
    "gammaln", _gammaln, "Logarithm of |gamma(x)|.", "_npx_gammaln", "_sparse_gammaln", precision=IN_FLOAT32
)

logical_not = step("logical_not", lambda x: x == 0, "1 where x is 0, else 0.")


@register("clip", "_npi_clip", "_sparse_clip")
class Clip(Arithmetic):
    """Values limited to [a_min, a_max]; the gradient is 1 inside and on the border, for NaN too, and 0 outside.

    data (any shape) -> output (same shape)

    Attributes:
        a_min, a_max: the limits; integer data truncates them.

    >>> import symgraph as mx
    >>> mx.nd.clip(mx.nd.array([-3, 0.5, 3]), a_min=-1, a_max=1).asnumpy().tolist()
    [-1.0, 0.5, 1.0]
    """

    a_min: float
    a_max: float

    precision = ANYWHERE
    is_pointwise = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        real = data.astype(jnp.promote_types(data.dtype, jnp.float32))
        low, high = (number(bound, data.dtype) for bound in (self.a_min, self.a_max))
        return (jnp.where(real > self.a_max, high, jnp.where(real < self.a_min, low, data)),)


@register("smooth_l1", "_npx_smooth_l1")
class SmoothL1(Arithmetic):
    """Huber-like loss: s²x²/2 where |x| < 1/s², and |x| - 1/(2s²) beyond, with s = scalar (Girshick, 2015).

    data (any shape) -> output (same shape)

    Attributes:
        scalar: s, the root of the reciprocal of where the parabola ends.

    >>> import symgraph as mx
    >>> mx.nd.smooth_l1(mx.nd.array([-2, 0.5])).asnumpy().tolist()
    [1.5, 0.125]
    """

    scalar: float = 1.0

    precision = IN_FLOAT32
    is_pointwise = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        curvature = float(number(self.scalar, data.dtype)) ** 2
        if curvature == 0:
            return (jnp.zeros_like(data),)
        distance = jnp.abs(data)
        linear = distance > 1 / curvature
        parabola = 0.5 * curvature * jnp.square(jnp.where(linear, 0, data))
        loss = jnp.where(linear, distance - 0.5 / curvature, parabola)
        return (back_to(data.dtype, loss),)


@register("_contrib_quadratic")
class Quadratic(Arithmetic):
    """a x² + b x + c.

    data (any shape) -> output (same shape)

    Attributes:
        a, b, c: the coefficients.

    >>> import symgraph as mx
    >>> mx.nd.contrib.quadratic(mx.nd.array([1, 2]), a=1, b=2, c=3).asnumpy().tolist()
    [6.0, 11.0]
    """

    a: float = 0.0
    b: float = 0.0
    c: float = 0.0

    is_pointwise = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        return (back_to(data.dtype, self.a * data * data + self.b * data + self.c),)
