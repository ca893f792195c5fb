"""What the case table cannot show of layers: configurations MXNet's CPU build refuses, and what messages say."""

from __future__ import annotations

import math

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DTypeError, MXNetError, OpAttributeError, ShapeError

X = mx.sym.Variable("x")


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def outputs_and_gradients(symbol, **arrays):
    """The first output, and the gradients by name, for a head gradient drawn at random."""
    args = {name: mx.nd.array(value) for name, value in arrays.items()}
    grads = {name: mx.nd.zeros(value.shape) for name, value in arrays.items()}
    executor = symbol.bind(mx.current_context(), args, grads)
    (out, *_) = executor.forward(is_train=True)
    executor.backward(mx.nd.array(drawn(*out.shape, seed=1)))
    return out.asnumpy(), {name: grad.asnumpy() for name, grad in grads.items()}


# -- convolution ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["Convolution", "Deconvolution"])
@pytest.mark.parametrize(("layout", "kernel"), [("NHWC", (3, 2)), ("NDHWC", (2, 3, 2))])
@pytest.mark.parametrize("num_group", [1, 2])
def test_channel_last_layouts_are_transpositions(layer, layout, kernel, num_group):
    rank = len(kernel)
    attrs = {"kernel": kernel, "num_filter": 4, "stride": (2,) * rank, "pad": (1,) * rank, "num_group": num_group}
    to_last = (0, *range(2, rank + 2), 1)
    to_first = (0, rank + 1, *range(1, rank + 1))
    first = getattr(mx.sym, layer)(X, no_bias=False, name="op", **attrs)
    last = getattr(mx.sym, layer)(X, no_bias=False, name="op", layout=layout, **attrs)
    shapes = dict(zip(first.list_arguments(), first.infer_shape(x=(2, 4, 5, 6, 4)[: rank + 2])[0], strict=True))
    arrays = {name: drawn(*shape, seed=i) for i, (name, shape) in enumerate(shapes.items())}
    moved = {name: a.transpose(to_last) if a.ndim > 1 else a for name, a in arrays.items()}
    assert last.infer_shape(x=moved["x"].shape)[0] == [moved[name].shape for name in last.list_arguments()]
    expected, expected_grads = outputs_and_gradients(first, **arrays)
    args = {name: mx.nd.array(a) for name, a in moved.items()}
    grads = {name: mx.nd.zeros(a.shape) for name, a in moved.items()}
    executor = last.bind(mx.current_context(), args, grads)
    (out,) = executor.forward(is_train=True)
    np.testing.assert_allclose(out.asnumpy().transpose(to_first), expected, rtol=1e-4, atol=1e-4)
    executor.backward(mx.nd.array(drawn(*expected.shape, seed=1).transpose(to_last)))
    for name, grad in grads.items():
        back = grad.asnumpy().transpose(to_first) if len(grad.shape) > 1 else grad.asnumpy()
        np.testing.assert_allclose(back, expected_grads[name], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("target", "pad", "adj"), [((8, 6), (1, 1), (0, 0)), ((7, 5), (2, 2), (1, 1))])
def test_target_shape_chooses_pad_and_adj(target, pad, adj):
    attrs = {"kernel": (4, 4), "stride": (2, 2), "num_filter": 2, "name": "op"}
    arrays = {"x": drawn(1, 3, 4, 3), "op_weight": drawn(3, 2, 4, 4)}
    asked, _ = outputs_and_gradients(mx.sym.Deconvolution(X, target_shape=target, **attrs), **arrays)
    spelled, _ = outputs_and_gradients(mx.sym.Deconvolution(X, pad=pad, adj=adj, **attrs), **arrays)
    assert asked.shape[2:] == target
    np.testing.assert_array_equal(asked, spelled)


def test_target_shape_leaves_nothing_to_adjust_without_a_stride():
    net = mx.sym.Deconvolution(X, kernel=(3, 3), num_filter=2, target_shape=(6, 5), name="op")
    with pytest.raises(ShapeError, match=r"'op'.*target_shape=\(6, 5\) cuts 1 elements.*must be an even number"):
        net.infer_shape(x=(1, 3, 4, 4))


@pytest.mark.parametrize("name", ["softmin", "log_softmax"])
def test_only_softmax_takes_lengths(name):
    with pytest.raises(OpAttributeError, match=f"{name}: use_length=True, but it takes no lengths; use softmax"):
        getattr(mx.sym, name)(X, use_length=True)


def test_half_precision_convolution_sums_exactly_enough():
    x, weight = drawn(1, 256, 4, 4), drawn(2, 256, 3, 3)
    net = mx.sym.Convolution(X, kernel=(3, 3), num_filter=2, no_bias=True, name="op")
    exact, _ = outputs_and_gradients(net, x=x, op_weight=weight)
    args = {"x": mx.nd.array(x, dtype="float16"), "op_weight": mx.nd.array(weight, dtype="float16")}
    (half,) = net.bind(mx.current_context(), args).forward()
    assert half.dtype == np.float16
    np.testing.assert_allclose(half.asnumpy(), exact, rtol=2e-3, atol=0.1)


