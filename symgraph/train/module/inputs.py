"""Names and descriptions of a module's inputs, checked. Modules that users write import these by MXNet's names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, UnknownArgumentError, counted, described, listed, suggestion
from symgraph.ir.labels import label_takers, labels_of
from symgraph.ir.source import warn_user
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import DataDesc, descriptions


def check_input_names(symbol: Any, names: Sequence[str], typename: str, throw: bool) -> None:
    """Check that a symbol has arguments of these names.

    Args:
        typename: what the names are given as, such as ``"data"``.
        throw: raise, rather than warn.

    Raises:
        UnknownArgumentError: it has not.
    """
    known = symbol.list_arguments()
    likely = [name for name in known if not name.endswith(("_weight", "_bias", "_gamma", "_beta"))]
    for name in names:
        if name in known:
            continue
        labels = labels_of(symbol.graph) if typename == "label" else []
        meant = (
            f" Its labels: {listed(labels)}; write Module(label_names={labels}) and {_fed_as(labels)}."
            if set(labels) - set(names)
            else f"{suggestion(name, known)} Arguments that look like inputs: {listed(likely)}."
        )
        text = f"Module: the symbol has no argument '{name}', which is in {typename}_names={list(names)}.{meant}"
        if throw:
            raise UnknownArgumentError(text)
        warn_user(text)


def _fed_as(labels: Sequence[str]) -> str:
    """How an iterator is made that gives labels of these names."""
    several = ", ".join(f"'{name}': ..." for name in labels)
    return (
        f"NDArrayIter(..., label_name='{labels[0]}')" if len(labels) == 1 else f"NDArrayIter(..., label={{{several}}})"
    )


def names_of(given: Any, what: str) -> list[str]:
    """Names that a module is made with, as a list.

    Raises:
        ArgumentError: they are something else, such as a single string.
    """
    if isinstance(given, str):
        raise ArgumentError(f"Module: {what} is a list of names, given {described(given)}; write [{given!r}].")
    names = list(given or ())
    for name in names:
        if not isinstance(name, str):
            raise ArgumentError(f"Module: {what} is a list of names, of which one is {described(name)}.")
    return names


def check_iterator(given: Any, who: str, what: str, attributes: Sequence[str], also: str = "") -> None:
    """Check that something gives batches.

    Args:
        who, what: the method and its argument, for the message; `also` is what else it could be.
        attributes: what the method uses of it, beside going through it.

    Raises:
        ArgumentError: it does not.
    """
    missing = [
        name for name in ("__iter__", *attributes) if not hasattr(type(given), name) and not hasattr(given, name)
    ]
    if missing:
        raise ArgumentError(
            f"{who}: {what} must be {also}an iterator of batches, such as mx.io.NDArrayIter, given {described(given)}, which "
            f"has no {missing[-1]}."
        )


def arrays_of(batch: Any, kind: str, shapes: Sequence[DataDesc]) -> list[Any]:
    """The arrays of a batch's data or label for the inputs that a module was bound for.

    Raises:
        ArgumentError: the batch has no list of arrays there.
        BindError: there are too few. What is more than that is passed over, as in MXNet, and warned of.
    """
    found = getattr(batch, kind, None)
    names = listed(d.name for d in shapes)
    if not isinstance(found, (list, tuple)):
        raise ArgumentError(f"the {kind} of a batch is a list of arrays, here for {names}; given {described(found)}.")
    if len(found) < len(shapes):
        raise BindError(
            f"the batch has {counted(len(found), 'array')} of {kind}, but the module was bound for {len(shapes)} ({names})."
        )
    if len(found) > len(shapes):
        warn_user(
            f"the batch has {counted(len(found), 'array')} of {kind}, but the module was bound for {len(shapes)} ({names}); "
            f"the rest is not used."
        )
    for description, array in zip(shapes, found, strict=False):
        if not isinstance(array, (NDArray, np.ndarray)):
            raise ArgumentError(
                f"{kind} '{description.name}' must be an NDArray, given {described(array)}; mx.nd.array(...) makes one."
            )
    return list(found[: len(shapes)])


def no_parameter(symbol: Any, lacking: Iterable[str], label_names: Sequence[str]) -> str:
    """The remedy where a module takes a label for a parameter that nobody gives a value; empty if none of `lacking` is one."""
    takers = label_takers(symbol.graph)
    name = next((name for name in lacking if name in takers), None)
    if name is None:
        return ""
    names = [label for label in symbol.list_arguments() if label in label_names or label in takers]
    return (
        f"'{name}' is what {takers[name].describe()} takes as its label, and the module holds it for a parameter; write "
        f"Module(label_names={names})."
    )


def check_parameter(
    name: str,
    given: Sequence[int],
    needed: Sequence[int],
    inputs: Sequence[DataDesc],
    before: Sequence[DataDesc] = (),
) -> None:
    """Raise `BindError` unless a parameter has the shape that it needs for these inputs of the network.

    Args:
        before: inputs that it was bound for.
    """
    if tuple(given) == tuple(needed):
        return
    known = [(d.name, tuple(d.shape)) for d in before]
    others = [d for d in inputs if (d.name, tuple(d.shape)) not in known] if before else inputs
    was = [f"{bound} was bound as {shape}" for bound, shape in known if bound in [d.name for d in others]]
    raise BindError(
        f"parameter '{name}' has shape {tuple(given)}, but {listed(f'{d.name} {tuple(d.shape)}' for d in others)} "
        f"{'need' if others[1:] else 'needs'} {tuple(needed)}; "
        + (
            f"{listed(was)}: give examples of that shape, in batches of any size."
            if was
            else "give data of the shape that the parameters were made for, or other parameters."
        )
    )


def check_labels(
    symbol: Any, described_labels: Sequence[DataDesc], fed: Sequence[str], label_names: Sequence[str]
) -> None:
    """Check that no label of a symbol goes without values because its name is another than that of the data's.

    Args:
        fed: those that data or states give values to.
        label_names: those that the module takes for labels.

    Raises:
        UnknownArgumentError: one does.
    """
    names = [d.name for d in described_labels]
    known = symbol.list_arguments()
    unknown = [name for name in names if name not in known]
    labels = [name for name in labels_of(symbol.graph) if name not in fed] if unknown else []
    lacking = [name for name in labels if name not in names]
    if lacking:
        raise UnknownArgumentError(
            f"bind: label_shapes describe {listed(unknown)}, but the label of the symbol is {listed(lacking)}; write "
            f"{'' if set(labels) <= set(label_names) else f'Module(label_names={labels}) and '}{_fed_as(labels)}."
        )


def parse_data_desc(
    data_names: Sequence[str], label_names: Sequence[str], data_shapes: Any, label_shapes: Any
) -> tuple[list[DataDesc], list[DataDesc] | None]:
    """Descriptions of the inputs, in the order in which batches hold them.

    Raises:
        BindError: others than `data_names` are described; of labels, that is only warned of.
    """
    data, label = descriptions(data_shapes), descriptions(label_shapes)
    if sorted(d.name for d in data) != sorted(data_names):
        raise BindError(
            f"bind: data_shapes describe {listed(d.name for d in data)}, but data_names of this module are "
            f"{listed(data_names)}; name them alike, in the iterator or in Module(data_names=...)."
        )
    if label_shapes is not None and sorted(d.name for d in label) != sorted(label_names):
        warn_user(
            f"bind: label_shapes describe {listed(d.name for d in label)}, but label_names of this module are "
            f"{listed(label_names)}; what is not described gets its shape from the data."
        )
    return data, label or None


class ArgumentError(BindError, TypeError, AttributeError):
    """An argument of a module's method is of the wrong kind; MXNet raises one or the other of the built-in errors."""
