"""What messages say of operators written in Python that break their contract."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import CompositionError, CustomOpError, OpAttributeError

X = mx.sym.Variable("x")


class Copy(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], in_data[0])

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0])


class Nothing(mx.operator.CustomOp):
    """Computes nothing."""


def run(op: Any = None, params: Any = None, **methods: Any) -> None:
    """Forward and backward of a network with a custom operator 'node' whose CustomOpProp has these methods."""
    methods.setdefault("create_operator", lambda self, ctx, shapes, dtypes: (op or Copy)())
    mx.operator.register("bad_op")(type("BadProp", (mx.operator.CustomOpProp,), methods))
    net = mx.sym.Custom(X, op_type="bad_op", name="node", **(params or {}))
    executor = net.simple_bind(mx.current_context(), x=(2,))
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones(2))


def divides(*args: Any, **kwargs: Any) -> Any:
    return 1 / 0


DIVIDED = f"raised ZeroDivisionError: division by zero ({__file__}:{divides.__code__.co_firstlineno + 1})"
BAD = "op_type 'bad_op' (class BadProp)"

PROPS: dict[str, tuple[dict[str, Any], str]] = {
    "arguments: None": (
        {"list_arguments": lambda self: None},
        f"{BAD}: list_arguments must return a list of names, as in ['data'], but returned None.",
    ),
    "arguments: a string": (
        {"list_arguments": lambda self: "data"},
        f"{BAD}: list_arguments must return a list of names, as in ['data'], but returned 'data' of type str.",
    ),
    "arguments: numbers": (
        {"list_arguments": lambda self: [1]},
        f"{BAD}: list_arguments must return a list of names, as in ['data'], but returned [1] of type list.",
    ),
    "arguments: twice": (
        {"list_arguments": lambda self: ["a", "b"], "list_auxiliary_states": lambda self: ["a"]},
        f"{BAD}: two inputs are named 'a' (a, b, a); rename one.",
    ),
    "outputs: a string": (
        {"list_outputs": lambda self: "out"},
        f"{BAD}: list_outputs must return a list of names, as in ['data'], but returned 'out' of type str.",
    ),
    "outputs: none": (
        {"list_outputs": lambda self: []},
        f"{BAD}: list_outputs must return one name or more, but returned none.",
    ),
    "states: a string": (
        {"list_auxiliary_states": lambda self: "mean"},
        f"{BAD}: list_auxiliary_states must return a list of names, as in ['data'], but returned 'mean' of type str.",
    ),
    "arguments: raise": ({"list_arguments": divides}, f"{BAD}: list_arguments {DIVIDED}"),
    "init: raises": ({"__init__": divides}, f"{BAD}: __init__ {DIVIDED}"),
    "init: unknown keyword": (
        {"__init__": lambda self, factor="1": None, "params": {"factr": 2}},
        f"{BAD}: its __init__ takes no keyword 'factr'. Did you mean 'factor'? Keywords: factor. "
        "It is given what is neither Symbol nor NDArray, as strings.",
    ),
    "init: array for an input": (
        {"params": {"data": np.ones(2)}},
        f"{BAD}: its __init__ takes no keyword 'data'. Keywords: need_top_grad. "
        "It is given what is neither Symbol nor NDArray, as strings.",
    ),
    "init: missing keyword": (
        {"__init__": lambda self, factor: None},
        f"{BAD}: its __init__ needs the keyword 'factor'; give it, as in Custom(..., op_type='bad_op', factor=...).",
    ),
    "shape: raises": ({"infer_shape": divides}, f"{BAD}: infer_shape([[2]]) {DIVIDED}"),
    "shape: None": (
        {"infer_shape": lambda self, shapes: None},
        f"{BAD}: infer_shape must return three lists, for 1 input, 1 output, 0 auxiliary states, but returned None.",
    ),
    "shape: one list": (
        {"infer_shape": lambda self, shapes: shapes},
        f"{BAD}: infer_shape must return three lists, for 1 input, 1 output, 0 auxiliary states, but returned [[2]].",
    ),
    "shape: four lists": (
        {"infer_shape": lambda self, shapes: (shapes, shapes, [], [])},
        f"{BAD}: infer_shape must return three lists, for 1 input, 1 output, 0 auxiliary states, "
        "but returned ([[2]], [[2]], [], []).",
    ),
    "shape: not in a list": (
        {"infer_shape": lambda self, shapes: (shapes, (2, 3), [])},
        f"{BAD}: infer_shape must return three lists, for 1 input, 1 output, 0 auxiliary states, "
        "but returned ([[2]], (2, 3), []).",
    ),
    "shape: a number": (
        {"infer_shape": lambda self, shapes: (shapes, [3], [])},
        f"{BAD}: infer_shape must return a shape such as (2, 3) for 'output', but returned 3 of type int.",
    ),
    "shape: fractions": (
        {"infer_shape": lambda self, shapes: (shapes, [(3.0,)], [])},
        f"{BAD}: infer_shape must return a shape such as (2, 3) for 'output', but returned (3.0,) of type tuple.",
    ),
    "type: raises": ({"infer_type": divides}, f"{BAD}: infer_type([<class 'numpy.float32'>]) {DIVIDED}"),
    "type: None": (
        {"infer_type": lambda self, types: None},
        f"{BAD}: infer_type must return three lists, for 1 input, 1 output, 0 auxiliary states, but returned None.",
    ),
    "type: a code": (
        {"infer_type": lambda self, types: (types, [0], [])},
        f"{BAD}: infer_type must return a NumPy type such as numpy.float32 for 'output', but returned 0 of type int.",
    ),
    "dependency: None": (
        {"declare_backward_dependency": lambda self, out_grad, in_data, out_data: None},
        f"{BAD}: declare_backward_dependency must return a list of the numbers it was given, but returned None.",
    ),
    "dependency: lists in a list": (
        {"declare_backward_dependency": lambda self, out_grad, in_data, out_data: [out_grad, in_data]},
        f"{BAD}: declare_backward_dependency must return a list of the numbers it was given, but returned [[0], [1]] of "
        "type list.",
    ),
    "dependency: raises": (
        {"declare_backward_dependency": divides},
        f"{BAD}: declare_backward_dependency {DIVIDED}",
    ),
    "operator: missing": (
        {"create_operator": mx.operator.CustomOpProp.create_operator},
        f"Custom 'node': {BAD} has no operator: define create_operator and return your subclass of CustomOp.",
    ),
    "operator: None": (
        {"create_operator": lambda self, ctx, shapes, dtypes: None},
        f"Custom 'node': {BAD}: create_operator must return a CustomOp, but returned None.",
    ),
    "operator: a number": (
        {"create_operator": lambda self, ctx, shapes, dtypes: 3},
        f"Custom 'node': {BAD}: create_operator must return a CustomOp, but returned 3 of type int.",
    ),
    "operator: a class": (
        {"create_operator": lambda self, ctx, shapes, dtypes: Copy},
        f"Custom 'node': {BAD}: create_operator must return a CustomOp, but returned {Copy!r} of type type.",
    ),
    "operator: raises": ({"create_operator": divides}, f"Custom 'node': {BAD}: create_operator {DIVIDED}"),
    "operator: without forward": (
        {"op": Nothing},
        f"Custom 'node': {BAD}: class Nothing does not define forward, which computes the outputs.",
    ),
}


@pytest.mark.parametrize("name", PROPS)
def test_a_prop_that_breaks_its_contract(name: str) -> None:
    methods, message = PROPS[name]
    with pytest.raises(CustomOpError, match=re.escape(message) + r"($|\nwhile running Custom 'node')"):
        run(**methods)


def test_errors_of_rules_name_the_node_and_where_it_was_made() -> None:
    with pytest.raises(CustomOpError, match=re.escape("Custom 'node' (made at " + __file__)) as info:
        run(infer_shape=divides)
    assert isinstance(info.value.__cause__, ZeroDivisionError)


def test_errors_where_an_operator_is_composed_name_the_node() -> None:
    with pytest.raises(CustomOpError, match=re.escape(f"node 'node': Custom: {BAD}: __init__ {DIVIDED}")) as info:
        run(__init__=divides)
    assert isinstance(info.value.__cause__, ZeroDivisionError)


class Failing(Copy):
    where = "forward"

    def fail(self, text):
        return mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3))) if text == "library" else int(text)

    def forward(self, is_train, req, in_data, out_data, aux):
        self.fail(self.text if self.where == "forward" else "0")
        super().forward(is_train, req, in_data, out_data, aux)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.fail(self.text)


FAIL_LINE = inspect.getsourcelines(Failing.fail)[1] + 1


@pytest.mark.parametrize("method", ["forward", "backward"])
@pytest.mark.parametrize("text", ["one", "library"])
def test_an_exception_in_the_operator_is_placed_in_user_code(method: str, text: str) -> None:
    """Also where the library raised it, for the user's innermost line is what can be mended."""
    cause = {"one": "ValueError: invalid literal for int", "library": "ShapeError: dot: shapes of the inputs"}[text]
    message = re.escape(f"Custom 'node' (op_type 'bad_op'): {method} raised {cause}")
    with pytest.raises(CustomOpError, match=rf"{message}.* \({re.escape(__file__)}:{FAIL_LINE}\)$") as info:
        run(type("Now", (Failing,), {"where": method, "text": text}))
    assert type(info.value.__cause__).__name__ == cause.split(":")[0]


