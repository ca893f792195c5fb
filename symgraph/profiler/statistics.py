"""`Statistics`: how often something happened, and how much it took, by category and name."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MEMORY = "Device Storage"
"""The category whose values are kilobytes in use; those of all others are milliseconds."""


@dataclass
class Entry:
    """The values of one name so far."""

    count: int
    total: float
    least: float
    greatest: float

    @property
    def mean(self) -> float:
        return self.total / self.count


ORDERS: Mapping[str, Callable[[Entry], float]] = {
    "total": lambda entry: entry.total,
    "avg": lambda entry: entry.mean,
    "min": lambda entry: entry.least,
    "max": lambda entry: entry.greatest,
    "count": lambda entry: entry.count,
}
"""What entries can be sorted by."""

Sorted = dict[str, list[tuple[str, Entry]]]


class Statistics:
    """Entries by category and name; values may be added by any thread."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Entry]] = {}
        self._lock = threading.Lock()

    def add(self, category: str, name: str, value: float) -> None:
        """Add one value."""
        with self._lock:
            entries = self._entries.setdefault(category, {})
            entry = entries.get(name)
            if entry is None:
                entries[name] = Entry(1, value, value, value)
                return
            entry.count += 1
            entry.total += value
            entry.least, entry.greatest = min(entry.least, value), max(entry.greatest, value)

    def clear(self) -> None:
        """Forget all values."""
        with self._lock:
            self._entries.clear()

    def as_table(self, order: str, ascending: bool) -> str:
        """A table for each category, laid out as MXNet's are."""
        lines = ["", "Profile Statistics:", "\tNote the difference in units for different entries."]
        for category, entries in self._sorted(order, ascending).items():
            lines += [category, "=" * 17, *_rows(entries, category == MEMORY), ""]
        return "\n".join(lines) + "\n"

    def as_json(self, order: str, ascending: bool) -> str:
        """The same as JSON: entries by category, times apart from memory, and their units."""
        found: dict[str, dict[str, Any]] = {"Time": {}, "Memory": {}}
        for category, entries in self._sorted(order, ascending).items():
            is_memory = category == MEMORY
            values = {name: _values(entry, is_memory) for name, entry in entries}
            found["Memory" if is_memory else "Time"][category] = values
        return json.dumps({**found, "Unit": {"Time": "ms", "Memory": "kB"}}, indent=4) + "\n"

    def _sorted(self, order: str, ascending: bool) -> Sorted:
        with self._lock:
            return {
                category: sorted(entries.items(), key=lambda item: ORDERS[order](item[1]), reverse=not ascending)
                for category, entries in sorted(self._entries.items())
            }


def _rows(entries: list[tuple[str, Entry]], is_memory: bool) -> list[str]:
    kinds = ("Min", "Max", "Avg")
    header = [f"{kind} Use  (kB)" for kind in kinds] if is_memory else [f"{kind} Time (ms)" for kind in kinds]
    if not is_memory:
        header.insert(0, "Time (ms)")
    rules = ["-" * (9 if title == "Time (ms)" else 13) for title in header]
    rows = [_row("Name", "Total Count", header), _row("----", "-----------", rules)]
    for name, entry in entries:
        values = [entry.least, entry.greatest, entry.mean]
        rows.append(
            _row(
                name, str(entry.count), [f"{value:.4f}" for value in (values if is_memory else [entry.total, *values])]
            )
        )
    return rows


def _row(name: str, count: str, cells: list[str]) -> str:
    """Names that are too long push the rest of their row to the right."""
    return f"{name:<25} {count:>15}" + "".join(f" {cell:>16}" for cell in cells)


def _values(entry: Entry, is_memory: bool) -> dict[str, float]:
    total = {} if is_memory else {"Total": entry.total}
    return {"Count": entry.count, **total, "Min": entry.least, "Max": entry.greatest, "Avg": entry.mean}
