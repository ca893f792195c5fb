"""NDArrays: what they tell, how they are made, copied, reshaped and handed to other libraries."""

from __future__ import annotations

import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph.ir.fluent import FLUENT_METHODS
from symgraph.runtime import creation
from symgraph.runtime.cell import add_promiser
from symgraph.runtime.imperative import is_training, train_mode


def values(a):
    return a.asnumpy().tolist()


# -- making arrays ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        1,
        1.5,
        [1, 2],
        [True],
        (1, 2),
        range(3),
        np.array([1.5]),
        np.array([1], "int32"),
        np.array([1], "uint16"),
        np.array(3.5),
    ],
    ids=repr,
)
def test_array_is_float32_by_default(source):
    a = mx.nd.array(source)
    assert a.dtype is np.float32
    assert values(a) == np.asarray(source, np.float32).tolist()
    assert a.shape == np.shape(source)


def test_array_of_an_ndarray_keeps_its_dtype_and_copies():
    a = mx.nd.array([1, 2], dtype="int32")
    b = mx.nd.array(a)
    b[:] = 0
    assert (b.dtype, values(a)) == (np.int32, [1, 2])
    assert mx.nd.array(a, dtype="float64").dtype is np.float64


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "bfloat16", "uint8", "int8", "int32", "int64", "bool"]
)
def test_every_dtype_keeps_its_width(dtype):
    for a in (mx.nd.array([0, 1], dtype=dtype), mx.nd.zeros((2,), dtype=dtype), mx.nd.full((2,), 1, dtype=dtype)):
        assert np.dtype(a.dtype).name == dtype
        assert a.asnumpy().dtype.name == dtype


@pytest.mark.parametrize(
    ("given", "dtype"), [(int, np.int64), (float, np.float64), (bool, np.bool_), (np.float16, np.float16)]
)
def test_python_and_numpy_types_name_dtypes(given, dtype):
    assert mx.nd.array([1, 0], dtype=given).dtype is dtype


def test_conversion_when_making_arrays():
    assert values(mx.nd.array([1.9, -1.9], dtype="int32")) == [1, -1]
    assert values(mx.nd.array([300], dtype="uint8")) == [44]
    assert values(mx.nd.full((2,), 3.7, dtype="int32")) == [3, 3]
    assert values(mx.nd.full((2,), -1, dtype="uint8")) == [255, 255]
    assert values(mx.nd.full((2,), mx.nd.array([3]))) == [3, 3]
    assert np.isnan(mx.nd.array(None).asnumpy())


@pytest.mark.parametrize("source", ["abc", [[1], [1, 2]], np.array(["a"]), np.array([1j])], ids=repr)
def test_what_no_array_can_be_made_of(source):
    with pytest.raises(TypeError, match="cannot become elements of an NDArray"):
        mx.nd.array(source)


def test_unknown_dtypes():
    with pytest.raises(TypeError, match="'uint16' is not a supported data type; choose one of float32"):
        mx.nd.array([1], dtype="uint16")


def test_the_source_may_change_afterwards():
    """JAX reads NumPy arrays late and adopts aligned ones: what we take must be copied first."""
    source = np.zeros((1000, 1000))
    a, b = mx.nd.array(source, dtype="float64"), mx.nd.zeros((1000, 1000), dtype="float64")
    b[:] = source
    b[1:, ::2] = source[1:, ::2]
    source[:] = 7
    assert a.asnumpy().max() == b.asnumpy().max() == 0


def test_constants():
    assert values(mx.nd.zeros(3)) == [0, 0, 0]
    assert values(mx.nd.ones([2, 1])) == [[1], [1]]
    assert mx.nd.empty((2, 3)).shape == (2, 3)
    out = mx.nd.zeros((2,))
    assert mx.nd.full((2,), 3, out=out) is out
    assert values(out) == [3, 3]
    assert mx.nd.zeros((0, 2)).shape == (0, 2)
    for shape, message in (((-1, 2), "non-negative integers"), ((2.0,), "an integer or a tuple of integers")):
        with pytest.raises(ValueError, match=message):
            mx.nd.ones(shape)
    with pytest.raises(mx.MXNetError, match="storage type 'csr' is not supported"):
        mx.nd.zeros((2,), stype="csr")


