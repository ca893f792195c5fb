"""Cases of operators and functions that draw random numbers: names, JSON, shapes, dtypes, zero gradients and refusals.

Their values are tested in tests/test_random.py.
"""

from tests.cases.case import Case, op, uniform

DISTRIBUTIONS = {
    "uniform": ({"low": -1.5, "high": 2}, ("low", "high")),
    "normal": ({"loc": 1, "scale": 0.5}, ("mu", "sigma")),
    "gamma": ({"alpha": 0.5, "beta": 3}, ("alpha", "beta")),
    "exponential": ({"lam": 2.5}, ("lam",)),
    "poisson": ({"lam": 4}, ("lam",)),
    "negative_binomial": ({"k": 3, "p": 0.4}, ("k", "p")),
    "generalized_negative_binomial": ({"mu": 2, "alpha": 0.3}, ("mu", "alpha")),
    "randint": ({"low": -3, "high": 7}, ()),
}
"""Parameters as numbers, and their names as tensors."""

CONTRADICTING = {
    "uniform": {"low": 3, "high": 1},
    "normal": {"scale": 0},
    "gamma": {"alpha": 0},
    "exponential": {"lam": 0},
    "poisson": {"lam": -1},
    "negative_binomial": {"k": -1},
    "generalized_negative_binomial": {"alpha": -0.5},
    "randint": {"low": 5, "high": 4},
}
"""Parameters that no distribution has."""


def drawn(function, label, /, *args, **options):
    """A function of ``mx.sym`` that draws numbers, on numbers; dots reach sub-namespaces."""

    def build(mx):
        return resolve(mx, function)(*args, **options)

    return Case(f"{function}/{label}", build, random=True)


def added(function, label, dtype, /, *args, **options):
    """Random numbers added to a variable of shape (2, 3), from which what is open about their shape is inferred."""

    def build(mx):
        return mx.sym.Variable("x") + resolve(mx, function)(*args, **options)

    return Case(f"{function}/{label}", build, {"x": (2, 3)}, dtype, random=True)


def resolve(mx, name):
    function = mx.sym
    for part in name.split("."):
        function = getattr(function, part)
    return function


def per_element(function, label, /, shapes, dtypes="float32", **options):
    """A function of ``mx.sym`` that draws numbers, on variables."""

    def build(mx):
        return resolve(mx, function)(*[mx.sym.Variable(name) for name in shapes], **options)

    return Case(
        f"{function}/{label}",
        build,
        shapes,
        dtypes=dict.fromkeys(shapes, dtypes),
        draw=dict.fromkeys(shapes, uniform(0.2, 0.8)),
        random=True,
    )


CASES = []
for _name, (_numbers, _tensors) in DISTRIBUTIONS.items():
    _whole = _name == "randint"
    _own, _other = ("int32", "int64") if _whole else ("float32", "float64")
    CASES += [
        drawn(f"_internal._random_{_name}", "shape", name="op", shape=(2, 3), **_numbers),
        drawn(f"_internal._random_{_name}", "dtype", name="op", shape=(4,), dtype=_other, **_numbers),
        added(f"_internal._random_{_name}", "open_axis", _own, name="op", shape=(0, 3), **_numbers),
        added(f"_internal._random_{_name}", "open", _own, **_numbers),
        drawn(f"_internal._random_{_name}", "never_known", **_numbers),
        drawn(f"random_{_name}", "whole_shape", shape=3, **_numbers),
        drawn(f"random_{_name}", "contradicting", shape=3, **CONTRADICTING[_name]),
        drawn(f"random_{_name}", "wrong_dtype", shape=3, dtype="float32" if _whole else "int32", **_numbers),
        drawn(f"random.{_name}", "positional", *range(1, 1 + len(_numbers)), (2, 3)),
        drawn(f"random.{_name}", "named", *range(1, 1 + len(_numbers)), shape=(2, 1), dtype=_other, name="mine"),
        added(f"random.{_name}", "empty_shape", _own, *range(1, 1 + len(_numbers)), shape=()),
    ]
    if _whole:
        continue
    _one, _two = dict.fromkeys(_tensors, (3,)), dict.fromkeys(_tensors, (2, 3))
    CASES += [
        drawn(f"random.{_name}", "defaults", shape=(2,)),
        drawn(f"random.{_name}", "half", shape=(2, 2), dtype="float16"),
        *(
            op(f"random.{_name}_like", {"data": (2, 3)}, dtype=_dtype, random=True, **_numbers)
            for _dtype in ("float32", "float64", "float16", "int32")
        ),
        added(f"random.{_name}_like", "composed", _own, **_numbers),
        per_element(f"sample_{_name}", "one_each", _one),
        per_element(f"sample_{_name}", "several", _two, shape=(4, 1), dtype="float64"),
        per_element(f"sample_{_name}", "whole_shape", _one, shape=2, dtype="float16"),
        per_element(f"sample_{_name}", "double", _two, "float64"),
        per_element(f"sample_{_name}", "integers", _two, "int32"),
        per_element(f"sample_{_name}", "bool", _two, "bool"),
        per_element(f"sample_{_name}", "no_numbers", _one, shape=(2, 0)),
        per_element(f"random.{_name}", "symbols", _two, shape=(2,)),
        per_element(f"_internal._sample_{_name}", "internal", _one),
    ]


