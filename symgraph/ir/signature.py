"""How a call such as ``FullyConnected(x, w, num_hidden=4)`` maps to tensor inputs, attributes and options.

One reading serves ``mx.sym``, ``mx.nd`` and methods. As in MXNet, tensors come first, then attributes, in the order of
their declaration, then the options of the front end (``name``, ``out``); operators that take any number of inputs take
them positionally, and the rest by keyword.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import CompositionError, OpAttributeError, advice, counted, described, is_array, suggestion
from symgraph.ir.op import Op


@dataclass(frozen=True)
class Call:
    """What a caller gave.

    Attributes:
        inputs: tensors by name.
        attrs: attributes as the caller wrote them.
        options: what the front end understands besides, by name.
        positional: tensors by position, of operators that take any number of them.
    """

    inputs: dict[str, Any]
    attrs: dict[str, Any]
    options: dict[str, Any]
    positional: tuple[Any, ...] = ()

    def require_inputs(self, cls: type[Op]) -> None:
        """Raise `CompositionError` when an operator that takes any number of inputs was given none."""
        if cls.variadic is not None and self.attrs[cls.variadic] == 0:
            raise CompositionError(
                f"{cls.name} takes one or more inputs, given none; give them by position, as in {cls.name}(a, b)."
            )

    def by_slot(self, op: Op) -> dict[str, Any]:
        """Every given tensor by the name of its input slot.

        Raises:
            CompositionError: a tensor is given for an input that `op` does not have with its attributes.
        """
        slots = op.inputs()
        if len(self.positional) > len(slots):
            raise CompositionError(
                f"{op.name} takes {counted(len(slots), 'input')} with these attributes ({', '.join(slots) or 'none'}), "
                f"given {len(self.positional)}."
            )
        positional = dict(zip(slots, self.positional, strict=False))
        twice = [name for name in self.inputs if name in positional]
        if twice:
            raise CompositionError(f"{op.name}: input '{twice[0]}' is given twice, by position and by keyword.")
        given = {**positional, **self.inputs}
        for name in given:
            if name not in slots:
                raise CompositionError(
                    f"{op.name}: input '{name}' does not exist with these attributes. Inputs: {', '.join(slots)}."
                )
        return given


def read_call(
    cls: type[Op], args: Sequence[Any], kwargs: Mapping[str, Any], tensor: type, options: Sequence[str] = ()
) -> Call:
    """Sort the arguments of a call into tensors, attributes and options.

    Args:
        options: names of what the front end understands besides, in positional order.

    Raises:
        CompositionError: a tensor argument is of the wrong type, given twice, or one too many.
        OpAttributeError: an array is given for an attribute that is a number or a shape.
    """
    if not cls.has_fixed_inputs():
        return _read_any_number(cls, args, kwargs, tensor, options)
    slots = cls.tensors + cls.states
    names = (*_positional(cls), *cls.codecs, *options)
    if len(args) > len(names):
        raise CompositionError(
            f"{cls.name} takes at most {counted(len(names), 'positional argument')} ({', '.join(names)}), "
            f"given {len(args)}."
        )
    call = Call({}, {}, {})
    for name, value in (*zip(names, args, strict=False), *kwargs.items()):
        if name in call.inputs or name in call.attrs or name in call.options:
            raise CompositionError(f"{cls.name}: argument '{name}' is given twice.")
        if name in options:
            call.options[name] = value
        elif isinstance(value, tensor):
            call.inputs[name] = value
        elif name not in slots:
            call.attrs[name] = value
        elif value is not None:
            ending = _ending(
                value,
                tensor,
                "." if name in kwargs or isinstance(value, (list, tuple)) else "; give attributes by keyword.",
            )
            raise CompositionError(
                f"{cls.name}: argument '{name}' must be {_a(tensor)}, but got {described(value)}{ending}"
            )
    _check_inputs(cls, call.inputs, slots, tensor)
    _check_attrs(cls, call.attrs)
    return call


def _positional(cls: type[Op]) -> tuple[str, ...]:
    """Names of the tensors that a call can give by position."""
    return cls.slot_order or cls.tensors + (cls.states if cls.states_by_position else ())


def _read_any_number(
    cls: type[Op], args: Sequence[Any], kwargs: Mapping[str, Any], tensor: type, options: Sequence[str]
) -> Call:
    call = Call({}, {}, {}, tuple(args))
    for name, value in kwargs.items():
        part = call.options if name in options else call.inputs if isinstance(value, tensor) else call.attrs
        part[name] = value
    for i, value in enumerate(args):
        if not isinstance(value, tensor):
            if isinstance(value, (list, tuple)):
                ending = f"; unpack it with a star, {cls.name}(*{type(value).__name__})."
            else:
                ending = _ending(value, tensor, "; give attributes by keyword.")
            raise CompositionError(f"{cls.name}: argument {i} must be {_a(tensor)}, but got {described(value)}{ending}")
    if cls.variadic is not None:
        _check_attrs(cls, call.attrs)
        call.attrs.setdefault(cls.variadic, cls.counted(len(args) + len(call.inputs)))
    return call


def _check_inputs(cls: type[Op], inputs: Mapping[str, Any], slots: Sequence[str], tensor: type) -> None:
    for name in inputs:
        if name not in slots:
            kind = "an attribute, not a tensor" if name in cls.codecs else "not one of its inputs"
            by_keyword = "" if cls.states_by_position else f" Give {', '.join(cls.states)} by keyword."
            raise CompositionError(
                f"{cls.name}: '{name}' is {kind}, but got {_a(tensor)}.{suggestion(name, slots)} "
                f"Inputs: {', '.join(slots) or 'none'}.{by_keyword}"
            )


def _check_attrs(cls: type[Op], attrs: Mapping[str, Any]) -> None:
    for name, value in attrs.items():
        if name not in cls.codecs or not is_array(value) or value.shape == ():
            continue
        expected = cls.codecs[name].description
        # One-dimensional arrays of NumPy serve as tuples.
        if not (isinstance(value, np.ndarray) and value.ndim == 1 and expected.startswith("tuple")):
            raise OpAttributeError(f"operator {cls.name}: attribute {name} is {described(value)}; expected {expected}.")


def _ending(value: Any, tensor: type, otherwise: str = ".") -> str:
    """The end of a message about a value where a tensor is expected."""
    is_several = isinstance(value, (list, tuple)) and any(isinstance(v, tensor) for v in value)
    text = "." if is_several else advice(value, tensor)
    return otherwise if text == "." else text


def _a(cls: type) -> str:
    """The name of a class, as in "must be an NDArray"."""
    return f"a{'n' if cls.__name__[0] in 'AEINO' else ''} {cls.__name__}"


def signature(cls: type[Op], options: Sequence[str] = ()) -> inspect.Signature:
    """The Python signature of the function for `cls`; `options` as in `read_call`."""
    keyword, positional = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    make: Callable[..., inspect.Parameter] = inspect.Parameter
    is_fixed = cls.has_fixed_inputs()
    after = positional if is_fixed else keyword
    needed = () if is_fixed else set(cls.required) - {cls.variadic}
    attributes = [
        make(name, after, default=inspect.Parameter.empty if name in needed else _default(cls, name, field))
        for name, field in cls.fields.items()
    ]
    ending = [make(name, after, default=None) for name in options]
    if is_fixed:
        by_position = _positional(cls)
        tensors = [make(name, positional, default=None) for name in by_position]
        states = [make(name, keyword, default=None) for name in cls.states if name not in by_position]
        return inspect.Signature([*tensors, *attributes, *ending, *states])
    data, further = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    rest = [make("kwargs", further)] if cls.has_open_attributes else []
    return inspect.Signature([make("data", data), *attributes, *ending, *rest])


class _Required:
    """Stands in signatures for the default of an attribute that has none, but comes after tensors that may be left out."""

    def __repr__(self) -> str:
        return "<required>"


_REQUIRED = _Required()


def _default(cls: type[Op], name: str, field: dataclasses.Field[Any]) -> Any:
    if name == cls.variadic:
        return None  # inputs are counted
    return _REQUIRED if field.default is dataclasses.MISSING else field.default
