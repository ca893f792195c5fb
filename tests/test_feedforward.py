"""`FeedForward` on arrays: which examples it sees when, as in MXNet."""

from __future__ import annotations

import numpy as np

import symgraph as mx


def test_shuffled_anew_before_every_epoch():
    """The order is the one that MXNet had with this seed: the iterator is reset before the first epoch, too."""
    examples = np.arange(12).reshape(6, 2).astype(np.float32)
    seen = []
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=1, name="fc")
    net = mx.sym.LinearRegressionOutput(net, mx.sym.Variable("softmax_label"), name="softmax")
    model = mx.model.FeedForward(net, num_epoch=2, numpy_batch_size=3, initializer=mx.init.One(), learning_rate=0.0)
    np.random.seed(3)
    metric = mx.metric.np(lambda label, pred: seen.append(label.ravel().tolist()) or 0, name="seen")
    model.fit(examples, examples[:, 0], eval_metric=metric)
    assert seen == [[8, 6, 4], [0, 10, 2], [0, 8, 10], [6, 4, 2]]


def test_iterators_are_reset_when_mxnet_does():
    """What is scored after an epoch is reset before and afterwards: an iterator that shuffles itself counts on it."""

    class Noted(mx.io.NDArrayIter):
        def reset(self) -> None:
            vars(self).setdefault("events", []).append("reset")
            super().reset()

        def next(self) -> mx.io.DataBatch:
            batch = super().next()
            self.events.append("batch")
            return batch

    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    net = mx.sym.SoftmaxOutput(net, mx.sym.Variable("softmax_label"), name="softmax")
    train, scored = (Noted(np.ones((4, 3)), np.zeros(4), batch_size=2) for _ in range(2))
    train.events, scored.events = [], []
    mx.model.FeedForward(net, num_epoch=2, learning_rate=0.1).fit(train, eval_data=scored)
    epoch = ["batch", "batch", "reset"]
    assert train.events == ["reset", *epoch, *epoch]
    assert scored.events == ["reset", *epoch, "reset", *epoch]
