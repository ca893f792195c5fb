"""``mx.sym.contrib.foreach``, ``while_loop`` and ``cond``: loops and branches described by Python functions of symbols.

The function is called once, on variables that stand for what the loop gives it, inside an attribute scope that marks the
nodes it makes. Whatever unmarked node the result depends on was made outside: the graph is cut there, and the entry becomes
an input of the operator, as do variables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symgraph.errors import CompositionError, counted, described
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.frontend.variables import Variable
from symgraph.ir.attrs import format_attrs
from symgraph.ir.graph import Entry, Graph, Node, rewrite
from symgraph.ir.names import AttrScope, NameManager
from symgraph.ir.nested import Layout, as_list, call, flatten, iterations, pair, regroup, require_as_many
from symgraph.ir.op import Op
from symgraph.ir.source import user_line
from symgraph.lower.control import Cond, Foreach, WhileLoop

MARK = "__subgraph_name__"


def foreach(body: Callable[..., Any], data: Any, init_states: Any, name: str = "foreach") -> tuple[Any, Any]:
    """Run `body` on each slice along the first axis of `data`, handing states on from step to step.

    Args:
        body: ``body(slice, states) -> (outputs, new states)``; slices, states and outputs are symbols or nested lists.
        data: symbol or nested list of symbols, (length, ...).
        init_states: states before the first step, symbol or nested list of symbols.

    Returns:
        Outputs of all steps along a new first axis, and the last states; nested as `body` returns them.

    Raises:
        CompositionError: something is no symbol, the states change their number or nesting, or the body ignores one of
            its inputs.

    >>> import symgraph as mx
    >>> step = lambda x, total: (x + total, x + total)
    >>> sums, _ = mx.sym.contrib.foreach(step, mx.sym.Variable("x"), mx.sym.Variable("start"))
    >>> sums.infer_shape(x=(3, 2))
    ([(3, 2), (2,)], [(3, 2)], [])
    """
    slices, data_layout = _symbols(data, "foreach: data")
    before, state_layout = _symbols(init_states, "foreach: init_states")
    if not slices:
        raise CompositionError("foreach: data is empty; give at least one symbol, whose first axis is the loop.")
    scope = _Scope(name, slices + before)
    with scope:
        result = scope.call(body, [data_layout, state_layout], "foreach: body(slice, states)")
        outputs, output_layout, after, after_layout = _results(result, "foreach", "body", "states")
        if after_layout != state_layout:
            raise CompositionError(
                f"foreach: the body takes states nested as {_shown(state_layout)} but returns them as "
                f"{_shown(after_layout)}; return as many, nested alike."
            )
        graph = scope.cut(outputs, after)
    count = len(slices)
    fed = graph.variables(
        "foreach: body", [f"data {i}" for i in range(count)] + [f"state {i}" for i in range(len(before))]
    )
    rest = [position for position, (number, _) in enumerate(graph.inputs) if number is None]
    made = _apply(
        Foreach,
        [graph],
        [*(symbol.graph.heads[0] for symbol in slices + before), *(graph.inputs[position][1] for position in rest)],
        num_outputs=len(outputs) + len(after),
        num_out_data=len(outputs),
        in_data_locs=fed[:count],
        in_state_locs=fed[count:],
        remain_locs=rest,
    )
    return regroup(made[: len(outputs)], output_layout), regroup(made[len(outputs) :], state_layout)


def while_loop(
    cond: Callable[..., Any],
    func: Callable[..., Any],
    loop_vars: Any,
    max_iterations: int | None = None,
    name: str = "while_loop",
) -> tuple[Any, Any]:
    """Run `func` on loop variables while `cond` of them holds, `max_iterations` times at most.

    Args:
        cond: ``cond(*loop_vars) -> symbol`` of one element, not zero to go on.
        func: ``func(*loop_vars) -> (outputs, new loop_vars)``.
        loop_vars: list of symbols, or of nested lists of them.

    Returns:
        Outputs of all steps, (max_iterations, ...), zero past the last step; and the last loop variables.

    Raises:
        CompositionError: something is no symbol, the loop variables change their number, the body ignores one of them, or
            `max_iterations` is missing.

    >>> import symgraph as mx
    >>> powers, _ = mx.sym.contrib.while_loop(lambda x: x < 9, lambda x: (x, [x * 2]), [mx.sym.Variable("x")], 5)
    >>> powers.eval(x=mx.nd.array([1]))[0].asnumpy().ravel().tolist()
    [1.0, 2.0, 4.0, 8.0, 0.0]
    """
    limit = iterations(max_iterations)
    variables, layout = _symbols(loop_vars, "while_loop: loop_vars")
    if not variables:
        raise CompositionError("while_loop: loop_vars is empty; give at least one symbol.")
    with _Scope(f"{name}_cond", variables) as scope:
        test = scope.cut([_single(scope.call(cond, layout, "while_loop: cond(*loop_vars)"), "while_loop: cond")])
    with _Scope(f"{name}_func", variables) as scope:
        result = scope.call(func, layout, "while_loop: func(*loop_vars)")
        outputs, output_layout, after, _ = _results(result, "while_loop", "func", "loop variables")
        require_as_many(after, variables)
        step = scope.cut([*outputs, *after])
    places = _Places(shares_variables=False)
    made = _apply(
        WhileLoop,
        [test, step],
        places.entries,
        cond_input_locs=places.of(test),
        func_input_locs=places.of(step),
        func_var_locs=step.variables("while_loop: func", [f"loop variable {i}" for i in range(len(variables))]),
        max_iterations=limit,
        num_outputs=len(outputs) + len(variables),
        num_out_data=len(outputs),
    )
    return regroup(made[: len(outputs)], output_layout), regroup(made[len(outputs) :], layout)


def cond(pred: Symbol, then_func: Callable[[], Any], else_func: Callable[[], Any], name: str = "cond") -> Any:
    """The outputs of `then_func` where `pred` is not zero, else those of `else_func`; only one of them is computed.

    Args:
        pred: symbol of one element.
        then_func, else_func: functions without arguments that return a symbol or nested lists of symbols; both must give
            as many, of the same shapes.

    Raises:
        CompositionError: something is no symbol, or the branches differ in their number of outputs.

    >>> import symgraph as mx
    >>> x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    >>> larger = mx.sym.contrib.cond(x > y, lambda: x, lambda: y)
    >>> larger.eval(x=mx.nd.array([3]), y=mx.nd.array([5]))[0].asnumpy().tolist()
    [5.0]
    """
    with _Scope(f"{name}_pred", []) as scope:
        test = scope.cut([_single(pred, "cond: pred")])
    branches = []
    for role, function in (("then", then_func), ("else", else_func)):
        with _Scope(f"{name}_{role}", []) as scope:
            outputs, layout = _symbols(scope.call(function, [], f"cond: {role}_func()"), f"cond: {role}_func")
            branches.append((scope.cut(outputs), layout, len(outputs)))
    (then, layout, count), (otherwise, _, other) = branches
    if count != other:
        raise CompositionError(
            f"cond: then_func gives {counted(count, 'output')}, else_func {other}; both must give as many."
        )
    places = _Places(shares_variables=True)
    made = _apply(
        Cond,
        [test, then, otherwise],
        places.entries,
        cond_input_locs=places.of(test),
        then_input_locs=places.of(then),
        else_input_locs=places.of(otherwise),
        num_outputs=count,
    )
    return regroup(made, layout)


@dataclass(frozen=True)
class _Subgraph:
    """What a function of symbols became.

    Attributes:
        inputs: per variable of the graph, in order: which of the function's arguments it is, or ``None``; and the entry
            outside of the graph that it stands for.
    """

    graph: Graph
    inputs: list[tuple[int | None, Entry]]

    def variables(self, where: str, names: Sequence[str]) -> list[int]:
        """For each of the function's arguments, the input of the graph that it is.

        Raises:
            CompositionError: the function does not use an argument; `names` says how messages call it.
        """
        positions = {number: position for position, (number, _) in enumerate(self.inputs)}
        for number, name in enumerate(names):
            if number not in positions:
                raise CompositionError(
                    f"{where} does not use {name}, which MXNet's format cannot express; leave it out, or add 0 times it "
                    f"to an output."
                )
        return [positions[number] for number in range(len(names))]


class _Scope:
    """Marks the nodes that are made within a ``with`` block, and makes a subgraph of them.

    Attributes:
        variables: what the function is called with, one per symbol that it stands for.
    """

    def __init__(self, name: str, symbols: Sequence[Symbol]):
        outer = AttrScope.current.get(None).get(MARK)
        # Numbered like a node, but a `Prefix` is for nodes only.
        self.name = NameManager.get(NameManager.current, None, f"{outer}${name}" if outer else name)
        self._attributes = AttrScope(**{MARK: self.name})
        self._given = [symbol.graph.heads[0] for symbol in symbols]
        with self._attributes:
            self.variables = [Variable(f"{node.name}-{index}") for node, index in self._given]

    def __enter__(self) -> _Scope:
        self._attributes.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._attributes.__exit__(*exc_info)

    def call(self, function: Callable[..., Any], layout: Layout, form: str) -> Any:
        """What a function returns for the variables, grouped in a layout; `form` is as for `symgraph.ir.nested.call`."""
        return call(function, as_list(regroup(self.variables, layout)), form)

    def cut(self, outputs: Sequence[Symbol], states: Sequence[Symbol] = ()) -> _Subgraph:
        """The graph of what a function returned. Heads that are inputs or made outside, and states that are outputs too,
        are copied, as in MXNet."""
        heads = [self._head(symbol) for symbol in outputs]
        nodes = {node for node, _ in heads}
        for symbol in states:
            head = self._head(symbol)
            heads.append(_copy(head) if head[0] in nodes else head)
        stands_for: dict[Node, Entry] = {}
        stand_ins: dict[Entry, Entry] = {}

        def replace(node: Node, inputs: tuple[Entry, ...]) -> Node | list[Entry] | None:
            if self._is_inside(node) or (node.is_variable and MARK not in node.attrs):
                return None
            for index, output in enumerate(node.output_names()):
                variable = stand_ins.setdefault((node, index), (Node(None, output), 0))
                stands_for[variable[0]] = (node, index)
            return [stand_ins[node, index] for index in range(len(node.output_names()))]

        graph = Graph(rewrite(heads, replace))
        numbers = {variable.graph.heads[0][0]: i for i, variable in enumerate(self.variables)}

        def source(node: Node) -> tuple[int | None, Entry]:
            number = numbers.get(node)
            return number, stands_for.get(node, (node, 0)) if number is None else self._given[number]

        return _Subgraph(graph, [source(node) for node in graph.order if node.is_variable])

    def _head(self, symbol: Symbol) -> Entry:
        entry = symbol.graph.heads[0]
        node, _ = entry
        return entry if not node.is_variable and self._is_inside(node) else _copy(entry)

    def _is_inside(self, node: Node) -> bool:
        return node.attrs.get(MARK) == self.name


class _Places:
    """The inputs of an operator, collected from its subgraphs.

    As in MXNet, subgraphs share an input if it is a loop variable or, where there are none, an outer variable; any other
    entry is an input for each subgraph that uses it.
    """

    def __init__(self, *, shares_variables: bool):
        self._shares_variables = shares_variables
        self._shared: dict[tuple[int | None, Entry], int] = {}
        self.entries: list[Entry] = []

    def of(self, graph: _Subgraph) -> list[int]:
        """Number of the operator's input for each input of a subgraph."""
        return [self._number(source) for source in graph.inputs]

    def _number(self, source: tuple[int | None, Entry]) -> int:
        if source in self._shared:
            return self._shared[source]
        argument, entry = source
        number = len(self.entries)
        self.entries.append(entry)
        if argument is not None or (self._shares_variables and entry[0].is_variable):
            self._shared[source] = number
        return number


