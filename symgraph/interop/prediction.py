"""A checkpoint, run once: what its outputs are, for an image or for zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, FormatError
from symgraph.interop.checkpoint import read_checkpoint
from symgraph.runtime.creation import array
from symgraph.runtime.optional import optional
from symgraph.train.io import DataBatch
from symgraph.train.module.module import Module


def outputs_of(
    prefix: str,
    epoch: int,
    shapes: Mapping[str, Sequence[int]],
    image: str | None = None,
    mean: Sequence[float] = (0.0, 0.0, 0.0),
    scale: float = 1.0,
) -> dict[str, np.ndarray]:
    """Outputs of a checkpoint, by name.

    Args:
        shapes: of the inputs, by name.
        image: a file, for the first input, which is (n, 3, height, width).
        mean, scale: (red, green, blue - mean) · scale is what the network gets.

    Raises:
        BindError: an input has no shape, or none that an image could have.
    """
    found = read_checkpoint(prefix, epoch, shapes)
    data = found.inputs
    module = Module(found.symbol, data_names=data, label_names=found.labels)
    module.bind([(name, tuple(shapes[name])) for name in data], for_training=False)
    module.init_params(None, found.args, found.aux, allow_extra=True)
    values = [np.zeros(shapes[name], np.float32) for name in data]
    if image is not None:
        values[0][:] = pixels(image, shapes[data[0]], mean, scale)
    module.forward(DataBatch([array(value) for value in values]), is_train=False)
    return {name: output.asnumpy() for name, output in zip(module.output_names, module.get_outputs(), strict=True)}


def pixels(image: str, shape: Sequence[int], mean: Sequence[float], scale: float) -> np.ndarray:
    """An image as an array of shape (channels, height, width), for an input of shape (n, channels, height, width).

    Raises:
        BindError: the input is none of images with 1 or 3 channels.
        FormatError: the file is no image.
        MissingPackageError: Pillow is not installed.
    """
    if len(shape) != 4 or shape[1] not in (1, 3):
        raise BindError(
            f"an image is for an input of shape (n, 3, height, width), but the first input is {tuple(shape)}."
        )
    Image = optional("PIL.Image", "to read images", "Pillow", "pillow")  # noqa: N806 - Pillow's name
    try:
        with Image.open(image) as opened:
            picture = opened.convert("RGB" if shape[1] == 3 else "L").resize(
                (shape[3], shape[2]), Image.Resampling.BILINEAR
            )
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises one or another for files that are damaged
        raise FormatError(f"'{image}' is no image that Pillow can read, or damaged: {error}.") from None
    values = np.asarray(picture, np.float32).reshape(shape[2], shape[3], -1).transpose(2, 0, 1)
    return (values - np.asarray(mean, np.float32)[: shape[1], None, None]) * scale


def greatest(values: np.ndarray, count: int, labels: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The greatest values of the first row of an output, with their positions or labels."""
    row = values.reshape(values.shape[0], -1)[0] if values.ndim else values.reshape(1)
    order = np.argsort(-row, kind="stable")[:count]
    return [
        {
            "label": labels[i] if labels is not None and i < len(labels) else str(i),
            "index": int(i),
            "value": float(row[i]),
        }
        for i in order
    ]
