"""Layers with parameters, and the normalizations."""

from __future__ import annotations

import numpy as np

from symgraph.export.onnx.site import Site, from_front, longs


def channels_last(at: Site) -> bool:
    """Whether the layer's attributes put channels last."""
    return (at.op.attributes().get("layout") or "").endswith("C")


def with_channels_first(at: Site, value: str, rank: int) -> str:
    """Data or weight of a layer that has channels last, as ONNX has it."""
    return at.transposed(value, [0, rank - 1, *range(1, rank - 1)]) if channels_last(at) else value


def with_channels_back(at: Site, value: str, rank: int) -> str:
    """The opposite of `with_channels_first`."""
    return at.transposed(value, [0, *range(2, rank), 1]) if channels_last(at) else value


def spatial(at: Site, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The spatial lengths of a shape in the layout of the layer."""
    return shape[1:-1] if channels_last(at) else shape[2:]


def _convolve(at: Site, kind: str, pads: list[int], **more: list[int]) -> str:
    op, rank = at.op, at.rank
    ones = [1] * (rank - 2)
    data, weight = (with_channels_first(at, value, rank) for value in at.ins[:2])
    out = at(
        kind,
        data,
        weight,
        *at.ins[2:],
        kernel_shape=list(op.kernel),
        strides=list(op.stride) or ones,
        dilations=list(op.dilate) or ones,
        pads=pads,
        group=op.num_group,
        **more,
    )
    return with_channels_back(at, out, rank)


def convolution(at: Site) -> str:
    """Convolution in one to three dimensions."""
    pad = list(at.op.pad) or [0] * (at.rank - 2)
    return _convolve(at, "Conv", pad + pad)


def deconvolution(at: Site) -> str:
    """Transposed convolution; what `target_shape` asks for is cut off at both ends."""
    op, axes = at.op, at.rank - 2
    pad, more = list(op.pad) or [0] * axes, list(op.adj) or [0] * axes
    if any(op.target_shape):
        stride, dilate = list(op.stride) or [1] * axes, list(op.dilate) or [1] * axes
        for axis, length in enumerate(spatial(at, at.shape)):
            longest = stride[axis] * (length - 1) + dilate[axis] * (op.kernel[axis] - 1) + 1
            excess = longest - op.target_shape[axis]
            pad[axis], more[axis] = (excess + 1) // 2, excess % 2
    return _convolve(at, "ConvTranspose", pad + pad, output_padding=more)


def fully_connected(at: Site) -> str:
    """A dense layer: one product of matrices, or with ``flatten=False`` a stack of them."""
    weight, bias = at.ins[1], at.ins[2:]
    if at.op.flatten or at.rank == 2:
        rows = at.x if at.rank == 2 else at("Flatten", at.x, axis=1)
        return at("Gemm", rows, weight, *bias, transB=1)
    out = at("MatMul", at.x, at("Transpose", weight, perm=[1, 0]))
    return at("Add", out, *bias) if bias else out


def batch_norm(at: Site) -> list[str]:
    """Normalization by the moving statistics; a fixed gamma is one, whatever the parameter holds."""
    op = at.op
    gamma, beta, mean, var = at.ins[1:]
    if op.fix_gamma:
        gamma = at.constant(np.ones(at.shapes[1], at.dtypes[1]), at.node.inputs[1][0].name)
    axis = from_front(op.attributes().get("axis", 1), at.rank)
    order = list(range(at.rank))
    order[1 % at.rank], order[axis] = order[axis], order[1 % at.rank]
    if at.rank < 2:
        at.refuse("normalizes an array of one axis", "reshape its input to (1, channels)")
    data = at.transposed(at.x, order)
    out = at.transposed(at("BatchNormalization", data, gamma, beta, mean, var, epsilon=op.eps), order)
    spread = var
    if at.wanted[2] and op.name in _INVERSE_SPREAD:
        spread = at("Reciprocal", at("Sqrt", at("Add", var, at.number(op.eps, at.dtypes[4]))))
    return [out, mean, spread]


_INVERSE_SPREAD = frozenset({"BatchNorm", "_contrib_BatchNormWithReLU"})
"""Those whose third output is one over the standard deviation."""


def batch_norm_with_relu(at: Site) -> list[str]:
    """Normalization followed by max(x, 0)."""
    out, mean, spread = batch_norm(at)
    return [at("Relu", out), mean, spread]


def _moments(at: Site, value: str, axes: list[int], eps: float) -> tuple[str, str]:
    """Mean and standard deviation, with the folded axes of length 1."""
    mean = at("ReduceMean", value, longs(axes), keepdims=1)
    centered = at("Sub", value, mean)
    var = at("ReduceMean", at("Mul", centered, centered), longs(axes), keepdims=1)
    return mean, at("Sqrt", at("Add", var, at.number(eps)))


def layer_norm(at: Site) -> list[str]:
    """Normalization along one axis, which ONNX wants to be the last."""
    axis, rank = from_front(at.op.axis, at.rank), at.rank
    order = [*(i for i in range(rank) if i != axis), axis]
    back = [order.index(i) for i in range(rank)]
    normal = at("LayerNormalization", at.transposed(at.x, order), *at.ins[1:], axis=-1, epsilon=at.op.eps)
    out = at.transposed(normal, back)
    return [out, *_moments(at, at.x, [axis], at.op.eps)] if any(at.wanted[1:]) else [out]


def group_norm(at: Site) -> list[str]:
    """Normalization of groups of channels: that of instances whose channels are the groups."""
    op, shape = at.op, at.shape
    groups = (shape[0], op.num_groups, int(np.prod(shape[1:])) // op.num_groups)
    data = at.reshaped(at.x, shape, groups)
    out = at.reshaped(at("InstanceNormalization", data, *at.ins[1:], epsilon=op.eps), groups, shape)
    if not any(at.wanted[1:]):
        return [out]
    return [out, *(at("Squeeze", value, longs([2])) for value in _moments(at, data, [2], op.eps))]


def instance_norm(at: Site) -> str:
    """Normalization of every channel of every example."""
    return at("InstanceNormalization", *at.ins, epsilon=at.op.eps)


def l2_normalization(at: Site) -> str:
    """Division by the Euclidean norm."""
    rank = at.rank
    axes = {"instance": range(1, rank), "channel": [1], "spatial": range(2, rank)}[at.op.mode]
    total = at("ReduceSumSquare", at.x, longs(axes), keepdims=1)
    return at("Div", at.x, at("Sqrt", at("Add", total, at.number(at.op.eps))))


def response_norm(at: Site) -> str:
    """Local response normalization; an even number of channels is one less, and the sum still divided by it."""
    op, shape = at.op, at.shape
    taps = (op.nsize - 1) // 2 * 2 + 1
    image = (*shape[:2], int(np.prod(shape[2:])), 1) if at.rank != 4 else shape
    data = at.reshaped(at.x, shape, image)
    out = at("LRN", data, size=taps, alpha=op.alpha * taps / op.nsize, beta=op.beta, bias=op.knorm)
    return at.reshaped(out, image, shape)


OPERATORS = {
    "BatchNorm": batch_norm,
    "BatchNorm_v1": batch_norm,
    "Convolution": convolution,
    "Convolution_v1": convolution,
    "Deconvolution": deconvolution,
    "FullyConnected": fully_connected,
    "GroupNorm": group_norm,
    "InstanceNorm": instance_norm,
    "L2Normalization": l2_normalization,
    "LRN": response_norm,
    "LayerNorm": layer_norm,
    "_contrib_BatchNormWithReLU": batch_norm_with_relu,
    "_contrib_SyncBatchNorm": batch_norm,
}
