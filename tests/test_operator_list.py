"""Every operator of real MXNet 1.9.1 is here under all its names and with its attributes, or is left out for a reason."""

from __future__ import annotations

import re
from typing import Any

import pytest

import symgraph as mx
from symgraph.ir.registry import find_op, registered_names, why_left_out
from tests.blocks import recorded

OPERATORS = recorded("operators")
HERE = [name for name in OPERATORS if name in registered_names()]

ATTRIBUTES = {
    "add_n": "the number of inputs is an attribute that MXNet does not list",
    "khatri_rao": "the number of inputs is an attribute that MXNet does not list",
    "stack": "the number of inputs stands first, as for all operators that take any number",
    "_linspace": "MXNet lists those of arange",
}
"""Operators whose attributes differ from MXNet's list."""

OPEN = {
    ("_full", "shape"),
    ("_ravel_multi_index", "shape"),
    ("_unravel_index", "shape"),
    ("_zeros_without_dtype", "shape"),
}
"""Attributes whose default in MXNet is a shape that nobody knows: they must be given."""

INPUTS = {
    "BatchNorm_v1": "MXNet lists arguments only",
    "IdentityAttachKLSparseReg": "MXNet lists arguments only",
    "_CrossDeviceCopy": "MXNet lists none",
    "_cond": "MXNet counts subgraphs as inputs",
    "_foreach": "MXNet counts subgraphs as inputs",
    "_while_loop": "MXNet counts subgraphs as inputs",
}
"""Operators whose inputs differ from MXNet's list."""


def default(kind: str) -> str | None:
    """The default in MXNet's words for an attribute, as text."""
    found = re.search(r"default=(.*)$", kind)
    return found and found.group(1).strip("'")


def same(ours: Any, theirs: Any) -> bool:
    """Equality up to float32; an unset shape is ``None`` or ``()``."""
    if isinstance(theirs, float):
        return ours == pytest.approx(theirs, rel=1e-6)
    return ours == theirs or (ours in (None, ()) and theirs in (None, ()))


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_is_here_or_left_out(name: str) -> None:
    assert (name in registered_names()) != (why_left_out(name) is not None)


@pytest.mark.parametrize("name", HERE)
def test_names(name: str) -> None:
    cls = find_op(name)
    assert cls.name == name
    assert {alias for alias in OPERATORS[name]["aliases"] if find_op(alias) is not cls} == set()


@pytest.mark.parametrize("name", [name for name in HERE if name not in ATTRIBUTES])
def test_attributes(name: str) -> None:
    cls, listed = find_op(name), OPERATORS[name]["attributes"]
    assert list(cls.codecs) == list(listed)
    for attribute, kind in listed.items():
        if (name, attribute) in OPEN or name == "Custom":
            continue
        assert (attribute in cls.required) == ("required" in kind), attribute
        text = default(kind)
        if text is not None:
            assert same(cls.fields[attribute].default, cls.codecs[attribute].parse(text)), attribute


@pytest.mark.parametrize("name", [name for name in HERE if name not in INPUTS and find_op(name).variadic is None])
def test_inputs(name: str) -> None:
    cls = find_op(name)
    assert list(cls.slot_order or cls.tensors + cls.states) == OPERATORS[name]["inputs"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: mx.sym.contrib.quantize_v2,
            "symgraph.sym.contrib has no operator or function 'quantize_v2', on purpose: MXNet's 8-bit kernels are for its own "
            "CPU build; load the model as it was before quantization.",
        ),
        (
            lambda: mx.nd.sparse.csr_matrix,
            "symgraph.nd.sparse has no operator or function 'csr_matrix', on purpose: it",
        ),
        (
            lambda: mx.nd.contrib.dgl_subgraph,
            "symgraph.nd.contrib has no operator or function 'dgl_subgraph', on purpose: ",
        ),
        (
            lambda: mx.sym.load_json('{"nodes":[{"op":"_sg_mkldnn_conv","name":"c","inputs":[]}],"heads":[[0,0]]}'),
            "node 'c': Operator _sg_mkldnn_conv is not registered and will not be: it is what MXNet's oneDNN partitioner makes",
        ),
        (
            lambda: mx.sym.load_json('{"nodes":[{"op":"WarpCTC","name":"c","inputs":[]}],"heads":[[0,0]]}'),
            "node 'c': Operator WarpCTC is not registered and will not be: it came with a plugin, which MXNet 1.9.1 does not "
            "have either; train with CTCLoss.",
        ),
        (
            lambda: mx.sym.load_json('{"nodes":[{"op":"MultiBoxPrior","name":"c","inputs":[]}],"heads":[[0,0]]}'),
            "node 'c': Operator MultiBoxPrior is not registered; did you mean _contrib_MultiBoxPrior?",
        ),
    ],
)
def test_what_is_left_out_says_why(call: Any, text: str) -> None:
    with pytest.raises((AttributeError, mx.MXNetError)) as caught:
        call()
    assert str(caught.value).startswith(text)


def test_functions_of_sparse_arrays_take_dense_ones() -> None:
    x = mx.nd.array([[1, 2], [3, 4]])
    assert mx.nd.sparse.add(x, 1).asnumpy().tolist() == [[2, 3], [4, 5]]
    assert mx.nd.sparse.dot(x, x).asnumpy().tolist() == [[7, 10], [15, 22]]
    assert mx.nd.sparse.sum(x).asscalar() == 10
    assert mx.nd.cast_storage(x, stype="default").stype == "default"


def test_integers_are_finite() -> None:
    x = mx.nd.array([1, 2], dtype="int32")
    contrib = mx.nd.contrib
    assert [f(x).asnumpy().tolist() for f in (contrib.isfinite, contrib.isinf, contrib.isnan)] == [
        [1, 1],
        [0, 0],
        [0, 0],
    ]
