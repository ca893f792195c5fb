"""Loops and branches, as functions of the module `mx` that return JSON-able facts: JSON, names, shapes, values, gradients.

Runs under symgraph and, for recording, under real MXNet. Each block starts with fresh automatic names. MXNet counts its
subgraphs per process, so that their names are left out of the comparison.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import numpy as np

from tests.blocks import Blocks, text, variables

block = BLOCKS = Blocks()


def outline(mx: Any, *parts: Any) -> list:
    """A group's JSON, without what is counted per process, and its names."""
    group = grouped(mx, parts)
    layout = re.sub(r"(foreach|while_loop|cond)(_\w+)?\d+(?=[\"$])", r"\1\2", text(group))
    assert text(mx.sym.load_json(group.tojson())) == text(group)
    return [layout, group.list_arguments(), group.list_auxiliary_states()]


def grouped(mx: Any, parts: Any) -> Any:
    flat: list = []
    for part in parts:
        flat += part if isinstance(part, list) else [part]
    return mx.sym.Group(flat)


def run(mx: Any, parts: Any, shapes: dict, draw: Any = None, keep: Any = slice(None), train: bool = True) -> list:
    """Outputs and gradients on drawn inputs; `keep` is the part of each output that MXNet defines."""
    group = grouped(mx, parts)
    rng = np.random.RandomState(zlib.crc32(repr(sorted(shapes.items())).encode()) % 2**32)
    values = {name: rng.uniform(-1, 1, shape) for name, shape in sorted(shapes.items())}
    values.update({name: np.array(value) for name, value in (draw or {}).items()})
    args = {name: mx.nd.array(value) for name, value in values.items()}
    grads = {name: mx.nd.zeros(value.shape) for name, value in values.items()}
    executor = group.bind(mx.current_context(), args, args_grad=grads)
    executor.forward(is_train=train)
    outputs = [out.asnumpy() for out in executor.outputs]
    heads = [rng.uniform(-1, 1, out.shape) for out in outputs]
    executor.backward([mx.nd.array(head) for head in heads])
    shown = [out[keep] if out.ndim > 1 else out for out in outputs]
    return [[out.tolist() for out in shown], {name: grads[name].asnumpy().tolist() for name in sorted(grads)}]


@block
def foreach_with_a_layer(mx: Any) -> Any:
    a, s, w = variables(mx, "asw")

    def body(x: Any, state: Any) -> Any:
        h = mx.sym.FullyConnected(x, weight=w, num_hidden=3, no_bias=True, name="fc") + state
        return h, mx.sym.tanh(h)

    parts = mx.sym.contrib.foreach(body, a, s)
    group = grouped(mx, parts)
    shapes = [group.infer_shape(a=(5, 2, 4), s=(2, 3)), group.infer_shape(a=(5, 2, 4))]
    return [outline(mx, *parts), repr(shapes), run(mx, parts, {"a": (5, 2, 4), "s": (2, 3), "w": (3, 4)})]


@block
def foreach_captures_expressions(mx: Any) -> Any:
    a, s, w = variables(mx, "asw")
    scaled, halves = w * 3, mx.sym.split(w, num_outputs=2, axis=0, name="halves")

    def body(x: Any, state: Any) -> Any:
        return x * scaled + state, mx.sym.broadcast_add(state, halves[1]) * mx.sym.broadcast_mul(x, halves[0])

    parts = mx.sym.contrib.foreach(body, a, s)
    return [outline(mx, *parts), run(mx, parts, {"a": (3, 2), "s": (2,), "w": (2,)})]


@block
def foreach_over_nested_lists(mx: Any) -> Any:
    a, b, s, t, u = variables(mx, "abstu")

    def body(xs: Any, states: Any) -> Any:
        x, y = xs
        one, (two, three) = states
        return [x + one, [y * two, x]], [one + y, [two * 2, three + x]]

    out, state = mx.sym.contrib.foreach(body, [a, b], [s, [t, u]])
    parts = [out[0], *out[1], state[0], *state[1]]
    shapes = {"a": (3, 2), "b": (3, 2), "s": (2,), "t": (2,), "u": (2,)}
    return [outline(mx, *parts), run(mx, parts, shapes)]


@block
def foreach_inside_foreach(mx: Any) -> Any:
    a, s, q, w = variables(mx, "asqw")

    def outer(x: Any, states: Any) -> Any:
        out, last = mx.sym.contrib.foreach(lambda y, t: (y * t, t + y * w), x, states[0])
        return [out, x], [last, states[1] + x]

    parts = mx.sym.contrib.foreach(outer, a, [s, q])
    return [outline(mx, *parts), run(mx, parts, {"a": (3, 4, 2), "s": (2,), "q": (4, 2), "w": (2,)})]


