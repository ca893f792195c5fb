"""The networks of `benchmarks.networks` are those that real MXNet sees, and give its outputs."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import symgraph as mx
from benchmarks.networks import NETWORKS
from tests.golden.record_networks import FILE, SMALL, facts, run

RECORDED = json.loads(FILE.read_text())
every_network = pytest.mark.parametrize("name", NETWORKS)


def test_every_network_is_recorded() -> None:
    assert list(RECORDED) == list(NETWORKS)


@every_network
def test_names_shapes_and_json_are_mxnets(name: str) -> None:
    expected = {key: value for key, value in RECORDED[name].items() if key != "logits"}
    assert facts(mx, NETWORKS[name].build(mx), NETWORKS[name].shape) == expected


PUBLISHED = {
    "alexnet": 62_378_344,
    "vgg-16": 138_357_544,
    "vgg-19": 143_667_240,
    "resnet-18-v1": 11_689_512,
    "resnet-50-v1": 25_557_032,
    "resnet-152-v1": 60_192_808,
    "inception-bn": 11_295_240,
    "mobilenet": 4_231_976,
    "squeezenet": 1_248_424,
    "densenet-121": 7_978_856,
    "densenet-201": 20_013_928,
}
"""Parameters as other implementations count them (torchvision, Keras, Caffe's model zoo), moving averages left out;
AlexNet in one tower, as in "One weird trick" (2014) but with the filters of 2012."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_as_many_parameters_as_published(name: str) -> None:
    symbol = NETWORKS[name].build(mx)
    shapes, _, _ = symbol.infer_shape(data=(1, *NETWORKS[name].shape))
    sizes = dict(zip(symbol.list_arguments(), map(math.prod, shapes), strict=True))
    assert sum(sizes.values()) - sizes["data"] - sizes["softmax_label"] == PUBLISHED[name]


@every_network
def test_json_round_trip(name: str) -> None:
    text = NETWORKS[name].build(mx).tojson()
    assert mx.sym.load_json(text).tojson() == text


@pytest.mark.parametrize("name", SMALL)
def test_logits_are_mxnets(name: str) -> None:
    logits = run(mx, NETWORKS[name].build(mx, classes=10), SMALL[name])
    np.testing.assert_allclose(logits, RECORDED[name]["logits"], rtol=1e-3, atol=1e-3)


def test_options_change_the_network() -> None:
    two_towers = NETWORKS["alexnet"].build(mx, groups=2)
    assert dict(zip(two_towers.list_arguments(), two_towers.infer_shape(data=(1, 3, 224, 224))[0], strict=True))[
        "conv2_weight"
    ] == (256, 48, 5, 5)
    normalized = NETWORKS["vgg-11"].build(mx, batch_norm=True)
    assert len(normalized.list_auxiliary_states()) == 16
    assert NETWORKS["mlp"].build(mx, hidden=(4,), classes=3).infer_shape(data=(1, 2))[1] == [(1, 3)]
