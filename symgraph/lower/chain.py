"""Chain: the program of a graph on several devices, each of which computes a part of the nodes (`symgraph.lower.segments`).

Each segment is a `Program` of its own. A pass calls one after the other, and sends values to the device that needs them
next. Nothing of that waits: JAX starts a program, or a transfer, as soon as its arguments are there, so devices compute at
the same time what does not depend on each other. Backward goes from the last segment to the first, and adds up what several
of them find for one value where that value is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import jax
import numpy as np

from symgraph.ir.graph import Graph
from symgraph.lower.complete import complete
from symgraph.lower.flow import active_nodes, chosen
from symgraph.lower.host import Spec
from symgraph.lower.mirror import asked_for
from symgraph.lower.program import GradPlan, Program, program_for
from symgraph.lower.residuals import Residuals
from symgraph.lower.segments import cut
from symgraph.lower.sharding import Shardings
from symgraph.lower.update import Rule
from symgraph.lower.way import Chained, Way

Mask = tuple[bool, ...]
Heads = tuple[Spec | None, ...]


class Chain:
    """What a `Program` is, for a graph on several devices. The methods that both have mean the same, but nothing is written
    into the memory of spare arrays here.

    Args:
        graph: with nothing left open (`symgraph.lower.complete`).
        devices: of each node, in order; of a variable, where its array is, its gradient, and its new value.
    """

    is_spread = True
    joins_updates = False

    def __init__(self, graph: Graph, devices: Sequence[jax.Device]):
        self.graph = graph
        self.shardings = Shardings.of_one_device(graph)
        self.segments = cut(graph, devices)
        self.programs = [program_for(segment.graph, segment.place) for segment in self.segments]
        place = dict(zip(graph.order, devices, strict=True))
        self.arg_devices = [place[node] for node in graph.arguments]
        self.aux_devices = [place[node] for node in graph.auxiliary]
        self.entry_devices = [devices[owner] for owner in graph.owners]
        self.platform = self.programs[0].platform
        self.is_random = any(program.is_random for program in self.programs)
        self.is_effectful = any(program.is_effectful for program in self.programs)
        self.host_state = _HostStates(self.programs)

    def spec(self, shape: Sequence[int], dtype: np.dtype, lying: Any = None) -> jax.ShapeDtypeStruct:
        """Stand-in for an array, to compile without data."""
        return jax.ShapeDtypeStruct(tuple(shape), dtype)

    def forward(self, is_train: bool, *args: Any) -> Chained:
        """See `Program.forward`."""

        def walk(way: Way, spare: Any, args: Any, aux: Any, key: Any) -> tuple[Any, ...]:
            there = _There(self, way, args, aux, key)
            for i, program in enumerate(self.programs):
                there.take(i, *way.run(i, program, partial(program.forward, is_train), (), *there.inputs(i)))
            return there.results()

        return Chained(walk, args)

    def record(self, is_train: bool, wanted: Mask, *args: Any) -> Chained:
        """See `Program.record`."""
        masks = self._masks(wanted)

        def walk(way: Way, args: Any, aux: Any, key: Any) -> tuple[Any, ...]:
            there, kept = _There(self, way, args, aux, key), []
            for i, program in enumerate(self.programs):
                build = partial(program.record, is_train, masks[i])
                *results, arrays = way.run(i, program, build, *there.inputs(i))
                there.take(i, *results)
                kept.append(arrays)
            return *there.results(), tuple(kept)

        return Chained(walk, args)

    def internals(self, is_train: bool, wanted: Mask, *args: Any) -> Chained:
        """See `Program.internals`."""
        masks = self._masks(wanted)

        def walk(way: Way, args: Any, aux: Any, key: Any) -> tuple[Any, ...]:
            there, kept = _There(self, way, args, aux, key), []
            for i, program in enumerate(self.programs):
                build = partial(program.internals, is_train, masks[i])
                _, values, arrays = way.run(i, program, build, *there.inputs(i))
                there.take_all(i, values)
                kept.append(arrays)
            return (), there.everything(), tuple(kept)

        return Chained(walk, args)

    def pull(self, plan: GradPlan, heads: Heads, residuals: tuple[Residuals, ...], *args: Any) -> Chained:
        """See `Program.pull`."""
        masks = self._masks(plan.wanted)

        def walk(way: Way, spare: Any, arrays: Any, cotangents: Any, old: Any) -> tuple[Any, ...]:
            back = _Back(self, way, plan, masks, heads, cotangents)
            for i in reversed(range(len(self.programs))):
                back.pull(i, residuals[i], arrays[i])
            return back.gradients(old), back.updates

        return Chained(walk, args)

    def step(self, is_train: bool, plan: GradPlan, heads: Heads, *args: Any) -> Chained:
        """See `Program.step`. A segment that gives nothing to others goes forward and backward in one program."""
        masks = self._masks(plan.wanted)

        def walk(way: Way, spare: Any, args: Any, aux: Any, key: Any, cotangents: Any, old: Any) -> tuple[Any, ...]:
            there, back = _There(self, way, args, aux, key), _Back(self, way, plan, masks, heads, cotangents)
            kept: dict[int, Any] = {}
            for i, program in enumerate(self.programs):
                if not self.segments[i].given and any(masks[i]):
                    there.take(i, *back.step(i, is_train, there.inputs(i)))
                    continue
                build = partial(program.record, is_train, masks[i])
                *results, kept[i] = way.run(i, program, build, *there.inputs(i))
                there.take(i, *results)
            for i, arrays in reversed(kept.items()):
                back.pull(i, way.executables[i].residuals, arrays)
            return *there.results(), back.gradients(old), back.updates

        return Chained(walk, args)

    def update(self, rule: Rule, *args: Any) -> Chained:
        """See `Program.update`. Each device updates its weights, unless they must be looked at together: then the first
        weight's device updates all."""
        homes = [weight.device for weight in args[0]]
        groups: dict[jax.Device, list[int]] = {}
        for i, home in enumerate(homes):
            groups.setdefault(home, []).append(i)
        rules = {device: part for device, positions in groups.items() if (part := rule.part(positions)) is not None}
        if len(rules) < len(groups):
            groups, rules = {homes[0]: list(range(len(homes)))}, {homes[0]: rule}

        def walk(way: Way, weights: Any, states: Any, grads: Any, numbers: Any, key: Any) -> tuple[Any, ...]:
            new, new_states = list(weights), list(states)
            for device, positions in groups.items():
                program = program_for(self.segments[0].graph, device)  # any graph will do: an update knows of none
                own = {name: values[positions] for name, values in numbers.items()}
                taken = [tuple([arrays[i] for i in positions]) for arrays in (weights, states, grads)]
                parts = _sent(way, taken, device)
                results = way.run(device, program, partial(program.update, rules[device]), *parts, own, key)
                for i, *result in zip(positions, *results, strict=True):
                    new[i], new_states[i] = _sent(way, result, homes[i])
            return tuple(new), tuple(new_states)

        return Chained(walk, args)

    def _masks(self, wanted: Mask) -> list[Mask]:
        """Of which arguments of each segment the gradient is wanted, so that those of the `wanted` ones are found."""
        active = active_nodes(self.graph, chosen(self.graph, wanted))
        owners = [self.graph.order[owner] in active for owner in self.graph.owners]
        return [
            (*[wanted[i] for i in segment.args], *[owners[entry] for entry in segment.taken])
            for segment in self.segments
        ]


