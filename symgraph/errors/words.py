"""Words that messages share: suggestions, lists cut short, values on one line."""

from __future__ import annotations

import difflib
import reprlib
import shlex
from collections.abc import Iterable
from typing import Any


def all_near(name: str, known: Iterable[str], limit: int) -> list[str]:
    """The known names nearest to a misspelled one; capitals do not count."""
    spelled: dict[str, str] = {}
    for known_name in known:
        spelled.setdefault(str(known_name).lower(), known_name)
    given = str(name).lower()
    near = difflib.get_close_matches(given, spelled, n=2 * limit)
    return [spelled[candidate] for candidate in near if _is_misspelling(given, candidate)][:limit]


def _is_misspelling(given: str, meant: str) -> bool:
    """Whether few letters are wrong: of the whole, or of what both have in common if one goes on before or behind it.

    The share of common letters, which finds candidates, calls ``foo`` a ``floor``.
    """
    wrong, inner, ends = 0, 0, set()
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, given, meant).get_opcodes():
        size = 0 if kind == "equal" else max(i2 - i1, j2 - j1)
        wrong += size
        if size and kind != "replace" and (i1 == 0 or i2 == len(given)):
            ends.add(kind)
        else:
            inner += size
    shorter = min(len(given), len(meant))
    is_part = len(ends) < 2 and inner <= shorter // 4
    return is_part or wrong <= max(1, shorter // 3) or sorted(given) == sorted(meant)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelled one most likely stands for; ``None`` if none is near."""
    return next(iter(all_near(name, known, 1)), None)


def suggestion(name: str, known: Iterable[str]) -> str:
    """``" Did you mean 'x'?"`` for the known name nearest to a misspelled one; empty if none is near."""
    near = nearest(name, known)
    return f" Did you mean '{near}'?" if near else ""


def alternatives(name: str, known: Iterable[str], otherwise: str = ".") -> str:
    """The end of a sentence about an unknown operator: ``"; did you mean x or y?"``, or `otherwise` if none is near.

    Names with a leading underscore are internal: they are offered only to those who began with one.
    """
    near = all_near(name, (k for k in known if name.startswith("_") or not k.startswith("_")), 3)
    return f"; did you mean {' or '.join(near)}?" if near else otherwise


def listed(names: Iterable[Any], limit: int = 12) -> str:
    """Names for the end of a message, such as ``"data, weight"``: a large network's are cut short, none are ``"none"``."""
    shown = [str(name) for name in names]
    more = f", ... ({len(shown) - limit} more)" if len(shown) > limit else ""
    return (", ".join(shown[:limit]) + more) or "none"


def counted(number: int, noun: str, several: str | None = None) -> str:
    """``"1 output"`` or ``"2 outputs"``; `several` is the plural of nouns that do not just take an s."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"


def pip_install(*requirements: str) -> str:
    """The line that installs packages, such as ``"pip install onnx"``.

    Messages name the packages themselves, as an extra of ours is known to pip only where it finds symgraph.
    """
    return f"pip install {shlex.join(requirements)}"


def is_array(value: Any) -> bool:
    """Whether a value is an array of some library."""
    return isinstance(getattr(value, "shape", None), tuple)


def kind_of(value: Any) -> str:
    """What messages call the type of a value; JAX has several for its arrays, and users know none of their names."""
    is_of_jax = type(value).__module__.partition(".")[0] in ("jax", "jaxlib")
    return "a JAX array" if is_of_jax and is_array(value) else type(value).__name__


class _Brief(reprlib.Repr):
    """``repr`` that fits into a sentence: long values are cut, and arrays tell their shape instead of their elements."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 80
        self.maxtuple = self.maxlist = 8

    def repr_instance(self, x: Any, level: int) -> str:
        kind = kind_of(x)
        if is_array(x) and (x.shape or kind != type(x).__name__):
            return f"{kind} of shape {x.shape}"
        return super().repr_instance(x, level)

    def repr_function(self, x: Any, level: int) -> str:
        return f"function {x.__name__}"


_BRIEF = _Brief()


def brief(value: object) -> str:
    """A value for a message, on one line: ``"3"``, ``"'abc'"``, ``"NDArray of shape (2, 3)"``."""
    return " ".join(_BRIEF.repr(value).split())


def described(value: object) -> str:
    """`brief` with the type where that does not show: ``"3 of type int"``, ``"NDArray of shape (2, 3)"``, ``"None"``."""
    text, kind = brief(value), kind_of(value)
    return text if value is None or text.startswith(kind) else f"{text} of type {kind}"


_INSTEAD = {
    ("Symbol", "array"): "put a Variable in its place and bind the array to it",
    ("NDArray", "array"): "make an NDArray of it with mx.nd.array",
    ("NDArray", "a JAX array"): "make an NDArray of it with mx.nd.array, or give JAX the value of an NDArray, its .jax",
    ("NDArray", "Symbol"): "a Symbol has no values until it runs, so bind or eval it first",
}


def advice(value: object, wanted: type) -> str:
    """The end of a message about a value where a Symbol or an NDArray is `wanted`: what to do, if that can be said."""
    kind = kind_of(value)
    general = "array" if isinstance(value, (list, tuple)) or is_array(value) else kind
    text = _INSTEAD.get((wanted.__name__, kind)) or _INSTEAD.get((wanted.__name__, general))
    return f"; {text}." if text else "."
