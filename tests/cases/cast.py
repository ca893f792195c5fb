"""Cases of conversions between dtypes."""

from tests.cases.case import Case, literal

NAN = float("nan")
FRACTIONS = {"data": literal([1.7, -1.7, 0, 2.5, 100.9, -0.3])}
WHOLE = {"data": literal([300, -5, 2, 0, 1, 127])}
BEYOND = {"data": literal([NAN, float("inf"), -float("inf"), 3e9, -1e20, 1000])}
BITS = {"data": literal([1, 0, 0, 1, 1, 0])}


def cast(name, source, target, draw, shape=(6,), label="", **settings):
    """A conversion from `source` to `target`, with its gradient."""

    def build(mx):
        return getattr(mx.sym, name)(mx.sym.Variable("data"), dtype=target, name="op")

    settings.setdefault("grad", ("data",))
    case = f"{name}/{source}->{target}{label and ':' + label}"
    return Case(case, build, {"data": shape}, dtype=source, draw=draw, **settings)


def _through_integers(mx):
    x = mx.sym.Variable("x")
    return mx.sym.Cast(mx.sym.Cast(x * 3, dtype="int32", name="down") + 1, dtype="float32", name="up") * x


def _multicast(mx):
    narrow, wide = mx.sym.Variable("a"), mx.sym.Variable("b")
    return mx.sym.amp_multicast(narrow, wide, num_outputs=2, name="op")


CASES = []
for _target in ("float16", "float32", "float64", "int32", "int64", "int8", "uint8", "bool"):
    CASES.append(cast("Cast", "float32", _target, FRACTIONS, numeric=False))
    CASES.append(cast("Cast", "int32", _target, WHOLE))
for _target in ("int32", "int64", "int8", "uint8"):
    CASES += [
        cast("Cast", _source, _target, BEYOND, label="beyond", numeric=False) for _source in ("float32", "float64")
    ]
for _source in ("float16", "float64", "int8", "uint8", "int64"):
    CASES.append(cast("Cast", _source, "float32", BITS, numeric=False))
    CASES.append(cast("Cast", _source, "int32", BITS, numeric=False))
CASES += [
    cast("cast", "bool", "float32", BITS),
    cast("cast", "float16", "bool", FRACTIONS, shape=(2, 3)),
    Case("Cast/through_integers", _through_integers, {"x": (2, 3)}, numeric=False),
    cast("amp_cast", "float32", "float16", FRACTIONS, shape=(2, 3), numeric=False),
    cast("amp_cast", "float16", "float32", FRACTIONS),
    cast("amp_cast", "float16", "float64", FRACTIONS),
    cast("amp_cast", "float32", "float32", FRACTIONS, numeric=False),
    cast("amp_cast", "float32", "int32", BITS, numeric=False),
    cast("amp_cast", "int32", "float16", WHOLE),
]
