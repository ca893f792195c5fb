"""Networks that find objects and faces."""

from __future__ import annotations

from tests.old_graphs.writer import Entry, Writer


def conv_relu(g: Writer, x: Entry, name: str, filters: int, stride: int = 1, own: dict | None = None) -> Entry:
    size = {"kernel": (3, 3), "pad": (1, 1), "stride": (stride, stride)}
    return g.op(
        "Activation",
        f"relu{name}",
        g.op("Convolution", f"conv{name}", x, own=own, num_filter=filters, **size),
        act_type="relu",
    )


def _ssd(g: Writer) -> tuple[Entry, Entry, Entry]:
    """Classes (n, classes, anchors), offsets and anchors of two layers of a single-shot detector."""
    x = conv_relu(g, g.var("data"), "1_1", 4, own={"lr_mult": "0", "wd_mult": "0"})
    x = g.op("Pooling", "pool1", x, kernel=(2, 2), pool_type="max", stride=(2, 2), pooling_convention="full")
    first = conv_relu(g, x, "4_3", 6)
    x = g.op("Convolution", "fc6", first, dilate=(6, 6), kernel=(3, 3), num_filter=8, pad=(6, 6))
    second = conv_relu(g, g.op("Dropout", "drop6", x, p=0.5), "7", 8, 2)
    norm = g.op("L2Normalization", "relu4_3_norm", first, eps="1e-10", mode="channel")
    scale = g.var("relu4_3_scale", __init__='["Constant", {"value": 20}]', __shape__="(1, 6, 1, 1)", __wd_mult__="0.1")
    first = g.op("broadcast_mul", "broadcast_mul0", norm, scale)
    classes, offsets, anchors = [], [], []
    for name, x, sizes in (("relu4_3", first, "(0.1, 0.141)"), ("relu7", second, "(0.5,0.6)")):
        flat = {"axes": (0, 2, 3, 1)}
        size = {"kernel": (3, 3), "pad": (1, 1), "stride": (1, 1)}
        y = g.op("Convolution", f"{name}_loc_pred_conv", x, num_filter=16, **size)
        offsets.append(g.chain(y, ("transpose", f"{name}_t0", flat), ("Flatten", f"{name}_f0")))
        y = g.op("Convolution", f"{name}_cls_pred_conv", x, num_filter=12, **size)
        classes.append(g.chain(y, ("transpose", f"{name}_t1", flat), ("Flatten", f"{name}_f1")))
        prior = {"clip": False, "offsets": "(0.5, 0.5)", "ratios": "(1,2,0.5)", "sizes": sizes, "steps": "(-1.0, -1.0)"}
        anchors.append(g.op("Flatten", f"{name}_f2", g.op("_contrib_MultiBoxPrior", f"{name}_anchors", x, **prior)))
    loc = g.op("Concat", "multibox_loc_pred", *offsets, dim=1, num_args=2)
    cls = g.op("Concat", "concat1", *classes, dim=1, num_args=2)
    cls = g.op("transpose", "multibox_cls_pred", g.op("Reshape", "reshape0", cls, shape=(0, -1, 3)), axes=(0, 2, 1))
    all_anchors = g.op("Concat", "concat2", *anchors, dim=1, num_args=2)
    return cls, loc, g.op("Reshape", "multibox_anchors", all_anchors, shape=(0, -1, 4))


def ssd_for_use(g: Writer) -> str:
    cls, loc, anchors = _ssd(g)
    probability = g.op("SoftmaxActivation", "cls_prob", cls, mode="channel")
    rules = {"force_suppress": False, "nms_threshold": 0.5, "nms_topk": 400, "variances": "(0.1, 0.1, 0.2, 0.2)"}
    return g.json(g.op("_contrib_MultiBoxDetection", "detection", probability, loc, anchors, **rules))


def ssd_for_training(g: Writer) -> str:
    cls, loc, anchors = _ssd(g)
    rules = {"ignore_label": -1, "minimum_negative_samples": 0, "negative_mining_ratio": 3, "overlap_threshold": 0.5}
    more = {"negative_mining_thresh": 0.5, "variances": (0.1, 0.1, 0.2, 0.2)}
    target = g.op("_contrib_MultiBoxTarget", "multibox_target", anchors, g.var("label"), cls, **rules, **more)
    offsets, mask, kinds = ((target[0], i) for i in range(3))
    loss = {"grad_scale": 1.0, "ignore_label": -1, "multi_output": True, "normalization": "valid", "use_ignore": True}
    probability = g.op("SoftmaxOutput", "cls_prob", cls, kinds, **loss)
    difference = g.op("elemwise_mul", "_mul0", mask, g.op("elemwise_sub", "_minus0", loc, offsets))
    loss1 = g.op("smooth_l1", "loc_loss_", difference, scalar=1.0)
    loss1 = g.op("MakeLoss", "loc_loss", loss1, grad_scale=1.0, normalization="valid")
    shown = g.op("MakeLoss", "cls_label", kinds, grad_scale=0)
    return g.json(probability, loss1, shown)


