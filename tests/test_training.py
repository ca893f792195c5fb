"""Trainings go as in MXNet, step by step, from the same parameters on the same batches."""

from __future__ import annotations

import pytest

import symgraph as mx
from tests import checkpoint_blocks, odd_data_blocks, script_blocks, training_blocks
from tests.blocks import assert_equal, recorded

BLOCKS = {
    "training": training_blocks.BLOCKS,
    "scripts": script_blocks.BLOCKS,
    "odd_data": odd_data_blocks.BLOCKS,
    "checkpoints": checkpoint_blocks.BLOCKS,
}
RECORDED = {table: recorded(table) for table in BLOCKS}


@pytest.mark.filterwarnings("ignore::UserWarning")  # MXNet warns or prints in the same places
@pytest.mark.parametrize(("table", "name"), [(table, name) for table, blocks in BLOCKS.items() for name in blocks])
def test_as_in_mxnet(table, name):
    with mx.name.NameManager():
        assert_equal(BLOCKS[table][name](mx), RECORDED[table][name], rtol=2e-3, atol=2e-4)
