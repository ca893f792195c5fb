"""States of optimizers as bytes, in the form of MXNet's: pickles of its arrays, optimizers and schedulers.

What is written here can be read by MXNet, and the other way round. Behind the states there may be a second pickle, of how
far the training is: MXNet, which has none, reads the first one only. A pickle can name any function of any module to be
called; one that names anything but what states consist of is refused.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import struct
import sys
from typing import Any

import numpy as np

from symgraph.errors import FormatError, MXNetError, described
from symgraph.ir.file_kinds import remark
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.params import array_from_bytes, array_to_bytes
from symgraph.train import lr_scheduler
from symgraph.train.lr_scheduler import LRScheduler
from symgraph.train.optimizer.base import Optimizer

_ARRAY = ("mxnet.ndarray.ndarray", "NDArray")
_HOMES = {
    "symgraph.train.lr_scheduler": "mxnet.lr_scheduler",
    "symgraph.train.optimizer.contrib": "mxnet.optimizer.contrib",
}
_OPTIMIZERS = "mxnet.optimizer.optimizer"
_HARMLESS = {
    "_codecs": {"encode"},
    "builtins": {
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "set",
        "slice",
        "str",
    },
    "collections": {"OrderedDict", "defaultdict", "deque"},
    "copyreg": {"_reconstructor"},
    "numpy": {"dtype", "ndarray"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy.core.numeric": {"_frombuffer"},
    "numpy._core.numeric": {"_frombuffer"},
}
"""What makes containers, numbers and NumPy's arrays. ``_reconstructor`` makes objects of the classes allowed here only."""

_OF_PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}


def dumps(content: Any) -> bytes:
    """States of parameters by index, or these and the optimizer.

    Raises:
        FormatError: something among them cannot be pickled, such as a function within a function.
    """
    writer = _Writer()
    try:
        writer.write(content)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise FormatError(f"states of an optimizer: {error}; keep it out of states and optimizer.") from error
    return b"".join([pickle.PROTO, b"\x03", *writer.pieces, pickle.STOP])


class _Writer:
    """Writes pickles piece by piece, since the classes that they name need not exist here."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self._met: dict[int, tuple[int, Any]] = {}  # holds the values, so that no other gets the identity of one

    def write(self, value: Any) -> None:
        if id(value) in self._met:
            self.pieces.append(pickle.LONG_BINGET + struct.pack("<I", self._met[id(value)][0]))
        elif isinstance(value, NDArray):
            self._name(*_ARRAY)
            self.pieces += (pickle.NONE, pickle.TUPLE1, pickle.REDUCE)
            self.write({"handle": bytearray(array_to_bytes(value))})
            self.pieces.append(pickle.BUILD)
        elif isinstance(value, (Optimizer, LRScheduler)):
            self._name(*_name_of(type(value)))
            self.pieces += (pickle.EMPTY_TUPLE, pickle.NEWOBJ)
            self.write(value.__getstate__())
            self.pieces.append(pickle.BUILD)
        elif type(value) is dict:
            self._container(
                value, pickle.EMPTY_DICT, [part for pair in value.items() for part in pair], pickle.SETITEMS
            )
        elif type(value) is list:
            self._container(value, pickle.EMPTY_LIST, value, pickle.APPENDS)
        elif type(value) is tuple:
            self.pieces.append(pickle.MARK)
            for part in value:
                self.write(part)
            self.pieces.append(pickle.TUPLE)
        else:
            self.pieces.append(_plain(value.item() if isinstance(value, np.generic) else value))

    def _name(self, module: str, name: str) -> None:
        self.pieces.append(pickle.GLOBAL + f"{module}\n{name}\n".encode())

    def _container(self, value: Any, start: bytes, parts: list, end: bytes) -> None:
        """One that may be met again: it then stays the same."""
        number = len(self._met)
        self._met[id(value)] = number, value
        self.pieces += (start, pickle.LONG_BINPUT + struct.pack("<I", number), pickle.MARK)
        for part in parts:
            self.write(part)
        self.pieces.append(end)


def _name_of(kind: type) -> tuple[str, str]:
    """Module and name of a class, in MXNet if it is one of its."""
    home = _HOMES.get(kind.__module__)
    if home is None and Optimizer.opt_registry.get(kind.__name__.lower()) is kind and _is_ours(kind):
        home = _OPTIMIZERS
    return home or kind.__module__, kind.__qualname__


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("symgraph.train.")


def _plain(value: Any) -> bytes:
    """A pickle without its frame, and without references that would count with ours."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=3)
    pickler.fast = True
    pickler.dump(value)
    return file.getvalue()[2:-1]


