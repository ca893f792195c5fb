"""`symgraph.lower.emit.evaluate`: a graph as a function that other JAX programs can compile and differentiate."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symgraph as mx
from symgraph.lower.emit import Mode, evaluate, wrap_key
from tests.test_gradient import executed, network, values_of


def outputs(symbol: mx.Symbol, args: Any, aux: Any = (), is_train: bool = True) -> tuple[jax.Array, ...]:
    return evaluate(symbol.graph, Mode(is_train), args, aux, wrap_key(np.zeros(2, np.uint32)))[0]


def test_jax_finds_the_gradient_that_backward_finds() -> None:
    net = network()
    values, states = values_of(net, data=(2, 2, 4, 4))
    names = [name for name in net.list_arguments() if name != "softmax_label"]
    expected = executed(net, names, values, states)

    def objective(parameters: dict[str, jax.Array]) -> jax.Array:
        args = [(values | parameters)[name] for name in net.list_arguments()]
        return sum(out.sum() for out in outputs(net, args, [states[name] for name in net.list_auxiliary_states()]))

    found = jax.jit(jax.grad(objective))({name: jnp.asarray(values[name]) for name in names})
    for name in names:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_python_code_runs_inside_of_a_program_of_jax() -> None:
    class Double(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0] * 2)

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], out_grad[0] * 2)

    @mx.operator.register("test_emit_double")
    class DoubleProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, shapes, dtypes):
            return Double()

    net = mx.sym.square(mx.sym.Custom(mx.sym.Variable("x"), op_type="test_emit_double"))
    x = jnp.asarray([1.0, 3.0])
    assert jax.jit(lambda x: outputs(net, [x])[0])(x).tolist() == [4, 36]
    assert jax.grad(lambda x: outputs(net, [x])[0].sum())(x).tolist() == [8, 24]


def test_an_index_out_of_range_is_noticed() -> None:
    net = mx.sym.take(mx.sym.Variable("a"), mx.sym.Variable("i"), mode="raise", name="t")
    with pytest.raises(Exception, match="take 't': index 7 is outside of an axis of length 3"):
        jax.block_until_ready(jax.jit(lambda a, i: outputs(net, [a, i]))(jnp.ones(3), jnp.asarray([7])))
