"""Cases of running sums."""

from typing import Any

from tests.cases.case import Case, literal, op, uniform

NAN, INF = float("nan"), float("inf")
WHOLE = {"a": literal([[1, 2, 2], [-3, -4, 1]])}
FRACTIONS = {"a": literal([0.6, 1.6, -1.6, 2.5])}
HUNDREDS = {"a": literal([100, 100, 100])}
TRUTH = {"a": literal([[1, 0], [0, 1]])}


def into(output: str, **options: Any) -> Case:
    """A case whose output has a dtype of its own."""

    def build(mx: Any) -> Any:
        return mx.sym.cumsum(mx.sym.Variable("a"), dtype=output, name="op")

    given = options.get("dtype", "float32")
    return Case(f"cumsum/{given} into {output}", build, {"a": (4,)}, draw=FRACTIONS, **options)


CASES = [
    op("cumsum", {"a": (2, 3)}),
    op("cumsum", {"a": (2, 3)}, axis=None),
    op("cumsum", {"a": (2, 3, 4)}, axis=0),
    op("cumsum", {"a": (2, 3, 4)}, axis=1, dtype="float64"),
    op("cumsum", {"a": (2, 3, 4)}, axis=2),
    op("cumsum", {"a": (5,)}, axis=0),
    op("cumsum", {"a": (2, 3)}, axis=-1),
    op("cumsum", {"a": (2, 3)}, axis=2),
    op("cumsum", {"a": (2, 3)}, axis=0, dtype="float16"),
    op("cumsum", {"a": (200,)}, dtype="float16", draw={"a": uniform(0, 0.1)}),
    op("cumsum", {"a": (2, 3)}, axis=1, dtype="int32", draw=WHOLE, grad=("a",)),
    op("cumsum", {"a": (3,)}, label="wraps", dtype="int8", draw=HUNDREDS),
    op("cumsum", {"a": (3,)}, label="wraps", dtype="uint8", draw=HUNDREDS),
    op("cumsum", {"a": (2, 2)}, label="counts", dtype="bool", draw=TRUTH, grad="null"),
    op("cumsum", {"a": (5,)}, label="special", draw={"a": literal([1, INF, 2, -INF, NAN])}, numeric=False),
    into("float64"),
    into("float32", dtype="float16"),
    into("int32", numeric=False),
    into("int8", numeric=False),
    into("int64", dtype="int32", grad=("a",)),
    into("uint8"),
]
