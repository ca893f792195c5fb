"""Type stubs of what is made from the registry: ``python -m tools.stubs`` writes them, for editors and type checkers.

``mx.sym``, ``mx.nd``, their sub-namespaces, and the methods of symbols and arrays that are operators come into being when
symgraph is imported, so nothing that only reads sources knows them. A stub beside the module tells their arguments and what
they do; `tests/test_stubs.py` holds the stubs to the registry, and mypy `tests/typed_program.py` to the stubs.
"""

from __future__ import annotations

import inspect
import math
import subprocess
import sys
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

import symgraph as mx
from symgraph.frontend.fluent import Fluent
from symgraph.frontend.functions import PREFIXES
from symgraph.ir import fluent
from symgraph.ir.attrs import DType
from symgraph.ir.dtype import DTYPE_NAMES
from symgraph.ir.fluent import FLUENT_METHODS, Methods
from symgraph.ir.op import Op
from symgraph.ir.registry import find_op, registered_names
from symgraph.ir.signature import signature
from symgraph.runtime.ndarray import NDArray

PACKAGE = Path(mx.__file__).parent
TENSORS = {"sym": ("Symbol", "symgraph.frontend.symbol"), "nd": ("NDArray", "symgraph.runtime.ndarray")}
"""By namespace, the class of what its functions take and make, and where that is defined."""
SPACES = ("op", "contrib", "image", "linalg", "random", "sparse")
HEADER = '''"""{doc}

Written by ``make stubs`` from the registry of operators.
"""

from collections.abc import Sequence
from typing import Any, Literal, Self

from numpy.typing import DTypeLike

'''
Function = Callable[..., Any]


def stubs() -> dict[Path, str]:
    """Content of each stub, as ruff formats it, by path within the package."""
    found = {Path("ir", "fluent.pyi"): _methods()}
    for name in TENSORS:
        module = getattr(mx, name)
        found[Path(name, "__init__.pyi")] = _namespace(name, module)
        found[Path(name, "_internal.pyi")] = _internal(module)
        for space in SPACES:
            found[Path(name, f"{space}.pyi")] = _space(name, getattr(module, space))
    return {path: _formatted(text, path) for path, text in found.items()}


