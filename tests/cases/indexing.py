"""Cases of operators that pick elements or rows by their number."""

from tests.cases.case import Case, integers, literal, op, uniform

OUTSIDE = {"i": uniform(-7, 7)}
INSIDE = {"i": uniform(0, 3)}
WORDS = {"i": uniform(-2, 7)}


def one_hot(dtype, **attributes):
    """One-hot vectors of another dtype than the default; attribute and field of a case have the same name."""
    return Case(
        f"one_hot/dtype={dtype}",
        lambda mx: mx.sym.one_hot(mx.sym.Variable("i"), depth=3, dtype=dtype, name="op", **attributes),
        {"i": (2, 4)},
        draw={"i": uniform(-2, 5)},
    )


def embedding(dtype, **settings):
    """A lookup in a table of another dtype than the default."""
    return Case(
        f"Embedding/dtype={dtype}",
        lambda mx: mx.sym.Embedding(mx.sym.Variable("i"), input_dim=5, output_dim=3, dtype=dtype, name="op"),
        {"i": (2, 3)},
        draw=WORDS,
        grad=("op_weight",),
        **settings,
    )


CASES = [
    op("take", {"x": (5, 3), "i": (2, 4)}, draw=OUTSIDE),
    op("take", {"x": (5, 3), "i": (2, 4)}, draw=OUTSIDE, mode="clip", axis=1),
    op("take", {"x": (5, 3), "i": (7,)}, draw=OUTSIDE, mode="wrap"),
    op("take", {"x": (5, 3, 2), "i": (2, 4)}, draw=OUTSIDE, mode="wrap", axis=-2),
    op("take", {"x": (5, 3), "i": (2, 4)}, draw=INSIDE, mode="raise"),
    op("take", {"x": (3, 2), "i": (2,)}, draw={"i": literal([0, -1])}, mode="raise"),
    op("take", {"x": (5,), "i": (1,)}, draw=INSIDE),
    op("take", {"x": (5, 3), "i": (4,)}, draw=INSIDE, dtypes={"i": "int32"}, variant="int32"),
    op("take", {"x": (5, 3), "i": (4,)}, draw=INSIDE, dtypes={"x": "float64", "i": "int64"}, variant="float64,int64"),
    op("take", {"x": (5, 3), "i": (4,)}, draw={"x": integers(-9, 9), **INSIDE}, dtype="int32", grad=("x",)),
    op("take", {"x": (5, 3), "i": (2, 4)}, draw=OUTSIDE, axis=2),
    op("batch_take", {"x": (4, 3), "i": (4,)}, dtypes={"i": "int32"}, draw=OUTSIDE, grad="null"),
    op("batch_take", {"x": (4, 3), "i": (4, 1)}, dtypes={"i": "int32"}, draw=OUTSIDE, grad="null"),
    op("batch_take", {"x": (1, 3), "i": (1,)}, dtypes={"x": "float64", "i": "int32"}, draw=OUTSIDE, grad="null"),
    op("batch_take", {"x": (4, 3), "i": (3,)}, dtypes={"i": "int32"}, draw=OUTSIDE, grad="null"),
    op("batch_take", {"x": (4, 3), "i": (4,)}, dtypes={"i": "int32"}, draw=OUTSIDE, variant="gradient"),
    op("pick", {"x": (5, 3), "i": (5,)}, draw=OUTSIDE),
    op("pick", {"x": (5, 3), "i": (5, 1)}, draw=OUTSIDE),
    op("pick", {"x": (5, 3), "i": (3,)}, draw=OUTSIDE, axis=0, mode="wrap"),
    op("pick", {"x": (5, 3), "i": (5, 1)}, draw=OUTSIDE, keepdims=True, mode="wrap"),
    op("pick", {"x": (5, 3), "i": (3,)}, draw=OUTSIDE, axis=-2, keepdims=True),
    op("pick", {"x": (2, 5, 3), "i": (2, 3)}, draw=OUTSIDE, axis=1),
    op("pick", {"x": (5,), "i": (1,)}, draw=OUTSIDE),
    op("pick", {"x": (5, 3), "i": (5,)}, draw=OUTSIDE, dtypes={"i": "int32"}, variant="int32"),
    op("choose_element_0index", {"x": (5, 3), "i": (5,)}, draw=OUTSIDE),
    op("pick", {"x": (5, 3), "i": (4,)}, draw=OUTSIDE),
    op("pick", {"x": (5, 3), "i": (1,)}, draw=OUTSIDE, axis=None),
    op("one_hot", {"i": (2, 4)}, depth=3, draw={"i": uniform(-2, 5)}),
    op(
        "one_hot",
        {"i": (4,)},
        depth=3,
        draw={"i": literal([0, float("nan"), 2, float("-inf")])},
        label="not finite",
        numeric=False,
    ),
    op("one_hot", {"i": (3,)}, depth=4, on_value=5.5, off_value=-2.5, draw=INSIDE),
    op("one_hot", {"i": (3,)}, depth=2, draw=INSIDE, dtypes={"i": "int32"}, variant="int32"),
    op("one_hot", {"i": (3,)}, depth=-1, draw=INSIDE),
    one_hot("float16"),
    one_hot("float64", on_value=0.1),
    one_hot("int32", on_value=5.7, off_value=-2.5),
    one_hot("int64"),
    one_hot("int8", off_value=3),
    one_hot("uint8"),
    op("Embedding", {"i": (2, 3)}, input_dim=5, output_dim=3, draw=WORDS, grad=("op_weight",)),
    op("Embedding", {"i": (4,)}, input_dim=3, output_dim=1, draw=WORDS, grad=("op_weight",), dtypes={"i": "int32"}),
    op("Embedding", {"i": (4,), "w": (5, 2)}, input_dim=5, output_dim=2, draw=WORDS, grad=("w",), dtype="float64"),
    op("Embedding", {"i": (2, 3)}, input_dim=5, output_dim=3, draw=WORDS, grad=("op_weight",), sparse_grad=False),
    embedding("float64"),
    embedding("float16"),
    op("contrib.SparseEmbedding", {"i": (2, 3)}, input_dim=5, output_dim=3, draw=WORDS, grad="null"),
    op(
        "contrib.SparseEmbedding",
        {"i": (4,), "w": (5, 2)},
        input_dim=5,
        output_dim=2,
        draw=WORDS,
        grad="null",
        dtype="float64",
    ),
    op(
        "contrib.SparseEmbedding",
        {"i": (4,)},
        input_dim=3,
        output_dim=1,
        draw=WORDS,
        grad="null",
        dtypes={"i": "int32"},
    ),
    op("contrib.SparseEmbedding", {"i": (2, 3), "w": (5, 2)}, input_dim=5, output_dim=3, grad="null"),
]
