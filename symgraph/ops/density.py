"""Probability densities and their logarithms: how likely samples are, with gradients for samples and parameters.

Samples outside of where a distribution lives are not looked for: the formula is applied to them, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import lax
from jax.scipy.special import gammaln

from symgraph.errors import ShapeError
from symgraph.ir.op import LowerContext, Op, Shapes
from symgraph.ir.precision import WIDEST
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import PartialShape, merge, merge_all, show
from symgraph.ops.family import Array
from symgraph.ops.floating import Floating, accumulator

Formula = Callable[..., Array]


@shared_attributes
class _Density(Floating):
    """The density of a distribution at samples.

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

    is_log: bool = False

    log: ClassVar[Formula]
    """``log(sample, *parameters)``: the logarithm, of inputs that broadcast against each other."""

    plain: ClassVar[Formula | None] = None
    """The density itself, where it is more than ``exp(log)``: it exists for a negative scale, say."""

    precision = WIDEST

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        sample, *parameters = ins
        if sample is None or any(shape is None for shape in parameters):
            return ins, outs
        shape = merge_all(parameters) or ()
        if len(shape) > len(sample):
            raise ShapeError(
                f"{self.name}: {', '.join(self.tensors[1:])} of shape {show(shape)} have more axes than sample of shape "
                f"{show(sample)}; the shape of a parameter is a beginning of that of sample."
            )
        parameter = merge(shape, self._parameter_shape(sample, len(shape)))
        return [sample, *[parameter] * len(parameters)], [self._output_shape(sample)]

    def _parameter_shape(self, sample: PartialShape, rank: int) -> PartialShape:
        return sample[:rank]

    def _output_shape(self, sample: PartialShape) -> PartialShape:
        return sample

    def _align(self, parameter: Array, ndim: int) -> Array:
        """A parameter in a shape that broadcasts against a sample of `ndim` axes."""
        return parameter.reshape(parameter.shape + (1,) * (ndim - parameter.ndim))

    def lower(self, ctx: LowerContext, sample: Array, *parameters: Array) -> tuple[Array, ...]:
        x, *rest = (value.astype(accumulator(sample.dtype)) for value in (sample, *parameters))
        aligned = [self._align(parameter, x.ndim) for parameter in rest]
        formula, exponent = type(self).plain, type(self).log
        if self.is_log or formula is None:
            value = exponent(x, *aligned)
            value = value if self.is_log else jnp.exp(value)
        else:
            value = formula(x, *aligned)
        shape: Any = self._output_shape(sample.shape)
        return (jnp.broadcast_to(value, shape).astype(sample.dtype),)


def density(name: str, tensors: tuple[str, ...], doc: str, log: Formula, plain: Formula | None = None) -> type[Op]:
    """Register the density of one distribution.

    Args:
        tensors: names of the parameters.
        doc: one sentence that names the distribution and says what its parameters are.
    """
    places = " · ".join(f"{tensor} (d1, ..., dk)" for tensor in tensors)
    ones = ", ".join(["mx.nd.ones((2,))"] * len(tensors))
    doc = (
        f"{doc}\n\nsample (d1, ..., dn), n >= k · {places} -> output (d1, ..., dn)\n\n"
        f">>> import symgraph as mx\n>>> mx.nd.random_pdf_{name}(mx.nd.ones((2, 3)), {ones}).shape\n(2, 3)\n"
    )
    body = {"__doc__": doc, "tensors": ("sample", *tensors), "log": staticmethod(log)}
    if plain is not None:
        body["plain"] = staticmethod(plain)
    return register(f"_random_pdf_{name}", f"random_pdf_{name}")(type(f"{name}_density", (_Density,), body))


_ROOT = math.sqrt(2 * math.pi)


def _log_gamma(x: Array, alpha: Array, beta: Array) -> Array:
    return alpha * jnp.log(beta) + (alpha - 1) * jnp.log(x) - beta * x - gammaln(alpha)


def _log_poisson(x: Array, lam: Array) -> Array:
    x = lax.stop_gradient(x)
    return x * jnp.log(lam) - lam - gammaln(x + 1)


def _log_negative_binomial(x: Array, k: Array, p: Array) -> Array:
    x = lax.stop_gradient(x)
    return gammaln(x + k) - gammaln(x + 1) - gammaln(k) + k * jnp.log(p) + x * jnp.log(1 - p)


def _log_generalized_negative_binomial(x: Array, mu: Array, alpha: Array) -> Array:
    return _log_negative_binomial(x, 1 / alpha, 1 / (mu * alpha + 1))


uniform_density = density(
    "uniform",
    ("low", "high"),
    "Density of the uniform distribution on [low, high), of samples anywhere.",
    lambda x, low, high: -jnp.log(high - low),
    lambda x, low, high: 1 / (high - low),
)
normal_density = density(
    "normal",
    ("mu", "sigma"),
    "Density of the normal distribution of mean mu and standard deviation sigma.",
    lambda x, mu, sigma: -(((x - mu) / sigma) ** 2) / 2 - jnp.log(_ROOT * sigma),
    lambda x, mu, sigma: jnp.exp(-(((x - mu) / sigma) ** 2) / 2) / (_ROOT * sigma),
)
gamma_density = density(
    "gamma",
    ("alpha", "beta"),
    "Density of the gamma distribution of shape alpha and rate (not scale) beta.",
    _log_gamma,
)
exponential_density = density(
    "exponential",
    ("lam",),
    "Density of the exponential distribution of rate lam.",
    lambda x, lam: jnp.log(lam) - lam * x,
    lambda x, lam: lam * jnp.exp(-lam * x),
)
poisson_density = density(
    "poisson",
    ("lam",),
    "Probability of whole numbers under the Poisson distribution of mean lam; samples have no gradient.",
    _log_poisson,
)
negative_binomial_density = density(
    "negative_binomial",
    ("k", "p"),
    "Probability of whole numbers of failures before the k-th success, of probability p; samples have no gradient.",
    _log_negative_binomial,
)
generalized_negative_binomial_density = density(
    "generalized_negative_binomial",
    ("mu", "alpha"),
    "Probability of whole numbers under the negative binomial distribution of mean mu and dispersion alpha, whose variance "
    "is mu + alpha · mu²; samples have no gradient.",
    _log_generalized_negative_binomial,
)


@register("_random_pdf_dirichlet", "random_pdf_dirichlet")
class DirichletDensity(_Density):
    """Density of the Dirichlet distribution, a distribution over probabilities of k events.

    sample (d1, ..., dn, k) · alpha (d1, ..., dm, k), m <= n -> output (d1, ..., dn); (1,) for a single sample

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_dirichlet(mx.nd.ones((5, 3)) / 3, mx.nd.ones((5, 3))).shape
    (5,)
    """

    tensors = ("sample", "alpha")

    def _parameter_shape(self, sample: PartialShape, rank: int) -> PartialShape:
        return (*sample[: rank - 1], sample[-1])

    def _output_shape(self, sample: PartialShape) -> PartialShape:
        return sample[:-1] or (1,)

    def _align(self, parameter: Array, ndim: int) -> Array:
        lead, k = parameter.shape[:-1], parameter.shape[-1]
        return parameter.reshape(*lead, *[1] * (ndim - parameter.ndim), k)

    @staticmethod
    def log(x: Array, alpha: Array) -> Array:
        powers = ((alpha - 1) * jnp.log(x)).sum(-1)
        return powers + gammaln(alpha.sum(-1)) - gammaln(alpha).sum(-1)
