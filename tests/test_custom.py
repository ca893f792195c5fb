"""Operators written in Python with CustomOp, inside compiled programs."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import symgraph as mx
from symgraph import test_utils
from symgraph.errors import CustomOpError, GradientError


class Scale(mx.operator.CustomOp):
    """y = factor · x, computed with mx.nd, which inside a program must not deadlock."""

    def __init__(self, factor: float):
        self.factor = factor

    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], in_data[0] * self.factor)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], mx.nd.dot(out_grad[0], mx.nd.eye(out_grad[0].shape[1])) * self.factor)


@mx.operator.register("test_scale")
class ScaleProp(mx.operator.CustomOpProp):
    def __init__(self, factor="2.0"):
        super().__init__(need_top_grad=True)
        self.factor = float(factor)

    def create_operator(self, ctx, shapes, dtypes):
        return Scale(self.factor)


class Count(mx.operator.CustomOp):
    """Two outputs, one auxiliary state that counts training passes, and a value kept from forward for backward."""

    def forward(self, is_train, req, in_data, out_data, aux):
        self.kept = in_data[1].asnumpy().sum()
        self.assign(out_data[0], req[0], in_data[0] + in_data[1])
        self.assign(out_data[1], req[1], in_data[0] * aux[0])
        if is_train:
            aux[0][:] += 1

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * float(self.kept))
        self.assign(in_grad[1], req[1], out_grad[0] + out_grad[1])


@mx.operator.register("test_count")
class CountProp(mx.operator.CustomOpProp):
    def list_arguments(self):
        return ["left", "right"]

    def list_outputs(self):
        return ["sum", "scaled"]

    def list_auxiliary_states(self):
        return ["passes"]

    def infer_shape(self, in_shape):
        return [in_shape[0], in_shape[0]], [in_shape[0], in_shape[0]], [(1,)]

    def create_operator(self, ctx, shapes, dtypes):
        return Count()


@mx.operator.register("test_failing")
class FailingProp(mx.operator.CustomOpProp):
    def __init__(self, where="forward"):
        super().__init__()
        self.where = where

    def infer_shape(self, in_shape):
        if self.where == "infer_shape":
            raise RuntimeError("no shape today")
        return super().infer_shape(in_shape)

    def create_operator(self, ctx, shapes, dtypes):
        prop = self

        class Failing(mx.operator.CustomOp):
            def forward(self, is_train, req, in_data, out_data, aux):
                if prop.where == "forward":
                    raise ZeroDivisionError("forward broke")
                self.assign(out_data[0], req[0], in_data[0])

            def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
                raise KeyError("backward broke")

        return Failing()


def test_parameters_reach_the_prop_and_gradients_the_input() -> None:
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_scale", factor=3, name="scale")
    x = np.random.RandomState(0).normal(size=(2, 3)).astype("float32")
    test_utils.check_symbolic_forward(net, {"x": x}, [3 * x])
    test_utils.check_symbolic_backward(net, {"x": x}, [x], {"x": 3 * x})
    test_utils.check_symbolic_backward(net, {"x": x}, [x], {"x": 3 * x}, grad_req="add")
    assert mx.sym.load_json(net.tojson()).list_arguments() == ["x"]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64"])
def test_every_dtype_passes_whole(dtype: str) -> None:
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_scale", factor=1)
    x = np.array([[1 + 2**-40, 2**40]]) if dtype in ("float64", "int64") else np.array([[1.5, -2]])
    executor = net.bind(mx.current_context(), {"x": mx.nd.array(x, dtype=dtype)})
    np.testing.assert_array_equal(executor.forward()[0].asnumpy(), x.astype(dtype))


def test_states_outputs_and_memory_between_forward_and_backward() -> None:
    net = mx.sym.Custom(op_type="test_count", name="c")
    assert net.list_arguments() == ["c_left", "c_right"]
    assert net.list_auxiliary_states() == ["c_passes"]
    assert net.list_outputs() == ["c_sum", "c_scaled"]
    executors = [net.simple_bind(mx.current_context(), c_left=(2,)) for _ in range(2)]
    for k, executor in enumerate(executors):
        executor.arg_dict["c_left"][:] = 1
        executor.arg_dict["c_right"][:] = k + 1
    for executor in executors:
        executor.forward(is_train=True)
    for k, executor in enumerate(executors):
        executor.backward([mx.nd.ones((2,)), mx.nd.ones((2,))])
        assert executor.grad_dict["c_left"].asnumpy().tolist() == [2 * (k + 1)] * 2
        assert executor.grad_dict["c_right"].asnumpy().tolist() == [2, 2]
        assert executor.aux_dict["c_passes"].asnumpy().tolist() == [1]
    executors[0].forward(is_train=True)
    assert executors[0].outputs[1].asnumpy().tolist() == [1, 1]
    assert executors[0].aux_dict["c_passes"].asnumpy().tolist() == [2]


@pytest.mark.parametrize("size", [4, 300])
def test_mx_nd_inside_never_deadlocks(size: int) -> None:
    """Several branches with host calls that compute on the device themselves, repeated; see symgraph.lower.host."""
    x = mx.sym.Variable("x")
    branches = [mx.sym.Custom(x * (i + 1), op_type="test_scale", name=f"s{i}") for i in range(4)]
    executor = mx.sym.Group(branches).simple_bind(mx.current_context(), x=(size, size))
    executor.arg_dict["x"][:] = 1
    head = mx.nd.ones((size, size))
    for i in range(25):
        executor.forward(is_train=True)
        if i % 2:
            executor.outputs[0].asnumpy()
        executor.backward([head] * 4)
        executor.arg_dict["x"][:] = executor.arg_dict["x"] + 0 * executor.grad_dict["x"]
    assert (executor.grad_dict["x"].asnumpy() == 2 * (1 + 2 + 3 + 4)).all()


def test_the_imperative_form() -> None:
    assert mx.nd.Custom(mx.nd.array([[1, 2]]), op_type="test_scale", factor=5).asnumpy().tolist() == [[5, 10]]


def test_a_later_registration_replaces_an_earlier_one() -> None:
    for factor in (2, 3):

        @mx.operator.register("test_again")
        class Again(mx.operator.CustomOpProp):
            factor_of_this = factor

            def create_operator(self, ctx, shapes, dtypes):
                return Scale(self.factor_of_this)

        net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_again")
        assert net.eval(x=mx.nd.array([[1.0]]))[0].asscalar() == factor


def test_assign_follows_req() -> None:
    target = mx.nd.array([1, 1])
    op = mx.operator.CustomOp()
    for req, expected in (("null", [1, 1]), ("write", [2, 2]), ("add", [4, 4]), ("inplace", [2, 2])):
        op.assign(target, req, mx.nd.array([2, 2]))
        assert target.asnumpy().tolist() == expected
    with pytest.raises(CustomOpError, match="req must be 'null', 'write', 'inplace' or 'add', given 'maybe'"):
        op.assign(target, "maybe", target)


def test_an_exception_in_forward_names_node_and_cause() -> None:
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_failing", name="bad")
    executor = net.simple_bind(mx.current_context(), x=(2, 2))
    executor.forward()
    message = r"Custom 'bad' \(op_type 'test_failing'\): forward raised ZeroDivisionError: forward broke"
    with pytest.raises(CustomOpError, match=message) as info:
        executor.outputs[0].asnumpy()
    assert isinstance(info.value.__cause__, ZeroDivisionError)
    with pytest.raises(CustomOpError, match=message):
        executor.forward()[0].asnumpy()


def test_an_exception_in_backward_leaves_the_executor_usable() -> None:
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_failing", where="backward", name="bad")
    executor = net.simple_bind(mx.current_context(), x=(2, 2))
    for _ in range(2):
        executor.forward(is_train=True)
        with pytest.raises(CustomOpError, match="backward raised KeyError: 'backward broke'"):
            executor.backward(mx.nd.ones((2, 2)))
    assert executor.forward()[0].asnumpy().tolist() == [[0, 0], [0, 0]]


def test_operators_do_not_share_what_they_keep() -> None:
    x = mx.nd.array([[1.0]])
    for factor in (2, 3):
        assert mx.nd.Custom(x, op_type="test_scale", factor=factor).asscalar() == factor
    v = mx.sym.Variable("x")
    twins = [mx.sym.Custom(v, op_type="test_scale", factor=factor, name="twin") for factor in (2, 3)]
    assert (twins[0](x=twins[1])).eval(x=x)[0].asscalar() == 6


def test_a_failure_outside_of_an_executor_is_raised_and_forgotten() -> None:
    x = mx.nd.array([[1.0]])
    with pytest.raises(CustomOpError, match="forward raised ZeroDivisionError"):
        mx.nd.Custom(x, op_type="test_failing").asnumpy()
    assert mx.nd.Custom(x, op_type="test_scale").asscalar() == 2
    with pytest.raises(mx.MXNetError):
        mx.nd.take(mx.nd.array([1, 2, 3]), mx.nd.array([7]), mode="raise").asnumpy()


def test_a_failure_that_the_operator_around_it_catches_is_forgotten() -> None:
    class Lenient(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            with pytest.raises(CustomOpError):
                mx.nd.Custom(in_data[0], op_type="test_failing")
            self.assign(out_data[0], req[0], in_data[0])

    @mx.operator.register("test_lenient")
    class LenientProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Lenient()

    assert mx.nd.Custom(mx.nd.array([[3.0]]), op_type="test_lenient").asscalar() == 3


def test_keywords_may_have_any_name() -> None:
    @mx.operator.register("test_keywords")
    class KeywordsProp(mx.operator.CustomOpProp):
        def __init__(self, title, function, cls):
            super().__init__()
            self.outputs = [title, function, cls]

        def list_outputs(self):
            return self.outputs

        def create_operator(self, ctx, shapes, dtypes):
            return Scale(2.0)

    given = {"op_type": "test_keywords", "title": "a", "function": "b", "cls": "c"}
    net = mx.sym.Custom(mx.sym.Variable("x"), **given, name="k")
    assert net.list_outputs() == ["k_a", "k_b", "k_c"]
    assert len(mx.nd.Custom(mx.nd.ones((1,)), **given)) == 3


def test_states_survive_a_forward_that_failed() -> None:
    working = []

    class Late(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            aux[0][:] += 1
            if not working:
                raise ZeroDivisionError
            self.assign(out_data[0], req[0], in_data[0])

    @mx.operator.register("test_late")
    class LateProp(mx.operator.CustomOpProp):
        def list_auxiliary_states(self):
            return ["passes"]

        def infer_shape(self, in_shape):
            return in_shape, [in_shape[0]], [(1,)]

        def create_operator(self, ctx, shapes, dtypes):
            return Late()

    executor = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_late").simple_bind(mx.current_context(), x=(1, 1))
    (passes,) = executor.aux_arrays
    passes[:] = 5
    executor.forward()
    with pytest.raises(CustomOpError):
        executor.outputs[0].asnumpy()
    assert passes.asscalar() == 5
    working.append(True)
    executor.forward()
    assert passes.asscalar() == 6


def test_outputs_survive_a_backward_that_failed() -> None:
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_failing", where="backward", name="bad")
    executor = net.bind(mx.current_context(), {"x": mx.nd.array([[5.0]])}, {"x": mx.nd.zeros((1, 1))})
    executor.forward(is_train=True)
    with pytest.raises(CustomOpError):
        executor.backward(mx.nd.ones((1, 1)))
    assert executor.outputs[0].asscalar() == 5


def test_python_code_runs_once_per_forward_pass() -> None:
    calls = []

    class Counting(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            calls.append("forward")
            self.assign(out_data[0], req[0], in_data[0])

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            calls.append("backward")
            self.assign(in_grad[0], req[0], out_grad[0])

    @mx.operator.register("test_counting")
    class CountingProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Counting()

    executor = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_counting").simple_bind(mx.current_context(), x=(1, 1))
    executor.forward(is_train=True)
    executor.outputs[0].asnumpy()
    executor.backward(mx.nd.ones((1, 1)))
    executor.backward(mx.nd.ones((1, 1)))
    assert calls == ["forward", "backward", "backward"]


def test_an_operator_may_call_itself() -> None:
    """Large arrays: XLA then runs host calls on threads of its own, where a lock of the caller's would never open."""

    class Stack(mx.operator.CustomOp):
        def __init__(self, height):
            self.height = height

        def forward(self, is_train, req, in_data, out_data, aux):
            below = in_data[0]
            if self.height > 1:
                below = mx.nd.Custom(below, op_type="test_stack", height=self.height - 1)
            self.assign(out_data[0], req[0], below + 1)

    @mx.operator.register("test_stack")
    class StackProp(mx.operator.CustomOpProp):
        def __init__(self, height):
            super().__init__()
            self.height = int(height)

        def create_operator(self, ctx, shapes, dtypes):
            return Stack(self.height)

    results = []

    def work() -> None:
        x = mx.nd.zeros((1500, 1500), dtype="float64")
        results.append(mx.nd.Custom(x, op_type="test_stack", height=3).asnumpy().max())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(60)
    assert results == [3]


