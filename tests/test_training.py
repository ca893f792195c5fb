"""Trainings go as in MXNet, step by step, from the same parameters on the same batches."""

from __future__ import annotations

import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.training_blocks import BLOCKS

RECORDED = recorded("training")


@pytest.mark.filterwarnings("ignore::UserWarning")  # MXNet warns or prints in the same places
@pytest.mark.parametrize("name", BLOCKS)
def test_as_in_mxnet(name):
    with mx.name.NameManager():
        assert_equal(BLOCKS[name](mx), RECORDED[name], rtol=2e-3, atol=2e-4)
