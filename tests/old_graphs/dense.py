"""Networks whose output is a picture: segmentation, style, generation."""

from __future__ import annotations

from tests.old_graphs.writer import Entry, Writer


def fcn(g: Writer) -> str:
    """FCN-16s: padded by much, upsampled by fixed filters, cropped by an offset, pixels without a class left out."""
    data = g.var("data")
    x = g.op("Convolution", "conv1_1", data, kernel=(3, 3), pad=(12, 12), num_filter=4, workspace=1024)
    x = g.op("Activation", "relu1_1", x, act_type="relu")
    pool3 = g.op("Pooling", "pool3", x, pool_type="max", kernel=(2, 2), stride=(2, 2))
    pool4 = g.op("Pooling", "pool4", pool3, pool_type="max", kernel=(2, 2), stride=(2, 2))
    score = g.op("Convolution", "score", pool4, kernel=(1, 1), num_filter=3, workspace=1024)
    score2 = g.op(
        "Deconvolution", "score2", score, kernel=(2, 2), stride=(2, 2), num_filter=3, adj=(1, 1), workspace=1024
    )
    fine = g.op("Convolution", "score_pool3", pool3, kernel=(1, 1), num_filter=3, workspace=1024)
    cut = g.op("Crop", "score_pool3c", fine, score2, num_args=2, offset=(0, 0))
    fused = g.op("_Plus", "score_fused", score2, cut)
    big = g.op("Deconvolution", "bigscore", fused, kernel=(4, 4), stride=(2, 2), num_filter=3, workspace=1024)
    upscore = g.op("Crop", "upscore", big, data, num_args=2, offset=(13, 13))
    loss = {"multi_output": True, "use_ignore": True, "ignore_label": 255, "normalization": "valid"}
    return g.json(g.op("SoftmaxOutput", "softmax", upscore, **loss))


def deeplab(g: Writer) -> str:
    """Gluon's: dilated convolutions in parallel, statistics over devices, sizes taken from other arrays."""
    data = g.var("data")
    norm = {"eps": "1e-05", "fix_gamma": False, "momentum": 0.9, "use_global_stats": False, "ndev": 1}
    x = g.op("Convolution", "conv0_fwd", data, kernel=(3, 3), num_filter=4, stride=(2, 2), pad=(1, 1), no_bias=True)
    x = g.op("_contrib_SyncBatchNorm", "syncbatchnorm0_fwd", x, key="deeplabv30_syncbatchnorm0_", **norm)
    x = g.op("Activation", "relu0_fwd", x, act_type="relu")
    branches = []
    for i, rate in enumerate((1, 2, 3)):
        size = {"kernel": (3, 3), "dilate": (rate, rate), "pad": (rate, rate), "num_filter": 3, "no_bias": True}
        y = g.op("Convolution", f"aspp{i}_conv0_fwd", x, layout="NCHW", num_group=1, stride=(1, 1), **size)
        branches.append(g.op("Activation", f"aspp{i}_relu0_fwd", y, act_type="relu"))
    y = g.op(
        "Convolution",
        "gap_conv0_fwd",
        g.op("_contrib_AdaptiveAvgPooling2D", "gap_pool", x, output_size=1),
        kernel=(1, 1),
        num_filter=3,
    )
    branches.append(g.op("_contrib_BilinearResize2D", "gap_up", y, height=8, width=8))
    branches.append(g.op("_contrib_AdaptiveAvgPooling2D", "pyramid", x, output_size="(8, 8)"))
    x = g.op("Concat", "concat0", *branches, dim=1, num_args=5)
    x = g.op("Convolution", "head_fwd", x, kernel=(1, 1), num_filter=3)
    up = g.op("_contrib_BilinearResize2D", "up", x, data, mode="like")
    again = g.op("_contrib_BilinearResize2D", "twice", x, scale_height=2.0, scale_width=2.0, mode="odd_scale")
    return g.json(up, again, g.op("argmax", "argmax0", up, axis=1))


def style(g: Writer) -> str:
    """Pictures in a style: mirrored borders, statistics of single pictures, nearest neighbours."""
    x = g.op("_div_scalar", "_divscalar0", g.var("data"), scalar=255)
    x = g.op("Pad", "pad0", x, mode="reflect", pad_width=(0, 0, 0, 0, 4, 4, 4, 4))
    x = g.op("Convolution", "convolution0", x, kernel=(9, 9), num_filter=4)
    x = g.op("Activation", "relu0", g.op("InstanceNorm", "in0", x, eps=0.001), act_type="relu")
    y = g.op("Pad", "pad1", x, mode="edge", pad_width="(0,0,0,0,1,1,1,1)")
    x = g.op(
        "elemwise_add",
        "plus0",
        x,
        g.op("InstanceNorm", "in1", g.op("Convolution", "convolution1", y, kernel=(3, 3), num_filter=4)),
    )
    x = g.op("UpSampling", "upsampling0", x, num_args=1, sample_type="nearest", scale=2)
    x = g.op("Convolution", "convolution2", x, kernel=(3, 3), num_filter=3, pad=(1, 1))
    x = g.op("_plus_scalar", "_plusscalar0", g.op("tanh", "tanh0", x), scalar=1)
    return g.json(g.op("_mul_scalar", "_mulscalar0", x, scalar=127.5))


