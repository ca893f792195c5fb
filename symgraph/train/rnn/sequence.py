"""Sequences of symbols: one symbol with an axis of time, or a list with one symbol for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.errors import CompositionError, counted, described
from symgraph.frontend.symbol import Symbol, apply_op


class CellError(CompositionError, AssertionError):
    """A cell is used in a way that makes no sense; MXNet asserts most of this."""


def time_axis(layout: str) -> int:
    """The axis of time in a layout: 1 in ``"NTC"``. As in MXNet, a layout without T has it last."""
    if not isinstance(layout, str):
        raise CellError(f"layout must be a string such as 'NTC' or 'TNC', given {described(layout)}.")
    return layout.find("T")


def normalize_sequence(
    length: int | None, inputs: Any, layout: str, merge: bool | None, in_layout: str | None = None
) -> tuple[Any, int]:
    """A sequence in the form that is wanted, and the axis of time in `layout`.

    Args:
        length: number of steps; ``None`` takes that of a list.
        inputs: a symbol with one output, or a list of symbols.
        layout: that of the sequence, and of the result.
        merge: ``True`` for one symbol, ``False`` for a list, ``None`` to leave the form as it is.
        in_layout: layout of a sequence that is one symbol, where it is another.

    Raises:
        CellError: there are no inputs, or another number of them.
    """
    axis = time_axis(layout)
    own_axis = axis if in_layout is None else time_axis(in_layout)
    if inputs is None:
        raise CellError("unroll: inputs=None makes no variables any more; create them outside and give them.")
    if isinstance(inputs, Symbol):
        if len(inputs) != 1:
            raise CellError(
                f"unroll doesn't allow a grouped symbol as inputs, given {inputs!r} with {len(inputs)} outputs; "
                f"give list(inputs), or one symbol with an axis of time."
            )
        if merge is False:
            inputs = split(inputs, length, own_axis)
    else:
        steps = _steps(length, inputs)
        if not merge:
            return steps, axis
        expanded = [apply_op("expand_dims", step, axis=axis) for step in steps]
        inputs, own_axis = apply_op("concat", *expanded, dim=axis), axis
    if isinstance(inputs, Symbol) and axis != own_axis:
        inputs = apply_op("swapaxes", inputs, dim1=axis, dim2=own_axis)
    return inputs, axis


def _steps(length: int | None, inputs: Any) -> Sequence[Symbol]:
    """The inputs as a list of `length` symbols."""
    if not isinstance(inputs, (list, tuple)):
        raise CellError(f"unroll: inputs must be a symbol or a list of symbols, given {described(inputs)}.")
    if length is not None and len(inputs) != length:
        raise CellError(f"unroll: length={length} needs as many inputs, given {counted(len(inputs), 'input')}.")
    return list(inputs)


def split(inputs: Symbol, length: int | None, axis: int) -> list[Symbol]:
    """One symbol for each step."""
    return list(apply_op("split", inputs, axis=axis, num_outputs=length, squeeze_axis=1))
