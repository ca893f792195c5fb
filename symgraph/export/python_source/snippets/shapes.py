"""What changes shapes: reshaping, permuting, cutting, joining, repeating, padding, picking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.export.python_source.snippets.layers import as_index
from symgraph.export.python_source.table import Call, NoFormError, Several, invoke, literal, number, snippet
from symgraph.ir.dtype import is_float


@snippet("Reshape")
def _reshape(call: Call) -> str:
    """With the lengths that are copied written as such, so that the batch may have any."""
    x, shape = call.input(), call["shape"]
    if not shape or call["reverse"]:
        return f"{x}.reshape{literal(call.out_shape)}"
    lengths = _decoded(shape, x, call.shapes[0])
    if lengths is None:
        return f"{x}.reshape{literal(call.out_shape)}"
    return f"{x}.reshape({', '.join(lengths)})"


def _decoded(codes: Sequence[int], x: str, source: Sequence[int]) -> list[str] | None:
    """The lengths that MXNet's codes ask for; None if they are easier told as numbers."""
    if any(code < -1 and code not in (-2, -3) for code in codes) or 0 in source:
        return None
    lengths, place = [], 0
    for code in codes:
        if code == -2:
            lengths += [f"*{x}.shape[{place}:]"] if place < len(source) else []
            place = len(source)
        elif code == -3:
            lengths.append(f"{x}.shape[{place}] * {x}.shape[{place + 1}]")
            place += 2
        else:
            lengths.append(f"{x}.shape[{place}]" if code == 0 else str(code))
            place += 1
    return lengths


@snippet("Flatten")
def _flatten(call: Call) -> str:
    x = call.input()
    return f"{x}.reshape({x}.shape[0], {call.out_shape[1]})"


@snippet("reshape_like")
def _reshape_like(call: Call) -> str:
    if any(call[f"{side}_{end}"] is not None for side in ("lhs", "rhs") for end in ("begin", "end")):
        return f"{call.input()}.reshape{literal(call.out_shape)}"
    return f"{call.input(0)}.reshape({call.input(1)}.shape)"


@snippet("expand_dims")
def _expand_dims(call: Call) -> str:
    return f"jnp.expand_dims({call.input()}, {call['axis']})"


@snippet("squeeze")
def _squeeze(call: Call) -> str:
    x = call.input()
    if set(call.shapes[0]) == {1}:
        return f"{x}.reshape{literal(call.out_shape)}"
    return invoke("jnp.squeeze", x, axis=call["axis"])


@snippet("transpose")
def _transpose(call: Call) -> str:
    axes = call["axes"] or tuple(reversed(range(len(call.shapes[0]))))
    return f"{call.input()}.transpose{literal(axes)}"


@snippet("SwapAxis")
def _swap_axes(call: Call) -> str:
    return f"jnp.swapaxes({call.input()}, {call['dim1']}, {call['dim2']})"


@snippet("reverse")
def _reverse(call: Call) -> str:
    axes = tuple(dict.fromkeys(call["axis"]))
    if axes != call["axis"] or not axes:
        raise NoFormError(f"it has axis={call['axis']}")
    return invoke("jnp.flip", call.input(), axis=axes)


@snippet("tile")
def _tile(call: Call) -> str:
    return f"jnp.tile({call.input()}, {literal(call['reps'])})"


@snippet("repeat")
def _repeat(call: Call) -> str:
    axis = call["axis"] if call["repeats"] else None
    return invoke("jnp.repeat", call.input(), str(call["repeats"]), axis=axis)


@snippet("diag")
def _diag(call: Call) -> str:
    if len(call.shapes[0]) == 1:
        return f"jnp.diag({call.input()}, {call['k']})"
    return f"jnp.diagonal({call.input()}, {call['k']}, {call['axis1']}, {call['axis2']})"


@snippet("depth_to_space")
def _depth_to_space(call: Call) -> str:
    return call.helper("depth_to_space", call.input(), str(call["block_size"]))


@snippet("space_to_depth")
def _space_to_depth(call: Call) -> str:
    return call.helper("space_to_depth", call.input(), str(call["block_size"]))


@snippet("Concat", "_rnn_param_concat")
def _concat(call: Call) -> str:
    return f"jnp.concatenate([{', '.join(call.inputs())}], axis={call['dim']})"


@snippet("stack")
def _stack(call: Call) -> str:
    return f"jnp.stack([{', '.join(call.inputs())}], axis={call['axis']})"


def _parts(call: Call, cuts: Any, axis: int) -> Several:
    parts = f"jnp.split({call.input()}, {literal(cuts)}, axis={axis})"
    return Several(f"[part.squeeze({axis}) for part in {parts}]" if call["squeeze_axis"] else parts)


@snippet("SliceChannel")
def _slice_channel(call: Call) -> str:
    return _parts(call, call["num_outputs"], call["axis"])


