"""Running one operator on arrays: checked by its inference rules, compiled once, without a graph.

`run` works on plain JAX arrays; `symgraph.runtime.ndarray.invoke` wraps it for NDArrays. One jitted function serves all
operators: its programs are cached per operator (attributes included), train mode, platform, shapes and dtypes.
"""

from __future__ import annotations

import dataclasses
import itertools
import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

import jax
import numpy as np

from symgraph.errors import DTypeError, MXNetError, ShapeError, about
from symgraph.ir import shape as shapes
from symgraph.ir.op import LowerContext, Op
from symgraph.ir.shape import Conflict, show
from symgraph.lower.emit import wrap_key
from symgraph.lower.host import HostCalls, HostState
from symgraph.lower.quiet import quiet
from symgraph.runtime import rng, timing
from symgraph.runtime.context import Context
from symgraph.runtime.copies import place
from symgraph.runtime.failures import failed

_HOST_STATE = HostState()
"""Of the operators that call into Python; one serves them all, as every run has a number of its own."""

_JAX_LOGGER = logging.getLogger("jax")

_run_numbers = itertools.count()

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
        arrays: one per input slot; JAX arrays, of which there is at least one, are on the device of `context`.

    Raises:
        ShapeError, DTypeError: the operator cannot work on these arrays.
        MXNetError: something else went wrong, unless in Python code of the user's, whose own error is raised.
    """
    timed = timing.operators
    compute = _run if timed is None else partial(timed, op.name, _run)
    if _JAX_LOGGER.isEnabledFor(logging.DEBUG):
        with quiet():
            return compute(op, arrays, context)
    return compute(op, arrays, context)


def _run(op: Op, arrays: Sequence[Any], context: Context) -> tuple[jax.Array, ...]:
    check(op, tuple([a.shape for a in arrays]), tuple([a.dtype for a in arrays]))
    mode = _mode(_TRAINING.get(), context.platform)
    key = rng.next_key(context) if op.is_random else None
    op, numbers = _generalized(op)
    try:
        with jax.enable_x64(True):
            if op.shape_depends_on_values:
                return op.lower(mode, *arrays)
            if op.is_effectful:
                number = next(_run_numbers) % 2**31
                run_number = np.array(number, np.int32)
                inputs = key, tuple(arrays), None, run_number
                return _HOST_STATE.run(_recursive(op, mode, *map(_spec, inputs)), *inputs, number=number)
            if arrays:
                return _execute(op, mode, key, tuple(arrays), numbers)
            block = op.in_block() if context.platform == "cpu" else None
            if block is not None:
                return (_beginning(_run_alone(block, mode, key, numbers, context)[0], op, context),)
            return _run_alone(op, mode, key, numbers, context)
    except Exception as error:
        where = f"operator {op.name} on shapes {', '.join(show(a.shape) for a in arrays) or 'none'}"
        if not isinstance(error, MXNetError) and not op.is_effectful:
            raise failed(f"{where} cannot be run", error) from error
        error.add_note(f"while running {where}")
        raise


def _run_alone(
    op: Op, mode: LowerContext, key: Any, numbers: dict[str, np.ndarray] | None, context: Context
) -> tuple[jax.Array, ...]:
    """Run an operator without inputs. Without any that live there, JAX would run elsewhere and leave the results free to
    move."""
    with jax.default_device(context.jax_device):
        made: tuple[jax.Array, ...] = jax.device_put(_execute(op, mode, key, (), numbers), context.jax_device)
        return made


def _beginning(block: jax.Array, op: Op, context: Context) -> jax.Array:
    """As many of a block of numbers as the output of `op` has, in its shape. On a CPU that is a matter of NumPy, which
    compiles nothing."""
    shape: tuple[int, ...] = check(op, (), ()).shapes[0]
    return place(np.asarray(block)[: math.prod(shape)].reshape(shape), np.dtype(block.dtype), context)


def completed(op: Op, arrays: Sequence[Any], outs: Sequence[Any]) -> Op:
    """`op` with what the arrays that take its outputs tell of their shapes and dtypes (`Op.complete`).

    Where they contradict what the operator makes it stays as it is, for the check of `outs` to find.
    """
    if op.complete is None or len(outs) != len(op.outputs()):
        return op
    try:
        _, made = op.infer_shape([a.shape for a in arrays], [out.shape for out in outs])
        known = [shapes.merge(shape, out.shape) for shape, out in zip(made, outs, strict=True)]
    except Conflict:
        return op
    _, dtypes = op.infer_dtype([a.dtype for a in arrays], [np.dtype(out.dtype) for out in outs])
    return op.complete(known, dtypes)


@cache
def _mode(is_train: bool, platform: str) -> LowerContext:
    return LowerContext(is_train, platform)


def _generalized(op: Op) -> tuple[Op, dict[str, np.ndarray] | None]:
    """The operator that stands for all those which differ in `Op.numbers` only, and the values of these in `op`."""
    if not op.numbers:
        return op, None
    values = {name: np.asarray(getattr(op, name), np.float64) for name in op.numbers}
    return dataclasses.replace(op, **{name: getattr(type(op), name) for name in op.numbers}), values


@partial(jax.jit, static_argnums=(0, 1))
def _execute(
    op: Op,
    mode: LowerContext,
    key: Any,
    arrays: tuple[Any, ...],
    numbers: dict[str, Any] | None = None,
    run_number: Any = None,
) -> tuple[Any, ...]:
    if key is not None:
        mode = dataclasses.replace(mode, key=wrap_key(key))
    if op.is_effectful:
        mode = dataclasses.replace(mode, host=HostCalls(_HOST_STATE, run_number))
    return op.lower(mode, *arrays, **(numbers or {}))


@lru_cache(maxsize=4096)
def _recursive(op: Op, mode: LowerContext, *specs: Any) -> Any:
    """`_execute` for inputs of these kinds, compiled so that it may be called while it runs: by the Python code of an
    operator that uses itself, which a jitted function refuses."""
    return _execute.lower(op, mode, *specs).compile()


def _spec(tree: Any) -> Any:
    """What stands for arrays while a program is compiled."""
    return jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=getattr(x, "sharding", None)), tree)


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
    return Outputs(_check_shapes(op, in_shapes), _check_dtypes(op, in_dtypes))


def _check_shapes(op: Op, in_shapes: tuple[tuple[int, ...], ...]) -> tuple[Any, ...]:
    names = op.inputs()
    try:
        wanted, outs = op.infer_shape(in_shapes, (None,) * len(op.outputs()))
    except Conflict as conflict:
        given = ", ".join(f"{name} {show(shape)}" for name, shape in zip(names, in_shapes, strict=True))
        a, b = conflict.args
        raise ShapeError(
            f"{op.name}: shapes of the inputs do not fit together ({given}): {a} and {b} differ."
        ) from None
    except MXNetError as error:
        raise about(error, op.name, op.name) from None
    for name, shape, expected in zip(names, in_shapes, wanted, strict=True):
        try:
            shapes.merge(shape, expected)
        except Conflict:
            raise ShapeError(
                f"{op.name}: input '{name}' has shape {show(shape)}, but {show(expected)} is expected from the other "
                "inputs and the attributes."
            ) from None
    return tuple(outs)


def _check_dtypes(op: Op, in_dtypes: tuple[np.dtype, ...]) -> tuple[np.dtype | None, ...]:
    try:
        wanted, outs = op.infer_dtype(in_dtypes, (None,) * len(op.outputs()))
    except MXNetError as error:
        raise about(error, op.name, op.name) from None
    for name, dtype, expected in zip(op.inputs(), in_dtypes, wanted, strict=True):
        if expected is not None and expected != dtype:
            raise DTypeError(
                f"{op.name}: input '{name}' has dtype {dtype.name}, but {expected.name} is expected from the other "
                "inputs; convert it with astype."
            )
    return tuple(outs)
