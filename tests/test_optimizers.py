"""Every optimizer takes MXNet's steps: one weight at a time, and all weights in the program that computes gradients."""

from __future__ import annotations

import functools
import sys

import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime import rng, training
from symgraph.train.optimizer.compiled import leaves
from tests.golden.record_optimizers import load
from tests.optimizer_cases import CASES, Case, Found, run, shown, states_of

pytestmark = pytest.mark.filterwarnings("ignore:float16 sums up small updates badly")

TOLERANCE = {"float16": 2e-2, "float32": 2e-5, "float64": 2e-6}
"""In half precision we round less often. MXNet's operators know their attributes as float32."""

cases = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


@functools.cache
def recorded() -> dict[str, Found]:
    return load()


def assert_as_mxnet(case: Case, found: Found) -> None:
    if case.refused:
        assert all(np.isfinite(value).all() for value in found.values())
        return
    expected = recorded()[case.name]
    layout, wanted = ({k: (v.shape, v.dtype) for k, v in arrays.items()} for arrays in (found, expected))
    assert layout == wanted
    for name, value in expected.items():
        assert np.isfinite(value).all(), "a record that compares nothing"
        tolerance = TOLERANCE[case.dtype]
        np.testing.assert_allclose(
            found[name].astype("float64"), value.astype("float64"), rtol=tolerance, atol=tolerance / 10, err_msg=name
        )


@cases
def test_one_weight_at_a_time(case):
    assert_as_mxnet(case, run(mx, case))


@functools.cache
def network(names: tuple[str, ...]) -> mx.Symbol:
    """Its gradient with respect to each weight ``x`` is its argument ``x_grad``."""
    pairs = [(mx.sym.Variable(name), mx.sym.Variable(f"{name}_grad")) for name in names]
    return mx.sym.Group([mx.sym.make_loss(weight * grad, name=f"loss_{weight.name}") for weight, grad in pairs])


def train(case: Case, is_joined: bool) -> Found:
    """As `run`, with the `rule` of all weights."""
    updater = mx.optimizer.get_updater(case.make(mx))
    weights = {name: mx.nd.array(value, dtype=case.dtype) for name, value in case.weights().items()}
    gradients = {f"{name}_grad": mx.nd.zeros_like(weight) for name, weight in weights.items()}
    executor = network(tuple(weights)).bind(
        mx.current_context(),
        weights | gradients,
        args_grad={name: mx.nd.zeros_like(weight) for name, weight in weights.items()},
        grad_req={name: "write" if name in weights else "null" for name in weights | gradients},
    )
    indices = {name: i for i, name in enumerate(weights)}
    found: Found = {}
    for step, drawn in enumerate(case.gradients(), 1):
        case.change(updater.optimizer, step)
        executor.forward(is_train=True, **{f"{name}_grad": value for name, value in drawn.items()})
        executor.backward_later()
        if not is_joined:
            executor.grad_dict["fc_weight" if "fc_weight" in weights else "x"].wait_to_read()
        join_update(executor, updater, {name: indices[name] for name in drawn})
        found |= shown(step, weights)
    return found | states_of(updater, indices)


def join_update(executor: mx.Executor, updater: mx.optimizer.Updater, indices: dict[str, int]) -> None:
    """Update arguments by the gradients of the last backward, as a module does."""
    optimizer, arrays = updater.optimizer, [executor.arg_dict[name] for name in indices]
    rule = optimizer.rule(arrays, list(indices.values()))
    if rule is None:
        for name, index in indices.items():
            updater(index, executor.grad_dict[name], executor.arg_dict[name])
        return
    states = [leaves(state) for state in updater.states_of(list(indices.values()), arrays)]
    numbers = optimizer.all_numbers(list(indices.values()))
    key = rng.next_key(mx.current_context()) if optimizer.is_random else None
    training.update(executor, training.planned(executor, list(indices), rule), states, numbers, key)


@cases
def test_all_weights_with_their_gradients(case):
    assert_as_mxnet(case, train(case, is_joined=True))


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES if c.what == "changed"])
def test_all_weights_once_their_gradients_are_known(case):
    assert_as_mxnet(case, train(case, is_joined=False))


def test_every_optimizer_has_cases():
    classes = mx.optimizer.Optimizer.opt_registry.values()
    # Examples in docstrings, run in the same process, have registered further ones.
    ours = {
        k.__name__
        for k in classes
        if k.__module__.startswith("symgraph.") and hasattr(sys.modules[k.__module__], k.__name__)
    }
    assert {case.optimizer for case in CASES} == ours - {"SGLD"}