def test_convolution_infers_backwards():
    net = mx.sym.Convolution(X, kernel=(3, 3), num_filter=4, name="op") + mx.sym.Variable("y")
    args, _, _ = net.infer_shape_partial(x=(0, 0, 0, 0), op_weight=(4, 3, 3, 3), y=(2, 4, 6, 6))
    assert args[0] == (2, 3, 8, 8)


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ({"kernel": (1, 1, 1, 1)}, r"kernel=\(1, 1, 1, 1\) has 4 entries, expected 1 or 2 or 3"),
        ({"kernel": (3, 3), "stride": (1,)}, r"stride=\(1,\) must have 2 entries, as many as kernel=\(3, 3\)"),
        ({"kernel": (3, 3), "stride": (0, 1)}, r"every entry of stride=\(0, 1\) must be at least 1"),
        ({"kernel": (3, 3), "layout": "NCW"}, r"layout='NCW' has 1 spatial axes, kernel=\(3, 3\) has 2"),
        ({"kernel": (3, 3), "num_group": 3}, r"num_filter=4 is not divisible by num_group=3"),
    ],
)
def test_convolution_refuses_attributes(attrs, message):
    with pytest.raises(OpAttributeError, match=message):
        mx.sym.Convolution(X, num_filter=4, **attrs)


@pytest.mark.parametrize(
    ("attrs", "shape", "message"),
    [
        ({}, (2, 3, 8), r"data \(2, 3, 8\) has 3 axes, but kernel=\(3, 3\) takes 4: batch, channel, "),
        ({}, (2, 3, 2, 8), r"spans 3 elements of axis 2, but data \(2, 3, 2, 8\) has 2; use a "),
        ({"num_group": 2}, (2, 3, 8, 8), "3 input channels cannot be divided into num_group=2 groups"),
        ({"dilate": (4, 1)}, (2, 3, 8, 8), "spans 9 elements of axis 2, but data .* has 8; use a"),
        (
            {},
            (2, 28, 28, 1),
            r"of axis 3, but data \(2, 28, 28, 1\) has 1; its axes are batch, channel, height, width \(NCHW\): ",
        ),
        (
            {"layout": "NHWC"},
            (2, 1, 28, 28),
            r"width, channel \(NHWC\): if channels come first in it, transpose it by axes=",
        ),
    ],
)
def test_convolution_refuses_shapes(attrs, shape, message):
    net = mx.sym.Convolution(X, kernel=(3, 3), num_filter=4, name="op", **attrs)
    with pytest.raises(ShapeError, match=f"'?op'?.*{message}"):
        net.infer_shape(x=shape)


def test_deconvolution_may_cut_off_everything_but_no_more():
    net = mx.sym.Deconvolution(X, kernel=(1, 1), pad=(1, 1), num_filter=1, name="op")
    weight = mx.nd.ones((1, 1, 1, 1))
    assert net.eval(x=mx.nd.ones((1, 1, 2, 2)), op_weight=weight)[0].shape == (1, 1, 0, 0)
    with pytest.raises(ShapeError, match=r"pad=\(1, 1\) cuts off more than the 1 elements that 1 of the input make"):
        net.infer_shape(x=(1, 1, 1, 1))


def test_layers_refuse_integers():
    for net in (
        mx.sym.Convolution(X, kernel=(1, 1), num_filter=1),
        mx.sym.Pooling(X, kernel=(1, 1)),
        mx.sym.BatchNorm(X),
        mx.sym.softmax(X),
    ):
        with pytest.raises(
            DTypeError,
            match="computes in floating point, but was given int32( as 'data')?; convert it first, a symbol with Cast",
        ):
            net.infer_type(x="int32")


# -- pooling ----------------------------------------------------------------------------------------------------------


def test_pooling_same_covers_every_element():
    x = np.arange(7, dtype="float32").reshape(1, 1, 7)
    for pool_type, expected in (("max", [2, 4, 6, 6]), ("avg", [1, 3, 5, 6]), ("sum", [3, 9, 15, 6])):
        out = mx.nd.Pooling(
            mx.nd.array(x), kernel=(3,), stride=(2,), pooling_convention="same", pool_type=pool_type
        ).asnumpy()
        assert out.ravel().tolist() == expected


def test_pooling_v1_in_three_dimensions():
    x = mx.nd.array(drawn(1, 2, 4, 4, 4))
    old, new = (getattr(mx.nd, n)(x, kernel=(2, 2, 2), stride=(2, 2, 2)) for n in ("Pooling_v1", "Pooling"))
    np.testing.assert_array_equal(old.asnumpy(), new.asnumpy())


def test_large_windows_agree_with_numpy():
    x = drawn(2, 3, 20, 21)
    for pool_type, reduce in (("max", np.max), ("avg", np.mean), ("sum", np.sum)):
        out = mx.nd.Pooling(mx.nd.array(x), kernel=(20, 21), pool_type=pool_type).asnumpy()
        np.testing.assert_allclose(out, reduce(x, (2, 3), keepdims=True), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ({}, r"kernel=\(\) has 0 entries"),
        ({"kernel": (2, 2), "pool_type": "lp"}, "p_value=None, but pool_type='lp' needs 1, 2 or 3"),
        ({"kernel": (2, 2), "pooling_convention": "same"}, "takes a kernel of one axis and no pad"),
    ],
)
def test_pooling_refuses_attributes(attrs, message):
    with pytest.raises(OpAttributeError, match=message):
        mx.sym.Pooling(X, **attrs)


