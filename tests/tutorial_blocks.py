"""Every code block of the Symbol tutorial as a function of the module `mx`, returning what it computes.

Runs under symgraph and, for recording, under real MXNet. The code is the tutorial's, in Python 3 spelling.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.blocks import Blocks

block = BLOCKS = Blocks()


def _basic(mx: Any) -> tuple:
    a = mx.sym.Variable("a")
    b = mx.sym.Variable("b")
    c = a + b
    return a, b, c


@block
def basic_operators(mx: Any) -> Any:
    a, b, c = _basic(mx)
    return [repr(s) for s in (a, b, c)] + [c.list_arguments(), c.list_outputs()]


@block
def more_operators(mx: Any) -> Any:
    a, b, _ = _basic(mx)
    d = a * b
    e = mx.sym.dot(a, b)
    f = mx.sym.reshape(d + e, shape=(1, 4))
    g = mx.sym.broadcast_to(f, shape=(2, 4))
    mx.viz.plot_network(symbol=g)
    x = mx.nd.array([[1, 2], [3, 4]])
    value = g.eval(ctx=mx.cpu(), a=x, b=x + 1)[0].asnumpy()
    return [g.get_internals().list_outputs(), value.tolist(), g.tojson()]


def _network(mx: Any) -> Any:
    net = mx.sym.Variable("data")
    net = mx.sym.FullyConnected(data=net, name="fc1", num_hidden=128)
    net = mx.sym.Activation(data=net, name="relu1", act_type="relu")
    net = mx.sym.FullyConnected(data=net, name="fc2", num_hidden=10)
    return mx.sym.SoftmaxOutput(data=net, name="out")


@block
def neural_network(mx: Any) -> Any:
    net = _network(mx)
    mx.viz.plot_network(net, shape={"data": (100, 200)})
    return [net.list_arguments(), net.infer_shape(data=(100, 200)), net.tojson()]


@block
def named_weight(mx: Any) -> Any:
    net = mx.symbol.Variable("data")
    w = mx.symbol.Variable("myweight")
    net = mx.symbol.FullyConnected(data=net, weight=w, name="fc1", num_hidden=128)
    return net.list_arguments()


@block
def add_then_connect(mx: Any) -> Any:
    lhs = mx.symbol.Variable("data1")
    rhs = mx.symbol.Variable("data2")
    net = mx.symbol.FullyConnected(data=lhs + rhs, name="fc1", num_hidden=128)
    return [net.list_arguments(), net.infer_shape(data1=(5, 7))]


@block
def compose(mx: Any) -> Any:
    net = mx.symbol.Variable("data")
    net = mx.symbol.FullyConnected(data=net, name="fc1", num_hidden=128)
    net2 = mx.symbol.Variable("data2")
    net2 = mx.symbol.FullyConnected(data=net2, name="net2", num_hidden=128)
    composed_net = net(data=net2, name="compose")
    return [composed_net.list_arguments(), composed_net.list_outputs(), net.list_arguments(), composed_net.tojson()]


@block
def prefix(mx: Any) -> Any:
    data = mx.sym.Variable("data")
    net = data
    n_layer = 2
    for i in range(n_layer):
        with mx.name.Prefix("layer%d_" % (i + 1)):
            net = mx.sym.FullyConnected(data=net, name="fc", num_hidden=100)
    return net.list_arguments()


def _conv_factory(mx: Any) -> Callable[..., Any]:
    def ConvFactory(data, num_filter, kernel, stride=(1, 1), pad=(0, 0), name=None, suffix=""):  # noqa: N802
        conv = mx.sym.Convolution(
            data=data, num_filter=num_filter, kernel=kernel, stride=stride, pad=pad, name="conv_%s%s" % (name, suffix)
        )
        bn = mx.sym.BatchNorm(data=conv, name="bn_%s%s" % (name, suffix))
        act = mx.sym.Activation(data=bn, act_type="relu", name="relu_%s%s" % (name, suffix))
        return act

    return ConvFactory


@block
def conv_factory(mx: Any) -> Any:
    prev = mx.sym.Variable(name="Previos Output")
    conv_comp = _conv_factory(mx)(data=prev, num_filter=64, kernel=(7, 7), stride=(2, 2))
    shape = {"Previos Output": (128, 3, 28, 28)}
    mx.viz.plot_network(symbol=conv_comp, shape=shape)
    return [conv_comp.list_arguments(), conv_comp.list_auxiliary_states(), conv_comp.infer_shape(**shape)]


@block
def inception(mx: Any) -> Any:
    ConvFactory = _conv_factory(mx)  # noqa: N806

    def InceptionFactoryA(data, num_1x1, num_3x3red, num_3x3, num_d3x3red, num_d3x3, pool, proj, name):  # noqa: N802
        c1x1 = ConvFactory(data=data, num_filter=num_1x1, kernel=(1, 1), name=("%s_1x1" % name))
        c3x3r = ConvFactory(data=data, num_filter=num_3x3red, kernel=(1, 1), name=("%s_3x3" % name), suffix="_reduce")
        c3x3 = ConvFactory(data=c3x3r, num_filter=num_3x3, kernel=(3, 3), pad=(1, 1), name=("%s_3x3" % name))
        cd3x3r = ConvFactory(
            data=data, num_filter=num_d3x3red, kernel=(1, 1), name=("%s_double_3x3" % name), suffix="_reduce"
        )
        cd3x3 = ConvFactory(
            data=cd3x3r, num_filter=num_d3x3, kernel=(3, 3), pad=(1, 1), name=("%s_double_3x3_0" % name)
        )
        cd3x3 = ConvFactory(data=cd3x3, num_filter=num_d3x3, kernel=(3, 3), pad=(1, 1), name=("%s_double_3x3_1" % name))
        pooling = mx.sym.Pooling(
            data=data,
            kernel=(3, 3),
            stride=(1, 1),
            pad=(1, 1),
            pool_type=pool,
            name=("%s_pool_%s_pool" % (pool, name)),
        )
        cproj = ConvFactory(data=pooling, num_filter=proj, kernel=(1, 1), name=("%s_proj" % name))
        return mx.sym.Concat(*[c1x1, c3x3, cd3x3, cproj], name="ch_concat_%s_chconcat" % name)

    prev = mx.sym.Variable(name="Previos Output")
    in3a = InceptionFactoryA(prev, 64, 64, 64, 64, 96, "avg", 32, name="in3a")
    shape = {"Previos Output": (128, 3, 28, 28)}
    mx.viz.plot_network(symbol=in3a, shape=shape)
    return [in3a.list_arguments(), in3a.list_auxiliary_states(), in3a.infer_shape(**shape), in3a.tojson()]


@block
def group(mx: Any) -> Any:
    net = mx.sym.Variable("data")
    fc1 = mx.sym.FullyConnected(data=net, name="fc1", num_hidden=128)
    net = mx.sym.Activation(data=fc1, name="relu1", act_type="relu")
    out1 = mx.sym.SoftmaxOutput(data=net, name="softmax")
    out2 = mx.sym.LinearRegressionOutput(data=net, name="regression")
    group = mx.sym.Group([out1, out2])
    return [group.list_outputs(), group.list_arguments(), group.infer_shape(data=(4, 6))]


@block
def inference(mx: Any) -> Any:
    _, _, c = _basic(mx)
    arg_name = c.list_arguments()
    out_name = c.list_outputs()
    arg_shape, out_shape, _ = c.infer_shape(a=(2, 3), b=(2, 3))
    arg_type, out_type, _ = c.infer_type(a="float32", b="float32")
    shapes = {"input": dict(zip(arg_name, arg_shape)), "output": dict(zip(out_name, out_shape))}
    types = {
        "input": {n: t.__name__ for n, t in zip(arg_name, arg_type)},
        "output": {n: t.__name__ for n, t in zip(out_name, out_type)},
    }
    return [shapes, types]


@block
def bind_and_forward(mx: Any) -> Any:
    _, _, c = _basic(mx)
    ex = c.bind(ctx=mx.cpu(), args={"a": mx.nd.ones([2, 3]), "b": mx.nd.ones([2, 3])})
    ex.forward()
    return "number of outputs = %d\nthe first output = \n%s" % (len(ex.outputs), ex.outputs[0].asnumpy())


@block
def evaluate(mx: Any) -> Any:
    _, _, c = _basic(mx)
    ex = c.eval(ctx=mx.cpu(), a=mx.nd.ones([2, 3]), b=mx.nd.ones([2, 3]))
    return "number of outputs = %d\nthe first output = \n%s" % (len(ex), ex[0].asnumpy())


@block
def save_and_load(mx: Any) -> Any:
    _, _, c = _basic(mx)
    fname = os.path.join(tempfile.mkdtemp(), "symbol-c.json")
    c.save(fname)
    c2 = mx.sym.load(fname)
    return [c.tojson(), c.tojson() == c2.tojson()]


def softmax_operator(mx: Any) -> None:
    class Softmax(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            x = in_data[0].asnumpy()
            y = np.exp(x - x.max(axis=1).reshape((x.shape[0], 1)))
            y /= y.sum(axis=1).reshape((x.shape[0], 1))
            self.assign(out_data[0], req[0], mx.nd.array(y))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            label = in_data[1].asnumpy().ravel().astype(int)
            y = out_data[0].asnumpy()
            y[np.arange(label.shape[0]), label] -= 1.0
            self.assign(in_grad[0], req[0], mx.nd.array(y))

    @mx.operator.register("softmax")
    class SoftmaxProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=False)

        def list_arguments(self):
            return ["data", "label"]

        def list_outputs(self):
            return ["output"]

        def infer_shape(self, in_shape):
            data_shape = in_shape[0]
            label_shape = (in_shape[0][0],)
            output_shape = in_shape[0]
            return [data_shape, label_shape], [output_shape], []

        def create_operator(self, ctx, shapes, dtypes):
            return Softmax()


@block
def custom_operator(mx: Any) -> Any:
    softmax_operator(mx)
    prev_input = mx.sym.Variable("x")
    net = mx.sym.Custom(data=prev_input, op_type="softmax", name="softmax")
    ex = net.simple_bind(mx.cpu(), x=(2, 3))
    ex.arg_dict["x"][:] = np.array([[1, 2, 3], [3, 0, -1]])
    ex.arg_dict["softmax_label"][:] = np.array([2, 1])
    ex.forward(is_train=True)
    ex.backward()
    return [
        net.list_arguments(),
        net.list_outputs(),
        net.infer_shape(x=(2, 3)),
        ex.outputs[0].asnumpy().tolist(),
        ex.grad_dict["x"].asnumpy().tolist(),
    ]


@block
def type_cast(mx: Any) -> Any:
    a = mx.sym.Variable("data")
    b = mx.sym.Cast(data=a, dtype="float16")
    arg, out, _ = b.infer_type(data="float32")
    c = mx.sym.Cast(data=a, dtype="uint8")
    arg2, out2, _ = c.infer_type(data="int32")
    return [[t.__name__ for t in ts] for ts in (arg, out, arg2, out2)]


@block
def variable_sharing(mx: Any) -> Any:
    a = mx.sym.Variable("a")
    b = mx.sym.Variable("b")
    c = mx.sym.Variable("c")
    d = a + b * c
    data = mx.nd.ones((2, 3)) * 2
    ex = d.bind(ctx=mx.cpu(), args={"a": data, "b": data, "c": data})
    ex.forward()
    return ex.outputs[0].asnumpy().tolist()
