"""Arrays over the processes of a job: made of what each process has, and what a process has of them.

Along the axis ``data`` of the job's mesh, each process has its own part; along others, each has all parts.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from symgraph.errors import JobError, StateError
from symgraph.ir.shape import show
from symgraph.lower.quiet import quietly
from symgraph.runtime.meeting import beside, rank, size

DATA = "data"
"""The axis of a mesh that divides the examples of a batch."""


def job_mesh(device: jax.Device, mesh: Mesh | None = None) -> Mesh:
    """The mesh of a job: what each process computes on, one process after the other along the axis ``data``.

    Args:
        device: what this process computes on; or of `mesh`, if that is given, one.

    Raises:
        JobError: the mesh of this process has no such axis, or processes have different devices.
    """
    own = Mesh(np.array([device]), (DATA,)) if mesh is None else mesh
    if DATA not in own.axis_names:
        raise JobError(
            f"the workers of a job divide the examples of a batch along the axis 'data' of a mesh, and the given one has "
            f"{', '.join(map(repr, own.axis_names))} only; add an axis 'data', of length 1 if need be."
        )
    devices = [np.array([beside(d)[worker] for d in own.devices.flat]) for worker in range(size())]
    axis = own.axis_names.index(DATA)
    return Mesh(np.concatenate([row.reshape(own.devices.shape) for row in devices], axis), own.axis_names)


def mesh_here(mesh: Mesh) -> Mesh:
    """The part of a mesh that is in this process; itself, if nothing of it is."""
    if DATA not in mesh.axis_names or size() == 1:
        return mesh
    axis = mesh.axis_names.index(DATA)
    here = [i for i in range(mesh.devices.shape[axis]) if mesh.devices.take([i], axis).flat[0].process_index == rank()]
    return Mesh(mesh.devices.take(here, axis), mesh.axis_names) if here else mesh


@quietly
def of_whole(value: jax.Array, lying: NamedSharding) -> jax.Array:
    """A copy, over a job, of a value that each process has as a whole."""
    if not value.is_fully_addressable:  # it lies over the job already, in another way
        with jax.enable_x64(True):
            relaid: jax.Array = jax.jit(_same, out_shardings=lying)(value)
            return relaid
    whole = np.asarray(value)
    with jax.enable_x64(True):
        made = jax.make_array_from_callback(value.shape, lying, lambda index: whole[index])
        return jnp.array(made, copy=True)  # JAX may have adopted the memory


def of_parts(part: Any, lying: NamedSharding) -> jax.Array:
    """The array of which each process has a part, along an axis that ``data`` divides."""
    shape = tuple(length * (size() if _is_divided(axis, lying.spec) else 1) for axis, length in enumerate(part.shape))
    with jax.enable_x64(True):
        return jax.make_array_from_process_local_data(lying, np.asarray(part), shape)


def part_here(value: jax.Array) -> jax.Array:
    """What this process has of an array over a job, on its own devices."""
    shards = value.addressable_shards
    lying = value.sharding
    if len(shards) == 1 or value.is_fully_replicated:
        return shards[0].data
    if not isinstance(lying, NamedSharding):
        raise StateError(f"an array of shape {show(value.shape)} lies on the devices of a job as {lying}.")
    shape = tuple(length // (size() if _is_divided(axis, lying.spec) else 1) for axis, length in enumerate(value.shape))
    here = NamedSharding(mesh_here(lying.mesh), lying.spec)  # type: ignore[arg-type]
    return jax.make_array_from_single_device_arrays(shape, here, [shard.data for shard in shards])


def whole_here(value: jax.Array) -> jax.Array:
    """An array over a job, of which this process has everything.

    Raises:
        StateError: it has not.
    """
    part = part_here(value)
    if part.shape != value.shape:
        raise StateError(
            f"an array of shape {show(value.shape)} is divided among the {size()} workers of a job, and this one has "
            f"{show(part.shape)} of it; Module.get_outputs() and get_input_grads() give each worker its own part."
        )
    return part


def is_divided(lying: NamedSharding | None) -> bool:
    """Whether processes have different parts of an array."""
    return lying is not None and any(_is_divided(axis, lying.spec) for axis in range(len(lying.spec)))


def _is_divided(axis: int, spec: PartitionSpec) -> bool:
    entry = spec[axis] if axis < len(spec) else None
    return DATA in (entry if isinstance(entry, tuple) else (entry,))


def _same(value: jax.Array) -> jax.Array:
    return value
