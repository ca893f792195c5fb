"""Cases of pooling regions by bilinear samples."""

import numpy as np

from tests.cases.case import literal, op, regions

DATA = (2, 3, 6, 7)
ROTATED = [[0, 6, 5, 8, 4, 30], [1, 3, 9, 5, 7, -75], [1, 12, 2, 9, 9, 0], [0, 7, 6, 3, 10, 200]]


def align(data=DATA, rois=4, scale=0.5, **options):
    draw = regions(data[0], data[2] / (scale or 1), data[3] / (scale or 1))
    settings = {"draw": {"rois": draw}, "grad": ("data",), "pooled_size": (2, 3), "spatial_scale": scale}
    return op("contrib.ROIAlign", {"data": data, "rois": (rois, 5)}, **{**settings, **options})


def rotated(data=DATA, **options):
    settings = {"draw": {"rois": literal(ROTATED)}, "grad": "null", "pooled_size": (2, 3), "spatial_scale": 0.5}
    return op("contrib.RROIAlign", {"data": data, "rois": (4, 6)}, **{**settings, **options})


EDGES = np.array([[0, -0.5, t - 0.5, 0.5, t + 0.5] for t in (-1.25, -1, -0.5, 0, 1.75, 2, 2.5, 3, 3.25)])

CASES = [
    align(),
    align(sample_ratio=2),
    align(sample_ratio=3, pooled_size=(3, 1), scale=0.25, dtype="float64"),
    align(sample_ratio=0, aligned=True),
    align(aligned=True, sample_ratio=2, pooled_size=(4, 4), scale=1.0),
    align((1, 12, 5, 4), position_sensitive=True),
    align((2, 8, 5, 6), position_sensitive=True, pooled_size=(2, 2), sample_ratio=2, aligned=True, dtype="float64"),
    align(rois=1, grad="write", numeric=False),
    align(dtype="float16", sample_ratio=2, atol=1e-2),
    align((1, 2, 3, 3), rois=3, draw={"rois": literal([[0, 1, 1, 1, 1], [0, 0, 0, 2, 2], [0, 2, 2, 0, 0]])}),
    align((1, 1, 3, 1), rois=9, scale=1.0, sample_ratio=1, pooled_size=(1, 1), draw={"rois": literal(EDGES)}),
    align(scale=0.0),
    align((1, 13, 5, 4), position_sensitive=True),
    align(pooled_size=(0, 2)),
    align(pooled_size=2),
    op("contrib.ROIAlign", {"data": DATA, "rois": (4, 4)}, pooled_size=(2, 2), spatial_scale=0.5),
    op("contrib.ROIAlign", {"data": DATA, "rois": (4, 5)}, pooled_size=(2, 2), spatial_scale=1.5),
    align(dtype="int32", grad="null"),
    rotated(),
    rotated(sampling_ratio=2),
    rotated(sampling_ratio=1, pooled_size=(4, 1), spatial_scale=1.0),
    rotated((2, 1, 9, 4), sampling_ratio=0, spatial_scale=0.25, dtype="float64"),
    rotated(dtype="float16", atol=2e-2),
    op("contrib.RROIAlign", {"data": DATA, "rois": (4, 5)}, pooled_size=(2, 2), spatial_scale=0.5),
]