def meeting(label, shape, x):
    """Parameters whose shape follows from where the numbers are used."""

    def build(mx):
        return mx.sym.Variable("x") + mx.sym.sample_uniform(
            mx.sym.Variable("a", dtype="float64"), mx.sym.Variable("b"), shape=shape
        )

    return Case(f"sample_uniform/{label}", build, {"x": x}, random=True)


def chosen(label, shape, data, **options):
    """Categories, with the logarithms of their probabilities."""
    settings = {key: options.pop(key) for key in ("dtype_of_data",) if key in options}
    return Case(
        f"multinomial/{label}",
        lambda mx: mx.sym.random.multinomial(mx.sym.Variable("data"), shape=shape, **options),
        {"data": data},
        dtypes={"data": settings.get("dtype_of_data", "float32")},
        draw={"data": uniform(0.1, 0.9)},
        grad="null" if options.get("get_prob", True) else "write",
        random=True,
    )


def zipfian(mx):
    return mx.sym.Group(list(mx.sym.contrib.rand_zipfian(mx.sym.Variable("true"), 4, 5)))


CASES += [
    meeting("outer_inferred", (3,), (2, 3)),
    meeting("all_inferred", (), (2, 3)),
    meeting("wrong_end", (2, 1), (2, 3)),
    drawn("uniform", "top", shape=(2,)),
    drawn("normal", "top", 2, 0.5, (2, 2)),
    drawn("contrib.uniform", "same", 2, 3, shape=(2,)),
    drawn("random.randn", "lengths", 2, 3),
    drawn("random.randn", "keywords", 2, loc=5, scale=2, dtype="float16", name="mine"),
    drawn("random.randn", "nothing"),
    drawn("random.exponential", "scale", scale=4, shape=(2,)),
    drawn("random.uniform", "context", shape=(2,), ctx="cpu(0)"),
    drawn("random.randint", "wide", -(2**40), 2**40, shape=(3,), dtype="int64"),
    drawn("random.randint", "fraction", 1.5, 3, shape=(3,)),
    drawn("random.uniform", "truth", True, 3, shape=(3,)),
    drawn("random.uniform", "unknown_attribute", shape=(3,), scale=3),
    chosen("matrix", 4, (2, 3)),
    chosen("one_each", (), (2, 3)),
    chosen("vector", (), (3,)),
    chosen("vector_shape", (4, 2), (3,)),
    chosen("many_axes", (4, 2), (2, 1, 3)),
    chosen("half", 2, (2, 3), dtype_of_data="float16", dtype="float16"),
    chosen("double", 2, (2, 3), dtype_of_data="float64", dtype="uint8"),
    chosen("without_probabilities", 4, (2, 3), get_prob=False, dtype="float32"),
    chosen("integers", 2, (2, 3), dtype_of_data="int32"),
    chosen("wrong_dtype", 2, (2, 3), dtype="int64"),
    op("sample_multinomial", {"data": (2, 3)}, draw={"data": uniform(0.1, 0.9)}, random=True),
    op("shuffle", {"data": (3, 2)}, grad="null", random=True),
    op("shuffle", {"data": (4,)}, grad="null", random=True, dtype="int32"),
    op("random.shuffle", {"data": (2, 3, 4)}, grad="null", random=True, dtype="float16"),
    op("shuffle", {"data": (3, 2)}, random=True, variant="gradient"),
    drawn("_internal._sample_unique_zipfian", "matrix", range_max=10, shape=(2, 5), name="op"),
    drawn("_internal._sample_unique_zipfian", "all", range_max=3, shape=(1, 3)),
    drawn("_internal._sample_unique_zipfian", "too_many", range_max=3, shape=(1, 4)),
    drawn("_internal._sample_unique_zipfian", "vector", range_max=9, shape=(4,)),
    Case("contrib.rand_zipfian/graph", zipfian, {"true": (3,)}, draw={"true": uniform(0, 4)}, grad="null", random=True),
]
