"""Metrics against the values that real MXNet recorded, read on the host and, as of a GPU, reduced where they are."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import symgraph as mx
from symgraph.train.metric import reading
from tests.metric_cases import CASES, told

RECORDED = json.loads((pathlib.Path(__file__).parent / "golden" / "metrics.json").read_text())
TOLERANCE = {"16": 2e-3}
"""Of values in half precision, where MXNet sums in half precision, too."""


@pytest.mark.filterwarnings("ignore:metric .* outside of the:UserWarning")
@pytest.mark.parametrize("where", ["here", "there"])
@pytest.mark.parametrize("name", CASES)
def test_a_metric_tells_what_mxnet_does(name, where, monkeypatch):
    if where == "there":
        monkeypatch.setattr(reading, "is_elsewhere", lambda array: isinstance(array, mx.nd.NDArray))
    steps, expected = told(mx, CASES[name]), RECORDED[name]
    assert len(steps) == len(expected)
    tolerance = next((value for text, value in TOLERANCE.items() if text in name), 1e-6)
    for step, wanted in zip(steps, expected, strict=True):
        kinds = 1 if name.startswith("micro") else 2  # MXNet has no global value for these
        for pairs, wanted_pairs in zip(step[:kinds], wanted[:kinds], strict=True):
            assert [pair[0] for pair in pairs] == [pair[0] for pair in wanted_pairs]
            found, right = ([pair[1] for pair in told] for told in (pairs, wanted_pairs))
            np.testing.assert_allclose(found, right, rtol=tolerance, atol=1e-7)
        assert step[2] == wanted[2]


def test_every_case_is_recorded():
    assert set(RECORDED) == set(CASES)
