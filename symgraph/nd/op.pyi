"""``symgraph.nd.op``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from collections.abc import Sequence
from typing import Any, Literal

from numpy.typing import DTypeLike

from symgraph.runtime.ndarray import NDArray

def abs(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Absolute value; gradient 0 at 0 and NaN.

    data (any shape) -> output (same shape)
    """

def Activation(
    data: NDArray | None = None,
    act_type: Literal["relu", "sigmoid", "softrelu", "softsign", "tanh"] = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Element-wise activation chosen by name.

    data (any shape) -> output (same shape)

    Attributes:
        act_type: relu max(x, 0) · sigmoid 1/(1+exp(-x)) · softrelu log(1+exp(x)) · softsign x/(1+|x|) · tanh.
    """

def adam_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mean: NDArray | None = None,
    var: NDArray | None = None,
    lr: float = ...,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of Adam without its bias correction, which callers put into lr: w - lr mean / (√var + epsilon).

    weight (any shape) · grad (same) · mean, var (same), states -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the step finite.
        rescale_grad, clip_gradient: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.
        lazy_update: of sparse gradients; no effect.

    Source: Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization".
    """

def add_n(*data: NDArray, num_args: int | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sum of any number of inputs, from left to right.

    arg0 (any shape) · arg1 (same shape) · ... -> output (same shape)

    Attributes:
        num_args: number of inputs; counted when left out.
    """

def all_finite(
    data: NDArray | None = None, init_output: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """1 if all elements are finite, 0 if one is infinite or NaN; it has no gradient.

    data (any shape) -> output (1,), float32

    Attributes:
        init_output: accepted, and of no effect: MXNet takes False for "and with what the output array holds".
    """

def amp_cast(data: NDArray | None = None, dtype: DTypeLike = ..., out: Any = None, name: str | None = None) -> NDArray:
    """float32 or narrower floats in another dtype, any other input as it is; used by automatic mixed precision.

    data (any shape) -> output (same shape), of `dtype` if data is float32, float16 or bfloat16

    Attributes:
        dtype: dtype of the output.
    """

def amp_multicast(
    *data: NDArray, num_outputs: int | None = None, cast_narrow: bool = False, out: Any = None, name: str | None = None
) -> Any:
    """All inputs that are float32 or narrower in their common widest (or narrowest) dtype; others as they are.

    data0 (any shape) · data1 (any shape) · ... -> output0 (as data0) · output1 (as data1) · ...

    Attributes:
        num_outputs: number of inputs and outputs; counted when left out.
        cast_narrow: cast to the narrowest rather than the widest dtype.
    """

def arccos(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse cosine, in [0, π].

    data (any shape) -> output (same shape)
    """

def arccosh(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse hyperbolic cosine.

    data (any shape) -> output (same shape)
    """

def arcsin(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse sine, in [-π/2, π/2].

    data (any shape) -> output (same shape)
    """

def arcsinh(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse hyperbolic sine.

    data (any shape) -> output (same shape)
    """

def arctan(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse tangent, in [-π/2, π/2].

    data (any shape) -> output (same shape)
    """

def arctanh(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse hyperbolic tangent.

    data (any shape) -> output (same shape)
    """

def argmax(
    data: NDArray | None = None,
    axis: int | None = None,
    keepdims: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Index of the maximum along an axis: the first of ties, and the first NaN if there is one; the gradient is 0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none), of data's dtype

    Attributes:
        axis: axis to search along; None: all of data, flattened.
        keepdims: keep the searched axes with length 1.
    """

def argmax_channel(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Index of the maximum along axis 1; the gradient is 0.

    data (n, c, d2, ..., dk) -> output (n, d2, ..., dk), of data's dtype
    """

def argmin(
    data: NDArray | None = None,
    axis: int | None = None,
    keepdims: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Index of the minimum along an axis: the first of ties, and the first NaN if there is one; the gradient is 0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none), of data's dtype

    Attributes:
        axis, keepdims: as of `argmax`.
    """

def argsort(
    data: NDArray | None = None,
    axis: int | None = -1,
    is_ascend: bool = True,
    dtype: DTypeLike = "float32",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Indices that sort along one axis; equal elements stay in their order.

    data (any shape) -> output (same shape; flat when there is no axis). The gradient is zero.

    Attributes:
        axis: the axis; negative counts from the end; None sorts all elements.
        is_ascend: smallest first.
        dtype: dtype of the indices.
    """

def batch_dot(
    lhs: NDArray | None = None,
    rhs: NDArray | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: Literal["csr", "default", "row_sparse"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Matrix products of two equally long stacks of matrices.

    lhs (n1, ..., ni, a, k) · rhs (n1, ..., ni, k, b) -> output (n1, ..., ni, a, b), with at least one axis n

    Attributes:
        transpose_a: the matrices of lhs are given as (k, a).
        transpose_b: the matrices of rhs are given as (b, k).
        forward_stype: storage of the output; accepted, and of no effect since all arrays are dense.
    """

def batch_take(
    a: NDArray | None = None, indices: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """Takes one element of each row. As in MXNet, it has no gradient: `pick` does the same and has one.

    a (d1, ..., dk, n) · indices (d1·…·dk elements in any shape), int32 -> output (shape of indices)
    """

def BatchNorm(
    data: NDArray | None = None,
    gamma: NDArray | None = None,
    beta: NDArray | None = None,
    moving_mean: NDArray | None = None,
    moving_var: NDArray | None = None,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    axis: int = 1,
    cudnn_off: bool = False,
    min_calib_range: float | None = None,
    max_calib_range: float | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Normalize channels over the batch to zero mean and unit variance, then scale and shift (Ioffe and Szegedy 2015).

    data (any shape; c channels along ``axis``) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,). Despite its name ``var`` is 1 / sqrt(variance + eps), as in MXNet.

    In training the statistics are those of the batch, and ``moving = momentum * moving + (1 - momentum) * batch`` with
    the biased variance; otherwise the moving statistics are used. float16 data has float32 parameters.
    No gradient flows through ``mean`` and ``var``.

    Attributes:
        eps: added to the variance.
        momentum: of the moving statistics.
        fix_gamma: treat gamma as 1, with zero gradient.
        use_global_stats: use the moving statistics even in training.
        output_mean_var: make ``mean`` and ``var`` visible.
        axis: the channel axis.
        cudnn_off, min_calib_range, max_calib_range: accepted for compatibility.

    MXNet overwrites the argument gamma by ones when ``fix_gamma`` is set; here arguments are never written to.
    """

def BatchNorm_v1(
    data: NDArray | None = None,
    gamma: NDArray | None = None,
    beta: NDArray | None = None,
    eps: float = 0.001,
    momentum: float = 0.9,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    out: Any = None,
    name: str | None = None,
    *,
    moving_mean: NDArray | None = None,
    moving_var: NDArray | None = None,
) -> NDArray:
    """The BatchNorm of MXNet's first releases, along axis 1; its third output is the variance itself.

    data (n, c, ...) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,)

    Attributes:
        eps, momentum, fix_gamma, use_global_stats, output_mean_var: as for BatchNorm.
    """

def BilinearSampler(
    data: NDArray | None = None,
    grid: NDArray | None = None,
    cudnn_off: bool | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Reads images at the positions of a grid, with bilinear interpolation and zeros around the image.

    data (n, c, h, w) · grid (n, 2, y, x) -> output (n, c, y, x). grid[:, 0] are horizontal and grid[:, 1] vertical
    positions; -1 is the centre of the first pixel and 1 that of the last.

    Attributes:
        cudnn_off: accepted for compatibility.
    """

def BlockGrad(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """The input itself, with a gradient of zero.

    data (any shape) -> output (same shape)
    """

def broadcast_add(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs + rhs, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_axes(
    data: NDArray | None = None,
    axis: Sequence[int] | int = (),
    size: Sequence[int] | int = (),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Repetition of given axes, of length 1, to given lengths.

    data (d1, ..., dk) -> output (d1, ..., dk) with d[axis] = size

    Attributes:
        axis: the axes, counted from the front.
        size: their lengths in the output.
    """

broadcast_axis = broadcast_axes

def broadcast_div(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs / rhs, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_equal(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where lhs == rhs, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_greater(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where lhs > rhs, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_greater_equal(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where lhs >= rhs, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_hypot(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """√(lhs² + rhs²), broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_lesser(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where lhs < rhs, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_lesser_equal(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where lhs <= rhs, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_like(
    lhs: NDArray | None = None,
    rhs: NDArray | None = None,
    lhs_axes: Sequence[int] | int | None = None,
    rhs_axes: Sequence[int] | int | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Repetition of axes of length 1 of lhs up to their length in rhs; only lhs has a gradient.

    lhs (d1, ..., dk) · rhs (e1, ..., ek) -> output (e1, ..., ek);
    with axes: output is lhs with d[lhs_axes[i]] = e[rhs_axes[i]], and rhs may have any rank

    Attributes:
        lhs_axes: the axes to repeat; None: all.
        rhs_axes: as many axes of rhs that give the lengths.
    """

def broadcast_logical_and(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where both are non-zero, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_logical_or(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where one is non-zero, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_logical_xor(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where just one is non-zero, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_maximum(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """The larger of both (gradient of ties: lhs), broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_minimum(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """The smaller of both (gradient of ties: lhs), broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_minus(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs - rhs, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_mod(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """Remainder of lhs / rhs with the sign of rhs, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_mul(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs · rhs, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

def broadcast_not_equal(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """1 where lhs != rhs, else 0, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

broadcast_plus = broadcast_add

def broadcast_power(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs to the power of rhs, broadcast.

    lhs (any shape) · rhs (broadcastable shape) -> output (shape of both together)
    """

broadcast_sub = broadcast_minus

def broadcast_to(
    data: NDArray | None = None, shape: Sequence[int] | int = (), out: Any = None, name: str | None = None
) -> NDArray:
    """Repetition of axes of length 1 up to a given shape.

    data (d1, ..., dk) -> output (shape)

    Attributes:
        shape: length of every axis of the output; 0 keeps that of data.
    """

def Cast(data: NDArray | None = None, dtype: DTypeLike = ..., out: Any = None, name: str | None = None) -> NDArray:
    """The input in another dtype; the gradient passes, through integers and booleans too.

    data (any shape) -> output (same shape), of `dtype`

    Attributes:
        dtype: dtype of the output; integers truncate fractions.
    """

cast = Cast

def cast_storage(
    data: NDArray | None = None,
    stype: Literal["csr", "default", "row_sparse"] = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The input in another form of storage. All arrays of symgraph are dense, so that ``"default"`` is the only one.

    data (any shape) -> output (same shape)

    Attributes:
        stype: the form of storage; others than ``"default"`` are refused.
    """

def cbrt(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Cube root.

    data (any shape) -> output (same shape)
    """

def ceil(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Smallest whole number not below x.

    data (any shape) -> output (same shape)
    """

def choose_element_0index(
    data: NDArray | None = None,
    index: NDArray | None = None,
    axis: int | None = -1,
    keepdims: bool = False,
    mode: Literal["clip", "wrap"] = "clip",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Picks one element along an axis for every position on the other axes.

    data (..., d, ...) · index (data's shape without the axis, or with length 1 there), of any dtype -> output (data's
    shape without the axis; (1,) for a vector)

    The gradient of index is zero.

    Attributes:
        axis: the axis to pick along; negative counts from the end.
        keepdims: keep the axis, with length 1.
        mode: what to do with numbers outside of [0, d). clip: take the nearest · wrap: count around.
    """

def clip(
    data: NDArray | None = None, a_min: float = ..., a_max: float = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Values limited to [a_min, a_max]; the gradient is 1 inside and on the border, for NaN too, and 0 outside.

    data (any shape) -> output (same shape)

    Attributes:
        a_min, a_max: the limits; integer data truncates them.
    """

def col2im(
    data: NDArray | None = None,
    output_size: Sequence[int] | int = ...,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Adds windows, given as columns, into the pictures they came from; the transpose of `im2col`.

    data (n, c·k1·…·kd, w1·…·wd) -> output (n, c, *output_size)

    Attributes:
        output_size: lengths of the spatial axes of the output.
        kernel, stride, dilate, pad: as for `im2col`.
    """

def Concat(
    *data: NDArray, num_args: int | None = None, dim: int = 1, out: Any = None, name: str | None = None
) -> NDArray:
    """Lays arrays end to end along one axis.

    inputs (..., di, ...), equal on all other axes -> output (..., d1 + ... + dn, ...). One unknown di is inferred from
    the output.

    Attributes:
        num_args: number of inputs; counted for you.
        dim: the axis; negative counts from the end.
    """

concat = Concat

def Convolution(
    data: NDArray | None = None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    num_filter: int = ...,
    num_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    cudnn_tune: Literal["off", "limited_workspace", "fastest"] | None = None,
    cudnn_off: bool = False,
    layout: Literal["NCW", "NCHW", "NCDHW", "NHWC", "NDHWC"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Cross-correlation with a bank of filters, the layer of convolutional networks (LeCun et al. 1989).

    With k spatial axes: data (n, c, x1, ..., xk) · weight (num_filter, c / num_group, *kernel) · bias (num_filter,)
    -> output (n, num_filter, y1, ..., yk), where y = floor((x + 2 pad - dilate (kernel - 1) - 1) / stride) + 1.
    A layout that ends in C moves the channel axis of data and output to the end, and makes weight
    (num_filter, *kernel, c / num_group).

    Attributes:
        kernel: extent of the filters, one entry per spatial axis (1 to 3).
        stride, dilate, pad: step between windows, distance between taps (Yu and Koltun 2016), zeros at both borders.
        num_filter: number of filters.
        num_group: channels and filters are split into so many groups that do not see each other.
        no_bias: leave out ``bias``.
        layout: order of the axes; by default batch, channel, spatial.
        workspace, cudnn_tune, cudnn_off: accepted for compatibility; XLA plans by itself.

    MXNet's CPU build refuses the channel-last layouts and float16; here they work everywhere.
    """

def Convolution_v1(
    data: NDArray | None = None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    num_filter: int = ...,
    num_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    cudnn_tune: Literal["off", "limited_workspace", "fastest"] | None = None,
    cudnn_off: bool = False,
    layout: Literal["NCHW", "NCDHW", "NHWC", "NDHWC"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The Convolution of MXNet's first releases; two and three dimensions only, otherwise the same.

    data (n, c, *x) · weight (num_filter, c / num_group, *kernel) · bias (num_filter,) -> output (n, num_filter, *y)

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, no_bias, layout: as for Convolution.
        workspace, cudnn_tune, cudnn_off: accepted for compatibility.
    """

def Correlation(
    data1: NDArray | None = None,
    data2: NDArray | None = None,
    kernel_size: int = 1,
    max_displacement: int = 1,
    stride1: int = 1,
    stride2: int = 1,
    pad_size: int = 0,
    is_multiply: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Compares patches of one feature map with displaced patches of another (FlowNet, Dosovitskiy et al. 2015).

    data1 (n, c, h, w) · data2 (n, c, h, w) -> output (n, d·d, y, x), with one channel for every displacement, by rows:
    d = 2 floor(max_displacement / stride2) + 1. With r = max_displacement + (kernel_size - 1) / 2,
    y = ceil((h + 2 pad_size - 2 r) / stride1) and x likewise. Each number is the mean over c·kernel_size² products.

    Attributes:
        kernel_size: height and width of a patch.
        max_displacement: farthest displacement, in pixels.
        stride1: step from patch to patch of data1.
        stride2: step from displacement to displacement.
        pad_size: zeros around both maps.
        is_multiply: compare by products; with False by absolute differences.

    The derivative of an absolute difference of 0 is 1 for data1 and -1 for data2.
    """

def cos(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Cosine of radians.

    data (any shape) -> output (same shape)
    """

def cosh(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Hyperbolic cosine.

    data (any shape) -> output (same shape)
    """

def Crop(
    *data: NDArray,
    num_args: int | None = None,
    offset: Sequence[int] | int = (0, 0),
    h_w: Sequence[int] | int = (0, 0),
    center_crop: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Cuts a window out of the height and width of a stack of pictures.

    data (n, c, h, w) · crop_like (any, any, h', w'), only with ``num_args=2`` -> output (n, c, h', w')

    Attributes:
        num_args: 2 to take the size of the window from a second input, 1 to take it from `h_w`.
        offset: row and column of the window's upper left corner.
        h_w: height and width of the window when there is one input.
        center_crop: put the window into the middle instead.
    """

def crop(
    data: NDArray | None = None,
    begin: Sequence[int | None] | int | None = ...,
    end: Sequence[int | None] | int | None = ...,
    step: Sequence[int | None] | int | None = (),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Cuts out data[begin:end:step], as Python slices do, on the leading axes.

    data (any shape) -> output (data's rank)

    Attributes:
        begin, end: bounds of each leading axis; negative counts from the end, None means up to the end, and what lies
            outside is cut off.
        step: stride of each axis, negative to go backwards; empty or None means 1.
    """

def ctc_loss(
    data: NDArray | None = None,
    label: NDArray | None = None,
    data_lengths: NDArray | None = None,
    label_lengths: NDArray | None = None,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Literal["first", "last"] = "first",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Negative log likelihood of label sequences, over all alignments with a sequence of scores (Graves et al. 2006).

    data (time, n, classes), before the softmax · label (n, l), class numbers, padded at the end · data_lengths (n,) ·
    label_lengths (n,) -> output0 (n,) · hidden output1 (as data), its gradient. No other input gets a gradient.
    A label that no alignment can spell, for want of time, has a loss and gradient of zero.

    Attributes:
        use_data_lengths: whether there is an input ``data_lengths``; by default all sequences fill data.
        use_label_lengths: whether there is an input ``label_lengths``; by default the first padding ends a label.
        blank_label: which class means "nothing": first, class 0, with 0 for padding · last, the last class, with -1.
    """

CTCLoss = ctc_loss

def cumsum(
    a: NDArray | None = None,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Running sum along an axis: each element becomes the sum of all up to and including itself.

    a (d1, ..., dk) -> output (same shape), or (d1·…·dk,) without an axis

    Attributes:
        axis: the axis, counted from the front: as in MXNet, a negative one is refused. Without it, all elements in order.
        dtype: of the output, and of the elements before they are added; that of a by default, int64 for bool.

    The gradient is the running sum of the head gradient from the other end, whatever the dtypes.
    """

def Custom(*data: NDArray, op_type: str, out: Any = None, name: str | None = None, **kwargs: Any) -> Any:
    """An operator written in Python, registered with `mx.operator.register`.

    inputs and auxiliary states -> outputs, all as its CustomOpProp says

    Attributes:
        op_type: the registered name. All further attributes are passed to the CustomOpProp as strings.
    """

def Deconvolution(
    data: NDArray | None = None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    adj: Sequence[int] | int = (),
    target_shape: Sequence[int] | int = (),
    num_filter: int = ...,
    num_group: int = 1,
    workspace: int = 512,
    no_bias: bool = True,
    cudnn_tune: Literal["off", "limited_workspace", "fastest"] | None = None,
    cudnn_off: bool = False,
    layout: Literal["NCW", "NCHW", "NCDHW", "NHWC", "NDHWC"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Transposed convolution, the gradient of Convolution by its data, used to enlarge (Zeiler et al. 2010).

    With k spatial axes: data (n, c, x1, ..., xk) · weight (c, num_filter / num_group, *kernel) · bias (num_filter,)
    -> output (n, num_filter, y1, ..., yk), where y = stride (x - 1) + dilate (kernel - 1) + 1 - 2 pad + adj.
    A layout that ends in C moves the channel axis of data and output to the end, and makes weight
    (c, *kernel, num_filter / num_group).

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, layout: as for Convolution, of which this is the transpose.
        adj: elements added at the end of each output axis, less than stride.
        target_shape: spatial shape of the output; overrides ``pad`` and ``adj``. All zeros is as if not given.
        no_bias: leave out ``bias``; True by default.
        workspace, cudnn_tune, cudnn_off: accepted for compatibility; XLA plans by itself.
    """

def degrees(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Radians as degrees.

    data (any shape) -> output (same shape)
    """

def depth_to_space(
    data: NDArray | None = None, block_size: int = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Spreads groups of channels over square blocks of pixels; the inverse of `space_to_depth`.

    data (n, c·b², h, w) -> output (n, c, h·b, w·b), with b = `block_size`

    Attributes:
        block_size: edge of a square, in pixels.
    """

def diag(
    data: NDArray | None = None, k: int = 0, axis1: int = 0, axis2: int = 1, out: Any = None, name: str | None = None
) -> NDArray:
    """Reads a diagonal, or makes a matrix of one.

    data (n,) -> output (n + |k|, n + |k|), zero off the k-th diagonal · data with more axes -> output without axes
    `axis1` and `axis2`, and the diagonal as its last axis.

    Attributes:
        k: which diagonal; 0 is the main one, positive lies above.
        axis1, axis2: the axes that span the matrices, for data with more than one axis.
    """

def dot(
    lhs: NDArray | None = None,
    rhs: NDArray | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: Literal["csr", "default", "row_sparse"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Product of two arrays: the sum over the last axis of lhs and the first axis of rhs.

    lhs (a1, ..., ai, k) · rhs (k, b1, ..., bj) -> output (a1, ..., ai, b1, ..., bj); (1,) for two vectors.

    Attributes:
        transpose_a: sum over the first axis of lhs instead.
        transpose_b: sum over the last axis of rhs instead.
        forward_stype: storage of the output; accepted, and of no effect since all arrays are dense.
    """

def Dropout(
    data: NDArray | None = None,
    p: float = 0.5,
    mode: Literal["always", "training"] = "training",
    axes: Sequence[int] | int = (),
    cudnn_off: bool | None = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Set each element to zero with probability p, and divide the others by 1 - p (Srivastava et al. 2014).

    data (any shape) -> output (same shape) · hidden mask (data's shape, with 1 along ``axes``): 0 or 1 / (1 - p).
    The gradient passes through the same mask.

    Attributes:
        p: probability in [0, 1] of being dropped.
        mode: training drops in training only · always drops at inference, too.
        axes: axes along which the mask is shared.
        cudnn_off: accepted for compatibility.

    With p = 1 MXNet gives NaN; here everything is dropped.
    """

ElementWiseSum = add_n

def elemwise_add(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs + rhs.

    lhs (any shape) · rhs (same shape) -> output (same shape)
    """

def elemwise_div(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs / rhs.

    lhs (any shape) · rhs (same shape) -> output (same shape)
    """

def elemwise_mul(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs · rhs.

    lhs (any shape) · rhs (same shape) -> output (same shape)
    """

def elemwise_sub(
    lhs: NDArray | None = None, rhs: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """lhs - rhs.

    lhs (any shape) · rhs (same shape) -> output (same shape)
    """

def Embedding(
    data: NDArray | None = None,
    weight: NDArray | None = None,
    input_dim: int = ...,
    output_dim: int = ...,
    dtype: DTypeLike = "float32",
    sparse_grad: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Looks up a trained vector for each number, such as one for each word.

    data (i1, ..., ik), of any dtype · weight (input_dim, output_dim) -> output (i1, ..., ik, output_dim)

    Numbers outside of [0, input_dim) take the nearest row. The gradient of weight sums over equal numbers; that of data
    is zero (MXNet raises when it is asked for).

    Attributes:
        input_dim: number of vectors.
        output_dim: length of each.
        dtype: dtype of weight, unless weight is given with another.
        sparse_grad: accepted, and of no effect since all gradients are dense.
    """

def erf(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Error function 2/√π ∫₀ˣ exp(-t²) dt.

    data (any shape) -> output (same shape)
    """

def erfinv(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse of the error function.

    data (any shape) -> output (same shape)
    """

def exp(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """eˣ.

    data (any shape) -> output (same shape)
    """

def expand_dims(data: NDArray | None = None, axis: int = ..., out: Any = None, name: str | None = None) -> NDArray:
    """Inserts an axis of length 1.

    data (d1, ..., dk) -> output with k + 1 axes

    Attributes:
        axis: position of the new axis in the output; negative counts from the output's end.
    """

def expm1(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """eˣ - 1, precise near 0.

    data (any shape) -> output (same shape)
    """

def fill_element_0index(
    lhs: NDArray | None = None,
    mhs: NDArray | None = None,
    rhs: NDArray | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A copy of a matrix with one element of each row replaced.

    lhs (n, m) · mhs (n,), the new elements · rhs (n,), their columns -> output (n, m); columns outside of [0, m) are
    ignored
    """

def fix(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Whole number next to x in the direction of zero.

    data (any shape) -> output (same shape)
    """

def Flatten(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Collapses all axes but the first into one.

    data (n, d1, ..., dk) -> output (n, d1·…·dk); k = 0 gives (n, 1).
    """

flatten = Flatten

def flip(
    data: NDArray | None = None, axis: Sequence[int] | int = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Reverses the order of elements along axes.

    data (any shape) -> output (same shape)

    Attributes:
        axis: the axes, counted from the front: as in MXNet, negative numbers are refused.
    """

def floor(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Largest whole number not above x.

    data (any shape) -> output (same shape)
    """

def ftml_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    d: NDArray | None = None,
    v: NDArray | None = None,
    z: NDArray | None = None,
    lr: float = ...,
    beta1: float = 0.6,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    t: int = ...,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_grad: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of "follow the moving leader".

    weight (any shape) · grad (same) · d, v, z (same), states -> output (same): the new weight

    v ← beta2 v + (1 - beta2) g²; d' = (1 - beta1ᵗ) / lr (√(v / (1 - beta2ᵗ)) + epsilon);
    z ← beta1 z + (1 - beta1) g - (d' - beta1 d) w; d ← d'; -z / d.

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        beta1, beta2, epsilon, t: as in the formulas; t counts steps from 1.
        rescale_grad, clip_grad: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.

    Source: Zheng, Kwok 2017, "Follow the Moving Leader in Deep Learning".
    """

def ftrl_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    z: NDArray | None = None,
    n: NDArray | None = None,
    lr: float = ...,
    lamda1: float = 0.01,
    beta: float = 1.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of "follow the regularized leader", whose L1 term makes weights exactly zero.

    weight (any shape) · grad (same) · z, n (same), states -> output (same): the new weight

    z ← z + g - (√(n + g²) - √n) w / lr; n ← n + g²; 0 where |z| <= lamda1, else
    (sign(z) lamda1 - z) / ((beta + √n) / lr + wd).

    Attributes:
        lr, lamda1, beta, wd: as in the formulas; wd is the L2 term.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches".
    """

def FullyConnected(
    data: NDArray | None = None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    num_hidden: int = ...,
    no_bias: bool = False,
    flatten: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Affine map y = x Wᵀ + b, the dense layer.

    data (n, d1, ..., dk) · weight (num_hidden, d1·…·dk) · bias (num_hidden,) -> output (n, num_hidden);
    with ``flatten=False`` only the last axis is mapped: data (..., d) -> output (..., num_hidden).

    Attributes:
        num_hidden: length of the output's last axis.
        no_bias: leave out ``bias``.
        flatten: collapse all axes of data but the first.
    """

def gamma(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Gamma function, (x - 1)! of whole numbers.

    data (any shape) -> output (same shape)
    """

def gammaln(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Logarithm of |gamma(x)|.

    data (any shape) -> output (same shape)
    """

def gather_nd(
    data: NDArray | None = None, indices: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """Reads an array at positions given by coordinates.

    data (d1, ..., dk) · indices (m, i1, ..., ij), of any dtype, m <= k -> output (i1, ..., ij, d(m+1), ..., dk), where
    output[i] = data[indices[0, i], ..., indices[m-1, i]]

    The gradient of data sums over equal positions; that of indices is zero. Negative coordinates count from the end,
    and those beyond an axis take its nearest element (MXNet raises an IndexError).
    """

def GridGenerator(
    data: NDArray | None = None,
    transform_type: Literal["affine", "warp"] = ...,
    target_shape: Sequence[int] | int = (0, 0),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A grid of positions for BilinearSampler, from an affine map or from optical flow.

    affine: data (n, 6), the rows of A -> output (n, 2, height, width), where output[:, :, i, j] = A (x_j, y_i, 1).
    warp: data (n, 2, height, width), displacements (dx, dy) in pixels -> output (as data), where each pixel is displaced.
    The first channel of output is x, the second y; from edge to edge they run from -1 to 1.

    Attributes:
        transform_type: affine · warp.
        target_shape: (height, width) of the output; affine only.

    Along an axis of length 1 the positions are NaN, as in MXNet. MXNet's CPU build takes float32 only.
    """

def GroupNorm(
    data: NDArray | None = None,
    gamma: NDArray | None = None,
    beta: NDArray | None = None,
    num_groups: int = 1,
    eps: float = 1e-05,
    output_mean_var: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Normalize groups of channels to zero mean and unit variance, then scale and shift every group (Wu and He 2018).

    data (n, c, ...) · gamma (num_groups,) · beta (num_groups,)
    -> output (as data) · mean, std (n, num_groups), where std = sqrt(variance + eps).
    MXNet 1.9 has one gamma and beta per group; the paper has them per channel.

    Attributes:
        num_groups: into how many groups the channels are divided.
        eps: added to the variance.
        output_mean_var: make ``mean`` and ``std`` visible; they pass no gradient.
    """

def hard_sigmoid(
    data: NDArray | None = None, alpha: float = 0.2, beta: float = 0.5, out: Any = None, name: str | None = None
) -> NDArray:
    """alpha · x + beta, limited to [0, 1]; the gradient is alpha strictly between the limits, else 0 (for NaN too).

    data (any shape) -> output (same shape)

    Attributes:
        alpha: slope.
        beta: value at 0.
    """

def identity(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """The input itself.

    data (any shape) -> output (same shape)
    """

def IdentityAttachKLSparseReg(
    data: NDArray | None = None,
    sparseness_target: float = 0.1,
    penalty: float = 0.001,
    momentum: float = 0.9,
    out: Any = None,
    name: str | None = None,
    *,
    moving_avg: NDArray | None = None,
) -> NDArray:
    """The input itself, activations in (0, 1), whose gradient is pushed towards a mean activation (Ng 2011).

    data (n, c, ...) · state moving_avg (c,) -> output (as data). To the head gradient is added
    penalty · (-ρ / avg + (1 - ρ) / (1 - avg)), the gradient of the divergence of every channel's mean activation from ρ;
    avg is the moving average after its update, moving_avg = momentum · moving_avg + (1 - momentum) · mean.

    Attributes:
        sparseness_target: ρ, the wanted mean activation.
        penalty: weight of the addition.
        momentum: of the moving average.
    """

def im2col(
    data: NDArray | None = None,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The windows that a convolution sees, each as a column.

    data (n, c, *lengths) -> output (n, c·k1·…·kd, w1·…·wd), with kernel (k1, ..., kd) at w1 × ... × wd positions

    Attributes:
        kernel: size of the window.
        stride: step from one window to the next; default 1.
        dilate: distance of the elements of a window; default 1.
        pad: zeros added on both sides of each axis; default 0.
    """

def InstanceNorm(
    data: NDArray | None = None,
    gamma: NDArray | None = None,
    beta: NDArray | None = None,
    eps: float = 0.001,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Normalize channels of each example to zero mean and unit variance, then scale and shift (Ulyanov et al. 2016).

    data (n, c, ...) · gamma (c,) · beta (c,) -> output (as data) · hidden mean, var (n, c)

    Attributes:
        eps: added to the variance.
    """

def khatri_rao(*data: NDArray, num_args: int | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Column-wise Kronecker product of matrices (Khatri and Rao, 1968). As in MXNet, it has no gradient.

    inputs (mi, n) -> output (m1·...·mk, n), whose column j is the Kronecker product of the columns j of the inputs

    Attributes:
        num_args: number of inputs; counted for you.
    """

def L2Normalization(
    data: NDArray | None = None,
    eps: float = 1e-10,
    mode: Literal["channel", "instance", "spatial"] = "instance",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Divide by the Euclidean norm: x / sqrt(Σ x² + eps).

    data (n, c, ...) -> output (as data) · hidden norm (the axes that were not summed)

    Attributes:
        mode: instance sums all axes but the first · channel sums axis 1 · spatial sums all axes from 2 on.
        eps: added to the sum of squares.
    """

def lamb_update_phase1(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mean: NDArray | None = None,
    var: NDArray | None = None,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-06,
    t: int = ...,
    bias_correction: bool = True,
    wd: float = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The direction of a step of LAMB, which `lamb_update_phase2` takes: mean / (√var + epsilon) + wd w.

    weight (any shape) · grad (same) · mean, var (same), states -> output (same): the direction

    Attributes:
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the direction finite.
        t, bias_correction: number of the step, from 1, and whether the averages are corrected by it.
        wd: weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".
    """

def lamb_update_phase2(
    weight: NDArray | None = None,
    g: NDArray | None = None,
    r1: NDArray | None = None,
    r2: NDArray | None = None,
    lr: float = ...,
    lower_bound: float = -1.0,
    upper_bound: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of LAMB in a direction from `lamb_update_phase1`: w - lr (r1 / r2) g.

    weight (any shape) · g (same), the direction · r1 (1,), norm of weight · r2 (1,), norm of g -> output: the new weight

    Attributes:
        lr: learning rate.
        lower_bound, upper_bound: limits of r1, unless negative. Where r1 or r2 is 0, their ratio counts as 1.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".
    """

def LayerNorm(
    data: NDArray | None = None,
    gamma: NDArray | None = None,
    beta: NDArray | None = None,
    axis: int = -1,
    eps: float = 1e-05,
    output_mean_var: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Normalize along one axis to zero mean and unit variance, then scale and shift (Ba et al. 2016).

    data (any shape; c elements along ``axis``) · gamma (c,) · beta (c,)
    -> output (as data) · mean, std (as data, with 1 along ``axis``), where std = sqrt(variance + eps)

    Attributes:
        axis: the axis to normalize.
        eps: added to the variance.
        output_mean_var: make ``mean`` and ``std`` visible; they pass no gradient.
    """

def LeakyReLU(
    data: NDArray | None = None,
    gamma: NDArray | None = None,
    act_type: Literal["elu", "gelu", "leaky", "prelu", "rrelu", "selu"] = "leaky",
    slope: float = 0.25,
    lower_bound: float = 0.125,
    upper_bound: float = 0.334,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Rectifier with a negative side, chosen by name.

    data (n, c, ...) · gamma ((c,) or (1,) or as data; prelu only) -> output (as data); rrelu also has the output mask
    (as data), the slopes it used.

    Attributes:
        act_type: leaky slope·x (Maas et al. 2013) · prelu gamma·x, learnt (He et al. 2015) · rrelu a random slope
            between the bounds in training, their mean otherwise (Xu et al. 2015) · elu slope·(exp(x) - 1)
            (Clevert et al. 2015) · selu 1.0507·1.6733·(exp(x) - 1), and 1.0507·x where x > 0 (Klambauer et al. 2017) ·
            gelu x·Φ(x) everywhere (Hendrycks and Gimpel 2016). The others are x where x > 0.
        slope: of leaky and elu.
        lower_bound, upper_bound: of the slopes of rrelu.

    MXNet crashes on rrelu in training; here it works. The gradient of selu where x <= 0 is MXNet's
    1.0507·(1.6733 + output), which is less than the derivative.
    """

def linalg_det(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Determinant of matrices.

    A (..., n, n) -> output0 (...), (1,) of a single matrix. The gradient of a singular matrix is 0.
    """

def linalg_extractdiag(A: NDArray | None = None, offset: int = 0, out: Any = None, name: str | None = None) -> NDArray:
    """A diagonal of square matrices.

    A (..., n, n) -> output (..., n - |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.
    """

def linalg_extracttrian(
    A: NDArray | None = None, offset: int = 0, lower: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """A triangle of square matrices: row by row if it is a lower one, column by column if an upper one.

    A (..., n, n) -> output (..., k (k + 1) / 2), with k = n - |offset|

    Attributes:
        offset: the triangle ends at the diagonal so far above the main one, and is an upper triangle; negative below,
            and is a lower one.
        lower: for offset 0, the lower rather than the upper triangle.
    """

def linalg_gelqf(A: NDArray | None = None, out: Any = None, name: str | None = None) -> Any:
    """LQ factorization A = L Q, with orthonormal rows in Q and L lower triangular.

    A (..., m, n) of full rank, m <= n -> output0 Q (..., m, n) · output1 L (..., m, m). Signs are those of Householder
    reflections, so that the diagonal of L may be negative.
    """

def linalg_gemm(
    A: NDArray | None = None,
    B: NDArray | None = None,
    C: NDArray | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Matrix product and sum: alpha · op(A) op(B) + beta · C, with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) · C (..., m, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        beta: factor of C.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.
    """

def linalg_gemm2(
    A: NDArray | None = None,
    B: NDArray | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    axis: int = -2,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Matrix product alpha · op(A) op(B), with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.
    """

def linalg_inverse(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse of matrices.

    A (..., n, n) -> output (..., n, n)

    MXNet raises when a matrix is singular; here its inverse is infinite or NaN.
    """

def linalg_makediag(A: NDArray | None = None, offset: int = 0, out: Any = None, name: str | None = None) -> NDArray:
    """Square matrices with given values on a diagonal and 0 elsewhere.

    A (..., m) -> output (..., m + |offset|, m + |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.
    """

def linalg_maketrian(
    A: NDArray | None = None, offset: int = 0, lower: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """Square matrices with given values in a triangle, in the order of `linalg.extracttrian`, and 0 elsewhere.

    A (..., k (k + 1) / 2) -> output (..., n, n), with n = k + |offset|

    Attributes:
        offset, lower: as of `linalg.extracttrian`.
    """

def linalg_potrf(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Cholesky factor L of symmetric positive definite matrices A = L Lᵀ; only the lower triangle of A is read.

    A (..., n, n) -> output (..., n, n), lower triangular. The gradient is symmetric: an entry and its mirror image share
    it equally (Murray, "Differentiation of the Cholesky decomposition", 2016).

    MXNet raises when a matrix is not positive definite; here its factor is NaN, as a compiled program does not stop.
    """

def linalg_potri(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse of L Lᵀ from its Cholesky factor L, of which only the lower triangle is read.

    A (..., n, n), the factor -> output (..., n, n). The gradient is lower triangular.

    MXNet raises when the factor has a 0 on its diagonal; here the result is infinite or NaN.
    """

def linalg_slogdet(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sign of the determinant of matrices, and logarithm of its magnitude: 0 and -inf of a singular matrix.

    A (..., n, n) -> output0 sign (...), (1,) of a single matrix · output1 logarithm (as output0). The sign passes no
    gradient, and the gradient of a singular matrix is 0.
    """

def linalg_sumlogdiag(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sum of the logarithms of the diagonal of square matrices; of a Cholesky factor, half the log-determinant.

    A (..., n, n) -> output (...), (1,) of a single matrix; the logarithm of a negative entry is NaN
    """

def linalg_syrk(
    A: NDArray | None = None, transpose: bool = False, alpha: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Product of matrices with their own transpose: alpha · A Aᵀ.

    A (..., m, n) -> output (..., m, m), or (..., n, n) if transposed

    Attributes:
        transpose: alpha · Aᵀ A instead.
        alpha: factor of the product.
    """

def linalg_trmm(
    A: NDArray | None = None,
    B: NDArray | None = None,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Product of a triangular and a general matrix: alpha · op(A) B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: alpha · B op(A) instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of the product.
    """

def linalg_trsm(
    A: NDArray | None = None,
    B: NDArray | None = None,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Solution X of the triangular system op(A) X = alpha · B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: solve X op(A) = alpha · B instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of B.
    """

def LinearRegressionOutput(
    data: NDArray | None = None,
    label: NDArray | None = None,
    grad_scale: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The input itself, with the gradient of the squared error (output - label)² / 2.

    data (n, ...) · label (as data, or as many elements per example) -> output (as data).
    The gradient of data is divided by the elements of label per example and does not depend on the head
    gradient; that of label is zero.

    Attributes:
        grad_scale: factor of the gradient.
    """

def log(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Natural logarithm.

    data (any shape) -> output (same shape)
    """

def log10(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Logarithm to base 10.

    data (any shape) -> output (same shape)
    """

def log1p(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """log(1 + x), precise near 0.

    data (any shape) -> output (same shape)
    """

def log2(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Logarithm to base 2.

    data (any shape) -> output (same shape)
    """

def log_softmax(
    data: NDArray | None = None,
    axis: int = -1,
    temperature: float | None = None,
    dtype: DTypeLike | None = None,
    use_length: bool | None = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Logarithm of the softmax, x / temperature - log Σ exp(x / temperature), without overflow.

    data (any shape) -> output (same shape)

    Attributes:
        axis, temperature, dtype: as for softmax.
        use_length: must be false; there are no lengths.
    """

def logical_not(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """1 where x is 0, else 0.

    data (any shape) -> output (same shape)
    """

def LogisticRegressionOutput(
    data: NDArray | None = None,
    label: NDArray | None = None,
    grad_scale: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """1 / (1 + exp(-x)), with the gradient of the cross entropy: output - label.

    data (n, ...) · label (as data, or as many elements per example) -> output (as data).
    The gradient of data is divided by the elements of label per example and does not depend on the head
    gradient; that of label is zero.

    Attributes:
        grad_scale: factor of the gradient.
    """

def LRN(
    data: NDArray | None = None,
    alpha: float = 0.0001,
    beta: float = 0.75,
    knorm: float = 2.0,
    nsize: int = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Local response normalization across channels (Krizhevsky et al. 2012).

    data (n, c, ...) -> output (as data) · hidden tmp_norm (as data); output = x / tmp_norm^beta with
    tmp_norm = knorm + alpha / nsize Σ x², summed over the nsize channels around each.

    Attributes:
        alpha, beta, knorm: as above.
        nsize: number of channels in the sum, which has one less if this is even.
    """

def MAERegressionOutput(
    data: NDArray | None = None,
    label: NDArray | None = None,
    grad_scale: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The input itself, with the gradient of the absolute error: 1 where output > label, else -1.

    data (n, ...) · label (as data, or as many elements per example) -> output (as data).
    The gradient of data is divided by the elements of label per example and does not depend on the head
    gradient; that of label is zero.

    Attributes:
        grad_scale: factor of the gradient.
    """

def make_loss(data: NDArray | None = None, out: Any = None, name: str | None = None) -> Any:
    """The input itself, as a loss to be minimized: its gradient is 1, whatever the cotangent.

    data (any shape) -> loss (same shape)
    """

def MakeLoss(
    data: NDArray | None = None,
    grad_scale: float = 1.0,
    valid_thresh: float = 0.0,
    normalization: Literal["batch", "null", "valid"] = "null",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The input itself, as a loss to be minimized: its gradient is grad_scale, whatever the head gradient.

    data (any shape) -> output (same shape)

    Attributes:
        grad_scale: the gradient of every element.
        valid_thresh: elements greater than this are valid.
        normalization: divisor of the gradient: null 1 · batch, the number of rows (all axes but the last, 1 for a vector) ·
            valid, the number of valid elements.
    """

def max(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Maximum along axes; every element that ties for it gets the whole gradient, NaN none.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.
    """

max_axis = max

def mean(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Mean along axes; of integers it is truncated.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.
    """

def min(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Minimum along axes; every element that ties for it gets the whole gradient, NaN none.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.
    """

min_axis = min

def moments(
    data: NDArray | None = None,
    axes: Sequence[int] | int | None = None,
    keepdims: bool = False,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Mean and (biased) variance along axes.

    data (d1, ..., dk) -> output0, output1: mean and variance (axes that remain; (1,) if none)

    Attributes:
        axes: axes to fold, negative ones from the end; at least one.
        keepdims: keep the folded axes with length 1.
    """

def mp_lamb_update_phase1(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mean: NDArray | None = None,
    var: NDArray | None = None,
    weight32: NDArray | None = None,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-06,
    t: int = ...,
    bias_correction: bool = True,
    wd: float = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """`lamb_update_phase1` of a weight in half precision, computed on its float32 copy.

    weight, grad (any shape), of one dtype · mean, var (same shape), float32, states · weight32 (same shape), float32
    -> output (same shape), float32: the direction

    Attributes:
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the direction finite.
        t, bias_correction: number of the step, from 1, and whether the averages are corrected by it.
        wd: weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".
    """

def mp_lamb_update_phase2(
    weight: NDArray | None = None,
    g: NDArray | None = None,
    r1: NDArray | None = None,
    r2: NDArray | None = None,
    weight32: NDArray | None = None,
    lr: float = ...,
    lower_bound: float = -1.0,
    upper_bound: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """`lamb_update_phase2` of a weight in half precision, computed on its float32 copy.

    weight (any shape) · g (same shape), float32, the direction · r1 (1,), norm of weight · r2 (1,), norm of g · weight32
    (same shape), float32, a state: the weight in full -> output: the new weight, in the dtype of weight

    MXNet 1.9.1 leaves weight32 as it is.

    Attributes:
        lr: learning rate.
        lower_bound, upper_bound: limits of r1, unless negative. Where r1 or r2 is 0, their ratio counts as 1.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".
    """

def mp_nag_mom_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mom: NDArray | None = None,
    weight32: NDArray | None = None,
    lr: float = ...,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """`nag_mom_update` of a weight in half precision, computed on a float32 copy of it.

    weight, grad (any shape), of one dtype · mom (same shape), float32, a state · weight32 (same shape), float32, a state: the weight in full
    -> output: the new weight, in the dtype of weight

    The stored momentum holds the decay of the new weight instead of the old one.

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def mp_sgd_mom_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mom: NDArray | None = None,
    weight32: NDArray | None = None,
    lr: float = ...,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """`sgd_mom_update` of a weight in half precision, computed on a float32 copy of it.

    weight, grad (any shape), of one dtype · mom (same shape), float32, a state · weight32 (same shape), float32, a state: the weight in full
    -> output: the new weight, in the dtype of weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        lazy_update: of sparse gradients; no effect.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def mp_sgd_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    weight32: NDArray | None = None,
    lr: float = ...,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """`sgd_update` of a weight in half precision, computed on a float32 copy of it.

    weight, grad (any shape), of one dtype · weight32 (same shape), float32, a state: the weight in full
    -> output: the new weight, in the dtype of weight

    Attributes:
        lr, wd: learning rate; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        lazy_update: of sparse gradients; no effect.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def multi_all_finite(
    *data: NDArray, num_arrays: int | None = None, init_output: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """1 if all elements of all arrays are finite, 0 if one is infinite or NaN; it has no gradient.

    array_0 (any shape) · array_1 (any shape) · ... -> output (1,), float32

    Attributes:
        num_arrays: number of arrays; counted when left out.
        init_output: accepted, and of no effect: MXNet takes False for "and with what the output array holds".
    """

def multi_lars(
    lrs: NDArray | None = None,
    weights_sum_sq: NDArray | None = None,
    grads_sum_sq: NDArray | None = None,
    wds: NDArray | None = None,
    eta: float = ...,
    eps: float = ...,
    rescale_grad: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The learning rate of each layer by LARS: lr eta |w| / (|g| + wd |w| + eps), lr itself where |w| or |g| is 0.

    lrs (n,) · weights_sum_sq (n,), |w|² of each layer · grads_sum_sq (n,), |g|² · wds (n,), weight decays -> output (n,)

    Attributes:
        eta, eps: as in the formula.
        rescale_grad: by which gradients are multiplied.

    Source: You et al. 2017, "Large Batch Training of Convolutional Networks".
    """

def multi_mp_sgd_mom_update(
    *data: NDArray,
    lrs: Sequence[float] | float,
    wds: Sequence[float] | float,
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`multi_sgd_mom_update` of weights in half precision, computed on float32 copies of them.

    as for `multi_sgd_mom_update`, with float32 states, the last of which is weight32, the weight in full -> the new weights

    Attributes:
        momentum: share of the last step that is kept.
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
        lrs, wds: learning rate and weight decay of each weight.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def multi_mp_sgd_update(
    *data: NDArray,
    lrs: Sequence[float] | float,
    wds: Sequence[float] | float,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`multi_sgd_update` of weights in half precision, computed on float32 copies of them.

    as for `multi_sgd_update`, with float32 states, the last of which is weight32, the weight in full -> the new weights

    Attributes:
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
        lrs, wds: learning rate and weight decay of each weight.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def multi_sgd_mom_update(
    *data: NDArray,
    lrs: Sequence[float] | float,
    wds: Sequence[float] | float,
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`sgd_mom_update` of several weights.

    weight0 (any shape) · grad0 (same) · mom0 (same), a state · weight1 ... -> output0 (shape of weight0) ...: the new weights

    Attributes:
        momentum: share of the last step that is kept.
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
        lrs, wds: learning rate and weight decay of each weight.
    """

def multi_sgd_update(
    *data: NDArray,
    lrs: Sequence[float] | float,
    wds: Sequence[float] | float,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`sgd_update` of several weights.

    weight0 (any shape) · grad0 (same) · weight1 · grad1 ... -> output0 (shape of weight0), output1 ...: the new weights

    Attributes:
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
        lrs, wds: learning rate and weight decay of each weight.
    """

def multi_sum_sq(*data: NDArray, num_arrays: int | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sum of squares of each of several arrays, as for a common gradient norm; it has no gradient.

    array_0 (any shape) · array_1 (any shape) · ..., of the same dtype -> output (num_arrays,), float32

    Attributes:
        num_arrays: number of arrays; counted when left out.
    """

def nag_mom_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mom: NDArray | None = None,
    lr: float = ...,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step with Nesterov's momentum: m ← momentum m - lr (g + wd w); w + momentum m - lr (g + wd w).

    weight (any shape) · grad (same) · mom (same), a state -> output (same): the new weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".
    """

def nanprod(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Product along axes, NaN counting as 1; the gradient is that of `prod`, and 0 for NaN.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.
    """

def nansum(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Sum along axes, NaN counting as 0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.
    """

def negative(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """-x.

    data (any shape) -> output (same shape)
    """

def norm(
    data: NDArray | None = None,
    ord: int = 2,
    axis: Sequence[int] | int | None = None,
    out_dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Sum of absolute values (ord 1) or Euclidean norm (ord 2) along axes; the latter's gradient at 0 is NaN.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        ord: 1 or 2.
        axis: axes to fold, negative ones from the end; None or (): all.
        out_dtype: dtype of the output; None: that of data. (MXNet fails when it differs.)
        keepdims: keep the folded axes with length 1.
    """

def normal(
    loc: float = 0.0,
    scale: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers of the normal or Gaussian distribution.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        loc: mean.
        scale: standard deviation, positive.
    """

def one_hot(
    indices: NDArray | None = None,
    depth: int = ...,
    on_value: float = 1.0,
    off_value: float = 0.0,
    dtype: DTypeLike = "float32",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Vectors that are `on_value` at the place of an index and `off_value` elsewhere; all off for an index outside.

    indices (i1, ..., ik), of any dtype -> output (i1, ..., ik, depth). The gradient is zero.

    Attributes:
        depth: length of the vectors.
        on_value, off_value: the two values, cut to whole ones for an integer dtype.
        dtype: dtype of the output.
    """

def ones_like(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Ones of the input's shape and dtype.

    data (any shape) -> output (same shape)
    """

def Pad(
    data: NDArray | None = None,
    mode: Literal["constant", "edge", "reflect"] = ...,
    pad_width: Sequence[int] | int = ...,
    constant_value: float = 0.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Adds elements before and after an array along its axes.

    data (d1, ..., dk) -> output (d1 + before1 + after1, ..., dk + beforek + afterk)

    Attributes:
        mode: what is added. constant: `constant_value` · edge: the outermost element again · reflect: the mirror image
            without the outermost element, so that the padding must be narrower than the axis.
        pad_width: (before1, after1, ..., beforek, afterk). MXNet pads 4 or 5 axes and never the first two; ours pads
            any.
        constant_value: what mode constant adds.
    """

pad = Pad
pick = choose_element_0index

def Pooling(
    data: NDArray | None = None,
    kernel: Sequence[int] | int = (),
    pool_type: Literal["avg", "lp", "max", "sum"] = "max",
    global_pool: bool = False,
    cudnn_off: bool = False,
    pooling_convention: Literal["full", "same", "valid"] = "valid",
    stride: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    p_value: int | None = None,
    count_include_pad: bool | None = None,
    layout: Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Maximum, mean, sum or p-norm of every window of the spatial axes.

    With k spatial axes: data (n, c, x1, ..., xk) -> output (n, c, y1, ..., yk). By ``pooling_convention`` y is
    floor((x + 2 pad - kernel) / stride) + 1 (valid), the same rounded up (full), or ceil(x / stride) (same; k = 1).
    The maximum ignores NaN, and its gradient goes to the first of equal elements.

    Attributes:
        kernel: extent of the windows, one entry per spatial axis (1 to 3).
        pool_type: max · avg · sum · lp, which is (Σ x^p)^(1/p) with p = ``p_value``.
        global_pool: one window that covers everything; ``kernel``, ``stride`` and ``pad`` are ignored.
        pooling_convention: how many windows there are, as above.
        stride, pad: step between windows, border at both ends (zeros; ignored by max).
        p_value: 1, 2 or 3, for lp.
        count_include_pad: whether avg divides by the padded window (default) or by the elements of data in it.
        layout: order of the axes; by default batch, channel, spatial.
        cudnn_off: accepted for compatibility.

    Where MXNet's files say so (max, with a kernel, channels first), there is a hidden output ``workspace``, a copy.
    MXNet 1.9.1 cannot run ``same``, which fails in its shape inference.
    """

def Pooling_v1(
    data: NDArray | None = None,
    kernel: Sequence[int] | int = (),
    pool_type: Literal["avg", "max", "sum"] = "max",
    global_pool: bool = False,
    pooling_convention: Literal["full", "valid"] = "valid",
    stride: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The Pooling of MXNet's first releases.

    data (n, c, *x) -> output (n, c, *y). Unlike Pooling, max sees the zeros of the border and gives every one of equal
    elements the whole gradient, and avg always divides by the full window.

    Attributes:
        kernel, pool_type, global_pool, pooling_convention, stride, pad: as for Pooling.

    MXNet's kernel for three spatial axes does not exist; here they work.
    """

def preloaded_multi_mp_sgd_mom_update(
    *data: NDArray,
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`preloaded_multi_sgd_mom_update` of weights in half precision, computed on float32 copies of them.

    as for `preloaded_multi_sgd_mom_update`, with float32 states, the last of which is weight32, the weight in full -> the new weights

    Attributes:
        momentum: share of the last step that is kept.
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def preloaded_multi_mp_sgd_update(
    *data: NDArray,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`preloaded_multi_sgd_update` of weights in half precision, computed on float32 copies of them.

    as for `preloaded_multi_sgd_update`, with float32 states, the last of which is weight32, the weight in full -> the new weights

    Attributes:
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

def preloaded_multi_sgd_mom_update(
    *data: NDArray,
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`multi_sgd_mom_update` with learning rates and weight decays in arrays.

    weight0 (any shape) · grad0 (same) · mom0 (same), a state · weight1 ... · lrs (num_weights,) · wds (num_weights,)
    -> output0 (shape of weight0) ...: the new weights

    Attributes:
        momentum: share of the last step that is kept.
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
    """

def preloaded_multi_sgd_update(
    *data: NDArray,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """`multi_sgd_update` with learning rates and weight decays in arrays.

    weight0 (any shape) · grad0 (same) · weight1 · grad1 ... · lrs (num_weights,) · wds (num_weights,) -> output0 (shape of
    weight0), output1 ...: the new weights

    Attributes:
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
    """

def prod(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Product along axes; the gradient is the product divided by the element, NaN where that is 0/0.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis, keepdims, exclude: as of `sum`.
    """

def radians(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Degrees as radians.

    data (any shape) -> output (same shape)
    """

def random_exponential(
    lam: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers of the exponential distribution, whose mean is 1 / lam.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        lam: rate, positive.
    """

def random_gamma(
    alpha: float = 1.0,
    beta: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers of the gamma distribution, whose mean is alpha · beta.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        alpha: shape of the distribution, positive.
        beta: scale (not rate) of the distribution, positive.
    """

def random_generalized_negative_binomial(
    mu: float = 1.0,
    alpha: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers of mean mu and variance mu + alpha · mu²: Poisson numbers whose mean has a gamma distribution.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        mu: mean, not negative.
        alpha: dispersion, not negative; 0 gives Poisson numbers, 1 / k negative binomial ones.
    """

def random_negative_binomial(
    k: int = 1,
    p: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers of the negative binomial distribution: how many failures there are before the k-th success.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        k: number of successes, not negative.
        p: probability of a success; above 1 it counts as 1.
    """

random_normal = normal

def random_pdf_dirichlet(
    sample: NDArray | None = None,
    alpha: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the Dirichlet distribution, a distribution over probabilities of k events.

    sample (d1, ..., dn, k) · alpha (d1, ..., dm, k), m <= n -> output (d1, ..., dn); (1,) for a single sample

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_exponential(
    sample: NDArray | None = None,
    lam: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the exponential distribution of rate lam.

    sample (d1, ..., dn), n >= k · lam (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_gamma(
    sample: NDArray | None = None,
    alpha: NDArray | None = None,
    beta: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the gamma distribution of shape alpha and rate (not scale) beta.

    sample (d1, ..., dn), n >= k · alpha (d1, ..., dk) · beta (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_generalized_negative_binomial(
    sample: NDArray | None = None,
    mu: NDArray | None = None,
    alpha: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Probability of whole numbers under the negative binomial distribution of mean mu and dispersion alpha, whose variance is mu + alpha · mu²; samples have no gradient.

    sample (d1, ..., dn), n >= k · mu (d1, ..., dk) · alpha (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_negative_binomial(
    sample: NDArray | None = None,
    k: NDArray | None = None,
    p: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Probability of whole numbers of failures before the k-th success, of probability p; samples have no gradient.

    sample (d1, ..., dn), n >= k · k (d1, ..., dk) · p (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_normal(
    sample: NDArray | None = None,
    mu: NDArray | None = None,
    sigma: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the normal distribution of mean mu and standard deviation sigma.

    sample (d1, ..., dn), n >= k · mu (d1, ..., dk) · sigma (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_poisson(
    sample: NDArray | None = None,
    lam: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Probability of whole numbers under the Poisson distribution of mean lam; samples have no gradient.

    sample (d1, ..., dn), n >= k · lam (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_pdf_uniform(
    sample: NDArray | None = None,
    low: NDArray | None = None,
    high: NDArray | None = None,
    is_log: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Density of the uniform distribution on [low, high), of samples anywhere.

    sample (d1, ..., dn), n >= k · low (d1, ..., dk) · high (d1, ..., dk) -> output (d1, ..., dn)

    Attributes:
        is_log: give the logarithm of the density, which does not underflow.
    """

def random_poisson(
    lam: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers of the Poisson distribution.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        lam: mean, not negative.
    """

def random_randint(
    low: int = ...,
    high: int = ...,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers in [low, high), each as likely as any other.

    -> output (shape), int32 unless told otherwise

    MXNet stops the whole process for low = high, and wraps numbers around that do not fit into int32; here both are errors.

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        low: least number.
        high: end, itself not included.
    """

def random_uniform(
    low: float = 0.0,
    high: float = 1.0,
    shape: Sequence[int] | int | None = None,
    ctx: str = "",
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers in [low, high), each as likely as any other.

    -> output (shape), float32 unless told otherwise

    Attributes:
        shape: shape of the output; a length of 0, () or None is inferred from where the output is used.
        ctx: device, of importance to `mx.nd` only.
        dtype: dtype of the output; None: that of the array given as ``out``, else the default.
        low: least number.
        high: end, itself not included unless it equals low.
    """

def ravel_multi_index(
    data: NDArray | None = None, shape: Sequence[int] | int = (), out: Any = None, name: str | None = None
) -> NDArray:
    """Numbers of elements, counted in row-major order, from their coordinates.

    data (k, n), one column for each element -> output (n,), of the same dtype. The gradient is zero.

    Attributes:
        shape: lengths of the k axes of the array in question; the first may be -1, as it is not needed.
    """

def rcbrt(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """1 / cube root.

    data (any shape) -> output (same shape)
    """

def reciprocal(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """1 / x.

    data (any shape) -> output (same shape)
    """

def relu(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """max(x, 0); gradient 0 at 0.

    data (any shape) -> output (same shape)
    """

def repeat(
    data: NDArray | None = None, repeats: int = ..., axis: int | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """Repeats each element, one copy right after the other.

    data (any shape) -> output (data's shape with axis `axis` `repeats` times as long; flat when there is no axis, and
    (0,) when there are no copies)

    Attributes:
        repeats: number of copies of each element.
        axis: the axis along which to repeat; by default data is flattened first.
    """

def reset_arrays(*data: NDArray, num_arrays: int | None = None, out: Any = None, name: str | None = None) -> Any:
    """Set arrays to zero, as gradients that were summed up are before the next sum. It works on arrays, not on symbols.

    array_0 (any shape) · array_1 (any shape) · ..., floating-point -> no output; the arrays themselves change

    Attributes:
        num_arrays: number of arrays; counted when left out.
    """

def Reshape(
    data: NDArray | None = None,
    shape: Sequence[int] | int = (),
    reverse: bool = False,
    target_shape: Sequence[int] | int = (),
    keep_highest: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Gives an array a new shape with equally many elements, in row-major order.

    data (any shape) -> output (the new shape). An unknown dimension of data is inferred from a known output.

    Attributes:
        shape: the new dimensions. Positive numbers stand for themselves; the codes read the dimensions of data from
            left to right: 0 copies one · -1 is computed from the others (once only) · -2 copies all that remain · -3
            multiplies two into one · -4 splits one into the two factors that follow, one of which may be -1.
        reverse: read `shape` and the dimensions of data from right to left.
        target_shape: old spelling, used when `shape` is empty: 0 is computed from the others.
        keep_highest: with `target_shape`, copy the first dimension of data.
    """

reshape = Reshape

def reshape_like(
    lhs: NDArray | None = None,
    rhs: NDArray | None = None,
    lhs_begin: int | None = None,
    lhs_end: int | None = None,
    rhs_begin: int | None = None,
    rhs_end: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Gives lhs the shape of rhs, or replaces a range of its axes by a range of the axes of rhs.

    lhs (any shape) · rhs (any shape, only its shape is used) -> output
    lhs.shape[:lhs_begin] + rhs.shape[rhs_begin:rhs_end] + lhs.shape[lhs_end:].

    Attributes:
        lhs_begin, lhs_end: range of axes of lhs to replace; negative counts from the end. Default: all.
        rhs_begin, rhs_end: range of axes of rhs to take. Default: all.
    """

reverse = flip

def rint(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Nearest whole number; halves are rounded down (0.5 to 0, -0.5 to -1).

    data (any shape) -> output (same shape)
    """

def rmsprop_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    n: NDArray | None = None,
    lr: float = ...,
    gamma1: float = 0.95,
    epsilon: float = 1e-08,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    clip_weights: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of RMSProp: n ← gamma1 n + (1 - gamma1) g²; w - lr g / √(n + epsilon).

    weight (any shape) · grad (same) · n (same), a state -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        gamma1, epsilon: as in the formulas.
        rescale_grad, clip_gradient: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.
        clip_weights: the new weight is limited to ± this, unless negative.

    Source: Tieleman, Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning".
    """

def rmspropalex_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    n: NDArray | None = None,
    g: NDArray | None = None,
    delta: NDArray | None = None,
    lr: float = ...,
    gamma1: float = 0.95,
    gamma2: float = 0.9,
    epsilon: float = 1e-08,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    clip_weights: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of RMSProp, centred and with momentum.

    weight (any shape) · grad (same) · n, g, delta (same), states -> output (same): the new weight

    n ← gamma1 n + (1 - gamma1) grad²; g ← gamma1 g + (1 - gamma1) grad;
    delta ← gamma2 delta - lr grad / √(n - g² + epsilon); w + delta.

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        gamma1, gamma2, epsilon: as in the formulas.
        rescale_grad, clip_gradient: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.
        clip_weights: the new weight is limited to ± this, unless negative.

    Source: Graves 2013, "Generating Sequences With Recurrent Neural Networks".
    """

def RNN(
    data: NDArray | None = None,
    parameters: NDArray | None = None,
    state: NDArray | None = None,
    state_cell: NDArray | None = None,
    sequence_length: NDArray | None = None,
    state_size: int = ...,
    num_layers: int = ...,
    bidirectional: bool = False,
    mode: Literal["gru", "lstm", "rnn_relu", "rnn_tanh"] = ...,
    p: float = 0.0,
    state_outputs: bool = False,
    projection_size: int | None = None,
    lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None,
    lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Stacked recurrent layers over a batch of sequences.

    data (T, n, d), time first · parameters (size,) · state (L·D, n, P) · state_cell (L·D, n, H), LSTM only ·
    sequence_length (n,), of any dtype, only with `use_sequence_length` -> output (T, n, D·P) · with `state_outputs` also
    the last state (L·D, n, P) and, LSTM only, state_cell (L·D, n, H). Here H is `state_size`, P `projection_size` or else
    H, L `num_layers`, and D is 2 if `bidirectional`, else 1; layer l in direction j has the states l·D + j.

    Each step computes its gates from Wx x + bx and Wh h + bh, where σ is the logistic function:

    - rnn_relu, rnn_tanh: h' = act(Wx x + bx + Wh h + bh) (Elman 1990).
    - lstm: gates i, f, g, o of the sum of both; c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c') (Hochreiter and
      Schmidhuber 1997); with projection the next step and layer see Wr h' instead (Sak et al. 2014).
    - gru: gates r, z, n; n' = tanh(nx + σ(r) nh), h' = (1 - σ(z)) n' + σ(z) h (Cho et al. 2014, with the reset gate after
      the product).

    parameters holds all weights, then all biases, each layer by layer and direction by direction: Wx (G·H, features), Wh
    (G·H, P) and Wr (P, H) one after the other, row by row; then bx and bh (G·H), with G gates in the order above.

    Attributes:
        state_size: H, units in each layer.
        num_layers: L, how many layers.
        bidirectional: also run every layer from the end, and hand the results of both to the next.
        mode: kind of layer.
        p: probability with which training drops what one layer gives to the next.
        state_outputs: whether the last states are outputs, too.
        projection_size: P, LSTM only.
        lstm_state_clip_min, lstm_state_clip_max: bounds to which an LSTM clips its cell c' in every step; both or neither.
        lstm_state_clip_nan: with bounds, a cell that is NaN becomes the lower one.
        use_sequence_length: sequences end earlier, as sequence_length says: later outputs are 0, the last states are
            those of the end, and the reverse direction starts there.

    MXNet's CPU kernels ignore p, the bounds and lengths in float32; in float64 they refuse bounds and lengths. They do not
    train projections.
    """

def ROIPooling(
    data: NDArray | None = None,
    rois: NDArray | None = None,
    pooled_size: Sequence[int] | int = ...,
    spatial_scale: float = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The maximum in every bin of regions (Fast R-CNN, Girshick 2015).

    data (n, c, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2), all pixels from corner to corner
    -> output (r, c, *pooled_size)

    Regions are rounded to whole pixels, at least one; bins overlap where they cannot be of equal size, and an empty one is
    0. The first of equal elements of a bin gets its gradient; that of rois is zero.

    Attributes:
        pooled_size: number of bins, vertically and horizontally.
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.

    A region whose image does not exist gives 0; MXNet reads outside of memory.
    """

def round(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Nearest whole number; halves are rounded away from zero.

    data (any shape) -> output (same shape)
    """

def rsqrt(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """1 / √x.

    data (any shape) -> output (same shape)
    """

def sample_exponential(
    lam: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers of the exponential distribution, whose mean is 1 / lam. For each element of the parameters, from a distribution of its own.

    lam (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def sample_gamma(
    alpha: NDArray | None = None,
    beta: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers of the gamma distribution, whose mean is alpha · beta. For each element of the parameters, from a distribution of its own.

    alpha (*d) · beta (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def sample_generalized_negative_binomial(
    mu: NDArray | None = None,
    alpha: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers of mean mu and variance mu + alpha · mu²: Poisson numbers whose mean has a gamma distribution. For each element of the parameters, from a distribution of its own.

    mu (*d) · alpha (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def sample_multinomial(
    data: NDArray | None = None,
    shape: Sequence[int] | int | None = (),
    get_prob: bool = False,
    dtype: DTypeLike = "int32",
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Draw categories, that is whole numbers in [0, k), with given probabilities.

    data (*d, k), the probabilities -> output (*d, *shape), the categories; (1,) where that is (). With ``get_prob`` there is
    a second output, of the same shape and data's dtype: logarithms of the probabilities of what was drawn. They have a
    gradient, which is the way of REINFORCE (Williams 1992).

    Attributes:
        shape: how many categories per distribution, as a shape; () or None: one, without an axis of its own.
        get_prob: give the logarithms, too.
        dtype: dtype of the categories.

    Weights that do not add up to 1 are divided by their sum, for drawing; MXNet draws a category that does not exist where
    they add up to less.
    """

def sample_negative_binomial(
    k: NDArray | None = None,
    p: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers of the negative binomial distribution: how many failures there are before the k-th success. For each element of the parameters, from a distribution of its own.

    k (*d) · p (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def sample_normal(
    mu: NDArray | None = None,
    sigma: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers of the normal or Gaussian distribution. For each element of the parameters, from a distribution of its own.

    mu (*d) · sigma (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def sample_poisson(
    lam: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Whole numbers of the Poisson distribution. For each element of the parameters, from a distribution of its own.

    lam (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def sample_uniform(
    low: NDArray | None = None,
    high: NDArray | None = None,
    shape: Sequence[int] | int = (),
    dtype: DTypeLike = "None",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Numbers in [low, high), each as likely as any other. For each element of the parameters, from a distribution of its own.

    low (*d) · high (*d) -> output (*d, *shape)

    Attributes:
        shape: how many numbers per element, as a shape; (): one, without an axis of its own.
        dtype: dtype of the output; None: that of the array given as ``out``, else float32.
    """

def scatter_nd(
    data: NDArray | None = None,
    indices: NDArray | None = None,
    shape: Sequence[int] | int = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Zeros, with values written at positions given by coordinates; the inverse of `gather_nd`.

    data (i1, ..., ij, d(m+1), ..., dk) · indices (m, i1, ..., ij), of any dtype -> output (d1, ..., dk) = `shape`

    The gradient of data reads the output's at these positions; that of indices is zero. For positions given twice, one
    of the values is kept.

    Attributes:
        shape: shape of the output.
    """

def SequenceLast(
    data: NDArray | None = None,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    axis: int = 0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The last element of each sequence.

    data (time, batch, ...) · sequence_length (batch,), of any dtype, only with `use_sequence_length` -> output (batch,
    ...). A length outside of [1, time] takes the nearest inside (MXNet reads outside of the array).

    Attributes:
        use_sequence_length: take lengths as second input; without it every sequence ends with the time axis.
        axis: the time axis, 0 or 1; the batch axis is the other one.
    """

def SequenceMask(
    data: NDArray | None = None,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    value: float = 0.0,
    axis: int = 0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Overwrites what comes after the end of each sequence.

    data (time, batch, ...) · sequence_length (batch,), of any dtype, only with `use_sequence_length` -> output (shape
    of data). The gradient is zero where data is overwritten, and for sequence_length.

    Attributes:
        use_sequence_length: take lengths as second input; without it data is returned as it is.
        value: what to write, cut to a whole number for integer data.
        axis: the time axis, 0 or 1; the batch axis is the other one.
    """

def SequenceReverse(
    data: NDArray | None = None,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    axis: int = 0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Reverses each sequence and leaves what comes after its end in place.

    data (time, batch, ...) · sequence_length (batch,), of any dtype, only with `use_sequence_length` -> output (shape
    of data)

    Attributes:
        use_sequence_length: take lengths as second input; without it the whole time axis is reversed.
        axis: the time axis; only 0, as in MXNet.
    """

def sgd_mom_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mom: NDArray | None = None,
    lr: float = ...,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of gradient descent with momentum: m ← momentum m - lr (g + wd w); w + m.

    weight (any shape) · grad (same) · mom (same), a state -> output (same): the new weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        lazy_update: of sparse gradients; no effect.

    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    """

def sgd_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    lr: float = ...,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of gradient descent: w - lr (g + wd w), where g is the scaled and clipped gradient.

    weight (any shape) · grad (same) -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        lazy_update: of sparse gradients; no effect.
    """

def shape_array(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """The shape of the input as an array of int64.

    data (d1, ..., dk) -> output (k,)
    """

def shuffle(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Put the parts of a tensor along its first axis in random order; every order is as likely as any other.

    data (n, ...) -> output (n, ...). There is no gradient.
    """

def sigmoid(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """1 / (1 + exp(-x)).

    data (any shape) -> output (same shape)
    """

def sign(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """-1, 0 or 1 by the sign; 0 for NaN.

    data (any shape) -> output (same shape)
    """

def signsgd_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    lr: float = ...,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of length lr against the sign of the gradient: (1 - lr wd) w - lr sign(grad).

    weight (any shape) · grad (same) -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay.
        rescale_grad, clip_gradient: no effect, not even the sign of the first.

    Source: Bernstein et al. 2018, "signSGD: Compressed Optimisation for Non-Convex Problems".
    """

def signum_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    mom: NDArray | None = None,
    lr: float = ...,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    wd_lh: float = 0.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step against the sign of the momentum: m ← momentum m - (1 - momentum)(g + wd w); (1 - lr wd_lh) w + lr sign(m).

    weight (any shape) · grad (same) · mom (same), a state -> output (same): the new weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay within the momentum.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        wd_lh: weight decay beside the momentum.

    Source: Bernstein et al. 2018, "signSGD: Compressed Optimisation for Non-Convex Problems"; `wd_lh`: Loshchilov, Hutter
    2017, "Decoupled Weight Decay Regularization".
    """

def sin(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sine of radians.

    data (any shape) -> output (same shape)
    """

def sinh(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Hyperbolic sine.

    data (any shape) -> output (same shape)
    """

def size_array(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """The number of elements of the input as an array of int64.

    data (any shape) -> output (1,)
    """

slice = crop

def slice_axis(
    data: NDArray | None = None,
    axis: int = ...,
    begin: int = ...,
    end: int | None = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Cuts out data[..., begin:end, ...] along one axis.

    data (any shape) -> output (data's shape, axis `axis` being end - begin long)

    Attributes:
        axis: the axis to cut; negative counts from the end.
        begin, end: bounds, which must lie inside of the axis; negative counts from the end; ``end=None`` is its end.
    """

def slice_like(
    data: NDArray | None = None,
    shape_like: NDArray | None = None,
    axes: Sequence[int] | int = (),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Cuts data to the lengths of another array, from the front of each axis.

    data (any shape) · shape_like (any shape, only its shape is used) -> output (data's rank, with the lengths of
    shape_like on the axes in question)

    Attributes:
        axes: the axes to cut, negative ones counting from the end; empty means all, and then the ranks must agree.
    """

def SliceChannel(
    data: NDArray | None = None,
    num_outputs: int = ...,
    axis: int = 1,
    squeeze_axis: bool = False,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Cuts an array into equal parts along one axis.

    data (..., m·num_outputs, ...) -> num_outputs outputs (..., m, ...)

    Attributes:
        num_outputs: number of parts; must divide the axis.
        axis: the axis to cut; negative counts from the end.
        squeeze_axis: drop the axis from the parts, in which it must have length 1.
    """

def smooth_l1(data: NDArray | None = None, scalar: float = 1.0, out: Any = None, name: str | None = None) -> NDArray:
    """Huber-like loss: s²x²/2 where |x| < 1/s², and |x| - 1/(2s²) beyond, with s = scalar (Girshick, 2015).

    data (any shape) -> output (same shape)

    Attributes:
        scalar: s, the root of the reciprocal of where the parabola ends.
    """

def Softmax(
    data: NDArray | None = None,
    label: NDArray | None = None,
    grad_scale: float = 1.0,
    ignore_label: float = -1.0,
    multi_output: bool = False,
    use_ignore: bool = False,
    preserve_shape: bool = False,
    normalization: Literal["batch", "null", "valid"] = "null",
    out_grad: bool = False,
    smooth_alpha: float = 0.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Softmax whose gradient is that of the cross entropy with label: p - onehot(label).

    data (n, k) · label (n,) -> output (n, k). More forms, k being the number of classes:
    data (n, d1, ..., k) with label (n, d1, ...) and ``preserve_shape``, the softmax along the last axis ·
    data (n, k, d1, ...) with label (n, d1·...), (n, d1, ...) or (n, 1, d1, ...) and ``multi_output``, along axis 1 ·
    without either, one softmax over all axes of data but the first. A label of data's shape holds probabilities.

    The gradient of data does not depend on the head gradient (unless ``out_grad``); that of label is zero. Where a
    label is outside of [0, k), no class is right, and the gradient is p.

    Attributes:
        grad_scale: factor of the gradient.
        ignore_label, use_ignore: rows with this label get no gradient.
        multi_output, preserve_shape: see above.
        normalization: divisor of the gradient besides the spatial size d1·... of ``multi_output``: null 1 · batch the
            number of labels, with ``multi_output`` of examples · valid, the number of labels other than ignore_label,
            instead of both, ``use_ignore`` or not. Probabilities are never normalized.
        out_grad: multiply the gradient by the head gradient.
        smooth_alpha: so much of the target's probability is spread over the other classes (Szegedy et al. 2016);
            without effect under ``multi_output``.

    With ``out_grad`` MXNet 1.9.1 multiplies by the output instead of the head gradient. On the CPU, inference on float32
    data of four axes without ``multi_output`` runs along the last axis, as MXNet's CPU build does; where that axis has
    length 1, and all would become 1, it does not.
    """

def softmax(
    data: NDArray | None = None,
    length: NDArray | None = None,
    axis: int = -1,
    temperature: float | None = None,
    dtype: DTypeLike | None = None,
    use_length: bool | None = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """exp(x / temperature) / Σ exp(x / temperature) along one axis.

    data (any shape) · length (data without ``axis``, at least (1,); integers, only with ``use_length``) -> output (as data).
    With lengths, elements from ``length`` on are left out of the sum and are 0.

    Attributes:
        axis: the axis that sums to one.
        temperature: divisor of data; None is 1.
        dtype: dtype of the output, by default that of data.
        use_length: whether there is an input ``length``.
    """

def softmax_cross_entropy(
    data: NDArray | None = None, label: NDArray | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """Cross entropy of the softmax of data with class numbers, summed over the batch.

    data (n, k) · label (n,) -> output (1,). The gradient of label is zero.
    """

def SoftmaxActivation(
    data: NDArray | None = None,
    mode: Literal["channel", "instance"] = "instance",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Softmax along the last axis, or over channels.

    data (n, c, ...), of any rank for instance -> output (same shape)

    Attributes:
        mode: instance makes the last axis sum to one · channel makes axis 1.
    """

SoftmaxOutput = Softmax

def softmin(
    data: NDArray | None = None,
    axis: int = -1,
    temperature: float | None = None,
    dtype: DTypeLike | None = None,
    use_length: bool | None = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Softmax of -x: exp(-x / temperature) / Σ exp(-x / temperature) along one axis.

    data (any shape) -> output (same shape)

    Attributes:
        axis, temperature, dtype: as for softmax.
        use_length: must be false; there are no lengths.
    """

def softsign(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """x / (1 + |x|).

    data (any shape) -> output (same shape)
    """

def sort(
    data: NDArray | None = None, axis: int | None = -1, is_ascend: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """Sorts along one axis; equal elements stay in their order.

    data (any shape) -> output (same shape; flat when there is no axis). A hidden second output holds the indices,
    int32.

    The gradient goes back to the place each element came from (MXNet has none unless `axis` is given explicitly). NaN
    is larger than any number (in MXNet its place is undefined).

    Attributes:
        axis: the axis; negative counts from the end; None sorts all elements.
        is_ascend: smallest first.
    """

def space_to_depth(
    data: NDArray | None = None, block_size: int = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Gathers square blocks of pixels into groups of channels; the inverse of `depth_to_space`.

    data (n, c, h·b, w·b) -> output (n, c·b², h, w), with b = `block_size`

    Attributes:
        block_size: edge of a square, in pixels.
    """

def SpatialTransformer(
    data: NDArray | None = None,
    loc: NDArray | None = None,
    target_shape: Sequence[int] | int = (0, 0),
    transform_type: Literal["affine"] = ...,
    sampler_type: Literal["bilinear"] = ...,
    cudnn_off: bool | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Images under an affine map that another network chose: GridGenerator and BilinearSampler in one.

    data (n, c, h, w) · loc (n, 6), the rows of A -> output (n, c, height, width)

    Attributes:
        target_shape: (height, width) of the output.
        transform_type, sampler_type: affine and bilinear, the only choices.
        cudnn_off: accepted for compatibility.
    """

split = SliceChannel

def sqrt(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """√x.

    data (any shape) -> output (same shape)
    """

def square(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """x².

    data (any shape) -> output (same shape)
    """

def squeeze(
    data: NDArray | None = None, axis: Sequence[int] | int | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """Removes axes of length 1.

    data (any shape) -> output (data's shape without those axes; (1,) when none remains)

    Attributes:
        axis: the axes to remove, which must have length 1; by default all that do.
    """

def stack(
    *data: NDArray, num_args: int | None = None, axis: int = 0, out: Any = None, name: str | None = None
) -> NDArray:
    """Puts arrays of the same shape side by side along a new axis.

    inputs (d1, ..., dk) -> output with k + 1 axes, `num_args` long on the new one

    Attributes:
        num_args: number of inputs; counted for you.
        axis: position of the new axis in the output; negative counts from the output's end.
    """

stop_gradient = BlockGrad

def sum(
    data: NDArray | None = None,
    axis: Sequence[int] | int | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Sum along axes; integers wrap around.

    data (d1, ..., dk) -> output (axes that remain; (1,) if none)

    Attributes:
        axis: axes to fold, negative ones from the end; None or (): all.
        keepdims: keep the folded axes with length 1.
        exclude: fold all axes but those in `axis`.
    """

sum_axis = sum

def SVMOutput(
    data: NDArray | None = None,
    label: NDArray | None = None,
    margin: float = 1.0,
    regularization_coefficient: float = 1.0,
    use_linear: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The input itself, with the gradient of a one-against-all support vector machine (Tang 2013).

    data (n, k): scores · label (n,): class numbers -> output (n, k). With t = 1 for the class of label and -1 for the
    others, the loss is Σ max(0, margin - t x)², or the same without the square. The gradient does not depend on the
    head gradient; that of label is zero.

    Attributes:
        margin: as above.
        regularization_coefficient: factor of the gradient.
        use_linear: hinge without the square.
    """

def swapaxes(
    data: NDArray | None = None, dim1: int = 0, dim2: int = 0, out: Any = None, name: str | None = None
) -> NDArray:
    """Exchanges two axes.

    data (d1, ..., dk) -> output with axes `dim1` and `dim2` exchanged

    Attributes:
        dim1, dim2: the two axes; negative ones count from the end.
    """

SwapAxis = swapaxes

def take(
    a: NDArray | None = None,
    indices: NDArray | None = None,
    axis: int = 0,
    mode: Literal["clip", "raise", "wrap"] = "clip",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Takes slices of an array by their numbers along one axis.

    a (..., d, ...) · indices (i1, ..., ik), of any dtype -> output (..., i1, ..., ik, ...)

    The gradient of a sums over equal indices; that of indices is zero.

    Attributes:
        axis: the axis to take along; negative counts from the end.
        mode: what to do with numbers outside of [0, d). clip: take the nearest (so negative ones are 0) · wrap: count
            around · raise: an error when the program runs.
    """

def tan(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Tangent of radians.

    data (any shape) -> output (same shape)
    """

def tanh(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Hyperbolic tangent.

    data (any shape) -> output (same shape)
    """

def tile(
    data: NDArray | None = None, reps: Sequence[int] | int = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Lays copies of the whole array side by side.

    data (d1, ..., dk) -> output (reps1·d1, ..., repsk·dk); the shorter of shape and `reps` is filled with 1 in front.

    Attributes:
        reps: number of copies along each axis.
    """

def topk(
    data: NDArray | None = None,
    axis: int | None = -1,
    k: int = 1,
    ret_typ: Literal["both", "indices", "mask", "value"] = "indices",
    is_ascend: bool = False,
    dtype: DTypeLike = "float32",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """The largest or smallest elements along one axis; of equal elements, the first come first.

    data (..., d, ...) -> values and indices (..., k, ...), or a mask (..., d, ...); with ``axis=None``, (k,) with
    indices into the flattened array. ``ret_typ="value"`` has the indices as hidden second output.

    The gradient of values goes back to the place they came from; indices and mask pass none.

    Attributes:
        axis: the axis; negative counts from the end; None looks at all elements.
        k: number of elements; less than 1 means all.
        ret_typ: value · indices · mask: 1 where an element is among them, else 0 · both: values and indices.
        is_ascend: the smallest elements, smallest first.
        dtype: dtype of the indices.
    """

def transpose(
    data: NDArray | None = None, axes: Sequence[int] | int = (), out: Any = None, name: str | None = None
) -> NDArray:
    """Permutes the axes of an array.

    data (d1, ..., dk) -> output with the same dimensions in another order

    Attributes:
        axes: for each axis of the output, the axis of data it is, counted from the front; empty reverses them all.
    """

def trunc(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Whole number next to x in the direction of zero.

    data (any shape) -> output (same shape)
    """

uniform = random_uniform

def unravel_index(
    data: NDArray | None = None, shape: Sequence[int] | int = (), out: Any = None, name: str | None = None
) -> NDArray:
    """Coordinates of elements from their numbers, counted in row-major order.

    data (n,) -> output (k, n), of the same dtype. The gradient is zero.

    Attributes:
        shape: lengths of the k axes of the array in question; the first may be -1, as it is not needed.
    """

def UpSampling(
    *data: NDArray,
    scale: int,
    num_filter: int = 0,
    sample_type: Literal["bilinear", "nearest"],
    multi_input_mode: Literal["concat", "sum"] = "concat",
    num_args: int | None = None,
    workspace: int = 512,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Enlarge images by repeating pixels, or by a bilinear transposed convolution.

    nearest: arg0 (n, c0, h, w), arg1 (n, c1, h1, w1), ... -> output (n, c, scale h, scale w). Each input is enlarged to
    the output's size, a multiple of its own, and all are concatenated along channels or added.
    bilinear: data (n, c, h, w) · weight (num_filter, 1, k, k) -> output (n, c, scale h, scale w), where num_filter = c
    and k = 2 scale - scale mod 2; weight is a parameter, initialized to bilinear interpolation.

    Attributes:
        scale: the factor.
        num_filter: number of channels; bilinear only.
        sample_type: nearest · bilinear.
        multi_input_mode: concat · sum, when several inputs are given.
        num_args: number of inputs, counted by the front end.
        workspace: accepted for compatibility.
    """

def where(
    condition: NDArray | None = None,
    x: NDArray | None = None,
    y: NDArray | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Elements of x where the condition is not 0, of y elsewhere; the condition has no gradient.

    condition (any shape) · x (same shape) · y (same shape) -> output (same shape);
    or condition of d1 elements, to select whole rows: x (d1, ..., dk) · y (same shape) -> output (same shape)
    """

def zeros_like(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Zeros of the input's shape and dtype.

    data (any shape) -> output (same shape)
    """