# -- normalization ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [0.0, 1e3])
def test_batch_norm_variance_survives_a_far_mean(offset):
    x = drawn(16, 2, 8, 8) + np.float32(offset)
    args = {"x": mx.nd.array(x), "bn_gamma": mx.nd.ones((2,)), "bn_beta": mx.nd.zeros((2,))}
    aux = {"bn_moving_mean": mx.nd.zeros((2,)), "bn_moving_var": mx.nd.ones((2,))}
    net = mx.sym.BatchNorm(X, eps=1e-5, name="bn")
    (out,) = net.bind(mx.current_context(), args, aux_states=aux).forward(is_train=True)
    exact = x.astype("float64")
    exact = (exact - exact.mean((0, 2, 3), keepdims=True)) / np.sqrt(exact.var((0, 2, 3), keepdims=True) + 1e-5)
    np.testing.assert_allclose(out.asnumpy(), exact, atol=1e-4 if offset == 0 else 2e-3)


def test_batch_norm_refuses_an_axis_it_does_not_have():
    with pytest.raises(ShapeError, match="axis 4 is outside of a 3-dimensional array"):
        mx.sym.BatchNorm(X, axis=4).infer_shape(x=(2, 3, 4))


def test_group_norm_refuses_channels_it_cannot_divide():
    with pytest.raises(ShapeError, match="4 channels cannot be divided into num_groups=3 groups"):
        mx.sym.GroupNorm(X, num_groups=3).infer_shape(x=(2, 4, 3))


# -- losses -----------------------------------------------------------------------------------------------------------


def test_softmax_output_multiplies_by_the_head_gradient_if_asked():
    x, label = drawn(4, 3), np.array([0, 2, 1, 1], "float32")
    net = mx.sym.SoftmaxOutput(X, mx.sym.Variable("label"), out_grad=True)
    out, grads = outputs_and_gradients(net, x=x, label=label)
    head = drawn(4, 3, seed=1)
    np.testing.assert_allclose(grads["x"], (out - np.eye(3)[label.astype(int)]) * head, rtol=1e-5, atol=1e-6)
    assert not grads["label"].any()


@pytest.mark.parametrize("name", ["SoftmaxOutput", "LinearRegressionOutput", "MAERegressionOutput", "SVMOutput"])
def test_losses_run_backward_without_a_head_gradient(name):
    net = getattr(mx.sym, name)(X, mx.sym.Variable("label"))
    label = (4,) if name in ("SoftmaxOutput", "SVMOutput") else (4, 3)
    args = {"x": mx.nd.array(drawn(4, 3)), "label": mx.nd.zeros(label)}
    executor = net.bind(mx.current_context(), args, {"x": mx.nd.zeros((4, 3))})
    executor.forward(is_train=True)
    executor.backward()
    assert executor.grad_dict["x"].asnumpy().any()


def test_regression_refuses_a_label_of_another_size():
    net = mx.sym.LinearRegressionOutput(X, mx.sym.Variable("label"))
    with pytest.raises(ShapeError, match=r"label has shape \(12,\), but data has \(4, 3\)"):
        net.infer_shape(x=(4, 3), label=(12,))


def test_ctc_of_an_impossible_alignment_is_zero():
    net = mx.sym.CTCLoss(X, mx.sym.Variable("label"))
    out, grads = outputs_and_gradients(net, x=drawn(3, 1, 4), label=np.array([[1, 1, 1]], "float32"))
    assert out.tolist() == [0.0]
    assert not grads["x"].any()


# -- others -----------------------------------------------------------------------------------------------------------


def test_upsampling_refuses_sizes_without_a_whole_factor():
    net = mx.sym.UpSampling(X, mx.sym.Variable("y"), scale=2, sample_type="nearest", num_args=2)
    with pytest.raises(ShapeError, match=r"an input \(2, 5, 3, 3\) cannot be enlarged by one whole factor"):
        net.infer_shape(x=(2, 3, 4, 4), y=(2, 5, 3, 3))


def test_gelu_keeps_its_precision_where_it_is_small():
    x = np.array([-4.0, -5.0, -6.0, -8.0], "float32")
    out, _ = outputs_and_gradients(mx.sym.LeakyReLU(X, act_type="gelu"), x=x)
    np.testing.assert_allclose(out, [0.5 * v * math.erfc(-v / math.sqrt(2)) for v in x.tolist()], rtol=1e-5)


def test_prelu_refuses_a_gamma_that_does_not_fit():
    net = mx.sym.LeakyReLU(X, mx.sym.Variable("gamma"), act_type="prelu")
    with pytest.raises(MXNetError, match="gamma"):
        net.infer_shape(x=(2, 3), gamma=(4,))