def test_custom_operators_inside_of_each_other_and_in_threads() -> None:
    class Outer(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            inner = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_scale")
            self.assign(out_data[0], req[0], inner.eval(x=mx.nd.Custom(in_data[0], op_type="test_scale"))[0])

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], mx.nd.Custom(out_grad[0], op_type="test_scale"))

    @mx.operator.register("test_outer")
    class OuterProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Outer()

    wrong = []

    def work(size: int) -> None:
        ones = mx.nd.ones((size, size))
        executor = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_outer").simple_bind(
            mx.current_context(), x=ones.shape
        )
        executor.arg_dict["x"][:] = 1
        for _ in range(3):
            executor.forward(is_train=True)
            executor.backward(ones)
            arrays = executor.outputs[0], executor.grad_dict["x"], mx.nd.Custom(ones, op_type="test_outer")
            wrong.extend(v for v, a in zip((4, 2, 4), arrays, strict=True) if not (a.asnumpy() == v).all())

    threads = [threading.Thread(target=work, args=(size,)) for size in (2, 100, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_second_gradient_of_python_code_is_refused() -> None:
    slope = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_scale", factor=2, name="c").gradient("x")
    with pytest.raises(GradientError, match="a custom operator cannot be differentiated twice. Write it as a JAX func"):
        slope.gradient("x").eval(x=mx.nd.ones(2))[0].asnumpy()


class Nested(mx.operator.CustomOp):
    """sin(x), or `level` more of them, each in a custom operator of its own."""

    def __init__(self, level: int):
        self.level = level

    def forward(self, is_train, req, in_data, out_data, aux):
        inner = mx.nd.Custom(in_data[0], op_type="test_nested", level=self.level - 1) if self.level else in_data[0]
        self.assign(out_data[0], req[0], mx.nd.sin(inner))


@mx.operator.register("test_nested")
class NestedProp(mx.operator.CustomOpProp):
    def __init__(self, level):
        super().__init__()
        self.level = int(level)

    def create_operator(self, ctx, shapes, dtypes):
        return Nested(self.level)


def test_imperative_calls_inside_of_each_other_do_not_wait_for_each_other() -> None:
    """Those of large 64-bit arrays run on threads of XLA's, not on the one that called."""
    x = mx.nd.ones((300, 300), dtype="float64")
    for _ in range(3):
        np.testing.assert_allclose(
            mx.nd.Custom(x, op_type="test_nested", level=2).asnumpy()[0], np.sin(np.sin(np.sin(1.0)))
        )


def test_an_exception_that_an_operator_catches_is_gone() -> None:
    class Tolerant(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            with pytest.raises(CustomOpError, match="forward raised ZeroDivisionError"):
                mx.nd.Custom(in_data[0], op_type="test_failing", where="forward")
            self.assign(out_data[0], req[0], in_data[0] + 1)

    @mx.operator.register("test_tolerant")
    class TolerantProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Tolerant()

    assert mx.nd.Custom(mx.nd.ones(2), op_type="test_tolerant").asnumpy().tolist() == [2, 2]
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_tolerant")
    assert net.eval(x=mx.nd.ones(2))[0].asnumpy().tolist() == [2, 2]


class CountDown(mx.operator.CustomOp):
    """The number of steps down to 0, by recursion."""

    def forward(self, is_train, req, in_data, out_data, aux):
        (x,) = in_data
        below = x if float(x[0]) <= 0 else mx.nd.Custom(x - 1, op_type="count_down") + 1
        self.assign(out_data[0], req[0], below)


@mx.operator.register("count_down")
class CountDownProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, in_shapes, in_dtypes):
        return CountDown()


def test_an_operator_may_use_itself_on_arrays():
    assert mx.nd.Custom(mx.nd.array([5]), op_type="count_down").asnumpy().tolist() == [5]
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="count_down")
    assert net.eval(x=mx.nd.array([3], dtype="float64"))[0].asnumpy().tolist() == [3]
