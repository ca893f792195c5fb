"""Text as DOT wants it."""

from __future__ import annotations


def quote(text: str) -> str:
    """`text` as a double-quoted DOT string that stands for exactly these characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
