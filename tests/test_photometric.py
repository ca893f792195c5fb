"""Laws of chance for the operators that augment images, and what MXNet leaves in unset memory; messages."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import DTypeError, OpAttributeError, ShapeError

FACTORS = ("brightness", "contrast", "saturation", "hue")
PHOTO = np.random.RandomState(0).uniform(0, 255, (4, 3, 3))


@pytest.fixture(autouse=True)
def seeded():
    mx.random.seed(11)


def draws(name, image, count=300, dtype="float32", **attrs):
    """Outputs of as many runs of an operator on one image."""
    net = getattr(mx.sym.image, name)(mx.sym.Variable("x"), name="op", **attrs)
    executor = net.bind(mx.current_context(), {"x": mx.nd.array(image, dtype=dtype)})
    return np.stack([executor.forward()[0].asnumpy() for _ in range(count)])


def factors(outputs, image, point):
    """The factor by which each output's distance from `point` is that of the image."""
    ratios = (outputs - point) / (image - point)
    np.testing.assert_allclose(ratios, np.broadcast_to(ratios[:, :1, :1, :1], ratios.shape), rtol=2e-2, atol=2e-2)
    return ratios[:, 0, 0, 0]


@pytest.mark.parametrize("name", ["flip_left_right", "flip_top_bottom"])
def test_half_of_the_images_are_mirrored(name):
    mirrored = getattr(mx.nd.image, name)(mx.nd.array(PHOTO)).asnumpy()
    found = np.array([np.array_equal(out, mirrored) for out in draws(f"random_{name}", PHOTO)])
    assert abs(found.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(found))
    same = [np.array_equal(out, PHOTO.astype("float32")) for out in draws(f"random_{name}", PHOTO)]
    assert abs(np.mean(same) - 0.5) < 5 * 0.5 / np.sqrt(len(same))


@pytest.mark.parametrize("name", ["flip_left_right", "flip_top_bottom"])
def test_odd_sizes_are_mirrored(name):
    image = np.arange(9 * 3).reshape(3, 3, 3)
    axis = 1 if name == "flip_left_right" else 0
    out = getattr(mx.nd.image, name)(mx.nd.array(image, dtype="uint8")).asnumpy()
    np.testing.assert_array_equal(out, np.flip(image, axis))


@pytest.mark.parametrize("bounds", [(0.5, 1.5), (1.5, 0.5)])
@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_factors_are_uniform_between_the_bounds(name, bounds):
    luma = PHOTO @ [0.299, 0.587, 0.114]
    point = {"brightness": 0, "contrast": luma.mean(), "saturation": 0.114 * PHOTO[..., 2:]}[name]
    outputs = draws(f"random_{name}", PHOTO, min_factor=bounds[0], max_factor=bounds[1])
    found = factors(outputs, PHOTO, point)
    assert 0.5 <= found.min() + 1e-3 < 0.55
    assert 1.45 < found.max() - 1e-3 <= 1.5
    assert abs(found.mean() - 1) < 5 / np.sqrt(12 * len(found))


def test_hue_turns_the_colour_circle():
    """A third of the circle brings red to green; what turns stays as light and as pale."""
    red = np.array([[[200.0, 50.0, 50.0]]])
    turned = draws("random_hue", red, 1, min_factor=1 / 3, max_factor=1 / 3)[0]
    np.testing.assert_allclose(turned, [[[50, 200, 50]]], atol=1e-2)
    outputs = draws("random_hue", red, min_factor=0, max_factor=1)
    np.testing.assert_allclose(outputs.max(-1), 200, atol=1e-2)
    np.testing.assert_allclose(outputs.min(-1), 50, atol=1e-2)
    assert abs((outputs[..., 2] > 199.9).mean() - 1 / 3) < 5 * np.sqrt(2 / 9 / len(outputs))


def test_lighting_is_normal_along_the_axes_of_natural_colours():
    axes = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])
    added = draws("random_lighting", np.zeros((2, 2, 3)), alpha_std=0.1)
    np.testing.assert_array_equal(added, np.broadcast_to(added[:, :1, :1], added.shape))
    alphas = np.linalg.solve(axes, added[:, 0, 0].T.astype("float64")) / [[55.46], [4.794], [1.148]]
    assert (abs(alphas.mean(1)) < 5 * 0.1 / np.sqrt(len(added))).all()
    np.testing.assert_allclose(alphas.std(1), 0.1, rtol=0.25)
    np.testing.assert_allclose(np.corrcoef(alphas), np.eye(3), atol=0.3)


def test_jitter_draws_around_no_change():
    outputs = draws("random_color_jitter", PHOTO, brightness=0.4, contrast=0, saturation=0, hue=0)
    found = factors(outputs, PHOTO, 0)
    assert 0.6 <= found.min() + 1e-3 < 0.65
    assert 1.35 < found.max() - 1e-3 <= 1.4
    red = np.array([[[200.0, 50.0, 50.0]]])
    turned = draws("random_color_jitter", red, brightness=0, contrast=0, saturation=0, hue=0.1)
    np.testing.assert_allclose(turned.max(-1), 200, atol=1e-2)
    assert (turned[..., 0] > 199.9).all()


def test_jitter_comes_in_random_order():
    """Brightness and contrast do not commute where colours are cut to their range."""
    image = np.array([[[250, 250, 250], [10, 10, 10]]])
    options = {"brightness": 0.5, "contrast": 0.5, "saturation": 0.5, "hue": 0.5}
    outputs = draws("random_color_jitter", image, dtype="uint8", **options)
    assert len(np.unique(outputs.reshape(len(outputs), -1), axis=0)) > 100


