"""Modules of MXNet that are not here. They can be imported, as many programs do that never use them, and not called."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NoReturn

from symgraph.frontend.absent import AbsentModuleError


class Absence:
    """Something in such a module: has whatever attribute is asked for, and can neither be called nor be a base class."""

    def __init__(self, path: str, reason: str):
        self._path = path
        self._reason = reason

    def __getattr__(self, name: str) -> Absence:
        if name.startswith("__"):  # Python itself looks for such
            raise AttributeError(name)
        return Absence(f"{self._path}.{name}", self._reason)

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AbsentModuleError(f"{self._path}: {self._reason}", self._path)

    def __mro_entries__(self, bases: Any) -> NoReturn:
        self()

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self._path}, which is not in symgraph>"


class AbsentModule(ModuleType):
    """Such a module."""

    __path__: list[str] = []  # noqa: RUF012 - a package, of which nothing is looked for in folders

    def __init__(self, path: str, reason: str):
        super().__init__(path, reason)
        self._reason = reason

    def __getattr__(self, name: str) -> Absence:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absence(f"{self.__name__}.{name}", self._reason)