class _HostStates:
    """The states of several programs with host calls; see `symgraph.lower.host.HostState`."""

    def __init__(self, programs: Sequence[Program]):
        self._states = [program.host_state for program in programs]

    def require_outside(self) -> None:
        for state in self._states:
            state.require_outside()

    def run(self, chained: Callable[..., Any], *inputs: Any) -> Any:
        return jax.block_until_ready(chained(*jax.block_until_ready(inputs)))


def chain_for(graph: Graph, devices: Sequence[jax.Device], args: Sequence[Any], aux: Sequence[Any]) -> Chain:
    """The chain of a graph for arguments and auxiliary states of these kinds, kept with the graph as `program_for` does.

    Args:
        devices: of each node, in order.
    """
    whole = complete(graph, args, aux)
    kinds = None if whole is graph else tuple([(array.shape, np.dtype(array.dtype)) for array in (*args, *aux)])
    key = "chain", tuple(devices), kinds, asked_for(graph)
    chain: Chain | None = graph.derived.get(key)
    if chain is None:
        chain = Chain(whole, devices)
        if not chain.is_effectful:
            graph.derived[key] = chain
    return chain


def _sent(way: Way, tree: Any, device: jax.Device) -> Any:
    """A tree of values on a device."""
    leaves, structure = jax.tree_util.tree_flatten(tree)
    return jax.tree_util.tree_unflatten(structure, way.move(leaves, device))


