"""Symbols held against real MXNet: names, attributes, composition, structure, JSON, inference, signatures; and our own
words where something is wrong."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import (
    CompositionError,
    DTypeError,
    FormatError,
    MXNetError,
    NotImplementedForSymbol,
    OpAttributeError,
    ShapeError,
    UnknownArgumentError,
)
from symgraph.ir.op import registered_names
from tests import attribute_blocks, graph_blocks, inference_blocks, json_blocks, naming_blocks
from tests.blocks import Blocks, assert_equal, layers, recorded, small_net

EXACT = {
    "naming": naming_blocks.BLOCKS,
    "attribute": attribute_blocks.BLOCKS,
    "graph": graph_blocks.BLOCKS,
    "json": json_blocks.BLOCKS,
}


def cases(tables: dict[str, Blocks]) -> list:
    return [
        pytest.param(function, facts[name], id=f"{table}-{name}")
        for table, blocks in tables.items()
        for facts in [recorded(table)]
        for name, function in blocks.items()
    ]


def variables() -> list[mx.Symbol]:
    return [mx.sym.Variable(name) for name in "abc"]


@pytest.mark.parametrize(("function", "expected"), cases(EXACT))
def test_as_in_mxnet(function: Callable[[Any], Any], expected: Any) -> None:
    with mx.name.NameManager():
        assert_equal(function(mx), expected)


def refines(actual: Any, expected: Any) -> bool:
    """Whether `actual` says all that `expected` does; it may know what real MXNet does not find out."""
    if expected in (None, 0, []):
        return actual != "error"
    if isinstance(expected, list):
        return (
            isinstance(actual, (list, tuple))
            and len(actual) == len(expected)
            and all(refines(a, e) for a, e in zip(actual, expected, strict=True))
        )
    return actual == expected


@pytest.mark.parametrize(("function", "expected"), cases({"inference": inference_blocks.BLOCKS}))
def test_inference_knows_what_mxnet_knows(function: Callable[[Any], Any], expected: Any) -> None:
    with mx.name.NameManager():
        actual = function(mx)
    assert len(actual) == len(expected)
    for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
        assert refines(a, e), (i, a, e)


# -- signatures -------------------------------------------------------------------------------------------------------

FRONT_END = {"name", "attr", "out", "**kwargs"}
SIGNATURES = recorded("signatures")
STATES_BY_KEYWORD = ("BatchNorm_v1", "IdentityAttachKLSparseReg")
"""Operators of MXNet's first interface, whose functions do not mention auxiliary states."""


def parameters(function: Callable[..., Any]) -> list[str]:
    return [str(p).split(":")[0].split("=")[0] for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("name", [n for n in SIGNATURES if n in registered_names()])
def test_signature_of_operator(name: str) -> None:
    ours, expected = ([p for p in ps if p not in FRONT_END] for ps in (parameters(getattr(mx.sym, name)), SIGNATURES[name]))
    if expected[0].startswith("*"):
        # MXNet hides attributes behind **kwargs; what matters is that tensors come by position.
        assert ours[0].startswith("*") or name == "Custom"
        return
    if name in STATES_BY_KEYWORD:
        ours = [p for p in ours if p not in registered_names()[name].states]
    assert ours == expected


@pytest.mark.parametrize("name", [n for n in SIGNATURES if hasattr(mx.sym, n) and n not in registered_names()])
def test_signature_of_function(name: str) -> None:
    if not name.startswith("Symbol."):
        assert parameters(getattr(mx.sym, name))[: len(SIGNATURES[name])] == SIGNATURES[name]


@pytest.mark.parametrize("name", [n.removeprefix("Symbol.") for n in SIGNATURES if n.startswith("Symbol.")])
def test_signature_of_method(name: str) -> None:
    """Every method of MXNet's Symbol exists and takes what MXNet's takes."""
    if name in ("__init__", "_compose", "_get_ndarray_inputs"):
        pytest.skip("internal")
    ours = parameters(getattr(mx.sym.Symbol, name))
    expected = SIGNATURES[f"Symbol.{name}"]
    if "**kwargs" in ours:
        assert "self" in ours[0]
    assert set(expected) - set(ours) <= ({"*args"} if "**kwargs" in ours else set()), (ours, expected)
