"""Networks that name what is in an image or a clip, as programs of each time wrote them."""

from __future__ import annotations

from tests.old_graphs.writer import Entry, Writer

SOFTMAX_08 = {
    "grad_scale": 1,
    "ignore_label": -1,
    "multi_output": False,
    "normalization": "null",
    "out_grad": False,
    "preserve_shape": False,
    "use_ignore": False,
}
"""MXNet 0.8 wrote every attribute."""


def conv_08(filters: int, kernel: tuple, pad: tuple = (0, 0), stride: tuple = (1, 1), no_bias: bool = False) -> dict:
    """All attributes of a convolution, as MXNet 0.8 wrote them."""
    return {
        "cudnn_off": False,
        "cudnn_tune": "off",
        "dilate": (1, 1),
        "kernel": kernel,
        "no_bias": no_bias,
        "num_filter": filters,
        "num_group": 1,
        "pad": pad,
        "stride": stride,
        "workspace": 1024,
    }


def pool_08(
    kind: str, kernel: tuple, stride: tuple, pad: tuple = (0, 0), convention: str = "valid", **more: bool
) -> dict:
    """All attributes of a pooling."""
    return {
        "global_pool": False,
        "kernel": kernel,
        "pad": pad,
        "pool_type": kind,
        "pooling_convention": convention,
        "stride": stride,
        **more,
    }


def lenet(g: Writer) -> str:
    """The first network of every tutorial."""
    x = g.chain(
        g.var("data"),
        ("Convolution", "conv1", conv_08(6, (5, 5))),
        ("Activation", "tanh1", {"act_type": "tanh"}),
        ("Pooling", "pool1", pool_08("max", (2, 2), (2, 2))),
        ("Convolution", "conv2", conv_08(8, (5, 5))),
        ("Activation", "tanh2", {"act_type": "tanh"}),
        ("Pooling", "pool2", pool_08("max", (2, 2), (2, 2))),
        ("Flatten", "flatten0"),
        ("FullyConnected", "fc1", {"no_bias": False, "num_hidden": 20}),
        ("Activation", "tanh3", {"act_type": "tanh"}),
        ("FullyConnected", "fc2", {"no_bias": False, "num_hidden": 10}),
        ("SoftmaxOutput", "softmax", SOFTMAX_08),
    )
    return g.json(x)


def inception_bn(g: Writer) -> str:
    """BN-Inception: factories of convolutions that are concatenated; learning rates beside the attributes."""

    def conv(x: Entry, name: str, filters: int, kernel: tuple, pad: tuple = (0, 0), stride: tuple = (1, 1)) -> Entry:
        own = {"weight_lr_mult": "2", "bias_lr_mult": "0"}
        x = g.op("Convolution", f"conv_{name}", x, own=own, **conv_08(filters, kernel, pad, stride))
        norm = {"eps": 0.001, "fix_gamma": True, "momentum": 0.9, "use_global_stats": False}
        return g.chain(x, ("BatchNorm", f"bn_{name}", norm), ("Activation", f"relu_{name}", {"act_type": "relu"}))

    x = conv(g.var("data"), "1", 6, (7, 7), (3, 3), (2, 2))
    x = g.op("Pooling", "pool_1", x, **pool_08("max", (3, 3), (2, 2), convention="full"))
    branches = [
        conv(x, "3a_1x1", 4, (1, 1)),
        conv(conv(x, "3a_3x3_reduce", 4, (1, 1)), "3a_3x3", 6, (3, 3), (1, 1)),
        conv(g.op("Pooling", "avg_pool_3a_pool", x, **pool_08("avg", (3, 3), (1, 1), (1, 1))), "3a_proj", 4, (1, 1)),
    ]
    x = g.op("Concat", "ch_concat_3a_chconcat", *branches, dim=1, num_args=3)
    x = g.op("Pooling", "global_pool", x, **pool_08("avg", (4, 4), (1, 1), global_pool=True))
    x = g.chain(x, ("Flatten", "flatten"), ("FullyConnected", "fc1", {"no_bias": False, "num_hidden": 5}))
    return g.json(g.op("SoftmaxOutput", "softmax", x, **SOFTMAX_08))


