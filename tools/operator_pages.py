"""The documentation of operators as pages of the site: what the registry knows of them, with the text that ``help`` shows."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from typing import Any

import symgraph as mx
from symgraph.ir.attrs import Codec
from symgraph.ir.op import Op
from symgraph.ir.registry import registered_names

_SPACES = {
    "_contrib_": "contrib",
    "_linalg_": "linalg",
    "_random_": "random",
    "_image_": "image",
    "_sparse_": "sparse",
    "_": "_internal",
}
_TITLES = {
    "": "Layers and functions",
    "linalg": "Linear algebra",
    "random": "Random numbers",
    "image": "Images",
    "contrib": "Contributed operators",
    "_internal": "Operators behind functions and methods",
}


def operator_pages() -> dict[str, str]:
    """Names of pages and their Markdown: one for each operator, and ``index``."""
    classes = sorted(set(registered_names().values()), key=lambda cls: cls.name.lower())
    return {"index": index_of(classes), **{cls.name: page_of(cls) for cls in classes}}


def space_and_name(cls: type[Op]) -> tuple[str, str]:
    """The namespace of ``mx.sym`` that has the operator, and its name there."""
    for prefix, space in _SPACES.items():
        if cls.name.startswith(prefix):
            return space, cls.name if prefix == "_" else cls.name.removeprefix(prefix)
    return "", cls.name


def index_of(classes: list[type[Op]]) -> str:
    """The page that lists all operators."""
    lines = [
        "# Operators",
        "",
        f"Here you find each of the {len(classes)} operators: how to call it, its inputs, attributes and outputs, and an "
        "example. `help(mx.sym.Convolution)` shows the same in Python. They exist in `mx.sym`, where they make symbols, "
        "and in `mx.nd`, where they compute at once.",
    ]
    for space, title in _TITLES.items():
        lines += ["", f"## {title}", "", "| operator | what it does |", "|---|---|"]
        for cls in classes:
            place, name = space_and_name(cls)
            if place == space:
                call = ".".join(part for part in ("mx.sym", place, name) if part)
                lines.append(f"| [`{call}`]({cls.name}.md) | {_plain(_first_sentence(cls)).replace('|', '&#124;')} |")
    return "\n".join(lines) + "\n"


def _first_sentence(cls: type[Op]) -> str:
    return " ".join((inspect.getdoc(cls) or "").partition("\n\n")[0].split())


def page_of(cls: type[Op]) -> str:
    """The page of one operator."""
    space, name = space_and_name(cls)
    text = inspect.getdoc(cls) or ""
    body, block, after = text.partition("Attributes:\n")
    entries, _, rest = after.partition("\n\n")
    if not block:
        body, mark, rest = text.partition(">>> ")
        rest = mark + rest
    further, mark, example = rest.partition(">>> ")
    title = f"{space}.{name}" if space and space != "_internal" else name
    parts = [f"# {title}", *_call(cls), _plain(body.strip()), _tensors(cls), _attributes(cls, entries)]
    parts += [_plain(further.strip()), f"## Example\n\n```pycon\n{mark}{example.strip()}\n```" if mark else ""]
    return "\n\n".join(part for part in parts if part) + "\n"


def _call(cls: type[Op]) -> list[str]:
    """How to call it: the signature, and other names."""
    space, name = space_and_name(cls)
    path = f"{space}.{name}" if space else name
    function = getattr(getattr(mx.sym, space) if space else mx.sym, name, None)
    if function is None:  # others make it, as the documentation says
        return []
    call = f"mx.sym.{path}{inspect.signature(function)}"
    if len(call) > 100:
        call = call.replace("(", "(\n    ", 1).replace(", ", ",\n    ")[:-1] + ",\n)"
    also = ", ".join(f"`{alias}`" for alias in cls.aliases)
    names = f"As a function of arrays: `mx.nd.{path}`." + (f" Other names: {also}." if also else "")
    return [f"```python\n{call}\n```", names]


def _tensors(cls: type[Op]) -> str:
    """Inputs, auxiliary states and outputs by name."""
    inputs = ", ".join(f"`{name}`" for name in cls.tensors)
    if cls.variadic is not None:
        inputs = "any number"
    elif cls.has_open_attributes:
        inputs = "as its attributes say"
    lines = [f"- **Inputs:** {inputs or 'none'}"]
    if cls.states:
        lines.append(f"- **Auxiliary states:** {', '.join(f'`{name}`' for name in cls.states)}")
    if not (cls.has_open_attributes or cls.subgraph_roles):
        lines.append(f"- **Outputs:** {_outputs(cls) or 'none'}")
    return "\n".join(lines)


def _outputs(cls: type[Op]) -> str:
    """Names of outputs, with the least that can be said for attributes that must be given."""
    op = object.__new__(cls)  # not checked: a single output has its name whatever the size of a kernel
    for name, field in cls.fields.items():
        object.__setattr__(op, field.name, _least(cls.codecs[name]) if name in cls.required else field.default)
    names, visible = op.outputs(), op.visible_outputs()
    return ", ".join(f"`{name}`" + ("" if i < visible else " (hidden)") for i, name in enumerate(names))


def _least(codec: Codec) -> Any:
    """Some value that an attribute may have."""
    for text in (*codec.choices, "1", "float32"):
        with suppress(ValueError):
            return codec.parse(text)
    return None


def _attributes(cls: type[Op], entries: str) -> str:
    """The table of attributes, in the order of the docstring, which may describe several at once."""
    lines = ["## Attributes", "", "| attribute | type | default | meaning |", "|---|---|---|---|"]
    for entry in re.split(r"\n(?=    \w)", entries.rstrip()):
        names, _, meaning = entry.strip().partition(": ")
        described = names.split(", ") if names else []
        if described:
            cells = [
                [f"`{name}`" for name in described],
                [_plain(cls.codecs[name].description) for name in described],
                [_default(cls, name) for name in described],
                [_plain(" ".join(meaning.split()))],
            ]
            lines.append("| " + " | ".join("<br>".join(cell).replace("|", "&#124;") for cell in cells) + " |")
    return "\n".join(lines) if cls.codecs else ""


def _default(cls: type[Op], attribute: str) -> str:
    if attribute == cls.variadic:
        return "*counted*"
    return "*required*" if attribute in cls.required else f"`{cls.fields[attribute].default!r}`"


def _plain(text: str) -> str:
    """Prose of a docstring in Markdown: what looks like markup outside of code is not meant so."""
    pieces = re.split(r"(``[^`]+``|`[^`]+`)", text)
    for i in range(0, len(pieces), 2):
        pieces[i] = re.sub(r"([*_<>\[\]])", r"\\\1", pieces[i])
    return "".join(pieces)