def test_ranges():
    assert values(mx.nd.arange(3)) == [0, 1, 2]
    assert values(mx.nd.arange(2, 6, 1.5, repeat=2)) == [2, 2, 3.5, 3.5, 5, 5]
    assert values(mx.nd.arange(5, 2, -1)) == [5, 4, 3]
    assert values(mx.nd.arange(2, None, infer_range=True)) == [0, 1]
    assert mx.nd.arange(np.int64(3), dtype="int64").dtype is np.int64
    assert (
        values(mx.nd.linspace(0, 1, 5, endpoint=False, dtype="float64"))
        == np.linspace(0, 1, 5, endpoint=False).tolist()
    )
    assert values(mx.nd.linspace(0, 5, 3, dtype="int32")) == [0, 2, 5]
    assert values(mx.nd.eye(2, 3, 1)) == [[0, 1, 0], [0, 0, 1]]
    with pytest.raises(mx.MXNetError, match="no number lies between"):
        mx.nd.arange(5, 2)


def test_dtype_none_is_float64_where_mxnet_asks_numpy():
    wide = [
        mx.nd.arange(2, dtype=None),
        mx.nd.linspace(0, 1, 3, dtype=None),
        mx.nd.one_hot(mx.nd.zeros((1,)), 2, dtype=None),
    ]
    assert {a.dtype for a in wide} == {np.float64}
    usual = [mx.nd.eye(2, dtype=None), mx.nd.full((2,), 1, dtype=None), mx.nd.zeros((2,), dtype=None)]
    assert {a.dtype for a in usual} == {np.float32}
    with pytest.raises(mx.MXNetError, match="operator zeros_like: unknown attribute 'dtype'"):
        mx.nd.zeros_like(usual[0], dtype=None)


def test_joining_and_moving():
    assert values(mx.nd.concatenate([mx.nd.ones((1, 2)), mx.nd.zeros((2, 2))])) == [[1, 1], [0, 0], [0, 0]]
    single = mx.nd.ones((2, 1))
    assert mx.nd.concatenate([single], always_copy=False) is single
    assert mx.nd.concatenate([single]) is not single
    with pytest.raises(TypeError, match="at least one"):
        mx.nd.concatenate([])
    a = mx.nd.zeros((2, 3, 4))
    assert mx.nd.moveaxis(a, 0, -1).shape == (3, 4, 2)
    assert mx.nd.moveaxis(a, [0, 1], [1, 0]).shape == (3, 2, 4)
    assert mx.nd.moveaxis(a, -1, 0).shape == (4, 2, 3)
    for source, destination, message in [(0, 5, "axis 5"), ([0, 1], [1], "as many"), ([0, 0], [1, 2], "twice")]:
        with pytest.raises(ValueError, match=message):
            mx.nd.moveaxis(a, source, destination)


def test_split_v2():
    a = mx.nd.arange(24).reshape((4, 6))
    assert [part.shape for part in mx.nd.split_v2(a, 2)] == [(2, 6), (2, 6)]
    assert [part.shape for part in a.split_v2((1, 3), axis=1)] == [(4, 1), (4, 2), (4, 3)]
    assert [part.shape for part in mx.nd.split_v2(a, 4, squeeze_axis=True)] == [(6,)] * 4
    assert mx.nd.split_v2(a, 1).shape == (4, 6)
    assert values(mx.nd.split_v2(a, 3, axis=-1)[1]) == a.asnumpy()[:, 2:4].tolist()
    with pytest.raises(ValueError, match="3 equal sections were asked for, but axis 0 has length 4"):
        mx.nd.split_v2(a, 3)


