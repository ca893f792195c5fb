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
