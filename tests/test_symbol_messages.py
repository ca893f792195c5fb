"""What symbols say when something is wrong: where, what was given, what was expected."""

from __future__ import annotations

import re
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

A, B, C = (mx.sym.Variable(name) for name in "abc")
FC = mx.sym.FullyConnected(A, num_hidden=5, name="fc")
BN = mx.sym.BatchNorm(A, name="bn")
HERE = r" \(made at .*test_symbol_messages.py:\d+\)"

MESSAGES = [
    (
        lambda: mx.sym.Variable(3),
        TypeError,
        "Expect a string for variable `name`, given 3 of type int.",
    ),
    (
        lambda: mx.sym.Variable("v", foo=1),
        OpAttributeError,
        "variable 'v': attribute foo is not supported; additional attributes must begin and end with two "
        "underscores, as in __foo__.",
    ),
    (
        lambda: mx.sym.Variable("v", attr={"x": 1}),
        OpAttributeError,
        "variable 'v': attribute x=1 must be a string.",
    ),
    (
        lambda: mx.sym.Variable("v", attr={"w_lr_mult": "1"}),
        OpAttributeError,
        "variable 'v': attribute w_lr_mult is not supported; give the input a variable of its own: "
        "w=Variable(..., lr_mult='1').",
    ),
    (
        lambda: mx.sym.Variable("v", stype="csr"),
        OpAttributeError,
        "variable 'v': storage type 'csr' does not exist here; arrays are dense ('default').",
    ),
    (
        lambda: mx.sym.Variable("v", dtype="complex64"),
        DTypeError,
        "variable 'v': 'complex64' is not a supported data type; choose one of float32, float64, float16, uint8, int32, "
        "int8, int64, bool, bfloat16.",
    ),
    (
        lambda: mx.AttrScope(x=1),
        OpAttributeError,
        "AttrScope: attribute x must be a string, given 1 of type int.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, wight=B, num_hidden=3),
        CompositionError,
        "FullyConnected: 'wight' is not one of its inputs, but got a Symbol. Did you mean 'weight'? "
        "Inputs: data, weight, bias.",
    ),
    (
        lambda: A @ np.ones((2, 2)),
        CompositionError,
        "a @ b is not defined for Symbols, as in MXNet; use mx.sym.dot(a, b).",
    ),
    (
        lambda: 2 // A,
        CompositionError,
        "a // b is not defined for Symbols, as in MXNet; use mx.sym.floor(a / b).",
    ),
    (
        lambda: A.split_v2(1.5),
        ShapeError,
        "split_v2: indices_or_sections must be an integer or a tuple of integers, given 1.5 of type float.",
    ),
    (
        lambda: mx.sym.relu(A, B),
        CompositionError,
        "relu: 'name' must be a string, given <Symbol b> of type Symbol. Its inputs are data.",
    ),
    (
        lambda: mx.sym.concat(A, 3),
        CompositionError,
        "Concat: argument 1 must be a Symbol, but got 3 of type int; give attributes by keyword.",
    ),
    (
        lambda: mx.sym.Cast(A, dtype="nonsense", name="c"),
        OpAttributeError,
        "node 'c': operator Cast: attribute dtype='nonsense' is invalid; expected ",
    ),
    (
        lambda: mx.sym.BatchNorm(A, moving_mean=FC, name="q"),
        CompositionError,
        f"BatchNorm 'q'{HERE}: input 'moving_mean' is an auxiliary state, which must be a variable, given "
        f"FullyConnected 'fc'{HERE}.",
    ),
    (
        lambda: BN(bn_moving_mean=FC),
        CompositionError,
        f"BatchNorm 'bn'{HERE}: input 'moving_mean' is an auxiliary state, which must be a variable, given "
        f"FullyConnected 'fc'{HERE}.",
    ),
    (
        lambda: mx.sym.nonsense(A),
        AttributeError,
        "has no operator or function 'nonsense'",
    ),
    (
        lambda: A + "x",
        TypeError,
        "'x' of type str is not supported: a Symbol goes with Symbols and numbers.",
    ),
    (
        lambda: mx.sym.maximum(A, "x"),
        TypeError,
        "'x' of type str is not supported: a Symbol goes with Symbols and numbers.",
    ),
    (
        lambda: mx.sym.maximum("x", 1),
        TypeError,
        "'x' of type str and 1 of type int are not supported: give Symbols or numbers.",
    ),
    (
        lambda: mx.sym.split_v2(3, 2),
        CompositionError,
        "split_v2: argument 'ary' must be a Symbol, given 3 of type int.",
    ),
    (
        lambda: A.asnumpy(),
        NotImplementedForSymbol,
        "Symbol.asnumpy needs values, and a Symbol has none until it runs: bind or eval the symbol and read "
        "its outputs.",
    ),
    (
        lambda: A.as_np_ndarray(),
        MXNetError,
        "Symbol.as_np_ndarray: the API here is MXNet's mx.sym and mx.nd; mx.np does not exist.",
    ),
    (
        lambda: FC(a=3),
        CompositionError,
        "<Symbol fc>: input 'a' must be a Symbol, given 3 of type int.",
    ),
    (
        lambda: FC(B, a=B),
        CompositionError,
        "compose takes input Symbols either as positional or keyword arguments, not both.",
    ),
    (
        lambda: A(B, C),
        CompositionError,
        "<Symbol a> has 1 input, given 2 symbols.",
    ),
    (
        lambda: mx.sym.Group([]),
        CompositionError,
        "Group: expected a list of symbols, given none; a group has at least one.",
    ),
    (
        lambda: mx.sym.Group([A, B])[2],
        IndexError,
        "<Symbol group [a, b]> has 2 outputs; index 2 is out of range.",
    ),
    (
        lambda: mx.sym.Group([A, B])[2:],
        IndexError,
        "<Symbol group [a, b]> has 2 outputs; the slice slice(2, None, None) holds none of them.",
    ),
    (
        lambda: mx.sym.Group([A, B])[1.0],
        TypeError,
        "<Symbol group [a, b]> is indexed by position or output name, not by float.",
    ),
    (
        lambda: FC["fc_outptu"],
        ValueError,
        "Cannot find output that matches name 'fc_outptu' in <Symbol fc>. Did you mean 'fc_output'?",
    ),
    (
        lambda: mx.sym.Group([A, A])["a"],
        ValueError,
        "There are 2 outputs with name 'a' in <Symbol a>; index by position.",
    ),
    (
        lambda: A._set_attr(x=1),
        OpAttributeError,
        f"variable 'a'{HERE}: attribute x=1 must be a string.",
    ),
    (
        lambda: FC._set_attr(num_hidden="7"),
        OpAttributeError,
        f"FullyConnected 'fc'{HERE}: attribute num_hidden belongs to the operator and is fixed; make a new symbol.",
    ),
    (
        lambda: mx.sym.Group([A, B])._set_attr(x="1"),
        CompositionError,
        "_set_attr needs the outputs of one node, but <Symbol group [a, b]> groups several; index it first.",
    ),
    (
        lambda: FC.list_attr(recursive=True),
        DeprecationWarning,
        "Symbol.list_attr with recursive=True is gone; use attr_dict().",
    ),
    (
        lambda: (A + B).infer_shape(a=(2, 3), b=(3, 2)),
        ShapeError,
        f"elemwise_add '_plus\\d+'{HERE}: shapes do not fit together (lhs (2, 3), rhs (3, 2)): 2 and 3 "
        "differ. Give matching shapes, or use an operator that broadcasts, such as broadcast_add.",
    ),
    (
        lambda: FC.infer_shape(a=(2, 3), fc_weight=(5, 4)),
        ShapeError,
        f"FullyConnected 'fc'{HERE}: shape of input 'weight' (from variable 'fc_weight') is (5, 4), but "
        "(5, 3) is expected from its other inputs, outputs and attributes. Give matching shapes.",
    ),
    (
        lambda: mx.sym.FullyConnected(A, B, num_hidden=5, no_bias=True, name="fc").infer_shape(a=(2, 3), b=(5, 4)),
        ShapeError,
        f"FullyConnected 'fc'{HERE}: shape of input 'weight' (from variable 'b'{HERE}) is (5, 4), but (5, 3) is expected",
    ),
    (
        lambda: (A + B).infer_type(a="float32", b="float64"),
        DTypeError,
        f"elemwise_add '_plus\\d+'{HERE}: dtype of input 'rhs' (from variable 'b'{HERE}) is float64, but float32 is "
        "expected from its other inputs, outputs and attributes. Give matching dtypes.",
    ),
    (
        lambda: FC.infer_shape({"a": (2, 3)}),
        UnknownArgumentError,
        "infer_shape: given a dict; unpack it with two stars, infer_shape(**shapes).",
    ),
    (
        lambda: mx.sym.relu(A, nmae="r"),
        OpAttributeError,
        "operator relu: unknown attribute 'nmae'. Did you mean name? Known attributes: none.",
    ),
    (
        lambda: FC["a"],
        ValueError,
        "Cannot find output that matches name 'a' in <Symbol fc>. get_internals()['a'] is it.",
    ),
    (
        lambda: mx.sym.relu(FC, name="r")["fc"],
        ValueError,
        "Cannot find output that matches name 'fc' in <Symbol r>. get_internals()['fc_output'] is it.",
    ),
    (
        lambda: FC.get_internals()["fc"],
        ValueError,
        "Cannot find output that matches name 'fc' in <Symbol group [a, fc_weight, fc_bias, fc]>. Did you mean 'fc_output'?",
    ),
    (
        lambda: mx.sym.Group([mx.sym.Variable(f"variable{i}") for i in range(99)])["variable"],
        ValueError,
        "Cannot find output that matches name 'variable' in <Symbol group [variable0, variable1, v...5, variable96, "
        "variable97, variable98]>. Did you mean 'variable9'?",
    ),
    (
        lambda: mx.sym.load_json("folder/net-symbol.json"),
        FormatError,
        "Symbol JSON: 'folder/net-symbol.json' is the name of a file; mx.sym.load reads files.",
    ),
    (
        lambda: (FC + B).infer_shape(a=(2, 3), b=(2, 6)),
        ShapeError,
        f"elemwise_add '_plus\\d+'{HERE}: shapes do not fit together (lhs (2, 5), rhs (2, 6)): 5 and 6 "
        "differ. Give matching shapes, or use an operator that broadcasts, such as broadcast_add.",
    ),
    (
        lambda: BN.infer_shape(a=(2, 3), bn_gamma=(4,)),
        ShapeError,
        f"BatchNorm 'bn'{HERE}: shapes do not fit together (data (2, 3), gamma (4,)): 4 and 3 differ. Give "
        "matching shapes.",
    ),
    (
        lambda: (A + B).infer_shape((2,), b=(2,)),
        ValueError,
        "infer_shape: give shapes either by position or by name, not both.",
    ),
    (
        lambda: A.infer_shape((2,), (3,)),
        UnknownArgumentError,
        "infer_shape: 2 shapes given, but the symbol has 1 argument.",
    ),
    (
        lambda: A.infer_shape(a=(2.5,)),
        ShapeError,
        "infer_shape: argument 'a': (2.5,) is no shape; give a tuple of integers, 0 for an unknown dimension.",
    ),
    (
        lambda: A.infer_shape(a=3),
        ShapeError,
        "infer_shape: argument 'a': 3 is no shape; give a tuple of integers, 0 for an unknown dimension.",
    ),
    (
        lambda: A.infer_type(a="complex64"),
        DTypeError,
        "infer_type: argument 'a': 'complex64' is not a supported data type; ",
    ),
    (
        lambda: mx.sym.Variable("v", attr={"__shape__": "bad"}).infer_shape(),
        ShapeError,
        f"variable 'v'{HERE}: its attribute __shape__='bad' is not a tuple of integers.",
    ),
    (
        lambda: mx.sym.load_json(3),
        TypeError,
        "load_json: expected a string, given int.",
    ),
    (
        lambda: mx.sym.load_json("[" * 100_000),
        FormatError,
        "Symbol JSON is corrupted: maximum recursion depth exceeded while decoding a JSON array from a unicode string.",
    ),
    (
        lambda: mx.sym.load_json("1" * 5000),
        FormatError,
        "Symbol JSON is corrupted: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; ",
    ),
    (
        lambda: mx.sym.load_json("{}"),
        FormatError,
        "Symbol JSON: the symbol has no field 'nodes'; is the file truncated?",
    ),
    (
        lambda: mx.sym.load_json(FC.tojson().replace("[1, 0, 0], ", "")),
        FormatError,
        "Symbol JSON: node 3 'fc': operator FullyConnected takes 3 inputs (data, weight, bias), the file gives 2.",
    ),
    (
        lambda: mx.sym.load_json(FC.tojson().replace("[1, 0, 0]", "[1, 7, 0]")),
        FormatError,
        "Symbol JSON: node 3 'fc' refers to output 7 of 'fc_weight', which has 1.",
    ),
    (
        lambda: mx.sym.load_json(FC.tojson().replace('"5"', "5")),
        FormatError,
        "Symbol JSON: 'attrs' of node 1 'fc_weight' must map names to strings.",
    ),
    (
        lambda: mx.sym.load_json(FC.tojson().replace('"heads": [[3, 0, 0]]', '"heads": []')),
        FormatError,
        "Symbol JSON: 'heads' of the symbol is empty; a symbol has at least one output.",
    ),
    (lambda: mx.sym.Variable(A), TypeError, "Expect a string for variable `name`, given <Symbol a> of type Symbol."),
    (
        lambda: mx.sym.Variable("v", shape="abc"),
        ShapeError,
        "variable 'v': shape must be a tuple of integers, 0 for an unknown dimension, given 'abc' of type str.",
    ),
    (
        lambda: mx.sym.Variable("v", shape=(2.0, 3)),
        ShapeError,
        "variable 'v': shape must be a tuple of integers, 0 for an unknown dimension, given (2.0, 3) of type tuple.",
    ),
    (
        lambda: mx.sym.Variable("v", shape=mx.nd.ones((40, 40))),
        ShapeError,
        "variable 'v': shape must be a tuple of integers, 0 for an unknown dimension, given NDArray of shape (40, 40).",
    ),
    (
        lambda: mx.sym.Variable("v", lr_mult=mx.nd.ones((40, 40))),
        OpAttributeError,
        "variable 'v': lr_mult must be a number, given NDArray of shape (40, 40).",
    ),
    (
        lambda: mx.sym.Variable("v", wd_mult=[1]),
        OpAttributeError,
        "variable 'v': wd_mult must be a number, given [1] of type list.",
    ),
    (
        lambda: mx.sym.Variable("v", init=3),
        OpAttributeError,
        "variable 'v': init must be an initializer, which has a method dumps(), or the text that it returns, given "
        "3 of type int.",
    ),
    (
        lambda: mx.sym.Variable("v", attr=["x"]),
        OpAttributeError,
        "variable 'v': attr must be a dict of strings by name, given ['x'] of type list.",
    ),
    (
        lambda: mx.sym.Variable("v", attr={3: "x"}),
        OpAttributeError,
        "variable 'v': attr must be a dict of strings by name, given {3: 'x'} of type dict.",
    ),
    (
        lambda: mx.sym.Variable("v", shpae=(2, 3)),
        OpAttributeError,
        "variable 'v': attribute shpae is not supported; additional attributes must begin and end with two "
        "underscores, as in __shpae__. Did you mean 'shape'?",
    ),
    (
        lambda: mx.sym.Variable("v", stype=mx.nd.ones((9, 9))),
        OpAttributeError,
        "variable 'v': storage type NDArray of shape (9, 9) does not exist here; arrays are dense ('default').",
    ),
    (
        lambda: mx.sym.Variable("v", dtype=np.ones((40, 40))),
        DTypeError,
        "variable 'v': ndarray of shape (40, 40) is not a supported data type; choose one of float32, float64, "
        "float16, uint8, int32, int8, int64, bool, bfloat16.",
    ),
    (lambda: mx.name.Prefix(3), CompositionError, "Prefix: the prefix must be a string, given 3 of type int."),
    (
        lambda: mx.AttrScope(lr_mult=mx.nd.ones((9, 9))),
        OpAttributeError,
        "AttrScope: attribute lr_mult must be a string, given NDArray of shape (9, 9).",
    ),
    (lambda: mx.sym.Group(3), CompositionError, "Group: expected a list of symbols, given 3 of type int."),
    (
        lambda: mx.sym.Group([[A, B], C]),
        CompositionError,
        "Group: expected a list of symbols, but entry 0 is [<Symbol a>, <Symbol b>] of type list.",
    ),
    (
        lambda: mx.sym.Group([A, np.ones((40, 40))]),
        CompositionError,
        "Group: expected a list of symbols, but entry 1 is ndarray of shape (40, 40).",
    ),
    (
        lambda: mx.sym.Group({"a": A}),
        CompositionError,
        "Group: expected a list of symbols, but entry 0 is 'a' of type str.",
    ),
    (
        lambda: A + np.ones((40, 40)),
        CompositionError,
        "ndarray of shape (40, 40) is not supported: a Symbol goes with Symbols and numbers; put a Variable in its "
        "place and bind the array to it.",
    ),
    (
        lambda: np.ones((40, 40)) * A,
        CompositionError,
        "ndarray of shape (40, 40) is not supported: a Symbol goes with Symbols and numbers; put a Variable in its "
        "place and bind the array to it.",
    ),
    (
        lambda: A < mx.nd.ones((40, 40)),
        CompositionError,
        "NDArray of shape (40, 40) is not supported: a Symbol goes with Symbols and numbers; put "
        "a Variable in its place and bind the array to it.",
    ),
    (
        lambda: A * [1, 2],
        CompositionError,
        "[1, 2] of type list is not supported: a Symbol goes with Symbols and numbers; put a Variable in its place and "
        "bind the array to it.",
    ),
    (
        lambda: A == None,  # noqa: E711
        CompositionError,
        "None is not supported: a Symbol goes with Symbols and numbers; ask for None with 'is None'.",
    ),
    (lambda: A == "x", CompositionError, "'x' of type str is not supported: a Symbol goes with Symbols and numbers."),
    (
        lambda: B in [A, C],
        NotImplementedForSymbol,
        "bool(Symbol) needs values, and a Symbol has none until it runs: for 'if' and 'in' compare symbols by 'is', "
        "as in any(s is x for s in symbols); bind or eval other conditions.",
    ),
    (
        lambda: float(A),
        NotImplementedForSymbol,
        "float(Symbol) needs values, and a Symbol has none until it runs: bind or eval the symbol and read its "
        "outputs.",
    ),
    (
        lambda: int(A),
        NotImplementedForSymbol,
        "int(Symbol) needs values, and a Symbol has none until it runs: bind or eval the symbol and read its outputs.",
    ),
    (
        lambda: np.exp(A),
        NotImplementedForSymbol,
        "A NumPy array of a Symbol needs values, and a Symbol has none until it runs: bind or eval the symbol and "
        "read its outputs.",
    ),
    (
        lambda: mx.sym.maximum(A, mx.nd.ones((40, 40))),
        CompositionError,
        "NDArray of shape (40, 40) is not supported: a Symbol goes with Symbols and numbers; put "
        "a Variable in its place and bind the array to it.",
    ),
    (
        lambda: mx.sym.full((2,), mx.nd.ones((40, 40))),
        CompositionError,
        "full: the value must be a number, given NDArray of shape (40, 40).",
    ),
    (
        lambda: mx.sym.histogram(A, [1, 2], (0, 3)),
        ShapeError,
        "histogram: bins must be a positive integer or a Symbol, given [1, 2] of type list.",
    ),
    (
        lambda: mx.sym.histogram(A, 3),
        ShapeError,
        "histogram: give the range that the bins of a symbol cover, as in range=(0, 1).",
    ),
    (
        lambda: mx.sym.split_v2(mx.nd.ones((40, 40)), 2),
        CompositionError,
        "split_v2: argument 'ary' must be a Symbol, given NDArray of shape (40, 40); put a Variable in its place "
        "and bind the array to it.",
    ),
    (
        lambda: FC(a=np.ones((40, 40))),
        CompositionError,
        "<Symbol fc>: input 'a' must be a Symbol, given ndarray of shape (40, 40); put a Variable in its place and "
        "bind the array to it.",
    ),
    (
        lambda: A.infer_shape(a=np.ones((40, 40))),
        ShapeError,
        "infer_shape: argument 'a': ndarray of shape (40, 40) is no shape; give a tuple of integers, 0 for an "
        "unknown dimension.",
    ),
    (
        lambda: A.infer_type(a=mx.nd.ones((40, 40))),
        DTypeError,
        "infer_type: argument 'a': NDArray of shape (40, 40) is not a supported data type; choose one of float32, "
        "float64, float16, uint8, int32, int8, int64, bool, bfloat16.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_message(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    # Only the place of a node and a running number vary; all else is literal.
    varying = r"( \\\(made at .*?\\d\+\\\)|\\d\+)"
    pattern = "".join(part if i % 2 else re.escape(part) for i, part in enumerate(re.split(varying, message)))
    with pytest.raises(error, match=pattern):
        call()
