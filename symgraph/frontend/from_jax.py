"""JAX functions as operators, in one line; see `from_jax`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import (
    CompositionError,
    CustomOpError,
    DTypeError,
    OpAttributeError,
    boundary,
    counted,
    described,
    listed,
    suggestion,
)
from symgraph.frontend.compose import OPTIONS, create
from symgraph.frontend.python_ops import as_names, find_registered, origin, raised
from symgraph.frontend.symbol import Symbol
from symgraph.ir.attrs import format_value
from symgraph.ir.dtype import FLOAT32, as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import is_known

_TRIED_DTYPES = FLOAT32, np.dtype(np.int32), np.dtype(np.bool_)
"""Shape rules know no dtypes, and a function may take only some: the first of these that it takes tells its shapes."""

_NEEDS_VALUES: Mapping[type[Exception], tuple[str, str]] = {
    jax.errors.TracerArrayConversionError: ("gives an input to NumPy", "use jax.numpy"),
    jax.errors.TracerBoolConversionError: ("asks whether an input is true", "use jnp.where or jax.lax.cond for if"),
    jax.errors.TracerIntegerConversionError: ("uses an input as a Python integer", "index and count with jax.numpy"),
    jax.errors.NonConcreteBooleanIndexError: ("picks elements by a condition", "use jnp.where, which keeps the shape"),
    jax.errors.ConcretizationTypeError: ("makes a Python number of an input", "compute with the array"),
}
"""What JAX raises where code needs values of arrays that have none yet: what the code does, and should do."""


@dataclass(frozen=True, eq=False)
class JaxFunction:
    """A registered function.

    Attributes:
        name: of the operator.
        tensors: parameters without default, the inputs; with their dtype if the annotation names one.
        attributes: parameters with default, and these.
        outputs: names of the arrays it returns.
    """

    name: str
    call: Callable[..., Any]
    signature: inspect.Signature
    tensors: Mapping[str, np.dtype | None]
    attributes: Mapping[str, Any]
    outputs: tuple[str, ...]


_FUNCTIONS: dict[str, JaxFunction] = {}


@register("_from_jax")
class FromJax(Op):
    """A JAX function as an operator, registered with `mx.operator.from_jax`.

    one input per parameter of the function without default -> what the function returns

    Symgraph's own: real MXNet cannot load a symbol that contains it.

    Attributes:
        function: the registered name. All further attributes are keyword arguments of the function, as Python literals.
    """

    function: str
    _params: tuple[tuple[str, str], ...] = ()
    _definition: JaxFunction | None = None

    has_open_attributes = True
    own: ClassVar[JaxFunction | None] = None
    """In the classes that `from_jax` makes, their function, whatever the name stands for by then."""

    @classmethod
    def from_strings(cls, attrs: Mapping[str, str]) -> FromJax:
        name = attrs.get("function", "")
        definition = cls.own or find_registered(_FUNCTIONS, name, "operator _from_jax: function", "from_jax")
        params = {key: text for key, text in attrs.items() if key != "function"}
        unknown = sorted(set(params) - set(definition.attributes))
        if unknown:
            raise OpAttributeError(
                f"operator {name}: unknown attribute '{unknown[0]}'.{suggestion(unknown[0], definition.attributes)} "
                f"Known attributes: {listed(definition.attributes)}."
            )
        return FromJax(function=name, _params=tuple(sorted(params.items())), _definition=definition)

    @property
    def definition(self) -> JaxFunction:
        """The function; operators are made by `from_strings` only, which finds it."""
        assert self._definition is not None
        return self._definition

    @cached_property
    def _arguments(self) -> dict[str, Any]:
        """Values of the parameters that are given as attributes."""
        defaults = self.definition.attributes
        return {key: text if isinstance(defaults[key], str) else _from_text(text) for key, text in self._params}

    def picture_label(self) -> str:
        return self.function

    def arguments(self) -> tuple[str, ...]:
        return tuple(self.definition.tensors)

    def outputs(self) -> tuple[str, ...]:
        return self.definition.outputs

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        declared = list(self.definition.tensors.values())
        free = [given for given, fixed in zip(ins, declared, strict=True) if fixed is None]
        common = next((d for d in (*free, *outs) if d is not None), None)
        return [common if fixed is None else fixed for fixed in declared], [common] * len(outs)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        """By abstract evaluation, as a JAX function brings no shape rule."""
        if not all(map(is_known, ins)):
            return ins, outs
        failures: list[tuple[Any, Exception]] = []
        for free in _TRIED_DTYPES:
            dtypes = [free if fixed is None else fixed for fixed in self.definition.tensors.values()]
            stand_ins = [jax.ShapeDtypeStruct(shape, dtype) for shape, dtype in zip(ins, dtypes, strict=True)]
            try:
                with jax.enable_x64(True):
                    results = jax.eval_shape(self._call, *stand_ins)
                return ins, [tuple(result.shape) for result in results]
            except CustomOpError:
                raise
            except Exception as error:
                failures.append((stand_ins, error))
        raise CustomOpError(self._refused(failures)) from failures[0][1]

    def lower(self, ctx: LowerContext, *inputs: jax.Array) -> tuple[jax.Array, ...]:
        declared = self.definition.tensors.values()
        dtype = next((x.dtype for x, fixed in zip(inputs, declared, strict=True) if fixed is None), FLOAT32)
        try:
            return tuple(result.astype(dtype) for result in self._call(*map(_as_declared, inputs, declared)))
        except CustomOpError:
            raise
        except Exception as error:
            node = f"node '{ctx.node}': " if ctx.node else ""
            raise CustomOpError(
                f"{node}{self._refused([(inputs, error)])} "
                f"Annotate an input that must have a certain dtype, as in index: 'int32'."
            ) from error

    def _call(self, *inputs: Any) -> tuple[jax.Array, ...]:
        definition = self.definition
        given = {**dict(zip(definition.tensors, inputs, strict=True)), **self._arguments}
        bound = inspect.BoundArguments(definition.signature, given)
        try:
            return self._results(definition.call(*bound.args, **bound.kwargs))
        except tuple(_NEEDS_VALUES) as error:
            does, instead = next(texts for kind, texts in _NEEDS_VALUES.items() if isinstance(error, kind))
            raise CustomOpError(
                f"operator {self.function}: the JAX function {does}{origin(error, definition.call)}, which has no values "
                f"while the graph is compiled; {instead}, or write an mx.operator.CustomOp, whose code sees values."
            ) from error

    def _results(self, returned: Any) -> tuple[jax.Array, ...]:
        """What the function returned as arrays, one per output; Python numbers are arrays without axes."""
        results = tuple(returned) if isinstance(returned, (tuple, list)) else (returned,)
        names = self.outputs()
        if not all(isinstance(result, (jax.Array, np.ndarray, np.generic, bool, int, float)) for result in results):
            expected = "one array" if len(names) == 1 else f"a tuple of {len(names)} arrays"
            raise CustomOpError(
                f"operator {self.function}: the JAX function returned {_outline(returned)}, but {expected} "
                f"({', '.join(names)}) is expected."
            )
        if len(results) != len(names):
            raise CustomOpError(
                f"operator {self.function}: the JAX function returned {counted(len(results), 'array')} for "
                f"{counted(len(names), 'output')} ({', '.join(names)}); name them: "
                f"from_jax('{self.function}', outputs=[...])."
            )
        arrays = tuple(map(jnp.asarray, results))
        for output, array in zip(names, arrays, strict=True):
            if not any(jnp.issubdtype(array.dtype, kind) for kind in (jnp.floating, jnp.integer, jnp.bool_)):
                raise CustomOpError(
                    f"operator {self.function}: the JAX function returned an array of dtype {array.dtype} for output "
                    f"'{output}', but arrays hold real numbers; return its real and imaginary parts, or its absolute value."
                )
        return arrays

    def _refused(self, failures: Sequence[tuple[Sequence[Any], Exception]]) -> str:
        """What happened with inputs of some dtypes; where others failed alike, once."""
        texts: dict[str, str] = {}
        for inputs, error in failures:
            given = ", ".join(f"{x.dtype.name}{list(x.shape)}" for x in inputs)
            texts.setdefault(str(error), f"{given}: it {raised(error, self.definition.call)}")
        return f"operator {self.function}: the JAX function does not take inputs {', nor '.join(texts.values())}."


def from_jax(name: str | Callable | None = None, *, outputs: Sequence[str] = ("output",)) -> Callable[..., Any]:
    """Make a JAX function an operator: ``@mx.operator.from_jax`` or ``@mx.operator.from_jax("name", outputs=[...])``.

    Parameters without a default are tensor inputs, those with one are attributes. An input's dtype is free (all such
    inputs and all outputs then share one) unless its annotation names a dtype, as in ``index: "int32"``. The operator
    is compiled into the same program as the rest of the graph, differentiated by JAX, and saved by name: code that
    loads the symbol must register the function first. A later function of the same name replaces an earlier one in
    what is loaded; what was returned for the earlier one, and the symbols made with it, keep it. Attributes are saved
    as text: numbers, strings, dtypes, None, and tuples, lists and dicts of these.
    Inputs that are left out become variables, as with every operator.

    Args:
        name: operator name, by default the function's.
        outputs: names of the arrays the function returns.

    Returns:
        A function that applies the operator: ``f(*symbols, name=..., **attributes) -> Symbol``.

    Raises:
        CustomOpError: the function has no name, or its parameters cannot be inputs and attributes.

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
    if name is not None and not isinstance(name, str):
        raise CustomOpError(f"from_jax: the name of the operator must be a string, given {described(name)}.")
    names = as_names(outputs)
    if not names:
        raise CustomOpError(f"from_jax: outputs must be a list of names, as in ['output'], given {described(outputs)}.")

    def enter(function: Callable) -> Callable[..., Any]:
        definition = _define(name, function, names)
        _FUNCTIONS[definition.name] = definition
        return _applying(definition)

    return enter


