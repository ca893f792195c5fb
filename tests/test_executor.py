"""The Executor: readers see eager order, whatever is computed when; values recorded from real MXNet 1.9.1."""

from __future__ import annotations

import gc
import inspect
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DTypeError, MXNetError


def bound(symbol: mx.Symbol, grad_req: str = "write", **values: object) -> mx.Executor:
    """`symbol` bound to the given values, with a gradient array for each."""
    args = {name: mx.nd.array(value) for name, value in values.items()}
    grads = {name: mx.nd.zeros(value.shape) for name, value in args.items()}
    return symbol.bind(mx.current_context(), args, grads, grad_req)


def variables(*names: str) -> list[mx.Symbol]:
    return [mx.sym.Variable(name) for name in names]


@pytest.fixture
def batch_norm() -> mx.Executor:
    """BatchNorm over [[1, 2], [3, 5], [4, 7]], whose moving variance starts at 4."""
    symbol = mx.sym.BatchNorm(mx.sym.Variable("a"), name="bn", fix_gamma=False)
    executor = symbol.simple_bind(mx.current_context(), a=(3, 2))
    executor.arg_dict["a"][:] = np.array([[1, 2], [3, 5], [4, 7]])
    executor.arg_dict["bn_gamma"][:] = 1
    executor.aux_dict["bn_moving_var"][:] = 4
    return executor


HEAD = [[1, 2], [3, 4], [5, 7]]
MEAN, VAR = [0.26666674, 0.46666676], [3.7555554, 4.022222]


def test_outputs_are_zeros_before_the_first_forward() -> None:
    a, b = variables("a", "b")
    executor = bound(a + b, a=[1, 2], b=[3, 4])
    assert executor.outputs[0].asnumpy().tolist() == [0, 0]


def test_an_output_array_follows_every_forward() -> None:
    executor = bound(mx.sym.Variable("a") + 1, a=[1, 1])
    held = executor.forward()[0]
    executor.arg_dict["a"][:] = 5
    assert held.asnumpy().tolist() == [2, 2]
    executor.forward()
    assert held.asnumpy().tolist() == [6, 6]


def test_forward_sees_the_arrays_as_they_were_when_it_was_called() -> None:
    executor = bound(mx.sym.Variable("a") * 2, a=[1, 2])
    executor.forward()
    executor.arg_dict["a"][:] = 100
    assert executor.outputs[0].asnumpy().tolist() == [2, 4]


@pytest.mark.parametrize("look_between", [False, True])
def test_one_program_or_two_give_the_same(batch_norm: mx.Executor, look_between: bool) -> None:
    batch_norm.forward(is_train=True)
    if look_between:
        batch_norm.outputs[0].asnumpy()
    batch_norm.backward(mx.nd.array(HEAD))
    expected = [[0.11340009, 0.12775515], [-0.34329033, -0.32009876], [0.22989061, 0.19234303]]
    np.testing.assert_allclose(batch_norm.grad_dict["a"].asnumpy(), expected, rtol=2e-3)
    np.testing.assert_allclose(batch_norm.grad_dict["bn_gamma"].asnumpy(), [4.809156, 6.0014825], rtol=1e-3)
    np.testing.assert_allclose(batch_norm.aux_dict["bn_moving_mean"].asnumpy(), MEAN, rtol=1e-5)
    np.testing.assert_allclose(batch_norm.aux_dict["bn_moving_var"].asnumpy(), VAR, rtol=1e-5)


def test_moving_averages_are_updated_by_backward(batch_norm: mx.Executor) -> None:
    batch_norm.forward(is_train=True)
    batch_norm.outputs[0].asnumpy()
    assert batch_norm.aux_dict["bn_moving_mean"].asnumpy().tolist() == [0, 0]
    batch_norm.backward(mx.nd.array(HEAD))
    batch_norm.forward(is_train=True)
    batch_norm.backward(mx.nd.array(HEAD))
    mean = batch_norm.aux_dict["bn_moving_mean"].asnumpy()
    np.testing.assert_allclose(mean, np.array(MEAN) * 1.9, rtol=1e-5)


