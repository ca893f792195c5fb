"""`PureFunction`: a symbol as a pure function of JAX arrays, for JAX's own transformations."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.errors import (
    BindError,
    CustomOpError,
    RegistryError,
    UnknownArgumentError,
    bounded,
    described,
    listed,
    suggestion,
)
from symgraph.frontend.inference import all_dtypes, all_shapes
from symgraph.initializer import InitDesc, Uniform
from symgraph.initializer.base import InitializationError, NoRuleError
from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.ir.labels import label_takers
from symgraph.ir.shape import show
from symgraph.lower.emit import Mode, evaluate
from symgraph.lower.optimize import optimized
from symgraph.runtime.arrays import zeros
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.rng import drawing_from

Arrays = dict[str, jax.Array]


@bounded
class PureFunction:
    """``f(args, aux=None, *, key=None) -> (outputs, new_aux)``; made by `Symbol.to_jax`.

    It has no state and no side effects, and may be given to ``jax.jit``, ``grad``, ``vmap``, ``jacfwd``, ``checkpoint``,
    ``lax.scan``, ``shard_map`` and whatever else takes functions of pytrees.

    Attributes:
        arguments: names of the arguments, in the order of `Symbol.list_arguments`.
        states: names of the auxiliary states.
        outputs: names of the outputs.
    """

    def __init__(self, graph: Graph, mode: Mode, attributes: Mapping[str, Mapping[str, str]]):
        effectful = next((node for node in graph.order if node.op is not None and node.op.is_effectful), None)
        if effectful is not None:
            raise CustomOpError(
                f"to_jax: {effectful.describe()} calls Python code, which a pure function cannot; write it with "
                f"mx.operator.from_jax, or run the symbol with bind."
            )
        self.arguments = tuple(node.name for node in graph.arguments)
        self.states = tuple(node.name for node in graph.auxiliary)
        self.outputs = graph.output_names()
        self.__name__ = "_".join(dict.fromkeys(node.name for node, _ in graph.heads))
        self._graph, self._mode, self._attributes = graph, mode, attributes
        self._lowered: dict[Any, Graph] = {}

    def __repr__(self) -> str:
        mode = "training" if self._mode.is_train else "inference"
        return f"<PureFunction of {listed(self.outputs)} in {mode}: args {listed(self.arguments)}; aux {listed(self.states)}>"

    def __call__(
        self, args: Mapping[str, Any], aux: Mapping[str, Any] | None = None, *, key: Any = None
    ) -> tuple[tuple[jax.Array, ...], Arrays]:
        """Outputs, and the auxiliary states after the pass.

        Args:
            args: every argument by name: parameters and inputs, as JAX or NumPy arrays.
            aux: every auxiliary state by name, if there are any.
            key: a random key (``jax.random.key``); needed where random numbers are drawn in this mode. The numbers of a
                node follow from the key and its name.

        Returns:
            One array per output, and a dict of the same structure as `aux`: in training, moving averages are updated.

        Gradients are MXNet's: loss layers bring their own, whatever the cotangent. Numbers have 64 bits only where JAX is
        set to (``jax_enable_x64``).

        Raises:
            BindError: an array is missing.
            UnknownArgumentError: a name is not known.
            ShapeError, DTypeError: arrays contradict each other, or the symbol.
        """
        values = _in_order("args", args, self._graph.arguments, self._graph)
        states = _in_order("aux", {} if aux is None else aux, self._graph.auxiliary, self._graph)
        graph = self._for_arrays(values, states)
        with _narrow_numbers():
            outputs, new = evaluate(graph, self._mode, values, states, None if key is None else _as_key("to_jax", key))
        return outputs, dict(zip(self.states, new, strict=True))

    def init(
        self,
        key: Any,
        shapes: Mapping[str, Sequence[int]],
        initializer: Any = Uniform(0.01),  # noqa: B008 - has no state
    ) -> tuple[Arrays, Arrays]:
        """First values of parameters and auxiliary states.

        Args:
            key: a random key, or an integer; equal keys give equal values.
            shapes: shape of each *input* (data, labels) by name; all other arguments are parameters.
            initializer: one of ``mx.init``, unless the variable names one of its own (``Variable(init=...)``).

        Returns:
            ``(parameters, auxiliary states)``. A call takes the first together with the inputs:
            ``f({**parameters, "data": x}, states)``.

        Raises:
            BindError: the shapes do not determine all others.
            InitializationError: the initializer has no rule for a name.
        """
        if not isinstance(shapes, Mapping):
            raise BindError(
                f"init: shapes must be a dict by name, as {{'data': (32, 784)}}, given {described(shapes)}."
            )
        _require_known("init: shapes", shapes, [*self.arguments, *self.states])
        known, dtypes = all_shapes(self._graph, "init", shapes, "{{'{}': (32, ...)}}"), all_dtypes(self._graph, {})
        seed = _as_key("init", key)
        with drawing_from(np.asarray(jax.random.key_data(seed)).ravel().tolist()):
            parameters, states = (
                {node.name: self._first(initializer, node.name, known[node], dtypes[node], shapes) for node in nodes}
                for nodes in ([n for n in self._graph.arguments if n.name not in shapes], self._graph.auxiliary)
            )
        return parameters, states

    def _first(
        self, initializer: Any, name: str, shape: Sequence[int], dtype: Any, given: Mapping[str, Any]
    ) -> jax.Array:
        array = zeros(shape, np.dtype(dtype), Context("cpu"))
        try:
            initializer(InitDesc(name, self._attributes.get(name)), array)
        except NoRuleError:
            raise NoRuleError(f"init: {self._unruled(initializer, name, {**given, name: tuple(shape)})}") from None
        except InitializationError as error:
            raise InitializationError(f"init: {error}") from None
        except RegistryError as error:
            raise RegistryError(f"init: '{name}': {error}") from None
        return jnp.asarray(array.asnumpy())

    def _unruled(self, initializer: Any, name: str, shapes: Mapping[str, Any]) -> str:
        """What to say where there is no first value for `name`: `shapes` would make an input of it."""
        if taker := label_takers(self._graph).get(name):
            return f"'{name}' is the label of {taker.describe()}; give its shape with those of the inputs, {shapes}."
        return (
            f"if '{name}' is an input, give its shape, {shapes}. If it is a parameter, say how to initialize it where it "
            f"is made, as in mx.sym.Variable('{name}', init=mx.init.Zero()): {type(initializer).__name__} has no rule for that "
            f"name."
        )

    def _for_arrays(self, args: Sequence[Any], aux: Sequence[Any]) -> Graph:
        """The graph to lower for arrays of these shapes and dtypes, which are checked once."""
        signature = tuple((x.shape, x.dtype) for x in (*args, *aux))
        graph = self._lowered.get(signature)
        if graph is None:
            nodes = self._graph.arguments + self._graph.auxiliary
            infer_shapes(self._graph, dict(zip(nodes, (shape for shape, _ in signature), strict=True)))
            infer_dtypes(self._graph, dict(zip(nodes, (np.dtype(dtype) for _, dtype in signature), strict=True)))
            graph = self._lowered[signature] = optimized(self._graph, self._mode.context(), args, aux)
        return graph


@contextmanager
def _narrow_numbers() -> Iterator[None]:
    """Where JAX computes with 32 bits, it need not say so of what operators ask for 64."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Explicitly requested dtype")
        yield


