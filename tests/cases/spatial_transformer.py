"""Cases of spatial transformers."""

from tests.cases.case import literal, op, uniform

IMAGE = (2, 3, 4, 5)
AFFINE = {"transform_type": "affine"}
TRANSFORM = {"transform_type": "affine", "sampler_type": "bilinear"}


def sampler(data, grid, reach=1.2, **settings):
    return op("BilinearSampler", {"data": data, "grid": grid}, draw={"grid": uniform(-reach, reach)}, **settings)


CASES = [
    sampler(IMAGE, (2, 2, 3, 6)),
    sampler(IMAGE, (2, 2, 4, 5), reach=0.9, dtype="float64"),
    sampler((1, 2, 5, 4), (1, 2, 2, 3), reach=3, cudnn_off=True),
    sampler((1, 1, 3, 3), (1, 2, 4, 2), dtype="float16", atol=1e-2),
    sampler((2, 1, 1, 4), (2, 2, 1, 3)),
    op(
        "BilinearSampler",
        {"data": (1, 2, 3, 3), "grid": (1, 2, 1, 7)},
        "edges",
        draw={"grid": literal([-1, 0, 1, -2, 2, 1.5, -3, 0, -1, 1, -2, 0, 1.5, 0])},
        numeric=False,
    ),
    op(
        "BilinearSampler",
        {"data": (1, 1, 2, 2), "grid": (1, 2, 1, 2)},
        "nan",
        draw={"grid": literal(["nan", 0, 0, 0.5])},
        numeric=False,
    ),
    # Exactly one pixel outside of the image, where the next one is read with weight 0.
    op(
        "BilinearSampler",
        {"data": (1, 2, 3, 2), "grid": (1, 2, 1, 3)},
        "one pixel outside",
        draw={"grid": literal([-3, 0.5, 3, 0, -2, 0])},
        numeric=False,
    ),
    op("BilinearSampler", {"data": IMAGE, "grid": (2, 3, 3, 6)}),
    op("BilinearSampler", {"data": IMAGE, "grid": (1, 2, 3, 6)}),
    op("BilinearSampler", {"data": IMAGE, "grid": (2, 2, 3, 6)}, dtype="int32", grad="null"),
    op("GridGenerator", {"data": (2, 6)}, **AFFINE, target_shape=(3, 4)),
    op("GridGenerator", {"data": (1, 6)}, **AFFINE, target_shape=(5, 2)),
    op("GridGenerator", {"data": (1, 6)}, **AFFINE, target_shape=(1, 3), numeric=False),
    op("GridGenerator", {"data": (2, 6)}, **AFFINE),
    op("GridGenerator", {"data": (2, 5)}, **AFFINE, target_shape=(3, 4)),
    op("GridGenerator", {"data": (2, 2, 3, 4)}, transform_type="warp"),
    op("GridGenerator", {"data": (1, 2, 4, 2)}, transform_type="warp", target_shape=(7, 7)),
    op("GridGenerator", {"data": (1, 2, 1, 3)}, transform_type="warp", numeric=False),
    op("GridGenerator", {"data": (2, 3, 3, 4)}, transform_type="warp"),
    op("SpatialTransformer", {"data": IMAGE, "loc": (2, 6)}, **TRANSFORM, target_shape=(3, 4)),
    op("SpatialTransformer", {"data": (1, 2, 6, 4), "loc": (1, 6)}, **TRANSFORM, target_shape=(2, 5), dtype="float64"),
    op(
        "SpatialTransformer",
        {"data": (1, 1, 3, 3), "loc": (1, 6)},
        "identity",
        **TRANSFORM,
        target_shape=(3, 3),
        draw={"loc": literal([1, 0, 0, 0, 1, 0])},
        numeric=False,
    ),
    op("SpatialTransformer", {"data": (1, 1, 3, 3), "loc": (1, 6)}, **TRANSFORM, target_shape=(2, 2), is_train=False),
    op("SpatialTransformer", {"data": IMAGE, "loc": (2, 6)}, **TRANSFORM, target_shape=(3, 1), numeric=False),
    op("SpatialTransformer", {"data": IMAGE, "loc": (2, 6)}, **TRANSFORM),
    op("SpatialTransformer", {"data": IMAGE, "loc": (2, 5)}, **TRANSFORM, target_shape=(3, 4)),
]