@pytest.mark.parametrize(("grad_req", "updated"), [({"bn_gamma": "write"}, True), ({"fc_bias": "write"}, False)])
def test_moving_averages_follow_the_gradient(grad_req: dict, updated: bool) -> None:
    """Real MXNet, too, leaves the moving averages of a frozen layer alone."""
    net = mx.sym.BatchNorm(mx.sym.Variable("a"), name="bn", fix_gamma=False)
    net = mx.sym.FullyConnected(net, num_hidden=2, name="fc")
    executor = net.simple_bind(mx.current_context(), grad_req=grad_req, a=(3, 2))
    executor.arg_dict["a"][:] = 1
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((3, 2)))
    assert executor.aux_dict["bn_moving_mean"].asnumpy().any() == updated


def test_inference_leaves_states_alone(batch_norm: mx.Executor) -> None:
    batch_norm.forward()
    batch_norm.outputs[0].asnumpy()
    assert batch_norm.aux_dict["bn_moving_var"].asnumpy().tolist() == [4, 4]


def test_backward_twice_after_one_forward() -> None:
    a, b = variables("a", "b")
    executor = bound(a * b, a=[2, 3], b=[5, 7])
    executor.forward(is_train=True)
    for head in ([1, 1], [1, 10]):
        executor.backward(mx.nd.array(head))
        assert executor.grad_dict["a"].asnumpy().tolist() == [5 * head[0], 7 * head[1]]


def test_an_executor_keeps_no_old_arrays_alive() -> None:
    executor = bound(mx.sym.Variable("a") * 2, a=[1, 2])
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2,)))
    old = weakref.ref(executor.arg_dict["a"].jax)
    executor.arg_dict["a"][:] = 3
    gc.collect()
    assert old() is None
    dropped = weakref.ref(executor)
    del executor
    gc.collect()
    assert dropped() is None


def test_every_backward_updates_the_moving_averages(batch_norm: mx.Executor) -> None:
    batch_norm.forward(is_train=True)
    for _ in range(2):
        batch_norm.backward(mx.nd.array(HEAD))
    mean = batch_norm.aux_dict["bn_moving_mean"].asnumpy()
    np.testing.assert_allclose(mean, np.array(MEAN) * 1.9, rtol=1e-5)


def test_backward_after_a_forward_in_inference_mode() -> None:
    executor = bound(mx.sym.Dropout(mx.sym.Variable("a") * 2, p=0.5), a=[1] * 6)
    executor.forward(is_train=False)
    executor.backward(mx.nd.ones((6,)))
    assert executor.grad_dict["a"].asnumpy().tolist() == [2] * 6


def test_a_random_forward_and_its_backward_draw_the_same_numbers() -> None:
    executor = bound(mx.sym.Dropout(mx.sym.Variable("a"), p=0.5), a=[1] * 200)
    draws = []
    for look in (False, True):
        executor.forward(is_train=True)
        if look:
            executor.outputs[0].asnumpy()
        executor.backward(mx.nd.ones((200,)))
        out = executor.outputs[0].asnumpy()
        np.testing.assert_array_equal(out, executor.grad_dict["a"].asnumpy())
        assert 0 < (out == 0).sum() < 200
        draws.append(out)
    assert (draws[0] != draws[1]).any()


def test_seed_repeats_a_run() -> None:
    executor = bound(mx.sym.Dropout(mx.sym.Variable("a"), p=0.5), a=[1] * 50)
    results = []
    for _ in range(2):
        mx.random.seed(3)
        results.append(executor.forward(is_train=True)[0].asnumpy())
    np.testing.assert_array_equal(*results)


def test_grad_req_add_and_null() -> None:
    a, b = variables("a", "b")
    args = {"a": mx.nd.array([2, 3]), "b": mx.nd.array([5, 7])}
    grads = {"a": mx.nd.array([100, 100]), "b": mx.nd.array([50, 50])}
    executor = (a * b).bind(mx.current_context(), args, grads, {"a": "add", "b": "null"})
    for _ in range(2):
        executor.forward(is_train=True)
        executor.backward(mx.nd.array([1, 10]))
    assert executor.grad_arrays[0].asnumpy().tolist() == [110, 240]
    assert executor.grad_arrays[1] is grads["b"]
    assert grads["b"].asnumpy().tolist() == [50, 50]


