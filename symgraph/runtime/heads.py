"""Head gradients: what a caller of ``backward`` gives per output, checked against what is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jax.sharding import NamedSharding

from symgraph.errors import (
    CompositionError,
    GradientError,
    ShapeError,
    UnknownArgumentError,
    advice,
    counted,
    described,
    listed,
)
from symgraph.ir.graph import Graph
from symgraph.ir.shape import show
from symgraph.lower.flow import head_gradient_needed
from symgraph.lower.host import Spec
from symgraph.lower.sharding import Shardings
from symgraph.runtime.arrays import check_names
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray


def outputs_without_loss(graph: Graph, wanted: Sequence[bool]) -> list[str]:
    """Names of the outputs without whose head gradients those of the `wanted` arguments cannot be computed."""
    needed = head_gradient_needed(graph, wanted)
    return [name for name, is_needed in zip(graph.output_names(), needed, strict=True) if is_needed]


@dataclass(frozen=True)
class Heads:
    """The outputs of a bound symbol, as far as their gradients are concerned.

    Attributes:
        names: name of each output.
        specs: shape and dtype of each output.
        losses: whether each output is a loss, whose gradient starts by itself.
        needed: whether backward cannot do without the gradient of each output.
        contexts: where the gradient of each goes.
        sharding: how each lies on several devices.
    """

    names: Sequence[str]
    specs: Sequence[Spec]
    losses: Sequence[bool]
    needed: Sequence[bool]
    contexts: Sequence[Context]
    sharding: Sequence[NamedSharding | None]

    @classmethod
    def of(
        cls,
        graph: Graph,
        specs: Sequence[Spec],
        wanted: Sequence[bool],
        contexts: Sequence[Context],
        shardings: Shardings | None = None,
    ) -> Heads:
        """The heads of a graph of which the gradients of the `wanted` arguments are taken."""
        losses = [node.op is not None and node.op.ignores_head_grad() for node, _ in graph.heads]
        whole = None if shardings is None else shardings.whole
        lying = (shardings and shardings.heads) or [whole] * len(specs)
        return cls(graph.output_names(), specs, losses, head_gradient_needed(graph, wanted), contexts, lying)

    def gradients(self, given: Any) -> tuple[jax.Array | None, ...]:
        """One array per output, of its dtype, from one NDArray, a list of the first ones, a dict by output name, or ``None``.

        Raises:
            GradientError: a gradient is missing or superfluous.
            CompositionError: a gradient is no NDArray.
            ShapeError: a gradient does not have its output's shape.
            UnknownArgumentError: a key is not an output.
        """
        if given is None:
            gradients: list = [None] * len(self.names)
        elif isinstance(given, Mapping):
            check_names(given, self.names, "backward: head gradient", UnknownArgumentError)
            gradients = [given.get(name) for name in self.names]
        else:
            gradients = list(given) if isinstance(given, (list, tuple)) else [given]
        gradients += [None] * (len(self.names) - len(gradients))
        if len(gradients) > len(self.names):
            numbers = counted(len(gradients), "head gradient"), counted(len(self.names), "output")
            raise GradientError(f"backward: {numbers[0]} given for {numbers[1]} ({listed(self.names)}).")
        return tuple([self._gradient(i, gradient) for i, gradient in enumerate(gradients)])

    def starts(self, gradients: Sequence[Any]) -> tuple[Spec | None, ...]:
        """Kind of each output whose gradient starts without a given one, because it is a loss."""
        return tuple(
            spec if given is None and loss else None
            for given, spec, loss in zip(gradients, self.specs, self.losses, strict=True)
        )

    def _gradient(self, i: int, given: Any) -> jax.Array | None:
        name, (shape, dtype) = self.names[i], self.specs[i]
        if given is None:
            if self.needed[i]:
                raise GradientError(
                    f"backward: output '{name}' is not a loss, so its head gradient is needed; end the symbol in "
                    f"a loss, as SoftmaxOutput for classes, LinearRegressionOutput for numbers, or make_loss of a formula, or "
                    f"pass out_grads."
                )
            return None
        if not isinstance(given, NDArray):
            raise CompositionError(
                f"backward: head gradient of '{name}' must be an NDArray, given {described(given)}"
                f"{advice(given, NDArray)}"
            )
        if given.shape != shape:
            raise ShapeError(
                f"backward: head gradient of output '{name}' has shape {show(given.shape)}, expected {show(shape)}."
            )
        if np.dtype(given.dtype) != dtype:
            given = given.astype(dtype)
        return given.as_in_context(self.contexts[i]).on(self.sharding[i])
