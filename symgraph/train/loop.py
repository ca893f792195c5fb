"""Pieces of a training loop, which scripts with a loop of their own import from ``mx.model`` and ``mx.executor_manager``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symgraph.runtime.ndarray import NDArray
from symgraph.train.calls import call_all
from symgraph.train.kvstore import KVStore, for_module
from symgraph.train.module.group import split_input_slice

Arrays = Sequence[Sequence[NDArray]]
"""For each parameter, the array of each device."""

_create_kvstore, _multiple_callbacks, _split_input_slice = for_module, call_all, split_input_slice


def _initialize_kvstore(
    kvstore: KVStore,
    param_arrays: Arrays,
    arg_params: Mapping[str, NDArray],
    param_names: Sequence[str],
    update_on_kvstore: bool,
) -> None:
    """Store parameters by name; if the store updates them, devices get what it holds."""
    for name, arrays in zip(param_names, param_arrays, strict=True):
        kvstore.init(name, arg_params[name])
        if update_on_kvstore:
            kvstore.pull(name, list(arrays))


def _update_params_on_kvstore(
    param_arrays: Arrays, grad_arrays: Sequence[Any], kvstore: KVStore, param_names: Sequence[str]
) -> None:
    """Let the store update parameters by gradients, and fetch them."""
    for name, arrays, grads in zip(param_names, param_arrays, grad_arrays, strict=True):
        if grads[0] is not None:
            kvstore.push(name, list(grads))
            kvstore.pull(name, list(arrays))


def _update_params(
    param_arrays: Arrays,
    grad_arrays: Sequence[Any],
    updater: Callable[[Any, NDArray, NDArray], None],
    num_device: int,
    kvstore: KVStore | None = None,
    param_names: Sequence[str] | None = None,
) -> None:
    """Update parameters on each device, by gradients that the store has added up if there is one."""
    for i, (arrays, grads) in enumerate(zip(param_arrays, grad_arrays, strict=True)):
        if grads[0] is None:
            continue
        if kvstore is not None:
            kvstore.pushpull(param_names[i] if param_names else i, list(grads))
        for device, (array, grad) in enumerate(zip(arrays, grads, strict=True)):
            updater(i * num_device + device, grad, array)
