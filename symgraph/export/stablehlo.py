"""A network as StableHLO: a compiled form of it that JAX alone reloads and runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import jax
import jax.numpy as jnp
from jax import export

from symgraph.errors import ExportError, MXNetError, described, listed
from symgraph.export.variables import Variables, variables
from symgraph.frontend.pure import PureFunction
from symgraph.frontend.symbol import Symbol
from symgraph.ir.graph import Graph
from symgraph.ir.infer import infer_shapes
from symgraph.runtime.atomic import write_atomically
from symgraph.runtime.optional import optional

PLATFORMS = ("cpu", "cuda", "rocm", "tpu")
Arrays = Mapping[str, Any]


def to_stablehlo(
    symbol: Symbol,
    params: Arrays,
    shapes: Mapping[str, Sequence[int]],
    dtypes: Mapping[str, Any] | None = None,
    *,
    batch: str | None = None,
    embed: bool = True,
    platforms: Sequence[str] = (),
) -> export.Exported:
    """A symbol, for inference, as a ``jax.export.Exported``.

    Args:
        params: values of parameters and auxiliary states, by name.
        shapes: shape of each input, by name.
        dtypes: of inputs that are not what inference says, or else float32.
        batch: a name, such as ``"n"``, for the length of the first axis of all inputs, which is then left open.
        embed: whether parameters are part of the program. If not, they are its first argument, a dict by name.
        platforms: what it is to run on, of ``"cpu"``, ``"cuda"``, ``"rocm"``, ``"tpu"``; by default what is here.

    Returns:
        An object whose ``call`` takes inputs by keyword, ``call(data=x)`` or ``call(params, data=x)``, and gives a tuple of
        all outputs. `save_stablehlo` writes it to a file.

    Raises:
        ExportError: an operator cannot take a batch of unknown size, or draws random numbers.
        BindError, UnknownArgumentError, ShapeError: what is given does not fit the symbol.
        CustomOpError: an operator calls Python code.

    >>> import jax, symgraph as mx
    >>> from symgraph.export.stablehlo import to_stablehlo
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, no_bias=True, name="fc")
    >>> exported = to_stablehlo(net, {"fc_weight": mx.nd.ones((2, 3))}, {"data": (1, 3)}, batch="n")
    >>> reloaded = jax.export.deserialize(exported.serialize())
    >>> [out.tolist() for out in reloaded.call(data=jax.numpy.ones((2, 3)))]
    [[[3.0, 3.0], [3.0, 3.0]]]
    """
    found = variables("to_stablehlo", symbol, params, shapes, dtypes)
    chosen = _checked(platforms)
    function = symbol.to_jax(platform=_kind(chosen[0]) if chosen else None)
    with jax.enable_x64(True) if _is_wide(found) else nullcontext():
        stand_ins = _stand_ins(found, batch)
        parameters = {name: jnp.asarray(array) for name, array in found.parameters.items()}
        network = _network(symbol.graph, function, found, parameters if embed else None)
        exporter = export.export(jax.jit(network), platforms=chosen or None)
        try:
            return exporter(*(() if embed else (parameters,)), **stand_ins)
        except Exception as error:
            if batch is None:
                raise
            raise ExportError(_cannot_stay_open(symbol.graph, found, stand_ins, error)) from error


def save_stablehlo(fname: str | os.PathLike[str], exported: export.Exported) -> None:
    """Write what `to_stablehlo` made; ``jax.export.deserialize`` of the file's bytes brings it back, without symgraph.

    Raises:
        FileError: it cannot be written.
        MissingPackageError: JAX misses what it writes programs with.
    """
    optional("flatbuffers", "save_stablehlo: to write programs", "flatbuffers", "flatbuffers")
    write_atomically(fname, bytes(exported.serialize()), "save_stablehlo")


def _checked(platforms: Sequence[str]) -> tuple[str, ...]:
    names = (platforms,) if isinstance(platforms, str) else tuple(platforms)
    unknown = [name for name in names if name not in PLATFORMS]
    if unknown:
        raise ExportError(f"to_stablehlo: there is no platform {described(unknown[0])}; choose of {listed(PLATFORMS)}.")
    return names


def _kind(platform: str) -> str:
    """What operators call a platform of `jax.export`."""
    return platform if platform in ("cpu", "tpu") else "gpu"


def _is_wide(found: Variables) -> bool:
    """Whether something has 64 bits, which JAX would halve."""
    dtypes = [array.dtype for array in found.parameters.values()] + [spec.dtype for spec in found.inputs.values()]
    return any(dtype.itemsize == 8 for dtype in dtypes)


def _stand_ins(found: Variables, batch: str | None) -> dict[str, jax.ShapeDtypeStruct]:
    """Inputs without values, whose first axis has a name instead of a length if it is to stay open."""
    if batch is None:
        return {name: jax.ShapeDtypeStruct(spec.shape, spec.dtype) for name, spec in found.inputs.items()}
    if not isinstance(batch, str) or not batch.isidentifier():
        raise ExportError(f"to_stablehlo: batch is a name for a length, such as 'n', given {described(batch)}.")
    lengths = {name: spec.shape[0] for name, spec in found.inputs.items() if spec.shape}
    if len(set(lengths.values())) > 1:
        shown = listed(f"{name} {length}" for name, length in lengths.items())
        raise ExportError(
            f"to_stablehlo: the first lengths of the inputs differ ({shown}), so they are not one batch that could be left "
            f"open. Give a fixed batch: batch=None."
        )
    (length,) = export.symbolic_shape(batch)
    return {
        name: jax.ShapeDtypeStruct((length, *spec.shape[1:]) if spec.shape else (), spec.dtype)
        for name, spec in found.inputs.items()
    }


def _network(graph: Graph, function: PureFunction, found: Variables, embedded: Arrays | None) -> Any:
    """``network(**inputs)``, or ``network(parameters, **inputs)`` if none are embedded: the outputs."""

    def run(parameters: Arrays, inputs: Arrays) -> tuple[jax.Array, ...]:
        arrays = {**parameters, **inputs}
        if found.labels:
            arrays |= _labels(graph, found, arrays)
        args, aux = ({name: arrays[name] for name in names} for names in (function.arguments, function.states))
        return function(args, aux)[0]

    if embedded is None:
        return lambda parameters, **inputs: run(parameters, inputs)
    return lambda **inputs: run(embedded, inputs)


def _labels(graph: Graph, found: Variables, arrays: Arrays) -> dict[str, jax.Array]:
    """Zeros for what nobody reads, in the shape that follows from the inputs."""
    inferred = infer_shapes(graph, {node: arrays[node.name].shape for node in _variables(graph) if node.name in arrays})
    shapes = {node.name: inferred.of(node) for node in _variables(graph)}
    return {name: jnp.zeros(shapes[name], spec.dtype) for name, spec in found.labels.items()}


def _variables(graph: Graph) -> list[Any]:
    return graph.arguments + graph.auxiliary


def _cannot_stay_open(graph: Graph, found: Variables, stand_ins: Mapping[str, Any], error: Exception) -> str:
    """What to say of a graph that works for some length of the first axes, but not for all: where it needs to know."""
    known = {name: array.shape for name, array in found.parameters.items()} | {n: s.shape for n, s in stand_ins.items()}
    given = {node: known[node.name] for node in _variables(graph) if node.name in known}
    reason = str(error).split("\n")[0]
    for node in graph.order:
        try:
            infer_shapes(Graph([(node, 0)]), given)
        except MXNetError:
            break
        except Exception:
            reason = f"{node.describe()} has to know it: {reason}"
            break
    return (
        f"to_stablehlo: the size of a batch cannot be left open. {reason.rstrip('.')}. Give a fixed batch: batch=None."
    )
