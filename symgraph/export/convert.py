"""A checkpoint, converted into a format of others."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from symgraph.errors import ExportError, listed
from symgraph.export.python_source.source import parameters_beside, save_python
from symgraph.export.stablehlo import save_stablehlo, to_stablehlo
from symgraph.frontend.variables import load as load_symbol
from symgraph.interop.checkpoint import Checkpoint, parameters_of, read_checkpoint
from symgraph.interop.safetensors import save_params
from symgraph.runtime.atomic import require_writable, write_atomically
from symgraph.train.checkpoint import file_of, symbol_file_of

Shapes = Mapping[str, Sequence[int]]

ENDINGS = {"stablehlo": ".stablehlo", "onnx": ".onnx", "safetensors": ".safetensors", "python": ".py"}
"""By format: how the names of its files end."""


def convert(
    prefix: str,
    epoch: int,
    to: str,
    shapes: Shapes | None = None,
    output: str | None = None,
    *,
    batch: str | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Write the checkpoint ``prefix-symbol.json``, ``prefix-0001.params`` (for epoch 1) in another format, for inference.

    Args:
        to: ``"stablehlo"`` (`to_stablehlo`), ``"onnx"`` (`to_onnx`), ``"python"`` (`to_python`, parameters in a file beside
            it), or ``"safetensors"``, which holds the parameters only.
        shapes: shape of each input, by name; not for safetensors.
        output: the file to write; by default the name of the checkpoint with the ending of the format, in the current folder.
        batch: a name for the length of the first axis of all inputs, which is then left open; for stablehlo and onnx.
        overwrite: replace files that are there. The files of the checkpoint are never replaced.

    Returns:
        The files that were written.

    Raises:
        ExportError: there is no such format, or no form in it for an operator.
        FileError, FormatError: a file of the checkpoint is not there, or is something else.
        ExistingFileError: a file to write is there already.
        BindError, UnknownArgumentError: an input has no shape, or there is none of that name.

    >>> import tempfile, symgraph as mx
    >>> from symgraph.export.convert import convert
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, no_bias=True, name="fc")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     mx.model.save_checkpoint(f"{folder}/net", 1, net, {"fc_weight": mx.nd.ones((2, 3))}, {})
    ...     written = convert(f"{folder}/net", 1, "python", {"data": (1, 3)}, f"{folder}/net.py")
    ...     [name.removeprefix(folder) for name in written]
    ['/net.py', '/net-params.npz']
    """
    if to not in ENDINGS:
        raise ExportError(f"convert: there is no format '{to}'; choose of {listed(ENDINGS)}.")
    fname = os.path.basename(prefix) + ENDINGS[to] if output is None else output
    if batch is not None and to not in ("stablehlo", "onnx"):
        raise ExportError(f"convert: batch is for stablehlo and onnx; leave it out for {to}.")
    targets = [fname, parameters_beside(fname)] if to == "python" else [fname]
    checkpoint = (symbol_file_of(prefix), file_of(prefix, epoch))
    require_writable(targets, "convert", "--force, or overwrite=True in Python", checkpoint, overwrite)
    if to == "safetensors":
        return _parameters_only(prefix, epoch, shapes, fname)
    found = read_checkpoint(prefix, epoch, shapes or {})
    return _WRITERS[to](found, shapes or {}, fname, batch, f"{os.path.basename(prefix)} after epoch {epoch}")


def _parameters_only(prefix: str, epoch: int, shapes: Shapes | None, fname: str) -> list[str]:
    if shapes:
        raise ExportError(
            "convert: safetensors holds parameters, which have their shapes; leave out --shape, or shapes."
        )
    save_params(fname, *parameters_of(load_symbol(symbol_file_of(prefix)), file_of(prefix, epoch)))
    return [fname]


def _stablehlo(found: Checkpoint, shapes: Shapes, fname: str, batch: str | None, title: str) -> list[str]:
    save_stablehlo(fname, to_stablehlo(found.symbol, {**found.args, **found.aux}, shapes, batch=batch))
    return [fname]


def _onnx(found: Checkpoint, shapes: Shapes, fname: str, batch: str | None, title: str) -> list[str]:
    from symgraph.export.onnx import to_onnx  # an optional package

    model = to_onnx(found.symbol, {**found.args, **found.aux}, shapes, batch=batch)
    write_atomically(fname, model.SerializeToString(), "convert")
    return [fname]


def _python(found: Checkpoint, shapes: Shapes, fname: str, batch: str | None, title: str) -> list[str]:
    return save_python(fname, found.symbol, {**found.args, **found.aux}, shapes, title=title)


_WRITERS: dict[str, Callable[..., list[str]]] = {"stablehlo": _stablehlo, "onnx": _onnx, "python": _python}
