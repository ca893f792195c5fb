"""Lists on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable


def one_of(known: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads names by comma, each of which must be known."""
    names = tuple(known)

    def read(text: str) -> tuple[str, ...]:
        for name in text.split(","):
            if name not in names:
                raise argparse.ArgumentTypeError(f"there is no {name!r}; choose from {', '.join(names)}")
        return tuple(text.split(","))

    return read


def sizes(text: str) -> tuple[int, ...]:
    """Reads positive whole numbers by comma."""
    parts = text.split(",")
    if not all(part.isdecimal() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(f"expected positive whole numbers by comma, as in 1,16; given {text!r}")
    return tuple(map(int, parts))
