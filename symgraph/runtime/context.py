"""Devices by MXNet's names: `Context` objects, the current one, and the JAX device each stands for.

MXNet has any number of CPU contexts, so ``cpu(i)`` maps onto the existing JAX CPU devices modulo their number. Other
contexts can be *named* anywhere; placing an array or a program on a device that the machine lacks is a `DeviceError`.
"""

from __future__ import annotations

import math
import numbers
import re
import threading
from contextlib import suppress
from functools import cache
from typing import Any, ClassVar, Self

import jax

from symgraph.errors import DeviceError, DTypeError, brief, counted, described, listed, pip_install
from symgraph.ir.dtype import dtype_name
from symgraph.lower.quiet import quiet

_PLATFORMS = {"cpu": "cpu", "gpu": "gpu", "tpu": "tpu", "cpu_pinned": "cpu", "cpu_shared": "cpu"}
_REQUIREMENTS = {"gpu": "jax[cuda12]", "tpu": "jax[tpu]"}
_TEXT = re.compile(r"(\w+)(?:\((\d+)\))?$")


class _Stack(threading.local):
    """Contexts entered by ``with`` in this thread; the bottom one is the default."""

    def __init__(self) -> None:
        self.contexts = [Context("cpu", 0)]


class _ContextType(type):
    """Gives the class `Context` its property ``default_ctx``."""

    @property
    def default_ctx(cls) -> Context:
        """The context in effect: what `current_context` returns; assigning changes it for this thread."""
        return _STACK.contexts[-1]

    @default_ctx.setter
    def default_ctx(cls, context: Context) -> None:
        _STACK.contexts[-1] = as_context(context)


class Context(metaclass=_ContextType):
    """A device by kind and number; in a ``with`` block, the default place of new arrays.

    Args:
        device_type: "cpu", "gpu", "tpu", "cpu_pinned", "cpu_shared", or another Context to copy.
        device_id: which of them.

    >>> import symgraph as mx
    >>> with mx.Context("cpu", 1):
    ...     mx.nd.zeros((2,)).context
    cpu(1)
    """

    __slots__ = ("device_id", "device_type")

    devtype2str: ClassVar[dict[int, str]] = {1: "cpu", 2: "gpu", 3: "cpu_pinned", 5: "cpu_shared", 6: "tpu"}
    devstr2type: ClassVar[dict[str, int]] = {name: code for code, name in devtype2str.items()}

    device_type: str
    device_id: int

    def __init__(self, device_type: str | Context, device_id: int = 0):
        if isinstance(device_type, Context):
            device_id, device_type = device_type.device_id, device_type.device_type
        if not isinstance(device_type, str) or device_type not in _PLATFORMS:
            kinds = ", ".join(_PLATFORMS)
            raise DeviceError(
                f"{brief(device_type)} is no kind of device; choose one of {kinds}, as in mx.Context('cpu', 0)."
            )
        if not isinstance(device_id, numbers.Real) or not math.isfinite(device_id):
            raise DeviceError(
                f"{device_type}: the number of the device must be an integer, given {described(device_id)}."
            )
        self.device_type = device_type
        self.device_id = int(device_id)

    @property
    def device_typeid(self) -> int:
        """MXNet's number of the kind of device, as stored in ``.params`` files."""
        return self.devstr2type[self.device_type]

    @property
    def platform(self) -> str:
        """``"cpu"``, ``"gpu"`` or ``"tpu"``: what operators may know of the place they run on."""
        return _PLATFORMS[self.device_type]

    @property
    def jax_device(self) -> jax.Device:
        """The JAX device that stands for this context.

        Raises:
            DeviceError: the machine has no such device.
        """
        return _find_device(self.device_type, self.device_id)

    def empty_cache(self) -> None:
        """Give unused device memory back. JAX's allocator decides that by itself, so nothing happens here."""

    def __enter__(self) -> Self:
        _STACK.contexts.append(self)
        return self

    def __exit__(self, *exception: object) -> None:
        _STACK.contexts.pop()

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Context) and self.device_id == other.device_id and self.device_type == other.device_type
        )

    def __hash__(self) -> int:
        return hash((self.device_type, self.device_id))

    def __reduce__(self) -> tuple[Any, ...]:
        return Context, (self.device_type, self.device_id)

    def __repr__(self) -> str:
        return f"{self.device_type}({self.device_id})"