def _formatted(text: str, path: Path) -> str:
    """The text in the format of the sources, without imports that it does not need."""
    ruff, file = [sys.executable, "-m", "ruff"], str(PACKAGE / path)
    for command in (["check", "--quiet", "--fix", "--select=F401,I", "--stdin-filename", file, "-"], ["format", "-"]):
        options = ["--stdin-filename", file] if command[0] == "format" else []
        done = subprocess.run([*ruff, *command, *options], input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def _namespace(name: str, module: ModuleType) -> str:
    """The stub of ``mx.sym`` or ``mx.nd``: sub-namespaces, what is written in Python, and the operators of `op`."""
    operators = [key for key, value in vars(module.op).items() if vars(module).get(key) is value]
    lines = [f"from symgraph.{name} import {space} as {space}\n" for space in ("_internal", *SPACES)]
    lines += [f"from symgraph.{name}.op import {key} as {key}\n" for key in sorted(operators)]
    written = set(module.__all__) - {*operators, *SPACES}
    lines += [_written(name, key, getattr(module, key)) for key in sorted(written)]
    return HEADER.format(doc=_summary(module)) + _imports_first(lines)


def _internal(module: ModuleType) -> str:
    doc = f"``{module.__name__}._internal``: operators by the names that files have for them, whatever they begin with."
    return HEADER.format(doc=doc) + "def __getattr__(name: str) -> Any: ...\n"


def _space(name: str, space: ModuleType) -> str:
    """The stub of a sub-namespace. A name for what another name there, or the same name in `op`, stands for is no more than
    that."""
    kind = space.__name__.rpartition(".")[2]
    prefix = next((prefix for prefix, short in PREFIXES.items() if short == kind), "")
    public = vars(getattr(mx, name).op)
    seen: dict[type[Op], str] = {}
    lines = []
    for key, value in sorted(vars(space).items(), key=lambda item: (item[0].lower(), item[0])):
        if key.startswith("_"):
            continue
        if value.__module__ != f"symgraph.{name}":
            lines.append(_written(name, key, value))
            continue
        cls = registered_names()[prefix + key]
        if prefix and key in public and registered_names()[key] is cls:
            lines.append(f"from symgraph.{name}.op import {key} as {key}\n")
        elif cls in seen:
            lines.append(f"{key} = {seen[cls]}\n")
        else:
            seen[cls] = key
            lines.append(_operator(name, key, value, cls))
    tensor, home = TENSORS[name]
    return HEADER.format(doc=_summary(space)) + _imports_first([f"from {home} import {tensor}\n", *lines])


def _summary(module: ModuleType) -> str:
    return (inspect.getdoc(module) or "").splitlines()[0]


def _imports_first(lines: list[str]) -> str:
    return "".join(sorted(lines, key=lambda line: not line.startswith("from ")))


def _written(name: str, key: str, value: Any) -> str:
    """What is written in Python: its name, where it has one, or else a definition."""
    home = value.__module__
    code = getattr(inspect.unwrap(value), "__code__", None)
    is_elsewhere = not home.startswith(f"symgraph.{name}.") and (code is None or code.co_name == value.__name__)
    if is_elsewhere:
        own = value.__name__
        return f"from {home} import {own} as {own}\n" if key == own else f"{key} = {own}\n"
    is_tensor = home.endswith(".random")
    return _definition(key, inspect.signature(value), TENSORS[name][0] if is_tensor else "Any", {}, value.__doc__)


def _operator(name: str, key: str, function: Function, cls: type[Op]) -> str:
    tensor = TENSORS[name][0]
    doc = cls.__doc__ if name == "sym" else _without_example(cls)
    return _definition(key, inspect.signature(function), _result(cls, tensor), _types(cls, tensor), doc)


def _without_example(cls: type[Op]) -> str:
    """Documentation for those who look at `nd` or a method: it is long enough, and most examples show symbols."""
    return inspect.cleandoc(cls.__doc__ or "").partition("\n>>> ")[0]


def _result(cls: type[Op], tensor: str) -> str:
    """What a call makes; nothing is said of operators that may have several outputs, which arrays come in lists of."""
    return tensor if cls.outputs is Op.outputs or cls.visible_outputs is not Op.visible_outputs else "Any"


def _types(cls: type[Op], tensor: str) -> dict[str, str]:
    """Annotations of an operator's parameters by name."""
    hints = typing.get_type_hints(cls, include_extras=True)
    attributes = {name: _annotation(hints[field.name]) for name, field in cls.fields.items()}
    slots = dict.fromkeys((*cls.tensors, *cls.states), f"{tensor} | None")
    if cls.variadic is not None:
        attributes[cls.variadic] = "int | None"
    by_call = {"name": "str | None", "attr": "dict[str, str] | None", "out": "Any"}
    return {**by_call, **(slots if cls.has_fixed_inputs() else {"data": tensor}), **attributes}


def _annotation(hint: Any) -> str:
    """How a type checker should see an attribute: everything that people write for it is right, texts for numbers excepted."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is DType:
        return "DTypeLike"
    if origin is Annotated:
        return _annotation(args[0])
    if origin is tuple:
        item = _annotation(args[0])
        return f"Sequence[{item}] | {item}"
    if origin is Literal:
        return "DTypeLike" if set(args) <= {*DTYPE_NAMES, "None"} else f"Literal[{', '.join(map(repr, args))}]"
    if origin in (typing.Union, types.UnionType):
        return " | ".join(map(_annotation, args))
    return "None" if hint is type(None) else hint.__name__


def _methods() -> str:
    """The stub of the methods that symbols and arrays have in common, each an operator."""
    common = [name for name in FLUENT_METHODS if any(_is_installed(cls, name) for cls in (Fluent, NDArray))]
    lines = [
        "FLUENT_METHODS: tuple[str, ...]\n\n",
        "class Methods:\n",
        f'    """{inspect.getdoc(Methods)}"""\n\n',
    ]
    for name in common:
        cls = find_op(name)
        first, *others = signature(cls).parameters.values()
        itself = first.replace(name="self", default=inspect.Parameter.empty)
        options = [inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)]
        text = _definition(
            name,
            inspect.Signature([itself, *others, *options]),
            _result(cls, "Self"),
            {**_types(cls, "Self"), "self": ""},
            _without_example(cls),
        )
        lines += [f"    {line}\n" if line else "\n" for line in text.splitlines()]
    return HEADER.format(doc=inspect.getdoc(fluent)) + "".join(lines)


def _is_installed(cls: type, name: str) -> bool:
    """Whether the class has an operator as this method, not a function of its own."""
    return bool(inspect.unwrap(vars(cls)[name]).__code__.co_name != name)


def _definition(
    name: str, signature: inspect.Signature, result: str, annotations: Mapping[str, str], doc: str | None
) -> str:
    """A function as a stub has it."""
    parts = []
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        parts.append(_parameter(parameter, annotations.get(parameter.name)))
    text = inspect.cleandoc(doc or "").rstrip()
    mark = "r" if "\\" in text else ""
    body = "\n".join(f"    {line}" if line else "" for line in f'{mark}"""{text}\n"""'.splitlines())
    return f"def {name}({', '.join(parts)}) -> {result}:\n{body}\n\n"


def _parameter(parameter: inspect.Parameter, annotation: str | None) -> str:
    stars = "*" * (parameter.kind is parameter.VAR_POSITIONAL) + "**" * (parameter.kind is parameter.VAR_KEYWORD)
    own = parameter.annotation if isinstance(parameter.annotation, str) else "Any"
    kind = own if annotation is None else annotation
    text = f"{stars}{parameter.name}" + (f": {kind}" if kind else "")
    return text if parameter.default is parameter.empty else f"{text} = {_default(parameter.default)}"


def _default(value: Any) -> str:
    """A default as it is written; an attribute that must be given has one in the stub only, since tensors before it have."""
    is_plain = value is None or isinstance(value, (bool, int, float, str, tuple))
    return repr(value) if is_plain and value not in (math.inf, -math.inf) else "..."


def main() -> None:
    """Write the stubs."""
    for path, text in stubs().items():
        (PACKAGE / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
