"""Cases of deformable convolution and deformable pooling of regions."""

import numpy as np

from tests.cases.case import literal, op, regions, uniform

CONV, MODULATED = "contrib.DeformableConvolution", "contrib.ModulatedDeformableConvolution"
IMAGE, OFFSET, MASK = (2, 4, 6, 7), (2, 18, 4, 5), (2, 9, 4, 5)
SMALL = {"data": (1, 2, 3, 4), "offset": (1, 2, 3, 4)}
DILATED = {"kernel": (3, 2), "stride": (2, 1), "dilate": (1, 2), "pad": (1, 2), "num_filter": 2}


def conv(inputs, **options):
    return op(CONV, inputs, **{"kernel": (3, 3), "num_filter": 4, **options})


def modulated(inputs, **options):
    settings = {"kernel": (3, 3), "num_filter": 4, "grad": "null", "draw": {"mask": uniform(0, 1)}}
    return op(MODULATED, inputs, **{**settings, **options})


def pool(channels, trans=None, **options):
    data = (2, channels, 6, 7)
    inputs = {"data": data, "rois": (3, 5), **({} if trans is None else {"trans": trans})}
    settings = {
        "spatial_scale": 0.5,
        "draw": {"rois": regions(2, 12, 14)},
        "grad": tuple(n for n in inputs if n != "rois"),
    }
    return op("contrib.DeformablePSROIPooling", inputs, **{**settings, **options})


EDGES = np.zeros((2, 3, 4))
EDGES[:, 0] = [[-1, -0.5, 0, 0.5], [0, 0, 0.25, 0]]
EDGES[:, 1] = [[0.5, 1, 1.5, 1.99], [-1, 2.5, 1, -0.5]]
EDGES[:, 2] = [[0, 0.5, 1, -2], [3.5, 2, 1, 0]]
ZEROS = {"offset": literal(np.zeros(OFFSET))}

CASES = [
    conv({"data": IMAGE, "offset": OFFSET}),
    conv({"data": IMAGE, "offset": (2, 36, 4, 5)}, num_deformable_group=2, num_group=2, no_bias=True, dtype="float64"),
    conv({"data": IMAGE, "offset": (2, 12, 3, 9)}, **DILATED),
    conv({"data": IMAGE, "offset": OFFSET}, layout="NCHW", num_filter=1, is_train=False),
    conv({"data": IMAGE, "offset": OFFSET}, label="undeformed", draw=ZEROS, numeric=False),
    conv(SMALL, kernel=(1, 1), label="edges", draw={"offset": literal(EDGES)}, numeric=False),
    conv({"data": IMAGE, "offset": (2, 16, 4, 5)}),
    conv({"data": IMAGE, "offset": (2, 18, 4, 4)}),
    conv({"data": (2, 4, 7), "offset": (2, 6, 5)}, kernel=(3,)),
    conv({"data": IMAGE, "offset": OFFSET}, num_group=3, num_filter=3),
    conv({"data": IMAGE, "offset": (2, 54, 4, 5)}, num_deformable_group=3),
    conv({"data": IMAGE, "offset": OFFSET}, stride=(0, 1)),
    conv({"data": IMAGE, "offset": OFFSET}, layout="NCW"),
    conv({"data": IMAGE, "offset": OFFSET}, dtype="int32", grad="null"),
    modulated({"data": IMAGE, "offset": OFFSET, "mask": MASK}),
    modulated(
        {"data": IMAGE, "offset": (2, 36, 4, 5), "mask": (2, 18, 4, 5)},
        num_deformable_group=2,
        num_group=2,
        no_bias=True,
        im2col_step=1,
        dtype="float64",
    ),
    modulated({"data": IMAGE, "offset": (2, 12, 3, 9), "mask": (2, 6, 3, 9)}, **DILATED),
    modulated({**SMALL, "mask": (1, 1, 3, 4)}, kernel=(1, 1), label="edges", draw={"offset": literal(EDGES)}),
    modulated({"data": IMAGE, "offset": OFFSET, "mask": (2, 8, 4, 5)}),
    pool(12, (3, 2, 2, 2), output_dim=3, group_size=2, pooled_size=2, trans_std=0.1),
    pool(4, (3, 4, 3, 3), output_dim=4, group_size=1, pooled_size=2, part_size=3, sample_per_part=3, trans_std=0.5),
    pool(8, (3, 4, 1, 1), output_dim=2, group_size=2, pooled_size=3, part_size=1, trans_std=1, dtype="float64"),
    pool(9, output_dim=1, group_size=3, pooled_size=3, no_trans=True, sample_per_part=2),
    pool(3, output_dim=3, group_size=1, pooled_size=4, no_trans=True, spatial_scale=0.25, dtype="float64"),
    pool(4, (3, 2, 2, 2), output_dim=1, group_size=2, pooled_size=2, trans_std=0.1, grad="write", numeric=False),
    pool(
        1,
        (3, 2, 2, 2),
        label="at_pixels",
        output_dim=1,
        group_size=1,
        pooled_size=2,
        trans_std=0.1,
        draw={
            "rois": literal([[0, 1, 1, 8, 8], [1, 3, 1, 10, 12], [0, -3, -3, 4, 4]]),
            "trans": literal(np.zeros((3, 2, 2, 2))),
        },
        numeric=False,
    ),
    pool(4, (3, 2, 2), output_dim=1, group_size=2, pooled_size=2, trans_std=0.1),
    pool(4, output_dim=1, group_size=2, pooled_size=2, no_trans=True, trans_std=2),
]
