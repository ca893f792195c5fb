"""What recurrent cells, their checkpoints and batches of sentences say of mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.train.rnn.base import StepError
from symgraph.train.rnn.sequence import CellError

R = mx.rnn


def var(name: str = "data") -> Any:
    return mx.sym.Variable(name)


def stack(*cells: Any, **kwargs: Any) -> Any:
    made = R.SequentialRNNCell(**kwargs)
    for cell in cells:
        made.add(cell)
    return made


def modified() -> Any:
    base = R.LSTMCell(2)
    R.ResidualCell(base)
    return base


BOTH = (
    "ZoneoutCell works step by step, and {} takes whole sequences: put a ZoneoutCell around each of the cells inside of it; "
    "those of a FusedRNNCell are given by unfuse()."
)
BASE = "{} is the base of a modifier cell, such as ZoneoutCell, and gives no states itself: use the modifier cell in its place."
PLACE = (
    "Parameters come packed as the symbol has them or unpacked by gates: unpack_weights takes the first, pack_weights the "
    "second."
)

MISTAKES: list[tuple[type[Exception], Callable[[], Any], str]] = [
    (
        AssertionError,
        lambda: R.RNNCell(2).unroll(2, None),
        "unroll: inputs=None makes no variables any more; create them outside and give them.",
    ),
    (
        AssertionError,
        lambda: R.RNNCell(2).unroll(2, [var()]),
        "unroll: length=2 needs as many inputs, given 1 input.",
    ),
    (
        AssertionError,
        lambda: R.RNNCell(2).unroll(2, mx.nd.zeros((2, 2, 2))),
        "unroll: inputs must be a symbol or a list of symbols, given NDArray of shape (2, 2, 2).",
    ),
    (
        AssertionError,
        lambda: R.FusedRNNCell(2).unroll(2, mx.sym.Group([var("a"), var("b")])),
        "unroll doesn't allow a grouped symbol as inputs, given <Symbol group [a, b]> with 2 outputs; give list(inputs), "
        "or one symbol with an axis of time.",
    ),
    (
        TypeError,
        lambda: R.RNNCell(2).unroll(2, var(), layout=None),
        "layout must be a string such as 'NTC' or 'TNC', given None.",
    ),
    (
        AssertionError,
        lambda: R.FusedRNNCell(2).unroll(2, var(), layout="NCT"),
        "FusedRNNCell 'lstm_': layout 'NCT' is not supported; use 'TNC' or 'NTC'.",
    ),
    (
        CellError,
        lambda: R.LSTMCell(2, prefix="a_").unroll(2, var(), begin_state=[var("h")]),
        "LSTMCell 'a_' needs a list of 2 states, given 1 state; begin_state() makes it.",
    ),
    (
        CellError,
        lambda: stack(R.LSTMCell(2), R.GRUCell(2))(var(), None),
        "SequentialRNNCell needs a list of 3 states, given None; begin_state() makes it.",
    ),
    (AssertionError, lambda: modified().begin_state(), BASE.format("LSTMCell 'lstm_'")),
    (AssertionError, lambda: modified().unroll(2, var()), BASE.format("LSTMCell 'lstm_'")),
    (AssertionError, lambda: R.ZoneoutCell(R.FusedRNNCell(2)), BOTH.format("FusedRNNCell 'lstm_'")),
    (
        AssertionError,
        lambda: R.ZoneoutCell(stack(R.BidirectionalCell(R.GRUCell(2), R.RNNCell(2)))),
        BOTH.format("SequentialRNNCell"),
    ),
    (
        CellError,
        lambda: R.ResidualCell(3),
        "ResidualCell needs a recurrent cell, such as mx.rnn.LSTMCell(100), given 3 of type int.",
    ),
    (
        CellError,
        lambda: stack("lstm"),
        "SequentialRNNCell needs a recurrent cell, such as mx.rnn.LSTMCell(100), given 'lstm' of type str.",
    ),
    (
        AssertionError,
        lambda: stack(R.LSTMCell(2), params=R.RNNParams("x_")),
        "SequentialRNNCell: give params to it or to the cells in it, not both; LSTMCell 'lstm_' has variables already.",
    ),
    (
        AssertionError,
        lambda: R.DropoutCell("a"),
        "DropoutCell: dropout must be a number, given 'a' of type str.",
    ),
    (
        CellError,
        lambda: R.RNNCell(2, activation=None).unroll(1, [var()]),
        "RNNCell 'rnn_': activation must be a name such as 'tanh', or a function of a symbol and name=, given None.",
    ),
    (
        CellError,
        lambda: R.LSTMCell("2"),
        "LSTMCell 'lstm_': num_hidden must be a positive integer, given '2' of type str.",
    ),
    (
        CellError,
        lambda: R.FusedRNNCell(2, num_layers=0),
        "FusedRNNCell 'lstm_': num_layers must be a positive integer, given 0 of type int.",
    ),
    (
        CellError,
        lambda: R.FusedRNNCell(2, mode="LSTM"),
        "FusedRNNCell: mode must be one of rnn_relu, rnn_tanh, lstm, gru, given 'LSTM' of type str.",
    ),
    (
        CellError,
        lambda: R.GRUCell(2, params={}),
        "GRUCell: params must be an RNNParams, as in params=other_cell.params, given {} of type dict.",
    ),
    (
        NotImplementedError,
        lambda: R.FusedRNNCell(2)(var(), []),
        "FusedRNNCell 'lstm_' cannot be stepped: use unroll, or unfuse(), which gives cells that take single steps.",
    ),
    (
        NotImplementedError,
        lambda: R.BidirectionalCell(R.GRUCell(2), R.RNNCell(2))(var(), []),
        "BidirectionalCell cannot be stepped, as it reads from the end, too: use unroll.",
    ),
    (
        AssertionError,
        lambda: stack(R.BidirectionalCell(R.GRUCell(2), R.RNNCell(2)))(var(), [var("h"), var("g")]),
        "SequentialRNNCell cannot be stepped, as its BidirectionalCell cannot: use unroll.",
    ),
    (
        NotImplementedError,
        lambda: R.BaseRNNCell()(var(), []),
        "BaseRNNCell does not define a step: override __call__(inputs, states).",
    ),
    (
        NotImplementedError,
        lambda: R.BaseRNNCell().begin_state(),
        "BaseRNNCell does not describe its states: override the property state_info.",
    ),
    (
        NotImplementedError,
        lambda: R.ModifierCell(R.RNNCell(2)).unroll(2, var()),
        "ModifierCell does not define a step: override __call__(inputs, states).",
    ),
    (
        AssertionError,
        lambda: R.ConvRNNCell((1, 2, 4, 4), 3, h2h_kernel=(2, 3)),
        "ConvRNNCell 'ConvRNN_': h2h_kernel must have odd sizes, and h2h_dilate one number for each of them, given "
        "h2h_kernel=(2, 3) and h2h_dilate=(1, 1).",
    ),
    (
        CellError,
        lambda: R.ConvGRUCell((1, 2, 0, 4), 3),
        "ConvGRUCell 'ConvGRU_': input_shape must say all but the size of the batch, in the order of NCHW, given "
        "(1, 2, 0, 4) of type tuple.",
    ),
    (
        NotImplementedError,
        lambda: R.BaseConvRNNCell(
            (1, 2, 4, 4), 2, (3, 3), (1, 1), (3, 3), (1, 1), (1, 1), (1, 1), None, None, "zeros", "zeros", "tanh"
        )(var(), [var("h")]),
        "BaseConvRNNCell does not define a step: use ConvRNNCell, ConvLSTMCell or ConvGRUCell.",
    ),
    (
        KeyError,
        lambda: R.LSTMCell(2).unpack_weights({"lstm_i2h_weigth": mx.nd.ones((8, 3))}),
        "LSTMCell 'lstm_' has a parameter 'lstm_i2h_weight', which is not among those given. Did you mean "
        f"'lstm_i2h_weigth'? {PLACE}",
    ),
    (
        KeyError,
        lambda: R.FusedRNNCell(2).pack_weights({}),
        f"FusedRNNCell 'lstm_' has a parameter 'lstm_l0_i2h_i_weight', which is not among those given. {PLACE}",
    ),
    (
        AssertionError,
        lambda: R.RNNCell(2).pack_weights(
            {f"rnn_{s}_{k}": np.ones((2,)) for s in ("i2h", "h2h") for k in ("weight", "bias")}
        ),
        "parameter 'rnn_i2h_weight' must be an NDArray, given ndarray of shape (2,).",
    ),
    (
        ValueError,
        lambda: R.GRUCell(2).unpack_weights({f"gru_i2h_{k}": mx.nd.ones((5, 3)) for k in ("weight", "bias")}),
        "GRUCell 'gru_': 'gru_i2h_weight' must have 3 · 2 rows, one gate after the other, given the shape (5, 3).",
    ),
    (
        ValueError,
        lambda: R.FusedRNNCell(2).unpack_weights({"lstm_parameters": mx.nd.ones((42,))}),
        "42 parameters do not fit 1 lstm layers of 2 units in 1 directions: there must be 32 + n · 8, with n features.",
    ),
    (
        ValueError,
        lambda: R.FusedRNNCell(2, mode="rnn_tanh", prefix="").pack_weights(
            {"l0_i2h_weight": mx.nd.ones((2, 3)), "l0_h2h_weight": mx.nd.ones((3, 3))}
        ),
        "FusedRNNCell: 'l0_h2h_weight' must have the shape (2, 2), given (3, 3).",
    ),
    (
        ValueError,
        lambda: R.FusedRNNCell(2, mode="rnn_tanh", prefix="").pack_weights({"l0_i2h_weight": mx.nd.ones((2,))}),
        "FusedRNNCell: 'l0_i2h_weight' must have the shape (2, features), given (2,).",
    ),
    (
        AssertionError,
        lambda: R.encode_sentences([["a"]], {}),
        "Unknown token 'a': it is not in the vocabulary. Give unknown_token= to put another in its place.",
    ),
    (
        TypeError,
        lambda: R.encode_sentences([["a"]], ["a"]),
        "encode_sentences: vocab must be a dict with the number of each word, given ['a'] of type list.",
    ),
    (
        CellError,
        lambda: R.do_rnn_checkpoint("lstm", "prefix"),
        "a checkpoint of a recurrent network needs a recurrent cell, such as mx.rnn.LSTMCell(100), given 'lstm' of type str.",
    ),
    (
        ValueError,
        lambda: R.BucketSentenceIter([[1, 2]], 0),
        "BucketSentenceIter: batch_size must be positive, given 0 of type int.",
    ),
    (
        ValueError,
        lambda: R.BucketSentenceIter([[1, 2]], 1, layout="CTN"),
        "BucketSentenceIter: layout must be 'NT' (examples first) or 'TN' (time first), given 'CTN'.",
    ),
    (
        ValueError,
        lambda: R.BucketSentenceIter([[1, 2], [1]], 2),
        "BucketSentenceIter: of 2 sentences, no length has the 2 that a batch needs; give buckets=[...], lengths up to which "
        "sentences are filled up, or a smaller batch_size.",
    ),
    (
        ValueError,
        lambda: R.BucketSentenceIter([[1, 2]], 1, buckets=[0, 2]),
        "BucketSentenceIter: buckets are lengths from 1 on, given [0, 2] of type list.",
    ),
    (
        ValueError,
        lambda: R.BucketSentenceIter([[1, "a"]], 1, buckets=[2]),
        "BucketSentenceIter: sentences must be lists of numbers, given [1, 'a'] of type list; encode_sentences makes "
        "numbers of words.",
    ),
]


@pytest.mark.parametrize(("kind", "mistake", "text"), MISTAKES)
def test_message(kind: type[Exception], mistake: Callable[[], Any], text: str) -> None:
    with mx.name.NameManager(), pytest.raises(kind, match=f"^{re.escape(text)}$") as info:
        mistake()
    assert isinstance(info.value, mx.MXNetError)


def test_a_base_that_fails_to_unroll_stays_modified() -> None:
    cell = R.ResidualCell(R.LSTMCell(2))
    with pytest.raises(CellError):
        cell.unroll(2, None)
    with pytest.raises(CellError, match="base of a modifier cell"):
        cell.base_cell.begin_state()
    assert len(cell.begin_state()) == 2


def test_steps_are_refused_by_one_class() -> None:
    assert issubclass(StepError, CellError)
    assert issubclass(CellError, mx.MXNetError)


def test_sentences_that_fit_no_bucket(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match=r"^BucketSentenceIter: none of 2 sentences fits into the buckets \[1\]\.$"):
        R.BucketSentenceIter([[1, 2], [3, 4]], 1, buckets=[1])
    assert caplog.messages == ["discarded 2 sentences longer than the largest bucket."]
