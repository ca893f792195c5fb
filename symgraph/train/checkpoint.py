"""Checkpoints: a symbol and its parameters, in files that MXNet reads and writes."""

from __future__ import annotations

import logging
import math
import numbers
import os
from collections import namedtuple
from collections.abc import Mapping
from typing import Any

from symgraph.errors import BindError, FormatError, boundary, described, listed
from symgraph.frontend.symbol import Symbol
from symgraph.frontend.variables import load as load_symbol
from symgraph.runtime import job
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.params import load, save

BatchEndParam = namedtuple("BatchEndParam", ("epoch", "nbatch", "eval_metric", "locals"))
"""What callbacks are told: number of the epoch and of the batch, the metric, and variables of the loop by name."""

Params = dict[str, NDArray]

KINDS = ("arg", "aux")
"""What names in a file of parameters begin with, before a colon."""


SYMBOL_ENDING = "-symbol.json"
"""How the name of a checkpoint's symbol ends."""


def symbol_file_of(prefix: str | os.PathLike) -> str:
    """The name of the file that has a checkpoint's symbol.

    Raises:
        CheckpointError: `prefix` is no text.
    """
    return _text(prefix) + SYMBOL_ENDING


def _text(prefix: Any, epoch: Any = None) -> str:
    try:
        return os.fsdecode(prefix)
    except TypeError:
        swapped = f"; it and the epoch are swapped, write ({epoch!r}, {prefix!r})" if isinstance(epoch, str) else ""
        raise CheckpointError(
            f"the prefix of a checkpoint is text, as 'net' of net-symbol.json, given {described(prefix)}{swapped}."
        ) from None


def file_of(prefix: str | os.PathLike, epoch: float, kind: str = "params") -> str:
    """The name of a checkpoint's file.

    >>> file_of("net", 1)
    'net-0001.params'

    Raises:
        CheckpointError: `prefix` is no text, or `epoch` no number.
    """
    prefix = _text(prefix, epoch)
    if not isinstance(epoch, numbers.Real):
        raise CheckpointError(f"the epoch of a checkpoint is a number, given {described(epoch)}.")
    return f"{prefix}-{math.floor(epoch):04d}.{kind}"


@boundary
def save_checkpoint(
    prefix: str,
    epoch: int,
    symbol: Symbol | None,
    arg_params: Mapping[str, NDArray],
    aux_params: Mapping[str, NDArray],
    remove_amp_cast: bool = True,
) -> None:
    """Write ``prefix-symbol.json``, if there is a symbol, and ``prefix-0001.params`` for epoch 1.

    Each file is written beside and renamed: one that was there stays whole if the writing is interrupted. Of a module that the
    processes of a job train, worker 0 writes.
    """
    if symbol is not None and not isinstance(symbol, Symbol):
        raise CheckpointError(f"save_checkpoint: symbol is a Symbol, or None, given {described(symbol)}.")
    for params in (arg_params, aux_params):
        if not isinstance(params, Mapping):
            raise CheckpointError(
                f"save_checkpoint: parameters are a dict of NDArrays by name, given {described(params)}; {{}} is none."
            )
    name = file_of(prefix, epoch)
    if not job.is_writer():
        return
    if symbol is not None:
        symbol.save(symbol_file_of(prefix), remove_amp_cast=remove_amp_cast)
    save(name, joined_params(arg_params, aux_params))
    logging.root.info('Saved checkpoint to "%s"', name)


@boundary
def load_params(prefix: str, epoch: int) -> tuple[Params, Params]:
    """Parameters and auxiliary states of a checkpoint, by name.

    Names that begin with something else than ``arg:`` or ``aux:`` are passed over, as in MXNet, and logged.

    Raises:
        FileError: there is no such file.
        FormatError: it holds something else.
    """
    name = file_of(prefix, epoch)
    content = load(name)
    if not content:
        logging.root.warning("Params file '%s' is empty", name)
        return {}, {}
    if isinstance(content, dict):
        other = [key for key in content if ":" in key and key.partition(":")[0] not in KINDS]
        if other:
            logging.root.warning(
                "Params file '%s' holds what is neither arg: nor aux:, passed over: %s", name, listed(other)
            )
            content = {key: array for key, array in content.items() if key not in other}
    return split_params(content, name)


def joined_params(arg_params: Mapping[str, NDArray], aux_params: Mapping[str, NDArray]) -> Params:
    """Parameters and auxiliary states in one dict, whose names say which is which; the inverse of `split_params`."""
    given = zip(KINDS, (arg_params, aux_params), strict=True)
    return {f"{kind}:{name}": array for kind, params in given for name, array in params.items()}


def split_params(content: Any, origin: str) -> tuple[Params, Params]:
    """Parameters and auxiliary states, from a dict whose names say which is which.

    Raises:
        FormatError: names do not.
    """
    found: dict[str, Params] = {kind: {} for kind in KINDS}
    named: dict[str, Any] = content if isinstance(content, dict) else {"": None}
    for key, array in named.items():
        kind, _, name = key.partition(":")
        if kind not in found or not name:
            held = listed(content, 4) if isinstance(content, dict) else "arrays without names"
            raise FormatError(
                f"{origin}: in a file of parameters, names begin with 'arg:' or 'aux:'; this one holds {held}. "
                f"mx.nd.load reads it."
            )
        found[kind][name] = array
    return found["arg"], found["aux"]


@boundary
def load_checkpoint(prefix: str, epoch: int) -> tuple[Symbol, Params, Params]:
    """Symbol, parameters and auxiliary states of a checkpoint, see `save_checkpoint`."""
    file_of(prefix, epoch)  # what is wrong with one of them is told before a file is looked for
    symbol = load_symbol(symbol_file_of(prefix))
    return (symbol, *load_params(prefix, epoch))


class CheckpointError(BindError, TypeError, AttributeError):
    """Something else was given than a checkpoint consists of; MXNet raises one or the other of the built-in errors."""
