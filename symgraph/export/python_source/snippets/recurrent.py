"""Recurrent layers, and what is done with sequences of different lengths."""

from __future__ import annotations

from symgraph.export.python_source.table import Call, NoFormError, Several, invoke, snippet
from symgraph.ir.dtype import is_float

_CELLS = {"lstm": ("lstm_cell", 4), "gru": ("gru_cell", 3), "rnn_tanh": ("tanh_cell", 1), "rnn_relu": ("relu_cell", 1)}
"""By mode of the operator: the function of a step, and how many gates it has."""


@snippet("RNN")
def _rnn(call: Call) -> str:
    for name in ("projection_size", "lstm_state_clip_min"):
        if call[name] is not None:
            raise NoFormError(f"it has {name}={call[name]}")
    if call["use_sequence_length"]:
        raise NoFormError("it has use_sequence_length=True")
    cell, gates = _CELLS[call["mode"]]
    options = {"layers": call["num_layers"], "bidirectional": call["bidirectional"]}
    return Several(call.helper("recurrent", call.function(cell), str(gates), *call.inputs(), **options))


@snippet("SequenceMask")
def _sequence_mask(call: Call) -> str:
    if not call["use_sequence_length"]:
        return call.input()
    value = call["value"] if is_float(call.dtypes[0]) else int(call["value"])
    return call.helper("sequence_mask", *call.inputs(), value=value, axis=call["axis"])


@snippet("SequenceLast")
def _sequence_last(call: Call) -> str:
    if call["use_sequence_length"]:
        return call.helper("sequence_last", *call.inputs(), axis=call["axis"])
    return f"{call.input()}[{':, ' * call['axis']}-1]"


@snippet("SequenceReverse")
def _sequence_reverse(call: Call) -> str:
    if call["use_sequence_length"]:
        return call.helper("sequence_reverse", *call.inputs())
    return invoke("jnp.flip", call.input(), axis=0)
