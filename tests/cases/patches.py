"""Cases of windows as columns."""

from tests.cases.case import op

CASES = [
    op("im2col", {"x": (1, 2, 5, 6)}, kernel=(3, 2)),
    op("im2col", {"x": (2, 2, 5, 6)}, kernel=(3, 2), stride=(2, 1), dilate=(1, 2), pad=(1, 0)),
    op("im2col", {"x": (1, 1, 4, 4)}, kernel=(2, 2), stride=(2, 2), pad=(1, 1), dtype="float64"),
    op("im2col", {"x": (1, 2, 3, 2, 2)}, kernel=(2, 1, 2)),
    op("im2col", {"x": (1, 2, 5, 6)}, kernel=(9, 2)),
    op("im2col", {"x": (2, 5, 6)}, kernel=(3, 2)),
    op("col2im", {"x": (1, 12, 15)}, output_size=(5, 6), kernel=(3, 2)),
    op("col2im", {"x": (2, 8, 9)}, output_size=(4, 5), kernel=(2, 2), stride=(2, 2), pad=(1, 1)),
    op("col2im", {"x": (1, 4, 9)}, output_size=(5, 5), kernel=(2, 2), dilate=(2, 2), dtype="float64"),
    op("col2im", {"x": (1, 12, 20)}, output_size=(5, 6), kernel=(3, 2)),
    op("col2im", {"x": (1, 13, 15)}, output_size=(5, 6), kernel=(3, 2)),
]
