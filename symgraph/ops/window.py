"""Geometry of sliding windows, shared by convolution and pooling.

Shapes are handled channels first, ``(batch, channel, *spatial)``; `channels_first` and `to_layout` translate for
layouts that end in ``C``. The same permutation makes a channel-last filter ``(O, *spatial, I)`` ``(O, I, *spatial)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.errors import OpAttributeError, ShapeError, counted
from symgraph.ir.shape import PartialShape, show


def is_channel_last(layout: str | None) -> bool:
    """Whether a layout such as ``"NHWC"`` keeps channels in the last axis; None is the channels-first default."""
    return layout is not None and layout.endswith("C")


def channels_first(shape: tuple[Any, ...], layout: str | None) -> tuple[Any, ...]:
    """A shape in `layout` as (batch, channel, *spatial)."""
    return (shape[0], shape[-1], *shape[1:-1]) if is_channel_last(layout) else shape


def to_layout(shape: tuple[Any, ...], layout: str | None) -> tuple[Any, ...]:
    """A shape (batch, channel, *spatial) in `layout`."""
    return (shape[0], *shape[2:], shape[1]) if is_channel_last(layout) else shape


def check_window(op: Any, ranks: tuple[int, ...], **minima: int) -> None:
    """Check an operator's window: its kernel has one of `ranks`, the other attributes agree, nothing is too small.

    Args:
        minima: smallest value by name of attribute; an attribute that is ``()`` was not given.
    """
    rank = len(op.kernel)
    if rank not in ranks:
        wanted = " or ".join(map(str, ranks))
        entries = counted(rank, "entry", "entries")
        raise OpAttributeError(
            f"operator {op.name}: kernel={op.kernel} has {entries}, expected {wanted}: one per spatial axis."
        )
    for name, low in {"kernel": 1, **minima}.items():
        value = getattr(op, name)
        if value and len(value) != rank:
            raise OpAttributeError(
                f"operator {op.name}: {name}={value} must have {counted(rank, 'entry', 'entries')}, as many as "
                f"kernel={op.kernel}."
            )
        if any(v < low for v in value):
            raise OpAttributeError(f"operator {op.name}: every entry of {name}={value} must be at least {low}.")
    layout = op.attributes().get("layout")
    if layout is not None and len(layout) != rank + 2:
        raise OpAttributeError(
            f"operator {op.name}: layout={layout!r} has {len(layout) - 2} spatial axes, kernel={op.kernel} has {rank}."
        )


def require_spatial_rank(op: Any, shape: PartialShape, what: str = "data", layout: str | None = None) -> None:
    """Raise `ShapeError` unless a shape has two axes and one more for each of the kernel's.

    Args:
        what: whose shape it is, in the message.
    """
    rank = len(op.kernel)
    if len(shape) != rank + 2:
        order = "" if what == "weight" else f": {_order(rank, layout)}"
        raise ShapeError(
            f"{op.name}: {what} {show(shape)} has {counted(len(shape), 'axis', 'axes')}, but kernel={op.kernel} takes "
            f"{rank + 2}{order}. Reshape {what}, or give the kernel one entry per spatial axis of it."
        )


def _order(rank: int, layout: str | None) -> str:
    """What the axes of data are: ``"batch, channel, height, width (NCHW)"``."""
    letters = layout or "NC" + "DHW"[-rank:]
    return f"{', '.join(map(_AXES.__getitem__, letters))} ({letters})"


_AXES = {"N": "batch", "C": "channel", "D": "depth", "H": "height", "W": "width"}


def window_label(kernel: tuple[int, ...], stride: tuple[int, ...]) -> str:
    """Kernel and stride for pictures, as MXNet writes them: ``3x3/2x2``."""
    return "x".join(map(str, kernel)) + "/" + ("x".join(map(str, stride)) or "1")


def require_fit(op: Any, spans: Sequence[int], data: PartialShape, layout: str | None = None) -> None:
    """Raise `ShapeError` when a kernel is longer than the padded data along an axis.

    Args:
        spans: extent of the kernel, dilated, along each spatial axis.
        data: its shape, in `layout`.
    """
    sizes, pads = channels_first(data, layout)[2:], op.pad or (0,) * len(spans)
    for axis, (span, size, pad) in enumerate(zip(spans, sizes, pads, strict=True)):
        if size is None or span <= size + 2 * pad:
            continue
        padded = f" ({size + 2 * pad} with padding)" if pad else ""
        raise ShapeError(
            f"{op.name}: the kernel spans {span} elements of axis {axis + (1 if is_channel_last(layout) else 2)}, but data "
            f"{show(data)} has {size}{padded}; {_other_order(data, layout)}use a smaller kernel or more pad."
        )


_FEW = 4
"""Pictures have at most so many channels: one axis of so few in a channel's place is a channel."""


def _other_order(data: PartialShape, layout: str | None) -> str:
    """What to do if channels are at the other end, where that is likely from their number."""
    is_last, rank = is_channel_last(layout), len(data) - 2
    here, there = (data[-1], data[1]) if is_last else (data[1], data[-1])
    if here is None or there is None or not there <= _FEW < here:
        return ""
    axes = (0, *range(2, rank + 2), 1) if is_last else (0, rank + 1, *range(1, rank + 1))
    return (
        f"its axes are {_order(rank, layout)}: if channels come {'first' if is_last else 'last'} in it, transpose it by "
        f"axes={axes}, else "
    )
