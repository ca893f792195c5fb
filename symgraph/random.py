"""``mx.random``: the seed, and what ``mx.nd.random`` draws."""

from __future__ import annotations

from typing import Any

from symgraph import nd
from symgraph.runtime.rng import seed

_drawing: Any = nd.random

uniform = _drawing.uniform
normal = _drawing.normal
randn = _drawing.randn
poisson = _drawing.poisson
exponential = _drawing.exponential
gamma = _drawing.gamma
multinomial = _drawing.multinomial
negative_binomial = _drawing.negative_binomial
generalized_negative_binomial = _drawing.generalized_negative_binomial
shuffle = _drawing.shuffle
randint = _drawing.randint

__all__ = [
    "exponential",
    "gamma",
    "generalized_negative_binomial",
    "multinomial",
    "negative_binomial",
    "normal",
    "poisson",
    "randint",
    "randn",
    "seed",
    "shuffle",
    "uniform",
]
