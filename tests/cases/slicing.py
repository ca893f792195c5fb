"""Cases of operators that cut out or overwrite a box."""

from tests.cases.case import integers, op

WHOLE = {"x": integers(-9, 9)}

CASES = [
    op("slice", {"x": (5, 6)}, begin=1, end=3),
    op("slice", {"x": (5, 6)}, begin=(1, None), end=(None, 3)),
    op("slice", {"x": (5, 6)}, begin=(-3, 0), end=(-1, 10)),
    op("slice", {"x": (5, 6)}, begin=(None,), end=(None,), step=(-1,)),
    op("slice", {"x": (5, 6)}, begin=(4, 0), end=(0, 6), step=(-2, 3)),
    op("slice", {"x": (5, 6)}, begin=(9,), end=(-9,), step=(-3,)),
    op("slice", {"x": (5, 6, 2)}, begin=(-9, None), end=(3, None), step=(None, 2)),
    op("slice", {"x": (5, 6)}, begin=(), end=()),
    op("slice", {"x": (5, 6)}, begin=(1, 2, 3), end=(2, 3, 4)),
    op("slice", {"x": (5, 6)}, begin=(1,), end=(3, 4)),
    op("slice", {"x": (5, 6)}, begin=(1,), end=(3,), step=(0,)),
    op("crop", {"x": (5, 6)}, begin=(1, 1), end=(3, 4), dtype="int32", draw=WHOLE, grad=("x",)),
    op("slice_axis", {"x": (5, 6)}, axis=0, begin=1, end=3),
    op("slice_axis", {"x": (5, 6)}, axis=-1, begin=-3, end=None),
    op("slice_axis", {"x": (5, 6)}, axis=1, begin=1, end=-2, dtype="float64"),
    op("slice_axis", {"x": (5, 6)}, axis=1, begin=0, end=9),
    op("slice_axis", {"x": (5, 6)}, axis=1, begin=3, end=3),
    op("slice_axis", {"x": (5, 6)}, axis=2, begin=0, end=2),
    op("slice_like", {"x": (5, 6), "y": (3, 4)}),
    op("slice_like", {"x": (5, 6), "y": (3, 9)}, axes=(0,)),
    op("slice_like", {"x": (5, 6), "y": (9, 4)}, axes=(-1,)),
    op("slice_like", {"x": (5, 6, 2), "y": (3, 4)}, axes=(0, 1), dtypes={"x": "float64", "y": "int32"}),
    op("slice_like", {"x": (5, 6), "y": (3, 9)}),
    op("slice_like", {"x": (5, 6), "y": (3,)}),
    op("_internal._slice_assign", {"x": (5, 6), "y": (2, 6)}, begin=1, end=3, grad="null"),
    op("_internal._slice_assign", {"x": (5, 6), "y": (2, 2)}, begin=(4, 0), end=(0, 6), step=(-2, 3), grad="null"),
    op("_internal._slice_assign", {"x": (5, 6), "y": (5, 2)}, begin=(None, 4), end=(None, None), grad="null"),
    op("_internal._slice_assign", {"x": (5, 6), "y": (2, 5)}, begin=1, end=3, grad="null"),
    op("_internal._slice_assign_scalar", {"x": (5, 6)}, begin=1, end=3, grad="null"),
    op(
        "_internal._slice_assign_scalar", {"x": (5, 6)}, scalar=-2.5, begin=(1, 0), end=(4, 6), step=(2, 3), grad="null"
    ),
    op(
        "_internal._slice_assign_scalar",
        {"x": (5, 6)},
        scalar=2.7,
        begin=1,
        end=3,
        grad="null",
        dtype="int32",
        draw=WHOLE,
    ),
    op("Crop", {"x": (1, 2, 5, 6), "y": (1, 1, 3, 4)}),
    op("Crop", {"x": (1, 2, 5, 6), "y": (1, 1, 3, 4)}, offset=(1, 2)),
    op("Crop", {"x": (1, 2, 5, 6), "y": (1, 1, 2, 3)}, center_crop=True),
    op("Crop", {"x": (1, 2, 5, 6)}, num_args=1, h_w=(2, 3), offset=(3, 3)),
    op("Crop", {"x": (1, 2, 5, 6)}, num_args=1, h_w=(2, 3), center_crop=True),
    op("Crop", {"x": (1, 2, 5, 6)}, num_args=1),
    op("Crop", {"x": (1, 2, 5, 6), "y": (1, 1, 3, 4)}, offset=(3, 0)),
    op("Crop", {"x": (1, 2, 5, 6), "y": (3, 4)}),
]
