"""Forward, backward and an update of parameters, as one program or as several: the results are the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import symgraph as mx
from symgraph.lower.update import Update
from symgraph.runtime import training


@dataclass(frozen=True)
class Momentum:
    """Gradient descent with momentum."""

    fails: bool = False

    def __call__(self, weights, grads, states, numbers, key):
        if self.fails:
            raise ArithmeticError("no such rule")
        moved = [(0.9 * m - rate * g,) for g, (m,), rate in zip(grads, states, numbers["lr"], strict=True)]
        return [w + m for w, (m,) in zip(weights, moved, strict=True)], moved


NAMES = ("conv_weight", "bn_gamma", "bn_beta", "fc_weight", "fc_bias")


def network():
    data = mx.sym.Variable("data")
    layer = mx.sym.Convolution(data, num_filter=3, kernel=(3, 3), no_bias=True, name="conv")
    layer = mx.sym.BatchNorm(layer, fix_gamma=False, name="bn")
    layer = mx.sym.FullyConnected(mx.sym.Activation(layer, act_type="relu"), num_hidden=4, name="fc")
    return mx.sym.SoftmaxOutput(layer, name="softmax")


class Trainee:
    """The network, bound, with a momentum for each parameter."""

    def __init__(self, fails=False):
        requests = {"data": "null", "softmax_label": "null"}
        symbol = network()
        requests |= dict.fromkeys(NAMES, "write")
        self.executor = symbol.simple_bind(mx.current_context(), data=(2, 2, 5, 5), grad_req=requests)
        random = np.random.RandomState(0)
        for name in NAMES:
            array = self.executor.arg_dict[name]
            array[:] = random.uniform(-1, 1, array.shape)
        self.batches = [(random.uniform(-1, 1, (2, 2, 5, 5)), random.randint(0, 4, 2)) for _ in range(4)]
        self.states = [[mx.nd.zeros(self.executor.arg_dict[name].shape)] for name in NAMES]
        order = symbol.list_arguments()
        wanted = [name for name in order if name in NAMES]
        self.update = Update(tuple(map(order.index, NAMES)), tuple(map(wanted.index, NAMES)), Momentum(fails))

    def step(self, i, look=lambda executor: None):
        data, label = self.batches[i]
        self.executor.forward(is_train=True, data=mx.nd.array(data), softmax_label=mx.nd.array(label))
        self.executor.backward_later()
        look(self.executor)
        training.update(self.executor, self.update, self.states, {"lr": np.full(len(NAMES), 0.1, np.float32)}, None)

    def contents(self):
        executor = self.executor
        named = {**executor.arg_dict, **executor.aux_dict, **{f"grad {n}": executor.grad_dict[n] for n in NAMES}}
        named |= {f"state {n}": s for n, (s,) in zip(NAMES, self.states, strict=True)}
        return {name: array.asnumpy() for name, array in named.items()} | {"out": executor.outputs[0].asnumpy()}


def looks():
    return {
        "nobody": lambda executor: None,
        "outputs": lambda executor: executor.outputs[0].asnumpy(),
        "gradients": lambda executor: executor.grad_dict["fc_bias"].asnumpy(),
        "moving mean": lambda executor: executor.aux_dict["bn_moving_mean"].asnumpy(),
        "wait": lambda executor: mx.nd.waitall(),
    }


@pytest.mark.parametrize("look", looks())
def test_equal_whoever_looks(look):
    one, other = Trainee(), Trainee()
    for i in range(4):
        one.step(i)
        other.step(i, looks()[look])
        expected = one.contents()
        for name, value in other.contents().items():
            np.testing.assert_allclose(value, expected[name], rtol=2e-5, atol=2e-6, err_msg=name)


def test_by_hand():
    """One step without momentum so far is gradient descent by the gradients that `backward` gives."""
    trainee, plain = Trainee(), Trainee()
    before = trainee.contents()
    trainee.step(0)
    data, label = plain.batches[0]
    plain.executor.forward(is_train=True, data=mx.nd.array(data), softmax_label=mx.nd.array(label))
    plain.executor.backward()
    after = trainee.contents()
    for name in NAMES:
        gradient = plain.executor.grad_dict[name].asnumpy()
        np.testing.assert_allclose(after[name], before[name] - 0.1 * gradient, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(after[f"grad {name}"], gradient, rtol=1e-5, atol=1e-6)
    for name, array in plain.executor.aux_dict.items():
        np.testing.assert_allclose(after[name], array.asnumpy(), rtol=1e-5)


def test_memory_is_taken_over():
    trainee = Trainee()
    trainee.step(0)
    cells = [trainee.executor.arg_dict[n] for n in NAMES] + [s for (s,) in trainee.states]
    cells += [trainee.executor.grad_dict[n] for n in NAMES]
    pointers = [cell.jax.unsafe_buffer_pointer() for cell in cells]
    trainee.step(1)
    mx.nd.waitall()
    assert sorted(cell.jax.unsafe_buffer_pointer() for cell in cells) == sorted(pointers)


def test_what_somebody_holds_does_not_change():
    trainee = Trainee()
    trainee.step(0)
    held = {name: trainee.executor.arg_dict[name].jax for name in NAMES}
    view = np.asarray(trainee.states[0][0].jax)
    values = {name: np.array(array) for name, array in held.items()}, view.copy()
    for i in (1, 2):
        trainee.step(i)
    mx.nd.waitall()
    for name, array in held.items():
        np.testing.assert_array_equal(np.asarray(array), values[0][name])
    np.testing.assert_array_equal(view, values[1])


def test_a_rule_that_fails_loses_nothing():
    trainee, plain = Trainee(fails=True), Trainee()
    before = trainee.contents()
    with pytest.raises(ArithmeticError, match="no such rule"):
        trainee.step(0)
    after = trainee.contents()
    for name in (*NAMES, *(f"state {n}" for n in NAMES)):
        np.testing.assert_array_equal(after[name], before[name])
    plain.step(0)
    for name in NAMES:
        np.testing.assert_allclose(after[f"grad {name}"], plain.contents()[f"grad {name}"], rtol=1e-5, atol=1e-6)
