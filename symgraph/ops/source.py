"""What operators without tensor inputs share: their shape may be open until inference learns it from where it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from symgraph.errors import ShapeError
from symgraph.ir.attrs import Shape
from symgraph.ir.op import DTypes, Op, Shapes
from symgraph.ir.shape import from_mxnet, is_known, merge, show


class Source(Op):
    """An operator whose attribute ``shape`` is the shape of its output; a length of 0, or no axes at all, is open."""

    if TYPE_CHECKING:
        shape: Shape | None

    tensors = ()

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return ins, [merge(from_mxnet(self.shape), outs[0])]

    def complete(self, shapes: Shapes, dtypes: DTypes) -> Op:
        """The same operator with the inferred shape of its output in place of an open one."""
        return replace(cast(Any, self), shape=cast(Shape, shapes[0])) if is_known(shapes[0]) else self

    def known_shape(self) -> Sequence[int]:
        """The shape to fill.

        Raises:
            ShapeError: it is still open.
        """
        shape = from_mxnet(self.shape)
        if shape is None or None in shape:
            found = "" if shape is None else f", {show(shape)}, is not fully known"
            raise ShapeError(
                f"{self.name}: the shape of the output{found or ' is unknown'}; give a shape without zeros."
            )
        return cast(Shape, shape)
