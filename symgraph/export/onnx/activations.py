"""Activations, softmaxes, and layers that end a network: their forward, without label or gradient."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symgraph.export.onnx.site import Site, from_front


def passed(at: Site) -> str:
    """The first input itself: no node at all."""
    return at.x


def plain(kind: str) -> Callable[[Site], str]:
    """The operator that is an ONNX operator of real numbers."""

    def translate(at: Site) -> str:
        at.require_float()
        return at(kind, at.x)

    return translate


_ACTIVATIONS = {
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "softrelu": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
}


def activation(at: Site) -> str:
    """An activation by name."""
    return at(_ACTIVATIONS[at.op.act_type], at.x)


def _gelu(at: Site) -> str:
    half = at("Mul", at.x, at.number(0.5))
    error = at("Erf", at("Mul", at.x, at.number(math.sqrt(0.5))))
    return at("Mul", half, at("Add", error, at.number(1)))


def _learnt(at: Site) -> str:
    """One slope for each channel, or for each element, or for all."""
    gamma, shape = at.ins[1], at.shapes[1]
    is_by_channel = len(shape) == 1 < at.rank and shape != (1,)
    return at("PRelu", at.x, at.along(gamma, 1, at.rank) if is_by_channel else gamma)


def _mean_slope(at: Site) -> list[str]:
    """Outside of training, the slope is the mean of the bounds; the second output is the slope of every element."""
    slope = (at.op.lower_bound + at.op.upper_bound) / 2
    out = at("LeakyRelu", at.x, alpha=slope)
    if not at.wanted[1]:
        return [out]
    return [out, at("Expand", at.number(slope), at("Shape", at.x))]


_SLOPED = {"leaky": "LeakyRelu", "elu": "Elu"}


def leaky_relu(at: Site) -> str | list[str]:
    """Rectifiers that are not zero on the negative side."""
    kind = at.op.act_type
    if kind == "rrelu":
        return _mean_slope(at)
    if kind in ("gelu", "prelu"):
        return (_gelu if kind == "gelu" else _learnt)(at)
    return at("Selu", at.x) if kind == "selu" else at(_SLOPED[kind], at.x, alpha=at.op.slope)


def hard_sigmoid(at: Site) -> str:
    """A line limited to [0, 1]."""
    return at("HardSigmoid", at.x, alpha=at.op.alpha, beta=at.op.beta)


def _scaled(at: Site) -> str:
    """Data over temperature, in the wider one of its dtype and the output's."""
    wide = np.promote_types(at.dtype, at.out_dtypes[0])
    value = at.x if wide == at.dtype else at.cast(at.x, wide)
    if at.op.temperature is None:
        return value
    return at("Div", value, at.number(at.op.temperature, wide))


def _delivered(at: Site, value: str) -> str:
    wide = np.promote_types(at.dtype, at.out_dtypes[0])
    return value if wide == at.out_dtypes[0] else at.cast(value, at.out_dtypes[0])


def softmax(at: Site) -> str:
    """Softmax along one axis; elements beyond a length take no part and are 0."""
    axis = from_front(at.op.axis, at.rank)
    value = _scaled(at)
    if not at.op.use_length:
        return _delivered(at, at("Softmax", value, axis=axis))
    wide = np.promote_types(at.dtype, at.out_dtypes[0])
    kept = tuple(1 if i == axis else length for i, length in enumerate(at.shape))
    length = at.reshaped(at.indices(1), at.shapes[1], kept)
    place = np.arange(at.shape[axis]).reshape([-1] + [1] * (at.rank - 1 - axis))
    inside = at("Less", place, length)
    lowest = at.number(float(np.finfo(wide).min), wide)
    share = at("Softmax", at("Where", inside, value, lowest), axis=axis)
    return _delivered(at, at("Where", inside, share, at.number(0, wide)))


def softmin(at: Site) -> str:
    """Softmax of the negative."""
    return _delivered(at, at("Softmax", at("Neg", _scaled(at)), axis=from_front(at.op.axis, at.rank)))


