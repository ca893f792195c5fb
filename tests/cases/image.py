"""Cases of operators on images that move pixels or scale them."""

from tests.cases.case import integers, op, uniform

PIXELS = {"x": integers(0, 256)}
FLOATS = ("float32", "float64", "float16")
INTEGERS = ("uint8", "int8", "int32", "int64")

CASES = [
    *(op("image.to_tensor", {"x": (2, 3, 3)}, draw=PIXELS, dtype=dtype, numeric=False) for dtype in FLOATS + INTEGERS),
    op("image.to_tensor", {"x": (2, 3, 4, 1)}, draw=PIXELS, dtype="uint8"),
    op("image.to_tensor", {"x": (2, 2, 1, 5)}, draw=PIXELS, numeric=False),
    op("image.to_tensor", {"x": (2, 3)}),
    op("image.to_tensor", {"x": (2, 3, 3)}, dtype="bool", grad="null"),
    *(
        op("image.normalize", {"x": (3, 2, 3)}, mean=(100, 50.5, 0), std=(1.5, 2, 0.7), draw=PIXELS, dtype=dtype)
        for dtype in FLOATS + INTEGERS
    ),
    op("image.normalize", {"x": (2, 3, 2, 1)}, mean=(1, 2, 3), std=(4, 5, 6)),
    op("image.normalize", {"x": (3, 2, 1)}, mean=0.5, std=(4, 5, 6)),
    op("image.normalize", {"x": (1, 2, 3)}, mean=(0.5,), std=(0.1,), dtype="float64"),
    op("image.normalize", {"x": (3, 2, 3)}, mean=(1, 2, 3)),
    op("image.normalize", {"x": (3, 2, 3)}),
    op("image.normalize", {"x": (3, 2, 3)}, mean=(1, 2), std=(1,)),
    op("image.normalize", {"x": (2, 3, 3)}, mean=(1,), std=(1,)),
    op("image.normalize", {"x": (2, 3)}, mean=(1,), std=(1,)),
    op("image.crop", {"x": (4, 5, 3)}, x=1, y=2, width=3, height=2),
    op("image.crop", {"x": (2, 4, 5, 1)}, x=0, y=1, width=1, height=3),
    op("image.crop", {"x": (4, 5, 3)}, x=0, y=0, width=5, height=4, dtype="float64"),
    *(op("image.crop", {"x": (2, 3, 1)}, x=2, y=0, width=1, height=2, draw=PIXELS, dtype=d) for d in INTEGERS),
    op("image.crop", {"x": (4, 5, 3)}, x=3, y=0, width=3, height=2),
    op("image.crop", {"x": (4, 5, 3)}, x=0, y=3, width=3, height=2),
    op("image.crop", {"x": (4, 5, 3)}, x=0, y=0, width=0, height=2),
    op("image.crop", {"x": (4, 5, 2)}, x=0, y=0, width=1, height=2),
    op("image.crop", {"x": (4, 5)}, x=0, y=0, width=1, height=2),
    *(
        op(f"image.{flip}", {"x": shape}, draw={"x": uniform(0, 255)}, dtype=dtype, numeric=False)
        for flip, shape in (("flip_left_right", (3, 4, 3)), ("flip_top_bottom", (4, 3, 1)))
        for dtype in ("float32", "float64", "uint8", "int32")
    ),
    op("image.flip_left_right", {"x": (2, 2, 4, 3)}),
    op("image.flip_top_bottom", {"x": (2, 3, 2)}),
    op("image.random_flip_left_right", {"x": (3, 3)}),
    op("image.random_flip_top_bottom", {"x": (3, 3, 4)}),
]
