"""Update operators of one weight. MXNet cannot compose most of them by call, so that each case is a symbol in JSON.

Those of several weights, whose outputs MXNet cannot infer in a symbol, are in ``tests/update_blocks.py``.
"""

from __future__ import annotations

import json
from typing import Any

from tests.cases.case import Case, uniform

POSITIVE = uniform(0.1, 2.0)
HALF = "float16"
PAIR = ("weight", "grad")


def update(
    name: str,
    inputs: str,
    label: str,
    *,
    shape: tuple = (2, 3),
    shapes: dict[str, tuple] | None = None,
    half: tuple[str, ...] = (),
    dtype: str = "float32",
    draw: dict[str, Any] | None = None,
    **attributes: Any,
) -> Case:
    """A call of an operator with these inputs, a star before its states, and attributes; inputs in `half` are float16."""
    names = [name.removeprefix("*") for name in inputs.split()]
    versions = [int(name.startswith("*")) for name in inputs.split()]
    variables = [{"op": "null", "name": n, "inputs": []} for n in names]
    attrs = {key: str(value) for key, value in attributes.items()}
    node = {"op": name, "name": "op", "attrs": attrs, "inputs": [[i, 0, version] for i, version in enumerate(versions)]}
    document = {
        "nodes": [*variables, node],
        "arg_nodes": list(range(len(names))),
        "node_row_ptr": [*range(len(names) + 1), len(names) + 1],
        "heads": [[len(names), 0, 0]],
        "attrs": {"mxnet_version": ["int", 10901]},
    }
    text = json.dumps(document)
    positive = {n: POSITIVE for n in names if n in ("var", "n", "v", "d", "lrs", "wds", "r1", "r2")}
    return Case(
        f"{name}/{label}",
        lambda mx: mx.sym.load_json(text),
        {n: (shapes or {}).get(n, shape) for n in names},
        dtype,
        dict.fromkeys(half, HALF),
        {**positive, **(draw or {})},
        grad="null",
        numeric=False,
        rtol=2e-3 if half or dtype == HALF else 1e-3,
    )


COMMON = {"wd": 0.1, "rescale_grad": 2.0, "clip_gradient": 0.5}
MOM = {"momentum": 0.9, **COMMON}

CASES = []
for _label, _settings in (
    ("plain", {}),
    ("decay", {"wd": 0.1}),
    ("clipped", {"clip_gradient": 0.5}),
    ("all", COMMON),
    ("clipped to nothing", {"clip_gradient": 0.0, "wd": 0.2}),
):
    CASES += [
        update("sgd_update", "weight grad", _label, lr=0.1, **_settings),
        update("sgd_mom_update", "weight grad *mom", _label, lr=0.1, momentum=0.9, **_settings),
        update("nag_mom_update", "weight grad *mom", _label, lr=0.1, momentum=0.9, **_settings),
        update("signsgd_update", "weight grad", _label, lr=0.1, **_settings),
        update("signum_update", "weight grad *mom", _label, lr=0.1, momentum=0.9, wd_lh=0.05, **_settings),
        update("adam_update", "weight grad *mean *var", _label, lr=0.1, **_settings),
        update("rmsprop_update", "weight grad *n", _label, lr=0.1, **_settings),
        update(
            "rmspropalex_update",
            "weight grad *n *g *delta",
            _label,
            lr=0.1,
            draw={"g": uniform(-0.2, 0.2)},
            **_settings,
        ),
        update("ftrl_update", "weight grad *z *n", _label, lr=0.1, **_settings),
        update("lamb_update_phase1", "weight grad *mean *var", _label, t=3, **{"wd": 0.0, **_settings}),
        update(
            "ftml_update",
            "weight grad *d *v *z",
            _label,
            lr=0.1,
            t=3,
            **{key.replace("clip_gradient", "clip_grad"): value for key, value in _settings.items()},
        ),
    ]

