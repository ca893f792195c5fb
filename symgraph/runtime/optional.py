"""Packages that only some parts need: imported where they are used, and asked for in one way where they are missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from symgraph.errors import MissingPackageError, pip_install


def optional(module: str, purpose: str, library: str, requirement: str) -> ModuleType:
    """A module of a package that may be missing; the arguments behind it are those of `missing`.

    >>> from symgraph.runtime.optional import optional
    >>> optional("no_such_package", "to have an example", "it", "no-such-package")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    symgraph.errors.MissingPackageError: to have an example, install it: pip install no-such-package.

    Raises:
        MissingPackageError: it is.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise missing(purpose, library, requirement) from None


def missing(purpose: str, library: str, requirement: str) -> MissingPackageError:
    """What is raised where a package is missing.

    Args:
        purpose: what it is needed for, as the message begins.
        library: what it is called.
        requirement: what pip is to install.
    """
    return MissingPackageError(f"{purpose}, install {library}: {pip_install(requirement)}.")
