"""Parameters in safetensors files, as other programs of the JAX and PyTorch world write and read them.

The names are those of a ``.params`` file, ``arg:fc1_weight`` and ``aux:bn_moving_mean``, so that one says which are
auxiliary states; names without such a beginning are arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from symgraph.errors import FormatError, MXNetError
from symgraph.runtime.atomic import read_whole, write_atomically
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray

Path = str | os.PathLike[str]
Params = dict[str, NDArray]


def _library() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise MXNetError("for safetensors files, install the library: pip install symgraph[safetensors].") from None
    return safetensors.numpy


def save_params(
    fname: Path, arg_params: Mapping[str, NDArray], aux_params: Mapping[str, NDArray] | None = None
) -> None:
    """Write parameters and auxiliary states; a file of that name stays whole until the new one is.

    >>> import tempfile, symgraph as mx
    >>> from symgraph.interop import safetensors
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     safetensors.save_params(f"{folder}/net.safetensors", {"fc_weight": mx.nd.ones((2, 3))})
    ...     safetensors.load_params(f"{folder}/net.safetensors")[0]["fc_weight"].shape
    (2, 3)
    """
    arrays = {f"arg:{name}": value.asnumpy() for name, value in arg_params.items()}
    arrays |= {f"aux:{name}": value.asnumpy() for name, value in (aux_params or {}).items()}
    contiguous = {name: np.ascontiguousarray(value) for name, value in arrays.items()}
    write_atomically(fname, _library().save(contiguous), "save_params")


def load_params(fname: Path) -> tuple[Params, Params]:
    """Parameters and auxiliary states, by name.

    Raises:
        FileError: there is no such file.
        FormatError: it is no safetensors file, or damaged.
    """
    content = read_whole(fname, "load_params")
    try:
        arrays = _library().load(content)
    except MXNetError:
        raise
    except Exception as error:  # the library's own, which derives from Exception alone, and those of NumPy
        raise FormatError(f"load_params: '{fname}' is no safetensors file, or damaged: {error}.") from None
    found: dict[str, Params] = {"arg": {}, "aux": {}}
    for key, values in arrays.items():
        kind, colon, name = key.partition(":")
        place = kind if colon and kind in found else "arg"
        found[place][name if colon and kind in found else key] = array(values, dtype=values.dtype)
    return found["arg"], found["aux"]
