"""What the variables of an exported symbol are: parameters, inputs that are fed, and labels that nobody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgraph.errors import (
    BindError,
    CompositionError,
    CustomOpError,
    ExportError,
    UnknownArgumentError,
    described,
    listed,
    suggestion,
)
from symgraph.frontend.inference import all_dtypes, all_shapes
from symgraph.frontend.symbol import Symbol
from symgraph.runtime.ndarray import NDArray

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Spec:
    """Shape and dtype of an array that is not there yet."""

    shape: Shape
    dtype: np.dtype


@dataclass(frozen=True)
class Variables:
    """The variables of a symbol by what becomes of them when it is exported for inference.

    Attributes:
        parameters: values of arguments and auxiliary states, by name.
        inputs: what is fed, in the order of the symbol's arguments.
        labels: arguments of losses, which have neither a value nor a shape of the user's and are not read at inference.
    """

    parameters: dict[str, np.ndarray]
    inputs: dict[str, Spec]
    labels: dict[str, Spec]


def variables(
    what: str,
    symbol: Symbol,
    params: Mapping[str, Any],
    shapes: Mapping[str, Sequence[int]],
    dtypes: Mapping[str, Any] | None = None,
) -> Variables:
    """The variables of a symbol, from what is given for them; `what` begins messages.

    Args:
        params: values of parameters and auxiliary states, by name; those of other names are passed over.
        shapes: of the inputs, by name.
        dtypes: of inputs that are not what inference says, or else float32.

    Raises:
        CompositionError: there is no symbol.
        CustomOpError: an operator calls Python code.
        BindError: a variable has neither a value nor a shape.
        UnknownArgumentError: a name is not known, or has both.
        ShapeError, DTypeError: shapes or dtypes contradict each other.
    """
    if not isinstance(symbol, Symbol):
        raise CompositionError(f"{what}: takes a Symbol, given {described(symbol)}.")
    for name, given in (("params", params), ("shapes", shapes), ("dtypes", {} if dtypes is None else dtypes)):
        if not isinstance(given, Mapping):
            raise BindError(f"{what}: {name} must be a dict by name, given {described(given)}.")
    _require_pure(what, symbol)
    names = [*symbol.list_arguments(), *symbol.list_auxiliary_states()]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ExportError(f"{what}: several variables are called {listed(doubled)}; give each a name of its own.")
    values = {name: as_numpy(what, name, params[name]) for name in names if name in params and name not in shapes}
    _require_inputs(what, shapes, values, names)
    _require_inputs(what, dtypes or {}, values, names)
    known = {name: array.shape for name, array in values.items()} | {n: tuple(s) for n, s in shapes.items()}
    labels = [name for name in names if name not in known and name.endswith("label")]
    missing = [name for name in names if name not in known and name not in labels]
    if missing:
        raise BindError(
            f"{what}: there is neither a value nor a shape for {listed(missing)}. Give parameters in params, and for each "
            f"input its shape, as in shapes={{'{missing[0]}': (1, 3, 224, 224)}}."
        )
    graph = symbol.graph
    all_of_shape = {node.name: shape for node, shape in all_shapes(graph, what, known).items()}
    given_types = {name: array.dtype for name, array in values.items()} | dict(dtypes or {})
    all_of_type = {node.name: dtype for node, dtype in all_dtypes(graph, given_types).items()}
    specs = {name: Spec(all_of_shape[name], all_of_type[name]) for name in names}
    return Variables(
        values,
        {name: specs[name] for name in names if name in shapes},
        {name: specs[name] for name in labels},
    )


def _require_pure(what: str, symbol: Symbol) -> None:
    for node in symbol.graph.order:
        if node.op is not None and node.op.is_effectful:
            raise CustomOpError(
                f"{what}: {node.describe()} calls Python code, which cannot leave this process; write it with operators, or "
                f"export the parts before and behind it."
            )
        if node.op is not None and node.op.draws(False):
            raise ExportError(
                f"{what}: {node.describe()} draws random numbers at inference, which no file can hold; make what it draws an "
                f"input."
            )


def _require_inputs(what: str, given: Mapping[str, Any], values: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raise unless all names of what the user gave are of inputs."""
    inputs = [name for name in names if name not in values]
    for name in given:
        if name not in inputs:
            raise UnknownArgumentError(
                f"{what}: the symbol has no input '{name}'.{suggestion(str(name), inputs)} Its inputs are {listed(inputs)}."
            )


def as_numpy(what: str, name: str, value: Any) -> np.ndarray:
    """The value of a parameter, on the host.

    Raises:
        BindError: it is no array.
    """
    if not isinstance(value, NDArray) and not hasattr(value, "__array__"):
        raise BindError(f"{what}: the parameter '{name}' must be an array, given {described(value)}.")
    return value.asnumpy() if isinstance(value, NDArray) else np.asarray(value)