def test_an_exception_before_any_line_of_the_operator_is_placed_at_its_definition() -> None:
    class Narrow(Copy):
        def forward(self, data):
            """Takes the wrong arguments."""

    line = Narrow.forward.__code__.co_firstlineno
    message = rf"forward raised TypeError: .*unexpected keyword argument 'is_train' \({re.escape(__file__)}:{line}\)"
    with pytest.raises(CustomOpError, match=message):
        run(Narrow)


class Impatient(Copy):
    """Asks its own executor for something."""

    executor: mx.Executor
    question: Callable[[mx.Executor], Any]

    def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
        Impatient.question(Impatient.executor)
        super().forward(is_train, req, in_data, out_data, aux)


@mx.operator.register("impatient")
class ImpatientProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Impatient:
        return Impatient()


@pytest.mark.parametrize(
    "question",
    [lambda e: e.outputs[0].asnumpy(), lambda e: e.forward(), lambda e: e.backward(), lambda e: mx.nd.waitall()],
)
def test_an_operator_that_waits_for_its_own_executor_is_told_so(question: Callable[[mx.Executor], Any]) -> None:
    net = mx.sym.Custom(mx.sym.Variable("x") * 2, op_type="impatient", name="me")
    Impatient.executor, Impatient.question = net.simple_bind(mx.current_context(), x=(2,)), staticmethod(question)
    text = (
        "Custom 'me' (op_type 'impatient'): forward raised CustomOpError: an operator must not run the executor that it is "
        "a part of, nor read what that has not computed yet, as both would wait for each other; use in_data and out_data, "
        "or an executor of its own."
    )
    with pytest.raises(CustomOpError, match="^" + re.escape(text)):
        Impatient.executor.forward()[0].asnumpy()