def _applying(definition: JaxFunction) -> Callable[..., Symbol]:
    """The function that applies an operator of its own class, whatever its name stands for by then."""
    name, doc = definition.name, definition.call.__doc__
    own = type(name, (FromJax,), {"name": name, "own": definition, "__doc__": doc})

    def apply(*args: Any, **kwargs: Any) -> Symbol:
        _check_call(definition, args, kwargs)
        given = {key: value for key, value in kwargs.items() if not (value is None and key in definition.tensors)}
        return create(Symbol, own, name, args, {**given, "function": name})

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = doc
    apply.__signature__ = _signature_of_calls(definition)  # type: ignore[attr-defined]
    return boundary(apply)


def _signature_of_calls(definition: JaxFunction) -> inspect.Signature:
    """Inputs by position or keyword, attributes and the options of the front end by keyword."""
    positional, keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    inputs = [inspect.Parameter(name, positional, default=None) for name in definition.tensors]
    named = {**definition.attributes, **dict.fromkeys(OPTIONS)}
    return inspect.Signature(
        [*inputs, *(inspect.Parameter(name, keyword, default=value) for name, value in named.items())]
    )


def _define(name: str | None, function: Callable, outputs: tuple[str, ...]) -> JaxFunction:
    key = name or str(getattr(function, "__name__", "<lambda>"))
    if key == "<lambda>":
        raise CustomOpError('from_jax: a lambda has no name of its own; give one: from_jax("name")(lambda x: ...).')
    signature = _signature(key, function)
    parameters = signature.parameters.values()
    for p in parameters:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            raise CustomOpError(
                f"from_jax: function '{key}' takes any number of '{p.name}'; name its inputs one by one."
            )
        if p.name in (*OPTIONS, "function"):
            raise CustomOpError(
                f"from_jax: parameter '{p.name}' of function '{key}' has another meaning in calls of operators; rename it."
            )
    tensors = {p.name: _dtype_of(p.annotation) for p in parameters if p.default is p.empty}
    if not tensors:
        raise CustomOpError(f"from_jax: function '{key}' needs a parameter without default, its input.")
    attributes = {p.name: p.default for p in parameters if p.default is not p.empty}
    return JaxFunction(key, function, signature, tensors, attributes, outputs)


