"""``mx.sym.random`` and ``mx.nd.random``: each function written once, for symbols and arrays alike.

A distribution is given by numbers, or by symbols or arrays with one distribution per element. Numbers and a shape (m, n)
give an output of shape (m, n); parameters of shape (x, y) and a shape (m, n) give one of shape (x, y, m, n).

>>> import symgraph as mx
>>> mx.nd.random.uniform(0, 5, shape=(2, 3)).shape
(2, 3)
>>> mx.nd.random.normal(mx.nd.zeros((4,)), mx.nd.ones((4,)), shape=(2, 3)).shape
(4, 2, 3)
>>> mx.sym.random.poisson(lam=3, shape=(2,), name="events").list_outputs()
['events_output']
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import CompositionError, OpAttributeError, advice, described
from symgraph.frontend.kinds import Function, Kind, make_function, named

NUMBER: tuple[type, ...] = (int, float, np.generic)


@dataclass(frozen=True)
class Distribution:
    """What there is to know of a distribution here; its operators are ``_random_<name>`` and ``_sample_<name>``.

    Attributes:
        doc: one sentence.
        parameters: their names and defaults; ``inspect.Parameter.empty`` for none.
        about: a line about each parameter.
        attributes: ``attributes(*parameters)``, what the operators take in place of the parameters.
        per_element: whether the parameters may be symbols or arrays.
    """

    name: str
    doc: str
    parameters: Mapping[str, Any]
    about: str
    attributes: Callable[..., tuple[Any, ...]] = lambda *parameters: parameters
    per_element: bool = True


def _rate(scale: Any) -> tuple[Any]:
    """The rate of an exponential distribution."""
    number: Any = scale if isinstance(scale, NUMBER) else 1
    if not number > 0:
        raise OpAttributeError(f"exponential: scale={scale} must be positive.")
    return (1.0 / scale,)


UNIFORM = Distribution(
    "uniform", "Numbers in [low, high), each as likely as any other.", {"low": 0, "high": 1}, "low, high: bounds."
)
NORMAL = Distribution(
    "normal",
    "Numbers of the normal distribution.",
    {"loc": 0, "scale": 1},
    "loc, scale: mean and standard deviation.",
)
DISTRIBUTIONS = (
    UNIFORM,
    NORMAL,
    Distribution("poisson", "Whole numbers of the Poisson distribution.", {"lam": 1}, "lam: mean."),
    Distribution("exponential", "Numbers of the exponential distribution.", {"scale": 1}, "scale: mean.", _rate),
    Distribution(
        "gamma",
        "Numbers of the gamma distribution, whose mean is alpha · beta.",
        {"alpha": 1, "beta": 1},
        "alpha, beta: shape and scale of the distribution.",
    ),
    Distribution(
        "negative_binomial",
        "How many failures there are before the k-th success.",
        {"k": 1, "p": 1},
        "k, p: number of successes, and probability of one.",
    ),
    Distribution(
        "generalized_negative_binomial",
        "Whole numbers of mean mu and variance mu + alpha · mu².",
        {"mu": 1, "alpha": 1},
        "mu, alpha: mean and dispersion.",
    ),
    Distribution(
        "randint",
        "Whole numbers in [low, high), each as likely as any other.",
        {"low": inspect.Parameter.empty, "high": inspect.Parameter.empty},
        "low, high: bounds.",
        per_element=False,
    ),
)


def functions(kind: Kind) -> tuple[Function, ...]:
    """The content of ``random`` for symbols or arrays."""
    drawing = [_drawing(kind, distribution) for distribution in DISTRIBUTIONS]
    return (*drawing, _randn(kind), _multinomial(kind), _shuffle(kind))


def contrib_functions(kind: Kind) -> tuple[Function, ...]:
    """What ``contrib`` has of them."""
    return _drawing(kind, UNIFORM), _rand_zipfian(kind)


def _drawing(kind: Kind, distribution: Distribution) -> Function:
    """The function that draws from a distribution."""
    places = dict.fromkeys(("shape", "dtype", "ctx", "out") if kind.at_once else ("shape", "dtype"))

    def body(**given: Any) -> Any:
        parameters = {name: given.pop(name, default) for name, default in distribution.parameters.items()}
        return _draw(kind, distribution, parameters, given)

    doc = f"{distribution.doc}\n\nArgs:\n    {distribution.about}{_PLACES}{_AT_ONCE if kind.at_once else ''}"
    return make_function(kind, "random", distribution.name, doc, {**distribution.parameters, **places}, body)


_PLACES = """
    shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
    dtype: dtype of the output.
"""
_AT_ONCE = """    ctx: device, if the parameters are numbers.
    out: array that takes the output, and says its shape and dtype where these are not given.
