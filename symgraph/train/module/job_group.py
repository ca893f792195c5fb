"""`JobGroup`: the arrays and executors of a module that the processes of a job train together.

Each worker is fed its own part of a batch. For training, an executor is bound for the batch of all, over the devices of all
processes: one program, in which gradients are sums over the whole batch, and so are statistics. What a worker sees of outputs
and of gradients of inputs is its own part. For inference, each worker computes by itself, whenever it likes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from symgraph.errors import BindError, counted, listed
from symgraph.frontend.symbol import Symbol
from symgraph.ir.source import warn_user
from symgraph.lower.sharding import Rows
from symgraph.runtime import job, rng
from symgraph.runtime.cell import Spread, gather
from symgraph.runtime.context import Context
from symgraph.runtime.copies import cast
from symgraph.runtime.executor import Executor
from symgraph.runtime.job_arrays import DATA, is_divided, job_mesh, of_parts, part_here
from symgraph.runtime.meeting import from_first
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import DataDesc
from symgraph.train.module.examples import places, with_examples
from symgraph.train.module.group import ExecutorGroup


class JobGroup(ExecutorGroup):
    """A symbol bound over the processes of a job.

    Args:
        alone: the symbol as this process has it bound, which goes on to be used for inference.
        steps: how many updates there have been.
        shared: a group whose parameters this one is to have.
    """

    def __init__(self, alone: ExecutorGroup, steps: Callable[[], int], shared: JobGroup | None = None):
        self.alone = alone
        self._lent: dict[str, Any] = {}  # what inference has of the parameters: nothing is copied to its device twice
        self._is_alone = False
        self._draws: _Draws = shared._draws if shared else _Draws(alone.contexts[0], steps)
        python = [node for node in alone.symbol.graph.order if node.op is not None and node.op.is_effectful]
        if python:
            raise BindError(
                f"{python[0].describe()} runs Python code, which a program over several processes cannot call. Write it as an "
                f"operator of JAX (mx.operator.from_jax), or sum gradients by yourself: kvstore=None, and pushpull of each "
                f"gradient to mx.kv.create('dist_sync') before update()."
            )
        if alone.executor._monitor is not None:
            warn_user("a monitor does not see training steps of a job, only inference; train without one.")
        device = alone.contexts[0].jax_device
        mesh = job_mesh(device, alone.mesh or (alone.place if isinstance(alone.place, Mesh) else None))
        options = alone.param_names, alone.grad_req, alone._group2ctx, shared, mesh
        super().__init__(alone.symbol, alone.contexts, alone.workload, alone.data_shapes, alone.label_shapes, *options)

    def bind(self, data_shapes: Sequence[DataDesc], label_shapes: Sequence[DataDesc]) -> None:
        self.alone.bind(data_shapes, label_shapes)
        super().bind(data_shapes, label_shapes)

    def _bound(self, shapes: Sequence[DataDesc]) -> Executor:
        executor = super()._bound(with_examples(shapes, lambda size: size * job.size()))
        for node, lying in zip(executor._program.graph.arguments, executor._program.shardings.args, strict=True):
            if node.name in self.param_names and is_divided(lying):
                raise BindError(
                    f"parameter '{node.name}' is to be divided along the axis 'data' of the mesh, and so among the workers of "
                    f"the job, each of which needs all of it to save and to score; divide it along another axis, of the mesh "
                    f"of each worker, as in Module(context=Mesh(devices, ('data', 'model')))."
                )
        return executor

    def _examples(self, shapes: Sequence[DataDesc], is_first: bool) -> dict[str, int]:
        return super()._examples(shapes, is_first=True)  # workers have other examples each: they cannot all compute all

    def _rows(self, shapes: Sequence[DataDesc]) -> list[Rows | None]:
        workers = job.size()
        part = with_examples(shapes, lambda size: size // workers)
        found = places(self.symbol, self.contexts[0], part, workers)
        return [
            None if place is None else Rows(self._lying(place.axis), place.axis, place.blocks, workers)
            for place in found
        ]

    def _lying(self, axis: int) -> NamedSharding:
        return NamedSharding(self.place, PartitionSpec(*[None] * axis, DATA))  # type: ignore[arg-type]

    # -- a step -----------------------------------------------------------------------------------------------------------

    def compute(self, data: Sequence[Any], label: Sequence[Any], is_train: bool) -> None:
        self._is_alone = not is_train
        if not is_train:
            self.alone.compute(data, label, is_train)
            return
        shapes = [f"{d.name} {tuple(d.shape)}" for d in (*self.data_shapes, *(self.label_shapes if label else ()))]
        job.meet(f"a training step on {listed(shapes)}")
        with self.drawing():
            super().compute(data, label, is_train)

    def compute_gradients(self, out_grads: Any) -> None:
        if self._is_alone:
            self.alone.compute_gradients(out_grads)
        else:
            super().compute_gradients(self._heads(out_grads))

    def _heads(self, out_grads: Any) -> Any:
        """Gradients of outputs, of which each worker gives its part."""
        if out_grads is None:
            return None
        rows = self.executor._program.shardings.outputs or ()
        given = out_grads if isinstance(out_grads, (list, tuple)) else [out_grads]
        if isinstance(out_grads, Mapping):
            given = [out_grads.get(name) for name in self.output_names]
        return [
            _over_job(grad, lie.lying) if isinstance(grad, NDArray) and lie is not None else grad
            for grad, lie in zip(given, rows, strict=len(given) == len(rows))
        ]

    def drawing(self) -> AbstractContextManager[None]:
        return self._draws.next()

    def _take(self, own: NDArray, array: Any, name: str) -> None:
        lying = self.executor.sharding_of(name)
        assert lying is not None  # there is a mesh
        values = np.asarray(array.jax if isinstance(array, NDArray) else array)
        own.rebind(of_parts(cast(values, np.dtype(own.dtype)), lying))

    def _expected(self, own: NDArray, name: str) -> tuple[int, ...]:
        bound = self.alone.executor.arg_dict.get(name)
        return own.shape if bound is None else bound.shape

    # -- what a worker sees ----------------------------------------------------------------------------------------------

    def outputs(self, merged: bool, begin: int = 0, end: int | None = None) -> list:
        if self._is_alone:
            return self.alone.outputs(merged, begin, end)
        lying = self.executor._program.shardings.heads or ()
        found = [self._part(array, lie) for array, lie in zip(self.executor.outputs, lying, strict=True)][begin:end]
        return found if merged else self._shown(found, self._output_layouts[begin:end], merged)

    @property
    def shapes_of_outputs(self) -> list[tuple[int, ...]]:
        return self.alone.shapes_of_outputs

    def input_grads(self, merged: bool) -> list:
        if self._is_alone:
            return self.alone.input_grads(merged)
        found = [
            None if grad is None else self._part(grad, self.executor.sharding_of(name))
            for name, (grad,) in zip(self.data_names, self.input_grad_arrays, strict=True)
        ]
        return found if merged else self._shown(found, [d.layout for d in self.data_shapes], merged)

    def _part(self, array: NDArray, lying: Any) -> NDArray:
        context = self.contexts[0]
        return NDArray(gather(part_here(array.on(lying)), context), context)

    def lend(self, params: Mapping[str, NDArray], states: Mapping[str, NDArray]) -> None:
        """Let inference use these parameters and auxiliary states, which are those of training."""
        executor = self.alone.executor
        for own, given in ((executor.arg_dict, params), (executor.aux_dict, states)):
            for name, array in given.items():
                if name in own and self._lent.get(name) is not array.jax:
                    own[name][:] = array
                    self._lent[name] = array.jax


def check_alike(symbol: Symbol, group: ExecutorGroup, optimizer: Any) -> None:
    """Wait for the other workers, and look whether they are about to train the same network in the same way.

    Raises:
        JobError: they are not.
    """
    shapes = [f"{d.name} {tuple(d.shape)}" for d in (*group.data_shapes, *group.label_shapes)]
    digest = zlib.crc32(symbol.tojson().encode())
    job.meet(
        f"init_optimizer of {type(optimizer).__name__} for a network of {counted(len(group.param_names), 'parameter')} "
        f"(checksum {digest:08x}) on {listed(shapes)}"
    )


def take_first(params: Mapping[str, NDArray], states: Mapping[str, NDArray]) -> None:
    """Give arrays of parameters and auxiliary states the values that worker 0 has."""
    arrays = [*(params[name] for name in sorted(params)), *(states[name] for name in sorted(states))]
    for array, value in zip(arrays, from_first([array.asnumpy() for array in arrays]), strict=True):
        array[:] = value


def _over_job(array: NDArray, lying: NamedSharding) -> NDArray:
    """An array of which each worker has a part, as one."""
    made = of_parts(array.asnumpy(), lying)
    return NDArray.waiting(made.shape, np.dtype(array.dtype), array.context, Spread(made))


class _Draws:
    """Random numbers of a job: those of each step are the same on all workers, and follow from worker 0's seed and the
    number of the step, so that a job that goes on from a checkpoint draws what it would have drawn."""

    def __init__(self, context: Context, steps: Callable[[], int]):
        seed, _ = from_first([rng.next_key(context)])[0]  # how many keys have been drawn differs after a new start
        self._seed = int(seed)
        self._steps = steps
        self._last = -1
        self._count = 0

    def next(self) -> AbstractContextManager[None]:
        step = self._steps()
        self._count = self._count + 1 if step == self._last else 0
        self._last = step
        return rng.drawing_from((self._seed, step, self._count))
