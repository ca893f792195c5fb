"""Symbol: an immutable view on the heads of a graph, with MXNet's methods.

A Symbol holds nothing but its heads; everything it can tell is computed by `symgraph.ir` and, once bound to arrays, by
`symgraph.runtime.executor`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import numpy as np

from symgraph.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    CompositionError,
    GradientError,
    NoSuchElementError,
    OpAttributeError,
    boundary,
    brief,
    counted,
    listed,
    suggestion,
)
from symgraph.frontend.arithmetic import Arithmetic
from symgraph.frontend.backends import Backends
from symgraph.frontend.bindable import Bindable
from symgraph.frontend.compose import create, one_entry
from symgraph.frontend.fluent import Fluent
from symgraph.frontend.inference import infer, infer_complete
from symgraph.frontend.pure import PureFunction
from symgraph.ir.debug import debug_text
from symgraph.ir.graph import Entry, Graph, Node, rewrite, substitute, without_precision_casts
from symgraph.ir.names import own_attrs, unhide
from symgraph.ir.registry import find_op
from symgraph.ir.serialize import from_json, is_hidden, to_json
from symgraph.lower.emit import Mode
from symgraph.lower.gradient import gradient
from symgraph.runtime.atomic import write_atomically

_LARGEST_PICTURE = 2000
"""Nodes, variables included, up to which a notebook draws a symbol by itself."""


class Symbol(Arithmetic, Backends, Bindable, Fluent):
    """One or more outputs of a graph of operators and variables.

    Made by `Variable`, by operators (``mx.sym.Convolution(...)``, ``a + b``), by `Group`, or loaded by `load`.

    >>> import symgraph as mx
    >>> a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    >>> c = 2 * a + b
    >>> c.list_arguments()
    ['a', 'b']
    >>> c.eval(a=mx.nd.ones((2,)), b=mx.nd.ones((2,)))[0].asnumpy().tolist()
    [3.0, 3.0]
    """

    __slots__ = ("__weakref__", "_graph", "_heads")

    def __init__(self, heads: Sequence[Entry]):
        self._heads: tuple[Entry, ...] = tuple(heads)
        self._graph: Graph | None = None

    @property
    def graph(self) -> Graph:
        """The graph behind this symbol."""
        if self._graph is None:
            self._graph = Graph(self._heads)
        return self._graph

    # -- what it is made of -------------------------------------------------------------------------------------------

    @property
    def name(self) -> str | None:
        """Name of the node whose outputs these are; ``None`` for a group of several nodes."""
        node = self._only_node()
        return None if node is None else node.name

    def list_arguments(self) -> list[str]:
        """Names of all variables, auxiliary states excepted, in the order ``bind`` takes them."""
        return [node.name for node in self.graph.arguments]

    def list_auxiliary_states(self) -> list[str]:
        """Names of the variables that training updates without a gradient, such as moving means."""
        return [node.name for node in self.graph.auxiliary]

    def list_inputs(self) -> list[str]:
        """Names of all variables, arguments and auxiliary states."""
        return [node.name for node in self.graph.order if node.is_variable]

    def list_outputs(self) -> list[str]:
        """Name of each output: ``<node>_output``, or the variable's name."""
        return self.graph.output_names()

    def get_internals(self) -> Symbol:
        """A group of every output of every node, from which any part of the network can be picked by name."""
        return Symbol([(node, i) for node in self.graph.order for i in range(_visible(node))])

    def get_children(self) -> Symbol | None:
        """A group of the direct inputs of the head nodes; ``None`` for a variable."""
        nodes = dict.fromkeys(node for node, _ in self._heads)
        entries = [entry for node in nodes for entry in node.inputs]
        return Symbol(entries) if entries else None

    def __getitem__(self, index: int | str | slice) -> Symbol:
        if isinstance(index, str):
            return self._output_named(index)
        if isinstance(index, slice):
            heads = self._heads[index]
            if not heads:
                raise NoSuchElementError(
                    f"{brief(self)} has {counted(len(self), 'output')}; the slice {index} holds none of them."
                )
            return Symbol(heads)
        if not isinstance(index, (int, np.integer)):
            raise ArgumentTypeError(
                f"{brief(self)} is indexed by position or output name, not by {type(index).__name__}."
            )
        if not -len(self._heads) <= index < len(self._heads):
            raise NoSuchElementError(
                f"{brief(self)} has {counted(len(self), 'output')}; index {index} is out of range."
            )
        return Symbol([self._heads[index]])

    def _output_named(self, name: str) -> Symbol:
        names = self.list_outputs()
        found = [i for i, output in enumerate(names) if output == name]
        if len(found) == 1:
            return Symbol([self._heads[found[0]]])
        if found:
            raise ArgumentValueError(
                f"There are {len(found)} outputs with name '{name}' in {brief(self)}; index by position."
            )
        full = f"{name}_output"
        inner = [] if full in names else self.get_internals().list_outputs()
        within = next((output for output in (name, full) if output in inner), None)
        hint = f" get_internals()['{within}'] is it." if within else suggestion(full if full in names else name, names)
        raise ArgumentValueError(f"Cannot find output that matches name '{name}' in {brief(self)}.{hint}")

    def __iter__(self) -> Iterator[Symbol]:
        return (Symbol([head]) for head in self._heads)

    def __len__(self) -> int:
        return len(self._heads)

    def __repr__(self) -> str:
        if self.name is not None:
            return f"<Symbol {self.name}>"
        return f"<Symbol group [{', '.join(node.name for node, _ in self._heads)}]>"

    # -- attributes ---------------------------------------------------------------------------------------------------

    def attr(self, key: str) -> str | None:
        """The attribute `key` of this symbol's node as text, or ``None``.

        ``lr_mult`` finds ``__lr_mult__``, and ``name`` the name of the node.
        """
        return self.list_attr().get(key, self.name if key == "name" else None)

    def list_attr(self, recursive: bool = False) -> dict[str, str]:
        """All attributes of this symbol's node, none for a group of several; for the whole graph see `attr_dict`."""
        if recursive:
            raise DeprecationWarning("Symbol.list_attr with recursive=True is gone; use attr_dict().")
        node = self._only_node()
        return {} if node is None else unhide(node.attrs)

    def attr_dict(self) -> dict[str, dict[str, str]]:
        """Attributes of every node that has any, by node name."""
        return {node.name: unhide(node.attrs) for node in self.graph.order if node.attrs}

    def _set_attr(self, **attrs: str) -> None:
        node = self._only_node()
        if node is None:
            raise CompositionError(
                f"_set_attr needs the outputs of one node, but {self!r} groups several; index it first."
            )
        for key, value in attrs.items():
            if not isinstance(value, str):
                raise OpAttributeError(f"{node.describe()}: attribute {key}={value!r} must be a string.")
        attrs = own_attrs(attrs)
        for key in attrs:
            if node.op is not None and not is_hidden(key):
                raise OpAttributeError(
                    f"{node.describe()}: attribute {key} belongs to the operator and is fixed; make a new symbol."
                )
        node.attrs = {**node.attrs, **attrs}

    def _only_node(self) -> Node | None:
        """The node whose outputs these are; ``None`` for a group of several nodes."""
        first = self._heads[0][0]
        return first if all(node is first for node, _ in self._heads) else None

    # -- composition --------------------------------------------------------------------------------------------------

    @boundary
    def __call__(self, *args: Symbol, **kwargs: Any) -> Symbol:
        """This network with variables replaced by other symbols.

        Args:
            *args: replacements in the order of `list_arguments`.
            name: new name of the (first) head node.
            **kwargs: replacements by variable name.

        Raises:
            CompositionError: a replacement is no symbol with one output, both forms are mixed, or a name is unknown.
        """
        name = kwargs.pop("name", None)
        if args and kwargs:
            raise CompositionError("compose takes input Symbols either as positional or keyword arguments, not both.")
        order = self.list_arguments() + self.list_auxiliary_states()
        if len(args) > len(order):
            raise CompositionError(
                f"{self!r} has {counted(len(order), 'input')}, given {counted(len(args), 'symbol')}."
            )
        given = dict(zip(order, args, strict=False)) if args else kwargs
        for key in given:
            if key not in order:
                raise CompositionError(
                    f"{self!r} has no input '{key}'.{suggestion(key, order)} Inputs: {listed(order)}."
                )
        where = f"{self!r}: input"
        entries = {key: one_entry(symbol, type(self), f"{where} '{key}'") for key, symbol in given.items()}
        return Symbol(substitute(self._heads, entries, name))

    def __copy__(self) -> Symbol:
        return Symbol(rewrite(self._heads, lambda node, inputs: node.replace(inputs=inputs)))

    def __deepcopy__(self, _memo: dict) -> Symbol:
        return self.__copy__()

    def __reduce__(self) -> tuple:
        return _from_json, (self.tojson(remove_amp_cast=False),)

    # -- inference ----------------------------------------------------------------------------------------------------

    @boundary
    def infer_shape(self, *args: Any, **kwargs: Any) -> tuple[list | None, list | None, list | None]:
        """Shapes of all arguments, outputs and auxiliary states from the shapes of some, in either direction.

        Args:
            *args: shapes in the order of `list_arguments` (``None``: unknown), or
            **kwargs: shapes by variable name. 0 stands for an unknown dimension.

        Returns:
            ``(argument shapes, output shapes, auxiliary shapes)``, or ``(None, None, None)`` with a warning if the given
            shapes do not determine all others.

        Raises:
            ShapeError: shapes contradict each other; names operator, node, input, given and expected shape.
            UnknownArgumentError: a keyword is not a variable of this symbol.
        """
        return infer_complete(self.graph, "shape", args, kwargs)

    @boundary
    def infer_shape_partial(self, *args: Any, **kwargs: Any) -> tuple[list, list, list]:
        """`infer_shape` that returns what is known: ``()`` for an unknown shape, 0 for an unknown dimension."""
        return infer(self.graph, "shape", args, kwargs)

    @boundary
    def infer_type(self, *args: Any, **kwargs: Any) -> tuple[list | None, list | None, list | None]:
        """Types of all arguments, outputs and auxiliary states (NumPy types) from the types of some.

        Arguments, result and errors are as in `infer_shape`, with dtypes in place of shapes.
        """
        return infer_complete(self.graph, "type", args, kwargs)

    @boundary
    def infer_type_partial(self, *args: Any, **kwargs: Any) -> tuple[list, list, list]:
        """`infer_type` that returns what is known, ``None`` for the rest."""
        return infer(self.graph, "type", args, kwargs)

    # -- files --------------------------------------------------------------------------------------------------------

    def tojson(self, remove_amp_cast: bool = True) -> str:
        """This symbol as JSON in MXNet's layout.

        Args:
            remove_amp_cast: leave out the casts that mixed-precision conversion added, as MXNet does.
        """
        return to_json(without_precision_casts(self.graph) if remove_amp_cast else self.graph)

    def save(self, fname: str, remove_amp_cast: bool = True) -> None:
        """Write `tojson` to a file; the file is replaced as a whole or not at all."""
        write_atomically(fname, self.tojson(remove_amp_cast).encode())

    def debug_str(self) -> str:
        """The graph as text, one paragraph per node, as MXNet prints it."""
        return debug_text(self.graph)

    # -- running ------------------------------------------------------------------------------------------------------

    @boundary
    def gradient(self, wrt: str | Sequence[str]) -> Symbol:
        """The gradient of this symbol as a symbol, which can be composed, saved and differentiated again.

        Args:
            wrt: names of the arguments to differentiate for.

        Returns:
            One output per name, of the argument's shape: the gradient of the sum of all outputs (loss layers bring
            their own gradient, as in ``backward``). MXNet declares this method but does not implement it.

        Raises:
            GradientError: `wrt` is no name or list of names, or a name is not an argument.

        >>> import symgraph as mx
        >>> x = mx.sym.Variable("x")
        >>> slope = mx.sym.square(x).gradient("x")
        >>> curvature = slope.gradient("x")
        >>> point = {"x": mx.nd.array([3.0])}
        >>> slope.eval(**point)[0].asnumpy().tolist(), curvature.eval(**point)[0].asnumpy().tolist()
        ([6.0], [2.0])
        """
        names = [wrt] if isinstance(wrt, str) else wrt
        if not isinstance(names, (list, tuple)) or not names or not all(isinstance(name, str) for name in names):
            raise GradientError(f"gradient: wrt must be an argument's name or a list of names, given {wrt!r}.")
        return Symbol(gradient(self.graph, names))

    def to_jax(
        self, is_train: bool = False, *, platform: str | None = None, reverse_only: bool = False
    ) -> PureFunction:
        """This symbol as a pure function ``f(args, aux=None, *, key=None) -> (outputs, new_aux)`` over dicts of JAX arrays.

        Args:
            is_train: training mode, which dropout, batch normalization and kin take notice of.
            platform: ``"cpu"``, ``"gpu"`` or ``"tpu"``, where it will run; by default where JAX computes by default.
            reverse_only: lower as the Executor does, which on a CPU is several times as fast for convolutions. Gradients
                in reverse mode (``grad``, ``vjp``, ``jacrev``) are the same, those in forward mode (``jvp``, ``jacfwd``)
                are then refused by JAX.

        Returns:
            A `PureFunction`, whose ``init(key, shapes)`` makes first values.

        Raises:
            CustomOpError: an operator calls Python code.

        >>> import jax, symgraph as mx
        >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
        >>> f = net.to_jax()
        >>> params, _ = f.init(jax.random.key(0), {"data": (4, 3)})
        >>> loss = lambda params, x: (f({**params, "data": x})[0][0] ** 2).sum()
        >>> jax.tree.map(jax.numpy.shape, jax.jit(jax.grad(loss))(params, jax.numpy.ones((4, 3))))
        {'fc_bias': (2,), 'fc_weight': (2, 3)}
        """
        mode = Mode(bool(is_train), platform or jax.default_backend(), plain=not reverse_only)
        return PureFunction(self.graph, mode, self.attr_dict())

    def _repr_svg_(self) -> str | None:
        """The picture a notebook shows; ``None``, and so the text form, for graphs too large to look at in one piece."""
        from symgraph.viz import plot_network

        return plot_network(self).svg() if len(self.graph.order) <= _LARGEST_PICTURE else None


def apply_op(alias: str, *args: Any, **kwargs: Any) -> Symbol:
    """A new node of the operator called `alias`, as ``mx.sym.<alias>(...)`` makes it."""
    return create(Symbol, find_op(alias), alias, args, kwargs)


def _visible(node: Node) -> int:
    return 1 if node.op is None else node.op.visible_outputs()


def _from_json(text: str) -> Symbol:
    return Symbol(from_json(text))
