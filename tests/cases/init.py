"""Cases of operators that make constants."""

from tests.cases.case import Case


def constant(name, label, **attributes):
    """A constant by itself: an operator of ``mx.sym._internal`` and its attributes."""

    def build(mx):
        return getattr(mx.sym._internal, name)(name="op", **attributes)

    return Case(f"{name}/{label}", build)


def added(name, label, x, **attributes):
    """A constant added to a variable, from which what is open about it is inferred."""

    def build(mx):
        return mx.sym.Variable("x") + getattr(mx.sym._internal, name)(name="op", **attributes)

    return Case(f"{name}/{label}", build, {"x": x}, numeric=False)


CASES = []
for _name in ("_zeros", "_ones"):
    CASES += [
        constant(_name, "float32", shape=(2, 3)),
        constant(_name, "whole", shape=2),
        *(
            constant(_name, _dtype, shape=(2, 3), dtype=_dtype)
            for _dtype in ("float16", "float64", "int32", "int64", "int8", "uint8", "bool")
        ),
        added(_name, "open_axis", (2, 3), shape=(0, 3)),
        added(_name, "open_rank", (2, 3), shape=()),
    ]
CASES += [
    constant("_full", "float32", shape=(2,), value=2.5),
    constant("_full", "int32", shape=(2,), value=-2.7, dtype="int32"),
    constant("_full", "bool", shape=(2,), value=0.5, dtype="bool"),
    constant("_full", "float16", shape=(1, 2), value=0.1, dtype="float16"),
    added("_full", "open_axis", (2, 3), shape=(2, 0), value=1.5),
    added("_zeros_without_dtype", "dtype_inferred", (2, 3), shape=(2, 3)),
    added("_zeros_without_dtype", "all_inferred", (2, 3), shape=(0, 3)),
    added("_zeros_without_dtype", "nothing_given", (3,)),
    constant("_arange", "stop", start=0, stop=5),
    constant("_arange", "only_start", start=5),
    constant("_arange", "fractions", start=1, stop=2, step=0.3),
    constant("_arange", "downwards", start=5, stop=1, step=-2, repeat=2),
    constant("_arange", "repeated", start=0, stop=5, repeat=3, dtype="int32"),
    constant("_arange", "truncated_start", start=0.5, stop=5.2, dtype="int32"),
    constant("_arange", "truncated_step", start=0, stop=5, step=0.7, dtype="int64"),
    constant("_arange", "float16", start=0, stop=3, dtype="float16"),
    constant("_arange", "float64", start=0.1, stop=1, step=0.1, dtype="float64"),
    constant("_arange", "uint8", start=-3, stop=3, dtype="uint8"),
    constant("_arange", "int8", start=0, stop=3, step=2, repeat=2, dtype="int8"),
    added("_arange", "inferred_range", (4,), start=2, step=0.1, infer_range=True),
    added("_arange", "inferred_repeated", (4,), start=2, step=-3, repeat=2, infer_range=True),
    constant("_linspace", "float32", start=0, stop=1, num=5),
    constant("_linspace", "open", start=0, stop=1, num=5, endpoint=False),
    constant("_linspace", "one", start=3, stop=4, num=1),
    constant("_linspace", "downwards", start=3, stop=1, num=4, dtype="float64"),
    constant("_linspace", "int32", start=0.5, stop=2.5, num=4, dtype="int32"),
    constant("_linspace", "float16", start=0, stop=10, num=4, dtype="float16"),
    constant("_linspace", "wraps", start=2, stop=-4, num=4, dtype="uint8"),
    constant("_eye", "square", N=3),
    constant("_eye", "above", N=2, M=3, k=1),
    constant("_eye", "below", N=3, M=2, k=-1, dtype="int32"),
    constant("_eye", "outside", N=2, k=5, dtype="float64"),
    constant("_eye", "uint8", N=2, M=4, dtype="uint8"),
]
