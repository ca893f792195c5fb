"""What a user says of how a variable lies on several devices, and its text: the attribute ``sharding``.

It is a tuple with an entry for each axis of the array, or for the first of them: the name of the axis of a mesh that
divides it, a tuple of such names, or ``None``.
"""

from __future__ import annotations

import ast
from typing import Any

from symgraph.errors import OpAttributeError, described

Rule = tuple[Any, ...]

RULE = "__sharding__"
"""The attribute under which it is kept."""


def rule_text(rule: Any) -> str:
    """The text of a rule that is given as a tuple, or as its text.

    >>> rule_text(("model", None))
    "('model', None)"

    Raises:
        OpAttributeError: it is none.
    """
    return repr(parsed_rule(rule) if isinstance(rule, str) else _checked(rule, rule))


def parsed_rule(text: str) -> Rule:
    """The rule that a text means.

    Raises:
        OpAttributeError: it is none.
    """
    try:
        rule = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        rule = None
    return _checked(rule, text)


def _checked(rule: Any, given: Any) -> Rule:
    if isinstance(rule, (tuple, list)) and all(_is_entry(entry) for entry in rule):
        return tuple(tuple(entry) if isinstance(entry, list) else entry for entry in rule)
    raise OpAttributeError(
        f"sharding must be a tuple with the name of an axis of the mesh, or None, for each axis of the array, as in "
        f"('model', None), given {described(given)}."
    )


def _is_entry(entry: Any) -> bool:
    if isinstance(entry, (tuple, list)):
        return all(isinstance(name, str) for name in entry)
    return entry is None or isinstance(entry, str)
