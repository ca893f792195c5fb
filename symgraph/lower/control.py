"""Loops and branches: operators whose work is described by graphs of its own, in MXNet's format.

Each carries its graphs beside its attributes. The *inputs* of such a graph are its variables in order; attributes called
``..._locs`` say which of the operator's inputs each of them is fed with, or where its loop variables stand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp
from jax import lax

from symgraph.errors import OpAttributeError, ShapeError, counted
from symgraph.ir import shape as shapes
from symgraph.ir.dtype import FLOAT32
from symgraph.ir.graph import Graph
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.lower.emit import Mode, evaluate
from symgraph.lower.inner import DTYPES, SHAPES, Kind, graph_inputs, learn, learn_condition
from symgraph.lower.optimize import optimized

Array = jax.Array
Slots = tuple[int, ...]
"""Positions, as MXNet's ``tuple of long``."""

_AROUND_A_STEP = ("before a step", "after it")


@shared_attributes
class ControlFlow(Op):
    """Base of the operators that hold graphs."""

    num_args: int
    num_outputs: int
    _graphs: tuple[Graph, ...] = ()

    locations: ClassVar[tuple[str, ...]] = ()
    """Per graph, the attribute that lists the operator's input for each input of the graph."""

    @property
    def subgraphs(self) -> tuple[Graph, ...]:  # type: ignore[override]
        return self._graphs

    def with_subgraphs(self, graphs: Sequence[Graph]) -> Self:
        """The operator with its graphs.

        Raises:
            OpAttributeError: their number, inputs or outputs are not those that the attributes describe.
        """
        if len(graphs) != len(self.subgraph_roles):
            wanted = f"{counted(len(self.subgraph_roles), 'subgraph')} ({', '.join(self.subgraph_roles)})"
            raise OpAttributeError(f"operator {self.name} needs {wanted}, given {len(graphs)}.")
        made = replace(self, _graphs=tuple(graphs))
        made._check()
        return made

    @property
    def is_random(self) -> bool:  # type: ignore[override]
        return any(node.op is not None and node.op.is_random for graph in self._graphs for node in graph.order)

    def draws(self, is_train: bool) -> bool:
        return any(node.op is not None and node.op.draws(is_train) for graph in self._graphs for node in graph.order)

    @property
    def is_effectful(self) -> bool:  # type: ignore[override]
        return any(node.op is not None and node.op.is_effectful for graph in self._graphs for node in graph.order)

    def arguments(self) -> tuple[str, ...]:
        return tuple(f"data{i}" for i in range(self.num_args - len(self.subgraph_roles)))

    def outputs(self) -> tuple[str, ...]:
        return ("output",) if self.num_outputs == 1 else tuple(f"output{i}" for i in range(self.num_outputs))

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return self._infer(SHAPES, list(ins), list(outs))

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return self._infer(DTYPES, list(ins), list(outs))

    def _infer(self, kind: Kind, ins: list[Any], outs: list[Any]) -> tuple[list[Any], list[Any]]:
        raise NotImplementedError

    def _check(self) -> None:
        """Raise unless attributes and graphs fit together."""
        for role, graph, name in zip(self.subgraph_roles, self._graphs, self.locations, strict=True):
            self._check_locations(role, name, getattr(self, name), len(graph_inputs(graph)), self.num_args)

    def _check_locations(self, role: str, name: str, slots: Slots, count: int, limit: int) -> None:
        if len(slots) != count or not all(0 <= slot < limit for slot in slots):
            raise OpAttributeError(
                f"operator {self.name}: attribute {name}={slots} must give {counted(count, 'position')} below {limit}, "
                f"one per input of the subgraph '{role}'."
            )

    def _check_heads(self, role: str, graph: Graph, count: int) -> None:
        if len(graph.heads) != count:
            raise OpAttributeError(
                f"operator {self.name}: the subgraph '{role}' has {counted(len(graph.heads), 'output')}, "
                f"but its attributes ask for {count}."
            )

    def _run(self, position: int, ctx: LowerContext, values: Sequence[Array], step: Any = None) -> tuple[Array, ...]:
        """Outputs of a graph on one value per input; `step` numbers the iterations of a loop."""
        graph = self._graphs[position]
        by_node = dict(zip(graph_inputs(graph), values, strict=True))
        key = ctx.key if ctx.key is None or step is None else jax.random.fold_in(ctx.key, step)
        arguments, states = ([by_node[node] for node in nodes] for nodes in (graph.arguments, graph.auxiliary))
        mode = Mode(ctx.is_train, ctx.platform, ctx.plain)
        return evaluate(optimized(graph, mode.context(), arguments, states), mode, arguments, states, key)[0]


