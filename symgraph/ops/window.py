"""Geometry of sliding windows, shared by convolution and pooling.

Shapes are handled channels first, ``(batch, channel, *spatial)``; `channels_first` and `to_layout` translate for
layouts that end in ``C``. The same permutation makes a channel-last filter ``(O, *spatial, I)`` ``(O, I, *spatial)``.
"""

from __future__ import annotations

from typing import Any

from symgraph.errors import OpAttributeError, ShapeError, counted
from symgraph.ir.op import Op
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


def require_spatial_rank(op: Op, data: PartialShape, rank: int) -> None:
    """Raise `ShapeError` unless data has a batch, a channel and `rank` spatial axes."""
    if len(data) != rank + 2:
        raise ShapeError(
            f"{op.name}: a kernel of {counted(rank, 'axis', 'axes')} takes data of {rank + 2} axes (batch, channel and "
            f"{rank} spatial), given {show(data)}; give the kernel one entry per spatial axis of data."
        )


def window_label(kernel: tuple[int, ...], stride: tuple[int, ...]) -> str:
    """Kernel and stride for pictures, as MXNet writes them: ``3x3/2x2``."""
    return "x".join(map(str, kernel)) + "/" + ("x".join(map(str, stride)) or "1")


def require_fit(op: Op, kernel: int, size: int, pad: int) -> None:
    """Raise `ShapeError` when a (dilated) kernel is longer than the padded input."""
    extent = size + 2 * pad
    if kernel > extent:
        padded = f" ({extent} with padding)" if pad else ""
        raise ShapeError(
            f"{op.name}: the kernel spans {kernel} elements, but the input has {size}{padded}; use a smaller kernel or "
            f"more pad."
        )