_STACK = _Stack()


@cache
def _find_device(device_type: str, device_id: int) -> jax.Device:
    platform = _PLATFORMS[device_type]
    devices = platform_devices(platform)
    if platform == "cpu":
        return devices[device_id % len(devices)]
    if 0 <= device_id < len(devices):
        return devices[device_id]
    counts = {kind: len(platform_devices(kind)) for kind in ("cpu", "gpu", "tpu")}
    found = ", ".join(counted(count, f"{kind} device") for kind, count in counts.items() if count)
    remedy = (
        f"Choose from {listed(f'{device_type}({i})' for i in range(len(devices)))}"
        if devices
        else f"Use cpu(0), or install JAX for it ({pip_install(_REQUIREMENTS[platform])})"
    )
    raise DeviceError(
        f"{device_type}({device_id}) was asked for, but JAX finds no such device on this machine, which has {found}. "
        f"{remedy}."
    )


def platform_devices(platform: str) -> list[jax.Device]:
    """The devices of one platform that this process can use; none if JAX has no such platform here."""
    try:
        with quiet():
            return jax.local_devices(backend=platform)
    except RuntimeError:
        return []


def or_cpu(context: Context) -> Context:
    """`context` if this machine has it, else ``cpu(0)``: where arrays that were stored elsewhere are put."""
    missing = context.platform != "cpu" and context.device_id >= len(platform_devices(context.platform))
    return Context("cpu", 0) if missing else context


def as_context(value: Context | str | None) -> Context:
    """The context that `value` means: itself, MXNet's text form ``"cpu(1)"``, or the current one for ``None`` and "".

    The kind alone, such as ``"gpu"``, means the first of them.

    Raises:
        DeviceError: `value` means none of them.
    """
    if isinstance(value, Context):
        return value
    if value is None or (isinstance(value, str) and not value):
        return current_context()
    match = _TEXT.match(value) if isinstance(value, str) else None
    if match is None:
        raise DeviceError(f"{brief(value)} is not a context; expected one such as mx.cpu(0), or its text 'cpu(0)'.")
    return Context(match[1], int(match[2] or 0))


def context_among(ctx: Any, *lengths: Any) -> Context:
    """`as_context` in a function that makes arrays, to which callers give a dtype in its place, or a length of the shape.

    Args:
        lengths: the shape, and what may follow the context as a length.
    """
    try:
        return as_context(ctx)
    except DeviceError as error:
        if lengths and isinstance(lengths[0], int) and isinstance(ctx, int):
            shape = (lengths[0], ctx, *(length for length in lengths[1:] if isinstance(length, int)))
            raise DeviceError(f"{error} A shape is given as a tuple, {shape}.") from None
        with suppress(DTypeError):
            raise DeviceError(f"{error} Did you mean dtype='{dtype_name(ctx)}'?") from None
        raise


def current_context() -> Context:
    """The context of the innermost ``with`` block, else ``cpu(0)``."""
    return _STACK.contexts[-1]


def cpu(device_id: int = 0) -> Context:
    """A CPU context. Their number is unlimited: they share the machine's CPU devices."""
    return Context("cpu", device_id)


def cpu_pinned(device_id: int = 0) -> Context:
    """Host memory meant for transfers; the same as ``cpu`` here, as JAX manages its own staging buffers."""
    return Context("cpu_pinned", device_id)


def gpu(device_id: int = 0) -> Context:
    """The context of a GPU."""
    return Context("gpu", device_id)


def tpu(device_id: int = 0) -> Context:
    """The context of a TPU core, which MXNet does not have."""
    return Context("tpu", device_id)


def num_gpus() -> int:
    """How many GPUs JAX can use on this machine."""
    return len(platform_devices("gpu"))


def num_tpus() -> int:
    """How many TPU cores JAX can use on this machine."""
    return len(platform_devices("tpu"))


def gpu_memory_info(device_id: int = 0) -> tuple[int, int]:
    """Free and total bytes of memory that JAX may use on a GPU.

    Raises:
        DeviceError: there is no such GPU, or it does not report its memory.
    """
    stats = gpu(device_id).jax_device.memory_stats()
    if not stats or "bytes_limit" not in stats:
        raise DeviceError(f"gpu({device_id}) does not report how much memory it has.")
    return stats["bytes_limit"] - stats["bytes_in_use"], stats["bytes_limit"]
