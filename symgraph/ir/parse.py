"""Operators from the text form of their attributes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from symgraph.errors import OpAttributeError, nearest


@lru_cache(maxsize=16384)
def parsed(cls: Any, items: tuple[tuple[str, str], ...]) -> Any:
    """The operator of class `cls` with these attributes; equal ones give the same object."""
    values = {}
    for key, text in items:
        field = cls.codecs.get(key)
        if field is None:
            raise OpAttributeError(_unknown_attribute(cls, key))
        try:
            values[cls.fields[key].name] = field.parse(text)
        except ValueError:
            raise OpAttributeError(f"operator {cls.name}: {field.complaint(key, text)}") from None
    missing = [name for name in cls.required if cls.fields[name].name not in values]
    if missing:
        raise OpAttributeError(
            f"operator {cls.name}: required attribute {missing[0]} ({cls.codecs[missing[0]].description}) is missing."
        )
    return _intern(cls(**values))


_INTERNED: dict[Any, Any] = {}


def _intern(op: Any) -> Any:
    if len(_INTERNED) > 16384:
        _INTERNED.clear()
    return _INTERNED.setdefault(op, op)


def _unknown_attribute(cls: Any, key: str) -> str:
    near = nearest(key, (*cls.codecs, "name"))
    hint = f" Did you mean {near}?" if near else ""
    known = ", ".join(f"{k} ({c.description})" for k, c in cls.codecs.items()) or "none"
    return f"operator {cls.name}: unknown attribute {key!r}.{hint} Known attributes: {known}."
