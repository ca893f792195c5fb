"""Running one operator on arrays: checked by its inference rules, compiled once, without a graph.

`run` works on plain JAX arrays; `symgraph.runtime.ndarray.invoke` wraps it for NDArrays. One jitted function serves all
operators: its programs are cached per operator (attributes included), train mode, platform, shapes and dtypes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import numpy as np

from symgraph.errors import DTypeError, MXNetError, ShapeError
from symgraph.ir import shape as shapes
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.shape import Conflict, show
from symgraph.runtime import rng
from symgraph.runtime.context import Context

_TRAINING: ContextVar[bool] = ContextVar("training", default=False)


def is_training() -> bool:
    """Whether imperative calls run in training mode; they do not unless inside `train_mode`."""
    return _TRAINING.get()


@contextmanager
def train_mode(train: bool = True) -> Iterator[None]:
    """Run the imperative calls of a ``with`` block in training mode, or in inference mode if `train` is False."""
    token = _TRAINING.set(train)
    try:
        yield
    finally:
        _TRAINING.reset(token)


def run(op: Op, arrays: Sequence[Any], context: Context) -> tuple[jax.Array, ...]:
    """All outputs of an operator, followed by the new values of its auxiliary states, on the device of `context`.

    Args:
        arrays: one per input slot, on the device of `context` (NumPy scalars and arrays may be anywhere).

    Raises:
        ShapeError, DTypeError: the operator cannot work on these arrays.
    """
    check(op, tuple([a.shape for a in arrays]), tuple([a.dtype for a in arrays]))
    mode = LowerContext(_TRAINING.get(), context.platform)
    key = rng.next_key(context) if op.is_random else None
    device = context.jax_device
    try:
        with jax.enable_x64(True), jax.default_device(device):
            results = _execute(op, mode, key, tuple(arrays))
    except Exception as error:
        error.add_note(
            f"while running operator {op.name} on shapes {', '.join(show(a.shape) for a in arrays) or 'none'}"
        )
        raise
    if any(isinstance(array, jax.Array) for array in arrays):
        return results
    # Without an input that lives there, JAX leaves the results free to move; arrays of a context must not.
    return tuple(jax.device_put(result, device) for result in results)


@partial(jax.jit, static_argnums=(0, 1))
def _execute(op: Op, mode: LowerContext, key: Any, arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    if key is not None:
        mode = dataclasses.replace(mode, key=jax.random.wrap_key_data(key))
    return op.lower(mode, *arrays)


class Outputs(NamedTuple):
    """Shapes and dtypes of all outputs, as far as they follow from the inputs."""

    shapes: tuple[Any, ...]
    dtypes: tuple[np.dtype | None, ...]


@lru_cache(maxsize=65536)
def check(op: Op, in_shapes: tuple[tuple[int, ...], ...], in_dtypes: tuple[np.dtype, ...]) -> Outputs:
    """Ask the operator's rules whether it takes such inputs, and what comes out.

    Raises:
        ShapeError, DTypeError: it does not; the message names operator, slot, given and expected.
    """
    names, unknown = op.inputs(), (None,) * len(op.outputs())
    try:
        wanted_shapes, out_shapes = op.infer_shape(in_shapes, unknown)
    except Conflict as conflict:
        given = ", ".join(f"{name} {show(s)}" for name, s in zip(names, in_shapes, strict=True))
        a, b = conflict.args
        raise ShapeError(
            f"{op.name}: shapes of the inputs do not fit together ({given}): {a} and {b} differ."
        ) from None
    except MXNetError as error:
        raise type(error)(f"{op.name}: {error}") from None
    for name, given, wanted in zip(names, in_shapes, wanted_shapes, strict=True):
        try:
            shapes.merge(given, wanted)
        except Conflict:
            raise ShapeError(
                f"{op.name}: input '{name}' has shape {show(given)}, but {show(wanted)} is expected from the other inputs."
            ) from None
    try:
        wanted_dtypes, out_dtypes = op.infer_dtype(in_dtypes, unknown)
    except MXNetError as error:
        raise type(error)(f"{op.name}: {error}") from None
    for name, dtype, expected in zip(names, in_dtypes, wanted_dtypes, strict=True):
        if expected is not None and expected != dtype:
            raise DTypeError(
                f"{op.name}: input '{name}' has dtype {dtype.name}, but {expected.name} is expected from the other inputs; "
                "convert it with astype."
            )
    return Outputs(tuple(out_shapes), tuple(out_dtypes))
