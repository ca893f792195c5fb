"""Cases of enlarging images."""

from tests.cases.case import op

ONE = {"data": (2, 3, 2, 3)}

CASES = [
    op("UpSampling", ONE, scale=2, sample_type="nearest", num_args=1),
    op("UpSampling", ONE, scale=3, sample_type="nearest", num_args=1, dtype="float64"),
    op("UpSampling", ONE, scale=1, sample_type="nearest", num_args=1),
    op("UpSampling", {"a": (1, 2, 4, 4), "b": (1, 3, 2, 2)}, scale=2, sample_type="nearest", num_args=2),
    op(
        "UpSampling",
        {"a": (1, 2, 2, 2), "b": (1, 2, 1, 1), "c": (1, 2, 4, 4)},
        scale=2,
        sample_type="nearest",
        multi_input_mode="sum",
        num_args=3,
    ),
    op("UpSampling", {"a": (1, 2, 4, 4), "b": (1, 3, 2, 4)}, scale=2, sample_type="nearest", num_args=2),
    op("UpSampling", ONE, scale=2, sample_type="bilinear", num_filter=3, num_args=1),
    op("UpSampling", ONE, scale=3, sample_type="bilinear", num_filter=3, num_args=1),
    op(
        "UpSampling",
        {"data": (1, 2, 2, 3), "w": (2, 1, 4, 4)},
        scale=2,
        sample_type="bilinear",
        num_filter=2,
        num_args=2,
    ),
]
