"""Operators that change the colours of an image, most of them by chance: augmentation of training data.

All compute in float32 (float64 for float64 images) and return to the image's dtype after each change: to uint8 within its
range, to other integers as in C. Chance is at work at inference, too.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.errors import OpAttributeError
from symgraph.ir.attrs import Range
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.registry import register, shared_attributes
from symgraph.ops.family import Array
from symgraph.ops.image import Photograph, StraightThrough, truncated, working_dtype

Factor = Annotated[float, Range(low=0)]

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the brightness of a pixel (ITU-R BT.601)."""

# Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks (2012).
COLOUR_DEVIATIONS = (55.46, 4.794, 1.148)
"""Standard deviations of ImageNet's pixels along the principal axes of their colours."""
COLOUR_AXES = ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))
"""Those axes as columns; rows are red, green and blue."""


SECTORS = ((0, 3, 1), (2, 0, 1), (1, 0, 3), (1, 2, 0), (3, 1, 0), (0, 1, 2))
"""For each sixth of the colour circle, whether red, green and blue are high (0), low (1), falling (2) or rising (3)."""


def back_to_image(values: Array, dtype: Any) -> Array:
    """Colours in the dtype of their image."""
    return truncated(jnp.clip(values, 0, 255) if dtype == jnp.uint8 else values, dtype)


def brighten(image: Array, factor: Array) -> Array:
    """Every colour times `factor`."""
    return image * factor


def contrast(image: Array, factor: Array) -> Array:
    """The distance of every colour from the image's mean brightness times `factor`."""
    gray = image[..., 0] if image.shape[-1] == 1 else image @ jnp.asarray(LUMA, image.dtype)
    return image * factor + gray.mean() * (1 - factor)


def saturate(image: Array, factor: Array) -> Array:
    """The distance of every colour from a gray times `factor`. As in MXNet, that gray has only blue's share."""
    if image.shape[-1] == 1:
        return image
    return image * factor + image[..., 2:] * jnp.asarray(LUMA[2], image.dtype) * (1 - factor)


def turn_hue(image: Array, turn: Array) -> Array:
    """Hues moved around the colour circle by `turn` of its circumference; lightness and saturation stay."""
    if image.shape[-1] == 1:
        return image
    hue, lightness, saturation = _to_hls(image * jnp.asarray(1 / 255, image.dtype))
    return _from_hls(hue + 360 * turn, lightness, saturation) * 255


def _to_hls(image: Array) -> tuple[Array, Array, Array]:
    """Hue in degrees, lightness and saturation of colours from 0 to 1."""
    red, green, blue = image[..., 0], image[..., 1], image[..., 2]
    high, low = image.max(-1), image.min(-1)
    span, lightness = high - low, (high + low) / 2
    is_gray = span <= jnp.finfo(jnp.float32).eps
    room = jnp.where(lightness < 0.5, high + low, 2 - high - low)
    saturation = jnp.where(is_gray, 0, span / jnp.where(is_gray, 1, room))
    sector = 60 / jnp.where(is_gray, 1, span)
    hue = jnp.where(high == green, (blue - red) * sector + 120, (red - green) * sector + 240)
    hue = jnp.where(high == red, (green - blue) * sector, hue)
    return jnp.where(is_gray, 0, hue), lightness, saturation


def _from_hls(hue: Array, lightness: Array, saturation: Array) -> Array:
    """The inverse of `_to_hls`."""
    high = jnp.where(lightness <= 0.5, lightness * (1 + saturation), lightness + saturation - lightness * saturation)
    low = 2 * lightness - high
    turn = jnp.mod(hue / 60, 6)
    sector = jnp.minimum(jnp.floor(turn), 5)
    part = turn - sector
    levels = jnp.stack([high, low, low + (high - low) * (1 - part), low + (high - low) * part], axis=-1)
    return jnp.take_along_axis(levels, jnp.asarray(SECTORS)[sector.astype(jnp.int32)], axis=-1)


def light(image: Array, alpha: Array) -> Array:
    """The image plus `alpha` standard deviations along each principal axis of natural colours."""
    if image.shape[-1] == 1:
        return image
    deviations = jnp.asarray(COLOUR_DEVIATIONS, image.dtype) * alpha
    return image + (jnp.asarray(COLOUR_AXES, image.dtype) * deviations).sum(-1)


class Augmentation(StraightThrough, Photograph):
    """A change of colours: `change` on floating-point colours."""

    def change(self, ctx: LowerContext, image: Array) -> Array:
        """The changed image, in its dtype."""
        raise NotImplementedError

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        wide = working_dtype(data.dtype)
        return (back_to_image(self.change(ctx, data.astype(wide)), data.dtype),)


def draw(key: Any, low: float, high: float, dtype: Any) -> Array:
    """A number between two bounds, whichever is the lower one."""
    return jax.random.uniform(key, (), jnp.float32, min(low, high), max(low, high)).astype(dtype)


@shared_attributes
class RandomFactor(Op):
    """What has a random factor between two bounds."""

    min_factor: Factor
    max_factor: Factor


