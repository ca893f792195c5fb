"""Cases of layers whose gradient is that of a loss."""

from tests.cases.case import integers, literal, op, uniform

ROWS = {"data": (4, 3), "label": (4,)}
CLASSES = {"label": integers(0, 3)}
PIXELS = {"data": (2, 3, 4), "label": (2, 4)}
OUTSIDE = {"label": literal([0, 3, -1, 7])}
UNREAL = {"label": literal([0, float("nan"), 2, float("inf")])}
FRACTIONS = {"label": literal([0.7, 1.9, -0.5, 1])}


def softmax_output(shapes=ROWS, draw=CLASSES, **options):
    return op("SoftmaxOutput", shapes, draw=draw, numeric=False, **options)


def regression(name):
    return [
        op(name, {"data": (4, 3), "label": (4, 3)}, numeric=False),
        op(name, {"data": (4, 1)}, numeric=False),
        op(name, {"data": (4,), "label": (4, 1)}, numeric=False),
        op(name, {"data": (2, 3, 2)}, grad_scale=2.5, numeric=False),
        op(name, {"data": (4, 3)}, draw={"data": integers(0, 2), "label": integers(0, 2)}, label="ties", numeric=False),
        op(name, {"data": (4, 3)}, dtype="float64", numeric=False),
    ]


