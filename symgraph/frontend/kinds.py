"""Functions written once for ``mx.sym`` and ``mx.nd``: what they take and make is a `Kind`, symbols or arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symgraph.errors import CompositionError, boundary, listed
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.runtime.ndarray import NDArray, invoke_by_name

Function = Callable[..., Any]


@dataclass(frozen=True)
class Kind:
    """Symbols or arrays.

    Attributes:
        tensor: class of what the functions make.
        call: ``call(operator name, args, kwargs)``, applies an operator.
        at_once: whether operators run at once: then there are ``ctx`` and ``out``.
        module: name of the namespace that the functions are in.
    """

    tensor: type
    call: Callable[[str, Sequence[Any], Mapping[str, Any]], Any]
    at_once: bool
    module: str


SYMBOLS = Kind(Symbol, lambda name, args, kwargs: apply_op(name, *args, **kwargs), at_once=False, module="symgraph.sym")
ARRAYS = Kind(NDArray, invoke_by_name, at_once=True, module="symgraph.nd")


def make_function(
    kind: Kind, space: str, name: str, doc: str, parameters: Mapping[str, Any], body: Function, is_open: bool = True
) -> Function:
    """A function of `parameters`, with their defaults, and if it `is_open` of more keywords, for the operator to read.

    `body` gets as keywords what the caller gave.

    Args:
        space: sub-namespace that it is in, such as ``"random"``.
        parameters: names and defaults; ``inspect.Parameter.empty`` for none.
    """
    make = inspect.Parameter
    declared = [make(key, make.POSITIONAL_OR_KEYWORD, default=default) for key, default in parameters.items()]
    signature = inspect.Signature([*declared, *([make("kwargs", make.VAR_KEYWORD)] if is_open else [])])

    def function(*args: Any, **kwargs: Any) -> Any:
        with boundary:
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError as error:
                raise CompositionError(f"{name}: {error}; it takes {listed(parameters)}.") from None
            further = given.pop("kwargs", {})
            return body(**given, **further)

    function.__signature__ = signature  # type: ignore[attr-defined]
    return named(kind, space, function, name, doc)


def named(kind: Kind, space: str, function: Function, name: str, doc: str | None = None) -> Function:
    """`function` with the name, place and documentation that it shows."""
    function.__name__ = function.__qualname__ = name
    function.__module__ = f"{kind.module}.{space}"
    function.__doc__ = doc or function.__doc__
    return function
