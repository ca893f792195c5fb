"""Cases of convolution and its transpose."""

from tests.cases.case import op

IMAGE = {"data": (2, 4, 7, 6)}

CASES = [
    op("Convolution", {"data": (2, 3, 8)}, kernel=(3,), num_filter=4),
    op("Convolution", {"data": (2, 3, 8)}, kernel=(3,), stride=(2,), pad=(1,), num_filter=2, layout="NCW"),
    op("Convolution", IMAGE, kernel=(3, 3), num_filter=4),
    op("Convolution", IMAGE, kernel=(3, 2), stride=(2, 1), pad=(1, 0), num_filter=3, no_bias=True),
    op("Convolution", IMAGE, kernel=(3, 3), dilate=(2, 2), pad=(2, 1), num_filter=2),
    op("Convolution", IMAGE, kernel=(3, 3), num_filter=6, num_group=2, pad=(1, 1)),
    op("Convolution", IMAGE, kernel=(3, 3), num_filter=4, num_group=4, stride=(2, 2), no_bias=True),
    op("Convolution", IMAGE, kernel=(1, 1), num_filter=3),
    op("Convolution", IMAGE, kernel=(1, 1), stride=(2, 2), num_filter=3, no_bias=True),
    op("Convolution", IMAGE, kernel=(7, 6), num_filter=2, layout="NCHW"),
    op("Convolution", IMAGE, kernel=(3, 3), num_filter=2, dtype="float64"),
    op("Convolution", {"data": (1, 2, 4, 5, 4)}, kernel=(2, 3, 2), stride=(1, 2, 1), pad=(0, 1, 1), num_filter=3),
    op("Convolution", {"data": (1, 4, 3, 3, 3)}, kernel=(2, 2, 2), num_filter=2, num_group=2, layout="NCDHW"),
    # Data shorter than the kernel beside kernel = stride = 2 once ended the process, inside of XLA.
    op("Convolution", {"data": (2, 2, 4, 5)}, kernel=(2, 3), stride=(2, 2), pad=(1, 0), num_filter=2),
    op("Convolution", {"data": (2, 2, 4, 1)}, kernel=(2, 3), stride=(2, 3), pad=(1, 2), num_filter=2),
    op("Convolution", {"data": (1, 2, 2, 6, 2)}, kernel=(3, 2, 1), stride=(1, 2, 1), pad=(1, 1, 0), num_filter=2),
    op("Convolution_v1", IMAGE, kernel=(3, 3), num_filter=4, pad=(1, 1)),
    op("Convolution_v1", IMAGE, kernel=(3, 2), num_filter=4, num_group=2, no_bias=True, stride=(2, 2)),
    op("Convolution_v1", IMAGE, kernel=(2, 2), num_filter=2, dilate=(2, 1)),
    op("Deconvolution", {"data": (2, 3, 5)}, kernel=(3,), num_filter=4),
    op("Deconvolution", {"data": (2, 3, 5)}, kernel=(4,), stride=(2,), pad=(1,), num_filter=2, no_bias=False),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 3), num_filter=3),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 2), num_filter=2, no_bias=False, stride=(2, 1), pad=(1, 0)),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=6, num_group=2),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 3), stride=(2, 2), adj=(1, 1), num_filter=4, num_group=4),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 3), dilate=(2, 2), pad=(1, 2), num_filter=2),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(1, 1), pad=(1, 1), num_filter=2),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 3), num_filter=2, dtype="float64"),
    op("Deconvolution", {"data": (1, 2, 3, 2, 3)}, kernel=(2, 3, 2), stride=(2, 1, 1), num_filter=3),
    op("Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 3), num_filter=2, target_shape=(6, 4)),
    op(
        "Deconvolution",
        {"data": (2, 4, 4, 3)},
        kernel=(3, 3),
        stride=(3, 2),
        pad=(1, 0),
        adj=(2, 1),
        num_filter=2,
        no_bias=False,
    ),
    op(
        "Deconvolution", {"data": (2, 4, 4, 3)}, kernel=(3, 3), stride=(2, 2), adj=(0, 1), num_filter=2, dtype="float64"
    ),
    op("Deconvolution", {"data": (2, 3, 5)}, kernel=(3,), stride=(3,), adj=(2,), num_filter=2, layout="NCW"),
    op("Convolution_v1", IMAGE, kernel=(3, 3), num_filter=2, pad=(2, 1), dilate=(2, 2), layout="NCHW"),
    op("Convolution_v1", IMAGE, kernel=(3, 3), num_filter=2, pad=(2, 1), stride=(1, 2), layout="NCHW"),
    op(
        "Convolution_v1",
        IMAGE,
        kernel=(1, 1),
        num_filter=4,
        num_group=4,
        workspace=64,
        cudnn_tune="off",
        cudnn_off=True,
    ),
    op("Convolution_v1", IMAGE, kernel=(3, 3), num_filter=2, dtype="float64"),
    op("Deconvolution", {"data": (2, 2, 3, 2)}, kernel=(2, 3), stride=(2, 1), pad=(1, 0), num_filter=2),
    op("Deconvolution", {"data": (2, 2, 1, 4)}, kernel=(2, 2), stride=(1, 2), pad=(0, 1), num_filter=2),
    op("Deconvolution", {"data": (2, 2, 3, 3)}, kernel=(2, 4), stride=(2, 2), pad=(1, 3), num_filter=2),
]
