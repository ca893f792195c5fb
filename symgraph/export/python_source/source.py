"""A symbol as a module of Python source that needs nothing but JAX."""

from __future__ import annotations

import inspect
import io
import os
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, ExportError
from symgraph.export.python_source.lines import WIDTH, assignment, returned
from symgraph.export.python_source.names import Names
from symgraph.export.python_source.snippets import TABLE
from symgraph.export.python_source.table import HELPERS, Call, NoFormError, Several, literal, needed
from symgraph.export.variables import Shape, Variables, variables
from symgraph.frontend.symbol import Symbol
from symgraph.ir.dtype import BFLOAT16
from symgraph.ir.graph import Entry, Graph, Node
from symgraph.ir.infer import infer_dtypes, infer_shapes
from symgraph.lower.complete import complete
from symgraph.runtime.atomic import write_atomically

RESERVED = ("jax", "jnp", "lax", "params", "network", "load", "outputs", "part", "bool")
"""Names in a written module that a node may not take, besides those of its functions."""

_SOURCE, _PARAMETERS = ".py", "-params.npz"
"""How the names of a module and of its parameters end."""


def to_python(
    symbol: Symbol,
    params: Mapping[str, Any],
    shapes: Mapping[str, Sequence[int]],
    dtypes: Mapping[str, Any] | None = None,
    *,
    title: str = "A network",
) -> str:
    """A symbol, for inference, as the source of a module: ``network(params, data)``, one line for each node.

    Args:
        params: values of parameters and auxiliary states, by name.
        shapes: shape of each input, by name.
        dtypes: of inputs that are not what inference says, or else float32.
        title: what the module's description begins with.

    Raises:
        ExportError: an operator has no such form, or not with these attributes; or draws random numbers.
        BindError, UnknownArgumentError, ShapeError: what is given does not fit the symbol.
        CustomOpError: an operator calls Python code.

    >>> import symgraph as mx
    >>> from symgraph.export.python_source.source import to_python
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, no_bias=True, name="fc")
    >>> print(to_python(net, {"fc_weight": mx.nd.ones((2, 3))}, {"data": (1, 3)}).split("\\n\\n\\n")[2])
    def network(params: dict, data: jax.Array) -> jax.Array:
        \"\"\"data (1, 3) float32 -> fc_output.\"\"\"
        fc = dense(data, params["fc_weight"])  # (1, 2)
        return fc
    """
    module = _Module("to_python", symbol, variables("to_python", symbol, params, shapes, dtypes))
    return module.text(title)


def save_python(
    fname: str | os.PathLike[str],
    symbol: Symbol,
    params: Mapping[str, Any],
    shapes: Mapping[str, Sequence[int]],
    dtypes: Mapping[str, Any] | None = None,
    *,
    title: str = "A network",
) -> list[str]:
    """Write `to_python` to a file that ends in ``.py``, and its parameters, if it has any, to `parameters_beside` it; the
    names of both.

    Raises:
        FileError: one of them cannot be written.
        ExportError: as `to_python`; or a parameter is bfloat16, which NumPy's files do not know.
    """
    beside = parameters_beside(fname)
    module = _Module("save_python", symbol, variables("save_python", symbol, params, shapes, dtypes))
    values = module.values()
    narrow = [name for name, value in values.items() if value.dtype == BFLOAT16]
    if narrow:
        raise ExportError(f"save_python: '{narrow[0]}' is bfloat16, which NumPy's files do not know; make it float32.")
    written = [os.fspath(fname)]
    if values:
        content = io.BytesIO()
        np.savez(content, **values)  # type: ignore[arg-type]
        written.append(beside)
        write_atomically(beside, content.getvalue(), "save_python")
    write_atomically(fname, module.text(title).encode(), "save_python")
    return written


