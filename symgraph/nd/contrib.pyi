"""``symgraph.nd.contrib``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from collections.abc import Sequence
from typing import Any, Literal

from numpy.typing import DTypeLike

from symgraph.nd.op import CTCLoss as CTCLoss
from symgraph.nd.op import ctc_loss as ctc_loss
from symgraph.runtime.control import cond as cond
from symgraph.runtime.control import foreach as foreach
from symgraph.runtime.control import while_loop as while_loop
from symgraph.runtime.finite import isfinite as isfinite
from symgraph.runtime.finite import isinf as isinf
from symgraph.runtime.finite import isnan as isnan
from symgraph.runtime.ndarray import NDArray

def adamw_update(
    weight: Any,
    grad: Any,
    mean: Any,
    var: Any,
    rescale_grad: Any,
    lr: Any,
    eta: Any,
    beta1: Any = 0.9,
    beta2: Any = 0.999,
    epsilon: Any = 1e-08,
    wd: Any = 0,
    clip_gradient: Any = -1,
    out: Any = None,
    name: Any = None,
    **kwargs: Any,
) -> Any:
    """A step of AdamW; rescale_grad is a number, or a tensor of one. See the operator ``_adamw_update``."""

def AdaptiveAvgPooling2D(
    data: NDArray | None = None, output_size: Sequence[int] | int = (), out: Any = None, name: str | None = None
) -> NDArray:
    """Average pooling to a given size, over windows that cover the image as evenly as possible.

    data (n, c, h, w) -> output (n, c, y, x); window i of an axis of h elements runs from floor(i h / y) to
    ceil((i + 1) h / y).

    Attributes:
        output_size: (y, x), or one number for both; by default 1.
    """

def allclose(
    a: NDArray | None = None,
    b: NDArray | None = None,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """1 if two arrays are equal up to a tolerance, |a - b| <= atol + rtol · |b| everywhere, else 0; it has no gradient.

    a (any shape) · b (same shape), of the same dtype -> output (), uint8

    Attributes:
        rtol: tolerance relative to b; as in MXNet anything is close to an infinite b, if rtol is not 0.
        atol: absolute tolerance.
        equal_nan: whether two NaN are equal.
    """

def arange_like(
    data: NDArray | None = None,
    start: float = 0.0,
    step: float = 1.0,
    repeat: int = 1,
    ctx: str = "",
    axis: int | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Evenly spaced numbers, as many as an array has elements, or as an axis of it is long.

    data (d1, ..., dk), only its shape and dtype are used -> output (d1, ..., dk), or (d,) for an axis. The gradient is
    zero.

    Attributes:
        start: first number.
        step: difference from one to the next; both are cut to whole numbers for an integer dtype.
        repeat: how often each number appears in a row.
        ctx: accepted, and of no effect: the output lies where data does.
        axis: the axis to take the length of; negative counts from the end.
    """