def resnet_09(g: Writer) -> str:
    """Pre-activation residual units; nodes marked for mirroring, as memory was short."""
    mirror = {"force_mirroring": "true"}

    def norm(x: Entry, name: str, fix: bool = False) -> Entry:
        return g.op("BatchNorm", name, x, fix_gamma=fix, eps="2e-05", momentum=0.9)

    def conv(x: Entry, name: str, filters: int, size: int, stride: int, pad: int) -> Entry:
        shapes = {"kernel": (size, size), "stride": (stride, stride), "pad": (pad, pad)}
        return g.op("Convolution", name, x, num_filter=filters, no_bias=True, workspace=256, **shapes)

    def unit(x: Entry, name: str, filters: int, stride: int) -> Entry:
        act1 = g.op("Activation", f"{name}_relu1", norm(x, f"{name}_bn1"), own=mirror, act_type="relu")
        conv1 = conv(act1, f"{name}_conv1", filters, 3, stride, 1)
        act2 = g.op("Activation", f"{name}_relu2", norm(conv1, f"{name}_bn2"), own=mirror, act_type="relu")
        shortcut = x if stride == 1 else conv(act1, f"{name}_sc", filters, 1, stride, 0)
        return g.op("_Plus", f"_plus{name[-1]}", conv(act2, f"{name}_conv2", filters, 3, 1, 1), shortcut)

    x = conv(norm(g.var("data"), "bn_data", True), "conv0", 4, 3, 1, 1)
    x = unit(unit(x, "stage1_unit1", 4, 1), "stage2_unit2", 8, 2)
    x = g.op("Activation", "relu1", norm(x, "bn1"), act_type="relu")
    x = g.op("Pooling", "pool1", x, global_pool=True, kernel=(7, 7), pool_type="avg")
    x = g.op("FullyConnected", "fc1", g.op("Flatten", "flatten0", x), num_hidden=7)
    return g.json(g.op("SoftmaxOutput", "softmax", x))


def alexnet_of_caffe(g: Writer) -> str:
    """What the Caffe converter made: grouped convolutions, local responses, poolings that round up."""
    x = g.chain(
        g.var("data"),
        (
            "Convolution",
            "conv1",
            {"num_filter": 8, "pad": (0, 0), "kernel": (7, 7), "stride": (2, 2), "no_bias": False},
        ),
        ("Activation", "relu1", {"act_type": "relu"}),
        ("LRN", "norm1", {"alpha": 0.0001, "beta": 0.75, "knorm": 1, "nsize": 5}),
        ("Pooling", "pool1", {"pool_type": "max", "kernel": (3, 3), "stride": (2, 2), "pooling_convention": "full"}),
        (
            "Convolution",
            "conv2",
            {"num_filter": 6, "pad": (2, 2), "kernel": (5, 5), "stride": (1, 1), "no_bias": False, "num_group": 2},
        ),
        ("Activation", "relu2", {"act_type": "relu"}),
        ("Pooling", "pool2", {"pool_type": "avg", "kernel": (3, 3), "stride": (2, 2), "pooling_convention": "full"}),
        ("Flatten", "flatten_0"),
        ("FullyConnected", "fc6", {"num_hidden": 9, "no_bias": False}),
        ("Activation", "relu6", {"act_type": "relu"}),
        ("Dropout", "drop6", {"p": 0.5}),
        ("FullyConnected", "fc8", {"num_hidden": 4, "no_bias": False}),
        ("SoftmaxOutput", "prob"),
    )
    return g.json(x)


def mobilenet_v3(g: Writer) -> str:
    """Gluon's: hard swish out of scalar operators, squeeze and excitation, an unused attribute or two."""
    conv = {"dilate": (1, 1), "layout": "NCHW", "num_group": 1}

    def hard_sigmoid(x: Entry, name: str) -> Entry:
        x = g.chain(x, ("_plus_scalar", f"{name}_plusscalar0", {"scalar": 3.0, "is_int": False}))
        return g.chain(
            x,
            ("clip", f"{name}_clip0", {"a_min": 0, "a_max": 6}),
            ("_div_scalar", f"{name}_divscalar0", {"scalar": 6.0, "is_int": False}),
        )

    def swish(x: Entry, name: str) -> Entry:
        return g.op("elemwise_mul", f"{name}_mul0", x, hard_sigmoid(x, name))

    shape = {"kernel": (3, 3), "pad": (1, 1), "stride": (2, 2)}
    x = g.op("Convolution", "mobilenetv3_conv0_fwd", g.var("data"), num_filter=8, no_bias=True, **{**conv, **shape})
    norm = {"axis": 1, "eps": "1e-05", "fix_gamma": False, "momentum": 0.9, "use_global_stats": False}
    x = swish(g.op("BatchNorm", "mobilenetv3_batchnorm0_fwd", x, **norm), "mobilenetv3_hswish0")
    shape = {"kernel": (3, 3), "pad": (1, 1), "stride": (1, 1), "num_group": 8}
    x = g.op("Convolution", "mobilenetv3_conv1_fwd", x, num_filter=8, no_bias=True, **{**conv, **shape})
    pool = {"count_include_pad": True, "global_pool": True, "kernel": (1, 1), "layout": "NCHW", "pad": (0, 0)}
    y = g.op("Pooling", "se_pool0_fwd", x, pool_type="avg", pooling_convention="full", stride=(1, 1), **pool)
    one = {**conv, "kernel": (1, 1), "pad": (0, 0), "stride": (1, 1), "no_bias": False}
    y = g.op("Activation", "se_relu0_fwd", g.op("Convolution", "se_conv0_fwd", y, num_filter=4, **one), act_type="relu")
    y = hard_sigmoid(g.op("Convolution", "se_conv1_fwd", y, num_filter=8, **one), "se_hsigmoid0")
    x = g.op("_contrib_AdaptiveAvgPooling2D", "avgpool0", g.op("broadcast_mul", "se_broadcast_mul0", x, y))
    x = g.op("Dropout", "dropout0_fwd", g.op("Flatten", "flatten0_flatten0", x), p=0.2, axes=(), cudnn_off=False)
    return g.json(g.op("FullyConnected", "dense0_fwd", x, num_hidden=6, flatten=True, no_bias=False))


