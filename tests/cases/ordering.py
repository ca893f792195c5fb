"""Cases of sorting, largest elements and counting."""

from tests.cases.case import Case, distinct, integers, literal, op

UNIQUE = {"x": distinct}
TIES = {"x": literal([[3, 1, 2, 3], [1, 5, 5, 0]])}
WHOLE = {"x": integers(0, 5)}


def ordered(name, dtype, **attributes):
    """An ordering whose indices have another dtype than the default; attribute and field of a case share the name."""
    return Case(
        f"{name}/dtype={dtype}",
        lambda mx: getattr(mx.sym, name)(mx.sym.Variable("x"), dtype=dtype, name="op", **attributes),
        {"x": (3, 4)},
        draw=UNIQUE,
    )


CASES = [
    op("topk", {"x": (3, 4)}, draw=UNIQUE, numeric=False),
    *(
        op("topk", {"x": (2, 4)}, k=2, ret_typ=t, draw=TIES, numeric=False)
        for t in ("value", "indices", "mask", "both")
    ),
    *(op("topk", {"x": (3, 4)}, k=2, ret_typ=t, draw=UNIQUE, is_ascend=True) for t in ("value", "mask")),
    op("topk", {"x": (2, 4)}, k=3, ret_typ="both", draw=TIES, is_ascend=True, numeric=False),
    op("topk", {"x": (3, 4)}, k=5, ret_typ="both", draw=UNIQUE, axis=None),
    op("topk", {"x": (3, 4)}, k=5, ret_typ="mask", draw=UNIQUE, axis=None),
    op("topk", {"x": (3, 4, 2)}, k=2, ret_typ="value", draw=UNIQUE, axis=0),
    op("topk", {"x": (3, 4, 2)}, k=3, ret_typ="mask", draw=UNIQUE, axis=-2, dtype="float64"),
    op("topk", {"x": (3, 4)}, k=0, ret_typ="both", draw=UNIQUE),
    op("topk", {"x": (3, 4)}, k=-1, ret_typ="mask", draw=UNIQUE),
    op("topk", {"x": (2, 4)}, k=2, ret_typ="value", draw=TIES, dtype="int32", grad=("x",)),
    op("topk", {"x": (2, 4)}, k=2, ret_typ="both", draw=TIES, dtype="float16"),
    op("topk", {"x": (3, 4)}, k=5, draw=UNIQUE),
    op("topk", {"x": (3, 4)}, axis=2, draw=UNIQUE),
    *(ordered("topk", t, k=2, ret_typ="both") for t in ("float16", "float64", "int32", "int64", "uint8")),
    op("sort", {"x": (2, 4)}, draw=TIES, axis=-1, numeric=False),
    op("sort", {"x": (3, 4)}, draw=UNIQUE, axis=0, is_ascend=False),
    op("sort", {"x": (3, 4)}, draw=UNIQUE, axis=None),
    op("sort", {"x": (2, 4)}, draw=TIES, axis=1, is_ascend=False, dtype="float64", numeric=False),
    op("sort", {"x": (2, 4)}, draw=TIES, dtype="int32", grad="null"),
    op("sort", {"x": (2, 4)}, draw=TIES, grad="null"),
    op("argsort", {"x": (2, 4)}, draw=TIES, numeric=False),
    op("argsort", {"x": (2, 4)}, draw=TIES, is_ascend=False, numeric=False),
    op("argsort", {"x": (3, 4)}, draw=UNIQUE, axis=0, dtype="float64"),
    op("argsort", {"x": (3, 4)}, draw=UNIQUE, axis=None, is_ascend=False),
    *(ordered("argsort", t, axis=1) for t in ("float16", "float64", "int32", "int64", "uint8")),
    op("_internal._histogram", {"x": (3, 4)}, bin_cnt=4, range=(-1, 1), grad="null"),
    op("_internal._histogram", {"x": (2, 4)}, bin_cnt=4, range=(0, 4), draw=TIES, grad="null"),
    op("_internal._histogram", {"x": (2, 4)}, bin_cnt=3, range=(0, 4), draw=WHOLE, dtype="int32", grad="null"),
    op("_internal._histogram", {"x": (3, 4), "b": (4,)}, draw={"b": literal([-1, 0, 0.5, 2])}, grad="null"),
    op("_internal._histogram", {"x": (2, 4), "b": (4,)}, draw={**TIES, "b": literal([0, 1, 3, 5])}, grad="null"),
    op("_internal._histogram", {"x": (3, 4)}, bin_cnt=4, range=(-1, 1), variant="gradient"),
    op("_internal._histogram", {"x": (3, 4)}, bin_cnt=4, grad="null"),
]
