"""``symgraph.sym.random``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

from symgraph.frontend.symbol import Symbol

def exponential(scale: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Numbers of the exponential distribution.

    Args:
        scale: mean.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def exponential_like(
    data: Symbol | None = None,
    lam: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Numbers of the exponential distribution, whose mean is 1 / lam.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        lam: rate, positive.

    >>> import symgraph as mx
    >>> mx.nd.random.exponential_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """

def gamma(alpha: Any = 1, beta: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Numbers of the gamma distribution, whose mean is alpha · beta.

    Args:
        alpha, beta: shape and scale of the distribution.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def gamma_like(
    data: Symbol | None = None,
    alpha: float = 1.0,
    beta: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Numbers of the gamma distribution, whose mean is alpha · beta.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        alpha: shape of the distribution, positive.
        beta: scale (not rate) of the distribution, positive.

    >>> import symgraph as mx
    >>> mx.nd.random.gamma_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """

def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any
) -> Symbol:
    """Whole numbers of mean mu and variance mu + alpha · mu².

    Args:
        mu, alpha: mean and dispersion.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def generalized_negative_binomial_like(
    data: Symbol | None = None,
    mu: float = 1.0,
    alpha: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Whole numbers of mean mu and variance mu + alpha · mu²: Poisson numbers whose mean has a gamma distribution.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        mu: mean, not negative.
        alpha: dispersion, not negative; 0 gives Poisson numbers, 1 / k negative binomial ones.

    >>> import symgraph as mx
    >>> mx.nd.random.generalized_negative_binomial_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """

def multinomial(data: Any, shape: Any = None, get_prob: Any = True, dtype: Any = "int32", **kwargs: Any) -> Symbol:
    """Categories, that is whole numbers in [0, k), with given probabilities.

    Args:
        data: probabilities (..., k), which add up to 1 along the last axis.
        shape: how many categories per distribution, as a shape.
        get_prob: give the logarithms of the probabilities of what was drawn, too; they have a gradient.
        dtype: dtype of the categories.
    """

def negative_binomial(k: Any = 1, p: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """How many failures there are before the k-th success.

    Args:
        k, p: number of successes, and probability of one.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def negative_binomial_like(
    data: Symbol | None = None,
    k: int = 1,
    p: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Whole numbers of the negative binomial distribution: how many failures there are before the k-th success.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        k: number of successes, not negative.
        p: probability of a success; above 1 it counts as 1.

    >>> import symgraph as mx
    >>> mx.nd.random.negative_binomial_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """

def normal(loc: Any = 0, scale: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Numbers of the normal distribution.

    Args:
        loc, scale: mean and standard deviation.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def normal_like(
    data: Symbol | None = None,
    loc: float = 0.0,
    scale: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Numbers of the normal or Gaussian distribution.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        loc: mean.
        scale: standard deviation, positive.

    >>> import symgraph as mx
    >>> mx.nd.random.normal_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """

def pdf_dirichlet(
    sample: Symbol | None = None,
    alpha: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Density of the Dirichlet distribution, a distribution over probabilities of k events.

    sample (d1, ..., dn, k) · alpha (d1, ..., dm, k), m <= n -> output (d1, ..., dn); (1,) for a single sample

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_dirichlet(mx.nd.ones((5, 3)) / 3, mx.nd.ones((5, 3))).shape
    (5,)
    """

def pdf_exponential(
    sample: Symbol | None = None,
    lam: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Density of the exponential distribution of rate lam.

    sample (d1, ..., dn), n >= k · lam (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_exponential(mx.nd.ones((2, 3)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def pdf_gamma(
    sample: Symbol | None = None,
    alpha: Symbol | None = None,
    beta: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Density of the gamma distribution of shape alpha and rate (not scale) beta.

    sample (d1, ..., dn), n >= k · alpha (d1, ..., dk) · beta (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_gamma(mx.nd.ones((2, 3)), mx.nd.ones((2,)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def pdf_generalized_negative_binomial(
    sample: Symbol | None = None,
    mu: Symbol | None = None,
    alpha: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Probability of whole numbers under the negative binomial distribution of mean mu and dispersion alpha, whose variance is mu + alpha · mu²; samples have no gradient.

    sample (d1, ..., dn), n >= k · mu (d1, ..., dk) · alpha (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_generalized_negative_binomial(mx.nd.ones((2, 3)), mx.nd.ones((2,)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def pdf_negative_binomial(
    sample: Symbol | None = None,
    k: Symbol | None = None,
    p: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Probability of whole numbers of failures before the k-th success, of probability p; samples have no gradient.

    sample (d1, ..., dn), n >= k · k (d1, ..., dk) · p (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_negative_binomial(mx.nd.ones((2, 3)), mx.nd.ones((2,)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def pdf_normal(
    sample: Symbol | None = None,
    mu: Symbol | None = None,
    sigma: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Density of the normal distribution of mean mu and standard deviation sigma.

    sample (d1, ..., dn), n >= k · mu (d1, ..., dk) · sigma (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_normal(mx.nd.ones((2, 3)), mx.nd.ones((2,)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def pdf_poisson(
    sample: Symbol | None = None,
    lam: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Probability of whole numbers under the Poisson distribution of mean lam; samples have no gradient.

    sample (d1, ..., dn), n >= k · lam (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_poisson(mx.nd.ones((2, 3)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def pdf_uniform(
    sample: Symbol | None = None,
    low: Symbol | None = None,
    high: Symbol | None = None,
    is_log: bool = False,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Density of the uniform distribution on [low, high), of samples anywhere.

    sample (d1, ..., dn), n >= k · low (d1, ..., dk) · high (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.

    >>> import symgraph as mx
    >>> mx.nd.random_pdf_uniform(mx.nd.ones((2, 3)), mx.nd.ones((2,)), mx.nd.ones((2,))).shape
    (2, 3)
    """

def poisson(lam: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Whole numbers of the Poisson distribution.

    Args:
        lam: mean.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def poisson_like(
    data: Symbol | None = None,
    lam: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Whole numbers of the Poisson distribution.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        lam: mean, not negative.

    >>> import symgraph as mx
    >>> mx.nd.random.poisson_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """

def randint(low: Any, high: Any, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Whole numbers in [low, high), each as likely as any other.

    Args:
        low, high: bounds.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def randn(*shape: int, **kwargs: Any) -> Symbol:
    """`normal` with the shape as arguments: ``randn(2, 3)``; ``loc``, ``scale`` and the rest by keyword."""

def shuffle(data: Any, **kwargs: Any) -> Symbol:
    """`data` (n, ...) with its parts along the first axis in random order."""

def uniform(low: Any = 0, high: Any = 1, shape: Any = None, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Numbers in [low, high), each as likely as any other.

    Args:
        low, high: bounds.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
    """

def uniform_like(
    data: Symbol | None = None,
    low: float = 0.0,
    high: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Numbers in [low, high), each as likely as any other.

    data (any shape, floating point) -> output (shape and dtype of data); the values of data have no meaning.

    Attributes:
        low: least number.
        high: end, itself not included unless it equals low.

    >>> import symgraph as mx
    >>> mx.nd.random.uniform_like(mx.nd.zeros((2, 3))).shape
    (2, 3)
    """