def neural_art(g: Writer) -> str:
    """Gram matrices of layers by a dense layer of a matrix with itself, and the variation of the picture."""
    x = g.op(
        "Activation",
        "relu1_1",
        g.op(
            "Convolution",
            "conv1_1",
            g.var("data"),
            num_filter=4,
            pad=(1, 1),
            kernel=(3, 3),
            stride=(1, 1),
            no_bias=False,
            workspace=1024,
        ),
        act_type="relu",
    )
    y = g.op("Reshape", "reshape0", x, target_shape=(4, 36))
    gram = g.op("FullyConnected", "fullyconnected0", y, y, no_bias=True, num_hidden=4)
    gram = g.op("_DivScalar", "_divscalar0", gram, scalar=144.0)
    loss = g.op("sum", "sum0", g.op("square", "square0", g.op("_Minus", "_minus0", g.var("gram_0"), gram)))
    channels = g.op("SliceChannel", "slicechannel0", g.var("img"), num_outputs=3)
    kernel = g.var("kernel")
    parts = [
        g.op(
            "Convolution",
            f"tv{i}",
            (channels[0], i),
            kernel,
            kernel=(3, 3),
            num_filter=1,
            pad=(1, 1),
            stride=(1, 1),
            no_bias=True,
        )
        for i in range(3)
    ]
    return g.json(
        loss, g.op("_MulScalar", "_mulscalar0", g.op("Concat", "concat0", *parts, num_args=3, dim=1), scalar=0.01)
    )


def dcgan(g: Writer) -> str:
    """A generator: transposed convolutions to sizes that are given, without biases."""
    no = {"no_bias": True}
    norm = {"eps": "1.001e-05", "fix_gamma": True}
    x = g.op("Deconvolution", "g1", g.var("rand"), kernel=(4, 4), num_filter=6, **no)
    x = g.op("Activation", "gact1", g.op("BatchNorm", "gbn1", x, **norm), act_type="relu")
    x = g.op("Deconvolution", "g2", x, kernel=(4, 4), stride=(2, 2), target_shape=(8, 8), num_filter=5, **no)
    x = g.op("Activation", "gact2", g.op("BatchNorm", "gbn2", x, **norm), act_type="relu")
    x = g.op(
        "Deconvolution", "g3", x, kernel=(3, 3), stride=(2, 2), pad=(1, 1), adj=(1, 1), num_filter=3, num_group=1, **no
    )
    return g.json(g.op("Activation", "gact5", x, act_type="tanh"))


def discriminator(g: Writer) -> str:
    """The other half, with a bilinear skip connection added."""
    data = g.var("data")
    x = g.op(
        "LeakyReLU",
        "dact1",
        g.op("Convolution", "d1", data, kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=4, no_bias=True),
        act_type="leaky",
        slope=0.2,
    )
    up = g.op(
        "UpSampling",
        "up",
        x,
        g.var("up_weight", __init__='["bilinear", {}]'),
        num_args=2,
        num_filter=4,
        sample_type="bilinear",
        scale=2,
    )
    x = g.op("Pooling", "pool", up, kernel=(2, 2), stride=(2, 2), pool_type="sum")
    x = g.op("Flatten", "flat", g.op("Convolution", "d5", x, kernel=(4, 4), num_filter=1, no_bias=True))
    return g.json(g.op("LogisticRegressionOutput", "dloss", x, g.var("label")))


def super_resolution(g: Writer) -> str:
    """Channels become pixels, by reshaping and transposing as before there was depth_to_space, and by that."""

    def shuffled(x: Entry, name: str) -> Entry:
        x = g.op("Reshape", f"{name}_r0", x, shape=(0, -4, -1, 4, 0, 0))
        x = g.op("Reshape", f"{name}_r1", x, shape="(0,0,-4,2,2,0,0)")
        x = g.op("transpose", f"{name}_t", x, axes=(0, 1, 4, 2, 5, 3))
        return g.op("Reshape", f"{name}_r2", x, shape=(0, 0, -3, -3))

    x = g.op("Convolution", "conv0", g.var("data"), kernel=(5, 5), num_filter=8, pad=(2, 2))
    x = g.op("clip", "clip0", x, a_min=-1.0, a_max=1.0)
    own = shuffled(x, "shuffle")
    return g.json(own, g.op("depth_to_space", "d2s", x, block_size=2), g.op("space_to_depth", "s2d", own, block_size=2))
