"""Documentation of operators: attributes that a base class declares are described there once, and shown in each operator."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Collection, Mapping

_BLOCK = "Attributes:\n"
_WRAPPER = textwrap.TextWrapper(
    116, initial_indent=" " * 4, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False
)
_ENTRY = re.compile(r"^    (\w+(?:, \w+)*): .*\n?(?:^     +.*\n?)*", re.MULTILINE)


def documentation(cls: type, attributes: Collection[str]) -> str:
    """The docstring of a class, with what its bases say of those of `attributes` that it does not describe itself."""
    text = inspect.cleandoc(cls.__doc__ or "")
    described = set(_entries(text))
    inherited: list[str] = []
    for base in cls.__mro__[1:]:
        for name, entry in _entries(inspect.cleandoc(base.__dict__.get("__doc__") or "")).items():
            if name in attributes and name not in described and entry not in inherited:
                inherited.append(entry)
        described |= {name for entry in inherited for name in _names(entry)}
    if not inherited:
        return text
    head, mark, tail = text.partition(_BLOCK)
    if mark:
        return f"{head}{mark}{''.join(inherited)}{tail}"
    body, example, rest = (head + "\n").partition("\n>>> ")
    body, source, where = body.partition("\nSource: ")
    ending = "".join((source, where, example, rest)).strip("\n")
    return f"{body.rstrip()}\n\n{_BLOCK}{''.join(inherited)}\n{ending}\n"


def with_types(text: str, types: Mapping[str, str]) -> str:
    """A docstring whose block of attributes tells what each takes: ``layout (one of 'NCHW', 'NHWC'): order of the axes.``

    Args:
        types: what attributes take, by name.
    """
    head, mark, tail = text.partition(_BLOCK)
    block, gap, rest = tail.partition("\n\n")

    def typed(match: re.Match[str]) -> str:
        names = match[1].split(", ")
        found = [types[name] for name in names if name in types]
        if len(found) < len(names):
            return match.group()
        told = names if len(set(found)) > 1 else [match[1]]
        heading = ", ".join(f"{name} ({kind})" for name, kind in zip(told, found, strict=False))
        entry = f"    {heading}:{match.group().partition(':')[2]}"
        is_wide = entry.index("\n") > _WRAPPER.width
        return _WRAPPER.fill(" ".join(entry.split())) + "\n" if is_wide else entry

    return f"{head}{mark}{_ENTRY.sub(typed, block + chr(10))[:-1]}{gap}{rest}" if mark else text


def _entries(text: str) -> dict[str, str]:
    """What the block of attributes says of each, by name; several names may share an entry."""
    block = text.partition(_BLOCK)[2].partition("\n\n")[0] + "\n"
    return {name: match.group() for match in _ENTRY.finditer(block) for name in _names(match.group())}


def _names(entry: str) -> list[str]:
    return entry.partition(":")[0].strip().split(", ")
