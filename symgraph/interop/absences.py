"""What a program asked for in vain: noted while it runs, and reported when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from symgraph.errors import ABSENCE_LISTENERS
from symgraph.ir.source import shown_place, user_line


class Absences:
    """Messages about what is not here, each with the first line of the program that asked for it."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def note(self, message: str) -> None:
        """Take down a message, unless it is there already."""
        line = user_line()
        self._places.setdefault(message, shown_place(*line) if line else "somewhere")

    def __bool__(self) -> bool:
        return bool(self._places)

    def __str__(self) -> str:
        return "\n".join(f"  {place}: {message}" for message, place in self._places.items())


@contextmanager
def noted() -> Iterator[Absences]:
    """Note what is asked for in vain in this context."""
    absences = Absences()
    ABSENCE_LISTENERS.append(absences.note)
    try:
        yield absences
    finally:
        ABSENCE_LISTENERS.remove(absences.note)
