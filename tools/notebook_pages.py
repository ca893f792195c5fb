"""Notebooks as pages of the documentation site: texts, code, and what it printed and drew."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

_PICTURES = {"image/svg+xml": "svg", "image/png": "png"}


def notebook_page(path: Path) -> tuple[str, dict[str, bytes]]:
    """A notebook as Markdown, and the pictures in it by the names of their files."""
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"]).strip()
        if cell["cell_type"] == "markdown":
            parts.append(text)
        elif text:
            parts.append(f"```python\n{text}\n```")
            parts += [
                _shown(output, f"{path.stem}-{len(parts)}-{i}", pictures) for i, output in enumerate(cell["outputs"])
            ]
    return "\n\n".join(filter(None, parts)) + "\n", pictures


def _shown(output: dict[str, Any], name: str, pictures: dict[str, bytes]) -> str:
    """The output of a cell; a picture is added to `pictures`."""
    data = output.get("data", {})
    for kind, ending in _PICTURES.items():
        if kind in data:
            content = "".join(data[kind])
            pictures[f"{name}.{ending}"] = content.encode() if ending == "svg" else base64.b64decode(content)
            return f"![what the cell draws]({name}.{ending})"
    text = "".join(output.get("text", data.get("text/plain", ""))).rstrip()
    return f"```text\n{text}\n```" if text else ""