def test_histogram():
    a = mx.nd.array([1, 2, 2, 3])
    counts, edges = mx.nd.histogram(a, bins=3, range=(0, 3))
    assert (values(counts), values(edges)) == ([0, 1, 3], [0, 1, 2, 3])
    counts, edges = mx.nd.histogram(a, bins=mx.nd.array([0, 2, 3]))
    assert (values(counts), counts.dtype) == ([1, 3], np.int64)
    counts, edges = mx.nd.histogram(a, bins=2)
    assert (values(counts), counts.dtype, values(edges)) == ([1, 3], np.float32, [1, 2, 3])
    counts, edges = mx.sym.histogram(mx.sym.Variable("a"), 3, (0, 3)).eval(a=a)
    assert (values(counts), values(edges)) == ([0, 1, 3], [0, 1, 2, 3])


def test_onehot_encode():
    out = mx.nd.ones((2, 3))
    assert mx.nd.onehot_encode(mx.nd.array([0, 2]), out) is out
    assert values(out) == [[1, 0, 0], [0, 0, 1]]


# -- what an array tells ----------------------------------------------------------------------------------------------


@pytest.mark.cpu
def test_attributes():
    a = mx.nd.zeros((2, 3))
    assert (a.shape, a.ndim, a.size, a.dtype, a.stype, a.writable) == ((2, 3), 2, 6, np.float32, "default", True)
    assert a.context == a.ctx == mx.cpu(0)
    for name in ("shape", "dtype", "context", "size"):
        with pytest.raises(AttributeError):
            setattr(a, name, None)


@pytest.mark.cpu
@pytest.mark.parametrize(
    ("source", "dtype", "text"),
    [
        ([[1, 2], [3, 4]], "float32", "\n[[1. 2.]\n [3. 4.]]\n<NDArray 2x2 @cpu(0)>"),
        ([1.123456789], "float64", "\n[1.12345679]\n<NDArray 1 @cpu(0)>"),
        ([True], "bool", "\n[ True]\n<NDArray 1 @cpu(0)>"),
        (1, "float32", "\n1.0\n<NDArray  @cpu(0)>"),
        ([], "float32", "\n[]\n<NDArray 0 @cpu(0)>"),
    ],
)
def test_repr(source, dtype, text):
    assert repr(mx.nd.array(source, dtype=dtype)) == text


def test_scalars():
    assert mx.nd.array([1.5]).asscalar() == 1.5
    assert type(mx.nd.array([[1]]).asscalar()) is np.float32
    with pytest.raises(ValueError, match=r"shape \(2,\) is not a scalar"):
        mx.nd.array([1, 2]).asscalar()
    assert float(mx.nd.array([1.5])) == 1.5
    assert int(mx.nd.array([[1.5]])) == 1
    assert [10, 20, 30][mx.nd.array([1], dtype="int32")] == 20
    with pytest.raises(TypeError, match="dtype float32 cannot be an index"):
        range(mx.nd.array([1]))


def test_truth():
    assert not mx.nd.array([0])
    assert mx.nd.array([[2]])
    assert not mx.nd.array([])
    with pytest.raises(ValueError, match=r"shape \(2,\)\) is ambiguous"):
        bool(mx.nd.array([1, 2]))


def test_hash_is_by_identity():
    a = mx.nd.zeros((2,))
    assert len({a, a, mx.nd.zeros((2,))}) == 2


def test_length():
    assert len(mx.nd.zeros((3, 2))) == 3
    with pytest.raises(TypeError, match="len"):
        len(mx.nd.array(1))


# -- copies and conversions -------------------------------------------------------------------------------------------


def test_asnumpy_is_a_copy_that_may_be_written():
    a = mx.nd.zeros((2,))
    b = a.asnumpy()
    b[:] = 5
    assert values(a) == [0, 0]


def test_arrays_that_were_assigned_share_memory_until_one_is_written():
    a = mx.nd.ones((64, 64))
    b = mx.nd.zeros((64, 64))
    b[:] = a
    c = mx.nd.zeros((64, 64))
    a.copyto(c)
    flat = mx.nd.zeros((1, 64 * 64))
    flat[:] = a.reshape((1, -1))
    assert len({x.jax.unsafe_buffer_pointer() for x in (a, b, c)}) == 1
    a[0, 0] = 2
    b += 1
    c[:] = 7
    assert [values(x)[0][:2] for x in (a, b, c, flat)] == [[2, 1], [2, 2], [7, 7], [1, 1]]


