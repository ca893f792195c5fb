"""Checkpoints of recurrent networks, and sentences as numbers and batches."""

from __future__ import annotations

import logging
import pathlib
import random
from typing import Any

import numpy as np
import pytest

import symgraph as mx

SENTENCES = [[1, 2, 3], [4, 5], [6, 7], [8], [1, 2, 3, 4, 5, 6], [2, 3, 4]]


def parameters(cell: Any, features: int = 3) -> tuple[Any, dict[str, Any]]:
    """A network of a cell and arrays for its parameters, with a layer that is not recurrent."""
    outputs, _ = cell.unroll(2, mx.sym.Variable("data"), merge_outputs=True)
    net = mx.sym.FullyConnected(outputs, num_hidden=2, name="fc")
    shapes, _, _ = net.infer_shape(data=(1, 2, features))
    rng = np.random.RandomState(0)
    pairs = zip(net.list_arguments(), shapes, strict=True)
    return net, {name: mx.nd.array(rng.normal(size=shape)) for name, shape in pairs if name != "data"}


def equal(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return left.keys() == right.keys() and all((left[n].asnumpy() == right[n].asnumpy()).all() for n in left)


def test_files_hold_the_weights_of_gates(tmp_path: pathlib.Path) -> None:
    cell = mx.rnn.LSTMCell(2)
    net, params = parameters(cell)
    prefix = str(tmp_path / "model")
    mx.rnn.save_rnn_checkpoint(cell, prefix, 3, net, params, {"state": mx.nd.ones((1,))})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model-0003.params", "model-symbol.json"]
    names = list(mx.nd.load(f"{prefix}-0003.params"))
    assert {"arg:lstm_i2h_f_weight", "arg:fc_bias", "aux:state"} < set(names)
    assert "arg:lstm_i2h_weight" not in names
    symbol, loaded, aux = mx.rnn.load_rnn_checkpoint([cell], prefix, 3)
    assert symbol.tojson() == net.tojson()
    assert equal(loaded, params)
    assert list(aux) == ["state"]


def test_a_fused_checkpoint_is_loaded_for_single_cells(tmp_path: pathlib.Path) -> None:
    fused = mx.rnn.FusedRNNCell(2, num_layers=2, mode="gru", bidirectional=True, prefix="net_")
    net, params = parameters(fused)
    prefix = str(tmp_path / "model")
    mx.rnn.save_rnn_checkpoint(fused, prefix, 1, net, params, {})
    _, loaded, _ = mx.rnn.load_rnn_checkpoint(fused.unfuse(), prefix, 1)
    apart, _ = parameters(fused.unfuse())
    assert {*loaded} == {*apart.list_arguments()} - {"data"}
    assert equal(fused.pack_weights(fused.unfuse().unpack_weights(loaded)), params)


def test_other_cells_are_refused(tmp_path: pathlib.Path) -> None:
    net, params = parameters(mx.rnn.LSTMCell(2))
    prefix = str(tmp_path / "model")
    mx.rnn.save_rnn_checkpoint(mx.rnn.LSTMCell(2), prefix, 1, net, params, {})
    with pytest.raises(KeyError, match=r"^GRUCell 'gru_' has a parameter 'gru_i2h_r_weight', which is not among"):
        mx.rnn.load_rnn_checkpoint(mx.rnn.GRUCell(2), prefix, 1)
    with pytest.raises(FileNotFoundError):
        mx.rnn.load_rnn_checkpoint(mx.rnn.LSTMCell(2), prefix, 2)


@pytest.mark.parametrize(("period", "epochs"), [(1, [1, 2, 3, 4]), (2, [2, 4]), (0, [1, 2, 3, 4]), (2.7, [2, 4])])
def test_checkpoints_after_epochs(tmp_path: pathlib.Path, period: float, epochs: list[int]) -> None:
    cell = mx.rnn.GRUCell(2)
    net, params = parameters(cell)
    callback = mx.rnn.do_rnn_checkpoint(cell, str(tmp_path / "model"), period)
    for epoch in range(4):
        callback(epoch, net, params, {})
    assert sorted(path.name for path in tmp_path.glob("*.params")) == [f"model-{e:04d}.params" for e in epochs]
    assert "gru_i2h_weight" in params, "the caller's dict stays as it is"


def test_unknown_words_share_a_number() -> None:
    vocab = {"a": 1, "<unk>": 9}
    assert mx.rnn.encode_sentences([["a", "b", "c", "b"]], vocab, unknown_token="<unk>") == ([[1, 9, 9, 9]], vocab)
    without = {"a": 0, "b": 1}
    encoded, grown = mx.rnn.encode_sentences([["x", "a", "y"]], without, unknown_token="?")
    assert encoded == [[2, 0, 2]]
    assert grown is without
    assert grown == {"a": 0, "b": 1, "?": 2}
    fresh = mx.rnn.encode_sentences([["a", "b"]], unknown_token="?")
    assert fresh == ([[0, 1]], {"\n": -1, "a": 0, "b": 1})


def test_sentences_that_are_left_out_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        mx.rnn.BucketSentenceIter(SENTENCES, 1, buckets=(3, 2))
    assert caplog.messages == ["discarded 1 sentences longer than the largest bucket."]
    caplog.clear()
    mx.rnn.BucketSentenceIter(SENTENCES, 1)
    assert not caplog.messages


def test_buckets_of_any_kind() -> None:
    given = [6, 3]
    for buckets in (given, (6, 3), np.array([6, 3]), {3, 6}):
        assert mx.rnn.BucketSentenceIter(SENTENCES, 2, buckets=buckets).buckets == [3, 6]
    assert given == [6, 3]
    assert mx.rnn.BucketSentenceIter(iter(SENTENCES), 2, buckets=[]).buckets == [2, 3]


def test_labels_are_the_next_words_and_every_sentence_comes_once() -> None:
    batches = mx.rnn.BucketSentenceIter(SENTENCES, 2, buckets=[6], invalid_label=0)
    for _ in range(3):
        rows = []
        for batch in batches:
            data, label = batch.data[0].asnumpy(), batch.label[0].asnumpy()
            np.testing.assert_array_equal(label[:, :-1], data[:, 1:])
            assert not label[:, -1].any()
            rows += [tuple(row[row > 0]) for row in data.astype(int)]
        assert sorted(rows) == sorted(map(tuple, SENTENCES))
        batches.reset()
    assert len(list(batches)) == 3
    with pytest.raises(StopIteration):
        batches.next()


def test_epochs_are_shuffled_by_the_seeds_of_python_and_numpy() -> None:
    def epochs(seed: int) -> list:
        random.seed(seed)
        np.random.seed(seed)
        batches = mx.rnn.BucketSentenceIter(SENTENCES * 4, 2, buckets=[3, 6])
        first = [batch.data[0].asnumpy().tolist() for batch in batches]
        batches.reset()
        return [first, [batch.data[0].asnumpy().tolist() for batch in batches]]

    assert epochs(1) == epochs(1)
    assert epochs(1) != epochs(2)
    assert epochs(1)[0] != epochs(1)[1]


def test_iterators_of_users_derive_from_it() -> None:
    class Reversed(mx.rnn.BucketSentenceIter):
        def next(self) -> Any:
            batch = super().next()
            batch.data[0][:] = batch.data[0].asnumpy()[:, ::-1]
            return batch

    batches = Reversed(SENTENCES, 2, buckets=[3], invalid_label=0)
    assert isinstance(batches, mx.io.DataIter)
    assert all(batch.bucket_key == 3 for batch in batches)