def parameters_beside(fname: str | os.PathLike[str]) -> str:
    """The name of the file of parameters that goes with a module: ``net-params.npz`` with ``net.py``.

    Raises:
        ExportError: the name of the module does not end in ``.py``.
    """
    base, ending = os.path.splitext(os.fspath(fname))
    if ending != _SOURCE:
        raise ExportError(f"save_python: '{os.fspath(fname)}' must end in .py, since it is a module.")
    return base + _PARAMETERS


class _Module:
    """A module, node by node.

    Attributes:
        parameters: names of the parameters that it reads.
    """

    def __init__(self, what: str, symbol: Symbol, found: Variables):
        self._what, self._found = what, found
        self._graph, self._facts = _inferred(symbol.graph, found)
        self._inputs = {}
        names = Names([*HELPERS, *RESERVED])
        self._inputs = {name: names.of(name) for name in found.inputs}
        self._called = {
            node: self._inputs.get(node.name, f"params[{literal(node.name)}]") for node in self._variables()
        }
        self._called |= {node: names.of(node.name) for node in self._graph.order if node.op is not None}
        self._calls: dict[Node, Call] = {}
        self._written: dict[Node, str | ExportError] = {}
        for node in self._graph.order:
            if node.op is not None:
                self._written[node] = self._expression(node)
        self._live = self._read()
        self.parameters = [
            node.name for node in self._variables() if node in self._live and node.name in found.parameters
        ]

    def values(self) -> dict[str, np.ndarray]:
        """The parameters that it reads, by name."""
        return {name: self._found.parameters[name] for name in self.parameters}

    def _variables(self) -> list[Node]:
        return self._graph.arguments + self._graph.auxiliary

    def _expression(self, node: Node) -> str | ExportError:
        """What a node is as an expression; or, as it may be that nobody reads it, the error that it is none."""
        assert node.op is not None
        write = TABLE.get(node.op.name)
        if write is None:
            return self._no_form(node)
        outputs = [self._facts[node, index] for index in range(len(node.op.outputs()))]
        names = [self._entry(source, index) for source, index in node.inputs]
        self._calls[node] = Call(node, names, [self._facts[entry] for entry in node.inputs], outputs)
        try:
            return write(self._calls[node])
        except NoFormError as error:
            return self._no_form(node, f" where {error}")

    def _no_form(self, node: Node, where: str = "") -> ExportError:
        return ExportError(
            f"{self._what}: {node.describe()} has no form as Python source{where}; use Symbol.to_jax, or export StableHLO "
            f"(to_stablehlo), which has all operators."
        )

    def _read(self) -> set[Node]:
        """The nodes that the heads depend on, going by what snippets read: not labels, nor what makes them."""
        live: set[Node] = set()
        waiting = list(self._graph.heads)
        while waiting:
            node, index = waiting.pop()
            text = self._written.get(node)
            if isinstance(text, ExportError):
                raise text
            if index > 0 and node.op is not None and not isinstance(text, Several):
                raise self._no_form(node, f" for its output '{node.op.outputs()[index]}'")
            if node.name in self._found.labels and node.op is None:
                raise BindError(f"{self._what}: '{node.name}' is read at inference; give its shape in shapes.")
            if node not in live:
                live.add(node)
                if node in self._calls:
                    waiting += [node.inputs[slot] for slot in self._calls[node].used]
        return live

    def _entry(self, source: Node, index: int) -> str:
        """What an output is called."""
        is_one_of_several = isinstance(self._written.get(source), Several)
        return f"{self._called[source]}[{index}]" if is_one_of_several else self._called[source]

    # -- text --------------------------------------------------------------------------------------------------------

    def text(self, title: str) -> str:
        """The whole module."""
        called = {name for node in self._live if node in self._calls for name in self._calls[node].helpers}
        helpers = [inspect.getsource(HELPERS[name]).rstrip() for name in needed(called)]
        parts = [self._head(title, helpers), *helpers, self._network()]
        if self.parameters:
            parts.append(_LOAD)
        return "\n\n\n".join([*parts, self._main()]) + "\n"

    def _head(self, title: str, helpers: Sequence[str]) -> str:
        source = f" Its parameters are in the file beside it that ends in {_PARAMETERS}." if self.parameters else ""
        about = f"{_prose(title)}, written by symgraph for inference with JAX alone.{source}"
        body = "\n".join([*helpers, *map(str, self._written.values())])
        imports = ["import jax", "import jax.numpy as jnp", *(["from jax import lax"] if "lax." in body else [])]
        return '"""' + "\n".join(textwrap.wrap(about, WIDTH - 6)) + '"""\n\n' + "\n".join(imports)

    def _network(self) -> str:
        given = ["params: dict", *(f"{name}: jax.Array" for name in self._inputs.values())]
        kind = "jax.Array" if len(self._graph.heads) == 1 else "tuple"
        whole = f"def network({', '.join(given)}) -> {kind}:"
        first = (
            [whole] if len(whole) <= WIDTH else ["def network(", *(f"    {part}," for part in given), f") -> {kind}:"]
        )
        lines = [*first, *self._description()]
        for node in self._graph.order:
            if node in self._live and node.op is not None:
                lines.append(assignment(self._called[node], str(self._written[node]), self._note(node)))
        results = [self._entry(node, index) for node, index in self._graph.heads]
        lines.append(returned(results))
        return "\n".join(lines)

    def _note(self, node: Node) -> str:
        """Shapes of the outputs."""
        shape = literal(self._facts[node, 0][0])
        return f"{shape}, ..." if isinstance(self._written[node], Several) else shape

    def _description(self) -> list[str]:
        specs = self._found.inputs
        inputs = [f"{self._inputs[name]} {literal(spec.shape)} {spec.dtype.name}" for name, spec in specs.items()]
        outputs = ", ".join(self._graph.output_names())
        about = _prose(f"{' · '.join(inputs)} -> {outputs}.")
        rows = textwrap.wrap(about, WIDTH - 11, break_long_words=False, break_on_hyphens=False)
        return (
            [f'    """{rows[0]}', *(f"    {row}" for row in rows[1:-1]), f'    {rows[-1]}"""']
            if rows[1:]
            else [f'    """{about}"""']
        )

    def _main(self) -> str:
        specs = self._found.inputs
        zeros = [f"jnp.zeros({literal(spec.shape)}, {literal(spec.dtype)})" for spec in specs.values()]
        params = f'load(__file__.removesuffix("{_SOURCE}") + "{_PARAMETERS}")' if self.parameters else "{}"
        names = list(self._inputs.values())
        lines = [assignment(name, value) for name, value in zip(names, zeros, strict=True)]
        lines.append(assignment("outputs", f"jax.jit(network)({', '.join([params, *names])})"))
        return "\n".join(['if __name__ == "__main__":', *lines, "    print(jax.tree.map(jnp.shape, outputs))"])


def _prose(text: str) -> str:
    """A text as it can stand in a description."""
    return text.replace("\\", "/").replace('"', "'")


_LOAD = '''def load(path: str) -> dict:
    """The parameters by name, from a file of NumPy's."""
    with jnp.load(path) as file:
        return {name: jnp.asarray(file[name]) for name in file}'''


def _inferred(graph: Graph, found: Variables) -> tuple[Graph, dict[Entry, tuple[Shape, np.dtype]]]:
    """The graph with nothing left open, and shape and dtype of each output in it."""
    specs: dict[str, Any] = {**found.parameters, **found.inputs, **found.labels}
    given = [[specs[node.name] for node in nodes] for nodes in (graph.arguments, graph.auxiliary)]
    graph = complete(graph, *given)
    values = {node: specs[node.name] for node in graph.arguments + graph.auxiliary}
    shapes = infer_shapes(graph, {node: tuple(value.shape) for node, value in values.items()})
    dtypes = infer_dtypes(graph, {node: np.dtype(value.dtype) for node, value in values.items()})
    entries = [(node, i) for node in graph.order for i in range(1 if node.op is None else len(node.op.outputs()))]
    return graph, {entry: (shapes.at(entry), dtypes.at(entry)) for entry in entries}