def loads(content: bytes) -> list[Any]:
    """What `dumps` or MXNet wrote; several, if the bytes are those of one after the other.

    Raises:
        FormatError: it is truncated or something else, or names a function or class that states do not consist of.
    """
    if not isinstance(content, (bytes, bytearray)):
        raise FormatError(
            f"states of an optimizer are bytes, given {described(content)}; load_optimizer_states takes the name of a file."
        )
    try:
        file = io.BytesIO(content)
        found: list[Any] = []
        while not found or file.tell() < len(content):
            _check_references(content[file.tell() :])
            found.append(_resolved(_Reader(file, encoding="latin1").load()))
        return found
    except MXNetError:
        raise
    except Exception as error:  # a pickle that is damaged may do anything that Python can
        raise FormatError(
            f"{len(content)} bytes are no states of an optimizer, or only a part of them: {error or type(error).__name__}."
            f"{remark(content, 'a pickle')}"
        ) from error


def _check_references(content: bytes) -> None:
    """Numbers of references, for which Python reserves memory, must not be those of damaged bytes."""
    for code, argument, _ in pickletools.genops(content):
        if code.name in ("PUT", "BINPUT", "LONG_BINPUT") and (argument or 0) > len(content):
            raise ValueError(f"reference number {argument}")


class _Reader(pickle.Unpickler):
    """Reads pickles that consist of arrays, containers, optimizers and schedulers."""

    def find_class(self, module: str, name: str) -> Any:
        module = _OF_PYTHON_2.get(module, module)
        if name in _HARMLESS.get(module, ()):
            return super().find_class(module, name)
        is_mxnet = module.partition(".")[0] == "mxnet"
        found = _of_mxnet(module, name) if is_mxnet else getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and issubclass(found, (_Array, Optimizer, LRScheduler)):
            return found
        raise FormatError(
            f"states of an optimizer name '{module}.{name}', which is no optimizer or scheduler that is known here. A "
            f"class of your own must be imported before; if you trust the file, updater.states = pickle.loads(...) reads all."
        )


def _of_mxnet(module: str, name: str) -> Any:
    if module.startswith("mxnet.ndarray"):
        return _Array if name == "NDArray" else None
    if module == "mxnet.lr_scheduler":
        return getattr(lr_scheduler, name, None)
    klass = Optimizer if name == "Optimizer" else Optimizer.opt_registry.get(name.lower())
    return klass if module.startswith("mxnet.optimizer") else None


class _Array:
    """One of MXNet's arrays as it is read: made of nothing, then given its content."""

    def __init__(self, handle: None = None):
        self.content: bytes | None = None

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.content = state["handle"]


def _resolved(value: Any) -> Any:
    """A value with arrays in place of `_Array`."""
    if isinstance(value, _Array):
        return None if value.content is None else array_from_bytes(value.content, "states of an optimizer")
    if isinstance(value, (Optimizer, LRScheduler)):
        vars(value).update({name: _resolved(part) for name, part in vars(value).items()})
    elif isinstance(value, dict):
        value.update({key: _resolved(part) for key, part in value.items()})
    elif isinstance(value, list):
        value[:] = [_resolved(part) for part in value]
    elif isinstance(value, tuple):
        return tuple([_resolved(part) for part in value])
    return value