def test_an_array_bound_to_several_arguments_is_seen_by_all() -> None:
    a, b, c = variables("a", "b", "c")
    shared = mx.nd.ones((2, 3)) * 2
    executor = (a + b * c).bind(mx.current_context(), {"a": shared, "b": shared, "c": shared})
    assert executor.forward()[0].asnumpy().tolist() == [[6] * 3] * 2
    shared[:] = 3
    assert executor.forward()[0].asnumpy().tolist() == [[12] * 3] * 2


@pytest.mark.parametrize(("grad_req", "start"), [("write", 0), ("add", 100)])
def test_a_gradient_array_shared_by_arguments_receives_the_sum(grad_req: str, start: int) -> None:
    a, b, c = variables("a", "b", "c")
    x, grad = mx.nd.array([[2, 3]]), mx.nd.full((1, 2), 100)
    names = ("a", "b", "c")
    executor = (a + b * c).bind(mx.current_context(), dict.fromkeys(names, x), dict.fromkeys(names, grad), grad_req)
    executor.forward(is_train=True)
    executor.backward(mx.nd.array([[1, 10]]))
    assert grad.asnumpy().tolist() == [[start + 5, start + 70]]


def test_views_of_one_gradient_array_are_one_array() -> None:
    a, b = variables("a", "b")
    shared, ones = mx.nd.zeros((4,)), mx.nd.ones((4,))
    executor = (2 * a + 3 * b).bind(mx.current_context(), [ones, ones], [shared[:], shared.reshape((4,))])
    for bound_again in (executor, executor.reshape(a=(2,), b=(2,))):
        shared[:] = 0
        bound_again.forward(is_train=True)
        bound_again.backward(mx.nd.ones(bound_again.outputs[0].shape))
        assert set(bound_again.grad_arrays[0].asnumpy()) == {5}


def test_same_name_twice_is_two_arguments() -> None:
    symbol = mx.sym.Variable("a") * mx.sym.Variable("a")
    executor = symbol.bind(mx.current_context(), {"a": mx.nd.array([2, 3])}, {"a": mx.nd.zeros((2,))})
    assert len(executor.arg_arrays) == 2
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2,)))
    assert executor.grad_arrays[0].asnumpy().tolist() == [4, 6]
    with pytest.raises(
        mx.MXNetError, match="Duplicate names: a stand for several arrays, as 2 variables are named 'a'"
    ):
        _ = executor.arg_dict


def _two_layers() -> mx.Symbol:
    hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    return mx.sym.FullyConnected(hidden, num_hidden=3, name="fc")


@pytest.mark.parametrize("is_loaded", [False, True])
def test_layers_of_one_name_are_told_by_where_they_were_made(is_loaded: bool) -> None:
    symbol = mx.sym.load_json(_two_layers().tojson()) if is_loaded else _two_layers()
    line = inspect.getsourcelines(_two_layers)[1] + 1
    made = "" if is_loaded else f" (made at {__file__}:{line}, {__file__}:{line + 1})"
    executor = symbol.simple_bind(mx.current_context(), data=(2, 3))
    with pytest.raises(mx.MXNetError) as caught:
        _ = executor.grad_dict
    assert str(caught.value) == (
        f"Duplicate names: fc_bias, fc_weight stand for several arrays, as 2 layers are named 'fc'{made}; give each a name of "
        f"its own, or use the lists (arg_arrays, grad_arrays, aux_arrays, outputs)."
    )
    assert len(executor.output_dict) == 1


def test_backward_without_arrays_for_gradients_warns() -> None:
    executor = (mx.sym.Variable("x") * 2).bind(mx.current_context(), [mx.nd.ones((2,))])
    executor.forward(is_train=True)
    with pytest.warns(
        UserWarning, match="backward computes nothing, as the executor was bound without arrays for gradients"
    ):
        executor.backward(mx.nd.ones((2,)))
    executor.backward_later(mx.nd.ones((2,)))


def test_integer_arguments_carry_gradients() -> None:
    symbol = mx.sym.Variable("a") * mx.sym.Variable("b")
    args = {n: mx.nd.array(v, dtype="int32") for n, v in {"a": [2, 3], "b": [5, 7]}.items()}
    grads = {n: mx.nd.zeros((2,), dtype="int32") for n in args}
    executor = symbol.bind(mx.current_context(), args, grads)
    executor.forward(is_train=True)
    executor.backward(mx.nd.array([1, 10], dtype="int32"))
    assert executor.grad_dict["a"].asnumpy().tolist() == [5, 70]
    assert executor.grad_dict["a"].dtype == np.int32


