"""A checkpoint that a command is given: its symbol, what was learnt, and what is fed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from symgraph.errors import BindError, FormatError, MXNetError, UnknownArgumentError, counted, listed, suggestion
from symgraph.frontend.symbol import Symbol
from symgraph.frontend.variables import Variable
from symgraph.frontend.variables import load as load_symbol
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.params import load
from symgraph.train.checkpoint import Params, file_of, split_params, symbol_file_of

LEARNT = ("_weight", "_bias", "_gamma", "_beta")
"""How the names of what is learnt end."""


@dataclass(frozen=True)
class Checkpoint:
    """A symbol with its parameters and auxiliary states.

    Attributes:
        inputs: names of what is fed, each of which has a shape.
        labels: names of what only a loss reads.
    """

    symbol: Symbol
    args: Params
    aux: Params
    inputs: list[str]
    labels: list[str]


def read_checkpoint(prefix: str, epoch: int, shapes: Mapping[str, Sequence[int]]) -> Checkpoint:
    """The checkpoint ``prefix-symbol.json``, ``prefix-0001.params`` for epoch 1.

    Args:
        shapes: of all inputs, by name.

    Raises:
        FileError, FormatError: a file is not there, or is something else.
        BindError: an input has no shape.
        UnknownArgumentError: there is no input of a name.
    """
    symbol = load_symbol(symbol_file_of(prefix))
    fname = file_of(prefix, epoch)
    args, aux = parameters_of(symbol, fname, shapes)
    inputs = [name for name in symbol.list_arguments() if name not in args]
    labels = [name for name in inputs if name.endswith("label") and name not in shapes]
    data = [name for name in inputs if name not in labels]
    for name in shapes:
        if name not in data:
            raise UnknownArgumentError(
                f"{prefix} has no input '{name}'.{suggestion(name, inputs)} Its inputs are {listed(inputs)}."
            )
    missing = [name for name in data if name not in shapes]
    parameters = [name for name in missing if name.endswith(LEARNT)]
    if parameters:
        raise BindError(
            f"{fname} has no values for {listed(parameters)}; it holds {listed(args, 4)}. Is it of another network? What is "
            f"an input needs a shape, as in --shape {parameters[0]}=1,3,224,224."
        )
    if missing or not data:
        raise BindError(
            f"the inputs of {prefix} are {listed(data)}; give the shape of each, as in "
            f"--shape {(data or ['data'])[0]}=1,3,224,224."
        )
    return Checkpoint(symbol, args, aux, data, labels)


def parameters_of(
    symbol: Symbol, fname: str, shapes: Mapping[str, Sequence[int]] | None = None
) -> tuple[Params, Params]:
    """Parameters and auxiliary states of a file, whose names may be just those in the symbol; `shapes` are those of inputs."""
    content = load(fname)
    if not content:  # a network without parameters, of which MXNet's file does not say that it would have names
        return {}, {}
    states = symbol.list_auxiliary_states()
    if isinstance(content, dict) and not any(":" in name for name in content):
        known = {*symbol.list_arguments(), *states}
        if content and not known.intersection(content):
            raise FormatError(
                f"{fname}: none of its names is one of the symbol. It holds {listed(content, 4)}; the symbol has "
                f"{listed(symbol.list_arguments(), 4)}. {_remedy(symbol, fname, content, shapes or {})}"
            )
        content = {f"{'aux' if name in states else 'arg'}:{name}": array for name, array in content.items()}
    return split_params(content, fname)


def newest_parameters(prefix: str) -> str | None:
    """The file of a checkpoint's parameters with the greatest number; ``None`` if there is none."""
    folder, name = os.path.split(prefix)
    epochs = []
    with suppress(OSError):
        found = (re.fullmatch(re.escape(name) + r"-(\d{4,})\.params", other) for other in os.listdir(folder or "."))
        epochs = [int(match[1]) for match in found if match]
    return file_of(prefix, max(epochs)) if epochs else None


def unknown_shapes(symbol: Symbol, shapes: Mapping[str, Sequence[int]]) -> list[str]:
    """Names of variables whose shapes do not follow from those of inputs.

    Raises:
        ShapeError: shapes contradict each other.
    """
    names = symbol.list_inputs()
    arguments, _, states = symbol.infer_shape_partial(**{name: shapes[name] for name in shapes if name in names})
    inferred = zip(symbol.list_arguments() + symbol.list_auxiliary_states(), arguments + states, strict=True)
    return [name for name, shape in inferred if not shape or 0 in shape]


def with_shapes(symbol: Symbol, params: Mapping[str, NDArray], names: Sequence[str]) -> Symbol:
    """The symbol, whose variables of these names have the shapes of their parameters; those that are none stay open."""
    return symbol(**{name: Variable(name, shape=params[name].shape) for name in names if name in params})


def _remedy(symbol: Symbol, fname: str, content: Params, shapes: Mapping[str, Sequence[int]]) -> str:
    """What to do about parameters that have other names than in the symbol, such as numbers, which Gluon gives them."""
    inputs, states = symbol.list_inputs(), symbol.list_auxiliary_states()
    names = [name for name in inputs if name.endswith(LEARNT) or name in states]
    if len(names) != len(content):
        return (
            f"The symbol has {counted(len(names), 'parameter')}, and the file {counted(len(content), 'array')}: it is of "
            f"another network."
        )
    known = {name: array.shape for name, array in zip(names, content.values(), strict=True)}
    try:
        symbol.infer_shape_partial(**{**known, **shapes})
    except MXNetError:
        return "Taken in order, its arrays have not the shapes of the symbol's parameters: is it of another network?"
    others = [name for name in inputs if name not in names]
    return (
        f"Gluon's save_parameters numbers layers. If the arrays are the symbol's parameters in order, give them their names, "
        f"or let Gluon's export() write both files:\n"
        f"  symbol = mx.sym.load('{fname.rpartition('-')[0]}-symbol.json')\n"
        f"  names = [name for name in symbol.list_inputs() if name not in {others}]\n"
        f"  mx.nd.save('{fname}', dict(zip(names, mx.nd.load('{fname}').values())))"
    )