@pytest.mark.parametrize(
    ("name", "attrs"),
    [(f"random_{name}", {"min_factor": 0.5, "max_factor": 1.5}) for name in FACTORS]
    + [("random_lighting", {"alpha_std": 1}), ("random_flip_left_right", {})]
    + [("random_color_jitter", dict.fromkeys(FACTORS, 0.5))],
)
def test_same_seed_draws_the_same(name, attrs):
    first = draws(name, PHOTO, 8, **attrs)
    assert len(np.unique(first.reshape(8, -1), axis=0)) > 1
    mx.random.seed(11)
    np.testing.assert_array_equal(draws(name, PHOTO, 8, **attrs), first)


def test_the_gradient_of_a_run_whose_output_was_read_is_the_head_gradient():
    net = mx.sym.image.random_brightness(mx.sym.Variable("x"), min_factor=0.5, max_factor=1.5)
    executor = net.simple_bind(mx.current_context(), x=PHOTO.shape)
    executor.forward(is_train=True)[0].asnumpy()
    executor.backward(mx.nd.ones(PHOTO.shape) * 3)
    assert (executor.grad_dict["x"].asnumpy() == 3).all()


@pytest.mark.parametrize(
    ("name", "attrs"),
    [
        ("random_hue", {"min_factor": 0.5, "max_factor": 0.5}),
        ("random_saturation", {"min_factor": 0.5, "max_factor": 0.5}),
        ("adjust_lighting", {"alpha": (1, 1, 1)}),
        ("random_lighting", {"alpha_std": 1}),
        ("random_color_jitter", dict.fromkeys(FACTORS, 0)),
    ],
)
def test_what_has_no_colour_stays(name, attrs):
    gray = PHOTO[..., :1]
    np.testing.assert_array_equal(draws(name, gray, 1, **attrs)[0], gray.astype("float32"))


@pytest.mark.parametrize(("dtype", "expected"), [("uint8", 255), ("int32", 500), ("float16", 500), ("int8", -12)])
def test_colours_return_to_the_dtype_of_the_image(dtype, expected):
    """uint8 keeps within its range, other integers wrap around."""
    x = mx.nd.array([[[122 if dtype == "int8" else 250, 0, 1]]], dtype=dtype)
    out = mx.nd.image.random_brightness(x, 2, 2)
    assert out.asnumpy().ravel().tolist() == [expected, 0, 2]
    assert out.dtype == x.dtype


@pytest.mark.parametrize(
    ("build", "error", "text"),
    [
        (
            lambda x: mx.sym.image.adjust_lighting(x, alpha=(1, 2), name="op"),
            OpAttributeError,
            "node 'op': operator _image_adjust_lighting: alpha=(1.0, 2.0) must have three entries, one for each axis.",
        ),
        (
            lambda x: mx.sym.image.random_hue(x, -1, 1, name="op"),
            OpAttributeError,
            "node 'op': operator _image_random_hue: attribute min_factor='-1' is invalid; expected float >= 0.",
        ),
        (
            lambda x: mx.sym.image.resize(x, size=(3, 0), name="op"),
            OpAttributeError,
            "node 'op': operator _image_resize: size=(3, 0) must be (width, height) or one number, all at least 1.",
        ),
        (
            lambda x: mx.sym.image.crop(x, x=2, y=0, width=2, height=1, name="op"),
            ShapeError,
            "(x, width) = (2, 2) is not a part of data (4, 3, 3); start at 0 or later and end within the image.",
        ),
        (
            lambda x: mx.sym.image.crop(x, x=-1, y=0, width=2, height=1, name="op"),
            ShapeError,
            "(x, width) = (-1, 2) is not a part of data (4, 3, 3); start at 0 or later and end within the image.",
        ),
        (
            lambda x: mx.sym.image.normalize(x, name="op"),
            ShapeError,
            "takes images of 1 or 3 channels, but (4, 3, 3) read as (channel, height, width) has 4; transpose or slice it.",
        ),
        (
            lambda x: mx.sym.image.normalize(mx.sym.image.to_tensor(x), name="op"),
            ShapeError,
            "mean has 4 entries, but data (3, 4, 3) has 3 channels; give one for all or one for each.",
        ),
        (
            lambda x: mx.sym.image.to_tensor(mx.sym.expand_dims(mx.sym.expand_dims(x, 0), 0), name="op"),
            ShapeError,
            "takes an image (height, width, channel) or (batch, height, width, channel), given (1, 1, 4, 3, 3); reshape it.",
        ),
        (
            lambda x: mx.sym.image.flip_left_right(mx.sym.expand_dims(x, 0), name="op"),
            ShapeError,
            "takes an image (height, width, channel), given (1, 4, 3, 3); reshape it.",
        ),
    ],
)
def test_messages(build, error, text):
    with pytest.raises(error) as info:
        build(mx.sym.Variable("x")).infer_shape(x=(4, 3, 3))
    assert str(info.value).endswith(text)


def test_booleans_are_refused():
    with pytest.raises(DTypeError, match="takes numbers, but got bool; Cast it to a number type first"):
        mx.sym.image.to_tensor(mx.sym.Variable("x")).infer_type(x="bool")


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "float16"])
def test_every_number_type_is_resized(dtype):
    image = np.array([[-100, 101], [-100, 100]]).reshape(2, 2, 1)
    out = mx.nd.image.resize(mx.nd.array(image, dtype=dtype), size=(1, 1))
    assert out.asnumpy().ravel().tolist() == [0.25 if dtype == "float16" else 0]
    assert np.dtype(out.dtype).name == dtype


def test_resizing_is_linear_and_so_is_its_gradient():
    net = mx.sym.image.resize(mx.sym.Variable("x"), size=(5, 2), interp=2)
    mx.test_utils.check_numeric_gradient(net, {"x": PHOTO}, numeric_eps=1e-3, rtol=1e-4, atol=1e-6, dtype=np.float64)
