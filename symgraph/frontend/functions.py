"""From the registry to functions: every operator under each of its names, in MXNet's sub-namespaces.

``_contrib_x`` is reached as ``contrib.x``, ``_linalg_x`` as ``linalg.x`` and so on; other names with a leading
underscore live in ``_internal``, the rest at the top and in ``op``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from symgraph.errors import alternatives, bound_module, boundary, no_attribute
from symgraph.frontend.absent import PACKAGE, answer
from symgraph.ir.doc import with_types
from symgraph.ir.op import Op
from symgraph.ir.registry import meant_by, registered_names, why_left_out
from symgraph.ir.signature import signature

Call = Callable[[type[Op], str, tuple, dict], Any]

PREFIXES = {
    "_contrib_": "contrib",
    "_linalg_": "linalg",
    "_random_": "random",
    "_image_": "image",
    "_sparse_": "sparse",
}
"""What begins the names of operators that a sub-namespace has without it."""


def populate(
    module: ModuleType, call: Call, options: Sequence[str], written: Mapping[str, Sequence[Callable[..., Any]]]
) -> None:
    """Add a function for every registered name to `module` and its sub-namespaces.

    Args:
        call: ``call(operator class, name used, args, kwargs)``, run by each function.
        options: arguments that `call` understands besides the operator's own (``name``, ``out``), in order.
        written: by sub-namespace, functions written in Python, which stand before operators of the same name.
    """
    spaces = {name: _subspace(module, name) for name in ("op", "_internal", *PREFIXES.values())}
    for name, cls in registered_names().items():
        if cls.subgraph_roles:
            continue
        prefix = next((p for p in PREFIXES if name.startswith(p)), None)
        if prefix is not None:
            short = name.removeprefix(prefix)
            setattr(spaces[PREFIXES[prefix]], short, make_function(short, cls, call, options, module.__name__))
        function = make_function(name, cls, call, options, module.__name__)
        if name.startswith("_"):
            setattr(spaces["_internal"], name, function)
        else:
            setattr(spaces["op"], name, function)
            if not hasattr(module, name):
                setattr(module, name, function)

    for space_name, functions in written.items():
        for function in functions:
            setattr(spaces[space_name], function.__name__, boundary(function))
    bound_module(module)

    public = (*module.__all__, *vars(spaces["op"]))
    module.__getattr__ = _missing(module, public)  # type: ignore[method-assign]
    module.__dir__ = lambda: [*public, *spaces, *(n for n in vars(module) if n.startswith("__"))]  # type: ignore[method-assign]
    known = {name for name in (*vars(spaces["op"]), *PREFIXES.values()) if not name.startswith("_")}
    # For programs that import all there is.
    vars(module)["__all__"] = [*module.__all__, *sorted(known - {*module.__all__})]
    prefixes = {space: prefix for prefix, space in PREFIXES.items()}
    for space, content in spaces.items():
        content.__getattr__ = _missing(content, tuple(vars(content)), prefixes.get(space, ""))  # type: ignore[method-assign]


def _missing(module: ModuleType, names: Sequence[str], prefix: str = "") -> Callable[[str], Any]:
    """A module's ``__getattr__``, which is called for names it does not have; `names` are those to suggest.

    Args:
        prefix: what stands before `name` in the names of operators that are reached through the module.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807
        message = answer(f"{module.__name__}.{name}".removeprefix(f"{PACKAGE}."))
        if message is not None:
            raise no_attribute(message, name)
        reason = why_left_out(prefix + name)
        if reason:
            ending = f", on purpose: {reason}"
        else:
            meant = meant_by(name)
            ending = f"; here it is {meant}." if meant else alternatives(name, names)
        raise no_attribute(f"{module.__name__} has no operator or function '{name}'{ending}", name)

    return boundary(__getattr__)


def _subspace(module: ModuleType, name: str) -> ModuleType:
    space = getattr(module, name, None)
    if space is None:
        space = ModuleType(f"{module.__name__}.{name}", f"``{module.__name__}.{name}``: operators from the registry.")
        setattr(module, name, space)
    return space


@functools.cache
def _documentation(cls: type[Op]) -> str:
    return with_types(cls.__doc__ or "", {name: codec.description for name, codec in cls.codecs.items()})


def make_function(alias: str, cls: type[Op], call: Call, options: Sequence[str], module: str) -> Callable[..., Any]:
    """The function that applies operator `cls` under the name `alias`."""

    def function(*args: Any, **kwargs: Any) -> Any:
        with boundary:
            return call(cls, alias, args, kwargs)

    function.__name__ = function.__qualname__ = alias
    function.__module__ = module
    function.__doc__ = _documentation(cls)  # type: ignore[arg-type] # mypy looks at the hash of instances
    function.__signature__ = signature(cls, options)  # type: ignore[attr-defined]
    return function