CASES += [
    update("sgd_update", "weight grad", "float64", dtype="float64", lr=0.1, wd=0.1),
    update("sgd_update", "weight grad", "float16", dtype=HALF, lr=0.125, wd=0.1),
    update("sgd_update", "weight grad", "int32", dtype="int32", lr=0.1),
    update("sgd_update", "weight grad", "not lazy", lr=0.1, lazy_update=False),
    update("sgd_mom_update", "weight grad *mom", "float64", dtype="float64", lr=0.1, momentum=0.5),
    update("sgd_mom_update", "weight grad *mom", "other shapes", shapes={"mom": (3, 2)}, lr=0.1),
    update("adam_update", "weight grad *mean *var", "betas", lr=0.1, beta1=0.5, beta2=0.6, epsilon=0.1),
    update("adam_update", "weight grad *mean *var", "float64", dtype="float64", lr=0.1),
    update("rmsprop_update", "weight grad *n", "weights clipped", lr=0.1, gamma1=0.5, epsilon=0.1, clip_weights=0.5),
    update(
        "rmspropalex_update",
        "weight grad *n *g *delta",
        "weights clipped",
        lr=0.1,
        gamma1=0.1,
        gamma2=0.5,
        clip_weights=0.5,
    ),
    update("ftrl_update", "weight grad *z *n", "sparse", lr=0.1, lamda1=1.0, beta=0.5),
    update("ftml_update", "weight grad *d *v *z", "betas", lr=0.1, t=1, beta1=0.3, beta2=0.5, epsilon=0.1),
    update("signum_update", "weight grad *mom", "no momentum", lr=0.1),
    update("lamb_update_phase1", "weight grad *mean *var", "uncorrected", t=1, wd=0.1, bias_correction=False),
    update("lamb_update_phase1", "weight grad *mean *var", "first", t=1, wd=0.1, beta1=0.5, beta2=0.5, epsilon=0.1),
]

_NORMS = {"r1": (1,), "r2": (1,)}
for _label, _settings in (
    ("plain", {}),
    ("lower", {"lower_bound": 5.0}),
    ("upper", {"upper_bound": 0.05}),
    ("both", {"lower_bound": 0.5, "upper_bound": 0.6}),
):
    CASES.append(update("lamb_update_phase2", "weight g r1 r2", _label, shapes=_NORMS, lr=0.1, **_settings))
CASES += [
    update("lamb_update_phase2", "weight g r1 r2", "zero weight", shapes=_NORMS, lr=0.1, draw={"r1": uniform(0, 0)}),
    update("lamb_update_phase2", "weight g r1 r2", "zero step", shapes=_NORMS, lr=0.1, draw={"r2": uniform(0, 0)}),
    update("lamb_update_phase2", "weight g r1 r2", "norms of another shape", lr=0.1),
    update(
        "mp_lamb_update_phase1", "weight grad *mean *var weight32", "half", half=("weight", "grad"), t=2, **COMMON
    ),
    update("multi_lars", "lrs weights_sum_sq grads_sum_sq wds", "plain", shape=(4,), eta=0.1, eps=0.01,
           draw={"weights_sum_sq": POSITIVE, "grads_sum_sq": POSITIVE}),
    update("multi_lars", "lrs weights_sum_sq grads_sum_sq wds", "scaled", shape=(3,), eta=0.1, eps=0.5, rescale_grad=0.5,
           draw={"weights_sum_sq": POSITIVE, "grads_sum_sq": POSITIVE}),
    update("multi_lars", "lrs weights_sum_sq grads_sum_sq wds", "zeros", shape=(3,), eta=0.1, eps=0.5,
           draw={"weights_sum_sq": uniform(0, 0), "grads_sum_sq": POSITIVE}),
]  # fmt: skip

for _label, _scale in (("plain", 1), ("scaled", 2)):
    _draw = {"scale": uniform(_scale, _scale)}
    for _name, _inputs, _half in (
        ("_adamw_update", "weight grad *mean *var scale", ()),
        ("_mp_adamw_update", "weight grad *mean *var *weight32 scale", ("weight", "grad")),
    ):
        CASES.append(
            update(_name, _inputs, _label, shapes={"scale": (1,)}, half=_half, draw=_draw, lr=0.1, eta=0.5, wd=0.1,
                   clip_gradient=0.7)
        )  # fmt: skip

_ADAMW = ("_adamw_update", "weight grad *mean *var scale")
_HALF = ("weight", "grad", "mean", "var")
CASES += [
    update(*_ADAMW, "float16", shapes={"scale": (1,)}, half=_HALF, lr=0.1, eta=0.5, draw={"scale": uniform(1, 1)}),
    update(*_ADAMW, "float64 scale", shapes={"scale": (1,)}, dtype="float64", lr=0.1, eta=0.5),
]

for _label, _settings in (("plain", {}), ("all", COMMON)):
    CASES += [
        update("mp_sgd_update", "weight grad *weight32", _label, half=("weight", "grad"), lr=0.1, **_settings),
        update("mp_sgd_update", "weight grad *weight32", f"{_label}, float32", lr=0.1, **_settings),
        update("mp_sgd_mom_update", "weight grad *mom *weight32", _label, half=PAIR, lr=0.1, momentum=0.9, **_settings),
        update("mp_nag_mom_update", "weight grad *mom *weight32", _label, half=PAIR, lr=0.1, momentum=0.9, **_settings),
    ]  # fmt: skip
