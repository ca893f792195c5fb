"""Binding: from the many forms in which arrays may be given to the lists an Executor takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jax.sharding import Mesh

from symgraph.errors import BindError, CompositionError, DTypeError, ShapeError, counted, described, listed, nearest
from symgraph.frontend.inference import all_dtypes, all_shapes
from symgraph.ir.shape import show
from symgraph.ir.source import warn_user
from symgraph.lower.host import Spec
from symgraph.lower.sharding import Rows
from symgraph.runtime.arrays import warn_unknown, zeros
from symgraph.runtime.context import Context
from symgraph.runtime.distribution import Distribution, located
from symgraph.runtime.executor import GRAD_REQUESTS, Executor
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.placement import homes, placed


def bind(symbol: Any, ctx: Any, args: Any, args_grad: Any, grad_req: Any, aux_states: Any, group2ctx: Any) -> Executor:
    """`Symbol.bind`."""
    context, mesh = located(ctx)
    groups = _groups(group2ctx, mesh)
    graph, names = symbol.graph, symbol.list_arguments()
    where = None if groups else context
    arrays = _arrays("args", args, names, where)
    grads = _gradients(args_grad, names, where)
    requests = _requests(grad_req, names)
    states = _arrays("aux_states", aux_states, symbol.list_auxiliary_states(), where)
    for name, array, grad, request in zip(names, arrays, grads, requests, strict=True):
        if grad is not None and request != "null":
            _check_gradient(name, array, grad)
    variables = zip(graph.arguments + graph.auxiliary, [array.context for array in [*arrays, *states]], strict=True)
    places = placed(graph, groups, dict(variables), context) if groups else None
    distribution = None if mesh is None else Distribution(mesh)
    return Executor(symbol, context, arrays, grads, requests, states, places, distribution)


def simple_bind(
    symbol: Any,
    ctx: Any,
    grad_req: Any,
    type_dict: Mapping[str, Any] | None,
    stype_dict: Mapping[str, str] | None,
    group2ctx: Any,
    shared_arg_names: Sequence[str] | None,
    shared_exec: Executor | None,
    shared_buffer: dict[str, NDArray] | None,
    given: Mapping[str, Any],
    examples: Mapping[str, int] | None = None,
    outputs: Sequence[Rows | None] | None = None,
) -> Executor:
    """`Symbol.simple_bind`; over a mesh, `examples` tells the axis of examples in arguments that have one, and `outputs` where
    they are in outputs."""
    context, mesh = located(ctx)
    groups = _groups(group2ctx, mesh)
    _check_kind("simple_bind", "type_dict", type_dict, Mapping)
    _check_kind("simple_bind", "stype_dict", stype_dict, Mapping)
    _check_kind("simple_bind", "shared_arg_names", shared_arg_names, (list, tuple, set))
    _check_kind("simple_bind", "shared_exec", shared_exec, Executor)
    _check_kind("simple_bind", "shared_buffer", shared_buffer, dict)
    names = symbol.list_arguments()
    requests = _requests(grad_req, names)
    _check_dense(stype_dict or {})
    inputs = symbol.list_inputs()
    graph = symbol.graph
    shapes = all_shapes(graph, "simple_bind", given, "{}=(32, ...)")
    warn_unknown(given, inputs, "simple_bind: argument")
    warn_unknown(type_dict or {}, inputs, "simple_bind: type_dict: argument")
    dtypes = all_dtypes(graph, {k: v for k, v in (type_dict or {}).items() if k in inputs})
    shared, shared_grads, shared_states = _dicts(shared_exec if shared_arg_names else None)
    variables = homes(graph, groups, context)
    arrays, grads = [], []
    for node, request in zip(graph.arguments, requests, strict=True):
        spec, place = (shapes[node], dtypes[node]), variables[node]
        if node.name in (shared_arg_names or ()) and _fits(shared.get(node.name), spec, place):
            arrays.append(shared[node.name])
            grad = shared_grads.get(node.name)
        else:
            arrays.append(_allocate(node.name, spec, place, shared_buffer))
            grad = None
        grads.append(zeros(*spec, place) if grad is None and request != "null" else grad)
    states = [
        shared_states[node.name]
        if _fits(shared_states.get(node.name), (shapes[node], dtypes[node]), variables[node])
        else zeros(shapes[node], dtypes[node], variables[node])
        for node in graph.auxiliary
    ]
    places = placed(graph, groups, variables, context) if groups else None
    over = None if mesh is None else Distribution(mesh, examples or {}, outputs)
    return Executor(symbol, context, arrays, grads, requests, states, places, over)


def _dicts(executor: Executor | None) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Arguments, gradients and states by name."""
    return ({}, {}, {}) if executor is None else (executor.arg_dict, executor.grad_dict, executor.aux_dict)


def _allocate(name: str, spec: Spec, context: Context, buffer: dict[str, NDArray] | None) -> NDArray:
    if buffer is None:
        return zeros(*spec, context)
    if not _fits(buffer.get(name), spec, context):
        buffer[name] = zeros(*spec, context)
    return buffer[name]


def _fits(array: NDArray | None, spec: Spec, context: Context) -> bool:
    """Whether there is an array, and of this shape and dtype on the device of `context`."""
    is_here = array is not None and array.context.jax_device == context.jax_device
    return array is not None and is_here and (array.shape, np.dtype(array.dtype)) == spec


