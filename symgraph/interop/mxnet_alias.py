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
from symgraph.errors import MXNetError, no_attribute
from symgraph.frontend import absent
from symgraph.interop.absent_modules import AbsentModule, AbsentModuleError

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
    """Makes modules ``mxnet.x`` of what MXNet has and symgraph lacks; finds no others, and says so."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        package, _, rest = fullname.partition(".")
        if package != "mxnet":
            return None
        if rest.split(".")[0] in absent.INSTEAD:
            return ModuleSpec(fullname, self, is_package=True)
        try:
            getattr(symgraph, rest.split(".")[0])
            reason = no_attribute(f"symgraph has no module '{rest}'.", rest)
        except AttributeError as error:  # either has told those who listen
            reason = error
        raise AbsentModuleError(str(reason), name=fullname)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        try:
            getattr(symgraph, spec.name.split(".")[1])  # tells those who listen
        except AttributeError as error:
            return AbsentModule(spec.name, str(error))
        raise AssertionError(f"{spec.name} is here")

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
