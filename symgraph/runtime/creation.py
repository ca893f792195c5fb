"""Functions of ``mx.nd`` that are not operators: making arrays, and joining and cutting them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from symgraph.errors import ArgumentTypeError, ArgumentValueError, CompositionError, ShapeError, boundary, described
from symgraph.ir.dtype import FLOAT32, as_dtype
from symgraph.ir.registry import find_op
from symgraph.ir.shape import normalize_axis, show
from symgraph.ir.signature import read_call
from symgraph.runtime.cell import settle_all
from symgraph.runtime.context import Context, context_among, cpu, gpu
from symgraph.runtime.copies import cast, duplicate, place, spread
from symgraph.runtime.indexing import fit
from symgraph.runtime.ndarray import NDArray, Number, binary, invoke, invoke_by_name, require_array
from symgraph.runtime.values import as_integers, host_values, require_dense

Lengths = int | Sequence[int]
Where = Context | str | None


@boundary
def array(source_array: Any, ctx: Where = None, dtype: Any = None) -> NDArray:
    """An array with a copy of given values.

    Args:
        source_array: NDArray, NumPy or JAX array, number, or nested sequence of numbers.
        ctx: where to put it; the current context by default.
        dtype: by default that of an NDArray, and float32 for everything else, float64 included.

    >>> import symgraph as mx
    >>> mx.nd.array([[1, 2], [3, 4]]).dtype.__name__
    'float32'
    """
    if isinstance(source_array, NDArray):
        return source_array.astype(dtype or source_array.dtype, copy=False).copyto(context_among(ctx))
    values = host_values(source_array)
    wanted = FLOAT32 if dtype is None else as_dtype(dtype)
    context = context_among(ctx)
    return NDArray(place(values, wanted, context), context)


@boundary
def zeros(
    shape: Lengths,
    ctx: Where = None,
    dtype: Any = None,
    stype: str | None = None,
    out: NDArray | None = None,
    name: str | None = None,
) -> NDArray:
    """An array of zeros, of float32 by default. `out`, if given, is filled instead; `name` has no meaning."""
    if stype is not None:
        require_dense(stype)
    return (
        full(shape, 0, context_among(ctx, shape, dtype), dtype)
        if out is None
        else _made("_zeros", ctx, dtype, out, shape=shape)
    )


@boundary
def ones(
    shape: Lengths, ctx: Where = None, dtype: Any = None, out: NDArray | None = None, name: str | None = None
) -> NDArray:
    """An array of ones, of float32 by default. `out`, if given, is filled instead; `name` has no meaning."""
    return (
        full(shape, 1, context_among(ctx, shape, dtype), dtype)
        if out is None
        else _made("_ones", ctx, dtype, out, shape=shape)
    )


@boundary
def empty(shape: Lengths, ctx: Where = None, dtype: Any = None, stype: str | None = None) -> NDArray:
    """An array whose values do not matter (they are zeros)."""
    return zeros(shape, ctx, dtype, stype)


@boundary
def full(shape: Lengths, val: Any, ctx: Where = None, dtype: Any = np.float32, out: NDArray | None = None) -> NDArray:
    """An array of one value; an integer dtype cuts off its fraction. `out`, if given, is filled instead.

    >>> import symgraph as mx
    >>> mx.nd.full((2,), 1.5, dtype="float64").asnumpy().tolist()
    [1.5, 1.5]
    """
    lengths = as_integers(shape, "the shape of an array")
    if any(d < 0 for d in lengths):
        raise ShapeError(f"the shape of an array consists of non-negative integers, given {show(lengths)}.")
    if out is not None:
        require_array(out, "'out'")[:] = val
        return out
    context, wanted = context_among(ctx), FLOAT32 if dtype is None else as_dtype(dtype)
    value = cast(fit(host_values(val), lengths), wanted)
    return NDArray(spread(value, lengths, context), context)


@boundary
def arange(
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool | None = None,
    ctx: Where = None,
    dtype: Any = np.float32,
) -> NDArray:
    """Evenly spaced numbers from `start`, or from 0 if it is given alone, to below `stop`, each `repeat` times.

    `infer_range` has a meaning for symbols only; ``dtype=None`` is float64, as in MXNet.

    >>> import symgraph as mx
    >>> mx.nd.arange(2, 6, step=2, repeat=2).asnumpy().tolist()
    [2.0, 2.0, 4.0, 4.0]
    """
    return _made("_arange", ctx, as_dtype(dtype), start=start, stop=stop, step=step, repeat=repeat)


@boundary
def eye(
    N: int,
    M: int = 0,
    k: int = 0,
    ctx: Where = None,
    dtype: Any = np.float32,
    out: NDArray | None = None,
    name: str | None = None,
) -> NDArray:
    """N rows and M (by default N) columns with ones on diagonal k. `out` and `name` are as in `zeros`."""
    return _made("_eye", ctx, dtype, out, N=N, M=M, k=k)


@boundary
def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, ctx: Where = None, dtype: Any = np.float32
) -> NDArray:
    """`num` evenly spaced numbers from `start` to `stop`, which is the last of them if `endpoint`; ``dtype=None`` is
    float64, as in MXNet."""
    return _made("_linspace", ctx, as_dtype(dtype), start=start, stop=stop, num=num, endpoint=endpoint)


def _made(name: str, ctx: Where, dtype: Any, out: NDArray | None = None, **attrs: Any) -> NDArray:
    call = read_call(find_op(name), (), {"dtype": FLOAT32 if dtype is None else as_dtype(dtype), **attrs}, NDArray)
    return invoke(find_op(name).from_values(**call.attrs), [], out, context_among(ctx))


@boundary
def from_numpy(ndarray: np.ndarray, zero_copy: bool = True) -> NDArray:
    """A CPU array with the values and the dtype of a NumPy array.

    Args:
        ndarray: the NumPy array, in C order if `zero_copy`.
        zero_copy: use its memory if its alignment allows; the NumPy array becomes read-only.

    Differs from MXNet: writing to the new array does not change the NumPy array.
    """
    if not isinstance(ndarray, np.ndarray):
        raise ArgumentTypeError(
            f"from_numpy needs a NumPy array, given {described(ndarray)}; use mx.nd.array for other values."
        )
    dtype = as_dtype(ndarray.dtype)
    if not zero_copy:
        return NDArray(place(ndarray, dtype, cpu()), cpu())
    if not ndarray.flags.c_contiguous:
        raise ArgumentValueError(
            "from_numpy: zero_copy needs an array in C order; pass np.ascontiguousarray(x) or zero_copy=False."
        )
    ndarray.flags.writeable = False
    with jax.enable_x64(True):
        return NDArray(jax.device_put(ndarray, cpu().jax_device), cpu())


class _Capsule:
    """A DLPack capsule as the object that `jax.dlpack` wants, which knows its device."""

    def __init__(self, capsule: Any):
        self.capsule = capsule

    def __dlpack__(self, **options: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
        # A DLManagedTensor begins with the data pointer, followed by kind and number of the device.
        kind, number = (ctypes.c_int32 * 2).from_address(
            pointer(self.capsule, b"dltensor") + ctypes.sizeof(ctypes.c_void_p)
        )
        return kind, number


@boundary
def from_dlpack(dlpack: Any) -> NDArray:
    """An array with a copy of the values in a DLPack capsule, or in an object that has ``__dlpack__``.

    Differs from MXNet: the memory is not shared afterwards.
    """
    is_array = hasattr(dlpack, "__dlpack__")
    if not is_array and not ctypes.pythonapi.PyCapsule_IsValid(ctypes.py_object(dlpack), b"dltensor"):
        raise CompositionError(
            "from_dlpack needs an array with __dlpack__, or a DLPack capsule that nobody has read yet, given "
            f"{described(dlpack)}."
        )
    source = dlpack if is_array else _Capsule(dlpack)
    with jax.enable_x64(True):
        value = jax.dlpack.from_dlpack(source)
    (device,) = value.devices()
    context = gpu(device.local_hardware_id or 0) if device.platform == "gpu" else cpu()
    return NDArray(duplicate(value, context), context)


@boundary
def to_dlpack_for_read(data: NDArray) -> Any:
    """See `NDArray.to_dlpack_for_read`."""
    return require_array(data, "to_dlpack_for_read: the argument").to_dlpack_for_read()


@boundary
def to_dlpack_for_write(data: NDArray) -> Any:
    """See `NDArray.to_dlpack_for_write`."""
    return require_array(data, "to_dlpack_for_write: the argument").to_dlpack_for_write()


@boundary
def waitall() -> None:
    """Return when everything that was asked for has been computed, including outputs that nobody has read."""
    settle_all()
    for value in jax.live_arrays():
        value.block_until_ready()


@boundary
def concatenate(arrays: Sequence[NDArray], axis: int = 0, always_copy: bool = True) -> NDArray:
    """Join arrays of equal dtype along an axis; a single array is returned itself unless `always_copy`."""
    if not isinstance(arrays, (list, tuple)) or not arrays:
        raise CompositionError(f"concatenate needs a list of at least one NDArray, given {described(arrays)}.")
    if len(arrays) == 1 and not always_copy:
        return arrays[0]
    return invoke_by_name("Concat", arrays, {"dim": axis})


@boundary
def moveaxis(tensor: NDArray, source: Lengths, destination: Lengths) -> NDArray:
    """Move axes to other positions; the others keep their order.

    >>> import symgraph as mx
    >>> mx.nd.moveaxis(mx.nd.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    ndim = require_array(tensor, "moveaxis: the tensor").ndim
    sources, targets = _axes(source, ndim), _axes(destination, ndim)
    if len(sources) != len(targets):
        raise ShapeError(f"moveaxis: source {source} and destination {destination} must name as many axes.")
    order = [axis for axis in range(ndim) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return tensor.transpose(axes=tuple(order))


def _axes(given: Lengths, ndim: int) -> list[int]:
    try:
        axes = [normalize_axis(axis, ndim) for axis in as_integers(given, "moveaxis: an axis")]
    except ShapeError:
        raise
    except ValueError as error:
        raise ShapeError(f"moveaxis: {error}.") from None
    if len(set(axes)) != len(axes):
        raise ShapeError(f"moveaxis: an axis occurs twice in {given}.")
    return axes


@boundary
def onehot_encode(indices: NDArray, out: NDArray) -> NDArray:
    """Fill `out` (n, k) with rows of zeros and a one where `indices` (n,) says; `one_hot` is its successor."""
    require_array(indices, "onehot_encode: 'indices'")
    require_array(out, "onehot_encode: 'out'")
    if out.ndim != 2 or indices.shape != out.shape[:1]:
        raise ShapeError(f"onehot_encode: indices {show(indices.shape)} do not fit to out {show(out.shape)}.")
    op = find_op("one_hot").from_values(depth=out.shape[1], dtype=out.dtype)
    return invoke(op, [indices], out)


@boundary
def histogram(a: NDArray, bins: int | NDArray = 10, range: tuple[float, float] | None = None) -> list[NDArray]:
    """Count the elements in each bin.

    Args:
        bins: edges of the bins, or the number of equally wide ones.
        range: where they begin and end. Without it they cover all elements, and the counts are float32 as in MXNet.

    Returns:
        counts, edges.
    """
    require_array(a, "histogram: the first argument")
    if isinstance(bins, NDArray):
        return invoke_by_name("_histogram", (a, bins), {})
    if isinstance(bins, (int, np.integer)) and bins > 0:
        if range is None:
            return [array(part, a.context) for part in np.histogram(a.asnumpy().astype(np.float64), bins)]
        return invoke_by_name("_histogram", (a,), {"bin_cnt": bins, "range": range})
    raise ShapeError(f"histogram: bins must be a positive integer or an NDArray, given {described(bins)}.")


def _binary(name: str, operator_name: str, plain: Callable[[Any, Any], Any], doc: str) -> Callable[[Any, Any], Any]:
    """A function of two arrays that broadcast, an array and a number, or (`plain`) two numbers."""

    def function(lhs: Any, rhs: Any) -> Any:
        if isinstance(lhs, NDArray) or isinstance(rhs, NDArray):
            return binary(operator_name, lhs, rhs)
        if isinstance(lhs, Number) and isinstance(rhs, Number):
            return plain(lhs, rhs)
        raise CompositionError(
            f"{name} takes NDArrays and numbers, given {described(lhs)} and {described(rhs)}; make NDArrays of other "
            "values with mx.nd.array."
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{doc}, element by element; arrays are broadcast, and numbers take the array's dtype."
    return function


add = _binary("add", "broadcast_add", lambda x, y: x + y, "lhs + rhs")
subtract = _binary("subtract", "broadcast_sub", lambda x, y: x - y, "lhs - rhs")
multiply = _binary("multiply", "broadcast_mul", lambda x, y: x * y, "lhs * rhs")
divide = _binary("divide", "broadcast_div", lambda x, y: x / y, "lhs / rhs")
true_divide = divide
modulo = _binary("modulo", "broadcast_mod", lambda x, y: x % y, "lhs % rhs")
_power = _binary("power", "broadcast_power", lambda x, y: x**y, "lhs to the power of rhs")
maximum = _binary("maximum", "broadcast_maximum", max, "The larger of both")
minimum = _binary("minimum", "broadcast_minimum", min, "The smaller of both")
equal = _binary("equal", "broadcast_equal", lambda x, y: int(x == y), "1 where lhs == rhs, else 0")
not_equal = _binary("not_equal", "broadcast_not_equal", lambda x, y: int(x != y), "1 where lhs != rhs, else 0")
greater = _binary("greater", "broadcast_greater", lambda x, y: int(x > y), "1 where lhs > rhs, else 0")
greater_equal = _binary(
    "greater_equal", "broadcast_greater_equal", lambda x, y: int(x >= y), "1 where lhs >= rhs, else 0"
)
lesser = _binary("lesser", "broadcast_lesser", lambda x, y: int(x < y), "1 where lhs < rhs, else 0")
lesser_equal = _binary("lesser_equal", "broadcast_lesser_equal", lambda x, y: int(x <= y), "1 where lhs <= rhs, else 0")
logical_and = _binary(
    "logical_and", "broadcast_logical_and", lambda x, y: int(bool(x) and bool(y)), "1 where both are non-zero, else 0"
)
logical_or = _binary(
    "logical_or", "broadcast_logical_or", lambda x, y: int(bool(x) or bool(y)), "1 where one is non-zero, else 0"
)
logical_xor = _binary(
    "logical_xor", "broadcast_logical_xor", lambda x, y: int(bool(x) != bool(y)), "1 where just one is non-zero, else 0"
)


@boundary
def power(base: Any, exp: Any) -> Any:
    """Base to the power of exp, element by element; arrays are broadcast, and numbers take the array's dtype."""
    return _power(base, exp)


__all__ = [
    "add",
    "arange",
    "array",
    "concatenate",
    "divide",
    "empty",
    "equal",
    "eye",
    "from_dlpack",
    "from_numpy",
    "full",
    "greater",
    "greater_equal",
    "histogram",
    "lesser",
    "lesser_equal",
    "linspace",
    "logical_and",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "modulo",
    "moveaxis",
    "multiply",
    "not_equal",
    "onehot_encode",
    "ones",
    "power",
    "subtract",
    "to_dlpack_for_read",
    "to_dlpack_for_write",
    "true_divide",
    "waitall",
    "zeros",
]
