"""``mx.rnn.rnn``: checkpoints of recurrent networks, whose files hold the weights of each gate apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symgraph.frontend.symbol import Symbol
from symgraph.frontend.variables import Variable
from symgraph.ir.source import warn_user
from symgraph.runtime.ndarray import NDArray
from symgraph.train.checkpoint import Params, load_checkpoint, save_checkpoint
from symgraph.train.rnn.base import BaseRNNCell, States
from symgraph.train.rnn.containers import require_cell

Cells = BaseRNNCell | list[BaseRNNCell] | tuple[BaseRNNCell, ...]


def rnn_unroll(
    cell: BaseRNNCell,
    length: int,
    inputs: Any = None,
    begin_state: Any = None,
    input_prefix: str = "",
    layout: str = "NTC",
) -> tuple[Any, States]:
    """`BaseRNNCell.unroll` under an older name, with a warning.

    Args:
        inputs: by default, a variable for each step, called ``t0_data`` and so on.
        input_prefix: what the names of these begin with.
        cell, length, begin_state, layout: see there.
    """
    warn_user("rnn_unroll is deprecated. Please call cell.unroll directly.")
    if inputs is None:
        inputs = [Variable(f"{input_prefix}t{i}_data") for i in range(length)]
    return cell.unroll(length=length, inputs=inputs, begin_state=begin_state, layout=layout)


def _each(cells: Cells) -> list[BaseRNNCell]:
    found = list(cells) if isinstance(cells, (list, tuple)) else [cells]
    for cell in found:
        require_cell(cell, "a checkpoint of a recurrent network")
    return found


def save_rnn_checkpoint(
    cells: Cells,
    prefix: str,
    epoch: int,
    symbol: Symbol | None,
    arg_params: Mapping[str, NDArray],
    aux_params: Mapping[str, NDArray],
) -> None:
    """``mx.model.save_checkpoint`` with the weights of recurrent layers unpacked, see `BaseRNNCell.unpack_weights`.

    Args:
        cells: the cell of the network, or a list of them.
        prefix, epoch, symbol, arg_params, aux_params: see there.
    """
    params = dict(arg_params)
    for cell in _each(cells):
        params = cell.unpack_weights(params)
    save_checkpoint(prefix, epoch, symbol, params, aux_params)


def load_rnn_checkpoint(cells: Cells, prefix: str, epoch: int) -> tuple[Symbol, Params, Params]:
    """Symbol, parameters and auxiliary states of `save_rnn_checkpoint`, with weights packed for these cells.

    They may be others than those that were saved: `FusedRNNCell` and what `FusedRNNCell.unfuse` gives have the same
    weights unpacked.
    """
    symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
    for cell in _each(cells):
        arg_params = cell.pack_weights(arg_params)
    return symbol, arg_params, aux_params


def do_rnn_checkpoint(cells: Cells, prefix: str, period: int = 1) -> Callable[..., None]:
    """A callback for the end of epochs that calls `save_rnn_checkpoint` after every `period` of them."""
    period = max(1, int(period))
    cells = _each(cells)

    def _callback(iter_no: int, sym: Any = None, arg: Any = None, aux: Any = None) -> None:
        if (iter_no + 1) % period == 0:
            save_rnn_checkpoint(cells, prefix, iter_no + 1, sym, arg, aux)

    return _callback


__all__ = ["do_rnn_checkpoint", "load_rnn_checkpoint", "rnn_unroll", "save_rnn_checkpoint"]
