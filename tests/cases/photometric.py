"""Cases of changes of colours that leave nothing to chance; laws of chance are in tests/test_photometric.py.

Colours that are cut to whole numbers are drawn such that results are none, where rounding would decide.
"""

from tests.cases.case import integers, op, uniform

COLOURS = {"draw": {"x": uniform(0, 255)}, "numeric": False}
PIXELS = {"draw": {"x": integers(0, 256)}, "grad": "null"}


def fixed(name, factor, shape=(3, 4, 3), **options):
    """A change by a factor between two equal bounds."""
    return op(f"image.random_{name}", {"x": shape}, min_factor=factor, max_factor=factor, **options)


CASES = [
    *(
        fixed(name, factor, dtype=dtype, **COLOURS)
        for name, factor in (("brightness", 0.7), ("contrast", 1.6), ("saturation", 0.3), ("hue", 0.4))
        for dtype in ("float32", "float64")
    ),
    *(
        fixed(name, factor, dtype=dtype, **PIXELS)
        for name, factor in (("brightness", 1.3), ("contrast", 2.3), ("saturation", 2.1))
        for dtype in ("uint8", "int8", "int32", "int64")
    ),
    *(fixed(name, factor, (2, 3, 1), **COLOURS) for name, factor in (("brightness", 0), ("contrast", 0.5))),
    fixed("saturation", 0.5, (2, 3, 1), **COLOURS),
    fixed("brightness", 0.7, is_train=False, grad="null", variant="inference", draw=COLOURS["draw"]),
    *(fixed("hue", factor, **COLOURS) for factor in (0, 0.99, 2.3)),
    fixed("contrast", -0.5),
    fixed("brightness", 0.5, (2, 3, 4, 3)),
    fixed("hue", 0.5, (3, 4, 2)),
    *(
        op("image.adjust_lighting", {"x": (3, 4, 3)}, alpha=(0.1, -0.5, 2), dtype=d, **COLOURS)
        for d in ("float32", "float64")
    ),
    *(
        op("image.adjust_lighting", {"x": (3, 4, 3)}, alpha=(0.9, -0.5, 2), dtype=d, **PIXELS)
        for d in ("uint8", "int32")
    ),
    op("image.adjust_lighting", {"x": (3, 4, 3)}, alpha=(0.1, 0.2, 0.3, 0.4), **COLOURS),
    op("image.adjust_lighting", {"x": (3, 4, 3)}, alpha=(0.1, 0.2)),
    op("image.adjust_lighting", {"x": (4, 3)}, alpha=(0.1, 0.2, 0.3)),
    op("image.random_lighting", {"x": (3, 4, 3)}, alpha_std=0, **COLOURS),
    op("image.random_lighting", {"x": (3, 4, 2)}, alpha_std=0),
    op("image.random_color_jitter", {"x": (3, 4)}, brightness=0, contrast=0, saturation=0, hue=0),
]
