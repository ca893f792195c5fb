"""Blocks: functions of the module `mx` that return JSON-able facts, recorded under real MXNet and compared under symgraph."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np


class Blocks(dict):
    """Blocks by name; as a decorator it enters a function."""

    def __call__(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        self[function.__name__] = function
        return function


def attempt(call: Callable[[], Any]) -> Any:
    """What `call` returns (a symbol: its name), or ``"error"`` if it raises: texts and classes of errors are ours."""
    try:
        result = call()
    except Exception:
        return "error"
    return getattr(result, "name", result)


def recorded(table: str) -> dict[str, Any]:
    """What real MXNet gave for the blocks of a table."""
    path = pathlib.Path(__file__).parent / "golden" / f"{table}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def assert_equal(actual: Any, expected: Any, rtol: float = 1e-5, atol: float = 1e-6) -> None:
    """Equality up to float rounding and the difference between tuples and lists."""
    if isinstance(expected, dict):
        assert actual.keys() == expected.keys()
        for key in expected:
            assert_equal(actual[key], expected[key], rtol, atol)
    elif isinstance(expected, list):
        assert len(actual) == len(expected), (actual, expected)
        for a, e in zip(actual, expected, strict=True):
            assert_equal(a, e, rtol, atol)
    elif isinstance(expected, float):
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)
    else:
        assert actual == expected


def facts(symbol: Any) -> list:
    """All that names a symbol and its parts, except attributes."""
    return [
        repr(symbol),
        symbol.name,
        len(symbol),
        symbol.list_arguments(),
        symbol.list_outputs(),
        symbol.list_auxiliary_states(),
        symbol.list_inputs(),
    ]


def text(symbol: Any) -> str:
    """JSON without the versions of inputs: real MXNet's depend on what else was ever made of the same variables."""
    return re.sub(r"\[(\d+), (\d+), \d+\]", r"[\1, \2]", symbol.tojson())


def variables(mx: Any, names: str = "abc") -> list:
    """One variable for each letter."""
    return [mx.sym.Variable(name) for name in names]


def small_net(mx: Any) -> Any:
    """A dense layer and its activation."""
    fc = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    return mx.sym.relu(fc, name="relu")


def layers(mx: Any) -> Any:
    """A network with auxiliary states, hidden outputs and a label."""
    conv = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv")
    bn = mx.sym.BatchNorm(conv, name="bn", fix_gamma=False)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(bn, num_hidden=3, name="fc"), name="softmax")