"""


def _draw(kind: Kind, distribution: Distribution, parameters: Mapping[str, Any], options: dict[str, Any]) -> Any:
    """Apply the operator on numbers, or the one on tensors if all `parameters` are tensors."""
    name, are_tensors = distribution.name, all(isinstance(value, kind.tensor) for value in parameters.values())
    options = {key: value for key, value in options.items() if value is not None or key not in ("ctx", "out")}
    if distribution.per_element and are_tensors:
        options.pop("ctx", None)
        return kind.call(f"_sample_{name}", distribution.attributes(*parameters.values()), options)
    _require_numbers(kind, distribution, parameters)
    if kind.at_once and "out" not in options:
        options.setdefault("shape", 1)
    return kind.call(f"_random_{name}", distribution.attributes(*parameters.values()), options)


def _require_numbers(kind: Kind, distribution: Distribution, parameters: Mapping[str, Any]) -> None:
    """Raise `CompositionError` unless all `parameters` are numbers."""
    name, tensor = distribution.name, kind.tensor.__name__
    wrong = {key: value for key, value in parameters.items() if not isinstance(value, NUMBER)}
    if any(isinstance(value, kind.tensor) for value in wrong.values()) and distribution.per_element:
        found = " and ".join(f"'{key}' is {described(value)}" for key, value in parameters.items())
        raise CompositionError(f"{name}: {found}; give all of them as numbers, or each as {tensor}.")
    for key, value in wrong.items():
        wanted = "number" if distribution.per_element else "whole number"
        ending = f" or of type {tensor}{advice(value, kind.tensor)}" if distribution.per_element else "."
        raise CompositionError(f"{name}: '{key}' is {described(value)}, but must be a {wanted}{ending}")


def _randn(kind: Kind) -> Function:
    def randn(*shape: int, **kwargs: Any) -> Any:
        """`normal` with the shape as arguments: ``randn(2, 3)``; ``loc``, ``scale`` and the rest by keyword."""
        parameters = {name: kwargs.pop(name, default) for name, default in NORMAL.parameters.items()}
        return _draw(kind, NORMAL, parameters, {"shape": shape, **kwargs})

    return named(kind, "random", randn, "randn")


def _multinomial(kind: Kind) -> Function:
    doc = """Categories, that is whole numbers in [0, k), with given probabilities.

Args:
    data: probabilities (..., k), which add up to 1 along the last axis.
    shape: how many categories per distribution, as a shape.
    get_prob: give the logarithms of the probabilities of what was drawn, too; they have a gradient.
    dtype: dtype of the categories.
"""
    parameters = {"data": inspect.Parameter.empty, "shape": None, "get_prob": not kind.at_once}
    out = {"out": None} if kind.at_once else {}

    def body(data: Any, **options: Any) -> Any:
        return kind.call("_sample_multinomial", (data,), {"get_prob": not kind.at_once, "dtype": "int32", **options})

    return make_function(kind, "random", "multinomial", doc, {**parameters, **out, "dtype": "int32"}, body)


def _shuffle(kind: Kind) -> Function:
    doc = "`data` (n, ...) with its parts along the first axis in random order."
    return make_function(
        kind,
        "random",
        "shuffle",
        doc,
        {"data": inspect.Parameter.empty},
        lambda data, **options: kind.call("_shuffle", (data,), options),
    )


def _rand_zipfian(kind: Kind) -> Function:
    doc = """Candidate classes for a sampled loss, with replacement.

The probability of a class is log((class + 2) / (class + 1)) / log(range_max + 1).

Args:
    true_classes: the classes that are right, (m,).
    num_sampled: how many classes to draw.
    range_max: how many classes there are.

Returns:
    what was drawn, int64 (num_sampled,); how often each true class is expected among them, float64 (m,); and how often each
    class drawn, float64 (num_sampled,).
"""
    uniform = _drawing(kind, UNIFORM)
    needed = dict.fromkeys(("true_classes", "num_sampled", "range_max"), inspect.Parameter.empty)

    def body(true_classes: Any, num_sampled: int, range_max: int, ctx: Any = None) -> Any:
        tensor: Any = kind.tensor
        if not isinstance(true_classes, tensor):
            raise CompositionError(
                f"rand_zipfian: 'true_classes' must be of type {tensor.__name__}, given {described(true_classes)}"
                f"{advice(true_classes, tensor)}"
            )
        span = math.log(range_max + 1)

        def expected(classes: Any) -> Any:
            return ((classes + 2.0) / (classes + 1.0)).log() / span * num_sampled

        places = {} if ctx is None else {"ctx": ctx}
        steps = uniform(0, span, shape=(num_sampled,), dtype="float64", **places).exp() - 1
        drawn = steps.astype("int64") % range_max
        if ctx is not None:
            true_classes = true_classes.as_in_context(ctx)
        return drawn, expected(true_classes.astype("float64")), expected(drawn.astype("float64"))

    parameters = {**needed, "ctx": None} if kind.at_once else needed
    return make_function(kind, "contrib", "rand_zipfian", doc, parameters, body, is_open=False)
