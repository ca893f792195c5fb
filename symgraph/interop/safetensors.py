"""Parameters in safetensors files, as other programs of the JAX and PyTorch world write and read them.

The names are those of a ``.params`` file, ``arg:fc1_weight`` and ``aux:bn_moving_mean``, so that one says which are
auxiliary states; names without such a beginning are arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from symgraph.errors import BindError, FormatError, described, listed
from symgraph.ir.dtype import as_dtype
from symgraph.ir.file_kinds import remark
from symgraph.runtime.atomic import read_whole, write_atomically
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.optional import optional
from symgraph.train.checkpoint import KINDS

Path = str | os.PathLike[str]
Params = dict[str, NDArray]

_DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
"""What such files call the dtypes that an NDArray can have."""


def _library() -> ModuleType:
    optional("safetensors.numpy", "for safetensors files", "safetensors", "safetensors")
    import safetensors

    return safetensors


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

    Raises:
        FileError: it cannot be written.
        BindError: a parameter is no NDArray.
    """
    contents = {}
    for kind, params in zip(KINDS, (arg_params, aux_params or {}), strict=True):
        if not isinstance(params, Mapping):
            raise BindError(f"save_params: parameters are a dict of NDArrays by name, given {described(params)}.")
        for name, value in params.items():
            if not isinstance(name, str) or not isinstance(value, NDArray):
                raise BindError(
                    f"save_params: parameters are NDArrays by name, given {described(value)} as {described(name)}."
                )
            contents[f"{kind}:{name}"] = np.ascontiguousarray(value.asnumpy())
    write_atomically(fname, _library().numpy.save(contents), "save_params")


def load_params(fname: Path) -> tuple[Params, Params]:
    """Parameters and auxiliary states, by name.

    Raises:
        FileError: there is no such file.
        FormatError: it is no safetensors file, or damaged, or holds types of numbers that an NDArray cannot have.
    """
    library, content = _library(), read_whole(fname, "load_params")
    try:
        tensors = library.deserialize(content)
    except library.SafetensorError as error:
        raise FormatError(
            f"load_params: '{fname}' is no safetensors file, or damaged: {error}.{remark(content, 'a file of safetensors')}"
        ) from None
    found: dict[str, Params] = {kind: {} for kind in KINDS}
    for key, tensor in tensors:
        kind, colon, name = key.partition(":")
        is_marked = bool(colon) and kind in found
        found[kind if is_marked else "arg"][name if is_marked else key] = _array(fname, key, tensor)
    return found["arg"], found["aux"]


def _array(fname: Path, key: str, tensor: Mapping[str, Any]) -> NDArray:
    name = _DTYPES.get(tensor["dtype"])
    if name is None:
        raise FormatError(
            f"load_params: '{fname}': tensor '{key}' is of type {tensor['dtype']}; an NDArray can be of {listed(_DTYPES)}."
        )
    dtype = as_dtype(name)
    return array(np.frombuffer(tensor["data"], dtype).reshape(tensor["shape"]), dtype=dtype)
