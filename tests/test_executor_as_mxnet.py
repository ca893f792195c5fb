"""What scripts for MXNet, its own tests among them, see of an executor; literal values are MXNet 1.9.1's."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgraph as mx


def dense(rows: int, **options: object) -> mx.Executor:
    """Every output is 4 times the inputs, which are ones."""
    net = mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=4, name="fc")
    executor = net.simple_bind(mx.current_context(), x=(rows, 4), **options)
    executor.arg_dict["x"][:] = 1
    executor.arg_dict["fc_weight"][:] = 1
    return executor


def column(executor: mx.Executor) -> list[float]:
    return executor.outputs[0].asnumpy()[:, 0].tolist()


def test_outputs_of_a_reshaped_executor_show_in_the_first() -> None:
    executor = dense(5, grad_req="null")
    smaller = executor.reshape(x=(3, 4))
    smaller.forward()
    assert column(smaller) == [4, 4, 4]
    assert column(executor)[:3] == [4, 4, 4]
    executor.forward()
    assert column(executor) == [4] * 5
    smaller.forward(x=mx.nd.full((3, 4), 2))
    smaller.forward(x=mx.nd.full((3, 4), 3))
    assert column(executor) == [12, 12, 12, 4, 4]
    executor.forward()
    assert column(executor) == [12, 12, 12, 4, 4]
    larger = executor.reshape(x=(6, 4), allow_up_sizing=True)
    larger.forward(x=mx.nd.ones((6, 4)))
    assert column(executor) == [12, 12, 12, 4, 4], "a larger output has memory of its own"


def test_an_unread_pass_of_a_reshaped_executor_is_still_one_program() -> None:
    executor = dense(5)
    smaller = executor.reshape(x=(3, 4))
    for _ in range(2):
        smaller.forward(is_train=True)
    assert executor.outputs[0].is_pending
    smaller.backward(mx.nd.ones((3, 4)))
    assert [key[0] for key in smaller._executables] == ["step"]
    assert column(executor) == [4, 4, 4, 0, 0]
    assert smaller.grad_dict["fc_bias"].asnumpy().tolist() == [3] * 4


def megabytes(executor: mx.Executor) -> int:
    found = re.search(r"Total (\d+) MB allocated", executor.debug_str())
    assert found is not None
    return int(found[1])


def test_debug_str_tells_the_memory_beyond_the_bound_arrays() -> None:
    data = mx.sym.Variable("data")
    for _ in range(10):
        data = data * data
    shape = (10, 3, 128, 128)
    training = megabytes(data.simple_bind(mx.current_context(), data=shape))
    inference = megabytes(data.simple_bind(mx.current_context(), data=shape, grad_req="null"))
    stopped = megabytes(mx.sym.stop_gradient(data).simple_bind(mx.current_context(), data=shape))
    assert training > inference == stopped > 0


def test_the_optimized_symbol_has_the_same_outputs() -> None:
    assert dense(1).get_optimized_symbol().list_outputs() == ["fc_output"]


def test_repr_counts_arguments() -> None:
    net = mx.sym.Variable("x") + mx.sym.Variable("x")
    assert "2 arguments (1,), (1,)>" in repr(net.bind(mx.current_context(), [mx.nd.ones((1,))] * 2))
    assert "1 argument (1,)>" in repr(mx.sym.relu(mx.sym.Variable("x")).bind(mx.current_context(), [mx.nd.ones((1,))]))


@pytest.mark.parametrize("name", ["arg_dict", "grad_dict", "aux_dict", "output_dict"])
def test_dicts_of_arrays_cannot_be_replaced(name: str) -> None:
    executor = dense(1)
    before = getattr(executor, name)
    with pytest.raises(
        AttributeError, match=rf"^{name} of an executor cannot be replaced; .* {name}\['name'\]\[:\] = "
    ):
        setattr(executor, name, {})
    assert getattr(executor, name) is before


def test_a_head_gradient_of_numpy_is_a_type_error() -> None:
    executor = dense(1)
    executor.forward(is_train=True)
    with pytest.raises(TypeError, match="'fc_output' must be an NDArray, given ndarray of shape .* with mx.nd.array"):
        executor.backward(np.ones((1, 4), np.float32))


def test_an_output_that_is_head_twice_takes_both_gradients() -> None:
    x = mx.sym.Variable("x")
    double = x * 2
    executor = mx.sym.Group([double, double, x]).simple_bind(mx.current_context(), x=(1,))
    executor.forward(is_train=True)
    executor.backward([mx.nd.array([g]) for g in (1, 10, 100)])
    assert executor.grad_dict["x"].asnumpy().tolist() == [122]


def grouped() -> mx.Symbol:
    free = mx.sym.Variable("free")
    with mx.AttrScope(ctx_group="a"):
        hidden = mx.sym.FullyConnected(mx.sym.Variable("x"), num_hidden=2, name="fc") + free
    between = hidden * 2
    with mx.AttrScope(ctx_group="b"):
        normal = mx.sym.BatchNorm(between, name="bn")
    other = mx.sym.Variable("z")
    return mx.sym.Group([normal * other, hidden, between, other])


def contexts(arrays: dict[str, mx.NDArray]) -> str:
    return " ".join(f"{name}:{array.context.device_id}" for name, array in arrays.items())


def test_arrays_of_a_group_are_on_its_context() -> None:
    places = {"a": mx.cpu(1), "b": mx.cpu(2), "nobody's": mx.cpu(4)}
    executor = grouped().simple_bind(mx.cpu(0), group2ctx=places, x=(2, 3), free=(2, 2), z=(2, 2))
    for bound in (executor, executor.reshape(x=(1, 3), free=(1, 2), z=(1, 2))):
        expected = "x:1 fc_weight:1 fc_bias:1 free:0 bn_gamma:2 bn_beta:2 z:0"
        assert contexts(bound.arg_dict) == contexts(bound.grad_dict) == expected
        assert contexts(bound.aux_dict) == "bn_moving_mean:2 bn_moving_var:2"
        assert [output.context.device_id for output in bound.outputs] == [2, 1, 1, 0]
    outputs = executor.forward(is_train=True, x=mx.nd.ones((2, 3)), fc_weight=mx.nd.ones((2, 3)))
    executor.backward([mx.nd.ones(output.shape, ctx=output.context) for output in outputs])
    assert executor.grad_dict["free"].asnumpy().tolist() == [[3, 3], [3, 3]]
    assert outputs[1].asnumpy().tolist() == [[3, 3], [3, 3]]


@pytest.mark.cpu
def test_outputs_of_a_bound_group_are_on_its_context() -> None:
    x = mx.sym.Variable("x") * 2
    with mx.AttrScope(ctx_group="b"):
        net = x + 1
    array = mx.nd.ones((2,))
    executor = net.bind(mx.cpu(0), {"x": array}, {"x": mx.nd.zeros((2,))}, group2ctx={"b": mx.cpu(2)})
    assert executor.forward()[0].context == mx.cpu(2)
    assert executor.arg_dict["x"] is array


def test_a_bias_has_its_gradient_without_that_of_the_weight() -> None:
    executor = dense(3, grad_req={"fc_bias": "add"})
    for _ in range(2):
        executor.forward(is_train=True)
        executor.backward(mx.nd.ones((3, 4)))
    assert executor.grad_dict["fc_bias"].asnumpy().tolist() == [6] * 4


@pytest.mark.parametrize(
    "of_loss",
    [
        lambda loss, x, y: loss * 2,
        lambda loss, x, y: mx.sym.max(loss),
        lambda loss, x, y: mx.sym.sum(mx.sym.stop_gradient(x * y) * loss),
        lambda loss, x, y: mx.sym.Group([mx.sym.argmax(x, axis=1), loss + mx.sym.topk(y, k=2, ret_typ="mask")]),
    ],
)
def test_what_is_made_of_a_loss_needs_no_head_gradient(of_loss: object) -> None:
    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    net = of_loss(mx.sym.LinearRegressionOutput(x, y), x, y)  # type: ignore[operator]
    executor = net.bind(
        mx.current_context(), {"x": mx.nd.array([[3, 5]]), "y": mx.nd.array([[1, 2]])}, [mx.nd.zeros((1, 2)), None]
    )
    executor.forward(is_train=True)
    executor.backward()
    assert executor.grad_arrays[0].asnumpy().tolist() == [[1, 1.5]]


def test_what_is_made_of_a_loss_and_its_data_needs_one() -> None:
    x = mx.sym.Variable("x")
    executor = (mx.sym.make_loss(x) + x).simple_bind(mx.current_context(), x=(2,))
    executor.forward(is_train=True)
    with pytest.raises(mx.MXNetError, match="is not a loss, so its head gradient is needed"):
        executor.backward()


def test_head_gradients_of_the_last_outputs_may_be_left_out() -> None:
    """As far as they can be done without: those of losses, and of what lets no gradient through."""
    x = mx.sym.Variable("x")

    def gradient(*outputs: mx.Symbol) -> float:
        executor = mx.sym.Group(outputs).simple_bind(mx.current_context(), x=(1,))
        executor.forward(is_train=True)
        executor.backward([mx.nd.ones((1,))])
        return executor.grad_dict["x"].asscalar()

    assert gradient(x * 2, mx.sym.BlockGrad(x)) == 2
    assert gradient(x * 2, mx.sym.MakeLoss(x * 3)) == 5
    with pytest.raises(mx.MXNetError, match="is not a loss, so its head gradient is needed"):
        gradient(mx.sym.BlockGrad(x), x * 2)


def test_debug_str_ends_as_scripts_on_the_cost_of_memory_count_on() -> None:
    assert dense(1).debug_str().split("\n")[-3].startswith("Total 0 MB")
