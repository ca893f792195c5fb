"""Cases of batch normalization."""

from tests.cases.case import op

IMAGE, ROWS = {"data": (4, 3, 2, 2)}, {"data": (6, 3)}
VISIBLE = {"output_mean_var": True}

CASES = [
    op("BatchNorm", IMAGE),
    op("BatchNorm", IMAGE, fix_gamma=False),
    op("BatchNorm", IMAGE, fix_gamma=False, is_train=False, grad="null", variant="inference"),
    op("BatchNorm", IMAGE, is_train=False, grad="null", variant="inference"),
    op("BatchNorm", IMAGE, fix_gamma=False, use_global_stats=True),
    op("BatchNorm", IMAGE, use_global_stats=True, **VISIBLE, numeric=False),
    op("BatchNorm", IMAGE, fix_gamma=False, **VISIBLE, numeric=False),
    op("BatchNorm", IMAGE, fix_gamma=False, **VISIBLE, is_train=False, grad="null", variant="inference"),
    op("BatchNorm", IMAGE, eps=0.1, momentum=0.5, fix_gamma=False),
    op("BatchNorm", IMAGE, axis=-1, fix_gamma=False),
    op("BatchNorm", IMAGE, axis=2, fix_gamma=False),
    op("BatchNorm", IMAGE, axis=0, fix_gamma=False),
    op("BatchNorm", ROWS, fix_gamma=False),
    op("BatchNorm", {"data": (3, 2, 4)}, fix_gamma=False),
    op("BatchNorm", {"data": (2, 2, 2, 2, 3)}, fix_gamma=False),
    op("BatchNorm", IMAGE, fix_gamma=False, dtype="float64"),
    op("BatchNorm", IMAGE, fix_gamma=False, **VISIBLE, dtype="float16", rtol=1e-2, atol=1e-2, numeric=False),
    op("BatchNorm_v1", IMAGE),
    op("BatchNorm_v1", IMAGE, fix_gamma=False, eps=0.1, momentum=0.5),
    op("BatchNorm_v1", ROWS, fix_gamma=False, **VISIBLE, numeric=False),
    op("BatchNorm_v1", IMAGE, fix_gamma=False, use_global_stats=True, **VISIBLE, numeric=False),
    op("BatchNorm_v1", IMAGE, fix_gamma=False, is_train=False, grad="null", variant="inference"),
    op("contrib.SyncBatchNorm", IMAGE, key="a"),
    op("contrib.SyncBatchNorm", IMAGE, key="b", fix_gamma=False, eps=0.1, momentum=0.5),
    op("contrib.SyncBatchNorm", ROWS, key="c", fix_gamma=False, **VISIBLE, numeric=False),
    op("contrib.SyncBatchNorm", IMAGE, key="d", fix_gamma=False, is_train=False, grad="null", variant="inference"),
    op("contrib.BatchNormWithReLU", IMAGE, numeric=False),
    op("contrib.BatchNormWithReLU", IMAGE, fix_gamma=False, numeric=False),
    op("contrib.BatchNormWithReLU", IMAGE, fix_gamma=False, eps=0.1, momentum=0.5, axis=1, numeric=False),
    op("contrib.BatchNormWithReLU", IMAGE, fix_gamma=False, **VISIBLE, numeric=False),
    op("contrib.BatchNormWithReLU", IMAGE, fix_gamma=False, use_global_stats=True, numeric=False),
    op("contrib.BatchNormWithReLU", IMAGE, **VISIBLE, is_train=False, grad="null", variant="inference"),
    op("contrib.SyncBatchNorm", IMAGE, key="e", ndev=1, use_global_stats=True, fix_gamma=False),
    op("contrib.SyncBatchNorm", IMAGE, key="f", ndev=1, use_global_stats=True, momentum=0.5),
    op("contrib.SyncBatchNorm", {"data": (3, 2, 2)}, key="g", momentum=0.0),
    op("BatchNorm_v1", IMAGE, momentum=0.0),
    op("BatchNorm_v1", ROWS, use_global_stats=True, is_train=False, grad="null"),
]
