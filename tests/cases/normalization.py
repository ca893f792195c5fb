"""Cases of normalization within an example."""

from tests.cases.case import op

CUBE, IMAGE = {"data": (2, 4, 3)}, {"data": (2, 4, 3, 2)}
VISIBLE = {"output_mean_var": True}

CASES = [
    op("LayerNorm", CUBE),
    op("LayerNorm", CUBE, axis=1),
    op("LayerNorm", CUBE, axis=0, eps=0.1),
    op("LayerNorm", CUBE, **VISIBLE, numeric=False),
    op("LayerNorm", CUBE, axis=-2, **VISIBLE, numeric=False),
    op("LayerNorm", {"data": (2, 5)}, dtype="float64"),
    op("LayerNorm", {"data": (2, 5)}, dtype="float16", rtol=2e-2, atol=2e-2),
    op("GroupNorm", CUBE),
    op("GroupNorm", CUBE, num_groups=2),
    op("GroupNorm", IMAGE, num_groups=4, eps=0.1),
    op("GroupNorm", IMAGE, num_groups=2, **VISIBLE, numeric=False),
    op("GroupNorm", CUBE, num_groups=2, dtype="float64"),
    op("InstanceNorm", CUBE),
    op("InstanceNorm", IMAGE, eps=0.1),
    op("InstanceNorm", {"data": (2, 3, 4, 2, 2)}),
    op("L2Normalization", {"data": (2, 3)}),
    op("L2Normalization", IMAGE),
    op("L2Normalization", IMAGE, mode="channel"),
    op("L2Normalization", IMAGE, mode="spatial"),
    op("L2Normalization", CUBE, mode="channel", eps=0.5),
    op("L2Normalization", CUBE, mode="spatial", dtype="float64"),
    op("L2Normalization", CUBE, dtype="float16", rtol=1e-2, atol=1e-2),
    op("LRN", {"data": (2, 6, 2, 2)}, nsize=3),
    op("LRN", {"data": (2, 6, 2, 2)}, nsize=5, alpha=1.0, beta=0.5, knorm=1.0),
    op("LRN", {"data": (2, 6, 2, 2)}, nsize=1, alpha=0.5),
    op("LRN", {"data": (2, 3, 2, 2)}, nsize=9, alpha=0.5),
    op("LRN", {"data": (2, 6, 2, 2)}, nsize=2, alpha=0.5),
    op("LRN", {"data": (2, 6, 2, 2)}, nsize=4, alpha=2.0, beta=0.5, knorm=1.0),
    op("GroupNorm", CUBE, num_groups=2, dtype="float16", rtol=1e-2, atol=1e-2),
    op("InstanceNorm", {"data": (2, 4)}, numeric=False),
]
