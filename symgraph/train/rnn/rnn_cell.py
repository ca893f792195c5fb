"""``mx.rnn.rnn_cell``: the cells, where MXNet has them."""

from symgraph.train.rnn.base import BaseRNNCell
from symgraph.train.rnn.containers import BidirectionalCell, SequentialRNNCell
from symgraph.train.rnn.convolutional import BaseConvRNNCell, ConvGRUCell, ConvLSTMCell, ConvRNNCell
from symgraph.train.rnn.fused import FusedRNNCell
from symgraph.train.rnn.gated import GRUCell, LSTMCell, RNNCell
from symgraph.train.rnn.modifiers import DropoutCell, ModifierCell, ResidualCell, ZoneoutCell
from symgraph.train.rnn.params import RNNParams
from symgraph.train.rnn.sequence import normalize_sequence as _normalize_sequence  # noqa: F401 - cells of users call it

__all__ = [
    "BaseConvRNNCell",
    "BaseRNNCell",
    "BidirectionalCell",
    "ConvGRUCell",
    "ConvLSTMCell",
    "ConvRNNCell",
    "DropoutCell",
    "FusedRNNCell",
    "GRUCell",
    "LSTMCell",
    "ModifierCell",
    "RNNCell",
    "RNNParams",
    "ResidualCell",
    "SequentialRNNCell",
    "ZoneoutCell",
]