def faster_rcnn(g: Writer) -> str:
    """Regions are proposed, pooled and classified; inputs are the image and its size."""
    x = conv_relu(g, g.var("data"), "1", 4, 2)
    info = g.var("im_info")
    rpn = conv_relu(g, x, "_rpn", 6)
    one = {"kernel": (1, 1), "pad": (0, 0), "stride": (1, 1)}
    score = g.op("Convolution", "rpn_cls_score", rpn, num_filter=6, **one)
    boxes = g.op("Convolution", "rpn_bbox_pred", rpn, num_filter=12, **one)
    score = g.chain(
        score,
        ("Reshape", "rpn_cls_score_reshape", {"shape": (0, 2, -1, 0)}),
        ("SoftmaxActivation", "rpn_cls_prob", {"mode": "channel"}),
        ("Reshape", "rpn_cls_prob_reshape", {"shape": (0, 6, -1, 0)}),
    )
    rules = {"feature_stride": 2, "ratios": "(0.5, 1, 2)", "scales": "(4,)", "rpn_min_size": 2, "threshold": 0.7}
    counts = {"rpn_pre_nms_top_n": 40, "rpn_post_nms_top_n": 6}
    rois = g.op("_contrib_Proposal", "rois", score, boxes, info, **rules, **counts)
    pooled = g.op("ROIPooling", "roi_pool5", x, rois, pooled_size=(3, 3), spatial_scale=0.5)
    y = g.chain(pooled, ("Flatten", "flatten"), ("FullyConnected", "fc6", {"num_hidden": 8}))
    y = g.op("Dropout", "drop6", g.op("Activation", "relu6", y, act_type="relu"), p=0.5)
    cls = g.op("softmax", "cls_prob", g.op("FullyConnected", "cls_score", y, num_hidden=3), axis=-1)
    cls = g.op("Reshape", "cls_prob_reshape", cls, shape=(1, -1, 3))
    box = g.op("Reshape", "bbox_pred_reshape", g.op("FullyConnected", "bbox_pred", y, num_hidden=12), shape=(1, -1, 12))
    return g.json(rois, cls, box)


def rfcn(g: Writer) -> str:
    """Position-sensitive pooling of regions, after a deformable convolution."""
    x = conv_relu(g, g.var("data"), "1", 4, 2)
    rois = g.var("rois")
    size = {"kernel": (3, 3), "pad": (2, 2), "stride": (1, 1), "dilate": (2, 2)}
    offset = g.op("Convolution", "res5_offset", x, num_filter=18, own={"lr_mult": "0.1"}, **size)
    layer = {"num_deformable_group": 1, "no_bias": True, "num_filter": 4, **size}
    x = g.op("_contrib_DeformableConvolution", "res5", x, offset, g.var("res5_weight"), **layer)
    x = g.op("Convolution", "rfcn_cls", x, kernel=(1, 1), num_filter=27)
    pooling = {"group_size": 3, "output_dim": 3, "pooled_size": 3, "spatial_scale": 0.5}
    plain = g.op("_contrib_PSROIPooling", "psroipooled_cls_rois", x, rois, **pooling)
    trans = {"no_trans": True, "part_size": 3, "sample_per_part": 2, "trans_std": 0.1}
    bent = g.op("_contrib_DeformablePSROIPooling", "deformable_rois", x, rois, **pooling, **trans)
    x = g.op("elemwise_add", "_plus9", plain, bent)
    x = g.op("Pooling", "ave_cls_scors_rois", x, global_pool=True, kernel=(3, 3), pool_type="avg")
    x = g.op("Reshape", "cls_score", x, shape="(-1, 3)")
    return g.json(g.op("SoftmaxOutput", "cls_prob", x, normalization="valid", use_ignore=True, ignore_label=-1))


