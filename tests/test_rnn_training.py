"""Recurrent networks are trained as in MXNet, step by step, and learn."""

from __future__ import annotations

import random

import numpy as np
import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.rnn_training_blocks import BLOCKS, language_model, sentences

RECORDED = recorded("recurrent_training")


def test_every_training_is_recorded() -> None:
    assert list(RECORDED) == list(BLOCKS)


@pytest.mark.parametrize("name", BLOCKS)
def test_as_in_mxnet(name: str) -> None:
    with mx.name.NameManager():
        assert_equal(BLOCKS[name](mx), RECORDED[name], rtol=2e-4, atol=2e-5)


def test_a_language_model_in_buckets_learns_its_text() -> None:
    random.seed(0)
    np.random.seed(0)
    mx.random.seed(0)
    encoded, vocab = sentences(mx)
    data = mx.rnn.BucketSentenceIter(encoded, 4, buckets=[5, 9], invalid_label=0, layout="TN")
    cell = mx.rnn.FusedRNNCell(16, num_layers=2, mode="lstm", prefix="lstm_")

    def sym_gen(length: int) -> tuple:
        return language_model(mx, cell, length, len(vocab), layout="TNC"), ("data",), ("softmax_label",)

    module = mx.mod.BucketingModule(sym_gen, data.default_bucket_key)
    module.fit(
        data,
        eval_metric=mx.metric.Perplexity(0),
        optimizer="adam",
        optimizer_params={"learning_rate": 0.03},
        initializer=mx.init.Xavier(),
        num_epoch=18,
    )
    ((_, perplexity),) = module.score(data, mx.metric.Perplexity(0))
    assert perplexity < 2
    assert sorted(module._buckets) == [5, 9], "one program for each length"