def log_softmax(at: Site) -> str:
    """Logarithm of the softmax."""
    return _delivered(at, at("LogSoftmax", _scaled(at), axis=from_front(at.op.axis, at.rank)))


def softmax_activation(at: Site) -> str:
    """Softmax over channels or along the last axis."""
    return at("Softmax", at.x, axis=1 if at.op.mode == "channel" else at.rank - 1)


def softmax_output(at: Site) -> str:
    """Its softmax: along axis 1, along the last axis, or over all axes but the first."""
    op, shape = at.op, at.shape
    # Images without multi_output are predicted along the last axis, as MXNet's CPU build does.
    is_image = at.rank == 4 and at.dtype == np.float32 and shape[3] > 1
    if op.multi_output or at.rank == 2:
        return at("Softmax", at.x, axis=1)
    if op.preserve_shape or is_image:
        return at("Softmax", at.x, axis=at.rank - 1)
    rows = at("Flatten", at.x, axis=1)
    flat = (shape[0], math.prod(shape[1:]))
    return at.reshaped(at("Softmax", rows, axis=1), flat, shape)


def _bound(at: Site, value: float) -> np.ndarray:
    """A limit in the dtype of data: one that is out of its range is its end."""
    if at.dtype.kind not in "iu":
        return at.number(value)
    ends = np.iinfo(at.dtype)
    return np.asarray(ends.min if value <= ends.min else ends.max if value >= ends.max else int(value), at.dtype)


def clip(at: Site) -> str:
    """Values limited to an interval. ONNX does not say what becomes of them if its ends are exchanged, so that is spelt."""
    low, high = (_bound(at, value) for value in (at.op.a_min, at.op.a_max))
    if at.op.a_min <= at.op.a_max:
        return at("Clip", at.x, low, high)
    raised = at("Where", at("Less", at.x, low), low, at.x)
    return at("Where", at("Greater", at.x, high), high, raised)


def over_root_of_length(at: Site) -> str:
    """Normalized attention: division by the root of the last axis."""
    return at("Div", at.x, at.number(math.sqrt(at.shape[-1])))


def smooth_l1(at: Site) -> str:
    """A parabola around zero, and lines beyond."""
    at.require_float()
    curvature = at.op.scalar**2
    distance = at("Abs", at.x)
    if curvature == 0:
        return at("Mul", distance, at.number(0))
    parabola = at("Mul", at("Mul", at.x, at.x), at.number(0.5 * curvature))
    line = at("Sub", distance, at.number(0.5 / curvature))
    return at("Where", at("Greater", distance, at.number(1 / curvature)), line, parabola)


def quadratic(at: Site) -> str:
    """a x² + b x + c."""
    at.require_float()
    op = at.op
    inner = at("Add", at("Mul", at.x, at.number(op.a)), at.number(op.b))
    return at("Add", at("Mul", inner, at.x), at.number(op.c))


OPERATORS = {
    **dict.fromkeys(
        (
            *("BlockGrad", "Dropout", "IdentityAttachKLSparseReg", "LinearRegressionOutput", "MAERegressionOutput"),
            *("MakeLoss", "SVMOutput", "_CrossDeviceCopy", "_contrib_gradientmultiplier", "_copy", "_copyto"),
            *("_identity_with_attr_like_rhs", "cast_storage", "make_loss"),
        ),
        passed,
    ),
    "Activation": activation,
    "LeakyReLU": leaky_relu,
    "LogisticRegressionOutput": plain("Sigmoid"),
    "SoftmaxActivation": softmax_activation,
    "SoftmaxOutput": softmax_output,
    "_contrib_div_sqrt_dim": over_root_of_length,
    "_contrib_quadratic": quadratic,
    "clip": clip,
    "hard_sigmoid": hard_sigmoid,
    "log_softmax": log_softmax,
    "relu": plain("Relu"),
    "sigmoid": plain("Sigmoid"),
    "smooth_l1": smooth_l1,
    "softmax": softmax,
    "softmin": softmin,
    "softsign": plain("Softsign"),
}
