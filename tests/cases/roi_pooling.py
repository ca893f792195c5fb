"""Cases of pooling regions over whole pixels."""

import numpy as np

from tests.cases.case import distinct, integers, literal, op, regions

DATA = (2, 3, 6, 7)


def pooling(name, data, scale, rois=4, **options):
    draw = regions(data[0], data[2] / scale, data[3] / scale)
    settings = {"draw": {"rois": draw}, "grad": ("data",), "spatial_scale": scale}
    return op(name, {"data": data, "rois": (rois, 5)}, **{**settings, **options})


def maximum(data=DATA, scale=0.5, **options):
    return pooling("ROIPooling", data, scale, **{"pooled_size": (2, 3), **options})


def average(channels, scale=0.5, **options):
    return pooling("contrib.PSROIPooling", (2, channels, 6, 7), scale, **options)


TIES = {"data": integers(0, 3), "rois": regions(2, 12, 14)}
GAPS = {"data": distinct, "rois": regions(2, 12, 14)}
SPECIAL = np.array([1, "nan", 3, 2, "nan", "nan", "nan", "nan", "-inf"]).astype(float)
BEFORE = {"rois": literal([[0, -2, 1, -1, 3], [1, 1, -2, 3, -1]])}

CASES = [
    maximum(),
    maximum(pooled_size=(7, 5), rois=2),
    maximum(pooled_size=(1, 1), scale=1.0, dtype="float64"),
    maximum((1, 2, 9, 8), pooled_size=(4, 2), scale=0.0625, rois=3),
    maximum(rois=1, grad="write", numeric=False),
    maximum(draw=TIES, label="ties", numeric=False),
    maximum(draw=GAPS, dtype="float16"),
    maximum(
        (1, 1, 3, 3),
        rois=3,
        scale=1.0,
        label="nan",
        draw={"data": literal(SPECIAL), "rois": literal([[0, 0, 0, 2, 2], [0, 2, 2, 0, 0], [0, 5, 5, 9, 9]])},
        numeric=False,
    ),
    maximum(pooled_size=(2, 0)),
    maximum(pooled_size=(2, 2, 2)),
    op("ROIPooling", {"data": DATA, "rois": (4, 6)}, pooled_size=(2, 2), spatial_scale=0.5),
    op("ROIPooling", {"data": (3, 6, 7), "rois": (4, 5)}, pooled_size=(2, 2), spatial_scale=0.5),
    op("ROIPooling", {"data": DATA, "rois": (4, 5)}, pooled_size=(2, 2), spatial_scale=1.5),
    maximum(dtype="int32", grad="null"),
    average(12, output_dim=3, pooled_size=2),
    average(8, output_dim=2, pooled_size=3, group_size=2),
    average(9, output_dim=1, pooled_size=3, scale=0.25, dtype="float64"),
    average(3, output_dim=3, pooled_size=4, group_size=1, scale=1.0),
    average(13, output_dim=3, pooled_size=2, rois=1, grad="write", numeric=False),
    average(4, output_dim=1, pooled_size=2, dtype="float16"),
    average(1, output_dim=1, pooled_size=2, group_size=1, scale=0.3, dtype="float64", label="single_precision_scale"),
    average(9, output_dim=1, pooled_size=3, scale=1.0, rois=2, label="rounded_twice", draw=BEFORE),
    average(9, output_dim=1, pooled_size=3, scale=1.0, rois=2, label="rounded_twice", draw=BEFORE, dtype="float64"),
    op("contrib.PSROIPooling", {"data": DATA, "rois": (4, 4)}, output_dim=3, pooled_size=1, spatial_scale=0.5),
    average(4, output_dim=1, pooled_size=2, dtype="int32", grad="null"),
]