def _random_factor(name: str, function: Any, doc: str, neutral: int) -> type[Op]:
    """Register a change by a random factor."""

    def change(self: Any, ctx: LowerContext, image: Array) -> Array:
        return function(image, draw(ctx.key, self.min_factor, self.max_factor, image.dtype))

    text = f"""{doc}

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The factor is drawn for each run, evenly between the bounds; {neutral} changes nothing. The gradient is the head
    gradient, as in MXNet.

    Attributes:
        min_factor, max_factor: the bounds, in either order.

    >>> import symgraph as mx
    >>> x = mx.nd.array([[[10, 20, 30]]])
    >>> bool(((mx.nd.image.random_{name}(x, {neutral}, {neutral}) - x).abs() < 0.001).asnumpy().all())
    True
    """
    body = {"__doc__": text, "change": change, "is_random": True}
    return register(f"_image_random_{name}", f"_npx__image_random_{name}")(
        type(f"_image_random_{name}", (Augmentation, RandomFactor), body)
    )


random_brightness = _random_factor("brightness", brighten, "Multiply all colours by a random factor.", 1)
random_contrast = _random_factor(
    "contrast", contrast, "Multiply the distance of all colours from the image's mean brightness by a random factor.", 1
)
random_saturation = _random_factor(
    "saturation",
    saturate,
    "Multiply the distance of all colours from gray by a random factor. The gray is 0.114 blue, as in MXNet, which forgets "
    "red and green.",
    1,
)
random_hue = _random_factor("hue", turn_hue, "Move all hues around the colour circle, by a random part of it.", 0)


@register("_image_random_color_jitter", "_npx__image_random_color_jitter")
class ImageRandomColorJitter(Augmentation):
    """Change brightness, contrast, saturation and hue by random factors, in random order.

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The gradient is the head gradient, as in MXNet. If all attributes are 0, MXNet returns unset memory; here the image.

    Attributes:
        brightness, contrast, saturation: b: the factor is drawn from [1 - b, 1 + b]; 0 or less: no such change.
        hue: h: hues move by a part of the colour circle from [-h, h]; 0 or less: no such change.

    >>> import symgraph as mx
    >>> x = mx.nd.array([[[10, 20, 30]]])
    >>> mx.nd.image.random_color_jitter(x, brightness=0.5, contrast=0, saturation=0, hue=0.1).shape
    (1, 1, 3)
    """

    brightness: float
    contrast: float
    saturation: float
    hue: float

    is_random = True

    def lower(self, ctx: LowerContext, data: Array) -> tuple[Array, ...]:
        settings = (
            (brighten, 1, self.brightness),
            (contrast, 1, self.contrast),
            (saturate, 1, self.saturation),
            (turn_hue, 0, self.hue),
        )
        order_key, *keys = jax.random.split(ctx.key, 5)
        changes = [
            partial(_jittered, function, draw(key, neutral - width, neutral + width, working_dtype(data.dtype)))
            for (function, neutral, width), key in zip(settings, keys, strict=True)
            if width > 0
        ]
        if not changes:
            return (data,)
        order = jax.random.permutation(order_key, len(changes))
        return (lax.fori_loop(0, len(changes), lambda i, image: lax.switch(order[i], changes, image), data),)


def _jittered(function: Any, factor: Array, image: Array) -> Array:
    return back_to_image(function(image.astype(factor.dtype), factor), image.dtype)


@register("_image_adjust_lighting", "_npx__image_adjust_lighting")
class ImageAdjustLighting(Augmentation):
    """Add given amounts of the principal components of natural colours (Krizhevsky, Sutskever and Hinton 2012).

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The gradient is the head gradient, as in MXNet. A gray image stays as it is, where MXNet returns unset memory.

    Attributes:
        alpha: standard deviations along each of the three principal axes.

    >>> import symgraph as mx
    >>> mx.nd.image.adjust_lighting(mx.nd.zeros((1, 1, 3)), alpha=(0, 1, 0)).asnumpy().round(2).tolist()
    [[[3.450000047683716, -0.019999999552965164, -3.3299999237060547]]]
    """

    alpha: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.alpha) < 3:
            raise OpAttributeError(
                f"operator {self.name}: alpha={self.alpha} must have three entries, one for each axis."
            )

    def change(self, ctx: LowerContext, image: Array) -> Array:
        return light(image, jnp.asarray(self.alpha[:3], image.dtype))


@register("_image_random_lighting", "_npx__image_random_lighting")
class ImageRandomLighting(Augmentation):
    """Add random amounts of the principal components of natural colours (Krizhevsky, Sutskever and Hinton 2012).

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The gradient is the head gradient, as in MXNet. A gray image stays as it is, where MXNet returns unset memory.

    Attributes:
        alpha_std: standard deviation of the three amounts, which are normal with mean 0.

    >>> import symgraph as mx
    >>> mx.nd.image.random_lighting(mx.nd.zeros((1, 1, 3)), alpha_std=0).asnumpy().tolist()
    [[[0.0, 0.0, 0.0]]]
    """

    alpha_std: float = 0.05

    is_random = True

    def change(self, ctx: LowerContext, image: Array) -> Array:
        alpha = jax.random.normal(ctx.key, (3,), jnp.float32) * jnp.float32(self.alpha_std)
        return light(image, alpha.astype(image.dtype))
