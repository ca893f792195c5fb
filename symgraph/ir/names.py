"""Scopes of symbol building: automatic names (`NameManager`, `Prefix`) and inherited attributes (`AttrScope`).

Both keep a stack per thread, so that threads that build graphs do not see each other's scopes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from symgraph.errors import CompositionError, OpAttributeError, described
from symgraph.ir.sharding import rule_text

ScopeT = TypeVar("ScopeT", bound="_Scope")


class _Stack(threading.local):
    def __init__(self) -> None:
        self.items: list[Any] = []


class _Current:
    """Class attribute ``current``: the innermost scope of this thread."""

    def __get__(self, _instance: object, owner: type[_Scope]) -> Any:
        return owner._innermost()


class _Scope:
    """A ``with`` block that is current until it ends; each thread starts in a default scope of its own."""

    _stack: ClassVar[_Stack]
    current: ClassVar = _Current()

    @classmethod
    def _innermost(cls) -> Any:
        items = cls._stack.items
        if not items:
            items.append(cls._default())
        return items[-1]

    @classmethod
    def _default(cls) -> _Scope:
        return cls()

    def __enter__(self) -> Self:
        type(self)._innermost()
        self._stack.items.append(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.items.pop()


class NameManager(_Scope):
    """Gives unnamed symbols their name: operator hint and a running number, ``fullyconnected0``."""

    _stack = _Stack()

    def __init__(self) -> None:
        self._counter: Counter[str] = Counter()

    @classmethod
    def _default(cls) -> NameManager:
        return NameManager()

    def get(self, name: str | None, hint: str) -> str:
        """`name` if the user gave one, else the next free name for `hint`."""
        if name:
            return name
        number = self._counter[hint]
        self._counter[hint] += 1
        return f"{hint}{number}"


class Prefix(NameManager):
    """A `NameManager` that puts a prefix before every name, given or automatic.

    >>> import symgraph as mx
    >>> with mx.name.Prefix("layer1_"):
    ...     mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc").list_arguments()
    ['data', 'layer1_fc_weight', 'layer1_fc_bias']
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        if not isinstance(prefix, str):
            raise CompositionError(f"Prefix: the prefix must be a string, given {described(prefix)}.")
        self._prefix = prefix

    def get(self, name: str | None, hint: str) -> str:
        return self._prefix + super().get(name, hint)


class AttrScope(_Scope):
    """Attributes for every symbol made inside the ``with`` block; inner scopes and the symbol itself win.

    Keyword values are strings. Attributes of operators must be hidden ones (``__key__``, or one of
    ``ctx_group``, ``lr_mult``, ``wd_mult``, ``force_mirroring``, ``mirror_stage``, ``sharding``). The last one may be a tuple,
    see `symgraph.ir.sharding`.
    """

    _stack = _Stack()

    def __init__(self, **kwargs: Any) -> None:
        if "sharding" in kwargs:
            kwargs["sharding"] = rule_text(kwargs["sharding"])
        for key, value in kwargs.items():
            if not isinstance(value, str):
                raise OpAttributeError(f"AttrScope: attribute {key} must be a string, given {described(value)}.")
        self._own = kwargs

    def get(self, attrs: Mapping[str, str] | None) -> dict[str, str]:
        """The scope's attributes, with those of the scopes around it, overridden by `attrs`."""
        if attrs is not None and not (isinstance(attrs, Mapping) and all(isinstance(key, str) for key in attrs)):
            raise OpAttributeError(f"attr must be a dict of strings by name, given {described(attrs)}.")
        inherited: dict[str, str] = {}
        for scope in self._around():
            inherited |= scope._own
        return {**inherited, **attrs} if attrs else inherited

    def _around(self) -> list[Any]:
        """The scopes from the outermost to this one."""
        entered = self._stack.items
        if entered and entered[-1] is self:
            return entered
        return entered[: len(entered) - entered[::-1].index(self)] if self in entered else [self]


HIDDEN_KEYS = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage", "sharding")
"""Attributes that are stored as ``__key__`` whichever way they are spelled; the last one is ours, the others are MXNet's."""


def hide(attrs: Mapping[str, str]) -> dict[str, str]:
    """`attrs` with the well-known keys in their stored spelling, ``lr_mult`` as ``__lr_mult__``."""
    return {f"__{k}__" if k in HIDDEN_KEYS else k: v for k, v in attrs.items()}


def own_attrs(attrs: Mapping[str, str]) -> dict[str, str]:
    """`hide` for attributes that somebody gives to a node now.

    Raises:
        OpAttributeError: a key such as ``weight_lr_mult`` means an input of the node.
    """
    for key, value in attrs.items():
        if meant := addressee(key):
            slot, hidden = meant
            raise OpAttributeError(
                f"attribute {key} is not supported; give the input a variable of its own: "
                f"{slot}=Variable(..., {hidden}={value!r})."
            )
    return hide(attrs)


def addressee(key: str) -> tuple[str, str] | None:
    """What an attribute of MXNet's early days is meant for: ``weight_lr_mult`` for ``lr_mult`` of the input ``weight``."""
    for hidden in HIDDEN_KEYS:
        if key.endswith(hidden) and key != hidden:
            return key.removesuffix(hidden).rstrip("_"), hidden
    return None


def unhide(attrs: Mapping[str, str]) -> dict[str, str]:
    """`attrs` with both spellings of the well-known keys, as MXNet lists them."""
    both = dict(attrs)
    for key in HIDDEN_KEYS:
        if f"__{key}__" in attrs:
            both[key] = attrs[f"__{key}__"]
    return both
