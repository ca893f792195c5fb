"""The registry, which holds every operator exactly once: by its names, and by the jobs that passes have for it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, ClassVar, dataclass_transform, get_origin

from symgraph.errors import MXNetError, alternatives
from symgraph.ir.attrs import codec
from symgraph.ir.doc import documentation
from symgraph.ir.op import Op, OpT

_REGISTRY: dict[str, type[Op]] = {}
_ROLES: dict[str, type[Op]] = {}
_LEFT_OUT: dict[str, str] = {}
_ELSEWHERE: dict[str, str] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
def shared_attributes(cls: type[OpT]) -> type[OpT]:
    """Class decorator for a base of several operators: the attributes it declares come first in each of them."""
    is_new = _declares_attributes(cls) or sum(bool(dataclasses.fields(base)) for base in _operators_of(cls)) > 1
    # Else it is what its base is; to make it again, for most operators, took a tenth of the time of the import.
    return dataclasses.dataclass(frozen=True, kw_only=True, eq=False)(cls) if is_new else cls


def _declares_attributes(cls: type) -> bool:
    return any(get_origin(hint) is not ClassVar for hint in _own_hints(cls).values())


def _operators_of(cls: type) -> list[Any]:
    return [base for base in cls.__bases__ if issubclass(base, Op)]


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
def register(name: str, *aliases: str) -> Callable[[type[OpT]], type[OpT]]:
    """Class decorator: makes an `Op` subclass a frozen dataclass and enters it under `name` and `aliases`.

    Raises:
        TypeError: at import, when a name is taken or the class lacks a docstring, a shape rule or a lowering.
    """

    def enter(cls: type[OpT]) -> type[OpT]:
        if cls.__doc__ is None:
            raise TypeError(f"operator {name} needs a docstring")
        cls = shared_attributes(cls)
        cls.name, cls.aliases = name, aliases
        hints = _hints(cls)
        fields = dataclasses.fields(cls)
        cls.fields = {f.name.removesuffix("_"): f for f in fields if not f.name.startswith("_")}
        cls.codecs = {attribute: codec(hints[f.name]) for attribute, f in cls.fields.items()}
        cls.required = tuple(attribute for attribute, f in cls.fields.items() if f.default is dataclasses.MISSING)
        cls.__doc__ = documentation(cls, cls.codecs)
        _check_contract(cls)
        if cls.role is not None and _ROLES.setdefault(cls.role, cls) is not cls:
            raise TypeError(f"operators {_ROLES[cls.role].name} and {name} have the same role {cls.role!r}")
        for entry in (name, *aliases):
            if entry in _REGISTRY:
                raise TypeError(f"operator name {entry!r} is registered twice")
            _REGISTRY[entry] = cls
        return cls

    return enter


def _hints(cls: type) -> dict[str, Any]:
    """``typing.get_type_hints`` of a class, which would evaluate the annotations of `Op` again for every operator."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints.update(_own_hints(base))
    return hints


@cache
def _own_hints(cls: type) -> dict[str, Any]:
    return inspect.get_annotations(cls, eval_str=True)


def _check_contract(cls: type[Op]) -> None:
    for rule in ("infer_shape", "lower"):
        if getattr(cls, rule) is getattr(Op, rule):
            raise TypeError(f"operator {cls.name} needs the method {rule}")


def find_op(name: str) -> type[Op]:
    """The operator class registered under `name` or alias.

    Raises:
        MXNetError: there is none; the message lists similar names.
    """
    try:
        return _REGISTRY[name]
    except KeyError:
        raise MXNetError(f"Operator {name} is not registered{_advice(name)}") from None


def _advice(name: str) -> str:
    """The end of the sentence that there is no such operator."""
    reason = why_left_out(name)
    if reason:
        return f" and will not be: {reason}"
    # Once these were operators of an example or of their own, in files as in code.
    moved = [known for known in _REGISTRY if known.startswith("_") and known.endswith(f"_{name}")]
    if moved:
        return f"; did you mean {' or '.join(moved)}?"
    own = (
        "; if it is your own, register it with mx.operator.register, and in a file, make its node a Custom with op_type "
        f"'{name}' (docs/add-an-operator.md)."
    )
    return alternatives(name, _REGISTRY, own)


def leave_out(reason: str, *patterns: str) -> None:
    """Enter operators of MXNet, by name or with ``*`` for any ending, that are missing for a reason."""
    _LEFT_OUT.update(dict.fromkeys(patterns, reason))


def why_left_out(name: str) -> str | None:
    """The reason for which an operator of MXNet is missing, and what to do instead; ``None`` if none was entered."""
    return next((reason for pattern, reason in _LEFT_OUT.items() if fnmatchcase(name, pattern)), None)


def call_elsewhere(here: str, *names: str) -> None:
    """Enter what other libraries call that which is `here`; capitals, underscores and the number of axes do not count."""
    _ELSEWHERE.update(dict.fromkeys(map(_plain, names), here))


def meant_by(name: str) -> str | None:
    """What is here for a name of other libraries; ``None`` if none was entered."""
    return _ELSEWHERE.get(_plain(name))


def _plain(name: str) -> str:
    return re.sub(r"[123]d", "", name.lower().replace("_", ""))


def op_in_role(role: str) -> type[Op]:
    """The operator class whose `Op.role` it is."""
    return _ROLES[role]


def registered_names() -> Mapping[str, type[Op]]:
    """Every name and alias with its operator, in order of registration."""
    return dict(_REGISTRY)
