"""What checks are given: the arrays of a symbol, by position or by name, NDArrays or anything like an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, MXNetError, UnknownArgumentError, described, listed
from symgraph.runtime.arrays import check_names
from symgraph.runtime.context import Context
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.test_utils.devices import default_context


def prepared(
    sym: Any,
    location: Any,
    aux_states: Any,
    ctx: Context | None,
    dtype: Any,
    grad_stypes: Mapping[str, str] | None = None,
) -> tuple[Context, dict[str, NDArray], dict[str, NDArray]]:
    """Where a check of a symbol runs, and its arguments and auxiliary states; its gradients must be dense.

    Args:
        sym: the symbol.
        location, aux_states: values of arguments and auxiliary states, as for `named`.
        ctx: where to run, by default the current context; what is no NDArray yet is put there.
        dtype: its dtype; ``"asnumpy"`` keeps the one it has.
        grad_stypes: storage types of gradients by name.
    """
    for name, stype in (grad_stypes or {}).items():
        only_dense(f"gradient of '{name}'", stype)
    context = ctx or default_context()
    args = named("location", sym.list_arguments(), location)
    states = named("aux_states", sym.list_auxiliary_states(), aux_states)
    return (
        context,
        {name: as_ndarray(value, context, dtype) for name, value in args.items()},
        {name: as_ndarray(value, context, dtype) for name, value in states.items()},
    )


def only_dense(who: str, stype: str | None) -> None:
    """Refuse all storage types but ``"default"``."""
    if stype not in (None, "default"):
        raise MXNetError(f"{who}: sparse storage is not part of symgraph; use stype 'default' in place of {stype!r}.")


def named(what: str, names: Sequence[str], given: Any) -> dict[str, Any]:
    """`given` by name.

    Args:
        what: what messages call it.
        names: the names there are.
        given: a dict, or a list in the order of `names` that may be shorter.

    Raises:
        UnknownArgumentError: the dict has another name.
        BindError: the list is longer than `names`, or it is neither.
    """
    if given is None:
        return {}
    if isinstance(given, Mapping):
        check_names(given, names, what, UnknownArgumentError)
        return dict(given)
    if not isinstance(given, (list, tuple)):
        raise BindError(f"{what} must be a list or a dict by name, given {described(given)}.")
    if len(given) > len(names):
        raise BindError(f"{what} has {len(given)} entries, but there are only {len(names)}: {listed(names)}.")
    return dict(zip(names, given, strict=False))


def as_ndarray(value: Any, context: Context, dtype: Any) -> NDArray:
    """`value` itself if it is an NDArray, else an NDArray of `dtype`, which may be ``"asnumpy"`` for its own."""
    if isinstance(value, NDArray):
        return value
    return array(value, context, np.asarray(value).dtype if isinstance(dtype, str) and dtype == "asnumpy" else dtype)


def grad_requests(names: Sequence[str], given: Any) -> dict[str, str]:
    """What is done with the gradient of each argument, from one string for all, a list, or a dict that may be partial."""
    if isinstance(given, str):
        return dict.fromkeys(names, given)
    return {**dict.fromkeys(names, "null"), **named("grad_req", names, given)}
