"""Networks whose nodes are put on several devices (`tests.group_blocks`)."""

from __future__ import annotations

from typing import Any

import symgraph as mx


def lstm(layers: int = 4, steps: int = 5) -> Any:
    """A language model whose layers are in groups of their own, as in MXNet's example of model parallelism."""
    with mx.AttrScope(ctx_group="layer0"):
        words = mx.sym.Embedding(mx.sym.Variable("index"), input_dim=16, output_dim=6, name="embed")
        inputs = list(mx.sym.SliceChannel(words, num_outputs=steps, axis=1, squeeze_axis=True))
    for i in range(layers):
        with mx.AttrScope(ctx_group=f"layer{i}"):
            cell = mx.rnn.LSTMCell(6, prefix=f"lstm{i}_")
            inputs, _ = cell.unroll(steps, inputs, merge_outputs=False)
            inputs = [mx.sym.Dropout(step, p=0.3) for step in inputs]
    with mx.AttrScope(ctx_group=f"layer{layers - 1}"):
        hidden = mx.sym.Concat(*inputs, dim=0)
        net = mx.sym.FullyConnected(hidden, num_hidden=16, name="decode")
    label = mx.sym.Reshape(mx.sym.transpose(mx.sym.Variable("label")), shape=(-1,))
    return mx.sym.SoftmaxOutput(net, label, name="softmax")


LSTM_SHAPES = {"index": (3, 5), "label": (3, 5)}


def branches() -> Any:
    """Outputs of many kinds: inner ones, a variable, a state, a loss, and one that is blocked."""
    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    left = mx.sym.FullyConnected(x, num_hidden=4, name="left")
    right = mx.sym.FullyConnected(mx.sym.Dropout(x * y, p=0.5), num_hidden=4, name="right")
    states = {f"moving_{what}": mx.sym.Variable(f"norm_{what}") for what in ("mean", "var")}
    first = mx.sym.BatchNorm(left + right, fix_gamma=False, name="norm1", **states)
    second = mx.sym.BatchNorm(mx.sym.tanh(first) * 2, fix_gamma=False, name="norm2", **states)
    loss = mx.sym.make_loss(mx.sym.sum(mx.sym.square(second - right)), name="loss")
    drawn = mx.sym.uniform(low=1, high=2, shape=(3, 4), name="drawn")
    parts = mx.sym.SliceChannel(second, num_outputs=2, name="parts")
    return mx.sym.Group(
        [loss, mx.sym.stop_gradient(first) * left, x, mx.sym.dot(parts[0], parts[1], transpose_b=True), left * drawn]
    )


def layers() -> Any:
    net = mx.sym.Convolution(mx.sym.Variable("x"), kernel=(3, 3), num_filter=4, pad=(1, 1), name="conv1")
    net = mx.sym.Activation(mx.sym.BatchNorm(net, name="bn1"), act_type="relu")
    net = mx.sym.Convolution(net, kernel=(3, 3), num_filter=4, num_group=4, no_bias=True, name="conv2")
    net = mx.sym.BatchNorm(net, fix_gamma=False, name="bn2") + net
    net = mx.sym.Pooling(net, pool_type="max", kernel=(2, 2), stride=(2, 2))
    return mx.sym.LogisticRegressionOutput(mx.sym.FullyConnected(net, num_hidden=2, name="fc"), name="out")


def recurrent() -> Any:
    """A loop, a fused layer, and states that begin with zeros of a shape that follows from elsewhere."""
    x = mx.sym.Variable("x")
    cell = mx.rnn.GRUCell(3, prefix="gru_")
    outputs, _ = cell.unroll(4, x, layout="NTC", merge_outputs=True)
    looped, _ = mx.sym.contrib.foreach(
        lambda step, state: (step * state, state + mx.sym.tanh(step)), outputs, mx.sym.Variable("begin")
    )
    fused = mx.sym.RNN(
        looped, mx.sym.Variable("rnn"), mx.sym.Variable("h"), state_size=2, num_layers=1, mode="rnn_tanh"
    )
    return mx.sym.Group([fused, mx.sym.sum(looped)])


NETWORKS = {
    "lstm": (lstm, LSTM_SHAPES),
    "branches": (branches, {"x": (3, 5), "y": (3, 5)}),
    "layers": (layers, {"x": (2, 3, 6, 6)}),
    "recurrent": (recurrent, {"x": (4, 4, 2), "begin": (4, 3), "h": (1, 4, 2)}),
}
