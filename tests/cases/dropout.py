"""Cases of dropout that are not random; its laws of chance are tested in tests/test_dropout.py."""

from tests.cases.case import op

CASES = [
    op("Dropout", {"data": (2, 3)}, p=0.0),
    op("Dropout", {"data": (2, 3)}, p=0.0, axes=(0,)),
    op("Dropout", {"data": (2, 3)}, is_train=False, grad="null", variant="inference"),
    op("Dropout", {"data": (2, 3)}, p=0.9, axes=(1,), is_train=False, grad="null", variant="inference"),
    op("Dropout", {"data": (2, 3)}, p=0.0, mode="always", dtype="float64"),
    op("Dropout", {"data": (2, 3)}, p=0.3, dtype="float16", is_train=False, grad="null", variant="inference"),
]
