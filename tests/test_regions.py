"""What the case table cannot show of samplers, regions and deformable layers: what MXNet's CPU build lacks, and messages."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgraph as mx
from symgraph.test_utils import check_numeric_gradient

X, Y, Z = (mx.sym.Variable(name) for name in "xyz")


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


# -- gradients that MXNet's CPU build lacks ---------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 2])
def test_modulated_deformable_convolution_has_its_derivative(groups):
    net = mx.sym.contrib.ModulatedDeformableConvolution(
        X, Y, Z, kernel=(3, 2), num_filter=2, pad=(1, 0), stride=(2, 1), num_deformable_group=groups, name="op"
    )
    arrays = {"x": drawn(1, 2, 5, 4), "y": drawn(1, 12 * groups, 3, 3), "z": drawn(1, 6 * groups, 3, 3, seed=1)}
    arrays.update(op_weight=drawn(2, 2, 3, 2, seed=2), op_bias=drawn(2, seed=3))
    check_numeric_gradient(net, arrays, numeric_eps=1e-5, rtol=1e-3, atol=1e-4, dtype=np.float64)


def test_modulated_by_ones_and_undeformed_is_convolution():
    attrs = {"kernel": (3, 3), "num_filter": 2, "pad": (1, 1), "no_bias": True, "name": "op"}
    x, weight = mx.nd.array(drawn(2, 3, 5, 6)), mx.nd.array(drawn(2, 3, 3, 3))
    (expected,) = mx.sym.Convolution(X, **attrs).eval(x=x, op_weight=weight)
    still, ones = mx.nd.zeros((2, 18, 5, 6)), mx.nd.ones((2, 9, 5, 6))
    net = mx.sym.contrib.ModulatedDeformableConvolution(X, Y, Z, **attrs)
    (out,) = net.eval(x=x, y=still, z=ones, op_weight=weight)
    np.testing.assert_allclose(out.asnumpy(), expected.asnumpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("ratio", [-1, 2])
def test_rotated_align_has_its_derivative(ratio):
    net = mx.sym.contrib.RROIAlign(X, Y, pooled_size=(2, 3), spatial_scale=0.5, sampling_ratio=ratio)
    arrays = {"x": drawn(2, 2, 5, 6), "y": np.array([[0, 6, 5, 8, 4, 30], [1, 3, 7, 5, 7, -75]], float)}
    check_numeric_gradient(net, arrays, rtol=1e-3, atol=1e-4, grad_nodes=["x"], dtype=np.float64)


def test_unrotated_align_is_align():
    x = mx.nd.array(drawn(1, 2, 6, 7))
    attrs = {"pooled_size": (2, 3), "spatial_scale": 0.5}
    upright = mx.nd.contrib.ROIAlign(x, mx.nd.array([[0, 1, 2, 9, 8]]), **attrs)
    rotated = mx.nd.contrib.RROIAlign(x, mx.nd.array([[0, 5, 5, 8, 6, 0]]), **attrs)
    np.testing.assert_allclose(rotated.asnumpy(), upright.asnumpy(), rtol=1e-5, atol=1e-6)


# -- what MXNet reads outside of memory -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "attrs"),
    [
        ("ROIPooling", {"pooled_size": (2, 2)}),
        ("contrib.ROIAlign", {"pooled_size": (2, 2)}),
        ("contrib.ROIAlign", {"pooled_size": (2, 2), "sample_ratio": 2, "position_sensitive": True}),
        ("contrib.PSROIPooling", {"pooled_size": 2, "output_dim": 1}),
        ("contrib.DeformablePSROIPooling", {"pooled_size": 2, "output_dim": 1, "group_size": 2, "no_trans": True}),
    ],
)
def test_regions_of_no_image_are_zero_and_pass_no_gradient(name, attrs):
    function = mx.sym
    for part in name.split("."):
        function = getattr(function, part)
    net = function(X, Y, spatial_scale=1.0, **attrs)
    rois = mx.nd.array([[-1, 0, 0, 3, 3], [0, 0, 0, 3, 3], [2, 0, 0, 3, 3]])
    grads = {"x": mx.nd.ones((2, 4, 4, 4))}
    executor = net.bind(mx.current_context(), {"x": mx.nd.array(drawn(2, 4, 4, 4)), "y": rois}, grads)
    (out,) = executor.forward(is_train=True)
    executor.backward(mx.nd.ones(out.shape))
    assert not out.asnumpy()[[0, 2]].any()
    assert out.asnumpy()[1].any()
    assert grads["x"].asnumpy()[0].any()
    assert not grads["x"].asnumpy()[1].any()


def test_no_regions_give_no_output():
    out = mx.nd.contrib.ROIAlign(mx.nd.ones((1, 2, 4, 4)), mx.nd.zeros((0, 5)), pooled_size=(2, 2), spatial_scale=1.0)
    assert out.shape == (0, 2, 2, 2)


def test_an_aligned_region_without_height_is_zero():
    rois = mx.nd.array([[0, 0, 2, 2, 2]])
    attrs = {"pooled_size": (1, 1), "spatial_scale": 1.0, "aligned": True}
    assert mx.nd.contrib.ROIAlign(mx.nd.ones((1, 1, 4, 4)), rois, **attrs).asnumpy().item() == 0


@pytest.mark.parametrize("req", ["write", "add"])
def test_spatial_transformer_adds_its_gradient(req):
    net = mx.sym.SpatialTransformer(X, Y, transform_type="affine", sampler_type="bilinear", target_shape=(3, 4))
    arrays = {"x": mx.nd.array(drawn(1, 2, 4, 5)), "y": mx.nd.array(drawn(1, 6))}
    grads = {name: mx.nd.ones(array.shape) for name, array in arrays.items()}
    executor = net.bind(mx.current_context(), arrays, grads, req)
    for _ in range(2):
        executor.forward(is_train=True)
        executor.backward(mx.nd.ones((1, 2, 3, 4)))
    once = net.bind(mx.current_context(), arrays, {name: mx.nd.zeros(array.shape) for name, array in arrays.items()})
    once.forward(is_train=True)
    once.backward(mx.nd.ones((1, 2, 3, 4)))
    for name, grad in grads.items():
        single = once.grad_dict[name].asnumpy()
        expected = 1 + 2 * single if req == "add" else single
        np.testing.assert_allclose(grad.asnumpy(), expected, rtol=1e-5, atol=1e-5)


# -- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: mx.sym.GridGenerator(X, transform_type="affine", name="op"),
            "node 'op': operator GridGenerator: target_shape=(0, 0) must be the height and width of the output, both at "
            "least 1.",
        ),
        (
            lambda: mx.sym.Correlation(X, Y, kernel_size=4, name="op"),
            "node 'op': operator Correlation: kernel_size=4 must be odd, so that a patch has a centre.",
        ),
        (
            lambda: mx.sym.ROIPooling(X, Y, pooled_size=(7,), spatial_scale=0.5, name="op"),
            "node 'op': operator ROIPooling: pooled_size=(7,) must be the height and width of the output, both at least 1.",
        ),
        (
            lambda: mx.sym.contrib.AdaptiveAvgPooling2D(X, output_size=(1, 2, 3), name="op"),
            "node 'op': operator _contrib_AdaptiveAvgPooling2D: output_size=(1, 2, 3) must be one or two numbers of at "
            "least 1.",
        ),
        (
            lambda: mx.sym.contrib.BilinearResize2D(X, scale_width=2.0, name="op"),
            "node 'op': operator _contrib_BilinearResize2D: mode='size' takes both scales, but got scale_height=None and "
            "scale_width=2.0.",
        ),
    ],
)
def test_attributes_are_refused(build, message):
    with pytest.raises(mx.MXNetError) as info:
        build()
    assert str(info.value) == message


@pytest.mark.parametrize(
    ("net", "shapes", "message"),
    [
        (
            mx.sym.Correlation(X, Y, max_displacement=4, name="op"),
            {"x": (1, 2, 4, 5)},
            "Correlation 'op': kernel_size=1 and max_displacement=4 do not fit into data (1, 2, 4, 5) with pad_size=0; use "
            "a larger pad_size or a smaller displacement.",
        ),
        (
            mx.sym.contrib.ROIAlign(X, Y, pooled_size=(2, 2), spatial_scale=1, position_sensitive=True, name="op"),
            {"x": (1, 6, 4, 5)},
            "_contrib_ROIAlign 'op': position_sensitive=True takes a multiple of 4 channels, one for each bin of "
            "pooled_size=(2, 2), but data has 6.",
        ),
        (
            mx.sym.contrib.PSROIPooling(X, Y, pooled_size=2, spatial_scale=1, output_dim=2, name="op"),
            {"x": (1, 7, 4, 5)},
            "_contrib_PSROIPooling 'op': it needs 8 channels, output_dim=2 for each of 2 x 2 groups, but data has 7.",
        ),
        (
            mx.sym.contrib.DeformableConvolution(X, Y, kernel=(3, 3), num_filter=2, num_deformable_group=2, name="op"),
            {"x": (1, 3, 4, 5)},
            "_contrib_DeformableConvolution 'op': 3 input channels cannot be divided into num_deformable_group=2 groups.",
        ),
        (
            mx.sym.contrib.DeformablePSROIPooling(
                X, Y, Z, pooled_size=2, spatial_scale=1, output_dim=3, group_size=1, name="op"
            ),
            {"x": (1, 3, 4, 5), "z": (1, 4, 2, 2)},
            "_contrib_DeformablePSROIPooling 'op': trans (1, 4, 2, 2) must have two channels for each of some classes into "
            "which output_dim=3 can be divided.",
        ),
        (
            mx.sym.ROIPooling(X, Y, pooled_size=(2, 2), spatial_scale=1, name="op"),
            {"x": (3, 4, 5)},
            "ROIPooling 'op': data must have 4 axes, but its shape is (3, 4, 5).",
        ),
    ],
)
def test_shapes_are_refused(net, shapes, message):
    with pytest.raises(mx.MXNetError) as info:
        net.infer_shape(**shapes)
    assert re.sub(r" \(made at [^)]*\)", "", str(info.value)) == message