@pytest.mark.cpu
def test_arrays_do_not_share_memory_that_was_lent_to_be_written():
    a = mx.nd.zeros((4,))
    capsule = a.to_dlpack_for_write()
    b = mx.nd.zeros((4,))
    b[:] = a
    assert b.jax.unsafe_buffer_pointer() != a.jax.unsafe_buffer_pointer()
    assert capsule is not None
    a[:] = 1
    b[:] = a
    assert b.jax.unsafe_buffer_pointer() == a.jax.unsafe_buffer_pointer()


def test_astype():
    a = mx.nd.array([300.7, -1.5])
    assert values(a.astype("uint8")) == [44, 255]
    assert values(a.astype(np.float64)) == [np.float32(300.7), -1.5]
    assert a.astype("float32", copy=False) is a
    assert a.astype("float32") is not a
    assert a.astype("float64").astype(None).dtype is np.float32
    assert values(mx.nd.array([0, 2, 0.5]).astype("bool")) == [False, True, True]
    with pytest.raises(TypeError, match="'foo' is not a supported data type"):
        a.astype("foo")


def test_copyto():
    a, b = mx.nd.array([1.7, 2]), mx.nd.zeros((2,), ctx=mx.cpu(1))
    assert a.copyto(b) is b
    assert values(b) == values(a)
    assert b.context == mx.cpu(1)
    assert a.copyto(mx.cpu(2)).context == mx.cpu(2)
    assert values(a.copyto(mx.nd.zeros((2,), dtype="int32"))) == [1, 2]
    whole = mx.nd.zeros((2, 2))
    a.copyto(whole[1])
    assert values(whole)[0] == [0, 0]
    assert whole.asnumpy()[1, 1] == 2
    for other in (mx.nd.zeros((3,)), mx.nd.zeros((1, 2))):
        with pytest.raises(ValueError, match=r"to copy into, expected \(2,\)"):
            a.copyto(other)
    with pytest.raises(TypeError, match="copyto needs an NDArray or a Context, given 3 of type int"):
        a.copyto(3)


@pytest.mark.cpu
def test_contexts_of_arrays():
    a = mx.nd.array([1, 2])
    assert a.as_in_context(mx.cpu(0)) is a
    b = a.as_in_context(mx.cpu(1))
    assert (b.context, values(b)) == (mx.cpu(1), [1, 2])
    assert (a + b).context == mx.cpu(0)
    assert (b + a).context == mx.cpu(1)
    assert mx.nd.arange(3, ctx=mx.cpu(1)).context == mx.cpu(1)
    assert mx.nd.zeros((2,), ctx="cpu(1)").context == mx.cpu(1)
    assert b[0].context == mx.cpu(1)
    a[:] = b + 1
    assert values(a) == [2, 3]
    assert a.as_in_context("cpu(1)").context == mx.cpu(1)


def test_storage_types():
    a = mx.nd.ones((2,))
    assert a.tostype("default") is not a
    with pytest.raises(mx.MXNetError, match="storage type 'row_sparse' is not supported"):
        a.tostype("row_sparse")


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda a: pickle.loads(pickle.dumps(a))])
@pytest.mark.parametrize("dtype", ["float32", "int64", "bfloat16"])
def test_copy_and_pickle(duplicate, dtype):
    a = mx.nd.array([1, 2], dtype=dtype, ctx=mx.cpu(1))
    b = duplicate(a)
    b[:] = 0
    assert (values(a), b.dtype, b.context) == ([1, 2], a.dtype, a.context)


# -- shapes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ((-1,), (12,)),
        ((3, -1), (3, 4)),
        ((0, -1), (2, 6)),
        ((-2,), (2, 6)),
        ((0, 0, 1), (2, 6, 1)),
        ((-3,), (12,)),
        ((-4, 1, 2, -2), (1, 2, 6)),
        ((-4, -1, 2, -2), (1, 2, 6)),
    ],
)
def test_reshape_codes(code, shape):
    a = mx.nd.arange(12).reshape((2, 6))
    assert a.reshape(code).shape == a.reshape(*code).shape == a.reshape(shape=code).shape == shape
    a.reshape(code)[:] = 1
    assert values(a) == [[1] * 6] * 2


