"""Modules of the user's that a command imports, since they register operators of a model."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from symgraph.errors import CustomOpError, suggestion
from symgraph.frontend.python_ops import raised
from symgraph.interop.old_numpy import with_old_numpy
from symgraph.runtime.atomic import read_whole


@contextmanager
def imported(modules: Sequence[str]) -> Iterator[None]:
    """In this context, modules are imported, and find what a program written for MXNet does: see `run_program`.

    Args:
        modules: dotted names, looked for in the current folder first, or files that end in .py.

    Raises:
        FileError: there is no such file, or it may not be read.
        CustomOpError: there is no module of a name, or it raises something.
    """
    import symgraph.interop.mxnet_alias  # noqa: F401 - the import is what changes the meaning of `import mxnet`

    path = sys.path.copy()
    try:
        with with_old_numpy():
            for module in modules:
                _import(module)
            yield
    finally:
        sys.path[:] = path


def _import(module: str) -> None:
    is_file = module.endswith(".py")
    if is_file:
        read_whole(module, "--import")
    sys.path.insert(0, os.path.dirname(os.path.abspath(module)) if is_file else os.getcwd())
    try:
        _run_file(module) if is_file else importlib.import_module(module)
    except (Exception, SystemExit) as error:
        if not is_file and isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            here = [found.name for found in pkgutil.iter_modules([os.getcwd()])]
            raise CustomOpError(
                f"--import: there is no module '{module}' in the current folder, nor is it installed.{suggestion(module, here)}"
            ) from None
        raise CustomOpError(f"--import: {module} {raised(error)}.") from error


def _run_file(fname: str) -> None:
    """Import a file under its own name, unless that is one of another module."""
    name = os.path.basename(fname).removesuffix(".py")
    spec = importlib.util.spec_from_file_location(name, os.path.abspath(fname))
    assert spec is not None, "it ends in .py"
    assert spec.loader is not None, "as before"
    found = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, found)
    spec.loader.exec_module(found)
