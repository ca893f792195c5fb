"""Cases of element types: operators that move, choose or make elements do so with elements of any type."""

from tests.cases.case import distinct, integers, op

TYPES = ("float64", "float16", "int32", "int64", "int8", "uint8")
SHUFFLED = {"draw": {"x": integers(0, 100)}}

MOVES = [
    ("SwapAxis", {"x": (2, 3, 2)}, {"dim1": 0, "dim2": -1}),
    ("transpose", {"x": (2, 3)}, {}),
    ("reverse", {"x": (2, 3)}, {"axis": (0, 1)}),
    ("tile", {"x": (2, 1)}, {"reps": (1, 2)}),
    ("repeat", {"x": (2, 2)}, {"repeats": 2, "axis": 1}),
    ("diag", {"x": (2, 3)}, {"k": 1}),
    ("depth_to_space", {"x": (1, 4, 1, 2)}, {"block_size": 2}),
    ("expand_dims", {"x": (2, 3)}, {"axis": -2}),
    ("squeeze", {"x": (2, 1, 3)}, {"axis": 1}),
    ("Flatten", {"x": (2, 2, 2)}, {}),
    ("slice", {"x": (4, 3)}, {"begin": (3, None), "end": (0, 2), "step": (-2, 1)}),
    ("slice_axis", {"x": (4, 3)}, {"axis": 0, "begin": -3, "end": None}),
    ("broadcast_to", {"x": (2, 1)}, {"shape": (0, 3)}),
    ("broadcast_axis", {"x": (1, 2)}, {"axis": 0, "size": 2}),
    ("SliceChannel", {"x": (2, 4)}, {"num_outputs": 2}),
    ("contrib.index_array", {"x": (2, 2)}, {}),
]
NUMBERS = {"i": integers(0, 3)}
CHOICES = [
    ("pick", {"x": (2, 3), "i": (2,)}, {"axis": 1}),
    ("take", {"x": (3, 2), "i": (2, 2)}, {"mode": "wrap"}),
    ("slice_like", {"x": (3, 4), "i": (2, 2)}, {}),
    ("where", {"i": (2, 3), "x": (2, 3), "y": (2, 3)}, {}),
]
CASES = [op(name, shapes, dtype=dtype, **SHUFFLED, **attrs) for name, shapes, attrs in MOVES for dtype in TYPES]
CASES += [
    op(name, shapes, dtype=dtype, dtypes={"i": "int32"}, draw={"x": integers(0, 100), **NUMBERS}, grad=("x",), **attrs)
    for name, shapes, attrs in CHOICES
    for dtype in TYPES
]
for _index in TYPES:
    _chosen = {"dtypes": {"i": _index}, "draw": NUMBERS, "grad": ("x",), "variant": _index}
    CASES += [
        op("pick", {"x": (2, 3), "i": (2,)}, keepdims=True, **_chosen),
        op("take", {"x": (3, 2), "i": (2, 2)}, **_chosen),
        op("gather_nd", {"x": (3, 2), "i": (1, 2)}, **_chosen),
        op("one_hot", {"i": (3,)}, depth=3, on_value=2, off_value=-1, dtype=_index, draw=NUMBERS, grad="null"),
    ]
for _data in ("float64", "float16", "int32", "int64"):
    CASES += [
        op(
            "gather_nd", {"x": (3, 2), "i": (2, 2)}, dtype=_data, draw={"x": distinct, "i": integers(0, 2)}, grad=("x",)
        ),
        op(
            "batch_take",
            {"x": (2, 3), "i": (2,)},
            dtype=_data,
            dtypes={"i": "int32"},
            draw={"x": distinct, **NUMBERS},
            grad="null",
        ),
    ]