def test_gradient_passes_through_a_cast_to_integers() -> None:
    symbol = mx.sym.Cast(mx.sym.Cast(mx.sym.Variable("a"), dtype="int32"), dtype="float32") * 3
    executor = bound(symbol, a=[1.7, -2.2])
    executor.forward(is_train=True)
    executor.backward(mx.nd.array([1, 10]))
    assert executor.outputs[0].asnumpy().tolist() == [3, -6]
    assert executor.grad_dict["a"].asnumpy().tolist() == [3, 30]


def test_forward_takes_new_values_by_name() -> None:
    executor = bound(mx.sym.Variable("a") + mx.sym.Variable("b"), a=[1, 2], b=[3, 4])
    assert executor.forward(a=mx.nd.array([10, 20]))[0].asnumpy().tolist() == [13, 24]
    assert executor.forward(b=np.array([0, 1]))[0].asnumpy().tolist() == [10, 21]


def test_values_that_are_no_numbers_are_refused_before_any_is_written() -> None:
    executor = bound(mx.sym.Variable("a") + mx.sym.Variable("b"), a=[1, 2], b=[3, 4])
    values = {"a": np.array([5, 6]), "b": np.array(["x", "y"])}
    with pytest.raises(
        DTypeError, match="forward: argument 'b': ndarray of shape .* cannot become elements of an NDArray"
    ):
        executor.forward(**values)
    for wrong in (values["b"], [[1], [2, 3]]):
        with pytest.raises(DTypeError, match="copy_params_from: argument 'b': .* cannot become elements of an NDArray"):
            executor.copy_params_from({"a": np.array([5, 6]), "b": wrong})
    assert [cell.asnumpy().tolist() for cell in executor.arg_arrays] == [[1, 2], [3, 4]]


def test_lists_and_dicts_bind_alike() -> None:
    a, b = variables("a", "b")
    x, y = mx.nd.array([1, 2]), mx.nd.array([3, 4])
    gx = mx.nd.zeros((2,))
    executor = (a * b).bind(mx.current_context(), [x, y], [gx, None], ["write", "null"])
    executor.forward(is_train=True)
    executor.backward([mx.nd.ones((2,))])
    assert gx.asnumpy().tolist() == [3, 4]
    assert executor.grad_arrays == [gx, None] or executor.grad_arrays[1] is None


def test_head_gradients_by_output_name() -> None:
    a = mx.sym.Variable("a")
    group = mx.sym.Group([mx.sym.square(a, name="s"), mx.sym.BlockGrad(a, name="stop"), 3 * a])
    executor = bound(group, a=[2, 3])
    executor.forward(is_train=True)
    third = group.list_outputs()[2]
    executor.backward({"s_output": mx.nd.ones((2,)), third: mx.nd.ones((2,))})
    assert executor.grad_dict["a"].asnumpy().tolist() == [7, 9]


def test_simple_bind_makes_arrays_of_inferred_kinds() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    executor = net.simple_bind(mx.current_context(), type_dict={"data": "float64"}, data=(2, 3))
    assert [a.shape for a in executor.arg_arrays] == [(2, 3), (4, 3), (4,)]
    assert {a.dtype for a in executor.arg_arrays} == {np.float64}
    assert executor.outputs[0].dtype == np.float64
    assert all(g is not None for g in executor.grad_arrays)
    assert net.simple_bind(mx.current_context(), grad_req="null", data=(2, 3)).grad_arrays == [None] * 3


def test_simple_bind_shares_arrays_with_another_executor() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    big = net.simple_bind(mx.current_context(), data=(8, 3))
    small = net.simple_bind(
        mx.current_context(), shared_arg_names=["fc_weight", "fc_bias"], shared_exec=big, data=(2, 3)
    )
    big.arg_dict["fc_bias"][:] = 7
    assert small.forward()[0].asnumpy().tolist() == [[7] * 4] * 2


