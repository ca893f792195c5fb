"""Operators written in Python as real MXNet treats them; the values are what it computes."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import CustomOpError


class Double(mx.operator.CustomOp):
    """Every output is 2 · the first input."""

    def forward(self, is_train, req, in_data, out_data, aux):
        for out, request in zip(out_data, req, strict=True):
            self.assign(out, request, in_data[0] * 2)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * 2)


class Pull(Double):
    """A loss: its gradient is 10 · the input."""

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], in_data[0] * 10)


def custom(name: str, op: type = Double, **methods: Any) -> None:
    """Register a CustomOpProp with these methods."""
    methods.setdefault("create_operator", lambda self, ctx, shapes, dtypes: op())
    mx.operator.register(name)(type(name.title().replace("_", ""), (mx.operator.CustomOpProp,), methods))


def gradient_of(net: mx.Symbol, *heads: mx.nd.NDArray) -> list[float]:
    executor = net.bind(mx.current_context(), {"x": mx.nd.array([1, 2])}, {"x": mx.nd.zeros(2)})
    executor.forward(is_train=True)
    executor.backward(*heads)
    return executor.grad_dict["x"].asnumpy().tolist()


def test_a_loss_ignores_what_comes_from_above() -> None:
    custom("test_loss", Pull, __init__=lambda self: mx.operator.CustomOpProp.__init__(self, need_top_grad=False))
    x = mx.sym.Variable("x")
    loss = mx.sym.Custom(x, op_type="test_loss")
    assert gradient_of(loss) == [10, 20]
    ones = mx.nd.ones(2)
    for net in (mx.sym.relu(loss), loss * 3):
        assert gradient_of(net, ones) == [10, 20]
    assert gradient_of(mx.sym.Custom(loss, op_type="test_loss")) == [10, 20]
    assert gradient_of(mx.sym.make_loss(loss * loss)) == [10, 20]
    assert gradient_of(mx.sym.BlockGrad(loss)) == [10, 20]
    assert gradient_of(mx.sym.Group([mx.sym.BlockGrad(loss), mx.sym.make_loss(x)])) == [11, 21]


def test_an_operator_that_does_not_depend_on_head_gradients_is_a_loss() -> None:
    custom("test_independent", Pull, declare_backward_dependency=lambda self, out_grad, in_data, out_data: in_data)
    assert gradient_of(mx.sym.Custom(mx.sym.Variable("x"), op_type="test_independent")) == [10, 20]
    custom("test_dependent", Pull, declare_backward_dependency=lambda self, out_grad, in_data, out_data: out_grad)
    with pytest.raises(mx.MXNetError, match="head gradient is needed"):
        gradient_of(mx.sym.Custom(mx.sym.Variable("x"), op_type="test_dependent"))


def test_init_of_the_base_may_be_left_out() -> None:
    custom("test_no_super", __init__=lambda self: None)
    assert gradient_of(mx.sym.Custom(mx.sym.Variable("x"), op_type="test_no_super"), mx.nd.ones(2)) == [2, 2]


def test_methods_are_called_with_keywords() -> None:
    class Keywords(mx.operator.CustomOp):
        def forward(self, req, in_data, out_data, aux, is_train):
            self.assign(out_data[0], req[0], in_data[0] * 3)

        def backward(self, **given):
            self.assign(given["in_grad"][0], given["req"][0], given["out_grad"][0] * 3)

    custom("test_keywords", Keywords)
    assert gradient_of(mx.sym.Custom(mx.sym.Variable("x"), op_type="test_keywords"), mx.nd.ones(2)) == [3, 3]


def test_whatever_has_a_forward_is_an_operator() -> None:
    class Duck:
        def forward(self, is_train, req, in_data, out_data, aux):
            out_data[0][:] = in_data[0] * 3

    custom("test_duck", Duck)
    assert mx.nd.Custom(mx.nd.ones(2), op_type="test_duck").asnumpy().tolist() == [3, 3]


def test_types_that_do_not_depend_on_the_inputs_are_known_at_once() -> None:
    custom(
        "test_types",
        list_arguments=lambda self: ["data", "index"],
        infer_type=lambda self, types: ([np.float32, np.int32], [np.float64]),
    )
    net = mx.sym.Custom(mx.sym.Variable("x"), mx.sym.Variable("i"), op_type="test_types")
    assert net.infer_type() == ([np.float32, np.int32], [np.float64], [])


def test_inference_is_asked_before_everything_is_known() -> None:
    asked = []

    def infer_shape(self, shapes):
        asked.append([list(shape) for shape in shapes])
        return [shapes[0], (shapes[0][0],)], [shapes[0]]

    custom("test_partial", list_arguments=lambda self: ["data", "label"], infer_shape=infer_shape)
    net = mx.sym.Custom(mx.sym.Variable("x"), mx.sym.Variable("label"), op_type="test_partial")
    assert net.infer_shape_partial() == ([(), ()], [()], [])
    assert net.infer_shape_partial(x=(0, 3), label=(2,)) == ([(0, 3), (2,)], [(0, 3)], [])
    assert net.infer_shape(x=(2, 3)) == ([(2, 3), (2,)], [(2, 3)], [])
    assert asked[0] == [[], []]
    assert [[-1, 3], [2]] in asked


@pytest.mark.parametrize("shape", [(), (0, 2), (1,), np.array([3, 4]), [np.int64(2)]], ids=str)
def test_output_shapes(shape: Any) -> None:
    """With all inputs known, () is a scalar and 0 a size."""

    class Fill(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], 5)

    given = list(shape) if isinstance(shape, np.ndarray) else shape
    custom("test_shape", Fill, infer_shape=lambda self, shapes: (shapes, [given]))
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_shape")
    expected = tuple(map(int, shape))
    assert net.infer_shape(x=(2, 5))[1] == [expected]
    (result,) = net.eval(x=mx.nd.ones((2, 5)))
    np.testing.assert_array_equal(result.asnumpy(), np.full(expected, 5, "float32"))


def test_an_operator_without_inputs() -> None:
    class Constant(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], mx.nd.array([7, 8]))

    custom("test_source", Constant, list_arguments=lambda self: [], infer_shape=lambda self, shapes: ([], [(2,)]))
    net = mx.sym.Custom(op_type="test_source", name="c")
    assert net.list_arguments() == []
    assert (net.infer_shape(), net.infer_type()) == (([], [(2,)], []), ([], [np.float32], []))
    assert mx.nd.Custom(op_type="test_source").asnumpy().tolist() == [7, 8]
    assert gradient_of(net * mx.sym.Variable("x"), mx.nd.ones(2)) == [7, 8]


def test_an_unused_output_gets_a_zero_gradient() -> None:
    seen = []

    class Both(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0])
            self.assign(out_data[1], req[1], in_data[0] * 3)

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            seen.append([grad.asnumpy().tolist() for grad in (*out_grad, *out_data)])
            self.assign(in_grad[0], req[0], out_grad[0] + 2 * out_grad[1])

    custom("test_both", Both, list_outputs=lambda self: ["p", "q"])
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_both")
    assert [gradient_of(net[i] * 2, mx.nd.ones(2)) for i in range(2)] == [[2, 2], [4, 4]]
    assert seen == [[[2, 2], [0, 0], [1, 2], [3, 6]], [[0, 0], [2, 2], [1, 2], [3, 6]]]


def test_requests_follow_grad_req() -> None:
    seen = []

    class Requests(Double):
        def backward(self, req, **rest):
            seen.append(req)
            for grad, request in zip(rest["in_grad"], req, strict=True):
                self.assign(grad, request, rest["out_grad"][0] * 3)

    custom("test_requests", Requests, list_arguments=lambda self: ["a", "b"])
    net = mx.sym.Custom(mx.sym.Variable("x"), mx.sym.Variable("y"), op_type="test_requests")
    arrays = {name: mx.nd.ones(2) for name in "xy"}
    grads = {name: mx.nd.ones(2) for name in "xy"}
    executor = net.bind(mx.current_context(), arrays, grads, grad_req={"x": "add", "y": "null"})
    for _ in range(2):
        executor.forward(is_train=True)
        executor.backward(mx.nd.ones(2))
    assert [requests[1] for requests in seen] == ["null", "null"]
    assert grads["x"].asnumpy().tolist() == [7, 7]
    assert grads["y"].asnumpy().tolist() == [1, 1]


def test_an_operator_per_executor_and_per_imperative_call() -> None:
    """With the shapes and types of inputs and auxiliary states; a prop may keep what it learnt in infer_shape."""
    made = []

    class Counting(mx.operator.CustomOp):
        def __init__(self, batch):
            self.batch, self.calls = batch, 0

        def forward(self, is_train, req, in_data, out_data, aux):
            self.calls += 1
            self.assign(out_data[0], req[0], in_data[0] * 0 + 10 * self.batch + self.calls)

    def infer_shape(self, shapes):
        self.batch = shapes[0][0] if shapes[0] else None
        return shapes, [shapes[0]], [(1,)]

    def create_operator(self, ctx, shapes, dtypes):
        made.append((shapes, dtypes))
        return Counting(self.batch)

    custom(
        "test_per_bind",
        list_auxiliary_states=lambda self: ["state"],
        infer_shape=infer_shape,
        create_operator=create_operator,
    )
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_per_bind", name="c")
    executors = [net.simple_bind(mx.current_context(), x=(n,)) for n in (2, 3, 2)]
    for calls in (1, 2):
        for executor, n in zip(executors, (2, 3, 2), strict=True):
            assert executor.forward()[0].asnumpy().tolist() == [10 * n + calls] * n
    assert made == [([[n], [1]], [np.float32] * 2) for n in (2, 3, 2)]
    assert executors[0].reshape(x=(1,)).forward()[0].asnumpy().tolist() == [11]
    for _ in range(2):
        again = mx.nd.Custom(mx.nd.ones(4), mx.nd.zeros(1), op_type="test_per_bind")
        assert again.asnumpy().tolist() == [41] * 4


def test_parameters_are_strings_and_survive_json_and_copies() -> None:
    seen = []

    def init(self, **given):
        mx.operator.CustomOpProp.__init__(self)
        seen.append(given)

    custom("test_kwargs", __init__=init)
    kinds = {"a": 3, "b": 2.5, "c": True, "d": None, "e": (1, 2), "f": 'x "y"', "g": np.float32(3)}
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_kwargs", name="c", **kinds)
    texts = {"a": "3", "b": "2.5", "c": "True", "d": "None", "e": "(1, 2)", "f": 'x "y"', "g": "3.0"}
    copies = mx.sym.load_json(net.tojson()), pickle.loads(pickle.dumps(net)), copy.deepcopy(net)
    assert all(given == texts for given in seen)
    for twin in (net, *copies, (net + 0).get_internals()["c_output"]):
        assert twin.list_attr() == {"op_type": "test_kwargs", **texts}
        assert twin.eval(x=mx.nd.ones(1))[0].asscalar() == 2


def test_pictures_and_summaries(capsys: pytest.CaptureFixture) -> None:
    custom(
        "test_picture",
        list_arguments=lambda self: ["data", "weight"],
        infer_shape=lambda self, s: ([s[0]] * 2, [s[0]]),
    )
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_picture", name="c")
    assert 'label="test_picture"' in mx.viz.plot_network(net).source
    mx.viz.print_summary(net, shape={"x": (2, 3)})
    assert "c(Custom)" in capsys.readouterr().out
    assert "op_type=test_picture" in net.debug_str()


def test_a_missing_backward_warns_and_is_zero() -> None:
    """In MXNet nothing is computed either, and nobody is told."""

    class ForwardOnly(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0])

    custom("test_forward_only", ForwardOnly)
    net = mx.sym.Custom(mx.sym.Variable("x"), op_type="test_forward_only", name="metric")
    message = "Custom 'metric' .*class ForwardOnly does not define backward, so its gradients are zero"
    with pytest.warns(UserWarning, match=message) as caught:
        assert gradient_of(net, mx.nd.ones(2)) == [0, 0]
    assert caught[0].filename == __file__


def test_storage_types_are_dense() -> None:
    prop = mx.operator.CustomOpProp()
    dense = ["default"]
    assert prop.infer_storage_type(dense) == (dense, dense, [])
    assert prop.infer_storage_type_backward(dense, dense, dense, dense, []) == (dense, dense, dense, dense, [])
    with pytest.raises(
        CustomOpError, match="infer_storage_type: array 0 has storage type 'csr'; arrays are dense here"
    ):
        prop.infer_storage_type(["csr"])


def test_the_signature_says_that_inputs_come_by_position_and_anything_by_keyword() -> None:
    assert str(inspect.signature(mx.sym.Custom)) == "(*data, op_type, name=None, attr=None, out=None, **kwargs)"
    assert str(inspect.signature(mx.nd.Custom)) == "(*data, op_type, out=None, name=None, **kwargs)"


def test_registered_operators_are_those_of_the_library() -> None:
    names = mx.operator.get_all_registered_operators()
    assert {"Convolution", "Custom", "relu"} <= set(names)
    assert "test_scale" not in names


# -- before CustomOp --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [mx.operator.NumpyOp, mx.operator.NDArrayOp])
def test_operators_of_the_first_interface(base: type) -> None:
    class Softmax(base):
        def list_arguments(self):
            return ["data", "label"]

        def infer_shape(self, in_shape):
            return [in_shape[0], (in_shape[0][0],)], [in_shape[0]]

        def forward(self, in_data, out_data):
            data = np.asarray(in_data[0])
            out_data[0][:] = np.exp(data) / np.exp(data).sum(axis=1, keepdims=True)

        def backward(self, out_grad, in_data, out_data, in_grad):
            in_grad[0][:] = np.asarray(out_data[0]) - np.eye(3)[np.asarray(in_data[1]).astype(int)]

    with pytest.warns(UserWarning, match="Softmax: MXNet's CustomOp has replaced NumpyOp and NDArrayOp"):
        op = Softmax(need_top_grad=False)
    net = op(data=mx.sym.Variable("x"), name="softmax")
    reference = mx.sym.SoftmaxOutput(mx.sym.Variable("x"), name="softmax")
    x = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    results = []
    for symbol in (net, reference):
        assert symbol.list_arguments() == ["x", "softmax_label"]
        executor = symbol.simple_bind(mx.current_context(), x=(2, 3))
        executor.forward(is_train=True, x=x, softmax_label=np.array([2, 1]))
        executor.backward()
        results.append((executor.outputs[0].asnumpy(), executor.grad_dict["x"].asnumpy()))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-5, atol=1e-6)


# -- auxiliary states -------------------------------------------------------------------------------------------------


class Stateful(mx.operator.CustomOp):
    """y = x + state; the state grows by 1 in every forward pass and by 100 in every backward pass."""

    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], in_data[0] + aux[0])
        aux[0][:] += 1

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * aux[0])
        aux[0][:] += 100


def test_states_are_written_in_every_pass_and_seen_by_the_next() -> None:
    custom(
        "test_stateful",
        Stateful,
        list_auxiliary_states=lambda self: ["state"],
        infer_shape=lambda self, shapes: (shapes, [shapes[0]], [(1,)]),
    )
    x, state = mx.sym.Variable("x"), mx.sym.Variable("state")
    net = mx.sym.Custom(x, state, op_type="test_stateful")
    executor = net.bind(
        mx.current_context(), {"x": mx.nd.ones(1)}, {"x": mx.nd.zeros(1)}, aux_states={"state": mx.nd.zeros(1)}
    )

    def passed(is_train: bool) -> tuple[float, float]:
        executor.forward(is_train=is_train)
        return executor.outputs[0].asscalar(), executor.aux_dict["state"].asscalar()

    assert [passed(False), passed(True)] == [(1, 1), (2, 2)]
    executor.backward(mx.nd.ones(1))
    assert (executor.grad_dict["x"].asscalar(), executor.aux_dict["state"].asscalar()) == (2, 102)
    assert passed(False) == (103, 103)
    executor.forward()
    assert passed(False) == (105, 105)
    both = mx.sym.Custom(net, state, op_type="test_stateful").bind(
        mx.current_context(), {"x": mx.nd.ones(1)}, aux_states={"state": mx.nd.zeros(1)}
    )
    assert both.forward()[0].asscalar() == 2
    assert both.aux_dict["state"].asscalar() == 2
