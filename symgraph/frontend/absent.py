"""What MXNet has and symgraph lacks: the answer to ``mx.gluon`` and its like is what to use instead."""

from __future__ import annotations

from typing import Any

from symgraph.errors import no_attribute

INSTEAD = {
    **dict.fromkeys(
        ("gluon", "np", "npx", "numpy", "numpy_extension"),
        "it is outside of symgraph's scope, which is the Symbol API: mx.sym and mx.nd",
    ),
    "autograd": "make a symbol of what is to be differentiated and use executor.backward or Symbol.gradient",
    "rtc": "write the kernel in JAX and register it with mx.operator.from_jax",
    "library": "register operators with mx.operator.register or mx.operator.from_jax",
}
"""What has another place here, or none."""


def __getattr__(name: str) -> Any:
    """The package's: it is called for names that the package does not have."""
    if name in INSTEAD:
        raise no_attribute(f"symgraph has no '{name}': {INSTEAD[name]}.", name)
    raise AttributeError(f"module 'symgraph' has no attribute '{name}'")  # Python adds what may have been meant