def _apply(cls: type[Op], graphs: Sequence[_Subgraph], inputs: Sequence[Entry], **attributes: Any) -> list[Symbol]:
    """Every output of a new control-flow node."""
    attrs = {key: str(value) for key, value in attributes.items()}
    attrs["num_args"] = str(len(graphs) + len(inputs))
    op = cls.from_strings(attrs).with_subgraphs([graph.graph for graph in graphs])
    attrs |= format_attrs(AttrScope.current.get(None))
    node = Node(op, NameManager.current.get(None, cls.name), attrs, tuple(inputs), user_line())
    return [Symbol([(node, index)]) for index in range(len(op.outputs()))]


def _copy(entry: Entry) -> Entry:
    return apply_op("identity", Symbol([entry])).graph.heads[0]


def _results(result: Any, loop: str, body: str, second: str) -> tuple[list[Symbol], Layout, list[Symbol], Layout]:
    """What the body of a loop returned: outputs, and what `second` names, each with its layout."""
    outputs, after = pair(result, f"{loop}: {body}", second)
    return *_symbols(outputs, f"{loop}: outputs of {body}"), *_symbols(after, f"{loop}: {second} returned by {body}")


def _symbols(values: Any, what: str) -> tuple[list[Symbol], Layout]:
    """The symbols in nested lists, each with one output, and their layout."""
    flat, layout = flatten(values)
    return [_single(value, what) for value in flat], layout


def _single(value: Any, what: str) -> Symbol:
    if not isinstance(value, Symbol):
        raise CompositionError(f"{what} must be a symbol or nested lists of symbols, but contains {described(value)}.")
    if len(value.graph.heads) != 1:
        raise CompositionError(
            f"{what}: {value!r} has {len(value.graph.heads)} outputs; choose one by index, or give a list of them."
        )
    return value


def _shown(layout: Layout) -> str:
    return "a symbol" if isinstance(layout, int) else str(layout).replace("0", "symbol")
