"""Segments: a graph whose nodes are in several places, cut into graphs that are each in one.

A segment has all nodes of a place that are computed after equally many changes of place on the way to them. So no segment
waits for itself by way of another one, and each comes after those it takes values from.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from symgraph.ir.graph import Entry, Graph, Node
from symgraph.lower.streams import stream_names, with_stream

Place = Hashable


@dataclass(frozen=True)
class Segment:
    """A part of a graph, the *whole*, as a graph of its own. Its arguments are those of the whole that it uses, followed by
    one for each value it takes from other segments; its heads are heads of the whole, followed by what it gives to others.

    Attributes:
        place: where it is.
        graph: what it computes.
        args, aux, heads: positions, in the whole, of its arguments, auxiliary states and heads.
        taken, given: entries of the whole.
        nodes: its operators, by their position in the order of the whole.
    """

    place: Place
    graph: Graph
    args: tuple[int, ...]
    aux: tuple[int, ...]
    heads: tuple[int, ...]
    taken: tuple[int, ...]
    given: tuple[int, ...]
    nodes: dict[int, Node]


def cut(graph: Graph, places: Sequence[Place]) -> list[Segment]:
    """The segments of a graph whose nodes are in these places, in an order in which they can be computed. An argument may be
    in another place than the segments that use it."""
    members: dict[tuple[int, Place], list[int]] = {}
    for i, level in sorted(_levels(graph, places).items()):
        members.setdefault((level, places[i]), []).append(i)
    order, streams = sorted(members, key=lambda key: key[0]), stream_names(graph)
    pieces = [_Piece(graph, members[key], key[1], streams) for key in order]
    asked = {entry for piece in pieces for entry in piece.taken}
    return [piece.segment(asked) for piece in pieces]


def _levels(graph: Graph, places: Sequence[Place]) -> dict[int, int]:
    """The level of each operator, and of each variable that is a head: after how many changes of place it is computed."""
    before = _predecessors(graph)
    levels: dict[int, int] = {}
    for i, sources in before.items():
        levels[i] = max((levels[j] + (places[j] != places[i]) for j in sources), default=0)
    _delay_small_ones(levels, places, before)
    return levels


def _predecessors(graph: Graph) -> dict[int, list[int]]:
    """What each operator, and each variable that is a head, comes after, by position: operators whose outputs it takes, and
    who used an auxiliary state before it."""
    found: dict[int, list[int]] = {}
    last: dict[Node, int] = {}
    states, ids = set(graph.auxiliary), graph.node_ids
    users = [(ids[node], [source for source, _ in node.inputs]) for node in graph.order if node.op is not None]
    users += [(ids[node], [node]) for node in dict.fromkeys(head for head, _ in graph.heads) if node.op is None]
    for i, sources in users:
        found[i] = [last[s] if s in states else ids[s] for s in sources if s in last or s.op is not None]
        last.update(dict.fromkeys(states.intersection(sources), i))
    return found


_SMALL = 0.1
"""Share of a later segment's nodes up to which it is better to compute an earlier one with it than to start a program."""


def _delay_small_ones(levels: dict[int, int], places: Sequence[Place], before: Mapping[int, Sequence[int]]) -> None:
    """Move what needs nothing of other places, but is little, such as the first states of a recurrent layer, to the level at
    which more is computed in the same place, if nobody waits for it until then."""
    groups: dict[tuple[int, Place], list[int]] = {}
    for i, level in levels.items():
        groups.setdefault((level, places[i]), []).append(i)
    users: dict[int, list[int]] = {}
    for i, sources in before.items():
        for j in sources:
            users.setdefault(j, []).append(i)
    for level, place in sorted(groups, key=lambda key: key[0], reverse=True):
        own = groups[level, place]
        later = [levels[u] - (places[u] != place) for i in own for u in users.get(i, ()) if levels[u] > level]
        target = min((other for other, at in groups if at == place and other > level), default=None)
        if target is not None and later and min(later) >= target and len(own) <= _SMALL * len(groups[target, place]):
            levels.update(dict.fromkeys(own, target))
            groups[target, place] += groups.pop((level, place))


class _Piece:
    """A segment in the making: copies of some nodes of the whole."""

    def __init__(self, whole: Graph, members: Sequence[int], place: Place, streams: Mapping[Node, str]):
        self._whole, self._place = whole, place
        self._copies: dict[Node, Node] = {}
        self._members = {whole.order[i] for i in members}
        self._variables = {node for node in self._members if node.op is None}
        self.taken: dict[int, Node] = {}
        for i in members:
            node = whole.order[i]
            if node.op is not None:
                copy = node.replace(inputs=tuple([self._here(entry) for entry in node.inputs]))
                self._copies[node] = with_stream(copy, streams[node]) if node in streams else copy

    def _here(self, entry: Entry) -> Entry:
        """An entry of the whole in this piece."""
        source, index = entry
        if source in self._copies:
            return self._copies[source], index
        if source.op is None:
            self._variables.add(source)
            return entry
        number = self._whole.starts[source] + index
        if number not in self.taken:
            self.taken[number] = Node(None, source.output_names()[index], source=source.source)
        return self.taken[number], 0

    def segment(self, asked: set[int]) -> Segment:
        """The segment, once it is known which entries the others take."""
        whole = self._whole
        args = [i for i, node in enumerate(whole.arguments) if node in self._variables]
        aux = [i for i, node in enumerate(whole.auxiliary) if node in self._variables]
        heads = [i for i, (node, _) in enumerate(whole.heads) if node in self._members]
        given = [entry for entry in sorted(asked) if whole.order[whole.owners[entry]] in self._copies]
        entries = [self._here(whole.heads[i]) for i in heads]
        for entry in given:
            node = whole.order[whole.owners[entry]]
            entries.append((self._copies[node], entry - whole.starts[node]))
        variables = [*(whole.arguments[i] for i in args), *self.taken.values()], [whole.auxiliary[i] for i in aux]
        nodes = {whole.node_ids[node]: copy for node, copy in self._copies.items()}
        taken = tuple(self.taken)
        return Segment(
            self._place, Graph(entries, variables), tuple(args), tuple(aux), tuple(heads), taken, tuple(given), nodes
        )
