"""A checkpoint, run once: what its outputs are, for an image, arrays or zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, FormatError, MXNetError
from symgraph.interop.array_files import read_array
from symgraph.interop.checkpoint import Checkpoint, read_checkpoint, unknown_shapes, with_shapes
from symgraph.ir.file_kinds import SAMPLE, remark
from symgraph.runtime.atomic import opened
from symgraph.runtime.creation import array
from symgraph.runtime.optional import optional
from symgraph.train.io import DataBatch, DataDesc
from symgraph.train.module.module import Module


def outputs_of(
    prefix: str,
    epoch: int,
    shapes: Mapping[str, Sequence[int]],
    image: str | None = None,
    mean: Sequence[float] = (0.0, 0.0, 0.0),
    scale: float = 1.0,
    files: Mapping[str, str] | None = None,
) -> dict[str, np.ndarray]:
    """Outputs of a checkpoint, by name; inputs are zeros unless something else is said of them.

    Args:
        shapes: of the inputs, by name, unless they are in `files`.
        image: a file, for the first input, which is (n, 3, height, width).
        mean, scale: (red, green, blue - mean) · scale is what the network gets.
        files: of arrays, by the inputs that they are for; see `symgraph.interop.array_files`.

    Raises:
        BindError: an input has no shape, none that an image could have, or another one than its file; or it has an image and a
            file.
        UnknownArgumentError: there is no input of a name.
        FileError, FormatError: a file is not there, or is something else.
    """
    arrays = {name: _read(fname, name, shapes.get(name)) for name, fname in (files or {}).items()}
    found = read_checkpoint(prefix, epoch, {**shapes, **{name: value.shape for name, value in arrays.items()}})
    values = {name: np.zeros(shapes[name], np.float32) for name in found.inputs if name not in arrays}
    if image is not None:
        first = found.inputs[0]
        if first in arrays:
            raise BindError(
                f"input '{first}' is the first, which gets the image, and has an array, too; leave out one."
            )
        values[first][:] = pixels(image, shapes[first], mean, scale)
    return _run(found, {**values, **_as_taken(found, arrays)})


def _read(fname: str, name: str, shape: Sequence[int] | None) -> np.ndarray:
    """The array of a file for an input, whose shape may have been given as well."""
    found = read_array(fname, name)
    if found.ndim == 0 or found.size == 0:
        raise BindError(
            f"input '{name}': the array in '{fname}' has shape {found.shape}, and an input has axes, and values."
        )
    if shape is not None and tuple(shape) != found.shape:
        raise BindError(
            f"input '{name}' has the shape {tuple(shape)} by --shape, and {found.shape} in '{fname}'; leave out --shape, as "
            f"the file tells it."
        )
    return found


def _as_taken(found: Checkpoint, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays with the dtype that they have, such as indices, where the network takes it; and as float32 elsewhere."""
    names = found.symbol.list_arguments()
    known: dict[str, Any] = {name: value.dtype for name, value in found.args.items() if name in names}
    taken = {}
    for name, value in arrays.items():
        try:
            found.symbol.infer_type_partial(**known, **{name: value.dtype})
            taken[name] = value
        except MXNetError:
            taken[name] = value.astype(np.float32)
        known[name] = taken[name].dtype
    return taken


def _run(found: Checkpoint, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    fed = [values[name] for name in found.inputs]
    unknown = unknown_shapes(found.symbol, {name: value.shape for name, value in values.items()})
    symbol = with_shapes(found.symbol, {**found.args, **found.aux}, unknown)
    module = Module(symbol, data_names=found.inputs, label_names=found.labels)
    descriptions = zip(found.inputs, fed, strict=True)
    module.bind([DataDesc(name, value.shape, value.dtype) for name, value in descriptions], for_training=False)
    module.init_params(None, found.args, found.aux, allow_extra=True)
    module.forward(DataBatch([array(value, dtype=value.dtype) for value in fed]), is_train=False)
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
        with Image.open(image) as original:
            picture = original.convert("RGB" if shape[1] == 3 else "L").resize(
                (shape[3], shape[2]), Image.Resampling.BILINEAR
            )
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises one or another for files that are damaged
        with opened(image, "image") as (file, _):
            kind = remark(file.read(SAMPLE), "a picture")
        raise FormatError(f"'{image}' is no image that Pillow can read, or damaged: {error}.{kind}") from None
    values = np.asarray(picture, np.float32).reshape(shape[2], shape[3], -1).transpose(2, 0, 1)
    return (values - np.asarray(mean, np.float32)[: shape[1], None, None]) * scale


def first_row(values: np.ndarray) -> np.ndarray:
    """What an output has for the first example, without axes: a value for each class, if it is of a classifier."""
    return values.reshape(values.shape[0], -1)[0] if values.ndim else values.reshape(1)


def greatest(values: np.ndarray, count: int, labels: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The greatest values of the first row of an output, with their labels, or their positions along its other axes."""
    row = first_row(values)
    position = lambda i: ",".join(map(str, np.unravel_index(i, values.shape[1:] or (1,))))  # noqa: E731
    order = np.argsort(-row.astype(np.float64), kind="stable")[:count]  # unsigned integers have no negatives
    return [
        {
            "label": labels[i] if labels is not None and i < len(labels) else position(i),
            "index": int(i),
            "value": float(row[i]),
        }
        for i in order
    ]
