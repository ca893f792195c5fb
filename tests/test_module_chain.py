"""Chains of modules hand on everything that a batch has."""

from __future__ import annotations

import collections

import numpy as np
import pytest

import symgraph as mx
from tests.training_blocks import first_values, mlp


def chain(last):
    first = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc0")
    found = mx.mod.SequentialModule().add(mx.mod.Module(first, label_names=None))
    found.add(last, take_labels=True, auto_wiring=True)
    found.bind([("data", (8, 10))], [("softmax_label", (8,))])
    params = first_values(mx, first, data=(8, 10))
    found.init_params(arg_params=params | first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
    return found


def batch(size, **options):
    return mx.io.DataBatch([mx.nd.ones((size, 10))], [mx.nd.zeros((size,))], **options)


def test_the_bucket_of_a_batch():
    keys = []

    def symbol(key):
        keys.append(key)
        return mlp(mx), ("data",), ("softmax_label",)

    module = chain(mx.mod.BucketingModule(symbol, 8))
    for key in (8, 3):
        shapes = {"provide_data": [("data", (8, 10))], "provide_label": [("softmax_label", (8,))]}
        module.forward(batch(8, bucket_key=key, **shapes))
    assert keys == [8, 3]


def test_other_sizes_and_kinds_of_batches():
    module = chain(mx.mod.Module(mlp(mx)))
    whole, part = [], batch(3, provide_data=[("data", (3, 10))], provide_label=[("softmax_label", (3,))])
    for given in (batch(8), part, batch(5), collections.namedtuple("Batch", ["data"])([mx.nd.ones((8, 10))])):
        module.forward(given, is_train=False)
        whole.append(module.get_outputs()[0].asnumpy())
    assert [len(output) for output in whole] == [8, 3, 5, 8]
    np.testing.assert_allclose(whole[1], whole[0][:3], rtol=1e-6)
    assert part.data[0].shape == (3, 10)


def test_a_batch_without_data():
    with pytest.raises(mx.MXNetError, match="a batch has attributes data and label, as mx.io.DataBatch; given"):
        chain(mx.mod.Module(mlp(mx))).forward(5)
