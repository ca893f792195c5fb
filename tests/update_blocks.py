"""Updates of several weights on arrays, as functions of the module `mx` that return new weights and states."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.blocks import Blocks

block = BLOCKS = Blocks()
SHAPES = ((2, 3), (4,), (1, 2))
RATES = {"lrs": (0.1, 0.2, 0.3), "wds": (0.0, 0.1, 0.2)}
SCALED = {"rescale_grad": 2.0, "clip_gradient": 0.5}


def arrays(mx: Any, kinds: str, count: int, half: bool = False) -> dict[str, list]:
    """For each kind of input, one array per weight; a float32 copy of the weights where `half` makes those float16."""
    rng = np.random.RandomState(count)
    made: dict[str, list] = {}
    for kind in kinds.split():
        values = [rng.uniform(0.1, 1, shape) if kind == "var" else rng.normal(size=shape) for shape in SHAPES[:count]]
        dtype = "float16" if half and kind in ("weight", "grad") else "float32"
        made[kind] = [mx.nd.array(value, dtype=dtype) for value in values]
    if half:
        made["weight32"] = [weight.astype("float32") for weight in made["weight"]]
    return made


def side_by_side(made: dict[str, list]) -> list:
    return [array for group in zip(*made.values()) for array in group]


def shown(made: dict[str, list]) -> list:
    """All arrays after the update, to the precision of half ones."""
    return [
        [kind, [[array.dtype.__name__, array.asnumpy().astype("float64").round(3).tolist()] for array in group]]
        for kind, group in made.items()
    ]


def rates(count: int) -> dict:
    return {key: values[:count] for key, values in RATES.items()}


def multi(mx: Any, name: str, kinds: str, half: bool, **settings: Any) -> list:
    results = []
    for count in (1, 2, 3):
        made = arrays(mx, kinds, count, half)
        options = {**rates(count), **settings, "num_weights": count, "out": made["weight"]}
        getattr(mx.nd, name)(*side_by_side(made), **options)
        results.append(shown(made))
    return results


def preloaded(mx: Any, name: str, kinds: str, half: bool, **settings: Any) -> list:
    results = []
    for count in (1, 2, 3):
        made = arrays(mx, kinds, count, half)
        given = [mx.nd.array(values) for values in rates(count).values()]
        options = {**settings, "num_weights": count, "out": made["weight"]}
        getattr(mx.nd, name)(*side_by_side(made), *given, **options)
        results.append(shown(made))
    return results


@block
def sgd(mx: Any) -> Any:
    return [
        multi(mx, "multi_sgd_update", "weight grad", False),
        multi(mx, "multi_sgd_update", "weight grad", False, **SCALED),
        multi(mx, "multi_mp_sgd_update", "weight grad", True, **SCALED),
        preloaded(mx, "preloaded_multi_sgd_update", "weight grad", False, **SCALED),
        preloaded(mx, "preloaded_multi_mp_sgd_update", "weight grad", True, **SCALED),
    ]


@block
def momentum(mx: Any) -> Any:
    settings = {"momentum": 0.9, **SCALED}
    return [
        multi(mx, "multi_sgd_mom_update", "weight grad mom", False, momentum=0.5),
        multi(mx, "multi_sgd_mom_update", "weight grad mom", False, **settings),
        multi(mx, "multi_mp_sgd_mom_update", "weight grad mom", True, **settings),
        preloaded(mx, "preloaded_multi_sgd_mom_update", "weight grad mom", False, **settings),
        preloaded(mx, "preloaded_multi_mp_sgd_mom_update", "weight grad mom", True, **settings),
    ]


@block
def adamw(mx: Any) -> Any:
    results = []
    for half, function in ((False, mx.nd.contrib.multi_adamw_update), (True, mx.nd.contrib.multi_mp_adamw_update)):
        for count, scale in ((1, 1.0), (2, 2.0), (3, mx.nd.array([0.5])), (2, 0.0), (2, float("nan"))):
            made = arrays(mx, "weight grad mean var", count, half)
            lists = {kind: group for kind, group in made.items() if kind != "grad"}
            given = [made[kind] for kind in ("weight", "grad", "mean", "var", *(["weight32"] if half else []))]
            etas = (1.0, 0.5, 0.2)[:count]
            function(*given, scale, **rates(count), etas=etas, clip_gradient=0.7, out=made["weight"])
            results.append(shown(lists))
    return results


@block
def adamw_of_one_weight(mx: Any) -> Any:
    results = []
    for half, function in ((False, mx.nd.contrib.adamw_update), (True, mx.nd.contrib.mp_adamw_update)):
        made = arrays(mx, "weight grad mean var", 1, half)
        lists = {kind: group for kind, group in made.items() if kind != "grad"}
        given = [made[kind][0] for kind in ("weight", "grad", "mean", "var", *(["weight32"] if half else []))]
        function(*given, 2.0, 0.1, 0.5, beta1=0.8, wd=0.1, out=given[0])
        results.append(shown(lists))
    return results


@block
def lamb(mx: Any) -> Any:
    results = []
    for half, function in ((False, mx.nd.contrib.multi_lamb_update), (True, mx.nd.contrib.multi_mp_lamb_update)):
        for count, settings in (
            (1, {}),
            (2, SCALED),
            (3, {"bias_correction": False, "lower_bound": 0.5, "upper_bound": 1.0}),
            (2, {"beta1": 0.5, "beta2": 0.6, "epsilon": 0.1}),
        ):
            made = arrays(mx, "weight grad mean var", count, half)
            function(*made.values(), step_count=(1, 2, 3)[:count], **rates(count), **settings, out=made["weight"])
            results.append(shown(made))
    return results


@block
def gradients_that_are_no_numbers(mx: Any) -> list:
    found = []
    for name, states in (("signsgd_update", 0), ("signum_update", 1), ("ftrl_update", 2)):
        weight, gradient = mx.nd.ones((3,)), mx.nd.array([np.nan, 1, -1])
        new = getattr(mx.nd, name)(weight, gradient, *[mx.nd.zeros((3,)) for _ in range(states)], lr=0.1)
        found.append(["nan" if np.isnan(value) else float(value) for value in new.asnumpy()])
    weight, step = mx.nd.array([1, 2]), mx.nd.array([1, np.nan])
    new = mx.nd.lamb_update_phase2(weight, step, mx.nd.norm(weight), mx.nd.norm(step), lr=0.1)
    return [*found, ["nan" if np.isnan(value) else float(value) for value in new.asnumpy()]]