def test_reshape():
    a = mx.nd.zeros((10, 5, 4))
    assert a.reshape((-1, 0), reverse=True).shape == (50, 4)
    assert a.reshape((-1, 0)).shape == (40, 5)
    assert a.reshape(200).shape == (200,)
    assert mx.nd.array(1).reshape((1, 1)).shape == (1, 1)
    assert mx.nd.array([1]).reshape(()).shape == ()
    with pytest.raises(ValueError, match=r"\(10, 5, 4\) has 200 elements and cannot take shape \(7,\)"):
        a.reshape((7,))
    with pytest.raises(ValueError, match="only one may be -1"):
        a.reshape((-1, -1))
    with pytest.raises(TypeError, match="unknown keyword 'foo'; known are 'shape' and 'reverse'"):
        a.reshape(200, foo=1)
    with pytest.raises(ValueError, match="give the new shape"):
        a.reshape()


def test_other_shapes():
    a = mx.nd.arange(6).reshape((2, 3))
    assert values(a.T) == [[0, 3], [1, 4], [2, 5]]
    assert mx.nd.zeros((2, 3, 4)).T.shape == (4, 3, 2)
    assert mx.nd.zeros((2, 3, 4)).flatten().shape == (2, 12)
    assert a.expand_dims(1).shape == a.expand_dims(axis=1, inplace=True).shape == (2, 1, 3)
    assert values(mx.nd.array([[1], [2]]).broadcast_to((2, 2))) == [[1, 1], [2, 2]]
    assert mx.nd.array([1, 2]).broadcast_to((3, 2)).shape == (3, 2)
    assert mx.nd.array([[1], [2]]).broadcast_like(mx.nd.zeros((2, 3))).shape == (2, 3)
    for call in (lambda: a.expand_dims(5), lambda: a.expand_dims(5, inplace=True), lambda: a.squeeze(0, inplace=True)):
        with pytest.raises(ValueError, match="axis"):
            call()
    with pytest.raises(ValueError, match="cannot be broadcast"):
        mx.nd.array([1, 2]).broadcast_to((3, 3))


# -- calls of operators -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLUENT_METHODS)
def test_fluent_methods_exist(name):
    assert callable(getattr(mx.nd.NDArray, name))


def test_fluent_methods():
    a = mx.nd.array([[1, 4], [9, 16]])
    assert values(a.sqrt()) == [[1, 2], [3, 4]]
    assert values(a.sum(axis=0)) == [10, 20]
    assert values(a.sum()) == [30]
    assert values(a.slice_axis(axis=1, begin=0, end=1)) == [[1], [9]]
    assert [part.shape for part in a.split(num_outputs=2)] == [(2, 1), (2, 1)]
    assert values(a.diag(k=1)) == [4]


def test_out():
    a = mx.nd.array([[1, 2], [3, 4]])
    out = mx.nd.zeros((2, 2))
    assert mx.nd.broadcast_add(a, a, out=out) is out
    assert values(out) == [[2, 4], [6, 8]]
    stack = mx.nd.zeros((2, 2, 2))
    mx.nd.broadcast_add(a, a, out=stack[1])
    assert values(stack[1]) == values(out)
    parts = [mx.nd.zeros((2, 1)), mx.nd.zeros((2, 1))]
    mx.nd.split(a, num_outputs=2, out=parts)
    assert [values(p) for p in parts] == [[[1], [3]], [[2], [4]]]


def test_out_and_name_by_position():
    a, out = mx.nd.array([1, 4, 9]), mx.nd.zeros((3,))
    assert mx.nd.sqrt(a, out) is out
    assert values(out) == [1, 2, 3]
    assert a.clip(2, 5, out, "ignored") is out
    assert values(out) == [2, 4, 5]
    assert mx.nd.zeros((3,), out=out, name="ignored") is out
    assert values(out) == [0, 0, 0]
    assert mx.nd.eye(3, out=mx.nd.zeros((3, 3)), name="ignored").asnumpy().trace() == 3


