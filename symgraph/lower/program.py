"""Programs: the pure functions of `symgraph.lower.emit`, compiled ahead of time and kept.

A `Program` belongs to one graph and one device, or one way to lie on a mesh of them (`symgraph.lower.sharding`). It holds
every executable made for them, by kind, shapes and dtypes; executors of the same symbol share it. Everything is traced and
compiled in JAX's scoped 64-bit mode, so that MXNet's float64 and int64 are 64 bits wide while JAX's global configuration
stays untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symgraph.ir.graph import Graph, post_order
from symgraph.lower.announce import announced
from symgraph.lower.compilation_cache import executable as executable_of
from symgraph.lower.complete import complete
from symgraph.lower.emit import Mode, differentiate, evaluate, outcome, wrap_key
from symgraph.lower.heap import release_free_memory
from symgraph.lower.host import HostCalls, HostState, Spec
from symgraph.lower.mirror import Choice, asked_for
from symgraph.lower.optimize import optimized
from symgraph.lower.options import compiled, compiler_options
from symgraph.lower.prepare import Prepared, split
from symgraph.lower.pullback import Pullback
from symgraph.lower.quiet import quiet
from symgraph.lower.residuals import Parts, Recording, Residuals
from symgraph.lower.sharding import Lying, Shardings
from symgraph.lower.update import Rule, Update

Array = jax.Array

_WITH_GRADIENTS = frozenset(["internals", "record", "pull", "step", "train"])
"""Kinds of programs that compute gradients, or what these need."""


@dataclass(frozen=True)
class GradPlan:
    """Where gradients go.

    Attributes:
        wanted: per argument, whether its gradient is taken.
        cells: per gradient array, which of the wanted arguments it serves. One array given for several arguments
            receives the sum of their gradients, the derivative with respect to the shared content.
        add: per gradient array, whether the gradient is added to what it holds (``grad_req="add"``).
        specs: shape and dtype of each gradient array.
    """

    wanted: tuple[bool, ...]
    cells: tuple[tuple[int, ...], ...]
    add: tuple[bool, ...]
    specs: tuple[Spec, ...]

    def combine(self, grads: Sequence[Array | None], old: Sequence[Array]) -> tuple[Array, ...]:
        """New content of each gradient array; `old` holds the content of those that are added to, in order."""
        kept = iter(old)
        results = []
        for members, add, (shape, dtype) in zip(self.cells, self.add, self.specs, strict=True):
            parts = [g for g in (grads[i] for i in members) if g is not None]
            total = sum(parts[1:], parts[0]) if parts else jnp.zeros(shape, dtype)
            results.append(next(kept) + total if add else total)
        return tuple(results)


class Program:
    """All executables of one graph on one device, or over the devices of a mesh.

    Args:
        device: the one, or the first of the mesh.
        shardings: how arguments and auxiliary states lie on a mesh.
        again: what is computed again for gradients.
    """

    joins_updates = True
    """Whether a step of training may be one program, with the update of the parameters."""

    def __init__(self, graph: Graph, device: jax.Device, shardings: Shardings | None = None, again: Choice = "none"):
        self.graph = graph
        self.device = device
        self.shardings = shardings or Shardings.of_one_device(graph)
        self._again = again
        self.platform = "gpu" if device.platform in ("cuda", "rocm") else device.platform
        self.is_random = any(node.op is not None and node.op.is_random for node in graph.order)
        self.is_effectful = any(node.op is not None and node.op.is_effectful for node in graph.order)
        self._sharding = self.shardings.whole or jax.sharding.SingleDeviceSharding(device)
        self.host_state = HostState()
        self._options = [compiler_options(graph, self.platform, trains) for trains in (False, True)]
        self._executables: dict[Any, Any] = {}
        self._variants: list[Graph] = []
        self._variant_of: dict[Any, int] = {}

    def forward(self, is_train: bool, *args: Any) -> Any:
        """Executable of ``(spare, args, aux, key) -> (outputs, new auxiliary states)``; here and below, what is computed may
        be written into the memory of the spare arrays."""
        mode = Mode(is_train, self.platform)
        graph, _ = self._variant(mode, args[1], args[2], folds=True)
        parts = None if is_train or self.is_spread else split(graph)
        if parts is not None:
            return self._prepared(mode, *parts, args)

        def forward(spare: Any, args: tuple[Any, ...], aux: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
            outputs, states = evaluate(graph, mode, args, aux, self._wrap(key), HostCalls(self.host_state))
            return self.shardings.given(outputs), states

        results = self.shardings.heads, self.shardings.aux
        return self._compiled(("forward", is_train), forward, args, donate=(0,), results=results)

    def _prepared(self, mode: Mode, preparing: Graph, running: Graph, args: tuple[Any, ...]) -> Prepared:
        used = set(post_order(preparing.heads))
        from_args = [i for i, node in enumerate(preparing.arguments) if node in used]
        from_aux = [i for i, node in enumerate(preparing.auxiliary) if node in used]

        def prepare(some_args: tuple[Any, ...], some_aux: tuple[Any, ...]) -> tuple[Any, ...]:
            all_args: list[Any] = [None] * len(preparing.arguments)
            all_aux: list[Any] = [None] * len(preparing.auxiliary)
            for positions, some, all_of_them in ((from_args, some_args, all_args), (from_aux, some_aux, all_aux)):
                for position, value in zip(positions, some, strict=True):
                    all_of_them[position] = value
            return evaluate(preparing, mode, all_args, all_aux)[0]

        def run(
            spare: Any, args: tuple[Any, ...], aux: tuple[Any, ...], key: Any, prepared: tuple[Any, ...]
        ) -> tuple[Any, ...]:
            host = HostCalls(self.host_state)
            return evaluate(running, mode, (*args, *prepared), aux, self._wrap(key), host)

        sources = tuple(args[1][i] for i in from_args), tuple(args[2][i] for i in from_aux)
        with jax.enable_x64(True), quiet():
            values = jax.eval_shape(prepare, *sources)
        # What is made of parameters is the same for other data, as of another batch size, if the nodes are.
        nodes = tuple(
            (node.op, entries) for node, (_, entries, _, _) in zip(preparing.order, preparing.wiring, strict=True)
        )
        kind = "prepare", nodes, tuple(preparing.head_entries), tuple(from_args), tuple(from_aux)
        prepared = self._compiled(kind, prepare, sources)
        running_program = self._compiled(("run",), run, (*args, values), donate=(0,))
        return Prepared(prepared, running_program, from_args, from_aux)

    def internals(self, is_train: bool, wanted: tuple[bool, ...], *args: Any) -> Recording:
        """`Recording` of ``(args, aux, key) -> ((), value of every entry of the graph, residuals)``."""
        mode = Mode(is_train, self.platform)
        traced: list[Any] = []

        def internals(args: tuple[Any, ...], aux: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
            graph, number = self._variant(mode, args, aux, is_plain=True)
            host = HostCalls(self.host_state)
            values, pullback = differentiate(graph, mode, args, aux, self._wrap(key), wanted, host, number)
            kept, residuals = self._residuals(graph, values, pullback)
            new, parts = Parts.of((values, kept), (args, aux, key))
            traced[:] = parts, residuals
            return (), new

        kind = "internals", is_train, wanted
        made: Recording = self._compiled(kind, internals, args, lambda executable: Recording(executable, *traced))
        return made

    def record(self, is_train: bool, wanted: tuple[bool, ...], *args: Any) -> Recording:
        """`Recording` of ``(args, aux, key) -> (outputs, new auxiliary states, residuals)``."""
        mode = Mode(is_train, self.platform, again=self._again)
        traced: list[Any] = []

        def record(args: tuple[Any, ...], aux: tuple[Any, ...], key: Any) -> tuple[Any, ...]:
            graph, number = self._variant(mode, args, aux)
            host = HostCalls(self.host_state)
            values, pullback = differentiate(graph, mode, args, aux, self._wrap(key), wanted, host, number)
            outputs, states = self._outcome(graph, values)
            kept, residuals = self._residuals(graph, values, pullback)
            new, parts = Parts.of((states, kept), (args, aux, key, outputs))
            traced[:] = parts, residuals
            return outputs, new

        kind = "record", is_train, wanted
        results = (self.shardings.heads, None) if self.shardings.heads else None
        made: Recording = self._compiled(
            kind, record, args, lambda executable: Recording(executable, *traced), results=results
        )
        return made

    def _outcome(self, graph: Graph, values: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        outputs, states = outcome(graph, values)
        return self.shardings.given(outputs), states

    def _residuals(self, graph: Graph, values: Sequence[Array], pullback: Pullback) -> tuple[Any, Residuals]:
        """What backward needs. With all cotangents it looks at the most; where it calls Python, it is not tried out."""
        if self.is_effectful:
            return Residuals.of(pullback, None)
        cotangents = [values[entry] for entry in graph.head_entries]
        return Residuals.of(pullback, lambda pullback: pullback(graph, cotangents, HostCalls(self.host_state)))

    def pull(self, plan: GradPlan, heads: tuple[Spec | None, ...], residuals: Residuals, *args: Any) -> Any:
        """Executable of ``(spare, arrays of residuals, cotangents, old gradients) -> (gradients, auxiliary states they
        update)``."""

        def pull(
            spare: Any, arrays: tuple[Any, ...], cotangents: tuple[Any, ...], old: tuple[Any, ...]
        ) -> tuple[Any, ...]:
            pullback: Pullback = residuals.whole(arrays)
            graph = self._variants[pullback.variant]
            grads, updates = pullback(graph, _fill(self.shardings.taken(cotangents), heads), HostCalls(self.host_state))
            return plan.combine(grads, old), updates

        kind = "pull", plan, heads, residuals
        return self._compiled(kind, pull, args, donate=(0,), results=(self.shardings.gradients(plan), None))

    def step(self, is_train: bool, plan: GradPlan, heads: tuple[Spec | None, ...], *args: Any) -> Any:
        """Executable of ``(spare, args, aux, key, cotangents, old gradients) -> (outputs, new auxiliary states, gradients,
        auxiliary states they update)``: forward and backward as one program."""
        mode = Mode(is_train, self.platform, again=self._again)

        def step(
            spare: Any,
            args: tuple[Any, ...],
            aux: tuple[Any, ...],
            key: Any,
            cotangents: tuple[Any, ...],
            old: tuple[Any, ...],
        ) -> tuple[Any, ...]:
            graph, _ = self._variant(mode, args, aux)
            host = HostCalls(self.host_state)
            values, pullback = differentiate(graph, mode, args, aux, self._wrap(key), plan.wanted, host)
            grads, updates = pullback(graph, _fill(self.shardings.taken(cotangents), heads), host)
            return *self._outcome(graph, values), plan.combine(grads, old), updates

        results = self.shardings.heads, self.shardings.aux, self.shardings.gradients(plan), None
        return self._compiled(("step", is_train, plan, heads), step, args, donate=(0,), results=results)

    def train(self, is_train: bool, plan: GradPlan, heads: tuple[Spec | None, ...], update: Update, *args: Any) -> Any:
        """Executable of ``(weights, states, old gradients, other args, aux, key, cotangents, numbers, key of the rule) ->
        (new weights, new states, gradients, outputs, new auxiliary states, auxiliary states the gradients update)``:
        a step of training as one program, which takes over the memory of the first three. `plan` adds to no gradient."""
        mode = Mode(is_train, self.platform, again=self._again)

        def train(
            weights: tuple[Array, ...],
            states: tuple[Any, ...],
            old: tuple[Array, ...],
            others: tuple[Any, ...],
            aux: tuple[Any, ...],
            key: Any,
            cotangents: tuple[Any, ...],
            numbers: Any,
            rule_key: Any,
        ) -> tuple[Any, ...]:
            args = list(others)
            for position, weight in zip(update.arguments, weights, strict=True):
                args[position] = weight
            graph, _ = self._variant(mode, args, aux)
            host = HostCalls(self.host_state)
            values, pullback = differentiate(graph, mode, args, aux, self._wrap(key), plan.wanted, host)
            grads, updates = pullback(graph, _fill(self.shardings.taken(cotangents), heads), host)
            combined = plan.combine(grads, ())
            ours = [combined[i] for i in update.gradients]
            new, moved = update.rule(weights, ours, states, numbers, self._wrap(rule_key))
            return tuple(new), tuple(map(tuple, moved)), combined, *self._outcome(graph, values), updates

        kind = "train", is_train, plan, heads, update
        heads_lie, gradients = self.shardings.heads, self.shardings.gradients(plan)
        results = *self._as_given(args[:2]), gradients, heads_lie, self.shardings.aux, None
        return self._compiled(kind, train, args, donate=(0, 1, 2), results=results)

    def update(self, rule: Rule, *args: Any) -> Any:
        """Executable of ``(weights, states, gradients, numbers, key) -> (new weights, new states)``, which takes over the
        memory of the first two."""

        def update(
            weights: tuple[Array, ...], states: tuple[Any, ...], grads: tuple[Array, ...], numbers: Any, key: Any
        ) -> tuple[Any, ...]:
            new, moved = rule(weights, grads, states, numbers, self._wrap(key))
            return tuple(new), tuple(map(tuple, moved))

        return self._compiled(("update", rule), update, args, donate=(0, 1), results=self._as_given(args[:2]))

    def spec(self, shape: Sequence[int], dtype: np.dtype, lying: Lying = None) -> jax.ShapeDtypeStruct:
        """Stand-in for an array on this program's device, or its mesh, to compile without data."""
        return jax.ShapeDtypeStruct(tuple(shape), dtype, sharding=lying or self._sharding)

    @property
    def is_spread(self) -> bool:
        """Whether the program runs on several devices."""
        return self.shardings.mesh is not None

    def _as_given(self, arrays: Any) -> Any:
        """How these arrays lie: what takes their place lies so, too."""
        return jax.tree.map(self.shardings.of, arrays)

    def _variant(
        self, mode: Mode, args: Sequence[Any], aux: Sequence[Any], folds: bool = False, is_plain: bool = False
    ) -> tuple[Graph, int]:
        """The graph to lower in this mode for arrays of these shapes, and its number; a plain one has every node that was
        declared."""
        signature = mode, folds, is_plain, tuple((x.shape, x.dtype) for x in (*args, *aux))
        number = self._variant_of.get(signature)
        if number is None:
            number = self._variant_of[signature] = len(self._variants)
            ctx = mode.context()
            graph = complete(self.graph, args, aux) if is_plain else optimized(self.graph, ctx, args, aux, folds)
            self._variants.append(graph)
        return self._variants[number], number

    def _wrap(self, key: Any) -> Array | None:
        return None if key is None else wrap_key(key)

    def _compiled(
        self,
        kind: Any,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        finish: Callable[[Any], Any] | None = None,
        donate: tuple[int, ...] = (),
        results: Any = None,
    ) -> Any:
        """The executable of a function for arguments of these kinds, or what `finish` makes of it; compiled once.

        If there are arrays to `donate`, all arguments are passed even if they are not used: the memory of some is. Over a
        mesh, `results` tells how results are to lie; ``None`` leaves it to XLA.
        """
        leaves, tree = jax.tree_util.tree_flatten(args)
        precision = jax.config.jax_default_matmul_precision  # type: ignore[attr-defined]
        lying = tuple(map(self.shardings.of, leaves)) if self.is_spread else (None,) * len(leaves)
        signature = (kind, tree, tuple((x.shape, x.dtype) for x in leaves), lying, precision)
        executable = self._executables.get(signature)
        if executable is None:
            is_kept = not self.is_spread and not self.is_effectful
            with jax.enable_x64(True), quiet(), announced(kind[0], self.graph, is_kept):
                stand_ins = [self.spec(x.shape, x.dtype, lies) for x, lies in zip(leaves, lying, strict=True)]
                takes_memory = any(jax.tree_util.tree_leaves(args[i]) for i in donate)
                wanted = results if self.is_spread else None
                jitted = jax.jit(function, out_shardings=wanted, donate_argnums=donate, keep_unused=takes_memory)
                lowered = jitted.lower(*jax.tree_util.tree_unflatten(tree, stand_ins))
                options = self._options[kind[0] in _WITH_GRADIENTS]
                executable = (
                    compiled(lowered, options) if self.is_spread else executable_of(lowered, options, self.device)
                )
            release_free_memory()
            if finish is not None:
                executable = finish(executable)
            self._executables[signature] = executable
        return executable


def _fill(cotangents: Sequence[Array | None], heads: Sequence[Spec | None]) -> list[Array | None]:
    """Zeros in place of cotangents that were not given but must stand for a loss layer to start its gradient."""
    return [
        jnp.zeros(*spec) if given is None and spec is not None else given
        for given, spec in zip(cotangents, heads, strict=True)
    ]


def program_for(graph: Graph, device: jax.Device, shardings: Shardings | None = None) -> Program:
    """The program of a graph on a device, or over a mesh, made once for each choice of what is computed again, and kept with
    the graph.

    A graph with effects gets a program per call: what its operators keep in Python must not be shared by executors.
    """
    place, again = shardings or device, asked_for(graph)
    program = graph.derived.get((place, again))
    if program is None:
        program = Program(graph, device, shardings, again)
        if not program.is_effectful:
            graph.derived[place, again] = program
    return program
