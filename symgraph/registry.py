"""Classes by name: how optimizers, metrics and initializers are found, those of users included (``mx.registry``).

A name is told in lower case, stands for one class, and may be taken over by another; `create` also takes what
configuration files hold: ``'["xavier", {"magnitude": 2}]'``, or a dict.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from symgraph.errors import RegistryError, boundary, described, listed, suggestion
from symgraph.ir.source import warn_user

_CLASSES: dict[type, dict[str, type]] = {}


def get_registry(base_class: type) -> dict[str, type]:
    """A copy of the classes registered under a base class, by name.

    >>> from symgraph.registry import get_registry, get_register_func
    >>> class Shape: pass
    >>> @get_register_func(Shape, "shape")
    ... class Circle(Shape): pass
    >>> list(get_registry(Shape))
    ['circle']
    """
    return dict(classes_of(base_class))


def classes_of(base_class: type) -> dict[str, type]:
    """The registered classes themselves, by name: a dict that grows with them."""
    return _CLASSES.setdefault(base_class, {})


def find_class(base_class: type, nickname: str, name: str) -> type:
    """The class that is registered under a name.

    Raises:
        RegistryError: there is none.
    """
    known = classes_of(base_class)
    if name.lower() not in known:
        raise RegistryError(
            f"{nickname} '{name}' is not registered.{suggestion(name, known)} Known: {listed(sorted(known), 40)}."
        )
    return known[name.lower()]


def get_register_func(base_class: type, nickname: str) -> Callable[..., type]:
    """The decorator that registers subclasses of `base_class`; `nickname` says in messages what they are."""
    known = classes_of(base_class)

    def register(klass: type, name: str | None = None) -> type:
        if not (isinstance(klass, type) and issubclass(klass, base_class)):
            raise RegistryError(
                f"only a subclass of {base_class.__name__} can be registered as {nickname}, given {described(klass)}."
            )
        key = (klass.__name__ if name is None else name).lower()
        if known.get(key, klass) is not klass and not _is_redefined(known[key], klass):
            warn_user(f"{nickname} '{key}' was {known[key].__qualname__} and is now {klass.__qualname__}.")
        known[key] = klass
        return klass

    register.__doc__ = (
        f"Register a class of {nickname}s under its name, or another; it can then be created by that name."
    )
    return register


def _is_redefined(old: type, new: type) -> bool:
    """Whether a class was defined again, as when a notebook's cell is run twice."""
    return (old.__module__, old.__qualname__) == (new.__module__, new.__qualname__)


def get_alias_func(base_class: type, nickname: str) -> Callable[..., Callable[[type], type]]:
    """The decorator that registers a subclass of `base_class` under several names."""
    register = get_register_func(base_class, nickname)

    def alias(*aliases: str) -> Callable[[type], type]:
        def decorate(klass: type) -> type:
            for name in aliases:
                register(klass, name)
            return klass

        return decorate

    alias.__doc__ = f"Register a class of {nickname}s under several names."
    return alias


def get_create_func(base_class: type, nickname: str) -> Callable[..., Any]:
    """The function that makes a registered object of a name, an instance, JSON text or a dict."""
    known = classes_of(base_class)

    def create(*args: Any, **kwargs: Any) -> Any:
        if not args and nickname not in kwargs:
            raise RegistryError(f"which {nickname}? Give its name; known: {listed(known)}.")
        name, *rest = args or (kwargs.pop(nickname),)
        if isinstance(name, base_class):
            if rest or kwargs:
                raise RegistryError(
                    f"a {nickname} that is made already takes no further arguments, given {described(name)} and "
                    f"{listed([*map(repr, rest), *kwargs])}."
                )
            return name
        if isinstance(name, dict):
            return create(**name)
        if not isinstance(name, str):
            raise RegistryError(
                f"{nickname} must be a name, or an instance of {base_class.__name__}, given {described(name)}."
            )
        if name[:1] in ("[", "{"):
            return create(**_parsed(name, nickname), **kwargs)
        return find_class(base_class, nickname, name)(*rest, **kwargs)

    create.__doc__ = f"Make a {nickname} of its name and arguments, of JSON text, or return one that is made already."
    return boundary(create)


def _parsed(text: str, nickname: str) -> dict[str, Any]:
    """The arguments that JSON text stands for: a list of name and arguments, or a dict."""
    try:
        content = json.loads(text)
        if isinstance(content, dict):
            return content
        name, arguments = content
        return {nickname: name, **arguments}
    except (ValueError, TypeError) as error:
        raise RegistryError(
            f"{nickname}: {described(text)} is neither JSON of a list [name, arguments] nor of a dict: {error}."
        ) from None
