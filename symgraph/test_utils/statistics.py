"""Checks of random number generators: functions that take a number of samples and return as many."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symgraph.errors import pip_install
from symgraph.test_utils.compare import as_numpy

Generator = Callable[[int], Any]
Buckets = Sequence[tuple[float, float]] | Sequence[float]


def mean_check(generator: Generator, mu: float, sigma: float, nsamples: int = 1000000) -> bool:
    """Whether the mean of samples is within three standard deviations of `mu`, given that of one sample, `sigma`."""
    mean = as_numpy(generator(nsamples)).mean()
    return bool(abs(mean - mu) < 3 * sigma / np.sqrt(nsamples))


def var_check(generator: Generator, sigma: float, nsamples: int = 1000000) -> bool:
    """Whether the variance of normally distributed samples is within three standard deviations of ``sigma ** 2``."""
    variance = as_numpy(generator(nsamples)).var(ddof=1)
    return bool(abs(variance - sigma**2) < 3 * np.sqrt(2 * sigma**4 / (nsamples - 1)))


def gen_buckets_probs_with_ppf(
    ppf: Callable[[float], float], nbuckets: int
) -> tuple[list[tuple[float, float]], list[float]]:
    """Cut the values of a distribution into intervals of equal probability.

    Args:
        ppf: the quantile function: maps a probability to the value that a sample falls below with it.
        nbuckets: how many intervals.

    Returns:
        intervals, their probabilities.

    >>> gen_buckets_probs_with_ppf(lambda p: 2 * p, 2)
    ([(0.0, 1.0), (1.0, 2.0)], [0.5, 0.5])
    """
    if nbuckets < 1:
        raise ValueError(f"nbuckets must be positive, given {nbuckets}.")
    edges = [ppf(i / nbuckets) for i in range(nbuckets + 1)]
    return list(itertools.pairwise(edges)), [1 / nbuckets] * nbuckets


def chi_square_check(
    generator: Generator, buckets: Buckets, probs: Sequence[float], nsamples: int = 1000000
) -> tuple[float, np.ndarray, np.ndarray]:
    """Pearson's chi-square test of a generator; needs SciPy.

    Args:
        generator: gives the samples.
        buckets: of a continuous distribution ascending intervals (low, high), the high end excluded; of a discrete one all
            values it takes.
        probs: probability of each.
        nsamples: how many samples to draw.

    Returns:
        p value, counts found, counts expected. A correct generator gives a p value below x with probability x.

    Raises:
        ImportError: SciPy is not installed.
    """
    try:
        from scipy.stats import chi2  # type: ignore[import-untyped]
    except ImportError:
        raise ImportError(f"the chi-square test needs SciPy: {pip_install('scipy')}.") from None
    _check_buckets(buckets, probs)
    samples = as_numpy(generator(nsamples))
    found = np.array([_inside(samples, bucket).sum() for bucket in buckets])
    expected = nsamples * np.asarray(probs, np.float64)
    statistic = ((found - expected) ** 2 / expected).sum()
    return float(chi2.sf(statistic, len(buckets) - 1)), found, expected


def _check_buckets(buckets: Buckets, probs: Sequence[float]) -> None:
    if len(buckets) != len(probs):
        raise ValueError(f"{len(buckets)} buckets and {len(probs)} probabilities given: each needs one.")
    edges = [edge for bucket in buckets if isinstance(bucket, (tuple, list)) for edge in bucket]
    if edges != sorted(edges):
        raise ValueError(f"intervals must ascend and not overlap, given {list(buckets)}.")


def _inside(samples: np.ndarray, bucket: Any) -> np.ndarray:
    if isinstance(bucket, (tuple, list)):
        low, high = bucket
        return (low <= samples) & (samples < high)
    return samples == bucket


def verify_generator(
    generator: Generator,
    buckets: Buckets,
    probs: Sequence[float],
    nsamples: int = 1000000,
    nrepeat: int = 5,
    success_rate: float = 0.2,
    alpha: float = 0.05,
) -> list[float]:
    """Repeat `chi_square_check`, and raise ``AssertionError`` if too few p values are above `alpha`.

    Args:
        generator, buckets, probs, nsamples: as there.
        nrepeat: how often to repeat it.
        success_rate: the fraction of repetitions that must succeed.
        alpha: the p value below which a repetition fails.

    Returns:
        The p values.
    """
    results = [chi_square_check(generator, buckets, probs, nsamples) for _ in range(nrepeat)]
    p_values = [p for p, _, _ in results]
    succeeded = sum(p > alpha for p in p_values)
    if succeeded < nrepeat * success_rate:
        _, found, expected = results[-1]
        raise AssertionError(
            f"the generator does not follow the distribution: {succeeded} of {nrepeat} chi-square tests passed, p values "
            f"{', '.join(f'{p:.3g}' for p in p_values)}.\nbuckets: {list(buckets)}\nfound at last: {found.tolist()}\n"
            f"expected: {expected.tolist()}"
        )
    return p_values