def test_reshape_shares_what_keeps_its_shape() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    executor = net.simple_bind(mx.current_context(), data=(4, 3))
    executor.arg_dict["fc_bias"][:] = 5
    smaller = executor.reshape(data=(1, 3))
    assert smaller.arg_dict["fc_weight"] is executor.arg_dict["fc_weight"]
    assert smaller.forward()[0].asnumpy().tolist() == [[5, 5]]
    with pytest.raises(mx.MXNetError, match="set allow_up_sizing=True"):
        executor.reshape(data=(6, 3))
    assert executor.reshape(data=(6, 3), allow_up_sizing=True).outputs[0].shape == (6, 2)
    with pytest.raises(mx.MXNetError, match="argument 'fc_weight', which was not named, would change"):
        executor.reshape(data=(4, 2))
    assert executor.reshape(data=(4, 2), partial_shaping=True).arg_dict["fc_weight"].shape == (2, 2)


def test_reshape_to_fewer_elements_is_a_view_of_the_leading_ones() -> None:
    executor = (mx.sym.Variable("x") * 2).simple_bind(mx.current_context(), x=(4, 3))
    executor.arg_dict["x"][:] = np.arange(12).reshape(4, 3)
    smaller = executor.reshape(x=(2, 3))
    assert smaller.arg_dict["x"].asnumpy().tolist() == [[0, 1, 2], [3, 4, 5]]
    smaller.arg_dict["x"][:] = 7
    assert executor.arg_dict["x"].asnumpy().ravel().tolist() == [7] * 6 + [6, 7, 8, 9, 10, 11]
    smaller.forward(is_train=True)
    smaller.backward(mx.nd.ones((2, 3)))
    assert executor.grad_dict["x"].asnumpy().ravel().tolist() == [2] * 6 + [0] * 6
    assert executor.reshape(x=(6, 2)).arg_dict["x"].asnumpy().ravel().tolist() == [7] * 6 + [6, 7, 8, 9, 10, 11]


def test_monitor_sees_hidden_outputs(batch_norm: mx.Executor) -> None:
    seen: list[str] = []
    batch_norm.set_monitor_callback(lambda name, array: seen.append(name))
    batch_norm.forward(is_train=True)
    assert seen == ["bn_output", "bn_mean", "bn_var"]


def test_monitor_sees_every_operator() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    net = mx.sym.Activation(net, act_type="relu", name="relu")
    executor = net.simple_bind(mx.current_context(), data=(1, 3))
    executor.arg_dict["fc_bias"][:] = np.array([-1, 2])
    seen: list[tuple[str, list]] = []
    executor.set_monitor_callback(lambda name, array: seen.append((name, array.asnumpy().tolist())))
    executor.forward(is_train=True)
    assert seen == [("fc_output", [[-1, 2]]), ("relu_output", [[0, 2]])]
    seen.clear()
    executor.set_monitor_callback(lambda name, array: seen.append((name, [])), monitor_all=True)
    executor.forward()
    names = ["data", "fc_data", "fc_weight", "fc_weight", "fc_bias", "fc_bias", "fc_output", "relu_data", "relu_output"]
    assert [name for name, _ in seen] == names
    executor.set_monitor_callback(None)
    executor.backward(mx.nd.ones((1, 2)))
    assert executor.grad_dict["fc_bias"].asnumpy().tolist() == [0, 1]


def test_monitor_sees_values_under_their_own_names_where_a_shape_is_open() -> None:
    net = mx.sym.broadcast_mul(mx.sym.ones(shape=(0, 3), name="one") + mx.sym.Variable("x"), mx.sym.Variable("w"))
    executor = net.simple_bind(mx.current_context(), x=(1, 3), w=(2, 1))
    seen: dict[str, list] = {}
    executor.set_monitor_callback(lambda name, array: seen.update({name: array.asnumpy().tolist()}), monitor_all=True)
    executor.forward(x=mx.nd.ones((1, 3)) * 5, w=mx.nd.ones((2, 1)) * 7)
    assert (seen["one_output"], seen["x"], seen["w"]) == ([[1, 1, 1]], [[5, 5, 5]], [[7], [7]])


