"""Random variates: arrays of random numbers from one distribution per element, as functions of a JAX key and the parameters.

All of them take ``(key, shape, dtype, *parameters)`` and give an array of that shape and dtype. Parameters broadcast
against `shape`; their dtype, float32 or float64, is the one that is computed in. Where a parameter is outside of its range
the result is NaN or a limit, never an error.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.ops.family import Array

Lengths = tuple[int, ...]

MANY = 32.0
"""The mean from which Poisson numbers are computed in closed form."""


def uniform(key: Array, shape: Lengths, dtype: np.dtype, low: Array, high: Array) -> Array:
    """Numbers in [low, high). Rounding must not make one of them `high`, which the least number below it replaces."""
    drawn = (low + jax.random.uniform(key, shape, low.dtype) * (high - low)).astype(dtype)
    end = high.astype(dtype)
    return jnp.where(drawn == end, jnp.nextafter(end, low.astype(dtype)), drawn)


def normal(key: Array, shape: Lengths, dtype: np.dtype, mean: Array, deviation: Array) -> Array:
    """Numbers of mean `mean` and standard deviation `deviation`."""
    return (mean + jax.random.normal(key, shape, mean.dtype) * deviation).astype(dtype)


def exponential(key: Array, shape: Lengths, dtype: np.dtype, rate: Array) -> Array:
    """Numbers of mean 1 / rate."""
    return (jax.random.exponential(key, shape, rate.dtype) / rate).astype(dtype)


def gamma(key: Array, shape: Lengths, dtype: np.dtype, alpha: Array, scale: Array) -> Array:
    """Numbers of mean alpha·scale and variance alpha·scale²; alpha = 0 and an infinite alpha give the limit."""
    is_limit = (alpha == 0) | (alpha == jnp.inf)
    is_proper = (alpha > 0) & ~is_limit
    shapes = jnp.where(is_proper, alpha, jnp.ones_like(alpha))
    first, second = jax.random.split(key)
    # A number of shape alpha is one of shape alpha + 1 times the power of a uniform one.
    drawn = _gamma_from_one(first, shape, jnp.where(shapes < 1, shapes + 1, shapes))
    power = jnp.exp(-jax.random.exponential(second, shape, alpha.dtype) / shapes)
    drawn = jnp.where(shapes < 1, drawn * power, drawn)
    improper = jnp.where(is_limit, alpha, jnp.full_like(alpha, jnp.nan))
    return (jnp.where(is_proper, drawn, improper) * scale).astype(dtype)


def _gamma_from_one(key: Array, shape: Lengths, alpha: Array) -> Array:
    """Gamma numbers of scale 1 for alpha >= 1: rejection (Marsaglia and Tsang 2000), of all elements at once.

    It accepts 19 of 20 numbers or more, so that a few rounds do for an array of any size.
    """
    d = alpha - 1 / 3
    c = 1 / jnp.sqrt(9 * d)

    def try_again(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        key, drawn, done = state
        key, first, second = jax.random.split(key, 3)
        z = jax.random.normal(first, shape, alpha.dtype)
        u = jax.random.uniform(second, shape, alpha.dtype)
        v = (1 + c * z) ** 3
        # The first test, which is nearly the second, does not suffer from cancellation for a large alpha.
        is_good = (u < 1 - 0.0331 * z**4) | (jnp.log(u) < z**2 / 2 + d * (1 - v + jnp.log(jnp.maximum(v, 0))))
        return key, jnp.where(done, drawn, d * v), done | (is_good & (v > 0))

    start = (key, jnp.zeros(shape, alpha.dtype), jnp.zeros(shape, bool))
    return lax.while_loop(lambda state: ~jnp.all(state[2]), try_again, start)[1]


def poisson(key: Array, shape: Lengths, dtype: np.dtype, mean: Array) -> Array:
    """Whole numbers of mean and variance `mean`; 0 where it is negative."""
    mean = jnp.maximum(mean, 0)
    few, many = jax.random.split(key)
    is_small = mean < MANY
    small = _few_events(few, shape, jnp.where(is_small, mean, 0))
    large = _many_events(jax.random.normal(many, shape, mean.dtype), jnp.where(is_small, MANY, mean))
    return jnp.where(is_small, small.astype(mean.dtype), large).astype(dtype)


def _few_events(key: Array, shape: Lengths, mean: Array) -> Array:
    """Poisson numbers of a small mean: the inverse of the cumulative distribution, which is summed up step by step."""
    at = jax.random.uniform(key, shape, jnp.float64)
    mean = mean.astype(jnp.float64)

    def step(state: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        k, chance, below, count = state
        chance = chance * mean / (k + 1)
        return k + 1, chance, below + chance, count + (at >= below)

    def is_open(state: tuple[Array, Array, Array, Array]) -> Array:
        k, _, below, _ = state
        return jnp.any(at >= below) & (k < 4 * MANY)

    none = jnp.exp(-mean)
    return lax.while_loop(is_open, step, (jnp.float64(0), none, none, jnp.zeros(shape, jnp.int32)))[3]


def _many_events(z: Array, mean: Array) -> Array:
    """The Poisson number at the quantile of the standard normal number `z`, for a large mean.

    Asymptotic expansion of the inverse of the incomplete gamma function (Giles, Algorithm 955, 2016); it finds the neighbour
    of the right number once in ten thousand times for the least mean, and less often for others. As a product with the
    mean, so that an infinite mean gives infinity.
    """
    root = jnp.sqrt(mean)
    first, second = 1 / 3 + z**2 / 6, z / 36 + z**3 / 72
    third = -8 / 405 + z**2 * 7 / 810 + z**4 / 270
    return jnp.floor(mean * (1 + z / root + (first - second / root + third / mean) / mean))


def negative_binomial(key: Array, shape: Lengths, dtype: np.dtype, k: Array, p: Array) -> Array:
    """Whole numbers: failures before the k-th success, each success having probability p; infinite for p = 0."""
    first, second = jax.random.split(key)
    mean = gamma(first, shape, k.dtype, k, (1 - p) / p)
    return poisson(second, shape, dtype, jnp.where(k == 0, jnp.zeros_like(mean), mean))


def generalized_negative_binomial(key: Array, shape: Lengths, dtype: np.dtype, mean: Array, alpha: Array) -> Array:
    """Whole numbers of mean `mean` and variance mean + alpha·mean²."""
    first, second = jax.random.split(key)
    is_spread = alpha != 0
    spread = jnp.where(is_spread, alpha, jnp.ones_like(alpha))
    mixed = gamma(first, shape, alpha.dtype, 1 / spread, spread * mean)
    return poisson(second, shape, dtype, jnp.where(is_spread, mixed, mean))


def integers(key: Array, shape: Lengths, dtype: np.dtype, low: int, high: int) -> Array:
    """Whole numbers low, ..., high - 1, each as likely as any other."""
    least, end = np.asarray(low, np.int64), np.asarray(high, np.int64)
    return jax.random.randint(key, shape, least, end, dtype=dtype)


def categories(key: Array, shape: Lengths, weights: Array) -> Array:
    """Indices along the last axis of `weights` (..., k), each with a probability proportional to its weight.

    The inverse of the cumulated weights: one number is drawn per index, however many categories there are.
    Returns (..., *shape), int32.
    """
    lead, k = weights.shape[:-1], weights.shape[-1]
    cumulated = jnp.cumsum(jnp.maximum(weights, 0), axis=-1).reshape(-1, k)
    total = cumulated[:, -1:]
    count = int(np.prod(shape))
    at = jax.random.uniform(key, (cumulated.shape[0], count), weights.dtype) * total
    # Rounding up to the total would find an index behind the last category, or one of weight 0.
    at = jnp.minimum(at, jnp.nextafter(total, jnp.zeros_like(total)))
    found = jax.vmap(lambda edges, points: jnp.searchsorted(edges, points, side="right"))(cumulated, at)
    return jnp.clip(found, 0, k - 1).astype(jnp.int32).reshape(*lead, *shape)