def test_out_that_does_not_fit():
    a = mx.nd.ones((2, 3))
    for out in (mx.nd.zeros((3, 2)), mx.nd.zeros((2, 3), dtype="int32")):
        with pytest.raises(mx.MXNetError, match="broadcast_add: 'out' has shape"):
            mx.nd.broadcast_add(a, a, out=out)
        assert out.asnumpy().max() == 0
    with pytest.raises(TypeError, match="'out' has 2 arrays, but the operator has 3 outputs"):
        mx.nd.split(a, num_outputs=3, out=[mx.nd.zeros((2, 1))] * 2)
    with pytest.raises(TypeError, match="'out' must be an NDArray, given ndarray of shape"):
        mx.nd.broadcast_add(a, a, out=np.zeros((2, 3)))
    mean, var = mx.nd.zeros((3,)), mx.nd.ones((3,))
    with train_mode(), pytest.raises(mx.MXNetError, match="BatchNorm: 'out' has shape"):
        mx.nd.BatchNorm(a, var, mean, mean, var, out=mx.nd.zeros((3, 2)))
    assert (values(mean), values(var)) == ([0] * 3, [1] * 3)


def test_calls_that_do_not_fit():
    a = mx.nd.ones((2, 3))
    with pytest.raises(TypeError, match="FullyConnected takes the inputs data, weight, bias: weight, bias missing"):
        mx.nd.FullyConnected(a, num_hidden=2)
    with pytest.raises(TypeError, match="input .bias. does not exist with these attributes"):
        mx.nd.FullyConnected(a, mx.nd.ones((2, 3)), mx.nd.ones((2,)), num_hidden=2, no_bias=True)
    with pytest.raises(TypeError, match="abs: argument 'data' must be an NDArray"):
        mx.nd.abs(np.ones(2))
    with pytest.raises(ValueError, match="unknown attribute 'foo'"):
        mx.nd.abs(a, foo=1)
    with pytest.raises(
        ValueError, match=r"FullyConnected: input 'weight' has shape \(2, 4\), but \(2, 3\) is expected"
    ):
        mx.nd.FullyConnected(a, mx.nd.ones((2, 4)), mx.nd.ones((2,)), num_hidden=2)


def test_auxiliary_states_are_written_in_training_mode_only():
    x = mx.nd.array([[1, 2], [3, 6]])

    def moving_mean():
        mean = mx.nd.zeros((2,))
        mx.nd.BatchNorm(x, mx.nd.ones((2,)), mx.nd.zeros((2,)), mean, mx.nd.ones((2,)), momentum=0.5)
        return values(mean)

    assert not is_training()
    assert moving_mean() == [0, 0]
    with train_mode():
        assert moving_mean() == [1, 2]
        with train_mode(False):
            assert moving_mean() == [0, 0]


def test_64_bit_results_without_touching_the_configuration():
    assert not jax.config.jax_enable_x64
    a = mx.nd.array([1.0], dtype="float64")
    assert (a / 3).asnumpy()[0] == 1 / 3
    assert (a[0] + a).jax.dtype == np.float64
    assert jnp.zeros(1).dtype == np.float32


# -- other libraries --------------------------------------------------------------------------------------------------


def test_numpy_and_jax_read_arrays():
    a = mx.nd.array([4, 9])
    assert np.sqrt(a).tolist() == [2, 3]
    assert np.asarray(a, dtype="int32").tolist() == [4, 9]
    assert jnp.asarray(a).tolist() == [4, 9]
    view = np.asarray(a)
    view[:] = 0
    assert values(a) == [4, 9]
    assert isinstance(jnp.ones(2) * a, jax.Array)
    assert jax.tree.map(jnp.asarray, {"a": a})["a"].tolist() == jax.jit(lambda x: x * a)(jnp.ones(2)).tolist() == [4, 9]