def _signature(key: str, function: Callable) -> inspect.Signature:
    try:
        return inspect.signature(function, eval_str=True)
    except NameError:  # an annotation means nothing at run time
        return inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise CustomOpError(f"from_jax: '{key}' must be a function whose parameters are known: {error}.") from None


def _dtype_of(annotation: Any) -> np.dtype | None:
    """The dtype an annotation names, if it names one; Python's own types, such as ``float``, are none."""
    try:
        return None if annotation in (inspect.Parameter.empty, bool, int, float) else as_dtype(annotation)
    except DTypeError:
        return None


def _as_declared(array: jax.Array, declared: np.dtype | None) -> jax.Array:
    """An input as its annotation wants it: where gradients are taken, integers come as float64."""
    return array if declared is None else array.astype(declared)


def _check_call(definition: JaxFunction, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Refuse, in the words of this operator, what the general reading of a call does not see or would only call odd."""
    name, inputs = definition.name, definition.tensors
    if len(args) > len(inputs):
        raise CompositionError(
            f"{name} takes {counted(len(inputs), 'input')} ({', '.join(inputs)}), given {len(args)} by position; "
            f"give attributes by keyword."
        )
    for key, value in kwargs.items():
        if key in inputs:
            if not isinstance(value, Symbol | None):
                raise CompositionError(f"{name}: input '{key}' must be a Symbol, given {described(value)}.")
        elif key in definition.attributes:
            _check_attribute(name, key, value)
        elif isinstance(value, Symbol):
            raise CompositionError(
                f"{name} has no input '{key}'.{suggestion(key, inputs)} Inputs: {', '.join(inputs)}."
            )


def _check_attribute(operator: str, name: str, value: Any) -> None:
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        raise OpAttributeError(
            f"operator {operator}: attribute '{name}' is {described(value)}, and attributes are saved as text; "
            f"make it an input, which is a parameter without default, or give numbers or a tuple of them."
        )
    if not _has_text(value):
        raise OpAttributeError(
            f"operator {operator}: attribute '{name}' must be a number, string, dtype or None, or a tuple, list or dict "
            f"of these, given {described(value)}."
        )


def _has_text(value: Any) -> bool:
    """Whether the text of an attribute can stand for `value`."""
    try:
        text = format_value(value)
    except DTypeError:
        return False
    return isinstance(value, (str, type, np.dtype)) or not isinstance(_from_text(text), str)


def _from_text(text: str) -> Any:
    """The Python value that an attribute's text stands for: a literal, an infinite number, or the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _outline(value: Any) -> str:
    """What a function returned, by its types."""
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_outline, value))})"
    return "None" if value is None else "array" if isinstance(value, jax.Array) else f"a {type(value).__name__}"