CASES = [
    softmax_output(),
    softmax_output(grad_scale=2.5),
    softmax_output(normalization="batch"),
    softmax_output(normalization="valid"),
    softmax_output(use_ignore=True, ignore_label=1),
    softmax_output(use_ignore=True, ignore_label=1, normalization="valid", grad_scale=3.0),
    softmax_output(use_ignore=True, ignore_label=1, normalization="batch"),
    softmax_output(use_ignore=True, normalization="valid", draw={"label": integers(-1, 0)}, label="all_ignored"),
    softmax_output(smooth_alpha=0.3),
    softmax_output(smooth_alpha=0.3, use_ignore=True, ignore_label=0),
    softmax_output(draw=OUTSIDE, label="outside"),
    softmax_output(draw=FRACTIONS, label="fractions"),
    softmax_output(draw=OUTSIDE, label="outside_smooth", smooth_alpha=0.3),
    softmax_output({"data": (4, 3)}, label="inferred_label"),
    softmax_output({"data": (4, 3), "label": (4, 3)}, {"label": uniform(0, 1)}, label="probabilities"),
    softmax_output(
        {"data": (4, 3), "label": (4, 3)},
        {"label": uniform(0, 1)},
        label="probabilities_scaled",
        grad_scale=2.0,
        normalization="batch",
        smooth_alpha=0.2,
    ),
    softmax_output({"data": (2, 3, 4)}, {"label": integers(0, 4)}, label="flat"),
    softmax_output(
        {"data": (2, 3, 4)}, {"label": literal([3, 11, 1, 0, 5, 2])}, label="flat_many_labels", smooth_alpha=0.1
    ),
    softmax_output({"data": (2, 3, 4)}, {"label": integers(0, 4)}, normalization="batch", label="flat_batch"),
    softmax_output(
        {"data": (2, 3, 4)},
        {"label": literal([3, 11, 1, 0, 1, 2])},
        normalization="valid",
        ignore_label=1,
        label="flat_valid",
    ),
    softmax_output({"data": (2, 3, 4)}, {"label": integers(0, 4)}, preserve_shape=True),
    softmax_output({"data": (2, 3, 4)}, {"label": integers(0, 4)}, preserve_shape=True, normalization="batch"),
    softmax_output({"data": (2, 3, 4)}, {"label": integers(0, 4)}, preserve_shape=True, normalization="valid"),
    softmax_output({"data": (2, 3, 4)}, {"label": integers(0, 4)}, preserve_shape=True, smooth_alpha=0.2),
    softmax_output(
        {"data": (2, 3, 4)},
        {"label": integers(0, 4)},
        preserve_shape=True,
        use_ignore=True,
        normalization="valid",
        ignore_label=2,
    ),
    softmax_output(PIXELS, multi_output=True),
    softmax_output(PIXELS, multi_output=True, normalization="batch"),
    softmax_output(PIXELS, multi_output=True, normalization="valid"),
    softmax_output(PIXELS, multi_output=True, use_ignore=True, ignore_label=1),
    softmax_output(PIXELS, multi_output=True, use_ignore=True, ignore_label=1, normalization="valid"),
    softmax_output(PIXELS, multi_output=True, use_ignore=True, ignore_label=1, normalization="batch", grad_scale=2.0),
    softmax_output(PIXELS, multi_output=True, smooth_alpha=0.3),
    softmax_output(PIXELS, multi_output=True, preserve_shape=True),
    softmax_output({"data": (2, 3, 4), "label": (2, 1, 4)}, multi_output=True),
    softmax_output({"data": (2, 3, 4), "label": (2, 3, 4)}, {"label": uniform(0, 1)}, multi_output=True),
    softmax_output({"data": (2, 3, 2, 2)}, multi_output=True),
    softmax_output({"data": (2, 3, 2, 2), "label": (2, 2, 2)}, multi_output=True),
    softmax_output({"data": (4, 3)}, multi_output=True),
    softmax_output(dtype="float64"),
    softmax_output(dtype="float16", rtol=1e-2, atol=1e-2),
    *regression("LinearRegressionOutput"),
    *regression("LogisticRegressionOutput"),
    *regression("MAERegressionOutput"),
    op("MakeLoss", {"data": (2, 3)}, numeric=False),
    op("MakeLoss", {"data": (2, 3)}, grad_scale=2.5, numeric=False),
    op("MakeLoss", {"data": (2, 3)}, normalization="batch", grad_scale=3.0, numeric=False),
    op("MakeLoss", {"data": (2, 3)}, normalization="valid", numeric=False),
    op("MakeLoss", {"data": (2, 3)}, normalization="valid", valid_thresh=0.5, grad_scale=2.0, numeric=False),
    op("MakeLoss", {"data": (2, 3)}, normalization="valid", valid_thresh=100.0, numeric=False),
    op("MakeLoss", {"data": (2, 3)}, dtype="float64", numeric=False),
    op("SVMOutput", ROWS, draw=CLASSES, numeric=False),
    op("SVMOutput", {"data": (4, 3)}, draw=UNREAL, label="labels that are not finite", numeric=False),
    softmax_output({"data": (4, 3)}, UNREAL, label="labels that are not finite"),
    softmax_output({"data": (4, 3)}, UNREAL, label="unreal, valid", use_ignore=True, normalization="valid"),
    op("SVMOutput", ROWS, use_linear=True, draw=CLASSES, numeric=False),
    op("SVMOutput", ROWS, margin=0.5, regularization_coefficient=2.0, draw=CLASSES, numeric=False),
    op("SVMOutput", ROWS, margin=0.5, regularization_coefficient=2.0, use_linear=True, draw=CLASSES, numeric=False),
    op("SVMOutput", ROWS, use_linear=True, draw={"data": integers(-2, 3), **CLASSES}, label="edge", numeric=False),
    op("SVMOutput", {"data": (4, 3)}, draw=CLASSES, dtype="float64", numeric=False),
    op("softmax_cross_entropy", ROWS, draw=CLASSES, grad=("data",)),
    op("softmax_cross_entropy", {"data": (1, 5), "label": (1,)}, draw=CLASSES, grad=("data",)),
    op("softmax_cross_entropy", ROWS, draw=CLASSES, grad=("data",), dtype="float64"),
    op(
        "IdentityAttachKLSparseReg",
        {"data": (4, 3)},
        draw={"data": uniform(0.1, 0.9), "op_moving_avg": uniform(0.1, 0.9)},
        numeric=False,
    ),
    op(
        "IdentityAttachKLSparseReg",
        {"data": (4, 3)},
        penalty=0.1,
        sparseness_target=0.3,
        momentum=0.5,
        draw={"data": uniform(0.1, 0.9), "op_moving_avg": uniform(0.1, 0.9)},
        numeric=False,
    ),
    op(
        "IdentityAttachKLSparseReg",
        {"data": (2, 3)},
        draw={"data": uniform(0.1, 0.9), "op_moving_avg": uniform(0.1, 0.9)},
        is_train=False,
        grad="null",
        variant="inference",
    ),
    *[op("MakeLoss", shape, normalization="batch", numeric=False) for shape in ({"data": (2, 3, 4)}, {"data": (3,)})],
    op("MakeLoss", {"data": (2, 1, 2, 3)}, normalization="valid", numeric=False),
    op("MakeLoss", {"data": (2, 3, 2)}, normalization="batch", dtype="float64", numeric=False),
    softmax_output(out_grad=True, grad="null"),
    softmax_output({"data": (2, 3, 4)}, multi_output=True, out_grad=True, grad="null"),
    softmax_output({"data": (5, 2)}, {"label": integers(0, 2)}, grad_scale=0.5, use_ignore=True, label="ignores_none"),
    op("SVMOutput", {"data": (4, 3)}, draw=CLASSES, dtype="float16", numeric=False),
    softmax_output(normalization="valid", draw={"label": literal([-1, 0, -1, 2])}, label="valid_without_use_ignore"),
    softmax_output(
        {"data": (2, 3, 4)},
        {"label": integers(0, 2)},
        multi_output=True,
        normalization="valid",
        ignore_label=0,
        label="valid_pixels",
    ),
]