def retinaface(g: Writer) -> str:
    """A pyramid: what is upsampled is cropped to the finer layer; depthwise convolutions."""

    def block(x: Entry, name: str, filters: int, stride: int, groups: int = 1, size: int = 3) -> Entry:
        shape = {"kernel": (size, size), "pad": (size // 2, size // 2), "stride": (stride, stride)}
        x = g.op("Convolution", f"{name}_conv2d", x, num_filter=filters, num_group=groups, no_bias=True, **shape)
        x = g.op("BatchNorm", f"{name}_batchnorm", x, eps="1e-05", fix_gamma=False, momentum=0.9)
        return g.op("Activation", f"{name}_relu", x, act_type="relu")

    x = block(g.var("data"), "mobilenet0_conv0", 4, 2)
    fine = block(block(x, "mobilenet0_conv1", 4, 1, 4), "mobilenet0_conv2", 6, 1, 1, 1)
    coarse = block(fine, "mobilenet0_conv3", 6, 2, 6)
    up = g.op("UpSampling", "rf_c2_upsampling", coarse, num_args=1, sample_type="nearest", scale=2, workspace=512)
    plus = g.op("elemwise_add", "plus0", fine, g.op("Crop", "crop0", up, fine, num_args=2))
    heads = []
    for stride, x in ((16, coarse), (8, block(plus, "rf_c1_aggr", 6, 1))):
        y = g.op(
            "Concat", f"rf_head_stride{stride}_concat", x, block(x, f"rf_context{stride}", 2, 1), dim=1, num_args=2
        )
        y = g.op(
            "Convolution",
            f"face_rpn_cls_score_stride{stride}",
            y,
            kernel=(1, 1),
            num_filter=4,
            own={"__lr_mult__": "1.0"},
        )
        y = g.op("Reshape", f"face_rpn_cls_score_reshape_stride{stride}", y, shape=(0, 2, -1, 0))
        y = g.op("SoftmaxActivation", f"face_rpn_cls_prob_stride{stride}", y, mode="channel")
        heads.append(g.op("Reshape", f"face_rpn_cls_prob_reshape_stride{stride}", y, shape=(0, 4, -1, 0)))
    return g.json(*heads)


def mtcnn(g: Writer) -> str:
    """The first of three cascaded networks, from Caffe: learnt slopes, poolings that round up."""
    own = {"__init__": '["Constant", {"value": 0.25}]'}
    x = g.op("Convolution", "conv1", g.var("data"), kernel=(3, 3), num_filter=5)
    x = g.op("LeakyReLU", "prelu1", x, g.var("prelu1_gamma", **own), act_type="prelu", slope=0.25)
    x = g.op("Pooling", "pool1", x, kernel=(2, 2), pool_type="max", pooling_convention="full", stride=(2, 2))
    x = g.op("Convolution", "conv2", x, kernel=(3, 3), num_filter=6)
    x = g.op("LeakyReLU", "prelu2", x, g.var("prelu2_gamma", **own), act_type="prelu", slope=0.25)
    cls = g.op("Convolution", "conv4_1", x, kernel=(1, 1), num_filter=2)
    box = g.op("Convolution", "conv4_2", x, kernel=(1, 1), num_filter=4)
    return g.json(g.op("SoftmaxActivation", "prob1", cls, mode="channel"), box)


def arcface(g: Writer) -> str:
    """Recognition with an angular margin, made of scalar operators; the label is one-hot."""
    data, label = g.var("data"), g.var("softmax_label")
    x = g.op("_minus_scalar", "id", data, scalar=127.5)
    x = g.op("_mul_scalar", "_mulscalar0", x, scalar=0.0078125)
    x = g.op(
        "Convolution", "conv0", x, kernel=(3, 3), num_filter=5, pad=(1, 1), stride=(2, 2), no_bias=True, workspace=256
    )
    x = g.op("BatchNorm", "bn0", x, eps="2e-05", fix_gamma=False, momentum=0.9, cudnn_off=True)
    x = g.op("LeakyReLU", "relu0", x, g.var("relu0_gamma", __init__='["Constant", {"value": 0.25}]'), act_type="prelu")
    x = g.op("Dropout", "dropout0", g.op("BatchNorm", "bn1", x, eps="2e-05", fix_gamma=False, momentum=0.9), p=0.4)
    x = g.op("FullyConnected", "pre_fc1", x, num_hidden=8)
    embedding = g.op("BatchNorm", "fc1", x, eps="2e-05", fix_gamma=True, momentum=0.9)
    weight = g.var("fc7_weight", __shape__="(5, 8)", __lr_mult__="1.0", __wd_mult__="10.0")
    weight = g.op("L2Normalization", "l2normalization0", weight, mode="instance")
    x = g.op("_mul_scalar", "_mulscalar1", g.op("L2Normalization", "fc1n", embedding, mode="instance"), scalar=64)
    x = g.op("FullyConnected", "fc7", x, weight, no_bias=True, num_hidden=5)
    true = g.op("_div_scalar", "_divscalar0", g.op("pick", "pick0", x, label, axis=1), scalar=64)
    angle = g.op("_plus_scalar", "_plusscalar0", g.op("arccos", "arccos0", true), scalar=0.5)
    moved = g.op("_mul_scalar", "_mulscalar2", g.op("cos", "cos0", angle), scalar=64)
    change = g.op("elemwise_sub", "_minus0", moved, g.op("_mul_scalar", "_mulscalar3", true, scalar=64))
    hot = g.op("one_hot", "one_hot0", label, depth=5, off_value=0.0, on_value=1.0)
    x = g.op(
        "elemwise_add",
        "_plus0",
        x,
        g.op("broadcast_mul", "broadcast_mul0", hot, g.op("expand_dims", "expand_dims0", change, axis=1)),
    )
    out = g.op("SoftmaxOutput", "softmax", x, label, normalization="valid")
    return g.json(g.op("BlockGrad", "blockgrad0", embedding), out)


def yolo3(g: Writer) -> str:
    """Gluon's: cells and anchors are constants, boxes come from slices, overlapping ones are dropped."""
    x = g.op(
        "Convolution",
        "yolov30_conv0_fwd",
        g.var("data"),
        kernel=(3, 3),
        layout="NCHW",
        num_filter=6,
        pad=(1, 1),
        stride=(4, 4),
    )
    x = g.op("LeakyReLU", "yolov30_leakyrelu0_fwd", x, act_type="leaky", slope=0.1)
    x = g.op(
        "Convolution",
        "yolov30_pred",
        x,
        kernel=(1, 1),
        dilate=(1, 1),
        num_filter=14,
        num_group=1,
        pad=(0, 0),
        stride=(1, 1),
    )
    x = g.op("Reshape", "reshape0", x, shape=(0, 14, -1))
    x = g.op("Reshape", "reshape1", g.op("transpose", "transpose0", x, axes=(0, 2, 1)), shape=(0, -1, 2, 7))

    def part(name: str, begin: int, end: int | None) -> Entry:
        return g.op("slice_axis", name, x, axis=-1, begin=begin, end=end)

    cells = g.var(
        "offset_0",
        __shape__="(1, 1, 16, 16, 2)",
        __dtype__="0",
        __lr_mult__="1.0",
        __wd_mult__="1.0",
        __storage_type__="0",
        __init__="Constant_offset_0",
    )
    like = g.op("squeeze", "squeeze0", g.op("slice_like", "slice_like0", cells, g.var("map"), axes=(2, 3)), axis=(0, 1))
    grid = g.op("expand_dims", "expand_dims0", g.op("Reshape", "reshape2", like, shape=(1, -1, 2)), axis=2)
    centers = g.op("broadcast_add", "broadcast_add0", g.op("sigmoid", "sigmoid0", part("s0", 0, 2)), grid)
    centers = g.op("_mul_scalar", "_mulscalar0", centers, scalar=4.0)
    anchors = g.var("anchor_0", __shape__="(1, 1, 2, 2)", __dtype__="0")
    sizes = g.op("broadcast_mul", "broadcast_mul0", g.op("exp", "exp0", part("s1", 2, 4)), anchors)
    half = g.op("_div_scalar", "_divscalar0", sizes, scalar=2.0)
    corners = [g.op("elemwise_sub", "_minus0", centers, half), g.op("elemwise_add", "_plus0", centers, half)]
    box = g.op("Concat", "concat0", *corners, dim=-1, num_args=2)
    confidence = g.op("sigmoid", "sigmoid1", part("s2", 4, 5))
    score = g.op("broadcast_mul", "broadcast_mul1", g.op("sigmoid", "sigmoid2", part("s3", 5, None)), confidence)
    box = g.op("tile", "tile0", g.op("Reshape", "reshape3", box, shape=(0, -1, 1, 4)), reps=(1, 1, 2, 1))
    score = g.op("Reshape", "reshape4", score, shape=(0, -1, 2, 1))
    ids = g.op(
        "broadcast_add",
        "broadcast_add1",
        g.op("_mul_scalar", "_mulscalar1", score, scalar=0),
        g.op(
            "Reshape",
            "r",
            g.op("_arange", "arange0", start=0, stop=2, step=1.0, repeat=1, dtype="float32", infer_range=False),
            shape=(1, 1, 2, 1),
        ),
    )
    rows = g.op("Reshape", "rows", g.op("Concat", "concat1", ids, score, box, dim=-1, num_args=3), shape=(0, -1, 6))
    rules = {
        "coord_start": 2,
        "force_suppress": False,
        "id_index": 0,
        "overlap_thresh": 0.45,
        "score_index": 1,
        "topk": 20,
        "valid_thresh": 0.01,
    }
    rows = g.op("slice_axis", "best", g.op("_contrib_box_nms", "box_nms0", rows, **rules), axis=1, begin=0, end=10)
    return g.json(*(g.op("slice_axis", f"out{i}", rows, axis=-1, begin=i, end=j) for i, j in ((0, 1), (1, 2), (2, 6))))
