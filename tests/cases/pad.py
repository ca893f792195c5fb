"""Cases of padding."""

from tests.cases.case import op

CASES = [
    op("Pad", {"x": (1, 2, 3, 3)}, mode="constant", pad_width=(0, 0, 0, 0, 1, 1, 2, 0)),
    op("Pad", {"x": (1, 2, 3, 3)}, mode="constant", pad_width=(0, 0, 0, 0, 1, 0, 0, 3), constant_value=-2.5),
    op("Pad", {"x": (1, 2, 3, 3)}, mode="edge", pad_width=(0, 0, 0, 0, 4, 1, 2, 0)),
    op("Pad", {"x": (2, 1, 3, 3)}, mode="reflect", pad_width=(0, 0, 0, 0, 1, 2, 2, 0)),
    op("Pad", {"x": (1, 1, 2, 3, 3)}, mode="constant", pad_width=(0, 0, 0, 0, 1, 1, 2, 2, 0, 1), constant_value=3),
    op("Pad", {"x": (1, 1, 2, 3, 3)}, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 2, 2, 0, 1)),
    op("pad", {"x": (1, 1, 2, 3, 3)}, mode="reflect", pad_width=(0, 0, 0, 0, 1, 1, 2, 2, 0, 1), dtype="float64"),
    op("pad", {"x": (1, 1, 2, 2)}, mode="edge", pad_width=(0, 0, 0, 0, 2, 1, 0, 3), dtype="float16"),
    op("Pad", {"x": (1, 1, 3, 3)}, mode="reflect", pad_width=(0, 0, 0, 0, 3, 1, 2, 0)),
    op("Pad", {"x": (1, 1, 3, 3)}, mode="constant", pad_width=(0, 0, 0, 0, 1, 1)),
]
