"""Trainings of a few small weights by every optimizer, which both MXNet and symgraph can run: `CASES`, and `run`.

Weights and gradients are drawn from a seed that is the name of the case. Gradients do not depend on weights, so that
rounding stays small; some of their elements are zero.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

STEPS = 20
SHOWN = (1, 2, 10, STEPS)
"""Steps after which weights are compared."""

SHAPES = {
    "fc_weight": (2, 3),
    "fc_bias": (3,),
    "bn_gamma": (2,),
    "bn_beta": (2,),
    "conv_weight": (2, 1, 2, 2),
}


@dataclass(frozen=True)
class Case:
    """A training.

    Attributes:
        optimizer: name of its class.
        what: what is special about it.
        options: arguments of the optimizer; ``scheduler`` is name and arguments of an ``lr_scheduler``.
        dtype: of weights and gradients.
        shapes: of the weights, by name.
        zeros: whether some elements of gradients are zero.
        lr_mult, wd_mult: given to ``set_lr_mult`` and ``set_wd_mult``.
        changes: attributes of the optimizer that are set before some steps; ``learning_rate`` through its method.
        together: whether MXNet is given all weights in one call.
        seldom: weights that are updated in every third step only.
        refused: whether MXNet cannot run it.
    """

    optimizer: str
    what: str
    options: Mapping[str, Any] = field(default_factory=dict)
    dtype: str = "float32"
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: SHAPES)
    zeros: bool = True
    lr_mult: Mapping[Any, float] = field(default_factory=dict)
    wd_mult: Mapping[Any, float] = field(default_factory=dict)
    changes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    together: bool = False
    seldom: tuple[str, ...] = ()
    refused: bool = False

    @property
    def name(self) -> str:
        """As in the file of records."""
        return f"{self.optimizer}:{self.what}"

    @property
    def random(self) -> np.random.RandomState:
        """Numbers of this case."""
        return np.random.RandomState(zlib.crc32(self.name.encode()))

    def weights(self) -> dict[str, np.ndarray]:
        """Initial values."""
        random = self.random
        return {name: random.normal(size=shape).astype(self.dtype) for name, shape in self.shapes.items()}

    def gradients(self) -> Iterator[dict[str, np.ndarray]]:
        """Of each step, without weights that are not updated in it."""
        random = np.random.RandomState(zlib.crc32(self.name.encode()) ^ 1)
        for step in range(1, STEPS + 1):
            drawn = {}
            for name, shape in self.shapes.items():
                value = random.normal(size=shape) * random.choice((int(not self.zeros), 1, 1, 1), size=shape)
                drawn[name] = value.astype(self.dtype)
            yield {name: value for name, value in drawn.items() if name not in self.seldom or step % 3 == 0}

    def make(self, mx: Any) -> Any:
        """The optimizer."""
        options = dict(self.options)
        if "scheduler" in options:
            kind, arguments = options.pop("scheduler")
            options["lr_scheduler"] = getattr(mx.lr_scheduler, kind)(**arguments)
        optimizer = mx.optimizer.create(self.optimizer, param_idx2name=dict(enumerate(self.shapes)), **options)
        if self.lr_mult:
            optimizer.set_lr_mult(self.lr_mult)
        if self.wd_mult:
            optimizer.set_wd_mult(self.wd_mult)
        return optimizer

    def change(self, optimizer: Any, step: int) -> None:
        """Do what is to be done before a step."""
        for name, value in self.changes.get(step, {}).items():
            if name == "learning_rate":
                optimizer.set_learning_rate(value)
            else:
                setattr(optimizer, name, value)


Found = dict[str, np.ndarray]
"""Weights after the steps in `SHOWN`, as ``1/fc_weight``, and states after the last one, as ``state/fc_weight/1.0``."""


def run(mx: Any, case: Case) -> Found:
    """Train with an ``Updater``."""
    updater = mx.optimizer.get_updater(case.make(mx))
    weights = {name: mx.nd.array(value, dtype=case.dtype) for name, value in case.weights().items()}
    indices = {name: i for i, name in enumerate(weights)}
    found: Found = {}
    for step, gradients in enumerate(case.gradients(), 1):
        case.change(updater.optimizer, step)
        arrays = {name: mx.nd.array(value, dtype=case.dtype) for name, value in gradients.items()}
        if case.together:
            updater([indices[n] for n in arrays], list(arrays.values()), [weights[n] for n in arrays])
        else:
            for name, gradient in arrays.items():
                updater(indices[name], gradient, weights[name])
        found |= shown(step, weights)
    return found | states_of(updater, indices)


def shown(step: int, weights: Mapping[str, Any]) -> Found:
    """The weights, if they are compared after that step."""
    return {f"{step}/{name}": array.asnumpy() for name, array in weights.items()} if step in SHOWN else {}


def states_of(updater: Any, indices: Mapping[str, int]) -> Found:
    """The arrays of all states, each by the name of its weight and its place in the state."""
    found: Found = {}
    for name, index in indices.items():
        for place, array in _places(updater.states[index]):
            found[f"state/{name}/{place}"] = array.asnumpy()
    return found


def _places(state: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(state, (list, tuple)):
        for i, part in enumerate(state):
            yield from _places(part, f"{place}.{i}" if place else str(i))
    elif state is not None:
        yield place, state


def _cases(
    optimizer: str,
    variants: Sequence[tuple[str, dict[str, Any]]],
    *,
    wide: bool = True,
    limits: tuple[float, ...] = (0, -1),
    wd: float = 0.03125,
    **common: Any,
) -> Iterator[Case]:
    """Each variant of an optimizer, and what all optimizers share.

    Args:
        variants: what is special, and options.
        wide: whether MXNet runs it in other dtypes than float32.
        limits: values of ``clip_gradient`` that mean something only here and there.
        wd: weight decay.
        **common: fields of all cases.
    """
    first = variants[-1][1] if variants else {}
    usual = {"learning_rate": 0.1, **first}
    clipped = {**usual, "rescale_grad": 0.5, "wd": wd}
    yield Case(optimizer, "defaults", **common)
    for what, options in variants:
        yield Case(optimizer, what, {"learning_rate": 0.1, "wd": wd, **options}, **common)
    yield Case(optimizer, "clipped", {**clipped, "clip_gradient": 0.3}, **common)
    for limit in limits:
        yield Case(optimizer, f"clip {limit}", {**clipped, "clip_gradient": limit}, **common)
    halving = ("FactorScheduler", {"step": 3, "factor": 0.5, "base_lr": 0.2})
    yield Case(
        optimizer,
        "scheduled",
        {**clipped, "learning_rate": 0.2, "scheduler": halving, "begin_num_update": 5},
        **{"lr_mult": {"fc_weight": 0.5, 1: 2}, "wd_mult": {"bn_beta": 3}, **common},
    )
    changes = {7: {"learning_rate": 0.02}, 12: {"rescale_grad": 0.25, "wd": wd * 2}}
    yield Case(optimizer, "changed", clipped, changes=changes, seldom=("fc_bias",), **common)
    exact = {**clipped, "learning_rate": 0.125}
    yield Case(optimizer, "float16", exact, dtype="float16", refused=not wide, **common)
    yield Case(optimizer, "float16 in float32", {**exact, "multi_precision": True}, dtype="float16", **common)
    yield Case(optimizer, "float32 in float32", {**exact, "multi_precision": True}, **common)
    yield Case(optimizer, "float64", exact, dtype="float64", refused=not wide, **common)


_ROWS = {"fc_weight": (4, 3), "x": (2, 2)}

CASES = (
    *_cases("SGD", [("plain", {}), ("momentum", {"momentum": 0.9})]),
    Case("SGD", "together", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}, together=True),
    Case(
        "SGD",
        "together in float32",
        {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01, "multi_precision": True, "clip_gradient": 0.3},
        dtype="float16",
        together=True,
    ),
    Case("SGD", "momentum changed", {"momentum": 0.5}, changes={5: {"momentum": 0.9}, 9: {"clip_gradient": 0.1}}),
    Case("ccSGD", "momentum", {"momentum": 0.9, "wd": 0.03125}),
    *_cases("NAG", [("plain", {}), ("momentum", {"momentum": 0.9})]),
    Case("NAG", "plain in float32", {"wd": 0.01, "multi_precision": True}, dtype="float16"),
    *_cases("Signum", [("plain", {"momentum": 0}), ("wd_lh", {"wd_lh": 0.1}), ("momentum", {"momentum": 0.5})]),
    *_cases("FTML", [("betas", {"beta1": 0.5, "beta2": 0.75, "epsilon": 1e-3})]),
    *_cases(
        "LARS",
        [
            ("plain", {"eta": 0.5}),
            ("eps", {"eta": 0.5, "eps": 0.5}),
            ("uncorrected", {"momentum": 0.5, "eta": 0.5, "momentum_correction": False}),
        ],
    ),
    Case(
        "LARS",
        "corrected",
        {
            "momentum": 0.5,
            "eta": 0.5,
            "wd": 0.01,
            "scheduler": ("MultiFactorScheduler", {"step": [4, 8], "factor": 0.5, "base_lr": 0.5}),
        },
        shapes={name: SHAPES[name] for name in ("fc_weight", "fc_bias", "bn_beta")},
        together=True,
    ),
    Case("LARS", "together", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01, "eta": 0.5}, together=True),
    *_cases(
        "LBSGD",
        [
            ("linear", {"batch_scale": 3, "warmup_epochs": 2, "updates_per_epoch": 4}),
            ("power2", {"batch_scale": 2, "warmup_epochs": 2, "updates_per_epoch": 4, "warmup_strategy": "power2"}),
            ("sqrt", {"batch_scale": 4, "warmup_epochs": 2, "updates_per_epoch": 6, "warmup_strategy": "sqrt"}),
            ("begun", {"batch_scale": 2, "begin_epoch": 1, "warmup_epochs": 3, "updates_per_epoch": 4}),
            ("lars", {"warmup_strategy": "lars", "momentum": 0.5}),
            ("lars scaled", {"warmup_strategy": "lars", "batch_scale": 2, "warmup_epochs": 2, "updates_per_epoch": 4}),
            ("momentum", {"momentum": 0.9}),
        ],
    ),
    Case(
        "LBSGD",
        "scaled in float32",
        {"batch_scale": 2, "momentum": 0.5, "multi_precision": True, "updates_per_epoch": 3},
        dtype="float16",
    ),
    *_cases(
        "LAMB",
        [
            ("uncorrected", {"bias_correction": False}),
            ("bounded", {"lower_bound": 0.9, "upper_bound": 1.1}),
            ("bounded at 0", {"lower_bound": 0, "upper_bound": 0}),
            ("betas", {"beta1": 0.5, "beta2": 0.75, "epsilon": 1e-3}),
        ],
    ),
    Case("LAMB", "together", {"learning_rate": 0.1, "wd": 0.01, "upper_bound": 1.0}, together=True),
    *_cases("DCASGD", [("lamda", {"lamda": 0.5})], limits=(0,)),
    *_cases("Adam", [("betas", {"beta1": 0.5, "beta2": 0.75, "epsilon": 1e-3})]),
    *_cases("AdaGrad", [("eps", {"eps": 1e-3})], wide=False, limits=(0,)),
    *_cases(
        "RMSProp",
        [
            ("gamma1", {"gamma1": 0.5, "epsilon": 1e-3}),
            ("clip_weights", {"clip_weights": 0.5}),
            ("clip_weights 0", {"clip_weights": 0}),
            ("centered clip_weights", {"centered": True, "clip_weights": 0.5}),
            ("centered", {"centered": True, "gamma1": 0.75, "gamma2": 0.5, "epsilon": 1e-2}),
        ],
        wide=False,
    ),
    *_cases("AdaDelta", [("rho", {"rho": 0.5, "epsilon": 1e-3})], wide=False, limits=(0,)),
    *_cases("Ftrl", [("lamda1", {"lamda1": 0.5, "beta": 0.25})], wide=False),
    *_cases("Adamax", [("betas", {"beta1": 0.5, "beta2": 0.75})], zeros=False, limits=()),
    *_cases("Nadam", [("betas", {"beta1": 0.5, "beta2": 0.75, "epsilon": 1e-3, "schedule_decay": 0.5})], limits=(0,)),
    *_cases("Test", []),
    *_cases("GroupAdaGrad", [("eps", {"eps": 1e-3})], wide=False, wd=0.0, limits=(0,), shapes=_ROWS),
)
"""SGLD draws random numbers: it is tested by what they are on average."""