@block
def foreach_without_states_or_outputs(mx: Any) -> Any:
    a, s = variables(mx, "as")
    mapped, nothing = mx.sym.contrib.foreach(lambda x, states: (x * x, []), a, [])
    folded = mx.sym.contrib.foreach(lambda x, state: ([], state * x), a, s)
    return [
        outline(mx, mapped),
        [len(nothing), len(folded[0])],
        outline(mx, folded[1]),
        run(mx, [mapped], {"a": (3, 2)}),
        run(mx, [folded[1]], {"a": (3, 2), "s": (2,)}),
    ]


@block
def foreach_states_that_are_inputs_or_outputs(mx: Any) -> Any:
    a, s, t = variables(mx, "ast")

    def body(x: Any, states: Any) -> Any:
        y = x + states[0]
        return [y, states[1]], [y, states[0] * 1]

    parts = mx.sym.contrib.foreach(body, a, [s, t])
    return [outline(mx, *parts), run(mx, parts, {"a": (3, 2), "s": (2,), "t": (2,)})]


@block
def foreach_used_by_other_nodes(mx: Any) -> Any:
    a, s, w = variables(mx, "asw")
    out, state = mx.sym.contrib.foreach(lambda x, t: (x * w, t * x), a * 2, s + 1)
    parts = [mx.sym.relu(out), state * s]
    return [outline(mx, *parts), run(mx, parts, {"a": (3, 2), "s": (2,), "w": (2,)})]


@block
def while_loop_that_ends_early(mx: Any) -> Any:
    i, s, w = variables(mx, "isw")

    def func(i: Any, s: Any) -> Any:
        return [i + s, s * 2], [i + 1, s * w + i]

    out, last = mx.sym.contrib.while_loop(lambda i, s: i < 3, func, [i, s], max_iterations=6)
    parts = [*(mx.sym.slice_axis(o, axis=0, begin=0, end=3) for o in out), *last]
    shapes = {"i": (1,), "s": (1,), "w": (1,)}
    return [outline(mx, *out, *last), run(mx, parts, shapes, {"i": [0.0]})]


@block
def while_loop_up_to_its_limit(mx: Any) -> Any:
    i, s = variables(mx, "is")

    def func(i: Any, s: Any) -> Any:
        return s, [i + 1, mx.sym.broadcast_mul(s, i)]

    out, last = mx.sym.contrib.while_loop(lambda i, s: mx.sym.sum(s) < 100, func, [i, s], max_iterations=4)
    shapes = {"i": (1,), "s": (3,)}
    return [outline(mx, out, *last), run(mx, [out, *last], shapes, {"i": [1.0]})]


@block
def while_loop_with_only_variables(mx: Any) -> Any:
    i, s = variables(mx, "is")
    out, last = mx.sym.contrib.while_loop(lambda i, s: i < 4, lambda i, s: ([], (i + 1, s * i)), (i, s), 9)
    return [len(out), outline(mx, *last), run(mx, list(last), {"i": (1,), "s": (1,)}, {"i": [1.0]})]


@block
def cond_chooses_a_branch(mx: Any) -> Any:
    a, b, w = variables(mx, "abw")

    def made(limit: float) -> Any:
        return mx.sym.contrib.cond(mx.sym.sum(a * w) > limit, lambda: [a * b, a], lambda: [b - w * 2, w])

    low, high = made(-100), made(100)
    shapes = {"a": (2,), "b": (2,), "w": (2,)}
    return [outline(mx, *low), run(mx, low, shapes), run(mx, high, shapes)]


@block
def what_several_subgraphs_use(mx: Any) -> Any:
    a, b, w, i = variables(mx, "abwi")
    outer = a * w
    branch = mx.sym.contrib.cond(mx.sym.sum(outer) > 0, lambda: outer + b, lambda: outer - b)
    out, last = mx.sym.contrib.while_loop(
        lambda i: mx.sym.sum(i) < mx.sym.sum(w + outer), lambda i: (i * w, [i + outer]), [i], max_iterations=2
    )
    return [outline(mx, branch), outline(mx, out, *last)]


@block
def loops_three_deep(mx: Any) -> Any:
    a, s, w = variables(mx, "asw")

    def outer(x: Any, state: Any) -> Any:
        out, last = mx.sym.contrib.foreach(middle, x, state)
        return out * 2, last

    def middle(y: Any, state: Any) -> Any:
        out, last = mx.sym.contrib.foreach(lambda z, t: (z * w + t, t + z), y, state)
        return mx.sym.sum(out, axis=0) + state, last

    parts = mx.sym.contrib.foreach(outer, a, s)
    return [outline(mx, *parts), run(mx, parts, {"a": (2, 3, 4, 2), "s": (2,), "w": (2,)})]


