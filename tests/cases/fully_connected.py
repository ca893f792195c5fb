"""Cases of the dense layer."""

from tests.cases.case import op

CASES = [
    op("FullyConnected", {"data": (2, 3)}, num_hidden=4),
    op("FullyConnected", {"data": (2, 3, 5)}, num_hidden=4),
    op("FullyConnected", {"data": (2, 3, 5)}, num_hidden=4, flatten=False),
    op("FullyConnected", {"data": (2, 3, 5)}, num_hidden=2, flatten=False, no_bias=True),
    op("FullyConnected", {"data": (2, 3)}, num_hidden=4, no_bias=True),
    op("FullyConnected", {"data": (3,)}, num_hidden=4),
    op("FullyConnected", {"data": (3,)}, num_hidden=4, flatten=False),
    op("FullyConnected", {"data": (2, 3)}, num_hidden=1, dtype="float64"),
]
