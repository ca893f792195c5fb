"""``symgraph.nd.random``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

from symgraph.runtime.ndarray import NDArray

def exponential(
    scale: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Numbers of the exponential distribution.

    Args:
        scale: mean.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def exponential_like(
    data: NDArray | None = None, lam: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Numbers of the exponential distribution, whose mean is 1 / lam.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        lam: rate, positive.
    """

def gamma(
    alpha: Any = 1, beta: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Numbers of the gamma distribution, whose mean is alpha · beta.

    Args:
        alpha, beta: shape and scale of the distribution.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def gamma_like(
    data: NDArray | None = None, alpha: float = 1.0, beta: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Numbers of the gamma distribution, whose mean is alpha · beta.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        alpha: shape of the distribution, positive.
        beta: scale (not rate) of the distribution, positive.
    """

def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Whole numbers of mean mu and variance mu + alpha · mu².

    Args:
        mu, alpha: mean and dispersion.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def generalized_negative_binomial_like(
    data: NDArray | None = None, mu: float = 1.0, alpha: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Whole numbers of mean mu and variance mu + alpha · mu²: Poisson numbers whose mean has a gamma distribution.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        mu: mean, not negative.
        alpha: dispersion, not negative; 0 gives Poisson numbers, 1 / k negative binomial ones.
    """

def multinomial(
    data: Any, shape: Any = None, get_prob: Any = False, out: Any = None, dtype: Any = "int32", **kwargs: Any
) -> NDArray:
    """Categories, that is whole numbers in [0, k), with given probabilities.

    Args:
        data: probabilities (..., k), which add up to 1 along the last axis.
        shape: how many categories per distribution, as a shape.
        get_prob: give the logarithms of the probabilities of what was drawn, too; they have a gradient.
        dtype: dtype of the categories.
    """

def negative_binomial(
    k: Any = 1, p: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """How many failures there are before the k-th success.

    Args:
        k, p: number of successes, and probability of one.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def negative_binomial_like(
    data: NDArray | None = None, k: int = 1, p: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Whole numbers of the negative binomial distribution: how many failures there are before the k-th success.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        k: number of successes, not negative.
        p: probability of a success; above 1 it counts as 1.
    """

def normal(
    loc: Any = 0, scale: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Numbers of the normal distribution.

    Args:
        loc, scale: mean and standard deviation.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def normal_like(
    data: NDArray | None = None, loc: float = 0.0, scale: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Numbers of the normal or Gaussian distribution.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        loc: mean.
        scale: standard deviation, positive.
    """

def pdf_dirichlet(
    sample: NDArray | None = None,
    alpha: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the Dirichlet distribution, a distribution over probabilities of k events.

    sample (d1, ..., dn, k) · alpha (d1, ..., dm, k), m <= n -> output (d1, ..., dn); (1,) for a single sample

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_exponential(
    sample: NDArray | None = None,
    lam: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the exponential distribution of rate lam.

    sample (d1, ..., dn), n >= k · lam (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_gamma(
    sample: NDArray | None = None,
    alpha: NDArray | None = None,
    beta: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the gamma distribution of shape alpha and rate (not scale) beta.

    sample (d1, ..., dn), n >= k · alpha (d1, ..., dk) · beta (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_generalized_negative_binomial(
    sample: NDArray | None = None,
    mu: NDArray | None = None,
    alpha: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Probability of whole numbers under the negative binomial distribution of mean mu and dispersion alpha, whose variance is mu + alpha · mu²; samples have no gradient.

    sample (d1, ..., dn), n >= k · mu (d1, ..., dk) · alpha (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_negative_binomial(
    sample: NDArray | None = None,
    k: NDArray | None = None,
    p: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Probability of whole numbers of failures before the k-th success, of probability p; samples have no gradient.

    sample (d1, ..., dn), n >= k · k (d1, ..., dk) · p (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_normal(
    sample: NDArray | None = None,
    mu: NDArray | None = None,
    sigma: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the normal distribution of mean mu and standard deviation sigma.

    sample (d1, ..., dn), n >= k · mu (d1, ..., dk) · sigma (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_poisson(
    sample: NDArray | None = None,
    lam: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Probability of whole numbers under the Poisson distribution of mean lam; samples have no gradient.

    sample (d1, ..., dn), n >= k · lam (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def pdf_uniform(
    sample: NDArray | None = None,
    low: NDArray | None = None,
    high: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the uniform distribution on [low, high), of samples anywhere.

    sample (d1, ..., dn), n >= k · low (d1, ..., dk) · high (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def poisson(
    lam: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Whole numbers of the Poisson distribution.

    Args:
        lam: mean.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def poisson_like(data: NDArray | None = None, lam: float = 1.0, out: Any = None, name: str | None = None) -> NDArray:
    """Whole numbers of the Poisson distribution.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        lam: mean, not negative.
    """

def randint(
    low: Any, high: Any, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Whole numbers in [low, high), each as likely as any other.

    Args:
        low, high: bounds.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def randn(*shape: int, **kwargs: Any) -> NDArray:
    """`normal` with the shape as arguments: ``randn(2, 3)``; ``loc``, ``scale`` and the rest by keyword."""

def shuffle(data: Any, **kwargs: Any) -> NDArray:
    """`data` (n, ...) with its parts along the first axis in random order."""

def uniform(
    low: Any = 0, high: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Numbers in [low, high), each as likely as any other.

    Args:
        low, high: bounds.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """

def uniform_like(
    data: NDArray | None = None, low: float = 0.0, high: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Numbers in [low, high), each as likely as any other.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        low: least number.
        high: end, itself not included unless it equals low.
    """
