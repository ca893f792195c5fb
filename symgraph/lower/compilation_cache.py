"""Compiled programs on disk, so that the next process need not compile what an earlier one did.

JAX has such a cache, but only one for the whole process, and to import symgraph changes nothing that is global. This one
is for our programs alone, and stays out of the way where JAX's is set up (``jax_compilation_cache_dir``) or switched off.

A program is found by all that its executable depends on: its StableHLO, the options, the releases of JAX and jaxlib, their
settings, the device and the processor. Nothing that goes wrong with a file costs more than the time to compile. As with
any cache of compiled code, whoever can write into the folder can run code here.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import pickle
import platform
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import jax
import jax.monitoring
import jaxlib
from jax.experimental import serialize_executable

from symgraph.lower.options import compiled

SWITCH = "SYMGRAPH_COMPILATION_CACHE"
"""Environment variable: a folder for the cache, or one of `OFF`; not set, it is in the user's folder for caches."""
OFF = ("", "0", "off", "no", "false")
LIMIT = 512 * 2**20
"""Bytes that the folder may hold. ResNet-50's training step takes half a megabyte."""
WORTH_KEEPING = 0.05
"""Seconds of compilation from which on a program is kept; to read and load a small one takes a hundredth."""


def executable(lowered: Any, options: dict[str, Any], device: jax.Device) -> Any:
    """The executable of a lowered program for a device, from the cache or compiled (see `compiled` about the options)."""
    place = folder()
    identity = None if place is None else _identity(lowered, options, device)
    if place is None or identity is None:
        return compiled(lowered, options)
    file = place / identity
    found = _read(file, lowered, device)
    if found is not None:
        return found
    begin = time.perf_counter()
    with _hits_of_jax() as hits:
        made = compiled(lowered, options)
    if time.perf_counter() - begin >= WORTH_KEEPING and not hits:
        _write(file, made)
    return made


@contextmanager
def _hits_of_jax() -> Iterator[list[str]]:
    """What JAX takes from its own cache meanwhile, which serves on after it is no longer set up. Machine code that jaxlib
    has read, it does not write again."""
    hits: list[str] = []

    def listen(event: str, **_: Any) -> None:
        if event == "/jax/compilation_cache/cache_hits":
            hits.append(event)

    jax.monitoring.register_event_listener(listen)
    try:
        yield hits
    finally:
        with suppress(AssertionError):  # somebody has removed all listeners
            jax.monitoring.unregister_event_listener(listen)


def folder() -> pathlib.Path | None:
    """Where programs are kept; ``None`` if they are not."""
    settings = jax.config.values
    if settings["jax_compilation_cache_dir"] or not settings["jax_enable_compilation_cache"]:
        return None
    given = os.environ.get(SWITCH)
    if given is not None:
        return None if given.lower() in OFF else pathlib.Path(given)
    try:
        return _user_caches() / "symgraph" / "programs"
    except RuntimeError:  # there is no home
        return None


def _user_caches() -> pathlib.Path:
    """The folder in which the system wants caches to be."""
    if sys.platform == "darwin":
        return pathlib.Path.home() / "Library" / "Caches"
    by_system = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    return pathlib.Path(by_system) if by_system else pathlib.Path.home() / ".cache"


def _identity(lowered: Any, options: dict[str, Any], device: jax.Device) -> str | None:
    """A name for the executable; ``None`` if it cannot be kept, as it calls functions of this process."""
    text = lowered.as_text()
    details = getattr(getattr(lowered, "_lowering", None), "compile_args", {})
    if "callback" in text or "kept_var_idx" not in details:
        return None
    leaves = jax.tree_util.tree_leaves
    parts = (
        text,
        sorted(options.items()),
        sorted(details["kept_var_idx"]),  # the text has no arguments that are not used
        leaves(lowered.args_info),
        leaves(lowered.out_info),
        (jax.__version__, jaxlib.__version__, sorted(jax.config.values.items())),
        [os.environ.get(name) for name in ("XLA_FLAGS", "LIBTPU_INIT_ARGS")],
        (device.platform, device.id, device.device_kind, device.client.platform_version),
        _processor(),
    )
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


@cache
def _processor() -> str:
    """What machine code may rely on: the instructions of the processor, and for how many of them work is divided."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    known = f"{platform.machine()} {platform.processor()} {count}"
    with suppress(OSError):
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        kinds = ("model name", "flags", "Features", "CPU part")
        known += "".join(sorted({line for line in lines if line.startswith(kinds)}))
    return known


def _read(file: pathlib.Path, lowered: Any, device: jax.Device) -> Any | None:
    try:
        digest, content = _split(file.read_bytes())
        if hashlib.sha256(content).digest() != digest:
            return None
        os.utime(file)
    except OSError:
        return None
    try:
        found = zlib.decompress(content)
        trees = lowered.in_tree, lowered.out_tree
        return serialize_executable.deserialize_and_load(found, *trees, device.client, [device])
    except Exception:  # whatever another build of the same release of jaxlib makes of it
        return None


def _write(file: pathlib.Path, made: Any) -> None:
    try:
        content = zlib.compress(serialize_executable.serialize(made)[0], 1)
    except (ValueError, TypeError, AttributeError, NotImplementedError, pickle.PickleError, jax.errors.JaxRuntimeError):
        return  # JAX cannot do it for every program and platform
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(file.parent, len(content))
        descriptor, beside = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as open_file:
                open_file.write(hashlib.sha256(content).digest() + content)
            os.replace(beside, file)
        except BaseException:
            os.unlink(beside)
            raise


def _split(whole: bytes) -> tuple[bytes, bytes]:
    """Digest and content of a file."""
    size = hashlib.sha256().digest_size
    return whole[:size], whole[size:]


def _make_room(folder: pathlib.Path, size: int) -> None:
    """Remove what has not been used for longest, until `size` more bytes are within the limit; other processes may, too."""
    files = _files(folder)
    total = size + sum(length for _, length, _ in files)
    for _, length, path in sorted(files):
        if total <= LIMIT:
            return
        with suppress(FileNotFoundError):
            os.unlink(path)
        total -= length


def holdings(folder: pathlib.Path) -> tuple[int, int]:
    """How many programs the folder holds, and of how many bytes."""
    files = _files(folder) if folder.is_dir() else []
    return len(files), sum(length for _, length, _ in files)


def _files(folder: pathlib.Path) -> list[tuple[float, int, str]]:
    """When each file was last used, its length and path; other processes may remove some meanwhile."""
    files = []
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            status = entry.stat()
            files.append((status.st_mtime, status.st_size, entry.path))
    return files