class _AsTheyCome(GradPlan):
    """Gradients of a segment, which go into no array: ``None`` where none flows."""

    def combine(self, grads: Sequence[Any], old: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(grads)


class _There:
    """A forward pass on its way."""

    def __init__(self, chain: Chain, way: Way, args: Sequence[Any], aux: Sequence[Any], key: Any):
        self._chain, self._way = chain, way
        self._args, self._states, self._key = args, list(aux), key
        self._outputs: list[Any] = [None] * len(chain.graph.heads)
        self._values: dict[int, Any] = {}
        self._sent: dict[Any, dict[Any, Any]] = {}  # by device

    def inputs(self, i: int) -> tuple[Any, ...]:
        """What the program of a segment takes."""
        segment = self._chain.segments[i]
        values = {("argument", j): self._args[j] for j in segment.args}
        values |= {("entry", entry): self._values[entry] for entry in segment.taken}
        here = self._sent.setdefault(segment.place, {})
        missing = [name for name in values if name not in here]
        here.update(zip(missing, self._way.move([values[name] for name in missing], segment.place), strict=True))
        aux = self._way.move([self._states[j] for j in segment.aux], segment.place)
        key = self._key if self._chain.programs[i].is_random else None
        return tuple([here[name] for name in values]), tuple(aux), key

    def take(self, i: int, outputs: Sequence[Any], states: Sequence[Any]) -> None:
        """What a segment has computed."""
        segment = self._chain.segments[i]
        for j, output in zip(segment.heads, outputs, strict=False):
            self._outputs[j] = output
        self._values.update(zip(segment.given, outputs[len(segment.heads) :], strict=True))
        for j, state in zip(segment.aux, states, strict=True):
            self._states[j] = state

    def take_all(self, i: int, values: Sequence[Any]) -> None:
        """The values of all entries of a segment."""
        segment, graph = self._chain.segments[i], self._chain.graph
        starts = segment.graph.starts
        for position, node in segment.nodes.items():
            for j, entry in enumerate(range(*graph.wiring[position][2:])):
                self._values[entry] = values[starts[node] + j]
        for j, node in zip(segment.aux, segment.graph.auxiliary, strict=True):
            self._states[j] = values[starts[node]]

    def results(self) -> tuple[Any, ...]:
        """Outputs, and new auxiliary states."""
        return tuple(self._outputs), self._new_states()

    def everything(self) -> list[Any]:
        """The value of every entry of the whole graph."""
        graph = self._chain.graph
        variables = zip((*graph.arguments, *graph.auxiliary), (*self._args, *self._new_states()), strict=True)
        values = self._values | {graph.starts[node]: value for node, value in variables}
        return [values[entry] for entry in range(graph.offsets[-1])]

    def _new_states(self) -> tuple[Any, ...]:
        return tuple(self._way.spread(self._states, self._chain.aux_devices))


class _Back:
    """A backward pass on its way.

    Args:
        masks: of which arguments of each segment the gradient is wanted.

    Attributes:
        updates: new values of the auxiliary states that gradients update, by position.
    """

    def __init__(
        self, chain: Chain, way: Way, plan: GradPlan, masks: Sequence[Mask], heads: Heads, cotangents: Sequence[Any]
    ):
        self._chain, self._way, self._plan = chain, way, plan
        self._heads, self._cotangents = heads, cotangents
        self._masks = masks
        self._of_args: dict[int, list[Any]] = {}
        self._of_entries: dict[int, list[Any]] = {}
        self.updates: dict[int, Any] = {}

    def pull(self, i: int, residuals: Residuals, arrays: Any) -> None:
        """Go back through a segment."""
        if any(self._masks[i]):
            program, cotangents = self._chain.programs[i], self._given(i)
            build = partial(program.pull, *self._asked(i), residuals)
            self._take(i, *self._way.run(("back", i), program, build, (), arrays, cotangents, ()))

    def step(self, i: int, is_train: bool, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Go through a segment, and back; outputs and new auxiliary states."""
        program = self._chain.programs[i]
        build = partial(program.step, is_train, *self._asked(i))
        outputs, states, *found = self._way.run(i, program, build, (), *inputs, self._given(i), ())
        self._take(i, *found)
        return outputs, states

    def _asked(self, i: int) -> tuple[GradPlan, Heads]:
        """The gradients that are wanted of a segment, and which of its heads start by themselves."""
        segment = self._chain.segments[i]
        return _AsTheyCome(self._masks[i], (), (), ()), (
            *[self._heads[j] for j in segment.heads],
            *[None] * len(segment.given),
        )

    def _given(self, i: int) -> tuple[Any, ...]:
        """Cotangents of all heads of a segment."""
        segment = self._chain.segments[i]
        found = [self._cotangents[j] for j in segment.heads]
        parts = [self._of_entries.get(entry) for entry in segment.given]
        found += [self._way.total(part) if part else None for part in parts]
        return tuple(self._way.move(found, segment.place))

    def _take(self, i: int, grads: Sequence[Any], updates: Mapping[int, Any]) -> None:
        chain, segment = self._chain, self._chain.segments[i]
        targets = [(self._of_args.setdefault(j, []), chain.arg_devices[j]) for j in segment.args]
        targets += [(self._of_entries.setdefault(e, []), chain.entry_devices[e]) for e in segment.taken]
        wanted = [target for target, want in zip(targets, self._masks[i], strict=True) if want]
        moved = self._way.spread(grads, [device for _, device in wanted])
        for (parts, _), grad in zip(wanted, moved, strict=True):
            if grad is not None:
                parts.append(grad)
        positions = [segment.aux[j] for j in updates]
        devices = [chain.aux_devices[position] for position in positions]
        self.updates.update(zip(positions, self._way.spread([*updates.values()], devices), strict=True))

    def gradients(self, old: Sequence[Any]) -> tuple[Any, ...]:
        """New content of each gradient array; see `GradPlan.combine`."""
        plan, kept, found = self._plan, iter(old), []
        wanted = [j for j, want in enumerate(plan.wanted) if want]
        for members, add, spec in zip(plan.cells, plan.add, plan.specs, strict=True):
            args = [wanted[member] for member in members]
            parts = [part for j in args for part in self._of_args.get(j, ())]
            total = self._way.total(parts) if parts else self._way.zeros(spec, self._chain.arg_devices[args[0]])
            found.append(self._way.total([next(kept), total]) if add else total)
        return tuple(found)
