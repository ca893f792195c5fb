"""Operators that are also methods of Symbol and NDArray: ``x.exp()`` is ``exp(x)``.

Written by ``make stubs`` from the registry of operators.
"""

from collections.abc import Sequence
from typing import Any, Literal, Self

from numpy.typing import DTypeLike

FLUENT_METHODS: tuple[str, ...]

class Methods:
    """What symbols and arrays inherit; `FLUENT_METHODS` are installed in the classes that do. The stub has them all."""

    def abs(self, **kwargs: Any) -> Self:
        """Absolute value; gradient 0 at 0 and NaN.

        data (any shape) -> output (same shape)
        """

    def arccos(self, **kwargs: Any) -> Self:
        """Inverse cosine, in [0, π].

        data (any shape) -> output (same shape)
        """

    def arccosh(self, **kwargs: Any) -> Self:
        """Inverse hyperbolic cosine.

        data (any shape) -> output (same shape)
        """

    def arcsin(self, **kwargs: Any) -> Self:
        """Inverse sine, in [-π/2, π/2].

        data (any shape) -> output (same shape)
        """

    def arcsinh(self, **kwargs: Any) -> Self:
        """Inverse hyperbolic sine.

        data (any shape) -> output (same shape)
        """

    def arctan(self, **kwargs: Any) -> Self:
        """Inverse tangent, in [-π/2, π/2].

        data (any shape) -> output (same shape)
        """

    def arctanh(self, **kwargs: Any) -> Self:
        """Inverse hyperbolic tangent.

        data (any shape) -> output (same shape)
        """

    def argmax(self, axis: int | None = None, keepdims: bool = False, **kwargs: Any) -> Self:
        """Index of the maximum along an axis: the first of ties, and the first NaN if there is one; the gradient is 0.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none), of data's dtype

        Attributes:
            axis: axis to search along; None: all of data, flattened.
            keepdims: keep the searched axes with length 1.
        """

    def argmax_channel(self, **kwargs: Any) -> Self:
        """Index of the maximum along axis 1; the gradient is 0.

        data (n, c, d2, ..., dk) -> output (n, d2, ..., dk), of data's dtype
        """

    def argmin(self, axis: int | None = None, keepdims: bool = False, **kwargs: Any) -> Self:
        """Index of the minimum along an axis: the first of ties, and the first NaN if there is one; the gradient is 0.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none), of data's dtype

        Attributes:
            axis, keepdims: as of `argmax`.
        """

    def argsort(
        self, axis: int | None = -1, is_ascend: bool = True, dtype: DTypeLike = "float32", **kwargs: Any
    ) -> Self:
        """Indices that sort along one axis; equal elements stay in their order.

        data (any shape) -> output (same shape; flat when there is no axis). The gradient is zero.

        Attributes:
            axis: the axis; negative counts from the end; None sorts all elements.
            is_ascend: smallest first.
            dtype: dtype of the indices.
        """

    def broadcast_axes(self, axis: Sequence[int] | int = (), size: Sequence[int] | int = (), **kwargs: Any) -> Self:
        """Repetition of given axes, of length 1, to given lengths.

        data (d1, ..., dk) -> output (d1, ..., dk) with d[axis] = size

        Attributes:
            axis: the axes, counted from the front.
            size: their lengths in the output.
        """

    def broadcast_like(
        self,
        rhs: Self | None = None,
        lhs_axes: Sequence[int] | int | None = None,
        rhs_axes: Sequence[int] | int | None = None,
        **kwargs: Any,
    ) -> Self:
        """Repetition of axes of length 1 of lhs up to their length in rhs; only lhs has a gradient.

        lhs (d1, ..., dk) · rhs (e1, ..., ek) -> output (e1, ..., ek);
        with axes: output is lhs with d[lhs_axes[i]] = e[rhs_axes[i]], and rhs may have any rank

        Attributes:
            lhs_axes: the axes to repeat; None: all.
            rhs_axes: as many axes of rhs that give the lengths.
        """

    def broadcast_to(self, shape: Sequence[int] | int = (), **kwargs: Any) -> Self:
        """Repetition of axes of length 1 up to a given shape.

        data (d1, ..., dk) -> output (shape)

        Attributes:
            shape: length of every axis of the output; 0 keeps that of data.
        """

    def cbrt(self, **kwargs: Any) -> Self:
        """Cube root.

        data (any shape) -> output (same shape)
        """

    def ceil(self, **kwargs: Any) -> Self:
        """Smallest whole number not below x.

        data (any shape) -> output (same shape)
        """

    def clip(self, a_min: float = ..., a_max: float = ..., **kwargs: Any) -> Self:
        """Values limited to [a_min, a_max]; the gradient is 1 inside and on the border, for NaN too, and 0 outside.

        data (any shape) -> output (same shape)

        Attributes:
            a_min, a_max: the limits; integer data truncates them.
        """

    def cos(self, **kwargs: Any) -> Self:
        """Cosine of radians.

        data (any shape) -> output (same shape)
        """

    def cosh(self, **kwargs: Any) -> Self:
        """Hyperbolic cosine.

        data (any shape) -> output (same shape)
        """

    def degrees(self, **kwargs: Any) -> Self:
        """Radians as degrees.

        data (any shape) -> output (same shape)
        """

    def depth_to_space(self, block_size: int = ..., **kwargs: Any) -> Self:
        """Spreads groups of channels over square blocks of pixels; the inverse of `space_to_depth`.

        data (n, c·b², h, w) -> output (n, c, h·b, w·b), with b = `block_size`

        Attributes:
            block_size: edge of a square, in pixels.
        """

    def diag(self, k: int = 0, axis1: int = 0, axis2: int = 1, **kwargs: Any) -> Self:
        """Reads a diagonal, or makes a matrix of one.

        data (n,) -> output (n + |k|, n + |k|), zero off the k-th diagonal · data with more axes -> output without axes
        `axis1` and `axis2`, and the diagonal as its last axis.

        Attributes:
            k: which diagonal; 0 is the main one, positive lies above.
            axis1, axis2: the axes that span the matrices, for data with more than one axis.
        """

    def exp(self, **kwargs: Any) -> Self:
        """eˣ.

        data (any shape) -> output (same shape)
        """

    def expm1(self, **kwargs: Any) -> Self:
        """eˣ - 1, precise near 0.

        data (any shape) -> output (same shape)
        """

    def fix(self, **kwargs: Any) -> Self:
        """Whole number next to x in the direction of zero.

        data (any shape) -> output (same shape)
        """

    def flip(self, axis: Sequence[int] | int = ..., **kwargs: Any) -> Self:
        """Reverses the order of elements along axes.

        data (any shape) -> output (same shape)

        Attributes:
            axis: the axes, counted from the front: as in MXNet, negative numbers are refused.
        """

    def floor(self, **kwargs: Any) -> Self:
        """Largest whole number not above x.

        data (any shape) -> output (same shape)
        """

    def log(self, **kwargs: Any) -> Self:
        """Natural logarithm.

        data (any shape) -> output (same shape)
        """

    def log10(self, **kwargs: Any) -> Self:
        """Logarithm to base 10.

        data (any shape) -> output (same shape)
        """

    def log1p(self, **kwargs: Any) -> Self:
        """log(1 + x), precise near 0.

        data (any shape) -> output (same shape)
        """

    def log2(self, **kwargs: Any) -> Self:
        """Logarithm to base 2.

        data (any shape) -> output (same shape)
        """

    def log_softmax(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        **kwargs: Any,
    ) -> Self:
        """Logarithm of the softmax, x / temperature - log Σ exp(x / temperature), without overflow.

        data (any shape) -> output (same shape)

        Attributes:
            axis, temperature, dtype: as for softmax.
            use_length: must be false; there are no lengths.
        """

    def max(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Maximum along axes; every element that ties for it gets the whole gradient, NaN none.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis, keepdims, exclude: as of `sum`.
        """

    def mean(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Mean along axes; of integers it is truncated.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis, keepdims, exclude: as of `sum`.
        """

    def min(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Minimum along axes; every element that ties for it gets the whole gradient, NaN none.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis, keepdims, exclude: as of `sum`.
        """

    def nanprod(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Product along axes, NaN counting as 1; the gradient is that of `prod`, and 0 for NaN.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis, keepdims, exclude: as of `sum`.
        """

    def nansum(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Sum along axes, NaN counting as 0.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis, keepdims, exclude: as of `sum`.
        """

    def norm(
        self,
        ord: int = 2,
        axis: Sequence[int] | int | None = None,
        out_dtype: DTypeLike | None = None,
        keepdims: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Sum of absolute values (ord 1) or Euclidean norm (ord 2) along axes; the latter's gradient at 0 is NaN.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            ord: 1 or 2.
            axis: axes to fold, negative ones from the end; None or (): all.
            out_dtype: dtype of the output; None: that of data. (MXNet fails when it differs.)
            keepdims: keep the folded axes with length 1.
        """

    def one_hot(
        self,
        depth: int = ...,
        on_value: float = 1.0,
        off_value: float = 0.0,
        dtype: DTypeLike = "float32",
        **kwargs: Any,
    ) -> Self:
        """Vectors that are `on_value` at the place of an index and `off_value` elsewhere; all off for an index outside.

        indices (i1, ..., ik), of any dtype -> output (i1, ..., ik, depth). The gradient is zero.

        Attributes:
            depth: length of the vectors.
            on_value, off_value: the two values, cut to whole ones for an integer dtype.
            dtype: dtype of the output.
        """

    def ones_like(self, **kwargs: Any) -> Self:
        """Ones of the input's shape and dtype.

        data (any shape) -> output (same shape)
        """

    def pad(
        self,
        mode: Literal["constant", "edge", "reflect"] = ...,
        pad_width: Sequence[int] | int = ...,
        constant_value: float = 0.0,
        **kwargs: Any,
    ) -> Self:
        """Adds elements before and after an array along its axes.

        data (d1, ..., dk) -> output (d1 + before1 + after1, ..., dk + beforek + afterk)

        Attributes:
            mode: what is added. constant: `constant_value` · edge: the outermost element again · reflect: the mirror image
                without the outermost element, so that the padding must be narrower than the axis.
            pad_width: (before1, after1, ..., beforek, afterk). MXNet pads 4 or 5 axes and never the first two; ours pads
                any.
            constant_value: what mode constant adds.
        """

    def pick(
        self,
        index: Self | None = None,
        axis: int | None = -1,
        keepdims: bool = False,
        mode: Literal["clip", "wrap"] = "clip",
        **kwargs: Any,
    ) -> Self:
        """Picks one element along an axis for every position on the other axes.

        data (..., d, ...) · index (data's shape without the axis, or with length 1 there), of any dtype -> output (data's
        shape without the axis; (1,) for a vector)

        The gradient of index is zero.

        Attributes:
            axis: the axis to pick along; negative counts from the end.
            keepdims: keep the axis, with length 1.
            mode: what to do with numbers outside of [0, d). clip: take the nearest · wrap: count around.
        """

    def prod(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Product along axes; the gradient is the product divided by the element, NaN where that is 0/0.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis, keepdims, exclude: as of `sum`.
        """

    def radians(self, **kwargs: Any) -> Self:
        """Degrees as radians.

        data (any shape) -> output (same shape)
        """

    def rcbrt(self, **kwargs: Any) -> Self:
        """1 / cube root.

        data (any shape) -> output (same shape)
        """

    def reciprocal(self, **kwargs: Any) -> Self:
        """1 / x.

        data (any shape) -> output (same shape)
        """

    def relu(self, **kwargs: Any) -> Self:
        """max(x, 0); gradient 0 at 0.

        data (any shape) -> output (same shape)
        """

    def repeat(self, repeats: int = ..., axis: int | None = None, **kwargs: Any) -> Self:
        """Repeats each element, one copy right after the other.

        data (any shape) -> output (data's shape with axis `axis` `repeats` times as long; flat when there is no axis, and
        (0,) when there are no copies)

        Attributes:
            repeats: number of copies of each element.
            axis: the axis along which to repeat; by default data is flattened first.
        """

    def reshape(
        self,
        shape: Sequence[int] | int = (),
        reverse: bool = False,
        target_shape: Sequence[int] | int = (),
        keep_highest: bool = False,
        **kwargs: Any,
    ) -> Self:
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

    def reshape_like(
        self,
        rhs: Self | None = None,
        lhs_begin: int | None = None,
        lhs_end: int | None = None,
        rhs_begin: int | None = None,
        rhs_end: int | None = None,
        **kwargs: Any,
    ) -> Self:
        """Gives lhs the shape of rhs, or replaces a range of its axes by a range of the axes of rhs.

        lhs (any shape) · rhs (any shape, only its shape is used) -> output
        lhs.shape[:lhs_begin] + rhs.shape[rhs_begin:rhs_end] + lhs.shape[lhs_end:].

        Attributes:
            lhs_begin, lhs_end: range of axes of lhs to replace; negative counts from the end. Default: all.
            rhs_begin, rhs_end: range of axes of rhs to take. Default: all.
        """

    def rint(self, **kwargs: Any) -> Self:
        """Nearest whole number; halves are rounded down (0.5 to 0, -0.5 to -1).

        data (any shape) -> output (same shape)
        """

    def round(self, **kwargs: Any) -> Self:
        """Nearest whole number; halves are rounded away from zero.

        data (any shape) -> output (same shape)
        """

    def rsqrt(self, **kwargs: Any) -> Self:
        """1 / √x.

        data (any shape) -> output (same shape)
        """

    def shape_array(self, **kwargs: Any) -> Self:
        """The shape of the input as an array of int64.

        data (d1, ..., dk) -> output (k,)
        """

    def sigmoid(self, **kwargs: Any) -> Self:
        """1 / (1 + exp(-x)).

        data (any shape) -> output (same shape)
        """

    def sign(self, **kwargs: Any) -> Self:
        """-1, 0 or 1 by the sign; 0 for NaN.

        data (any shape) -> output (same shape)
        """

    def sin(self, **kwargs: Any) -> Self:
        """Sine of radians.

        data (any shape) -> output (same shape)
        """

    def sinh(self, **kwargs: Any) -> Self:
        """Hyperbolic sine.

        data (any shape) -> output (same shape)
        """

    def size_array(self, **kwargs: Any) -> Self:
        """The number of elements of the input as an array of int64.

        data (any shape) -> output (1,)
        """

    def slice(
        self,
        begin: Sequence[int | None] | int | None = ...,
        end: Sequence[int | None] | int | None = ...,
        step: Sequence[int | None] | int | None = (),
        **kwargs: Any,
    ) -> Self:
        """Cuts out data[begin:end:step], as Python slices do, on the leading axes.

        data (any shape) -> output (data's rank)

        Attributes:
            begin, end: bounds of each leading axis; negative counts from the end, None means up to the end, and what lies
                outside is cut off.
            step: stride of each axis, negative to go backwards; empty or None means 1.
        """

    def slice_axis(self, axis: int = ..., begin: int = ..., end: int | None = ..., **kwargs: Any) -> Self:
        """Cuts out data[..., begin:end, ...] along one axis.

        data (any shape) -> output (data's shape, axis `axis` being end - begin long)

        Attributes:
            axis: the axis to cut; negative counts from the end.
            begin, end: bounds, which must lie inside of the axis; negative counts from the end; ``end=None`` is its end.
        """

    def slice_like(self, shape_like: Self | None = None, axes: Sequence[int] | int = (), **kwargs: Any) -> Self:
        """Cuts data to the lengths of another array, from the front of each axis.

        data (any shape) · shape_like (any shape, only its shape is used) -> output (data's rank, with the lengths of
        shape_like on the axes in question)

        Attributes:
            axes: the axes to cut, negative ones counting from the end; empty means all, and then the ranks must agree.
        """

    def softmax(
        self,
        length: Self | None = None,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        **kwargs: Any,
    ) -> Self:
        """exp(x / temperature) / Σ exp(x / temperature) along one axis.

        data (any shape) · length (data without ``axis``, at least (1,); integers, only with ``use_length``) -> output (as data).
        With lengths, elements from ``length`` on are left out of the sum and are 0.

        Attributes:
            axis: the axis that sums to one.
            temperature: divisor of data; None is 1.
            dtype: dtype of the output, by default that of data.
            use_length: whether there is an input ``length``.
        """

    def softmin(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: DTypeLike | None = None,
        use_length: bool | None = False,
        **kwargs: Any,
    ) -> Self:
        """Softmax of -x: exp(-x / temperature) / Σ exp(-x / temperature) along one axis.

        data (any shape) -> output (same shape)

        Attributes:
            axis, temperature, dtype: as for softmax.
            use_length: must be false; there are no lengths.
        """

    def sort(self, axis: int | None = -1, is_ascend: bool = True, **kwargs: Any) -> Self:
        """Sorts along one axis; equal elements stay in their order.

        data (any shape) -> output (same shape; flat when there is no axis). A hidden second output holds the indices,
        int32.

        The gradient goes back to the place each element came from (MXNet has none unless `axis` is given explicitly). NaN
        is larger than any number (in MXNet its place is undefined).

        Attributes:
            axis: the axis; negative counts from the end; None sorts all elements.
            is_ascend: smallest first.
        """

    def space_to_depth(self, block_size: int = ..., **kwargs: Any) -> Self:
        """Gathers square blocks of pixels into groups of channels; the inverse of `depth_to_space`.

        data (n, c, h·b, w·b) -> output (n, c·b², h, w), with b = `block_size`

        Attributes:
            block_size: edge of a square, in pixels.
        """

    def split(self, num_outputs: int = ..., axis: int = 1, squeeze_axis: bool = False, **kwargs: Any) -> Any:
        """Cuts an array into equal parts along one axis.

        data (..., m·num_outputs, ...) -> num_outputs outputs (..., m, ...)

        Attributes:
            num_outputs: number of parts; must divide the axis.
            axis: the axis to cut; negative counts from the end.
            squeeze_axis: drop the axis from the parts, in which it must have length 1.
        """

    def sqrt(self, **kwargs: Any) -> Self:
        """√x.

        data (any shape) -> output (same shape)
        """

    def square(self, **kwargs: Any) -> Self:
        """x².

        data (any shape) -> output (same shape)
        """

    def sum(
        self, axis: Sequence[int] | int | None = None, keepdims: bool = False, exclude: bool = False, **kwargs: Any
    ) -> Self:
        """Sum along axes; integers wrap around.

        data (d1, ..., dk) -> output (axes that remain; (1,) if none)

        Attributes:
            axis: axes to fold, negative ones from the end; None or (): all.
            keepdims: keep the folded axes with length 1.
            exclude: fold all axes but those in `axis`.
        """

    def swapaxes(self, dim1: int = 0, dim2: int = 0, **kwargs: Any) -> Self:
        """Exchanges two axes.

        data (d1, ..., dk) -> output with axes `dim1` and `dim2` exchanged

        Attributes:
            dim1, dim2: the two axes; negative ones count from the end.
        """

    def take(
        self, indices: Self | None = None, axis: int = 0, mode: Literal["clip", "raise", "wrap"] = "clip", **kwargs: Any
    ) -> Self:
        """Takes slices of an array by their numbers along one axis.

        a (..., d, ...) · indices (i1, ..., ik), of any dtype -> output (..., i1, ..., ik, ...)

        The gradient of a sums over equal indices; that of indices is zero.

        Attributes:
            axis: the axis to take along; negative counts from the end.
            mode: what to do with numbers outside of [0, d). clip: take the nearest (so negative ones are 0) · wrap: count
                around · raise: an error when the program runs.
        """

    def tan(self, **kwargs: Any) -> Self:
        """Tangent of radians.

        data (any shape) -> output (same shape)
        """

    def tanh(self, **kwargs: Any) -> Self:
        """Hyperbolic tangent.

        data (any shape) -> output (same shape)
        """

    def tile(self, reps: Sequence[int] | int = ..., **kwargs: Any) -> Self:
        """Lays copies of the whole array side by side.

        data (d1, ..., dk) -> output (reps1·d1, ..., repsk·dk); the shorter of shape and `reps` is filled with 1 in front.

        Attributes:
            reps: number of copies along each axis.
        """

    def topk(
        self,
        axis: int | None = -1,
        k: int = 1,
        ret_typ: Literal["both", "indices", "mask", "value"] = "indices",
        is_ascend: bool = False,
        dtype: DTypeLike = "float32",
        **kwargs: Any,
    ) -> Self:
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

    def transpose(self, axes: Sequence[int] | int = (), **kwargs: Any) -> Self:
        """Permutes the axes of an array.

        data (d1, ..., dk) -> output with the same dimensions in another order

        Attributes:
            axes: for each axis of the output, the axis of data it is, counted from the front; empty reverses them all.
        """

    def trunc(self, **kwargs: Any) -> Self:
        """Whole number next to x in the direction of zero.

        data (any shape) -> output (same shape)
        """

    def zeros_like(self, **kwargs: Any) -> Self:
        """Zeros of the input's shape and dtype.

        data (any shape) -> output (same shape)
        """
