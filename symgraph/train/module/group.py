"""`ExecutorGroup`: the arrays and executors of a module.

MXNet has an executor per device here, each with a part of the batch. Ours is one, whose program runs on all devices that
the contexts stand for, each of which has a part of the batch. Statistics over a batch, as in BatchNorm, are those of the
whole, as are gradients: results are those of one device. For other sizes of the batch there are further executors on the
same parameters, kept for the next batch of that size.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any

import numpy as np
from jax.sharding import Mesh

from symgraph.errors import BindError, ShapeError, counted
from symgraph.frontend.binding import simple_bind
from symgraph.frontend.symbol import Symbol
from symgraph.ir.source import warn_user
from symgraph.lower.sharding import Rows
from symgraph.runtime.context import Context
from symgraph.runtime.distribution import DATA, mesh_of
from symgraph.runtime.executor import Executor
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import DataDesc
from symgraph.train.module.examples import batch_axes
from symgraph.train.module.inputs import check_parameter


class ExecutorGroup:
    """A symbol bound for a module.

    Attributes:
        execs: the executor in use, as a list of one.
        data_shapes, label_shapes: what it is bound for.
        batch_size: number of examples.
        slices: which examples each context is said to have.
        place: the context, or the mesh, that it is bound to.
        mesh: the mesh that was given, if one was, even of a single device.
        param_arrays, grad_arrays, aux_arrays: in the order of names; each entry a list of one.
        grad_req: per argument, ``"write"``, ``"add"`` or ``"null"``.
    """

    def __init__(
        self,
        symbol: Symbol,
        contexts: Sequence[Context],
        workload: Sequence[float],
        data_shapes: Sequence[DataDesc],
        label_shapes: Sequence[DataDesc],
        param_names: Sequence[str],
        grad_req: Mapping[str, str],
        group2ctx: Mapping[str, Context] | None = None,
        shared: ExecutorGroup | None = None,
        mesh: Mesh | None = None,
    ):
        self.symbol = symbol
        self.contexts = list(contexts)
        self.workload = list(workload)
        self.param_names = list(param_names)
        self.arg_names = symbol.list_arguments()
        self.aux_names = symbol.list_auxiliary_states()
        self.output_names = symbol.list_outputs()
        self.grad_req = dict(grad_req)
        self._group2ctx = group2ctx
        self._shared = shared
        self._is_mesh_given = mesh is not None
        self.mesh = mesh
        self.place = _place(symbol, self.contexts, mesh if mesh is not None and mesh.size > 1 else None)
        self._executors: dict[Any, Executor] = {}
        self.bind(data_shapes, label_shapes)

    def bind(self, data_shapes: Sequence[DataDesc], label_shapes: Sequence[DataDesc]) -> None:
        """Be ready for inputs of these shapes: with an executor that has been there before, or a new one."""
        batch_size = _batch_size(data_shapes, label_shapes)
        described_by = [*data_shapes, *(d for d in label_shapes if d.name in self.arg_names)]
        key = tuple((d.name, tuple(d.shape), np.dtype(d.dtype)) for d in described_by)
        executor = self._executors.get(key)
        if executor is None:
            executor = self._executors[key] = self._bound(described_by)
        self.execs = [executor]
        self.data_shapes, self.label_shapes = list(data_shapes), list(label_shapes)
        self.batch_size = batch_size
        self.slices = split_input_slice(batch_size, self.workload) if batch_size else []

    def _bound(self, shapes: Sequence[DataDesc]) -> Executor:
        first = next(iter(self._executors.values()), None) or (self._shared.execs[0] if self._shared else None)
        executor = simple_bind(
            self.symbol,
            self.place,
            grad_req=self.grad_req,
            type_dict={d.name: d.dtype for d in shapes},
            stype_dict=None,
            group2ctx=self._group2ctx,
            shared_arg_names=self.param_names if first else None,
            shared_exec=first,
            shared_buffer=None,
            given={d.name: d.shape for d in shapes},
            examples=self._examples(shapes, is_first=first is None),
            outputs=self._rows(shapes),
        )
        known = {} if first is None else first.arg_dict
        for name in self.param_names:
            if name in known:
                before = [*self.data_shapes, *self.label_shapes] if self._executors else []
                check_parameter(name, known[name].shape, executor.arg_dict[name].shape, shapes, before)
        return executor

    def _rows(self, shapes: Sequence[DataDesc]) -> list[Rows | None] | None:
        """How examples are to stand in outputs; ``None`` leaves it to XLA."""
        return None

    def _examples(self, shapes: Sequence[DataDesc], is_first: bool) -> dict[str, int]:
        """The axes along which the devices of a mesh divide inputs. A batch that they cannot divide is computed as a whole by
        each of them, which is worth a warning if it is no smaller one than bound for, as the last one of an epoch may be.

        Raises:
            DivisionError: a mesh that was given cannot divide the first batch.
        """
        found = batch_axes(shapes)
        parts = self.place.shape.get(DATA, 1) if isinstance(self.place, Mesh) else 1
        uneven = [d for d in shapes if d.name in found and d.shape[found[d.name]] % parts]
        if uneven and is_first:
            size = uneven[0].shape[found[uneven[0].name]]
            self._tell_of(size, parts, f"('{uneven[0].name}' of shape {tuple(uneven[0].shape)})")
        return {} if uneven else found

    def _tell_of(self, size: int, parts: int, what: str) -> None:
        """Of a batch that devices cannot divide."""
        more = -(-size // parts) * parts
        text = f"a batch of {counted(size, 'example')} {what} cannot be divided evenly among {parts} devices"
        remedy = f"choose a batch size that is a multiple of {parts}, such as {more}, or as many devices as divide it."
        if self._is_mesh_given:
            raise DivisionError(f"{text}; {remedy}")
        warn_user(f"{text}: each computes all of it, which is no faster than one alone; {remedy}")

    def compute(self, data: Sequence[Any], label: Sequence[Any], is_train: bool) -> None:
        """Compute outputs of a batch of the shapes that the group is bound for."""
        self.load(self.data_shapes, data, "data")
        if label:
            self.load(self.label_shapes, label, "label")
        self.executor.forward(is_train=is_train)

    def compute_gradients(self, out_grads: Any) -> None:
        """Compute gradients, when somebody looks or in an update that joins; see `Executor.backward_later`."""
        self.executor.backward_later(out_grads)

    def drawing(self) -> AbstractContextManager[None]:
        """Where a step draws its random numbers from, if not from the generator of the context."""
        return nullcontext()

    @property
    def executor(self) -> Executor:
        return self.execs[0]

    def _all(self, names: Sequence[str]) -> list[list[NDArray]]:
        return [[self.executor.arg_dict[name]] for name in names]

    @property
    def param_arrays(self) -> list[list[NDArray]]:
        return self._all(self.param_names)

    @property
    def grad_arrays(self) -> list[list[NDArray | None]]:
        return [[self.executor.grad_dict[name]] for name in self.param_names]

    @property
    def aux_arrays(self) -> list[list[NDArray]]:
        return [[self.executor.aux_dict[name]] for name in self.aux_names]

    @property
    def data_names(self) -> list[str]:
        return [d.name for d in self.data_shapes]

    @property
    def label_names(self) -> list[str]:
        return [d.name for d in self.label_shapes]

    @property
    def data_arrays(self) -> list[list[tuple[slice, NDArray]]]:
        return [[(slice(0, self.batch_size), self.executor.arg_dict[d.name])] for d in self.data_shapes]

    @property
    def label_arrays(self) -> list[list[tuple[slice, NDArray]]]:
        bound = [d.name for d in self.label_shapes if d.name in self.arg_names]
        return [[(slice(0, self.batch_size), self.executor.arg_dict[name])] for name in bound]

    @property
    def input_grad_arrays(self) -> list[list[NDArray | None]]:
        return [[self.executor.grad_dict[d.name]] for d in self.data_shapes]

    def load(self, shapes: Sequence[DataDesc], arrays: Sequence[Any], kind: str) -> None:
        """Give the executor's inputs new content.

        Raises:
            ShapeError: an array has another shape than its input.
        """
        for description, array in zip(shapes, arrays, strict=True):
            own = self.executor.arg_dict.get(description.name)
            if own is None:
                continue
            expected = self._expected(own, description.name)
            if array.shape != expected:
                raise ShapeError(f"{kind} '{description.name}' has shape {array.shape}, bound for {expected}.")
            self._take(own, array, description.name)

    def _expected(self, own: NDArray, name: str) -> tuple[int, ...]:
        """The shape of an array for an input."""
        return own.shape

    def _take(self, own: NDArray, array: Any, name: str) -> None:
        sharding = self.executor.sharding_of(name)
        if sharding is not None and isinstance(array, NDArray) and array.dtype == own.dtype:
            own.rebind(array.on(sharding))  # each device is sent its part, and no other
        elif isinstance(array, NDArray) and array.dtype == own.dtype and array.context == own.context:
            own.rebind(array.jax)
        else:
            own[:] = array

    @property
    def shapes_of_outputs(self) -> list[tuple[int, ...]]:
        """Of each output."""
        return [output.shape for output in self.executor.outputs]

    def outputs(self, merged: bool, begin: int = 0, end: int | None = None) -> list:
        """The outputs, or for each the part of each context."""
        return self._shown(self.executor.outputs[begin:end], self._output_layouts[begin:end], merged)

    @cached_property
    def _output_layouts(self) -> list[str | None]:
        attributes = self.symbol.attr_dict()
        return [attributes.get(node.name, {}).get("__layout__") for node, _ in self.symbol.graph.heads]

    def input_grads(self, merged: bool) -> list:
        """Gradients of data, or for each the part of each context."""
        return self._shown(
            [arrays[0] for arrays in self.input_grad_arrays], [d.layout for d in self.data_shapes], merged
        )

    def _shown(self, arrays: Sequence[Any], layouts: Sequence[str | None], merged: bool) -> list:
        """One context's arrays themselves; those of several are made for the call, and stay as they are afterwards."""
        if merged:
            is_one = len(self.contexts) == 1
            return list(arrays) if is_one else [NDArray(array.jax, array.context) for array in arrays]
        axes = [DataDesc.get_batch_axis(layout) for layout in layouts]
        return [self.parts(array, axis) for array, axis in zip(arrays, axes, strict=True)]

    def parts(self, array: NDArray, axis: int) -> list[NDArray]:
        """An array of examples, as the contexts are said to have it; as a whole if it is none of examples."""
        size = array.shape[axis] if 0 <= axis < len(array.shape) else 0
        if len(self.contexts) == 1 or size < len(self.contexts):
            return [array]
        slices = split_input_slice(size, self.workload)
        parts = [array.slice_axis(axis=axis, begin=part.start, end=part.stop) for part in slices]
        if not isinstance(self.place, Mesh):
            return parts
        return [part.as_in_context(context) for part, context in zip(parts, self.contexts, strict=True)]


