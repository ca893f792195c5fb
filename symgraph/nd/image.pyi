"""``symgraph.nd.image``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from collections.abc import Sequence
from typing import Any

from symgraph.runtime.ndarray import NDArray

def adjust_lighting(
    data: NDArray | None = None, alpha: Sequence[float] | float = ..., out: Any = None, name: str | None = None
) -> NDArray:
    """Add given amounts of the principal components of natural colours (Krizhevsky, Sutskever and Hinton 2012).

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The gradient is the head gradient, as in MXNet. A gray image stays as it is, where MXNet returns unset memory.

    Attributes:
        alpha: standard deviations along each of the three principal axes.
    """

def crop(
    data: NDArray | None = None,
    x: int = ...,
    y: int = ...,
    width: int = ...,
    height: int = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Cut a rectangle out of an image.

    data (h, w, c) or (n, h, w, c), c 1 or 3 -> output (height, width, c) or (n, height, width, c)

    Attributes:
        x: first column.
        y: first row.
        width: number of columns.
        height: number of rows.
    """

def flip_left_right(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Mirror an image left to right.

    data (h, w, c), c 1 or 3 -> output (same shape)

    The gradient is the head gradient, not mirrored, as in MXNet. In MXNet an odd axis keeps unset memory in its middle.
    """

def flip_top_bottom(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Turn an image upside down.

    data (h, w, c), c 1 or 3 -> output (same shape)

    The gradient is the head gradient, not mirrored, as in MXNet. In MXNet an odd axis keeps unset memory in its middle.
    """

def normalize(
    data: NDArray | None = None,
    mean: Sequence[float] | float = (0.0, 0.0, 0.0, 0.0),
    std: Sequence[float] | float = (1.0, 1.0, 1.0, 1.0),
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Subtract a mean from each channel of a tensor and divide by a standard deviation.

    data (c, h, w) or (n, c, h, w), c 1 or 3 -> output (same shape)

    Attributes:
        mean: one number, or one for each channel. The default fits no image, as in MXNet: give both.
        std: one number, or one for each channel.
    """

def random_brightness(
    data: NDArray | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Multiply all colours by a random factor.

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The factor is drawn for each run, evenly between the bounds; 1 changes nothing. The gradient is the head
    gradient, as in MXNet.

    Attributes:
        min_factor, max_factor: the bounds, in either order.
    """

def random_color_jitter(
    data: NDArray | None = None,
    brightness: float = ...,
    contrast: float = ...,
    saturation: float = ...,
    hue: float = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Change brightness, contrast, saturation and hue by random factors, in random order.

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The gradient is the head gradient, as in MXNet. If all attributes are 0, MXNet returns unset memory; here the image.

    Attributes:
        brightness, contrast, saturation: b: the factor is drawn from [1 - b, 1 + b]; 0 or less: no such change.
        hue: h: hues move by a part of the colour circle from [-h, h]; 0 or less: no such change.
    """

def random_contrast(
    data: NDArray | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Multiply the distance of all colours from the image's mean brightness by a random factor.

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The factor is drawn for each run, evenly between the bounds; 1 changes nothing. The gradient is the head
    gradient, as in MXNet.

    Attributes:
        min_factor, max_factor: the bounds, in either order.
    """

def random_flip_left_right(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Mirror an image left to right with probability 1/2, at inference, too.

    data (h, w, c), c 1 or 3 -> output (same shape)

    The gradient is the head gradient, not mirrored, as in MXNet. In MXNet an odd axis keeps unset memory in its middle.
    """

def random_flip_top_bottom(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Turn an image upside down with probability 1/2, at inference, too.

    data (h, w, c), c 1 or 3 -> output (same shape)

    The gradient is the head gradient, not mirrored, as in MXNet. In MXNet an odd axis keeps unset memory in its middle.
    """

def random_hue(
    data: NDArray | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Move all hues around the colour circle, by a random part of it.

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The factor is drawn for each run, evenly between the bounds; 0 changes nothing. The gradient is the head
    gradient, as in MXNet.

    Attributes:
        min_factor, max_factor: the bounds, in either order.
    """

def random_lighting(
    data: NDArray | None = None, alpha_std: float = 0.05, out: Any = None, name: str | None = None
) -> NDArray:
    """Add random amounts of the principal components of natural colours (Krizhevsky, Sutskever and Hinton 2012).

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The gradient is the head gradient, as in MXNet. A gray image stays as it is, where MXNet returns unset memory.

    Attributes:
        alpha_std: standard deviation of the three amounts, which are normal with mean 0.
    """

def random_saturation(
    data: NDArray | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Multiply the distance of all colours from gray by a random factor. The gray is 0.114 blue, as in MXNet, which forgets red and green.

    data (h, w, c), c 1 or 3, colours from 0 to 255 -> output (same shape)

    The factor is drawn for each run, evenly between the bounds; 1 changes nothing. The gradient is the head
    gradient, as in MXNet.

    Attributes:
        min_factor, max_factor: the bounds, in either order.
    """

def resize(
    data: NDArray | None = None,
    size: Sequence[int] | int = (),
    keep_ratio: bool = False,
    interp: int = 1,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Resize an image.

    data (h, w, c) or (n, h, w, c) -> output (height, width, c) or (n, height, width, c)

    Integers are rounded, and kept within the range of their dtype. MXNet takes uint8, float32 and float64, and has no
    gradient unless the size stays; here all number types work, and the gradient is the derivative.

    Attributes:
        size: (width, height), or one number: of the shorter side with `keep_ratio`, else of both.
        keep_ratio: with one number, keep the ratio of height and width.
        interp: 0 nearest · 1 bilinear · 2 bicubic (Keys 1981) · 3 mean over the area, bilinear where an axis grows ·
            4 Lanczos over 8 x 8 pixels · 5 bilinear, exactly rounded.
    """

def to_tensor(data: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Image with values from 0 to 255 to a tensor with values from 0 to 1: divided by 255, channels first.

    data (h, w, c) or (n, h, w, c), of any number type -> output (c, h, w) or (n, c, h, w), float32

    The gradient is the head gradient as it lies in memory, neither divided by 255 nor transposed, as in MXNet.
    """
