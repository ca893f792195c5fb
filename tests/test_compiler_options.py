"""Options of XLA that programs are compiled with."""

from __future__ import annotations

import re
from typing import Any

import jax
import jax.numpy as jnp
import jaxlib
import pytest

import symgraph as mx
from symgraph.lower.options import TESTED, compiled, compiler_options


@pytest.mark.parametrize("refused", [{"xla_no_such_option": True}, {"xla_cpu_scheduler_type": "NO_SUCH_TYPE"}])
def test_options_that_the_compiler_refuses_are_dropped(refused: dict[str, Any]) -> None:
    lowered = jax.jit(lambda x: x + 1).lower(jnp.ones(3))
    assert compiled(lowered, {"xla_cpu_prefer_vector_width": 256, **refused})(jnp.ones(3)).tolist() == [2, 2, 2]


def test_other_failures_of_the_compiler_are_raised() -> None:
    class Broken:
        def compile(self, compiler_options: Any = None) -> Any:
            raise jax.errors.JaxRuntimeError("INTERNAL: no such luck")

    with pytest.raises(jax.errors.JaxRuntimeError, match="no such luck"):
        compiled(Broken(), {"xla_cpu_scheduler_type": "any"})


@pytest.mark.skipif(not jaxlib.__version__.startswith(TESTED), reason="no option is set for this jaxlib")
def test_this_compiler_takes_our_options() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3)
    options = compiler_options(net.graph, "cpu", has_gradients=True)
    assert options.keys() > compiler_options(net.graph, "cpu", has_gradients=False).keys()
    lowered = jax.jit(lambda x: x + 1).lower(jnp.ones(3))
    assert lowered.compile(compiler_options=options)(jnp.ones(3)).tolist() == [2, 2, 2]


def test_the_precision_of_products_is_that_asked_of_jax_when_an_executor_begins() -> None:
    """As on GPUs, which multiply float32 with fewer bits unless told otherwise; what is bound before keeps its program."""
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")

    def precision() -> list[str]:
        executor = net.simple_bind(mx.current_context(), grad_req="null", data=(2, 4))
        executor.forward()[0].wait_to_read()
        return [key[-1] for key in executor._program._executables]

    asked = jax.config.jax_default_matmul_precision
    assert set(precision()) == {asked}
    with jax.default_matmul_precision("highest"):
        assert set(precision()) == {asked, "highest"}


@pytest.mark.cpu
@pytest.mark.skipif(not jaxlib.__version__.startswith(TESTED), reason="no option is set for this jaxlib")
@pytest.mark.parametrize("layer", ["Convolution", "Deconvolution"])
@pytest.mark.parametrize(
    ("summing", "attrs"),
    [("Pooling", {"global_pool": True, "pool_type": "avg"}), ("mean", {"axis": (2, 3)}), ("softmax", {"axis": 1})],
)
def test_the_library_of_kernels_sums_without_taking_convolutions_along(layer: str, summing: str, attrs: dict) -> None:
    net = getattr(mx.sym, layer)(mx.sym.Variable("data"), kernel=(3, 3), pad=(1, 1), num_filter=64, name="conv")
    net = getattr(mx.sym, summing)(mx.sym.relu(net), **attrs)
    executor = net.simple_bind(mx.current_context(), grad_req="null", data=(1, 64, 14, 14))
    executor.forward(is_train=False)[0].wait_to_read()
    text = executor.as_text()
    in_library = re.findall(r"kind=kCustom, calls=%([\w.]+)", text)
    assert in_library
    bodies = {block.split()[0].lstrip("%"): block for block in text.split("\n\n") if block.startswith("%")}
    assert " convolution(" in text
    assert not [name for name in in_library if " convolution(" in bodies[name]]
