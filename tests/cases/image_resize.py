"""Cases of resizing images. MXNet has no gradient unless the size stays."""

from tests.cases.case import integers, op

PIXELS = {"draw": {"x": integers(0, 256)}, "grad": "null"}

CASES = [
    *(
        op("image.resize", {"x": shape}, size=size, interp=interp, dtype=dtype, **PIXELS)
        for interp in range(6)
        for shape, size in (((5, 7, 3), (4, 3)), ((4, 3, 1), (7, 9)), ((6, 4, 3), (2, 3)), ((3, 6, 1), (4, 5)))
        for dtype in ("float32", "uint8")
    ),
    *(op("image.resize", {"x": (5, 4, 3)}, size=(6, 3), interp=i, dtype="float64", **PIXELS) for i in range(6)),
    op("image.resize", {"x": (4, 5, 3)}, size=3, **PIXELS),
    # 40 / 52 of the pixels: in binary fractions, 52 / 40 and 1 / (40 / 52) are not the same.
    op("image.resize", {"x": (52, 3, 1)}, size=(3, 40), interp=0, dtype="uint8", **PIXELS),
    op("image.resize", {"x": (4, 7, 3)}, size=3, keep_ratio=True, **PIXELS),
    op("image.resize", {"x": (7, 4, 2)}, size=(3,), keep_ratio=True, dtype="uint8", **PIXELS),
    op("image.resize", {"x": (2, 5, 4, 2)}, size=(3, 2), keep_ratio=True, **PIXELS),
    op("image.resize", {"x": (2, 5, 4, 1)}, size=8, dtype="uint8", **PIXELS),
    op("image.resize", {"x": (3, 4, 3)}, size=(4, 3), variant="same_size"),
    op("image.resize", {"x": (4, 5, 3)}, size=(4, 3, 2), grad="null"),
    op("image.resize", {"x": (4, 5, 3)}, size=(4, 0), grad="null"),
    op("image.resize", {"x": (4, 5, 3)}, grad="null"),
    op("image.resize", {"x": (4, 5, 3)}, size=3, interp=6, grad="null"),
    op("image.resize", {"x": (4, 5)}, size=3, grad="null"),
    op("image.resize", {"x": (4, 5, 3)}, size=3, dtype="bool", grad="null"),
]