def test_monitor_all_sees_auxiliary_states_as_they_are_read() -> None:
    executor = mx.sym.BatchNorm(mx.sym.Variable("x"), name="bn").simple_bind(mx.current_context(), x=(2, 3))
    executor.aux_dict["bn_moving_mean"][:] = 5
    executor.arg_dict["x"][:] = 1
    seen: dict[str, float] = {}
    executor.set_monitor_callback(lambda name, array: seen.update({name: array.asnumpy().max()}), monitor_all=True)
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2, 3)))
    assert seen["bn_moving_mean"] == 5
    assert executor.aux_dict["bn_moving_mean"].asnumpy().max() < 5


@pytest.mark.parametrize("is_train", [True, False])
def test_monitor_all_sees_what_mxnet_shows_of_a_forward_pass_and_nothing_of_backward(is_train: bool) -> None:
    """The order was taken from MXNet, which shows the inputs of every operator before its outputs, a variable twice: by its
    own name, then by that of the input."""
    net = mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=2, name="fc")
    net = mx.sym.BatchNorm(mx.sym.Activation(net, act_type="relu", name="act"), name="bn")
    half = mx.sym.split(net, num_outputs=2, name="half")
    executor = mx.sym.elemwise_add(half[0], half[1], name="sum").simple_bind(mx.current_context(), x=(2, 3))
    seen: list[str] = []
    executor.set_monitor_callback(lambda name, array: seen.append(name), monitor_all=True)
    executor.forward(is_train=is_train)
    inputs = ["gamma", "gamma", "beta", "beta", "moving_mean", "moving_mean", "moving_var", "moving_var"]
    assert seen == [
        *["x", "fc_data", "fc_weight", "fc_weight", "fc_bias", "fc_bias", "fc_output"],
        *["act_data", "act_output"],
        *["bn_data", *(f"bn_{name}" for name in inputs), "bn_output", "bn_mean", "bn_var"],
        *["half_data", "half_output0", "half_output1"],
        *["sum_lhs", "sum_rhs", "sum_output"],
    ]
    seen.clear()
    if is_train:
        executor.backward(mx.nd.ones((2, 1)))
    assert not seen


def test_copy_params_from_converts_and_checks() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    executor = net.simple_bind(mx.current_context(), data=(1, 3))
    executor.copy_params_from({"fc_bias": mx.nd.array([1, 2], dtype="float64")})
    assert executor.arg_dict["fc_bias"].asnumpy().tolist() == [1, 2]
    executor.copy_params_from({"other": mx.nd.ones((1,))}, allow_extra_params=True)


def test_the_program_can_be_looked_at_before_it_runs() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    executor = mx.sym.SoftmaxOutput(net, name="softmax").simple_bind(mx.current_context(), data=(2, 3))
    plan = executor.memory_plan()
    assert plan["arguments"] >= 4 * (6 + 12 + 4 + 2)
    assert plan["outputs"] >= 4 * (8 + 6 + 12 + 4)
    assert plan["total"] >= plan["arguments"] + plan["outputs"]
    assert executor.cost(is_train=False)["flops"] >= 2 * 2 * 3 * 4
    assert "fc" in executor.as_text()
    assert "Op:FullyConnected, Name=fc" in executor.debug_str()


def test_a_view_as_auxiliary_state_is_written_through() -> None:
    symbol = mx.sym.BatchNorm(mx.sym.Variable("a"), name="bn")
    memory = mx.nd.ones((2, 2))
    args = {"a": mx.nd.array([[1, 2], [3, 6]]), "bn_gamma": mx.nd.ones((2,)), "bn_beta": mx.nd.zeros((2,))}
    states = {"bn_moving_mean": memory[0], "bn_moving_var": memory[1]}
    executor = symbol.bind(mx.current_context(), args, {"a": mx.nd.zeros((2, 2))}, aux_states=states)
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((2, 2)))
    np.testing.assert_allclose(memory.asnumpy()[0], [0.9 + 0.2, 0.9 + 0.4], rtol=1e-5)


def test_float64_stays_64_bits_wide() -> None:
    executor = (mx.sym.Variable("a") / 3).bind(mx.current_context(), {"a": mx.nd.array([1.0], dtype="float64")})
    assert executor.forward()[0].asnumpy()[0] == 1.0 / 3.0


def test_deep_graphs_need_no_recursion() -> None:
    x = mx.sym.Variable("x")
    net = x
    for _ in range(3000):
        net = net + x
    executor = bound(net, x=[1.0])
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((1,)))
    assert executor.outputs[0].asnumpy().tolist() == executor.grad_dict["x"].asnumpy().tolist() == [3001]


