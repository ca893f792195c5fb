"""Symbols held against real MXNet: names, attributes, composition, structure, JSON, inference, signatures; and our own
words where something is wrong."""

from __future__ import annotations

import inspect
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.registry import registered_names
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


def parameters(function: Callable[..., Any]) -> list[str]:
    return [str(p).split(":")[0].split("=")[0] for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("name", [n for n in SIGNATURES if n in registered_names()])
def test_signature_of_operator(name: str) -> None:
    ours, expected = (
        [p for p in ps if p not in FRONT_END] for ps in (parameters(getattr(mx.sym, name)), SIGNATURES[name])
    )
    if expected[0].startswith("*"):
        # MXNet hides attributes behind **kwargs; what matters is that tensors come by position.
        assert ours[0].startswith("*") or name == "Custom"
        return
    # MXNet does not mention what is given by keyword only.
    by_keyword = () if registered_names()[name].states_by_position else registered_names()[name].states
    assert ours == [*expected, *by_keyword]


@pytest.mark.parametrize("name", [n for n in SIGNATURES if n not in registered_names() and hasattr(mx.sym, n)])
def test_signature_of_function(name: str) -> None:
    ours = parameters(getattr(mx.sym, name))
    assert ours == SIGNATURES[name][: len(ours)]


@pytest.mark.parametrize("name", [n for n in SIGNATURES if n.startswith("Symbol.")])
def test_signature_of_method(name: str) -> None:
    """Every method of MXNet's Symbol is here; one that passes everything on may say more of it."""
    ours, expected = parameters(getattr(mx.Symbol, name.removeprefix("Symbol."))), SIGNATURES[name]
    assert ours == expected or {"*args", "**kwargs"} & {*ours, *expected}


# -- what is ours -----------------------------------------------------------------------------------------------------


def test_symbols_are_compared_by_identity_in_sets_and_dicts() -> None:
    a, b, _ = variables()
    assert len({a, b, a}) == 2
    assert {a: 1, b: 2}[b] == 2


def test_in_place_operators_bind_the_name_anew() -> None:
    a, b, _ = variables()
    total = a
    total += b
    total *= 2
    total -= 1
    total /= 4
    assert total.list_arguments() == ["a", "b"]
    assert a.list_arguments() == ["a"]


def test_composition_by_position() -> None:
    a, b, _ = variables()
    net = small_net(mx)
    assert net(a).list_arguments() == ["a", "fc_weight", "fc_bias"]
    assert net(a, b).list_arguments() == ["a", "b", "fc_bias"]


def test_composition_replaces_all_variables_of_a_name_and_shares_the_others() -> None:
    a, b, _ = variables()
    twice = mx.sym.Variable("same") + mx.sym.Variable("same")
    assert twice(same=a).list_arguments() == ["a"]
    assert (a * b)(a=b + 1).list_arguments() == ["b"]


def test_negative_indices_count_from_the_end() -> None:
    a, b, c = variables()
    group = mx.sym.Group([a, b, c])
    assert group[-1].name == "c"
    assert group[-2:].list_outputs() == ["b", "c"]


def test_shapes_and_types_by_position() -> None:
    a, b, _ = variables()
    total = a + b
    assert total.infer_shape((2, 3)) == ([(2, 3), (2, 3)], [(2, 3)], [])
    assert total.infer_shape(None, [2, np.int64(3)]) == ([(2, 3), (2, 3)], [(2, 3)], [])
    assert total.infer_shape_partial((2, 0), (0, 3)) == ([(2, 3), (2, 3)], [(2, 3)], [])
    assert total.infer_type("int8")[1] == [np.int8]
    assert total.infer_type_partial(None, "uint8")[0] == [np.uint8, np.uint8]


def test_inference_from_the_result_of_a_layer() -> None:
    bn = mx.sym.BatchNorm(mx.sym.Variable("x"), name="bn") + mx.sym.Variable("y")
    assert bn.infer_shape(y=(2, 3, 4)) == ([(2, 3, 4), (3,), (3,), (2, 3, 4)], [(2, 3, 4)], [(3,), (3,)])


def test_undecided_inference_warns_where_the_user_called() -> None:
    a, b, _ = variables()
    with pytest.warns(UserWarning, match=r"Cannot decide shape .*0 is an unknown dimension.*\n\ta: \(0, 3\)") as caught:
        assert (a + b).infer_shape(a=(0, 3)) == (None, None, None)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match=r"Cannot decide type for the following arguments. Consider .*\n\ta: None"):
        assert (a + b).infer_type() == (None, None, None)


def test_loading_is_the_inverse_of_saving() -> None:
    group = mx.sym.Group([layers(mx), small_net(mx)])
    again = mx.sym.load_json(group.tojson())
    assert again.tojson() == group.tojson()
    assert mx.sym.load_json(again.tojson()).tojson() == group.tojson()


def test_pickle_of_a_symbol_with_precision_casts_keeps_them() -> None:
    cast = mx.sym.amp_cast(mx.sym.Variable("x"), dtype="float16", name="half") + 1
    assert "amp_cast" in pickle.loads(pickle.dumps(cast)).tojson(remove_amp_cast=False)
    assert "amp_cast" not in cast.tojson()


def test_scopes_belong_to_their_thread() -> None:
    names = []
    with mx.name.Prefix("outer_"), mx.AttrScope(__x__="1"):
        thread = threading.Thread(target=lambda: names.append(mx.sym.relu(mx.sym.Variable("v"), name="r")))
        thread.start()
        thread.join()
    assert names[0].name == "r"
    assert names[0].list_attr() == {}


def test_a_scope_may_be_entered_again() -> None:
    outer, inner = mx.AttrScope(__x__="1", __y__="1"), mx.AttrScope(__y__="2", __z__="2")
    with outer:
        with inner, outer:
            assert mx.sym.Variable("v").list_attr() == {"__x__": "1", "__y__": "1", "__z__": "2"}
            assert inner.get(None) == {"__x__": "1", "__y__": "2", "__z__": "2"}
        assert mx.sym.Variable("v").list_attr() == {"__x__": "1", "__y__": "1"}
    with inner:
        assert mx.sym.Variable("v").list_attr() == {"__y__": "2", "__z__": "2"}
    assert outer.get({"__y__": "3"}) == {"__x__": "1", "__y__": "3"}


def test_scopes_end_when_a_block_raises() -> None:
    with pytest.raises(KeyError), mx.name.Prefix("p_"), mx.AttrScope(__x__="1"):
        raise KeyError
    symbol = mx.sym.relu(mx.sym.Variable("v"), name="r")
    assert (symbol.name, symbol.list_attr()) == ("r", {})


def test_parameters_of_a_layer_stay_unknown_with_its_data() -> None:
    """MXNet's own tests ask for it."""
    data, state = mx.sym.Variable("data"), mx.sym.Variable("state")
    out = mx.sym.FullyConnected(data, num_hidden=8, name="x2h") + mx.sym.FullyConnected(state, num_hidden=8, name="h2h")
    assert out.infer_shape_partial(data=(2, 3)) == ([(2, 3), (8, 3), (8,), (), (), ()], [(2, 8)], [])