def backward_gradientmultiplier(
    data: NDArray | None = None, scalar: float = 1.0, is_int: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """The gradient of `gradientmultiplier`: the input times a number.

    data (any shape) -> output (same shape)

    Attributes:
        scalar: the number; an integer tensor truncates it.
        is_int: with False, an integer tensor becomes float64 instead.
    """

def BatchNormWithReLU(
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
    """`BatchNorm` followed by max(x, 0).

    data (any shape; c channels along ``axis``) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,) · is_positive (as data), hidden: where the normalized data is above zero

    Attributes:
        eps, momentum, fix_gamma, use_global_stats, output_mean_var, axis, cudnn_off, min_calib_range, max_calib_range: as
            for BatchNorm.

    MXNet has it with oneDNN only, for float32 data of 4 axes.
    """

def BilinearResize2D(
    data: NDArray | None = None,
    like: NDArray | None = None,
    height: int = 1,
    width: int = 1,
    scale_height: float | None = None,
    scale_width: float | None = None,
    mode: Literal["size", "odd_scale", "like", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"] = "size",
    align_corners: bool = True,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Images of another size, by bilinear interpolation.

    data (n, c, h, w) · like (any, any, y, x) with ``mode="like"`` -> output (n, c, y, x)

    The gradient of like is zero.

    Attributes:
        height, width: size of the output, for mode size without scales.
        scale_height, scale_width: factors that decide on the size instead, both or none; fractions of the product are cut
            off.
        mode: size, by the attributes above · odd_scale, where an odd length l becomes 1 + scale (l - 1) and an even one
            scale l · like, the size of another image · to_even_down, to_even_up, to_odd_down, to_odd_up, the nearest
            even or odd length that is not larger or not smaller.
        align_corners: the outermost pixels stay where they are, so that the centres of the corners are aligned; with
            False, the outer edges of the image are. A single pixel always is the first one.
    """

def bipartite_matching(
    data: NDArray | None = None,
    is_ascend: bool = False,
    threshold: float = ...,
    topk: int = -1,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Pairs rows with columns, again and again the pair with the best score of those that are free.

    data (..., rows, columns), scores -> output0 (..., rows), the column of each row · output1 (..., columns), the row
    of each column; -1 for those left over. Of equal scores the first counts, in row-major order; NaN never. The
    gradient is zero.

    Attributes:
        threshold: only pairs whose score is greater (with `is_ascend`, less) than this are matched.
        is_ascend: the lowest score is the best.
        topk: as in MXNet, one pair more than this is matched; less than 1 means no limit.
    """

def boolean_mask(
    data: NDArray | None = None, index: NDArray | None = None, axis: int = 0, out: Any = None, name: str | None = None
) -> NDArray:
    """The slices of data along an axis whose entry in index is not zero.

    data (..., n, ...) · index (n,) -> output (..., as many as are not zero, ...)

    How many there are is known only when index is, so the operator runs on arrays, and a symbol with it cannot be bound.
    MXNet binds it, and knows the first axis only.

    Attributes:
        axis: axis of the slices.
    """

def box_decode(
    data: NDArray | None = None,
    anchors: NDArray | None = None,
    std0: float = 1.0,
    std1: float = 1.0,
    std2: float = 1.0,
    std3: float = 1.0,
    clip: float = -1.0,
    format: Literal["center", "corner"] = "center",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Boxes from what a detector says of them: their place as seen from anchors.

    data (b, n, 4): shifts of the centre by the size of the anchor, and logarithms of the growth · anchors (1, n, 4) ->
    output (b, n, 4): corners (left, top, right, bottom). The gradient is zero.

    Attributes:
        std0: factor of the first number of data.
        std1: of the second.
        std2: of the third.
        std3: of the last.
        clip: upper bound of the logarithms, after these factors; 0 or less means none.
        format: of the anchors: corner (left, top, right, bottom) · center (x, y, width, height).
    """

def box_encode(
    samples: NDArray | None = None,
    matches: NDArray | None = None,
    anchors: NDArray | None = None,
    refs: NDArray | None = None,
    means: NDArray | None = None,
    stds: NDArray | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """What a detector has to learn: where matched boxes lie, as seen from anchors.

    samples (b, n): above 0.5 for anchors that count · matches (b, n): numbers of reference boxes · anchors (b, n, 4)
    and refs (b, m, 4): corners (left, top, right, bottom) · means (4,) · stds (4,) -> output0 (b, n, 4): (t - means)
    / stds, where t are the distance of the centres by the size of the anchor, and the logarithms of the ratios of
    the sizes · output1 (b, n, 4): 1. Both are 0 for anchors that do not count. The gradient is zero.

    A match that is no number of a reference box is taken for the nearest; MXNet reads outside of memory there.
    """

def box_iou(
    lhs: NDArray | None = None,
    rhs: NDArray | None = None,
    format: Literal["center", "corner"] = "corner",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Intersection over union of every box with every other.

    lhs (a1, ..., aj, 4) · rhs (b1, ..., bk, 4) -> output (a1, ..., aj, b1, ..., bk). Boxes that share no area, as those
    with a negative size, give 0. The gradient is zero.

    Attributes:
        format: what the 4 numbers are: corner (left, top, right, bottom) · center (x, y, width, height).
    """

def box_nms(
    data: NDArray | None = None,
    overlap_thresh: float = 0.5,
    valid_thresh: float = 0.0,
    topk: int = -1,
    coord_start: int = 2,
    score_index: int = 1,
    id_index: int = -1,
    background_id: int = -1,
    force_suppress: bool = False,
    in_format: Literal["center", "corner"] = "corner",
    out_format: Literal["center", "corner"] = "corner",
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Of boxes that overlap, keeps the one with the highest score: non-maximum suppression.

    data (..., n, width), a row for each box -> output0 (..., n, width): the kept rows, the highest score first, then
    rows of -1 · hidden output1 (..., n), int32: the row in data that each row of output0 was, or -1. Batches are
    independent of each other, and of equal scores the first counts.

    The gradient of a row that is kept is that of where it went, whatever the formats; of others it is zero.

    Attributes:
        overlap_thresh: a box is dropped if its intersection over union with a better one that is kept exceeds this.
        valid_thresh: boxes whose score does not exceed this are dropped.
        topk: how many of the best boxes to look at; the others are dropped. Negative: all · 0: output0 is data as it is.
        coord_start: column of the first of the box's 4 numbers, which lie side by side.
        score_index: column of the score.
        id_index: column of the class, whose fraction does not count; negative if there is none.
        background_id: boxes of exactly this class are dropped, if there are classes.
        force_suppress: let boxes of different classes suppress each other.
        in_format: what the 4 numbers are: corner (left, top, right, bottom) · center (x, y, width, height).
        out_format: what they are in output0; a box whose first number is negative stays as it is.
    """

box_non_maximum_suppression = box_nms

def count_sketch(
    data: NDArray | None = None,
    h: NDArray | None = None,
    s: NDArray | None = None,
    out_dim: int = ...,
    processing_batch_size: int = 32,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Vectors projected to fewer dimensions: each entry, times a sign, is added at a random place (Charikar et al. 2002).

    data (..., d) · h (1, d), the places · s (1, d), the signs -> output (..., out_dim). Places outside of [0, out_dim) are
    ignored. Only data has a gradient that is not zero.

    Attributes:
        out_dim: length of the projected vectors.
        processing_batch_size: accepted, and of no effect.

    MXNet has it on the GPU only, for 2 or 4 axes.
    """

def DeformableConvolution(
    data: NDArray | None = None,
    offset: NDArray | None = None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    num_filter: int = ...,
    num_group: int = 1,
    num_deformable_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    layout: Literal["NCHW", "NCW", "NCDHW"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Convolution whose taps are displaced by learned offsets (Dai et al. 2017).

    data (n, c, h, w) · offset (n, 2 g k, y, x) · weight (num_filter, c / num_group, *kernel) · bias (num_filter,)
    -> output (n, num_filter, y, x), where k is the number of taps of the kernel, by rows, g = num_deformable_group, and y
    and x are as for Convolution. Channels 2 i and 2 i + 1 of offset move tap i vertically and horizontally, in pixels.

    Taps between pixels are interpolated; those before the first pixel or a whole pixel behind the last one read 0, those
    just behind it the last pixel.

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, no_bias: as for Convolution, in two dimensions.
        num_deformable_group: channels are split into so many groups with offsets of their own.
        workspace, layout: accepted for compatibility; the layout is NCHW.
    """

def DeformablePSROIPooling(
    data: NDArray | None = None,
    rois: NDArray | None = None,
    trans: NDArray | None = None,
    spatial_scale: float = ...,
    output_dim: int = ...,
    group_size: int = ...,
    pooled_size: int = ...,
    part_size: int = 0,
    sample_per_part: int = 1,
    trans_std: float = 0.0,
    no_trans: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Position-sensitive averages over the bins of regions, each bin displaced by a learned offset (Dai et al. 2017).

    data (n, output_dim·g·g, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2) · trans (r, 2 k, part, part) -> output
    (r, output_dim, pooled_size, pooled_size), with g = group_size

    Regions, bins and the channels they read are as for PSROIPooling, but half a pixel up and left; each bin averages a
    raster of bilinear samples, leaving out those more than half a pixel outside of the image. Output channels are split
    into k classes; the bins at (i, j) of class l are displaced horizontally by trans[:, 2 l] and vertically by
    trans[:, 2 l + 1] at (floor(i part / pooled_size), floor(j part / pooled_size)), times trans_std and the region's size.

    The gradient of rois is zero; so is that of trans by a sample at whole pixels.

    Attributes:
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        output_dim: number of output channels.
        group_size: bins are split into g × g groups that read channels of their own.
        pooled_size: number of bins along each axis.
        part_size: height and width of trans; 0 means pooled_size.
        sample_per_part: samples in a bin along each axis.
        trans_std: factor of trans, 0 to 1.
        no_trans: leave out trans.

    A region whose image does not exist gives 0, and data with too few channels is refused; MXNet reads outside of memory.
    """

def div_sqrt_dim(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """The input divided by the square root of the length of its last axis, as attention scales its scores.

    data (d1, ..., dk), k >= 1 -> output (same shape); integers are divided without rest, by the truncated root
    """

def fft(data: NDArray | None = None, compute_size: int = 128, out: Any = None, name: str | None = None) -> NDArray:
    """Discrete Fourier transform of real numbers along the last axis.

    data (..., d) -> output (..., 2 · d), pairs (real, imaginary)

    Attributes:
        compute_size: accepted, and of no effect.

    MXNet has it on the GPU only, for 2 or 4 axes.
    """

def gradientmultiplier(
    data: NDArray | None = None, scalar: float = 1.0, is_int: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """The input itself, with its gradient multiplied by a number, such as -1 for adversarial training (Ganin 2015).

    data (any shape) -> output (same shape)

    Attributes:
        scalar: the factor; for an integer tensor it is truncated.
        is_int: accepted, and of no effect.
    """

def group_adagrad_update(
    weight: NDArray | None = None,
    grad: NDArray | None = None,
    history: NDArray | None = None,
    lr: float = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    epsilon: float = 1e-05,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A step of AdaGrad with one learning rate per row: h ← h + mean(g²) over a row; w - lr g / √(h + epsilon).

    weight (rows, ...) · grad (same) · history (rows, 1), a state -> output (rows, ...): the new weight

    MXNet runs it for sparse gradients only, whose missing rows it leaves alone; here rows of zeros change nothing either.

    Attributes:
        lr: learning rate.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        epsilon: keeps the step finite.

    Source: Duchi et al. 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization".
    """

def hawkesll(
    lda: NDArray | None = None,
    alpha: NDArray | None = None,
    beta: NDArray | None = None,
    state: NDArray | None = None,
    lags: NDArray | None = None,
    marks: NDArray | None = None,
    valid_length: NDArray | None = None,
    max_time: NDArray | None = None,
    out: Any = None,
    name: str | None = None,
) -> Any:
    """Log-likelihood of marked events under a self-exciting point process with exponential decay (Hawkes, 1971).

    An event of mark k raises the intensity of further events of mark k: it is λk + αk βk Σ exp(-βk · time since), summed
    over earlier events of mark k.

    lda λ (n, k), background intensities · alpha α (k,), branching ratios · beta β (k,), decay rates · state (n, k), the
    decayed count of events before the interval · lags (n, t), times since the event before · marks (n, t), int32 ·
    valid_length (n,), number of events · max_time (n,), end of the interval
    -> output (n,), log-likelihoods · out_state (n, k), the decayed count at the end

    As in MXNet, the gradient flows from the log-likelihood to lda, alpha and beta; that of other inputs is zero, and
    MXNet raises when that of lags, marks, valid_length or max_time is asked for. Marks outside of [0, k) are clipped.
    """

def ifft(data: NDArray | None = None, compute_size: int = 128, out: Any = None, name: str | None = None) -> NDArray:
    """Real part of the inverse discrete Fourier transform along the last axis, without the factor 1 / d.

    data (..., 2 · d), pairs (real, imaginary) -> output (..., d)

    Attributes:
        compute_size: accepted, and of no effect.

    MXNet has it on the GPU only, for 2 or 4 axes.
    """

def index_array(
    data: NDArray | None = None, axes: Sequence[int] | int | None = None, out: Any = None, name: str | None = None
) -> NDArray:
    """The coordinates of every element of an array.

    data (d1, ..., dk), only its shape is used -> output (d1, ..., dk, k), int64; with m `axes`, (d1, ..., dk, m). The
    gradient is zero.

    Attributes:
        axes: which coordinates, in which order; negative counts from the end; default all.
    """

def index_copy(
    old_tensor: NDArray | None = None,
    index_vector: NDArray | None = None,
    new_tensor: NDArray | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """A copy of an array with some of its rows replaced.

    old_tensor (n, ...) · index_vector (m,), the numbers of the rows, of any dtype · new_tensor (m, ...) -> output (n,
    ...)

    The gradient of old_tensor is zero in the replaced rows; that of new_tensor reads the output's at these rows.
    """

def interleaved_matmul_encdec_qk(
    queries: NDArray | None = None,
    keys_values: NDArray | None = None,
    heads: int = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Scores of the attention of a decoder to an encoder: Q Kᵀ / √d for every head.

    queries (m, batch, heads · d) · keys_values (n, batch, heads · 2 · d) -> output (batch · heads, m, n)

    Attributes:
        heads: number of heads.
    """

def interleaved_matmul_encdec_valatt(
    keys_values: NDArray | None = None,
    attention: NDArray | None = None,
    heads: int = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Values of an encoder, weighted by the attention that a decoder pays to them.

    keys_values (n, batch, heads · 2 · d) · attention (batch · heads, m, n) -> output (m, batch, heads · d)

    Attributes:
        heads: number of heads.
    """

def interleaved_matmul_selfatt_qk(
    queries_keys_values: NDArray | None = None, heads: int = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Scores of self-attention: Q Kᵀ / √d for every head.

    queries_keys_values (n, batch, heads · 3 · d) -> output (batch · heads, n, n)

    Attributes:
        heads: number of heads.
    """

def interleaved_matmul_selfatt_valatt(
    queries_keys_values: NDArray | None = None,
    attention: NDArray | None = None,
    heads: int = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Values of self-attention, weighted by the attention paid to them.

    queries_keys_values (n, batch, heads · 3 · d) · attention (batch · heads, n, n) -> output (n, batch, heads · d)

    Attributes:
        heads: number of heads.
    """

def ModulatedDeformableConvolution(
    data: NDArray | None = None,
    offset: NDArray | None = None,
    mask: NDArray | None = None,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    kernel: Sequence[int] | int = ...,
    stride: Sequence[int] | int = (),
    dilate: Sequence[int] | int = (),
    pad: Sequence[int] | int = (),
    num_filter: int = ...,
    num_group: int = 1,
    num_deformable_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    im2col_step: int = 64,
    layout: Literal["NCHW", "NCW", "NCDHW"] | None = None,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Deformable convolution whose taps have learned factors, too (version 2, Zhu et al. 2019).

    data (n, c, h, w) · offset (n, 2 g k, y, x) · mask (n, g k, y, x) · weight (num_filter, c / num_group, *kernel) ·
    bias (num_filter,) -> output (n, num_filter, y, x); names are as for DeformableConvolution. Channel i of mask multiplies
    what tap i reads. All around the image are zeros, towards which taps are interpolated.

    Attributes:
        kernel, stride, dilate, pad, num_filter, num_group, no_bias: as for Convolution, in two dimensions.
        num_deformable_group: channels are split into so many groups with offsets and masks of their own.
        workspace, im2col_step, layout: accepted for compatibility; the layout is NCHW.

    MXNet's CPU build has no gradient; ours is the derivative.
    """

def mp_adamw_update(
    weight: Any,
    grad: Any,
    mean: Any,
    var: Any,
    weight32: Any,
    rescale_grad: Any,
    lr: Any,
    eta: Any,
    beta1: Any = 0.9,
    beta2: Any = 0.999,
    epsilon: Any = 1e-08,
    wd: Any = 0,
    clip_gradient: Any = -1,
    out: Any = None,
    name: Any = None,
    **kwargs: Any,
) -> Any:
    """A step of AdamW; rescale_grad is a number, or a tensor of one. See the operator ``_mp_adamw_update``."""

def multi_adamw_update(
    weights: Any,
    grads: Any,
    mean: Any,
    var: Any,
    rescale_grad: Any,
    lrs: Any,
    wds: Any,
    etas: Any,
    out: Any = None,
    name: Any = None,
    size: Any = 0,
    **kwargs: Any,
) -> Any:
    """A step of AdamW of several weights, given as lists. See the operator ``_multi_adamw_update``."""

def multi_lamb_update(
    weights: Any,
    grads: Any,
    mean: Any,
    var: Any,
    step_count: Any,
    lrs: Any,
    wds: Any,
    out: Any = None,
    num_tensors: Any = 0,
    **kwargs: Any,
) -> Any:
    """A step of LAMB of several weights, given as lists. See the operator ``_multi_lamb_update``."""

def multi_mp_adamw_update(
    weights: Any,
    grads: Any,
    mean: Any,
    var: Any,
    weights32: Any,
    rescale_grad: Any,
    lrs: Any,
    wds: Any,
    etas: Any,
    out: Any = None,
    name: Any = None,
    size: Any = 0,
    **kwargs: Any,
) -> Any:
    """A step of AdamW of several weights, given as lists. See the operator ``_multi_mp_adamw_update``."""

def multi_mp_lamb_update(
    weights: Any,
    grads: Any,
    mean: Any,
    var: Any,
    weights32: Any,
    step_count: Any,
    lrs: Any,
    wds: Any,
    out: Any = None,
    num_tensors: Any = 0,
    **kwargs: Any,
) -> Any:
    """A step of LAMB of several weights, given as lists. See the operator ``_multi_mp_lamb_update``."""

def MultiBoxDetection(
    cls_prob: NDArray | None = None,
    loc_pred: NDArray | None = None,
    anchor: NDArray | None = None,
    clip: bool = True,
    threshold: float = 0.01,
    background_id: int = 0,
    nms_threshold: float = 0.5,
    force_suppress: bool = False,
    variances: Sequence[float] | float = (0.1, 0.1, 0.2, 0.2),
    nms_topk: int = -1,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """What a detector found: boxes with class and score, after non-maximum suppression.

    cls_prob (b, classes, n): probabilities, class 0 for background · loc_pred (b, 4n): shift of the centres by the size
    of the anchor and logarithms of the growth, divided by `variances` · anchor (1, n, 4): corners (left, top, right,
    bottom) -> output (b, n, 6): class without background, score, corners. The class is the likeliest but background.
    The highest score comes first, rows whose class is -1 are no boxes. The gradient is zero.

    Attributes:
        clip: cut off what lies outside of the image.
        threshold: anchors whose score is less are no boxes.
        background_id: accepted, and of no effect, as in MXNet on the CPU: background is class 0.
        nms_threshold: of two boxes whose intersection over union is no less than this, the worse one is dropped. At 0 or
            less, and above 1, nothing is dropped, and boxes are in the order of the anchors.
        force_suppress: let boxes of different classes suppress each other.
        variances: factors of the 4 numbers of loc_pred.
        nms_topk: how many of the best boxes to look at; the others are dropped. 0 or less means all.
    """

def MultiBoxPrior(
    data: NDArray | None = None,
    sizes: Sequence[float] | float = (1.0,),
    ratios: Sequence[float] | float = (1.0,),
    clip: bool = False,
    steps: Sequence[float] | float = (-1.0, -1.0),
    offsets: Sequence[float] | float = (0.5, 0.5),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Anchors of several sizes and shapes around every place of a feature map.

    data (n, c, height, width), only its shape is used -> output (1, height·width·k, 4): corners (left, top, right,
    bottom) in units of the image, place by place. The k = len(sizes) + len(ratios) - 1 anchors of a place are those of
    the first ratio in all sizes, then those of the first size in the other ratios. The gradient is zero.

    Attributes:
        sizes: side of a square anchor, as a fraction of the image's height.
        ratios: width by height.
        clip: cut off what lies outside of the image.
        steps: distance from one place to the next (y, x); if one is 0 or less, the places fill the image.
        offsets: where in its cell a place lies (y, x).
    """

def MultiBoxTarget(
    anchor: NDArray | None = None,
    label: NDArray | None = None,
    cls_pred: NDArray | None = None,
    overlap_threshold: float = 0.5,
    ignore_label: float = -1.0,
    negative_mining_ratio: float = -1.0,
    negative_mining_thresh: float = 0.5,
    minimum_negative_samples: int = 0,
    variances: Sequence[float] | float = (0.1, 0.1, 0.2, 0.2),
    out: Any = None,
    name: str | None = None,
) -> Any:
    """What a detector has to learn: for every anchor, the class and the place of the true box it is matched with.

    anchor (1, n, 4), corners (left, top, right, bottom) · label (b, m, 5 or more): class and corners of true boxes, then
    rows of -1 · cls_pred (b, classes, n): scores before the softmax, class 0 for background -> loc_target (b, 4n):
    shift of the centres by the size of the anchor and logarithms of the growth, divided by `variances`, 0 without a
    match · loc_mask (b, 4n): 1 with a match, else 0 · cls_target (b, n): class of the match plus 1, 0 for a negative
    anchor, `ignore_label` for the others, and for all where there is no true box. The gradient is zero.

    First every true box gets the anchor it overlaps most, the best pair first; then every other anchor is matched with
    the box that it overlaps most, if by more than `overlap_threshold`. Where MXNet stops because fewer negative anchors
    can be had than `negative_mining_ratio` asks for, those that there are are taken.

    Attributes:
        overlap_threshold: least intersection over union for a match; 0 or less: each true box is matched but once.
        ignore_label: cls_target of anchors that are neither matched nor negative.
        negative_mining_ratio: how many negative anchors for each match: those that are the least sure to be background,
            of those that overlap with a box by less than `negative_mining_thresh`; 0 or less: all that have no match.
        negative_mining_thresh: see there.
        minimum_negative_samples: accepted, and of no effect, as in MXNet on the CPU.
        variances: divisors of the 4 numbers of loc_target.
    """

def MultiProposal(
    cls_prob: NDArray | None = None,
    bbox_pred: NDArray | None = None,
    im_info: NDArray | None = None,
    rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300,
    threshold: float = 0.7,
    rpn_min_size: int = 16,
    scales: Sequence[float] | float = (4.0, 8.0, 16.0, 32.0),
    ratios: Sequence[float] | float = (0.5, 1.0, 2.0),
    feature_stride: int = 16,
    output_score: bool = False,
    iou_loss: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Region proposals for a batch of images, one after the other.

    cls_prob (n, 2k, h, w) · bbox_pred (n, 4k, h, w) · im_info (n, 3) -> output (n·rpn_post_nms_top_n, 5) · score
    (n·rpn_post_nms_top_n, 1), hidden without `output_score`; all as in `RegionProposal`.

    Attributes:
        rpn_pre_nms_top_n: how many of the best boxes to look at; less than 1 means all.
        rpn_post_nms_top_n: how many boxes to give for an image.
        threshold: a box is dropped if its intersection over union with a better one that is kept exceeds this.
        rpn_min_size: least width and height, at scale 1.
        scales: sides of the anchors, in units of `feature_stride`.
        ratios: heights by widths of the anchors.
        feature_stride: pixels from one place to the next.
        output_score: show the second output.
        iou_loss: bbox_pred are the distances of the corners from the anchor's, in pixels.
    """

def Proposal(
    cls_prob: NDArray | None = None,
    bbox_pred: NDArray | None = None,
    im_info: NDArray | None = None,
    rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300,
    threshold: float = 0.7,
    rpn_min_size: int = 16,
    scales: Sequence[float] | float = (4.0, 8.0, 16.0, 32.0),
    ratios: Sequence[float] | float = (0.5, 1.0, 2.0),
    feature_stride: int = 16,
    output_score: bool = False,
    iou_loss: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Region proposals for one image, so n is 1; `_contrib_MultiProposal` is for several.

    cls_prob (1, 2k, h, w) · bbox_pred (1, 4k, h, w) · im_info (1, 3) -> output (rpn_post_nms_top_n, 5) · score
    (rpn_post_nms_top_n, 1), hidden without `output_score`; all as in `RegionProposal`.

    Attributes:
        rpn_pre_nms_top_n: how many of the best boxes to look at; less than 1 means all.
        rpn_post_nms_top_n: how many boxes to give for an image.
        threshold: a box is dropped if its intersection over union with a better one that is kept exceeds this.
        rpn_min_size: least width and height, at scale 1.
        scales: sides of the anchors, in units of `feature_stride`.
        ratios: heights by widths of the anchors.
        feature_stride: pixels from one place to the next.
        output_score: show the second output.
        iou_loss: bbox_pred are the distances of the corners from the anchor's, in pixels.
    """

def PSROIPooling(
    data: NDArray | None = None,
    rois: NDArray | None = None,
    spatial_scale: float = ...,
    output_dim: int = ...,
    pooled_size: int = ...,
    group_size: int = 0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Averages over the bins of regions, where every bin has channels of its own (R-FCN, Dai et al. 2016).

    data (n, output_dim·g·g, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2)
    -> output (r, output_dim, pooled_size, pooled_size)

    The bins are those of a region from round(x1) to round(x2) + 1, scaled, and at least 0.1 long; one averages all pixels
    that it touches, or is 0 if there are none. Bin (i, j) belongs to group (floor(i g / pooled_size),
    floor(j g / pooled_size)) of g × g, and output channel c reads channel (c g + i) g + j of data. The gradient of rois is
    zero.

    Attributes:
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        output_dim: number of output channels.
        pooled_size: number of bins along each axis.
        group_size: g; 0 means pooled_size.

    A region whose image does not exist gives 0, and data with too few channels is refused; MXNet reads outside of memory.
    """

def quadratic(
    data: NDArray | None = None,
    a: float = 0.0,
    b: float = 0.0,
    c: float = 0.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """a x² + b x + c.

    data (any shape) -> output (same shape)

    Attributes:
        a, b, c: the coefficients.
    """

def rand_zipfian(true_classes: Any, num_sampled: Any, range_max: Any, ctx: Any = None) -> Any:
    """Candidate classes for a sampled loss, with replacement.

    The probability of a class is log((class + 2) / (class + 1)) / log(range_max + 1).

    Args:
        true_classes: the classes that are right, (m,).
        num_sampled: how many classes to draw.
        range_max: how many classes there are.

    Returns:
        what was drawn, int64 (num_sampled,); how often each true class is expected among them, float64 (m,); and how often each
        class drawn, float64 (num_sampled,).
    """

def ROIAlign(
    data: NDArray | None = None,
    rois: NDArray | None = None,
    pooled_size: Sequence[int] | int = ...,
    spatial_scale: float = ...,
    sample_ratio: int = -1,
    position_sensitive: bool = False,
    aligned: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Averages of bilinear samples in the bins of regions (Mask R-CNN, He et al. 2017).

    data (n, c, h, w) · rois (r, 5), rows of (image, x1, y1, x2, y2) -> output (r, c, *pooled_size), or
    (r, c / bins, *pooled_size) with ``position_sensitive``

    Samples up to one pixel outside of the image take the nearest pixel, those farther away are 0; so is a region whose
    image does not exist, such as -1. The gradient of rois is zero.

    Attributes:
        pooled_size: number of bins, vertically and horizontally.
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        sample_ratio: samples in a bin along each axis; not positive: one for every pixel, ceil(length of the bin).
        position_sensitive: every bin has channels of its own: bin number b of all in a region reads channel c bins + b.
        aligned: shift regions by half a pixel, so that pixel i covers i .. i + 1. Otherwise regions are at least one pixel
            high and wide.

    With ``aligned``, MXNet ends the program at a region without height or width; here it has no samples and gives 0. For
    an image that does not exist MXNet gives unset memory. NaN and infinities reach every bin of their channel when
    ``sample_ratio`` is not positive.
    """

def round_ste(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Nearest whole number, halves away from zero; the gradient passes through as if nothing had been rounded.

    data (any shape) -> output (same shape)
    """

def RROIAlign(
    data: NDArray | None = None,
    rois: NDArray | None = None,
    pooled_size: Sequence[int] | int = ...,
    spatial_scale: float = ...,
    sampling_ratio: int = -1,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """ROIAlign of rotated regions (Ma et al. 2018).

    data (n, c, h, w) · rois (r, 6), rows of (image, x, y, width, height, angle): centre, extents, and degrees by which
    the region is turned from its horizontal axis towards the top -> output (r, c, *pooled_size)

    Samples near and outside of the border, and missing images, are as for ROIAlign. The gradient of rois is zero.

    Attributes:
        pooled_size: number of bins, along the height and the width of the region.
        spatial_scale: from coordinates of rois to pixels of data, 0 to 1.
        sampling_ratio: samples in a bin along each axis; not positive: one for every pixel, ceil(length of the bin).

    MXNet defines no gradient; ours is the natural one.
    """

def sign_ste(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """-1, 0 or 1 by the sign, 0 for NaN; the gradient passes through as if the input itself had been returned.

    data (any shape) -> output (same shape)
    """

def SparseEmbedding(
    data: NDArray | None = None,
    weight: NDArray | None = None,
    input_dim: int = ...,
    output_dim: int = ...,
    dtype: DTypeLike = "float32",
    sparse_grad: bool = False,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """`Embedding`, of which MXNet makes a sparse gradient; here all gradients are dense.

    data (i1, ..., ik), of any dtype · weight (input_dim, output_dim) -> output (i1, ..., ik, output_dim)

    Attributes:
        input_dim, output_dim, dtype, sparse_grad: as of `Embedding`.
    """

def SyncBatchNorm(
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
    ndev: int = 1,
    key: str = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """BatchNorm along axis 1 whose batch is that of all devices; its third output is the variance.

    data (n, c, ...) · gamma (c,) · beta (c,) · states moving_mean (c,), moving_var (c,)
    -> output (as data) · mean (c,) · var (c,)

    A program that XLA partitions over devices reduces over the whole batch by itself, so nothing is left to do here.

    Attributes:
        eps, momentum, fix_gamma, use_global_stats, output_mean_var: as for BatchNorm.
        ndev, key: number of devices and name of the rendezvous; accepted for compatibility.

    Outside of training MXNet leaves ``mean`` and ``var`` unset; here they are the moving statistics.
    """

def uniform(
    low: Any = 0, high: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Numbers in [low, high), each as likely as any other.

    Args:
        low, high: bounds.
        shape: shape of the output, or with symbols or arrays as parameters of what is drawn per element.
        dtype: dtype of the output.
        ctx: device, if the parameters are numbers.
        out: array that takes the output, and says its shape and dtype where these are not given.
    """