def stn(g: Writer) -> str:
    """A spatial transformer before a small network."""
    data = g.var("data")
    x = g.chain(
        data,
        ("Convolution", "loc_conv1", {"kernel": (5, 5), "num_filter": 3, "stride": (2, 2)}),
        ("Activation", "loc_relu1", {"act_type": "relu"}),
        ("Pooling", "loc_pool", {"global_pool": True, "kernel": (2, 2), "pool_type": "avg"}),
        ("Flatten", "loc_flatten"),
        ("FullyConnected", "stn_loc", {"num_hidden": 6}),
    )
    at = {"target_shape": (12, 12), "transform_type": "affine"}
    x = g.op("SpatialTransformer", "stn", data, x, sampler_type="bilinear", **at)
    grid = g.op("GridGenerator", "grid", g.op("FullyConnected", "loc2", x, num_hidden=6), **at)
    x = g.op("BilinearSampler", "sampled", data, grid)
    x = g.op("FullyConnected", "fc", x, num_hidden=4)
    return g.json(g.op("SVMOutput", "svm", x, margin=1.0, regularization_coefficient=1.0, use_linear=True))


def c3d(g: Writer) -> str:
    """Clips: convolutions and poolings in three dimensions."""
    three = {"kernel": (3, 3, 3), "pad": (1, 1, 1), "stride": (1, 1, 1)}
    x = g.chain(
        g.var("data"),
        ("Convolution", "conv1", {"num_filter": 4, "workspace": 512, **three}),
        ("Activation", "relu1", {"act_type": "relu"}),
        ("Pooling", "pool1", {"kernel": (1, 2, 2), "pool_type": "max", "stride": (1, 2, 2)}),
        ("Convolution", "conv2", {"num_filter": 5, "no_bias": True, **three}),
        ("LeakyReLU", "relu2", {"act_type": "leaky", "slope": 0.1}),
        ("Pooling", "pool2", {"kernel": (2, 2, 2), "pool_type": "max", "stride": (2, 2, 2), "pad": (0, 1, 1)}),
        ("FullyConnected", "fc8", {"num_hidden": 4}),
        ("SoftmaxOutput", "softmax", {"normalization": "batch"}),
    )
    return g.json(x)


def onnx_import(g: Writer) -> str:
    """What importing from ONNX gives: broadcasts for biases, padding apart, reductions for global pooling."""
    data, weight, bias = g.var("input_0"), g.var("w1"), g.var("b1")
    x = g.op("Pad", "pad0", data, mode="constant", pad_width=(0, 0, 0, 0, 0, 1, 0, 1), constant_value=0.0)
    conv = {"kernel": (3, 3), "stride": (2, 2), "pad": (0, 0), "dilate": (1, 1), "num_filter": 5, "num_group": 1}
    x = g.op("Convolution", "convolution0", x, weight, bias, no_bias=False, **conv)
    x = g.chain(
        x,
        ("LeakyReLU", "leakyrelu0", {"act_type": "elu", "slope": 1.0}),
        ("LRN", "lrn0", {"alpha": "9.99999974738e-05", "beta": 0.75, "knorm": 1.0, "nsize": 3}),
        ("transpose", "transpose0", {"axes": (0, 2, 3, 1)}),
        ("slice_axis", "slice_axis0", {"axis": 1, "begin": 1, "end": None}),
        ("mean", "mean0", {"axis": (1, 2), "keepdims": 1}),
        ("squeeze", "squeeze0", {"axis": (1, 2)}),
        ("_copy", "identity0"),
    )
    y = g.op(
        "broadcast_add", "broadcast_add0", g.op("broadcast_div", "broadcast_div0", x, g.var("scale")), g.var("shift")
    )
    y = g.op("_maximum", "_maximum0", y, g.op("_rminus_scalar", "_rminusscalar0", y, scalar=1))
    y = g.op("Cast", "cast0", g.op("LeakyReLU", "selu0", y, act_type="selu"), dtype="float64")
    return g.json(g.op("log_softmax", "log_softmax0", y, axis=1), x)
