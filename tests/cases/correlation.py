"""Cases of the correlation of feature maps."""

from tests.cases.case import integers, op


def pair(*shape):
    return {"data1": shape, "data2": shape}


CASES = [
    op("Correlation", pair(2, 3, 5, 6)),
    op("Correlation", pair(1, 2, 5, 6), pad_size=2, max_displacement=2, is_multiply=False),
    op("Correlation", pair(1, 2, 6, 5), kernel_size=3, pad_size=2, max_displacement=2, stride2=2),
    op("Correlation", pair(1, 2, 7, 6), kernel_size=3, pad_size=3, max_displacement=2, stride1=2, stride2=1),
    op("Correlation", pair(1, 1, 6, 7), pad_size=3, max_displacement=3, stride1=3, stride2=2, dtype="float64"),
    op("Correlation", pair(1, 2, 4, 4), max_displacement=0, kernel_size=3, is_multiply=False, dtype="float64"),
    op("Correlation", pair(1, 2, 4, 4), pad_size=1, dtype="float16"),
    op("Correlation", pair(1, 2, 6, 7), stride2=3, max_displacement=2),
    op(
        "Correlation",
        pair(1, 2, 3, 4),
        "ties",
        pad_size=1,
        is_multiply=False,
        draw={"data1": integers(0, 2), "data2": integers(0, 2)},
        numeric=False,
    ),
    op("Correlation", pair(1, 2, 4, 5), kernel_size=2),
    op("Correlation", pair(1, 2, 4, 5), max_displacement=3),
    op("Correlation", pair(1, 2, 5)),
    op("Correlation", pair(1, 2, 4, 5), dtype="int32", grad="null"),
]