def test_assign_refuses_what_does_not_fit() -> None:
    class Wrong(Copy):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], *self.given)

    for given, message in (
        (("maybe", 0), "CustomOpError: assign: req must be 'null', 'write', 'inplace' or 'add', given 'maybe'."),
        (("write", np.ones(7)), "ShapeError: an array of shape (7,) cannot be assigned to a place of shape (2,)."),
    ):
        with pytest.raises(
            CustomOpError, match=re.escape(f"Custom 'node' (op_type 'bad_op'): forward raised {message}")
        ):
            run(type("Given", (Wrong,), {"given": given}))


CALLS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no op_type": (
        lambda: mx.sym.Custom(X, name="n"),
        OpAttributeError,
        "node 'n': operator Custom: required attribute op_type (string) is missing; "
        "give the name that was registered with @mx.operator.register.",
    ),
    "unknown op_type": (
        lambda: mx.sym.Custom(X, op_type="copy_of", name="n"),
        OpAttributeError,
        "node 'n': operator Custom: op_type 'copy_of' is not registered; use @mx.operator.register('copy_of') or "
        "import the module that does so. Did you mean 'copy_op'? Registered: ",
    ),
    "a class as op_type": (
        lambda: mx.sym.Custom(X, op_type=mx.operator.CustomOp, name="n"),
        OpAttributeError,
        "node 'n': attribute op_type=<class 'symgraph.frontend.custom_op.CustomOp'> is no text, number or data type; of a "
        "class that was registered, give the name.",
    ),
    "unknown op_type in a file": (
        lambda: mx.sym.load_json(mx.sym.Custom(X, op_type="copy_op", name="n").tojson().replace("copy_op", "gone")),
        OpAttributeError,
        "node 'n': operator Custom: op_type 'gone' is not registered; use @mx.operator.register('gone') or import "
        "the module that does so.",
    ),
    "too many inputs": (
        lambda: mx.sym.Custom(X, X, op_type="copy_op"),
        CompositionError,
        "Custom takes 1 input with these attributes (data), given 2.",
    ),
    "an input twice": (
        lambda: mx.sym.Custom(X, data=X, op_type="copy_op"),
        CompositionError,
        "Custom: input 'data' is given twice, by position and by keyword.",
    ),
    "an input that is none": (
        lambda: mx.sym.Custom(X, label=X, op_type="copy_op"),
        CompositionError,
        "Custom: input 'label' does not exist with these attributes. Inputs: data.",
    ),
    "a missing array": (
        lambda: mx.nd.Custom(op_type="copy_op"),
        CompositionError,
        "Custom takes the inputs data: data missing.",
    ),
    "registering without a name": (
        lambda: mx.operator.register(Copy),
        CustomOpError,
        'register needs a name, as in @mx.operator.register("name"), given ',
    ),
    "registering the operator": (
        lambda: mx.operator.register("copy_op")(Copy),
        CustomOpError,
        f"register('copy_op') needs a subclass of CustomOpProp, given {Copy!r}.",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_cannot_be(name: str) -> None:
    mx.operator.register("copy_op")(mx.operator.CustomOpProp)
    call, kind, message = CALLS[name]
    with pytest.raises(kind, match=re.escape(message)):
        call()
