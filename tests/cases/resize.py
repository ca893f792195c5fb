"""Cases of adaptive pooling and of bilinear resizing."""

from tests.cases.case import op

IMAGE = {"data": (2, 3, 5, 6)}
ODD = {"data": (1, 2, 5, 7)}
POOL, RESIZE = "contrib.AdaptiveAvgPooling2D", "contrib.BilinearResize2D"

CASES = [
    op(POOL, IMAGE),
    op(POOL, IMAGE, output_size=3),
    op(POOL, IMAGE, output_size=(2,)),
    op(POOL, IMAGE, output_size=(2, 4)),
    op(POOL, IMAGE, output_size=(7, 9)),
    op(POOL, IMAGE, output_size=(5, 6), dtype="float64"),
    op(POOL, IMAGE, output_size=(3, 1), dtype="float16"),
    op(POOL, {"data": (2, 3, 5)}),
    op(POOL, IMAGE, dtype="int32", grad="null"),
    op(RESIZE, IMAGE),
    op(RESIZE, IMAGE, height=3, width=9),
    op(RESIZE, IMAGE, height=5, width=6),
    op(RESIZE, IMAGE, height=8, width=2, align_corners=False),
    op(RESIZE, IMAGE, height=1, width=3, align_corners=False, dtype="float64"),
    op(RESIZE, IMAGE, scale_height=0.5, scale_width=1.5),
    op(RESIZE, {"data": (1, 1, 10, 10)}, scale_height=0.7, scale_width=0.3, align_corners=False),
    op(RESIZE, {"data": (1, 1, 1, 3)}, height=2, width=6, dtype="float16"),
    op(RESIZE, IMAGE, mode="odd_scale", scale_height=2, scale_width=0.5),
    op(RESIZE, ODD, mode="odd_scale", scale_height=0.5, scale_width=1.5, align_corners=False),
    op(RESIZE, ODD, mode="to_even_down"),
    op(RESIZE, ODD, mode="to_even_up", align_corners=False),
    op(RESIZE, IMAGE, mode="to_odd_down"),
    op(RESIZE, IMAGE, mode="to_odd_up"),
    op(RESIZE, {**IMAGE, "like": (2, 3, 7, 8)}, mode="like"),
    op(RESIZE, {**IMAGE, "like": (3, 4, 8, 9)}, mode="like", align_corners=False, dtype="float64", grad=("data",)),
    op(RESIZE, {"data": (1, 2, 1, 3)}, mode="to_even_down", grad="null"),
    op(RESIZE, IMAGE, mode="odd_scale"),
    op(RESIZE, IMAGE, scale_height=0.5),
    op(RESIZE, IMAGE, height=0, width=2),
    op(RESIZE, {**IMAGE, "like": (7, 8)}, mode="like"),
    op(RESIZE, {"data": (2, 3, 5)}),
    op(RESIZE, IMAGE, height=2, width=2, dtype="uint8", grad="null"),
]