@snippet("_split_v2")
def _split(call: Call) -> str:
    axis = call["axis"]
    if call["sections"] <= 0:
        return _parts(call, call["indices"][1:], axis)
    size, longer = divmod(call.shapes[0][axis], call["sections"])
    return _parts(call, tuple(i * size + min(i, longer) for i in range(1, call["sections"])), axis)


def _slices(bounds: Sequence[tuple[int | None, int | None, int | None]]) -> str:
    """What stands in the brackets of an index."""
    texts = []
    for begin, end, step in bounds:
        first, last = ("" if bound is None else str(bound) for bound in (begin, end))
        texts.append(f"{first}:{last}" + ("" if step in (None, 1) else f":{step}"))
    while len(texts) > 1 and texts[-1] == ":":
        texts.pop()
    return ", ".join(texts)


@snippet("slice")
def _slice(call: Call) -> str:
    begin, end = call["begin"], call["end"]
    steps = call["step"] or (None,) * len(begin)
    return f"{call.input()}[{_slices(list(zip(begin, end, steps, strict=True)))}]" if begin else call.input()


@snippet("slice_axis")
def _slice_axis(call: Call) -> str:
    axis = call["axis"] % len(call.shapes[0])
    return f"{call.input()}[{_slices([*[(None, None, None)] * axis, (call['begin'], call['end'], None)])}]"


@snippet("slice_like")
def _slice_like(call: Call) -> str:
    rank, like = len(call.shapes[0]), call.input(1)
    axes = {axis % rank for axis in call["axes"]} or set(range(rank))
    texts = [f": {like}.shape[{axis}]" if axis in axes else ":" for axis in range(max(axes) + 1)]
    return f"{call.input()}[{', '.join(texts)}]"


@snippet("Crop")
def _crop(call: Call) -> str:
    bounds = []
    for axis in (0, 1):
        size, wanted = call.shapes[0][2 + axis], call.out_shape[2 + axis]
        start = (size - wanted) // 2 if call["center_crop"] else call["offset"][axis]
        bounds.append((start, start + wanted, None))
    return f"{call.input()}[:, :, {_slices(bounds)}]"


@snippet("broadcast_to", "broadcast_axis", "broadcast_like")
def _broadcast_to(call: Call) -> str:
    return f"jnp.broadcast_to({call.input()}, {literal(call.out_shape)})"


@snippet("Pad")
def _pad(call: Call) -> str:
    widths = tuple(zip(call["pad_width"][::2], call["pad_width"][1::2], strict=True))
    x, mode = call.input(), call["mode"]
    if mode != "constant":
        return f"jnp.pad({x}, {literal(widths)}, mode={literal(mode)})"
    value = number(call["constant_value"], call.dtypes[0])
    more = "" if float(value) == 0 else f", constant_values={value}"
    return f"jnp.pad({x}, {literal(widths)}{more})"


@snippet("take")
def _take(call: Call) -> str:
    return invoke("jnp.take", call.input(0), as_index(call, 1), axis=call["axis"], mode=call["mode"])


@snippet("pick")
def _pick(call: Call) -> str:
    axis = call["axis"] % len(call.shapes[0])
    wraps = call["mode"] == "wrap"
    picked = call.helper("pick", call.input(0), call.input(1), str(axis), wraps=wraps)
    if call["keepdims"]:
        return picked
    return f"{picked}.reshape(1)" if len(call.shapes[0]) == 1 else f"{picked}.squeeze({axis})"


@snippet("batch_take")
def _batch_take(call: Call) -> str:
    if len(call.shapes[0]) != 2 or len(call.shapes[1]) != 1:
        raise NoFormError(f"it is applied to shapes {call.shapes[0]} and {call.shapes[1]}")
    return f"{call.helper('pick', call.input(0), call.input(1), '1')}.squeeze(1)"


@snippet("one_hot")
def _one_hot(call: Call) -> str:
    """Fractions are cut off; NaN is no class."""
    dtype, x = call.out_dtype, call.input()
    index = f"jnp.trunc({x})" if is_float(call.dtypes[0]) else x
    hot = f"{index}[..., None] == jnp.arange({call['depth']})"
    if call["on_value"] == 1 and call["off_value"] == 0:
        return f"({hot}).astype({literal(dtype)})"
    on, off = (f"jnp.array({number(call[name], dtype)}, {literal(dtype)})" for name in ("on_value", "off_value"))
    return f"jnp.where({hot}, {on}, {off})"


@snippet("shape_array")
def _shape_array(call: Call) -> str:
    return f"jnp.array({call.input()}.shape, {literal(np.dtype(np.int64))})"


@snippet("size_array")
def _size_array(call: Call) -> str:
    return f"jnp.array([{call.input()}.size], {literal(np.dtype(np.int64))})"
