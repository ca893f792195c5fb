"""Names and descriptions of a module's inputs, checked. Modules that users write import these by MXNet's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.errors import BindError, UnknownArgumentError, listed, suggestion
from symgraph.ir.source import warn_user
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
        text = (
            f"Module: the symbol has no argument '{name}', which is in {typename}_names={list(names)}."
            f"{suggestion(name, known)} Arguments that look like inputs: {listed(likely)}."
        )
        if throw:
            raise UnknownArgumentError(text)
        warn_user(text)


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
