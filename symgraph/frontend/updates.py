"""Update functions of ``contrib`` that MXNet writes in Python: AdamW with a number as scale, and lists of arrays."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from symgraph.errors import CompositionError, counted, described
from symgraph.frontend.kinds import Function, Kind, make_function

NEEDED = inspect.Parameter.empty
ADAMW = {
    **dict.fromkeys(("lr", "eta"), NEEDED),
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8,
    "wd": 0,
    "clip_gradient": -1,
    "out": None,
    "name": None,
}
MOMENTS = ("weight", "grad", "mean", "var")
LISTS = ("weights", "grads", "mean", "var")


def of_one_weight(kind: Kind) -> tuple[Function, ...]:
    """``adamw_update`` and ``mp_adamw_update``."""
    return _adamw(kind, "adamw_update", MOMENTS), _adamw(kind, "mp_adamw_update", (*MOMENTS, "weight32"))


def of_several_weights(kind: Kind) -> tuple[Function, ...]:
    """The functions that take lists; there are none of symbols."""
    copies = (*LISTS, "weights32")
    return (
        _multi_adamw(kind, "multi_adamw_update", LISTS),
        _multi_adamw(kind, "multi_mp_adamw_update", copies),
        _multi_lamb(kind, "multi_lamb_update", LISTS),
        _multi_lamb(kind, "multi_mp_lamb_update", copies),
    )


def _adamw(kind: Kind, name: str, tensors: Sequence[str]) -> Function:
    def body(rescale_grad: Any, **given: Any) -> Any:
        inputs = [given.pop(tensor) for tensor in tensors]
        return kind.call(f"_{name}", [*inputs, _scale(kind, rescale_grad, inputs[0])], given)

    doc = f"A step of AdamW; rescale_grad is a number, or a tensor of one. See the operator ``_{name}``."
    parameters = {**dict.fromkeys((*tensors, "rescale_grad"), NEEDED), **ADAMW}
    return make_function(kind, "contrib", name, doc, parameters, body)


def _multi_adamw(kind: Kind, name: str, lists: Sequence[str]) -> Function:
    def body(rescale_grad: Any, size: int = 0, **given: Any) -> Any:
        inputs = _side_by_side(name, {key: given.pop(key) for key in lists})
        scale = _scale(kind, rescale_grad, inputs[0])
        return kind.call(f"_{name}", [*inputs, scale], {**given, "num_weights": size or len(inputs) // len(lists)})

    doc = f"A step of AdamW of several weights, given as lists. See the operator ``_{name}``."
    needed = dict.fromkeys((*lists, "rescale_grad", "lrs", "wds", "etas"), NEEDED)
    return make_function(kind, "contrib", name, doc, {**needed, "out": None, "name": None, "size": 0}, body)


def _multi_lamb(kind: Kind, name: str, lists: Sequence[str]) -> Function:
    def body(lrs: Any, num_tensors: int = 0, **given: Any) -> Any:
        inputs = _side_by_side(name, {key: given.pop(key) for key in lists})
        count = num_tensors or len(inputs) // len(lists)
        return kind.call(f"_{name}", inputs, {**given, "learning_rates": lrs, "num_tensors": count})

    doc = f"A step of LAMB of several weights, given as lists. See the operator ``_{name}``."
    needed = dict.fromkeys((*lists, "step_count", "lrs", "wds"), NEEDED)
    return make_function(kind, "contrib", name, doc, {**needed, "out": None, "num_tensors": 0}, body)


def _scale(kind: Kind, given: Any, weight: Any) -> Any:
    """A number as a tensor of one."""
    if isinstance(given, kind.tensor):
        return given
    places = {"ctx": weight.context} if kind.at_once else {}
    return kind.call("_full", (), {"shape": (1,), "value": given, "dtype": "float32", **places})


def _side_by_side(function: str, lists: dict[str, Any]) -> list[Any]:
    """The arrays of each weight next to each other.

    Raises:
        CompositionError: an argument is no list, or the lists differ in length.
    """
    for name, arrays in lists.items():
        if not isinstance(arrays, (list, tuple)):
            raise CompositionError(f"{function}: {name} must be a list of arrays, given {described(arrays)}.")
    count = len(lists["weights"])
    for name, arrays in lists.items():
        if len(arrays) != count:
            raise CompositionError(
                f"{function}: {name} has {counted(len(arrays), 'array')} for {counted(count, 'weight')}; give one for each."
            )
    return [array for group in zip(*lists.values(), strict=True) for array in group]
