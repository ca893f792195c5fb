"""Reshaping: an executor for other shapes of the inputs, in the memory of one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from symgraph.errors import BindError, UnknownArgumentError
from symgraph.ir.shape import show
from symgraph.runtime.arrays import Overlay, check_names, resized, warn_unknown

if TYPE_CHECKING:
    from symgraph.runtime.executor import Executor


def reshaped(
    executor: Executor, partial_shaping: bool, allow_up_sizing: bool, shapes: Mapping[str, tuple[int, ...]]
) -> Executor:
    """`Executor.reshape`."""
    symbol = executor._symbol
    names = symbol.list_arguments()
    given = {name: shape for name, shape in shapes.items() if name in names}
    if not given:
        check_names(shapes, names, "reshape: argument", UnknownArgumentError)
    warn_unknown(shapes, names, "reshape: argument")
    arg_shapes, _, aux_shapes = symbol.infer_shape(**given)
    if arg_shapes is None:
        raise BindError(f"reshape: the given shapes {dict(shapes)} do not determine all argument shapes.")
    args, grads = [], []
    for name, shape, cell, grad in zip(names, arg_shapes, executor._args, executor._grads, strict=True):
        if shape != cell.shape and name not in shapes and not partial_shaping:
            raise BindError(
                f"reshape: the shape of argument '{name}', which was not named, would change from {show(cell.shape)} to "
                f"{show(shape)}, and it would no longer be shared with this executor; set partial_shaping=True if that is "
                f"intended."
            )
        args.append(resized(cell, shape, name, allow_up_sizing))
        grads.append(None if grad is None else resized(grad, shape, name, allow_up_sizing))
    aux = [
        resized(cell, shape, name, allow_up_sizing)
        for name, shape, cell in zip(symbol.list_auxiliary_states(), aux_shapes, executor._aux, strict=True)
    ]
    found = type(executor)(
        symbol, executor._ctx, args, grads, executor._grad_req, aux, executor._places, executor._distribution
    )
    found._monitor = executor._monitor
    pairs = zip(executor._outputs, found._outputs, strict=True)
    found._overlays = [Overlay(old, new) for old, new in pairs if new.size <= old.size]
    return found
