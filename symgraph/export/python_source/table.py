"""The table of snippets: what each operator is in Python source, one function per operator."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from symgraph.export.python_source.functions import arrays, layers, normalization, pooling, recurrent
from symgraph.ir.dtype import is_float
from symgraph.ir.graph import Node

Shape = tuple[int, ...]

HELPERS: dict[str, FunctionType] = {
    name: value
    for module in (arrays, layers, pooling, normalization, recurrent)
    for name, value in vars(module).items()
    if isinstance(value, FunctionType) and value.__module__ == module.__name__
}
"""The functions that a written network may call, in the order in which they are written."""


class NoFormError(Exception):
    """There is no source for what these attributes or dtypes ask for; the text says what that is."""


class Call:
    """One node, while it is written: its snippet reads here what it is applied to.

    Attributes:
        attributes: of the operator, typed, by name.
        shapes, dtypes: of the inputs.
        out_shape, out_dtype: of the first output.
        used: slots of the inputs that the snippet took.
        helpers: names of the functions that it calls.
    """

    def __init__(self, node: Node, names: Sequence[str], facts: Sequence[tuple[Shape, np.dtype]], outputs: Any):
        assert node.op is not None
        self.attributes = node.op.attributes()
        self.shapes, self.dtypes = [shape for shape, _ in facts], [dtype for _, dtype in facts]
        self.out_shape, self.out_dtype = outputs[0]
        self.used: set[int] = set()
        self.helpers: set[str] = set()
        self._names = names
        self._slots = node.op.inputs()

    def __getitem__(self, name: str) -> Any:
        return self.attributes[name]

    def input(self, slot: int = 0) -> str:
        """What an input is called."""
        self.used.add(slot)
        return self._names[slot]

    def inputs(self) -> list[str]:
        """What all inputs are called."""
        return [self.input(slot) for slot in range(len(self._names))]

    def has(self, slot: str) -> bool:
        """Whether there is an input of this name."""
        return slot in self._slots

    def helper(self, name: str, *args: str, **options: Any) -> str:
        """A call of one of `HELPERS`; options at their defaults are not written."""
        self.helpers.add(name)
        defaults = inspect.signature(HELPERS[name]).parameters
        return invoke(name, *args, **{k: v for k, v in options.items() if v != defaults[k].default})

    def function(self, name: str) -> str:
        """One of `HELPERS` itself."""
        self.helpers.add(name)
        return name

    def require_floats(self) -> None:
        """Raise unless the first input holds real numbers: those of MXNet on integers are rounded in ways of their own."""
        if not is_float(self.dtypes[0]):
            raise NoFormError(f"it is applied to {self.dtypes[0].name}; Cast to float32 before it")


Snippet = Callable[[Call], str]

TABLE: dict[str, Snippet] = {}
"""By name of the operator: what it is as an expression, of its first output or of `Several`."""


def snippet(*operators: str) -> Callable[[Snippet], Snippet]:
    """Decorator: enters a function into the table, as the source of these operators."""

    def enter(function: Snippet) -> Snippet:
        TABLE.update(dict.fromkeys(operators, function))
        return function

    return enter


def needed(names: set[str]) -> list[str]:
    """The helpers of these names and those that they call, in order."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [called for called in _called(HELPERS[name].__code__) if called in HELPERS]
    return [name for name in HELPERS if name in found]


def _called(code: CodeType) -> list[str]:
    inner = [name for constant in code.co_consts if isinstance(constant, CodeType) for name in _called(constant)]
    return [*code.co_names, *inner]


def invoke(function: str, *args: str, **options: Any) -> str:
    """A call, as text; options that are None are not written.

    >>> invoke("jnp.sum", "x", axis=1, keepdims=None)
    'jnp.sum(x, axis=1)'
    """
    given = [f"{name}={literal(value)}" for name, value in options.items() if value is not None]
    return f"{function}({', '.join([*args, *given])})"


class Code(str):
    """Text that is an expression already."""


class Several(Code):
    """An expression of a sequence that holds all outputs."""


def literal(value: Any) -> str:
    """A value as Python writes it, with JAX's names of what has none.

    >>> literal((1,)), literal(float("-inf")), literal("a"), literal(np.dtype("int32"))
    ('(1,)', '-jnp.inf', '"a"', 'jnp.int32')
    """
    if isinstance(value, Code):
        return value
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, np.dtype):
        return f"jnp.{value.name}"
    if isinstance(value, tuple):
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float) and not math.isfinite(value):
        return "jnp.nan" if math.isnan(value) else "jnp.inf" if value > 0 else "-jnp.inf"
    return repr(value)


def number(value: float, dtype: np.dtype) -> str:
    """A number attribute as it meets an array of that dtype: without a fraction if that holds integers."""
    if is_float(dtype):
        return literal(float(value))
    if not math.isfinite(value) or dtype == np.bool_:
        raise NoFormError(f"{value} meets {dtype.name}")
    return str(int(value))


def unless(value: Any, usual: int) -> Any:
    """A tuple attribute, or () if all of it is as usual."""
    return () if set(value) <= {usual} else tuple(value)
