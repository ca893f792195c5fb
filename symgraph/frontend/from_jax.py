"""JAX functions as operators, in one line; see `from_jax`."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np

from symgraph.errors import CustomOpError, DTypeError, OpAttributeError
from symgraph.frontend.compose import create
from symgraph.frontend.symbol import Symbol
from symgraph.ir.dtype import FLOAT32, as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes, register
from symgraph.ir.shape import is_known


@dataclass(frozen=True)
class JaxFunction:
    """A registered function.

    Attributes:
        number: of its registration, so that a later function of the same name is another operator.
        tensors: parameters without default, the inputs; with their dtype if the annotation names one.
        attributes: parameters with default.
    """

    number: int
    call: Callable[..., Any]
    tensors: dict[str, np.dtype | None]
    attributes: tuple[str, ...]
    outputs: tuple[str, ...]


_FUNCTIONS: dict[str, JaxFunction] = {}
_numbers = itertools.count(1)


@register("_from_jax")
class FromJax(Op):
    """A JAX function as an operator, registered with `mx.operator.from_jax`.

    one input per parameter of the function without default -> what the function returns

    Symgraph's own: real MXNet cannot load a symbol that contains it.

    Attributes:
        function: the registered name. All further attributes are keyword arguments of the function, as Python literals.
    """

    function: str
    _params: str = "{}"
    _number: int = 0

    @classmethod
    def from_strings(cls, attrs: Mapping[str, str]) -> FromJax:
        name = attrs.get("function", "")
        if name not in _FUNCTIONS:
            raise OpAttributeError(
                f"operator _from_jax: function '{name}' is not registered; use @mx.operator.from_jax('{name}'). "
                f"Registered: {', '.join(_FUNCTIONS) or 'none'}."
            )
        function = _FUNCTIONS[name]
        params = {k: v for k, v in sorted(attrs.items()) if k != "function"}
        unknown = sorted(set(params) - set(function.attributes))
        if unknown:
            raise OpAttributeError(
                f"operator {name}: unknown attribute '{unknown[0]}'. "
                f"Known attributes: {', '.join(function.attributes) or 'none'}."
            )
        return cls(function=name, _params=json.dumps(params), _number=function.number)

    @classmethod
    def slots(cls, attrs: Mapping[str, Any]) -> tuple[str, ...]:
        return cls.from_values(**attrs).arguments()

    @cached_property
    def _definition(self) -> JaxFunction:
        return _FUNCTIONS[self.function]

    def arguments(self) -> tuple[str, ...]:
        return tuple(self._definition.tensors)

    def outputs(self) -> tuple[str, ...]:
        return self._definition.outputs

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        declared = list(self._definition.tensors.values())
        free = [given for given, fixed in zip(ins, declared, strict=True) if fixed is None]
        common = next((d for d in (*free, *outs) if d is not None), None)
        return [common if fixed is None else fixed for fixed in declared], [common] * len(outs)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        """By abstract evaluation, as a JAX function brings no shape rule."""
        if not all(map(is_known, ins)):
            return ins, outs
        dtypes = [fixed or FLOAT32 for fixed in self._definition.tensors.values()]
        stand_ins = [jax.ShapeDtypeStruct(shape, dtype) for shape, dtype in zip(ins, dtypes, strict=True)]
        try:
            with jax.enable_x64(True):
                results = jax.eval_shape(self._call, *stand_ins)
        except Exception as error:
            given = ", ".join(f"{s.dtype.name}{list(s.shape)}" for s in stand_ins)
            raise CustomOpError(
                f"operator {self.function}: the JAX function does not take inputs {given}: {type(error).__name__}: {error}"
            ) from error
        if len(results) != len(outs):
            raise CustomOpError(
                f"operator {self.function}: the JAX function returns {len(results)} arrays for {len(outs)} outputs "
                f"({', '.join(self.outputs())}); name them: from_jax('{self.function}', outputs=[...])."
            )
        return ins, [tuple(result.shape) for result in results]

    def lower(self, ctx: LowerContext, *inputs: jax.Array) -> tuple[jax.Array, ...]:
        declared = self._definition.tensors.values()
        dtype = next((x.dtype for x, fixed in zip(inputs, declared, strict=True) if fixed is None), FLOAT32)
        return tuple(result.astype(dtype) for result in self._call(*inputs))

    def _call(self, *inputs: Any) -> tuple:
        params = {key: _from_text(text) for key, text in json.loads(self._params).items()}
        result = self._definition.call(*inputs, **params)
        return tuple(result) if isinstance(result, (tuple, list)) else (result,)


def from_jax(name: str | Callable | None = None, *, outputs: Sequence[str] = ("output",)) -> Callable[..., Any]:
    """Make a JAX function an operator: ``@mx.operator.from_jax`` or ``@mx.operator.from_jax("name", outputs=[...])``.

    Parameters without a default are tensor inputs, those with one are attributes. An input's dtype is free (all such
    inputs and all outputs then share one) unless its annotation names a dtype, as in ``index: "int32"``. The operator
    is compiled into the same program as the rest of the graph, differentiated by JAX, and saved by name: code that
    loads the symbol must register the function first, and a later function of the same name replaces an earlier one.
    Inputs that are left out become variables, as with every operator.

    Args:
        name: operator name, by default the function's.
        outputs: names of the arrays the function returns.

    Returns:
        A function that applies the operator: ``f(*symbols, name=..., **attributes) -> Symbol``.

    Raises:
        CustomOpError: the function has no name, or no parameter without default.

    >>> import symgraph as mx, jax.numpy as jnp
    >>> @mx.operator.from_jax
    ... def swish(x, beta=1.0):
    ...     return x / (1 + jnp.exp(-beta * x))
    >>> net = swish(mx.sym.Variable("x"), beta=2.0, name="act")
    >>> net.list_outputs(), net.eval(x=mx.nd.array([0.0]))[0].asnumpy().tolist()
    (['act_output'], [0.0])
    """
    if callable(name):
        return from_jax(None, outputs=outputs)(name)

    def enter(function: Callable) -> Callable[..., Any]:
        key = name or function.__name__
        if key == "<lambda>":
            raise CustomOpError('from_jax: a lambda has no name of its own; give one: from_jax("name")(lambda x: ...).')
        parameters = _signature(function).parameters.values()
        tensors = {p.name: _dtype_of(p.annotation) for p in parameters if p.default is p.empty}
        if not tensors:
            raise CustomOpError(f"from_jax: function '{key}' needs a parameter without default, its input.")
        attributes = tuple(p.name for p in parameters if p.default is not p.empty)
        _FUNCTIONS[key] = JaxFunction(next(_numbers), function, tensors, attributes, tuple(outputs))

        def apply(*args: Any, **kwargs: Any) -> Symbol:
            return create(Symbol, FromJax, key, args, {**kwargs, "function": key})

        apply.__name__ = apply.__qualname__ = key
        apply.__doc__ = function.__doc__
        return apply

    return enter


def _signature(function: Callable) -> inspect.Signature:
    try:
        return inspect.signature(function, eval_str=True)
    except NameError:
        return inspect.signature(function)


def _dtype_of(annotation: Any) -> np.dtype | None:
    """The dtype an annotation names, if it names one."""
    try:
        return None if annotation is inspect.Parameter.empty else as_dtype(annotation)
    except DTypeError:
        return None


def _from_text(text: str) -> Any:
    """The Python value that an attribute's text stands for: a literal, or the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