def _arrays(what: str, given: Any, names: list[str], context: Context | None) -> list[NDArray]:
    """One array per name, from a list or a dict that holds all of them; on a context, or anywhere if that is ``None``."""
    if isinstance(given, Mapping):
        for name in names:
            if name not in given:
                near = nearest(name, [key for key in given if key not in names])
                general = _CUT_PREFIXES if _has_prefixes(given) else _MAKE_THEM
                hint = f" '{near}' was given: is it misspelled?" if near else general
                raise BindError(f"key `{name}` is missing in `{what}`, which needs {listed(names)}.{hint}")
    arrays = _by_position(what, () if given is None else given, names)
    for name, array in zip(names, arrays, strict=True):
        _check_array(what, name, array, context)
    return arrays


_MAKE_THEM = " Give an NDArray for each; simple_bind makes them itself, from the shapes of the inputs."
_CUT_PREFIXES = " Names in a .params file begin with 'arg:' or 'aux:', which is to be cut off."


def _has_prefixes(given: Mapping[Any, Any]) -> bool:
    return any(str(key).startswith(("arg:", "aux:")) for key in given)


def _gradients(given: Any, names: list[str], context: Context | None) -> list[NDArray | None]:
    """An array or ``None`` per name, from a list of both or a dict of some."""
    grads = _by_position("args_grad", [None] * len(names) if given is None else given, names)
    for name, grad in zip(names, grads, strict=True):
        if grad is not None:
            _check_array("args_grad", name, grad, context)
    return grads


def _by_position(what: str, given: Any, names: list[str]) -> list:
    """The entries of a list or dict in the order of `names`; what a dict does not hold is ``None``."""
    if isinstance(given, Mapping):
        if what != "aux_states":  # a dict of all parameters is common, and no mistake
            warn_unknown(given, names, "bind: argument" if what == "args" else f"bind: {what}: argument")
        return [given.get(name) for name in names]
    if not isinstance(given, (list, tuple)):
        raise CompositionError(
            f"{what} must be a list of NDArrays, or a dict of them by name, given {described(given)}."
        )
    if len(given) != len(names):
        remedy = " Give None where none is wanted, or a dict by name." if what == "args_grad" else _MAKE_THEM
        raise BindError(
            f"Length of {what} does not match the number of arguments: {len(given)} given, "
            f"{len(names)} needed ({listed(names)}).{remedy}"
        )
    return list(given)


def _check_array(what: str, name: str, array: Any, context: Context | None) -> None:
    if not isinstance(array, NDArray):
        raise CompositionError(
            f"{what}: '{name}' must be an NDArray, given {described(array)}; mx.nd.array(...) makes one."
        )
    if context is not None and array.context.jax_device != context.jax_device:
        raise BindError(
            f"{what}: '{name}' lives on {array.context}, but the symbol is bound on {context}; "
            f"move it with as_in_context({context})."
        )


def _requests(given: Any, names: list[str]) -> list[str]:
    if isinstance(given, str):
        requests = [given] * len(names)
    elif isinstance(given, Mapping):
        warn_unknown(given, names, "grad_req: argument")
        requests = [given.get(name, "null") for name in names]
    elif isinstance(given, (list, tuple)):
        if len(given) != len(names):
            raise BindError(
                f"grad_req: {counted(len(given), 'entry', 'entries')} given for "
                f"{counted(len(names), 'argument')} ({listed(names)})."
            )
        requests = list(given)
    else:
        raise BindError(f"grad_req must be a string, a list or a dict, given {given!r}.")
    for name, request in zip(names, requests, strict=True):
        if request not in GRAD_REQUESTS:
            hint = " Shapes are given by name: simple_bind(ctx, **shapes)." if isinstance(request, tuple) else ""
            raise BindError(
                f"grad_req of '{name}' must be one of {', '.join(map(repr, GRAD_REQUESTS))}, given {request!r}.{hint}"
            )
    return requests


def _check_gradient(name: str, array: NDArray, grad: NDArray) -> None:
    if grad.shape != array.shape:
        raise ShapeError(
            f"args_grad: gradient array of '{name}' has shape {show(grad.shape)}, but the argument has {show(array.shape)}."
        )
    if grad.dtype != array.dtype:
        raise DTypeError(
            f"args_grad: gradient array of '{name}' is {np.dtype(grad.dtype).name}, but the argument is "
            f"{np.dtype(array.dtype).name}."
        )

    if grad.context.jax_device != array.context.jax_device:
        raise BindError(
            f"args_grad: gradient array of '{name}' lives on {grad.context}, but the argument on {array.context}; move one of "
            f"them with as_in_context."
        )


def _check_kind(where: str, name: str, given: Any, kinds: Any) -> None:
    """Raise `BindError` unless `given` is ``None`` or of one of the kinds."""
    if given is not None and not isinstance(given, kinds):
        wanted = " or ".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
        raise BindError(f"{where}: {name} must be of type {wanted}, given {type(given).__name__}.")


def _check_dense(stypes: Mapping[str, str]) -> None:
    for name, stype in stypes.items():
        if stype != "default":
            raise BindError(
                f"simple_bind: '{name}' asks for storage type {stype!r}; arrays here are dense ('default')."
            )


def _groups(given: Any, mesh: Mesh | None) -> Mapping[str, Context]:
    """The contexts of groups, after checking what was given."""
    _check_kind("bind", "group2ctx", given, Mapping)
    for name, context in (given or {}).items():
        if not isinstance(context, Context):
            raise BindError(f"group2ctx: group '{name}' must map to a Context, given {context!r}.")
    if given and mesh is not None:
        warn_user(
            f"group2ctx is left aside: one program computes the whole network on all {mesh.size} devices; bind it to one "
            f"context to have groups on devices of their own."
        )
        return {}
    return given or {}