@block
def foreach_inside_while_loop(mx: Any) -> Any:
    a, s, i = variables(mx, "asi")

    def func(i: Any, s: Any) -> Any:
        out, last = mx.sym.contrib.foreach(lambda x, t: (x * t, t + x), a, s)
        return mx.sym.sum(out, axis=0), [i + 1, last]

    out, last = mx.sym.contrib.while_loop(lambda i, s: i < 3, func, [i, s], max_iterations=3)
    return [outline(mx, out, *last), run(mx, [out, *last], {"a": (2, 2), "s": (2,), "i": (1,)}, {"i": [0.0]})]


@block
def cond_inside_foreach(mx: Any) -> Any:
    a, s = variables(mx, "as")

    def body(x: Any, state: Any) -> Any:
        new = mx.sym.contrib.cond(mx.sym.sum(x) > 0, lambda: x + state, lambda: x * state)
        return new * 1, new

    parts = mx.sym.contrib.foreach(body, a, s)
    return outline(mx, *parts)


@block
def arrays(mx: Any) -> Any:
    x, s = mx.nd.array([[1, 2], [3, 4], [5, 6]]), mx.nd.array([1, -1])
    sums, last = mx.nd.contrib.foreach(lambda x, t: ([x + t[0], x * 2], [t[0] * x]), x, [s])
    out, variables_ = mx.nd.contrib.while_loop(
        lambda i, s: i < 3,
        lambda i, s: ([i + s], [i + 1, s + i]),
        [mx.nd.array([0]), mx.nd.array([1])],
        max_iterations=3,
    )
    none, start = mx.nd.contrib.while_loop(
        lambda i: i < 3, lambda i: (i, [i + 1]), [mx.nd.array([7])], max_iterations=3
    )
    branch = mx.nd.contrib.cond(mx.nd.array([0]), lambda: [x], lambda: [x, s])
    shown = [*sums, *last, *out, *variables_, *start, *branch]
    return [[array.asnumpy().tolist() for array in shown], none]


@block
def foreach_over_vectors(mx: Any) -> Any:
    """A step of a vector has one element, and so has a row of the outputs."""
    a, b, s, t = variables(mx, "abst")
    sums, (last,) = mx.sym.contrib.foreach(lambda x, state: (x * 2 + state[0], [state[0] + x]), a, [s])
    scaled, (_, count) = mx.sym.contrib.foreach(
        lambda x, state: ([x[0] * x[1], mx.sym.broadcast_mul(x[0], state[0])], [state[0] * 2, state[1] + x[0]]),
        [a, b],
        [s, t],
    )
    made = mx.sym.Group([*scaled, count])
    return [
        sums.infer_shape(a=(4,)),
        sums.infer_shape(a=(4,), s=(0,)),
        made.infer_shape(a=(4,), s=(3,)),
        made.infer_shape(a=(4,), b=(4, 1), s=(3,)),
        run(mx, [sums, last], {"a": (4,), "s": (1,)}),
        run(mx, [*scaled, count], {"a": (4,), "b": (4,), "s": (3,), "t": (1,)}),
        run(mx, [*scaled, count], {"a": (4,), "b": (4, 1), "s": (3,), "t": (1,)}),
    ]


@block
def inference_from_what_loops_return(mx: Any) -> Any:
    a, b, s, q = variables(mx, "absq")
    products, (_,) = mx.sym.contrib.foreach(lambda x, state: (x[0] * x[1], [state[0] + 1]), [a, b], [s])
    used = products + q
    chosen = mx.sym.contrib.cond(b > 0, lambda: a * 2, lambda: a + 1)

    def types(symbol: Any, **known: str) -> list:
        found = symbol.infer_type_partial(**known)
        return [[None if t is None else np.dtype(t).name for t in group] for group in found]

    return [
        used.infer_shape_partial(q=(3, 1), a=(3,)),
        types(used, q="float64"),
        types(used, a="float64"),
        types(mx.sym.log_softmax(products, dtype="float32")),
        types(chosen),
        types(chosen, a="float64"),
    ]


@block
def loops_within_a_prefix(mx: Any) -> Any:
    a, s = variables(mx, "as")
    with mx.name.Prefix("pre_"):
        parts = mx.sym.contrib.foreach(lambda x, state: (x * 2, [state[0] + x]), a, [s], name="walk")
        chosen = mx.sym.contrib.cond(mx.sym.sum(s) > 0, lambda: s * 2, lambda: s + 1, name="choose")
    return [outline(mx, *parts), re.sub(r"(choose\w+)\d", r"\1", text(chosen))]
