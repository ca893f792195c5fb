"""Loops and branches: MXNet's recorded results, what MXNet cannot do, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.test_utils import check_numeric_gradient
from tests.blocks import assert_equal, recorded
from tests.control_blocks import BLOCKS

RECORDED = recorded("control")
foreach, while_loop, cond = mx.sym.contrib.foreach, mx.sym.contrib.while_loop, mx.sym.contrib.cond


def variables(names: str) -> list[mx.Symbol]:
    return [mx.sym.Variable(name) for name in names]


@pytest.mark.parametrize("name", BLOCKS)
def test_as_in_mxnet(name: str) -> None:
    assert_equal(BLOCKS[name](mx), RECORDED[name])


# -- beyond MXNet, whose backward fails on these ----------------------------------------------------------------------


def test_a_loss_in_a_loop_ignores_its_head_gradient() -> None:
    a, s = variables("as")
    outs, last = foreach(lambda x, t: (mx.sym.make_loss(x * t), mx.sym.BlockGrad(t) + x), a, s)
    args = {"a": mx.nd.array([[1, 2], [3, 4]]), "s": mx.nd.array([5, 6])}
    executor = mx.sym.Group([outs, last]).bind(
        mx.current_context(), args, args_grad={n: mx.nd.zeros(v.shape) for n, v in args.items()}
    )
    executor.forward(is_train=True)
    executor.backward([mx.nd.ones((2, 2)) * 7, mx.nd.ones((2,))])
    # d(x_i t_i)/dx_i = t_i; the second state is the first x, which also reaches the last loss through t.
    assert executor.grad_dict["a"].asnumpy().tolist() == [[5 + 3, 6 + 4], [5 + 1 + 1, 6 + 2 + 1]]
    assert executor.grad_dict["s"].asnumpy().tolist() == [1, 2]


def test_a_variable_used_inside_and_outside_is_one_argument() -> None:
    a, s, w = variables("asw")
    outs, last = foreach(lambda x, t: (x * w, t + x), mx.sym.broadcast_mul(a, mx.sym.reshape(w, shape=(1, 2))), s + w)
    net = mx.sym.sum(outs, axis=0) + last * w
    assert net.list_arguments() == ["a", "w", "s"]
    check_numeric_gradient(net, {"a": np.ones((3, 2)), "w": np.array([2.0, 3.0]), "s": np.ones(2)}, dtype=np.float64)


def test_a_condition_on_a_variable_of_its_own_gives_it_no_gradient() -> None:
    i, s, limit = variables("isl")
    out, last = while_loop(lambda i, s: s < limit, lambda i, s: (s, [i + 1, s * i]), [i, s], max_iterations=4)
    args = {"i": mx.nd.array([2]), "s": mx.nd.array([1]), "l": mx.nd.array([20])}
    executor = mx.sym.Group([out, *last]).bind(
        mx.current_context(), args, args_grad={n: mx.nd.zeros((1,)) for n in args}
    )
    outputs = executor.forward(is_train=True)
    assert [o.asnumpy().ravel().tolist() for o in outputs] == [[1, 2, 6, 0], [5], [24]]
    executor.backward([mx.nd.ones((4, 1)), mx.nd.zeros((1,)), mx.nd.ones((1,))])
    # s = 1, i, i(i+1) at the steps, then i(i+1)(i+2): 3i² + 6i + 2 + 1 + 2i + 1 at i = 2.
    assert {n: g.asnumpy().item() for n, g in executor.grad_dict.items()} == {"i": 32, "s": 33, "l": 0}


def test_no_step_leaves_everything_as_it_was() -> None:
    (i,) = variables("i")
    out, last = while_loop(lambda i: i < 0, lambda i: (i, i + 1), i, max_iterations=3)
    outputs = mx.sym.Group([out, last]).eval(i=mx.nd.array([5]))
    assert [o.asnumpy().ravel().tolist() for o in outputs] == [[0, 0, 0], [5]]


def test_inference_goes_through_loops_in_all_directions() -> None:
    a, s = variables("as")
    dense = foreach(lambda x, t: (mx.sym.FullyConnected(x, num_hidden=4, name="fc") + t, t * 1), a, s)[0]
    args, outs, _ = dense.infer_shape(a=(5, 2, 3))
    assert dict(zip(dense.list_arguments(), args, strict=True)) == {
        "a": (5, 2, 3), "s": (2, 4), "fc_weight": (4, 3), "fc_bias": (4,),
    }  # fmt: skip
    assert outs == [(5, 2, 4)]
    total = foreach(lambda x, t: (x + t, t + x), a, s)
    assert mx.sym.Group(list(total)).infer_shape(a=(5, 2))[0] == [(5, 2), (2,)]
    assert mx.sym.Group(list(total)).infer_shape_partial(s=(2,))[0] == [(0, 2), (2,)]
    assert mx.sym.Group(list(total)).infer_type(s="float16")[0] == [np.float16] * 2
    _, (last, _) = while_loop(lambda i, s: i < 3, lambda i, s: ([], [i + 1, s * a]), variables("is"), max_iterations=7)
    assert last.infer_shape(i=(1,), a=(2, 3))[0] == [(1,), (2, 3), (2, 3)]
    branch = cond(mx.sym.sum(a) > 0, lambda: a, lambda: s)
    assert branch.infer_shape(a=(2, 3), s=(2, 3))[1] == [(2, 3)]


def test_random_operators_draw_anew_in_every_step() -> None:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (mx.sym.Dropout(x, p=0.5), t * 1), a, s)
    executor = outs.bind(mx.current_context(), {"a": mx.nd.ones((4, 100)), "s": mx.nd.ones((1,))})
    first = executor.forward(is_train=True)[0].asnumpy()
    assert len({row.tobytes() for row in first}) == 4
    assert not (executor.forward(is_train=True)[0].asnumpy() == first).all()
    assert (executor.forward(is_train=False)[0].asnumpy() == 1).all()


def test_layers_with_states_train_inside_loops() -> None:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (mx.sym.BatchNorm(x, name="bn", fix_gamma=False), t + mx.sym.sum(x)), a, s)
    assert outs.list_arguments() == ["a", "s", "bn_gamma", "bn_beta", "bn_moving_mean", "bn_moving_var"]
    executor = outs.simple_bind(mx.current_context(), a=(3, 8, 2), s=(1,))
    executor.arg_dict["a"][:] = np.random.RandomState(0).normal(3, 2, (3, 8, 2))
    executor.arg_dict["bn_gamma"][:] = 1
    out = executor.forward(is_train=True)[0].asnumpy()
    np.testing.assert_allclose(out.mean(axis=1), 0, atol=1e-5)
    executor.backward([mx.nd.ones((3, 8, 2))])
    np.testing.assert_allclose(executor.grad_dict["bn_beta"].asnumpy(), 24, rtol=1e-5)


@mx.operator.register("control_test_double")
class DoubleProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, shapes, dtypes):
        class Double(mx.operator.CustomOp):
            def forward(self, is_train, req, in_data, out_data, aux):
                self.assign(out_data[0], req[0], in_data[0] * 2)

            def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
                self.assign(in_grad[0], req[0], out_grad[0] * 2)

        return Double()


def test_custom_operators_run_inside_loops() -> None:
    a, s = variables("as")
    outs, last = foreach(lambda x, t: (mx.sym.Custom(x, op_type="control_test_double"), t + x), a, s)
    args = {"a": mx.nd.array([[1], [2], [3]]), "s": mx.nd.zeros((1,))}
    net = mx.sym.Group([outs, last])
    executor = net.bind(mx.current_context(), args, args_grad={n: mx.nd.zeros(v.shape) for n, v in args.items()})
    outputs = executor.forward(is_train=True)
    assert [o.asnumpy().ravel().tolist() for o in outputs] == [[2, 4, 6], [6]]
    executor.backward([mx.nd.ones((3, 1)), mx.nd.ones((1,))])
    assert executor.grad_dict["a"].asnumpy().ravel().tolist() == [3, 3, 3]


def test_gradient_symbols_of_loops_survive_json() -> None:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (x * t, t * x), a, s)
    slope = outs.gradient(["s"])
    again = mx.sym.load_json(slope.tojson())
    values = {"a": mx.nd.array([[2], [3]]), "s": mx.nd.array([5])}
    # outputs a0 s and a1 (s a0): their sum's derivative by s is a0 + a1 a0.
    assert slope.eval(**values)[0].asnumpy().tolist() == again.eval(**values)[0].asnumpy().tolist() == [8]


def test_float64_and_integers_stay_what_they_are() -> None:
    i, s = variables("is")
    _, last = while_loop(lambda i, s: i < 3, lambda i, s: ([], [i + 1, s * 0.1]), [i, s], max_iterations=5)
    values = {"i": mx.nd.zeros((1,), dtype="int32"), "s": mx.nd.ones((1,), dtype="float64")}
    i, s = mx.sym.Group(list(last)).eval(**values)
    assert i.dtype == np.int32
    assert s.dtype == np.float64
    assert s.asscalar() == pytest.approx(1e-3, rel=1e-12)


def test_symbols_with_loops_are_copied_composed_and_drawn() -> None:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (x * t, t * x), a, s, name="scan")
    composed = outs(a=mx.sym.Variable("b") + 1)
    assert composed.list_arguments() == ["b", "s"]
    assert composed.eval(b=mx.nd.ones((2, 1)), s=mx.nd.ones((1,)))[0].asnumpy().ravel().tolist() == [2, 4]
    assert "_foreach0" in mx.viz.plot_network(outs).source
    assert outs.debug_str()


# -- what is refused --------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "an input that is not used": (
        lambda: foreach(lambda x, t: (x, x), *variables("as")),
        "foreach: body does not use state 0, which MXNet's format cannot express; leave it out, or add 0 times it to an "
        "output.",
    ),
    "other states": (
        lambda: foreach(lambda x, t: (x, [t, t]), *variables("as")),
        "foreach: the body takes states nested as a symbol but returns them as [symbol, symbol]; return as many, nested "
        "alike.",
    ),
    "not a pair": (
        lambda: foreach(lambda x, t: x + t, *variables("as")),
        "foreach: body must return two things, outputs and states, but returns <Symbol",
    ),
    "an array": (
        lambda: foreach(lambda x, t: (x, t), mx.nd.ones((2,)), variables("s")),
        "foreach: data must be a symbol or nested lists of symbols, but contains NDArray of shape (2,).",
    ),
    "no data": (
        lambda: foreach(lambda x, t: (x, t), [], variables("s")),
        "foreach: data is empty; give at least one symbol, whose first axis is the loop.",
    ),
    "several outputs at once": (
        lambda: foreach(lambda x, t: (x, t), mx.sym.split(variables("a")[0], num_outputs=2), variables("s")),
        "foreach: data: <Symbol split0> has 2 outputs; choose one by index, or give a list of them.",
    ),
    "no limit": (
        lambda: while_loop(lambda i: i < 3, lambda i: (i, i + 1), variables("i")),
        "while_loop: max_iterations is missing; give the largest number of steps.",
    ),
    "a limit that is no number": (
        lambda: while_loop(lambda i: i < 3, lambda i: (i, i + 1), variables("i"), "many"),
        "while_loop: max_iterations must be a whole number, given 'many' of type str.",
    ),
    "a loop variable that is not used": (
        lambda: while_loop(lambda i, j: i < j, lambda i, j: (i, [i + 1, i]), variables("ij"), 3),
        "while_loop: func does not use loop variable 1, which MXNet's format cannot express; leave it out, or add 0 times "
        "it to an output.",
    ),
    "other loop variables": (
        lambda: while_loop(lambda i, j: i < j, lambda i, j: (i, i + j), variables("ij"), 3),
        "while_loop: func takes 2 loop variables but returns 1; return as many.",
    ),
    "a condition that is a number": (
        lambda: while_loop(lambda i: True, lambda i: (i, i + 1), variables("i"), 3),
        "while_loop: cond must be a symbol or nested lists of symbols, but contains True of type bool.",
    ),
    "branches of different size": (
        lambda: cond(*variables("p"), lambda: variables("a"), lambda: variables("ab")),
        "cond: then_func gives 1 output, else_func 2; both must give as many.",
    ),
    "arrays of different length": (
        lambda: mx.nd.contrib.foreach(lambda x, t: (x[0], t), [mx.nd.ones((2,)), mx.nd.ones((3,))], mx.nd.ones((1,))),
        "foreach: arrays of data must have one common length, 1 or more; their shapes are (2,), (3,).",
    ),
    "arrays without an axis": (
        lambda: mx.nd.contrib.foreach(lambda x, t: (x[0], t), [mx.nd.ones(()), mx.nd.ones((3,))], mx.nd.ones((1,))),
        "foreach: arrays of data must have one common length, 1 or more; their shapes are (), (3,).",
    ),
    "three results of arrays": (
        lambda: mx.nd.contrib.foreach(lambda x, t: (x, t, t), mx.nd.ones((2, 1)), mx.nd.ones((1,))),
        "foreach: body must return two things, outputs and states, but returns (NDArray of shape (1,), NDArray",
    ),
    "outputs that grow in number": (
        lambda: mx.nd.contrib.foreach(lambda x, t: ([x] * len(t), [*t, x]), mx.nd.ones((2, 1)), [mx.nd.ones((1,))]),
        "foreach: outputs of body: 2 in step 1, but 1 before; return as many in every step.",
    ),
    "one result of arrays": (
        lambda: mx.nd.contrib.while_loop(lambda i: i < 3, lambda i: i + 1, [mx.nd.ones((1,))], 3),
        "while_loop: func must return two things, outputs and loop variables, but returns NDArray of shape (1,).",
    ),
    "a limit of arrays that is no number": (
        lambda: mx.nd.contrib.while_loop(lambda i: i < 3, lambda i: (i, i + 1), [mx.nd.ones((1,))], "many"),
        "while_loop: max_iterations must be a whole number, given 'many' of type str.",
    ),
    "a condition of two elements": (
        lambda: mx.nd.contrib.while_loop(lambda i: i < 3, lambda i: (i, i + 1), [mx.nd.ones((2,))], 3),
        "while_loop: cond must be an array of one element or a number, but is NDArray of shape (2,).",
    ),
    "a branch by text": (
        lambda: mx.nd.contrib.cond("a", lambda: 1, lambda: 2),
        "cond: pred must be an array of one element or a number, but is 'a' of type str.",
    ),
    "a body without states": (
        lambda: foreach(lambda x: (x, []), variables("a"), []),
        "foreach: body is called as body(slice, states), with 2 arguments, but function <lambda> takes (x); give a function "
        "with these parameters.",
    ),
    "too few loop variables for the condition": (
        lambda: while_loop(lambda i, j: i < j, lambda i: (i, i), variables("i"), 3),
        "while_loop: cond is called as cond(*loop_vars), with 1 argument, but function <lambda> takes (i, j); give",
    ),
    "a branch that is no function": (
        lambda: cond(*variables("p"), lambda: variables("a"), variables("b")),
        "cond: else_func is called as else_func(), with 0 arguments, but [<Symbol b>] is no function; give",
    ),
    "a body of arrays without states": (
        lambda: mx.nd.contrib.foreach(lambda x: (x, []), mx.nd.ones((2,)), []),
        "foreach: body is called as body(slice, states), with 2 arguments, but function <lambda> takes (x); give",
    ),
    "too many loop variables of arrays": (
        lambda: mx.nd.contrib.while_loop(lambda i, j: i <= j, lambda i: (i, i), [mx.nd.ones((1,))] * 2, 3),
        "while_loop: func is called as func(*loop_vars), with 2 arguments, but function <lambda> takes (i); give",
    ),
    "a branch of arrays with a parameter": (
        lambda: mx.nd.contrib.cond(1, lambda x: x, lambda: 2),
        "cond: then_func is called as then_func(), with 0 arguments, but function <lambda> takes (x); give",
    ),
    "a symbol among arrays": (
        lambda: mx.nd.contrib.foreach(lambda x, t: (x, t), variables("a"), []),
        "foreach: data must be an NDArray or nested lists of them, but contains <Symbol a>",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_explained(name: str) -> None:
    call, text = REFUSED[name]
    with pytest.raises(mx.MXNetError, match="^" + re.escape(text)):
        call()


def test_an_error_of_a_body_itself_is_left_alone() -> None:
    with pytest.raises(TypeError, match=r"^can only concatenate"):
        foreach(lambda x, t: [1] + "a", *variables("as"))
    with pytest.raises(TypeError, match=r"^'int' object is not iterable$"):
        mx.nd.contrib.cond(1, lambda: sum(3), lambda: 2)  # type: ignore[call-overload]


def test_a_branch_of_another_shape_names_both() -> None:
    a, b = variables("ab")
    branch = cond(mx.sym.sum(a) > 0, lambda: a, lambda: b)
    with pytest.raises(
        mx.errors.ShapeError, match=r"_cond '_cond0' .*output 0 is \(2,\) in the branch 'then', but \(3,\) in"
    ):
        branch.infer_shape(a=(2,), b=(3,))


@pytest.mark.parametrize(
    "made",
    [
        lambda i: while_loop(lambda i: i < 3, lambda i: (i, i + 1), i, max_iterations=3)[0],
        lambda i: cond(i < 3, lambda: i * 1, lambda: i * 2),
    ],
)
def test_a_condition_of_several_elements_is_a_shape_error(made: Callable[[mx.Symbol], mx.Symbol]) -> None:
    with pytest.raises(
        mx.errors.ShapeError,
        match=r"the condition must have one element, but its shape is \(2,\); reduce it, as with sum",
    ):
        made(mx.sym.Variable("i")).infer_shape(i=(2,))


def test_a_state_that_grows_is_a_shape_error() -> None:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (x, mx.sym.concat(t, t, dim=0)), a, s)
    with pytest.raises(
        mx.errors.ShapeError, match=r"_foreach '_foreach0' .*state 0 is \(2,\) before a step, but \(4,\) after"
    ):
        outs.infer_shape(a=(3, 2), s=(2,))


def test_an_error_inside_a_loop_names_the_inner_node() -> None:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (mx.sym.dot(x, t, name="product"), t * 1), a, s)
    with pytest.raises(mx.errors.ShapeError, match=r"_foreach '_foreach0'.*dot 'product'"):
        outs.infer_shape(a=(3, 2, 4), s=(5, 6))


def broken(change: Callable[[dict], None]) -> str:
    a, s = variables("as")
    outs, _ = foreach(lambda x, t: (x * t, t * x), a, s)
    document = json.loads(outs.tojson())
    change(next(node for node in document["nodes"] if node["op"] == "_foreach"))
    return json.dumps(document)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda node: node.pop("subgraphs"), "operator _foreach needs 1 subgraph (body), given 0."),
        (lambda node: node.update(subgraphs=[3]), "'subgraphs' of node 2 '_foreach0' must be a list of objects."),
        (lambda node: node["attrs"].update(in_data_locs="[5]"), "must name each of the 2 inputs of the body once."),
        (lambda node: node["attrs"].update(num_outputs="3"), "subgraph 'body' has 2 outputs, but its attributes ask for 3."),
        (lambda node: node["subgraphs"][0].pop("heads"), "a subgraph of node 2 '_foreach0' has no field 'heads'"),
        (lambda node: node.update(op="relu", attrs={}), "operator relu has no subgraphs, the file gives 1."),
    ],
)  # fmt: skip
def test_files_with_broken_subgraphs_are_refused(change: Callable[[dict], None], text: str) -> None:
    with pytest.raises(mx.errors.FormatError, match=re.escape(text)):
        mx.sym.load_json(broken(change))
