"""A checkpoint, run once: what its outputs are, for an image or for zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, FormatError, UnknownArgumentError, listed, suggestion
from symgraph.frontend.symbol import Symbol
from symgraph.frontend.variables import load as load_symbol
from symgraph.runtime.creation import array
from symgraph.runtime.params import load
from symgraph.train.checkpoint import Params, file_of, split_params
from symgraph.train.io import DataBatch
from symgraph.train.module.module import Module

_OF_LAYERS = ("_weight", "_bias", "_gamma", "_beta")
"""How the names of what is learnt end."""


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
    symbol = load_symbol(f"{prefix}-symbol.json")
    fname = file_of(prefix, epoch)
    args, aux = _parameters(symbol, fname)
    inputs = [name for name in symbol.list_arguments() if name not in args]
    labels = [name for name in inputs if name.endswith("label") and name not in shapes]
    data = [name for name in inputs if name not in labels]
    for name in shapes:
        if name not in data:
            raise UnknownArgumentError(
                f"{prefix} has no input '{name}'.{suggestion(name, inputs)} Its inputs are {listed(inputs)}."
            )
    missing = [name for name in data if name not in shapes]
    parameters = [name for name in missing if name.endswith(_OF_LAYERS)]
    if parameters:
        raise BindError(
            f"{fname} has no values for {listed(parameters)}; it holds {listed(args, 4)}. Is it of another network? What is "
            f"an input needs a shape, as in --shape {parameters[0]}=1,3,224,224."
        )
    if missing or not data:
        raise BindError(
            f"the inputs of {prefix} are {listed(data)}; give the shape of each, as in "
            f"--shape {(data or ['data'])[0]}=1,3,224,224."
        )
    module = Module(symbol, data_names=data, label_names=labels)
    module.bind([(name, tuple(shapes[name])) for name in data], for_training=False)
    module.init_params(None, args, aux, allow_extra=True)
    values = [np.zeros(shapes[name], np.float32) for name in data]
    if image is not None:
        values[0][:] = pixels(image, shapes[data[0]], mean, scale)
    module.forward(DataBatch([array(value) for value in values]), is_train=False)
    return {name: output.asnumpy() for name, output in zip(module.output_names, module.get_outputs(), strict=True)}


def _parameters(symbol: Symbol, fname: str) -> tuple[Params, Params]:
    """Parameters and auxiliary states of a file, whose names may be just those in the symbol."""
    content = load(fname)
    states = symbol.list_auxiliary_states()
    if isinstance(content, dict) and not any(":" in name for name in content):
        known = {*symbol.list_arguments(), *states}
        if content and not known.intersection(content):
            raise FormatError(
                f"{fname}: none of its names is one of the symbol. It holds {listed(content, 4)}; the symbol has "
                f"{listed(symbol.list_arguments(), 4)}. If Gluon's save_parameters wrote it, let export() write both files."
            )
        content = {f"{'aux' if name in states else 'arg'}:{name}": array for name, array in content.items()}
    return split_params(content, fname)


def pixels(image: str, shape: Sequence[int], mean: Sequence[float], scale: float) -> np.ndarray:
    """An image as an array of shape (channels, height, width), for an input of shape (n, channels, height, width).

    Raises:
        BindError: the input is none of images with 1 or 3 channels.
    """
    if len(shape) != 4 or shape[1] not in (1, 3):
        raise BindError(
            f"an image is for an input of shape (n, 3, height, width), but the first input is {tuple(shape)}."
        )
    try:
        from PIL import Image
    except ImportError:
        raise BindError("to read images, install Pillow: pip install symgraph[image].") from None
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
