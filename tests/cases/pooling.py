"""Cases of pooling."""

from tests.cases.case import distinct, integers, literal, op

LINE, IMAGE, VOLUME = {"data": (2, 3, 8)}, {"data": (2, 3, 6, 7)}, {"data": (1, 2, 4, 5, 4)}
TIES = {"data": integers(0, 3)}
GAPS = {"data": distinct}

CASES = [
    op("Pooling", LINE, kernel=(3,)),
    op("Pooling", LINE, kernel=(3,), stride=(2,), pad=(1,), pool_type="avg", layout="NCW"),
    op("Pooling", {"data": (2, 8, 3)}, kernel=(2,), stride=(2,), pool_type="sum", layout="NWC"),
    op("Pooling", IMAGE, kernel=(2, 2), stride=(2, 2)),
    op("Pooling", IMAGE, kernel=(3, 3), stride=(2, 2), pad=(1, 1)),
    op("Pooling", IMAGE, kernel=(3, 2), stride=(2, 3), pad=(1, 0), pooling_convention="full"),
    op("Pooling", IMAGE, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg"),
    op("Pooling", IMAGE, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg", count_include_pad=False),
    op("Pooling", IMAGE, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg", pooling_convention="full"),
    op(
        "Pooling",
        IMAGE,
        kernel=(3, 2),
        stride=(2, 3),
        pool_type="avg",
        pooling_convention="full",
        count_include_pad=False,
    ),
    op("Pooling", IMAGE, kernel=(2, 3), stride=(1, 2), pad=(1, 0), pool_type="sum"),
    op("Pooling", IMAGE, kernel=(2, 3), stride=(2, 2), pad=(1, 1), pool_type="sum", pooling_convention="full"),
    op("Pooling", IMAGE, kernel=(2, 3), pool_type="lp", p_value=1),
    op("Pooling", IMAGE, kernel=(2, 3), stride=(2, 2), pad=(1, 1), pool_type="lp", p_value=2),
    op("Pooling", IMAGE, kernel=(2, 3), pool_type="lp", p_value=3, rtol=1e-2),
    op(
        "Pooling",
        {"data": (1, 1, 2, 2)},
        kernel=(1, 2),
        pool_type="lp",
        p_value=2,
        draw={"data": literal([0, 0, 3, 4])},
    ),
    op("Pooling", IMAGE, global_pool=True),
    op("Pooling", IMAGE, global_pool=True, kernel=(2, 2), stride=(2, 2), pad=(1, 1), pool_type="avg"),
    op("Pooling", IMAGE, global_pool=True, pool_type="sum"),
    op("Pooling", IMAGE, global_pool=True, pool_type="lp", p_value=2),
    op("Pooling", {"data": (2, 6, 7, 3)}, kernel=(2, 3), stride=(2, 2), pad=(1, 1), layout="NHWC"),
    op("Pooling", {"data": (2, 6, 7, 3)}, kernel=(2, 3), stride=(2, 2), pad=(1, 1), layout="NHWC", pool_type="avg"),
    op("Pooling", {"data": (2, 6, 7, 3)}, global_pool=True, kernel=(1, 1), layout="NHWC"),
    op("Pooling", VOLUME, kernel=(2, 2, 2), stride=(2, 1, 2)),
    op(
        "Pooling", VOLUME, kernel=(2, 3, 2), stride=(2, 1, 2), pad=(1, 1, 0), pool_type="avg", pooling_convention="full"
    ),
    op("Pooling", {"data": (1, 4, 5, 4, 2)}, kernel=(2, 2, 2), pool_type="avg", layout="NDHWC"),
    op("Pooling", IMAGE, kernel=(3, 3), draw=TIES, label="ties", numeric=False),
    op("Pooling", IMAGE, kernel=(2, 3), stride=(2, 2), pad=(1, 1), draw=TIES, label="ties_pad", numeric=False),
    op("Pooling", IMAGE, global_pool=True, draw=TIES, label="ties_global", numeric=False),
    op("Pooling", {"data": (1, 2, 4)}, kernel=(2,), draw={"data": literal([1, "nan", 0, 2] * 2)}, numeric=False),
    op("Pooling", IMAGE, kernel=(3, 2), stride=(2, 2), dtype="float64"),
    op("Pooling", IMAGE, kernel=(3, 2), stride=(2, 2), pool_type="avg", dtype="float64"),
    op("Pooling", IMAGE, kernel=(3, 2), stride=(2, 2), draw=GAPS, dtype="float16"),
    op("Pooling", IMAGE, kernel=(3, 2), stride=(2, 2), pool_type="avg", dtype="float16", rtol=1e-2, atol=1e-2),
    op("Pooling", {"data": (1, 1, 3, 3)}, kernel=(2, 2), pad=(2, 2), pool_type="sum"),
    op("Pooling", {"data": (1, 1, 3, 3)}, kernel=(1, 1), stride=(3, 3), pooling_convention="full", numeric=False),
    op("Pooling", {"data": (1, 1, 3, 3)}, kernel=(1, 1), stride=(3, 3), pooling_convention="full", pool_type="avg"),
    op("Pooling_v1", IMAGE, kernel=(2, 2), stride=(2, 2)),
    op("Pooling_v1", IMAGE, kernel=(3, 3), stride=(2, 2), pad=(1, 1)),
    op("Pooling_v1", IMAGE, kernel=(3, 2), stride=(2, 3), pad=(1, 0), pooling_convention="full"),
    op("Pooling_v1", IMAGE, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg"),
    op("Pooling_v1", IMAGE, kernel=(3, 2), stride=(2, 3), pad=(1, 0), pool_type="avg", pooling_convention="full"),
    op("Pooling_v1", IMAGE, kernel=(2, 3), stride=(2, 2), pad=(1, 1), pool_type="sum", pooling_convention="full"),
    op("Pooling_v1", IMAGE, global_pool=True),
    op("Pooling_v1", IMAGE, global_pool=True, kernel=(2, 2), pool_type="avg"),
    op("Pooling_v1", IMAGE, kernel=(3, 3), draw=TIES, label="ties", numeric=False),
]