def _place(symbol: Symbol, contexts: Sequence[Context], mesh: Mesh | None) -> Context | Mesh:
    """Where a module computes: on the mesh that is given, or on the devices that contexts stand for."""
    mesh = mesh or mesh_of(contexts)
    python = [node for node in symbol.graph.order if node.op is not None and node.op.is_effectful]
    if mesh is not None and python:
        warn_user(f"{python[0].describe()} runs Python code, which has one device: all is computed on {contexts[0]}.")
    return contexts[0] if mesh is None or python else mesh


def _batch_size(data: Sequence[DataDesc], label: Sequence[DataDesc]) -> int:
    """The number of examples; the same in all inputs, along the axis that their layout tells."""
    found: int | None = None
    for description in (*data, *label):
        axis = DataDesc.get_batch_axis(description.layout)
        if axis < 0 or axis >= len(description.shape):
            continue
        size = description.shape[axis]
        if found is not None and size != found:
            raise BatchSizeError(
                f"all data must have the same batch size: batch_size = {found}, but {description.name} has shape "
                f"{tuple(description.shape)}; the batch is axis {axis} (layout {description.layout})."
            )
        found = size
    return found or 0


class DivisionError(BindError, ValueError):
    """Devices cannot divide the examples of a batch."""


class BatchSizeError(ShapeError, AssertionError):
    """Inputs differ in the number of examples."""


def split_input_slice(batch_size: int, work_load_list: Sequence[float]) -> list[slice]:
    """Which examples each context has, in proportion to its workload; the last one has what is left.

    >>> split_input_slice(10, [1, 2, 1])
    [slice(0, 2, None), slice(2, 7, None), slice(7, 10, None)]

    Raises:
        SliceError: a context would have none.
    """
    total = sum(work_load_list)
    sizes = [round(batch_size * share / total) for share in work_load_list]
    ends = [0, *itertools.accumulate(sizes[:-1]), batch_size]
    if any(begin >= end for begin, end in itertools.pairwise(ends)):
        raise SliceError(
            f"a batch of {counted(batch_size, 'example')} cannot be divided among {len(work_load_list)} contexts; make it "
            f"larger, or give fewer contexts."
        )
    return [slice(begin, end) for begin, end in itertools.pairwise(ends)]


class SliceError(BindError, ValueError):
    """There are too few examples."""
