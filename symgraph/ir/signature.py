"""How a call such as ``FullyConnected(x, w, num_hidden=4)`` maps to tensor inputs and attributes.

One reading serves ``mx.sym``, ``mx.nd`` and methods. As in MXNet, tensors come first, then attributes, in the order of
their declaration; operators that take any number of inputs take them positionally.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symgraph.errors import CompositionError
from symgraph.ir.op import Op


@dataclass(frozen=True)
class Call:
    """What a caller gave.

    Attributes:
        inputs: tensors by name.
        attrs: attributes as the caller wrote them.
        positional: tensors by position, of operators that take any number of them.
    """

    inputs: dict[str, Any]
    attrs: dict[str, Any]
    positional: tuple[Any, ...] = ()

    def by_slot(self, op: Op) -> dict[str, Any]:
        """Every given tensor by the name of its input slot.

        Raises:
            CompositionError: a tensor is given for an input that `op` does not have with its attributes.
        """
        slots = op.inputs()
        if len(self.positional) > len(slots):
            raise CompositionError(
                f"{op.name} takes {len(slots)} inputs with these attributes ({', '.join(slots) or 'none'}), "
                f"given {len(self.positional)}."
            )
        given = {**dict(zip(slots, self.positional, strict=False)), **self.inputs}
        for name in given:
            if name not in slots:
                raise CompositionError(
                    f"{op.name}: input '{name}' does not exist with these attributes. Inputs: {', '.join(slots)}."
                )
        return given


def read_call(cls: type[Op], args: Sequence[Any], kwargs: Mapping[str, Any], tensor: type) -> Call:
    """Sort the arguments of a call into tensors and attributes.

    Raises:
        CompositionError: a tensor argument is of the wrong type, given twice, or one too many.
    """
    if cls.variadic is not None:
        return _read_variadic(cls, args, kwargs, tensor)
    slots = cls.slots({name: value for name, value in kwargs.items() if not isinstance(value, tensor)})
    names = (*slots, *cls.codecs)
    if len(args) > len(names):
        raise CompositionError(
            f"{cls.name} takes at most {len(names)} positional arguments ({', '.join(names)}), given {len(args)}."
        )
    inputs: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    for name, value in (*zip(names, args, strict=False), *kwargs.items()):
        if name in inputs or name in attrs:
            raise CompositionError(f"{cls.name}: argument '{name}' is given twice.")
        if isinstance(value, tensor):
            inputs[name] = value
        elif name in slots:
            if value is not None:
                raise CompositionError(
                    f"{cls.name}: argument '{name}' must be a {tensor.__name__}, "
                    f"but got {value!r} of type {type(value).__name__}."
                )
        else:
            attrs[name] = value
    _check_known(cls, inputs, slots, tensor)
    return Call(inputs, attrs)


def _read_variadic(cls: type[Op], args: Sequence[Any], kwargs: Mapping[str, Any], tensor: type) -> Call:
    assert cls.variadic is not None
    inputs: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    for name, value in kwargs.items():
        (inputs if isinstance(value, tensor) else attrs)[name] = value
    for i, value in enumerate(args):
        if not isinstance(value, tensor):
            raise CompositionError(
                f"{cls.name}: argument {i} must be a {tensor.__name__}, but got {value!r} of type {type(value).__name__}; "
                f"give attributes by keyword."
            )
    attrs.setdefault(cls.variadic, len(args) + len(inputs))
    return Call(inputs, attrs, tuple(args))


def _check_known(cls: type[Op], inputs: Mapping[str, Any], slots: Sequence[str], tensor: type) -> None:
    for name in inputs:
        if name not in slots:
            kind = "an attribute, not a tensor" if name in cls.codecs else "not one of its inputs"
            raise CompositionError(
                f"{cls.name}: '{name}' is {kind}, but got a {tensor.__name__}. Inputs: {', '.join(slots) or 'none'}."
            )


def signature(cls: type[Op], extra: Sequence[str] = ()) -> inspect.Signature:
    """The Python signature of the function for `cls`; `extra` are keyword arguments of the front end (``name``)."""
    keyword, positional = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    make: Callable[..., inspect.Parameter] = inspect.Parameter
    attributes = [
        make(name, keyword if cls.variadic else positional, default=getattr(cls, name, None)) for name in cls.codecs
    ]
    ending = [make(name, keyword, default=None) for name in extra]
    if cls.variadic is not None:
        return inspect.Signature([make("data", inspect.Parameter.VAR_POSITIONAL), *attributes, *ending])
    tensors = [make(name, positional, default=None) for name in cls.tensors + cls.states]
    return inspect.Signature([*tensors, *attributes, *ending])
