"""Cases of operators on sequences of different lengths."""

from tests.cases.case import integers, literal, op, uniform

LENGTHS = {"n": literal([2.5, 4.5, 1.5])}
WHOLE = {"x": integers(-9, 9), **LENGTHS}

CASES = [
    op("SequenceMask", {"x": (4, 3, 2)}),
    op("SequenceMask", {"x": (4, 3, 2), "n": (3,)}, use_sequence_length=True, draw=LENGTHS),
    op(
        "SequenceMask",
        {"x": (4, 3), "n": (3,)},
        use_sequence_length=True,
        value=-1.5,
        draw={"n": uniform(0, 6)},
        numeric=False,
    ),
    op(
        "SequenceMask",
        {"x": (3, 4, 2), "n": (3,)},
        use_sequence_length=True,
        axis=1,
        draw=LENGTHS,
        dtypes={"n": "int32"},
    ),
    op(
        "SequenceMask",
        {"x": (4, 3), "n": (3,)},
        use_sequence_length=True,
        value=-1.5,
        draw=WHOLE,
        dtype="int32",
        grad="null",
    ),
    op(
        "SequenceMask",
        {"x": (4, 3)},
        use_sequence_length=True,
        draw={"op_sequence_length": uniform(0, 6)},
        dtype="float64",
        numeric=False,
    ),
    op("SequenceMask", {"x": (4, 3)}, axis=2),
    op("SequenceMask", {"x": (4,)}),
    op("SequenceLast", {"x": (4, 3, 2)}),
    op("SequenceLast", {"x": (4, 3)}, axis=1),
    op("SequenceLast", {"x": (4, 3, 2), "n": (3,)}, use_sequence_length=True, draw=LENGTHS),
    op(
        "SequenceLast",
        {"x": (3, 4, 2), "n": (3,)},
        use_sequence_length=True,
        axis=1,
        draw=LENGTHS,
        dtypes={"n": "int32"},
    ),
    op("SequenceLast", {"x": (4, 3), "n": (3,)}, use_sequence_length=True, draw=WHOLE, dtype="int32", grad=("x",)),
    op("SequenceLast", {"x": (4, 3), "n": (2,)}, use_sequence_length=True, draw=LENGTHS),
    op("SequenceReverse", {"x": (4, 3, 2)}),
    op("SequenceReverse", {"x": (4, 3, 2), "n": (3,)}, use_sequence_length=True, draw=LENGTHS),
    op(
        "SequenceReverse",
        {"x": (4, 3), "n": (3,)},
        use_sequence_length=True,
        draw=LENGTHS,
        dtype="float64",
        numeric=False,
    ),
    op(
        "SequenceReverse",
        {"x": (4, 3), "n": (3,)},
        use_sequence_length=True,
        draw=WHOLE,
        dtypes={"x": "int32", "n": "int32"},
        grad=("x",),
    ),
    op("SequenceReverse", {"x": (4, 3)}, axis=1),
]