def test_head_gradients_may_come_and_go() -> None:
    a = mx.sym.Variable("a")
    group = mx.sym.Group([a * 2, mx.sym.BlockGrad(a * 3)])
    executor = bound(group, a=[1.0, 1.0])
    one = mx.nd.ones((2,))
    for look in (True, False):
        for heads in ([one, None], [one, one]):
            executor.forward(is_train=True)
            if look:
                executor.outputs[0].asnumpy()
            executor.backward(heads)
            assert executor.grad_dict["a"].asnumpy().tolist() == [2, 2]


def test_backward_after_a_look_by_a_monitor_is_that_of_the_recorded_pass() -> None:
    executor = bound(mx.sym.square(mx.sym.Variable("a")), a=[3.0])
    executor.set_monitor_callback(lambda name, array: None)
    executor.forward(is_train=True)
    executor.arg_dict["a"][:] = 100
    executor.backward(mx.nd.ones((1,)))
    assert executor.grad_dict["a"].asnumpy().tolist() == [6]


def test_threads_may_read_one_output() -> None:
    executor = bound(mx.sym.Variable("a") + 1, a=[1.0])
    for _ in range(20):
        held = executor.forward()[0]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _, held=held: held.asnumpy()[0], range(8))) == [2] * 8


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_may_read_while_another_one_runs_forward_again() -> None:
    executor = bound(mx.sym.Variable("a") + 1, a=[1.0])
    output = executor.forward()[0]
    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(lambda: {float(output.asnumpy()[0]) for _ in range(500)}) for _ in range(3)]
        while not all(reader.done() for reader in readers):
            executor.forward()
        assert [reader.result() for reader in readers] == [{2.0}] * 3


