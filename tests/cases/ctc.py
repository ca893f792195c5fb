"""Cases of connectionist temporal classification."""

from tests.cases.case import integers, literal, op

SHAPES = {"data": (5, 2, 4), "label": (2, 3)}
PADDED = {"label": literal([1, 2, 0, 3, 3, 1])}
LENGTHS = {"data_lengths": literal([4, 5]), "label_lengths": literal([1, 2])}

CASES = [
    op("CTCLoss", SHAPES, draw=PADDED, grad=("data",), label="padded"),
    op("CTCLoss", SHAPES, draw={"label": integers(1, 4)}, grad=("data",), label="full"),
    op("CTCLoss", SHAPES, draw={"label": literal([0, 0, 0, 1, 0, 0])}, grad=("data",), label="empty"),
    op("CTCLoss", SHAPES, draw={"label": literal([1, 0, 2, 1, 2, 0])}, grad=("data",), label="gap"),
    op("CTCLoss", SHAPES, draw={"label": literal([0, 2, -1, 1, -1, -1])}, grad=("data",), blank_label="last"),
    op(
        "CTCLoss",
        {**SHAPES, "data_lengths": (2,)},
        draw={**PADDED, **LENGTHS},
        grad=("data",),
        use_data_lengths=True,
        label="data_lengths",
    ),
    op(
        "CTCLoss",
        {**SHAPES, "data_lengths": (2,), "label_lengths": (2,)},
        draw={**PADDED, **LENGTHS},
        grad=("data",),
        use_data_lengths=True,
        use_label_lengths=True,
        label="both_lengths",
    ),
    op("ctc_loss", SHAPES, draw=PADDED, grad=("data",), dtypes={"label": "int32"}, label="integer_label"),
]