@register("_foreach")
class Foreach(ControlFlow):
    """A loop over the first axis of arrays, with states that each step hands on to the next.

    data (length, ...) per entry of `in_data_locs` · state (any shape) per entry of `in_state_locs` · whatever else the
    body uses, per entry of `remain_locs` -> outputs of all steps (length, ...), `num_out_data` of them · last states

    Made by ``contrib.foreach``. Compiled as one loop (``lax.scan``), whose body is traced once. A step of data with one axis
    is an array of one element. Auxiliary states of layers in the body are not updated.

    Attributes:
        num_args: number of inputs and graphs.
        num_outputs, num_out_data: number of all outputs, and of those that are not states.
        in_data_locs, in_state_locs, remain_locs: which inputs of the body are slices of data, states, and the rest.

    >>> import symgraph as mx
    >>> total = lambda x, state: (x + state, x + state)
    >>> sums, last = mx.sym.contrib.foreach(total, mx.sym.Variable("x"), mx.sym.Variable("start"))
    >>> sums.eval(x=mx.nd.array([[1], [2], [3]]), start=mx.nd.zeros((1,)))[0].asnumpy().ravel().tolist()
    [1.0, 3.0, 6.0]
    """

    num_out_data: int
    in_state_locs: Slots
    in_data_locs: Slots
    remain_locs: Slots

    subgraph_roles = ("body",)

    @property
    def _slots(self) -> Slots:
        """Positions in the body of the operator's inputs."""
        return self.in_data_locs + self.in_state_locs + self.remain_locs

    def _check(self) -> None:
        (body,) = self._graphs
        count = len(graph_inputs(body))
        if sorted(self._slots) != list(range(count)) or count != len(self.arguments()):
            raise OpAttributeError(
                f"operator _foreach: the attributes in_data_locs={self.in_data_locs}, in_state_locs={self.in_state_locs} "
                f"and remain_locs={self.remain_locs} must name each of the {counted(count, 'input')} of the body once."
            )
        self._check_heads("body", body, self.num_outputs)
        if self.num_out_data + len(self.in_state_locs) != self.num_outputs or not self.in_data_locs:
            raise OpAttributeError(
                f"operator _foreach: {counted(len(self.in_state_locs), 'state')} and num_out_data={self.num_out_data} do "
                f"not make num_outputs={self.num_outputs}, or there is no data to loop over."
            )

    def _parts(self, values: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
        first, second = len(self.in_data_locs), len(self.in_data_locs + self.in_state_locs)
        return values[:first], values[first:second], values[second:]

    def _infer(self, kind: Kind, ins: list[Any], outs: list[Any]) -> tuple[list[Any], list[Any]]:
        data, states, rest = self._parts(ins)
        out_data, last = outs[: self.num_out_data], outs[self.num_out_data :]
        stacked = [value for value in (*data, *out_data) if value is not None]
        length = None
        if kind is SHAPES:
            for value in stacked:
                if not value:
                    raise ShapeError("data to loop over has no axis; its first axis is the loop.")
                length = shapes.merge_dim(length, value[0])
        states = [kind.merge(*pair) for pair in zip(states, last, strict=True)]
        values = [*(kind.step(value) for value in data), *states, *rest]
        wanted = [*(kind.step(value) for value in out_data), *states]
        heads = learn(kind, self._graphs[0], values, [self._slots.index(i) for i in range(len(ins))], wanted)
        steps, states, rest = self._parts(values)
        after = heads[self.num_out_data :]
        states = [
            kind.same(a, b, f"state {i}", _AROUND_A_STEP) for i, (a, b) in enumerate(zip(states, after, strict=True))
        ]
        data = [kind.sliced(value, length, step) for value, step in zip(data, steps, strict=True)]
        return [*data, *states, *rest], [*(kind.stacked(length, h) for h in heads[: self.num_out_data]), *states]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        data, states, rest = self._parts(inputs)

        def step(carry: Any, slices: Any) -> Any:
            number, states = carry
            values = [*slices, *states, *rest]
            results = self._run(0, ctx, [values[self._slots.index(i)] for i in range(len(values))], number)
            return (number + 1, results[self.num_out_data :]), results[: self.num_out_data]

        data = [array.reshape(-1, 1) if array.ndim == 1 else array for array in data]
        (_, last), stacked = lax.scan(step, (jnp.int32(0), tuple(states)), tuple(data))
        return (*stacked, *last)


@register("_while_loop")
class WhileLoop(ControlFlow):
    """A loop that goes on while a condition on its variables holds, for at most `max_iterations` steps.

    whatever condition and body use, loop variables among it -> outputs of all steps (max_iterations, ...), `num_out_data`
    of them, zero past the last step · loop variables after the last step

    Made by ``contrib.while_loop``. Compiled as one loop of `max_iterations` steps, of which those after the end are
    skipped, so that it has a gradient. In MXNet, what stands past the last step is unset memory.

    Attributes:
        num_args: number of inputs and graphs.
        num_outputs, num_out_data: number of all outputs, and of those that are not loop variables.
        max_iterations: largest number of steps.
        cond_input_locs, func_input_locs: the operator's inputs that condition and body take.
        func_var_locs: inputs of the body that are loop variables.

    >>> import symgraph as mx
    >>> i, s = mx.sym.Variable("i"), mx.sym.Variable("s")
    >>> sums, (i, s) = mx.sym.contrib.while_loop(
    ...     lambda i, s: i <= 3, lambda i, s: (s, [i + 1, s + i]), [i, s], max_iterations=5)
    >>> s.eval(i=mx.nd.array([1]), s=mx.nd.array([0]))[0].asnumpy().tolist()
    [6.0]
    """

    num_out_data: int
    max_iterations: int
    cond_input_locs: Slots
    func_input_locs: Slots
    func_var_locs: Slots

    subgraph_roles = ("cond", "func")
    locations = ("cond_input_locs", "func_input_locs")

    @property
    def _variables(self) -> Slots:
        """The operator's inputs that are loop variables."""
        return tuple(self.func_input_locs[position] for position in self.func_var_locs)

    def _check(self) -> None:
        super()._check()
        cond, func = self._graphs
        count = self.num_outputs - self.num_out_data
        self._check_locations("func", "func_var_locs", self.func_var_locs, count, len(self.func_input_locs))
        self._check_heads("cond", cond, 1)
        self._check_heads("func", func, self.num_outputs)

    def _infer(self, kind: Kind, ins: list[Any], outs: list[Any]) -> tuple[list[Any], list[Any]]:
        values = list(ins)
        for slot, last in zip(self._variables, outs[self.num_out_data :], strict=True):
            values[slot] = kind.merge(values[slot], last)
        learn_condition(kind, self._graphs[0], values, self.cond_input_locs)
        wanted = [
            *(kind.step(value) for value in outs[: self.num_out_data]),
            *(values[slot] for slot in self._variables),
        ]
        heads = learn(kind, self._graphs[1], values, self.func_input_locs, wanted)
        for i, (slot, new) in enumerate(zip(self._variables, heads[self.num_out_data :], strict=True)):
            values[slot] = kind.same(values[slot], new, f"loop variable {i}", _AROUND_A_STEP)
        stacked = [kind.stacked(self.max_iterations, head) for head in heads[: self.num_out_data]]
        return values, [*stacked, *(values[slot] for slot in self._variables)]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        def now(variables: Sequence[Array], slots: Slots) -> list[Array]:
            values = {**dict(enumerate(inputs)), **dict(zip(self._variables, variables, strict=True))}
            return [values[slot] for slot in slots]

        def run(number: Array, variables: tuple[Array, ...]) -> tuple[Any, Any]:
            results = self._run(1, ctx, now(variables, self.func_input_locs), number)
            return results[self.num_out_data :], results[: self.num_out_data]

        def skip(number: Array, variables: tuple[Array, ...]) -> tuple[Any, Any]:
            return variables, tuple(jnp.zeros(spec.shape, spec.dtype) for spec in step_outputs)

        def step(carry: Any, number: Array) -> Any:
            going, variables = carry
            (holds,) = self._run(0, ctx, now(variables, self.cond_input_locs), number)
            going = jnp.logical_and(going, is_true(holds))
            variables, outputs = lax.cond(going, run, skip, number, variables)
            return (going, variables), outputs

        start = tuple(inputs[slot] for slot in self._variables)
        _, step_outputs = jax.eval_shape(run, jnp.int32(0), start)
        numbers = jnp.arange(self.max_iterations, dtype=jnp.int32)
        (_, last), stacked = lax.scan(step, (jnp.bool_(True), start), numbers)
        return (*stacked, *last)


@register("_cond")
class Cond(ControlFlow):
    """One of two branches, chosen by a condition when the program runs.

    whatever condition and branches use -> the outputs of the branch (those of both have the same shapes)

    Made by ``contrib.cond``. Only the chosen branch is computed.

    Attributes:
        num_args: number of inputs and graphs.
        num_outputs: number of outputs of either branch.
        cond_input_locs, then_input_locs, else_input_locs: the operator's inputs that condition and branches take.

    >>> import symgraph as mx
    >>> x = mx.sym.Variable("x")
    >>> root = mx.sym.contrib.cond(mx.sym.sum(x) > 0, lambda: mx.sym.sqrt(x), lambda: x * 0)
    >>> root.eval(x=mx.nd.array([4]))[0].asnumpy().tolist(), root.eval(x=mx.nd.array([-4]))[0].asnumpy().tolist()
    ([2.0], [-0.0])
    """

    cond_input_locs: Slots
    then_input_locs: Slots
    else_input_locs: Slots

    subgraph_roles = ("cond", "then", "else")
    locations = ("cond_input_locs", "then_input_locs", "else_input_locs")

    def _check(self) -> None:
        super()._check()
        for role, graph, count in zip(self.subgraph_roles, self._graphs, (1, *[self.num_outputs] * 2), strict=True):
            self._check_heads(role, graph, count)

    def _infer(self, kind: Kind, ins: list[Any], outs: list[Any]) -> tuple[list[Any], list[Any]]:
        values = list(ins)
        learn_condition(kind, self._graphs[0], values, self.cond_input_locs, if_open=FLOAT32)
        branches = [
            learn(kind, graph, values, slots, outs)
            for graph, slots in zip(self._graphs[1:], (self.then_input_locs, self.else_input_locs), strict=True)
        ]
        where = ("in the branch 'then'", "in the branch 'else'")
        outputs = enumerate(zip(*branches, strict=True))
        return values, [kind.same(then, other, f"output {i}", where) for i, (then, other) in outputs]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        def branch(position: int, slots: Slots) -> Callable[[], tuple[Array, ...]]:
            return lambda: self._run(position, ctx, [inputs[slot] for slot in slots])

        (holds,) = branch(0, self.cond_input_locs)()
        results: tuple[Array, ...] = lax.cond(
            is_true(holds), branch(1, self.then_input_locs), branch(2, self.else_input_locs)
        )
        return results


def is_true(value: Array) -> Array:
    """Whether the only element of an array is not zero."""
    return value.reshape(()) != 0
