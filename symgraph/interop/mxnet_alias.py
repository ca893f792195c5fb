"""``import symgraph.interop.mxnet_alias``: from then on, ``import mxnet`` gives symgraph.

Every way of writing it does: ``import mxnet as mx``, ``from mxnet import nd``, ``import mxnet.ndarray as nd``,
``from mxnet.module.base_module import BaseModule``. A program that looks for ``mxnet.__version__`` sees the release whose
API this is.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import symgraph
from symgraph.errors import MXNetError, tell_absence
from symgraph.frontend import absent
from symgraph.frontend.absent import AbsentModuleError
from symgraph.interop.absent_modules import AbsentModule

VERSION = "1.9.1"
"""The release of MXNet whose API symgraph has."""


class _Alias(ModuleType):
    """symgraph under MXNet's name."""

    __version__ = VERSION
    __path__: list[str] = []  # noqa: RUF012 - a package, of which nothing is looked for in folders

    def __getattr__(self, name: str) -> Any:
        return getattr(symgraph, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(symgraph)})


class _Absent(MetaPathFinder, Loader):
    """Makes modules ``mxnet.x`` of what MXNet has and symgraph lacks; finds no others, and says so.

    ``symgraph.x`` as well: this is what ``from mxnet.contrib import x`` looks for, as ``mxnet.contrib`` is ours.
    """

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        package, _, rest = fullname.partition(".")
        if package not in ("mxnet", absent.PACKAGE):
            return None
        if absent.answer(rest):
            return ModuleSpec(fullname, self, is_package=True)
        if package == absent.PACKAGE:
            return None
        message = f"symgraph has no module '{rest}'."
        tell_absence(message)
        raise AbsentModuleError(message, name=fullname)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        message = absent.answer(spec.name.partition(".")[2])
        assert message is not None, f"{spec.name} is here"
        tell_absence(message)
        return AbsentModule(spec.name, message)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def install() -> None:
    """Let ``import mxnet`` give symgraph, unless the real one has been imported before.

    Raises:
        MXNetError: it has.
    """
    present = sys.modules.get("mxnet")
    if isinstance(present, _Alias):
        return
    if present is not None:
        raise MXNetError(
            f"import symgraph.interop.mxnet_alias before mxnet: the real one, {present.__file__}, is imported already."
        )
    alias = sys.modules["mxnet"] = _Alias("mxnet", symgraph.__doc__)
    for name, module in list(sys.modules.items()):
        package, _, rest = name.partition(".")
        if package == "symgraph" and rest:
            sys.modules[f"{alias.__name__}.{rest}"] = module
    sys.meta_path.insert(0, _Absent())


install()