def test_from_numpy():
    source = np.array([1.0, 2.0])
    a = mx.nd.from_numpy(source)
    assert (a.dtype, values(a)) == (np.float64, [1, 2])
    assert not source.flags.writeable
    a[1] = 7
    assert source.tolist() == [1, 2]
    writable = np.array([1, 2], "int32")
    mx.nd.from_numpy(writable, zero_copy=False)
    writable[:] = 0
    with pytest.raises(ValueError, match="C order"):
        mx.nd.from_numpy(source[::-1])


@pytest.mark.cpu
def test_dlpack():
    a = mx.nd.array([[1, 2], [3, 4]])
    for source in (a.to_dlpack_for_read(), mx.nd.to_dlpack_for_read(a), a, a.asnumpy()):
        b = mx.nd.from_dlpack(source)
        b[:] += 1
        assert (values(b), values(a)) == ([[2, 3], [4, 5]], [[1, 2], [3, 4]])
    assert np.from_dlpack(a).tolist() == [[1, 2], [3, 4]]
    assert a.to_dlpack_for_write() is not None
    assert mx.nd.to_dlpack_for_write(a) is not None
    assert a.__dlpack_device__() == (1, 0)


# -- promised values --------------------------------------------------------------------------------------------------


class Promise:
    """A pending value, for tests."""

    def __init__(self, *cells):
        self.cells = cells
        self.forced = 0

    def force(self):
        """Fulfil every cell with fives."""
        self.forced += 1
        for cell in self.cells:
            cell.fulfil(mx.nd.ones(cell.shape).jax * 5, self)


def pending_array(shape=(2, 2)):
    a = mx.nd.zeros(shape)
    promise = Promise(a)
    a.set_pending(promise)
    return a, promise


def test_a_pending_array_knows_its_shape():
    a, promise = pending_array()
    assert (a.shape, a.dtype, a.context, a.size, len(a)) == ((2, 2), np.float32, mx.current_context(), 4, 2)
    assert a.is_pending
    assert a[1].is_pending
    assert promise.forced == 0


def test_reading_forces_once():
    a, promise = pending_array()
    assert values(a[1]) == [5, 5]
    assert values(a + a) == [[10, 10], [10, 10]]
    assert promise.forced == 1
    assert not a.is_pending


def test_a_whole_write_drops_the_promise():
    a, promise = pending_array()
    a[:] = 3
    b, late = pending_array()
    b.reshape((4,))[:] = np.arange(4)
    assert (values(a), values(b)) == ([[3, 3], [3, 3]], [[0, 1], [2, 3]])
    assert promise.forced == late.forced == 0
    promise.force()
    assert values(a) == [[3, 3], [3, 3]]


def test_a_partial_write_forces_first():
    a, promise = pending_array()
    a[0] = 3
    assert (values(a), promise.forced) == ([[3, 3], [5, 5]], 1)


def test_a_later_promise_replaces_an_earlier_one():
    a, early = pending_array()
    late = Promise(a)
    a.set_pending(late)
    early.force()
    assert a.is_pending
    assert (values(a), late.forced) == ([[5, 5], [5, 5]], 1)


def test_views_cannot_wait():
    a = mx.nd.zeros((2, 2))
    assert a[0].is_view
    with pytest.raises(mx.MXNetError, match="view cannot wait"):
        a[0].set_pending(Promise())


def test_a_broken_promise_is_reported():
    a = mx.nd.zeros((2,))
    a.set_pending(Promise())
    with pytest.raises(mx.MXNetError, match="Promise has not delivered"):
        a.asnumpy()


def test_rebind_checks_shape_and_dtype():
    a = mx.nd.zeros((2,))
    with pytest.raises(mx.MXNetError, match=r"shape \(2,\) and dtype float32 cannot take a value of shape \(3,\)"):
        a.rebind(jnp.zeros(3))
    with pytest.raises(mx.MXNetError, match="dtype int32"):
        a.rebind(jnp.zeros(2, jnp.int32))


def test_waitall_settles_promises():
    class Promiser:
        settled = False

        def settle(self):
            self.settled = True

    promiser = Promiser()
    add_promiser(promiser)
    creation.waitall()
    assert promiser.settled
    mx.nd.zeros((2,)).wait_to_read()
