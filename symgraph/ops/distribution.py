"""Distributions of random numbers: the parameters as attributes, and how numbers are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import jax.numpy as jnp
import numpy as np

from symgraph.errors import OpAttributeError
from symgraph.ir.attrs import Range
from symgraph.ir.op import Op
from symgraph.ir.registry import shared_attributes
from symgraph.ops import variates
from symgraph.ops.family import Array
from symgraph.ops.floating import accumulator

Positive = Annotated[float, Range(above=0)]
NotNegative = Annotated[float, Range(low=0)]
Long = Annotated[int, Range(low=-(2**63), high=2**63 - 1)]


class Distribution(Op):
    """Base of operators that have the parameters of a distribution as attributes."""

    draw: ClassVar[Callable[..., Array]]
    """``draw(key, shape, dtype, *parameters)``, as in `symgraph.ops.variates`; `Op.numbers` says which they are."""

    def check(self) -> None:
        """Raise `OpAttributeError` when the parameters contradict each other."""

    def parameters(self, dtype: np.dtype, given: Mapping[str, Any]) -> Sequence[Any]:
        """The parameters, those `given` in place of the attributes, in the dtype that is computed in to draw `dtype`."""
        return [jnp.asarray(given.get(name, getattr(self, name)), accumulator(dtype)) for name in self.numbers]


@shared_attributes
class Uniform(Distribution):
    """Numbers in [low, high), each as likely as any other.

    Attributes:
        low: least number.
        high: end, itself not included unless it equals low.
    """

    low: float = 0.0
    high: float = 1.0

    numbers = ("low", "high")
    draw = staticmethod(variates.uniform)

    def check(self) -> None:
        if not self.low <= self.high:
            raise OpAttributeError(f"{self.name}: low={self.low} must not be above high={self.high}; exchange them.")


@shared_attributes
class Normal(Distribution):
    """Numbers of the normal or Gaussian distribution.

    Attributes:
        loc: mean.
        scale: standard deviation, positive.
    """

    loc: float = 0.0
    scale: Positive = 1.0

    numbers = ("loc", "scale")
    draw = staticmethod(variates.normal)


@shared_attributes
class Gamma(Distribution):
    """Numbers of the gamma distribution, whose mean is alpha · beta.

    Attributes:
        alpha: shape of the distribution, positive.
        beta: scale (not rate) of the distribution, positive.
    """

    alpha: Positive = 1.0
    beta: Positive = 1.0

    numbers = ("alpha", "beta")
    draw = staticmethod(variates.gamma)


@shared_attributes
class Exponential(Distribution):
    """Numbers of the exponential distribution, whose mean is 1 / lam.

    Attributes:
        lam: rate, positive.
    """

    lam: Positive = 1.0

    numbers = ("lam",)
    draw = staticmethod(variates.exponential)


@shared_attributes
class Poisson(Distribution):
    """Whole numbers of the Poisson distribution.

    Attributes:
        lam: mean, not negative.
    """

    lam: NotNegative = 1.0

    numbers = ("lam",)
    draw = staticmethod(variates.poisson)


@shared_attributes
class NegativeBinomial(Distribution):
    """Whole numbers of the negative binomial distribution: how many failures there are before the k-th success.

    With p = 0 there is no end of failures, and the result is infinity; MXNet gives a large negative number.

    Attributes:
        k: number of successes, not negative.
        p: probability of a success; above 1 it counts as 1.
    """

    k: Annotated[int, Range(low=0)] = 1
    p: NotNegative = 1.0

    numbers = ("k", "p")
    draw = staticmethod(variates.negative_binomial)


@shared_attributes
class GeneralizedNegativeBinomial(Distribution):
    """Whole numbers of mean mu and variance mu + alpha · mu²: Poisson numbers whose mean has a gamma distribution.

    Attributes:
        mu: mean, not negative.
        alpha: dispersion, not negative; 0 gives Poisson numbers, 1 / k negative binomial ones.
    """

    mu: NotNegative = 1.0
    alpha: NotNegative = 1.0

    numbers = ("mu", "alpha")
    draw = staticmethod(variates.generalized_negative_binomial)


@shared_attributes
class Integers(Distribution):
    """Whole numbers in [low, high), each as likely as any other.

    Attributes:
        low: least number.
        high: end, itself not included.
    """

    low: Long
    high: Long

    draw = staticmethod(variates.integers)

    def check(self) -> None:
        if not self.low < self.high:
            raise OpAttributeError(
                f"{self.name}: low={self.low} must be below high={self.high}, which is not drawn itself."
            )

    def parameters(self, dtype: np.dtype, given: Mapping[str, Any]) -> Sequence[Any]:
        least, greatest = np.iinfo(dtype).min, np.iinfo(dtype).max
        if not (least <= self.low and self.high - 1 <= greatest):
            raise OpAttributeError(
                f"{self.name}: numbers from {self.low} to {self.high - 1} do not fit into {dtype.name}; give dtype='int64'."
            )
        return self.low, self.high