def test_a_pass_counts_as_computed_only_once_all_outputs_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread that reads the second output, when the first has been delivered, waits for it."""
    a = mx.sym.Variable("a")
    executor = bound(mx.sym.Group([a + 1, a + 2]), a=[1.0])
    first, second = executor.forward()
    read: list[Future] = []
    fulfil = mx.nd.NDArray.fulfil

    def fulfil_slowly(self: mx.nd.NDArray, value: jax.Array, pending: Any) -> None:
        fulfil(self, value, pending)
        if self is first:
            read.append(pool.submit(second.asscalar))
            assert not wait(read, timeout=0.1).done

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(mx.nd.NDArray, "fulfil", fulfil_slowly)
        assert first.asscalar() == 2
        assert read[0].result() == 3


@pytest.mark.usefixtures("hasty_threads")
def test_threads_may_bind_while_another_one_waits_for_all() -> None:
    symbol = mx.sym.Variable("a") + 1
    with ThreadPoolExecutor(2) as pool:
        executors = pool.map(lambda _: symbol.simple_bind(mx.current_context(), a=(1,)), range(300))
        for _ in range(100):
            mx.nd.waitall()
        assert len(list(executors)) == 300


def test_threads_may_run_and_read_one_executor() -> None:
    executor = bound(mx.sym.Variable("a") + 1, a=[1.0])

    def run(_: int) -> float:
        return executor.forward()[0].asnumpy()[0]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(2000))) == {2}


def test_symbols_whose_outputs_were_read_before_backward_are_freed() -> None:
    symbol = mx.sym.Variable("a") * 2
    executor = bound(symbol, a=[1.0])
    executor.forward(is_train=True)
    executor.outputs[0].asnumpy()
    executor.backward(mx.nd.ones((1,)))
    graph = weakref.ref(symbol.graph)
    del symbol, executor
    gc.collect()
    assert graph() is None


def telling(symbol: mx.Symbol, event: threading.Event) -> mx.Symbol:
    """`symbol` plus one, computed on the host, which sets `event`."""

    def on_host(x: np.ndarray) -> np.ndarray:
        event.set()
        return np.asarray(x) + 1

    @mx.operator.from_jax
    def tell(x: jax.Array) -> jax.Array:
        return jax.pure_callback(on_host, jax.ShapeDtypeStruct(x.shape, x.dtype), x)

    return tell(symbol)


def test_training_waits_for_backward() -> None:
    event = threading.Event()
    a, b = variables("a", "b")
    args = {"a": mx.nd.ones((1,)), "b": mx.nd.ones((1,)) * 3}
    executor = (telling(a, event) * b).bind(mx.current_context(), args, {"b": mx.nd.zeros((1,))})
    executor.forward(is_train=True)
    assert executor.outputs[0].is_pending
    assert not event.is_set()
    assert executor.outputs[0].asnumpy().tolist() == [6]


def slow(turns: int) -> mx.Executor:
    """An executor that returns its array, of one element, after so many products of matrices, large enough to take a GPU
    longer than being told."""
    side = 256 if mx.current_context().device_type == "cpu" else 4096

    @mx.operator.from_jax
    def work(x: jax.Array) -> jax.Array:
        square = jnp.ones((side, side)) * x
        return jax.lax.fori_loop(0, turns, lambda _, y: jnp.tanh(square @ y), square)[0, :1] * 0 + x

    return work(mx.sym.Variable("a")).bind(mx.current_context(), {"a": mx.nd.ones((1,))})


@pytest.mark.parametrize("grad_req", ["null", "write"])
def test_long_inference_starts_before_anybody_reads_and_short_one_does_not(grad_req: str) -> None:
    is_cpu = mx.current_context().device_type == "cpu"
    for symbol, starts in ((slow(10)._symbol, True), (mx.sym.Variable("a") * 1, not is_cpu)):
        executor = bound(symbol, grad_req, a=[1.0])
        output = executor.forward()[0]
        assert output.is_pending  # nothing is known of the program yet
        assert output.asnumpy().tolist() == [1]
        executor.forward(a=np.array([2.0]))
        assert output.is_pending != starts
        assert output.asnumpy().tolist() == [2]


def still_computing(act: Callable[[mx.Executor], mx.nd.NDArray]) -> mx.nd.NDArray:
    """What an action on a slow executor returns, which must not have waited for it; tried on slower and slower ones."""
    for turns in (10, 100, 1000, 10000):
        executor = slow(turns)
        executor.forward()[0].wait_to_read()
        found = act(executor)
        if not found.jax.is_ready():
            return found
    raise AssertionError("the action waits for the computation")


@pytest.mark.parametrize("as_given", [np.array, mx.nd.array])
def test_the_next_batch_is_fed_while_one_computes(as_given: Callable) -> None:
    def act(executor: mx.Executor) -> mx.nd.NDArray:
        first = executor.forward(a=as_given([1.0]))[0].detach().copy()
        executor.forward(a=as_given([2.0]))
        return first

    assert still_computing(act).asnumpy().tolist() == [1]


def test_an_array_that_is_being_computed_is_copied_without_waiting_for_it() -> None:
    def act(executor: mx.Executor) -> mx.nd.NDArray:
        batch = executor.forward()[0]
        follower = (mx.sym.Variable("a") * 2).bind(mx.current_context(), {"a": mx.nd.zeros((1,))})
        follower.forward(a=batch)
        copies = batch.copy(), mx.nd.zeros((1,)), mx.nd.zeros((1,))
        batch.copyto(copies[1])
        copies[2][:] = batch
        results.extend((*copies, follower.outputs[0]))
        return batch

    results: list[mx.nd.NDArray] = []
    still_computing(act)
    assert [float(result.asscalar()) for result in results[-4:]] == [1, 1, 1, 2]


def test_what_inference_fails_with_is_raised_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    executor = slow(10)
    output = executor.forward()[0]
    output.wait_to_read()

    def fail(*_: object) -> None:
        raise MXNetError("out of luck")

    with monkeypatch.context() as patched:
        patched.setattr(executor, "_run_forward", fail)
        executor.forward()
    for _ in range(2):
        with pytest.raises(MXNetError, match="out of luck"):
            output.asnumpy()
    executor.forward(a=np.array([2.0]))
    assert output.asnumpy().tolist() == [2]


def test_inference_without_gradients_keeps_no_replaced_inputs() -> None:
    executor = slow(10)
    executor.forward()[0].wait_to_read()
    executor.forward()
    value = weakref.ref(executor.arg_dict["a"].jax)
    executor.arg_dict["a"][:] = 2
    assert value() is None