def _in_order(what: str, given: Any, nodes: Sequence[Node], graph: Graph) -> list[jax.Array]:
    if not isinstance(given, Mapping):
        raise BindError(f"to_jax: {what} must be a dict of arrays by name, given {described(given)}.")
    names = [node.name for node in nodes]
    missing = [name for name in names if name not in given]
    if missing:
        raise BindError(
            f"to_jax: {what} lacks {listed(missing)}; it needs {listed(names)}.{_about_labels(missing, given, graph)}"
        )
    _require_known(f"to_jax: {what}", given, names)
    return [_as_array(given[name]) for name in names]


def _about_labels(missing: Sequence[str], given: Mapping[str, Any], graph: Graph) -> str:
    """Of labels that are missing: which one is whose, its shape, and the network without the loss."""
    takers = label_takers(graph)
    name = next((name for name in missing if name in takers), None)
    if name is None:
        return ""
    shapes = {node: tuple(np.shape(given[node.name])) for node in graph.arguments if node.name in given}
    label = next(node for node in graph.arguments if node.name == name)
    found = show(infer_shapes(graph, shapes).of(label))
    loss = takers[name]
    text = f" '{name}' is the label of {loss.describe()}, of shape {found}"
    if loss.op is None or loss.op.inputs()[0] != "data":
        return f"{text}."
    source, output = loss.inputs[0]
    inner = source.output_names()[output]
    return f"{text}; symbol.get_internals()['{inner}'].to_jax() computes what goes into that loss, and needs none."


def _require_known(what: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    unknown = [str(name) for name in given if name not in names]
    if unknown:
        known = f"only {listed(names)}" if names else "none"
        raise UnknownArgumentError(
            f"{what} has {listed(unknown)}, but of these the symbol has {known}.{suggestion(unknown[0], names)}"
        )


def _as_array(value: Any) -> jax.Array:
    return value.jax if isinstance(value, NDArray) else jnp.asarray(value)


def _as_key(what: str, key: Any) -> jax.Array:
    if isinstance(key, jax.Array) and jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        return key
    if isinstance(key, int):
        return jax.random.key(key)
    if getattr(key, "dtype", None) == np.uint32:
        return jax.random.wrap_key_data(key)
    raise BindError(f"{what}: key must be a random key, as jax.random.key(0), or an integer, given {described(key)}.")
