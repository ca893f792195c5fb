"""Loss scaling: gradients multiplied by a large number where they are float16, and divided by it where they are used.

float16 has no numbers below 6e-8, and most gradients of a network may be smaller (Micikevicius et al. 2018).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

from symgraph import nd
from symgraph.errors import CompositionError, MXNetError, described
from symgraph.frontend.symbol import Symbol
from symgraph.ir.graph import Entry, Node, rewrite
from symgraph.ir.registry import op_in_role
from symgraph.train.module import Module

SCALE = "amp_loss_scale"
"""Name of the variable that holds the factor."""


class LossScaler:
    """The factor on gradients. One that is dynamic is halved when a gradient overflows, and doubled when none has for long.

    Attributes:
        loss_scale: the factor of the next step.

    Args:
        init_scale: the factor to begin with; powers of two change no digits.
        scale_window: doubled after so many steps without overflow.
        max_scale: the largest factor.
        is_dynamic: whether it changes at all.
    """

    def __init__(
        self,
        init_scale: float = 2.0**16,
        scale_window: int = 2000,
        max_scale: float = 2.0**24,
        is_dynamic: bool = True,
    ):
        for name, value in (("init_scale", init_scale), ("scale_window", scale_window), ("max_scale", max_scale)):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
                raise MXNetError(f"LossScaler: {name} must be a number above 0, given {described(value)}.")
        self.loss_scale = float(init_scale)
        self._window, self._max, self._is_dynamic = scale_window, float(max_scale), is_dynamic
        self._steps = 0

    def has_overflow(self, gradients: Sequence[Any]) -> bool:
        """Whether an element of some array is not finite; the factor of the next step depends on it."""
        overflows = bool(gradients) and not nd.multi_all_finite(*gradients, num_arrays=len(gradients)).asscalar()
        if self._is_dynamic:
            self._adapt(overflows)
        return overflows

    def _adapt(self, overflows: bool) -> None:
        self._steps = 0 if overflows else self._steps + 1
        if overflows:
            self.loss_scale /= 2
            logging.root.info("AMP: decreasing loss scale to %f", self.loss_scale)
        elif self._steps >= self._window:
            self._steps = 0
            self.loss_scale = min(self._max, self.loss_scale * 2)
            logging.root.info("AMP: increasing loss scale to %f", self.loss_scale)


def scale_gradients(sym: Symbol) -> Symbol:
    """The symbol with another input, `SCALE` of shape (1,), by which the gradients are multiplied that its losses pass on.

    Raises:
        CompositionError: there is no loss, or the symbol has such an input.
    """
    if not isinstance(sym, Symbol):
        raise CompositionError(f"amp: a Symbol is to be scaled, given {described(sym)}.")
    if SCALE in sym.list_inputs():
        raise CompositionError(f"amp: the symbol has an input '{SCALE}' already; its gradients are scaled once.")
    losses = {node for node in sym.graph.order if node.op is not None and node.op.ignores_head_grad()}
    if not losses:
        raise CompositionError(
            f"amp: {sym!r} has no loss whose gradient could be scaled, such as SoftmaxOutput or MakeLoss; multiply the head "
            f"gradients that backward is given."
        )
    scale = Node(None, SCALE)
    op = op_in_role("gradient scale").from_strings({})

    def replace(node: Node, inputs: tuple[Entry, ...]) -> Node | None:
        if node not in losses:
            return None
        first, *rest = inputs
        scaled = Node(op, f"{node.name}_scaled", {}, (first, (scale, 0)), node.source)
        return node.replace(inputs=((scaled, 0), *rest))

    return Symbol(rewrite(sym.graph.heads, replace))


class ScaledModule(Module):
    """A `Module` that trains with loss scaling: a step whose gradients overflow changes nothing but the factor.

    Args:
        symbol: as for `Module`, usually one from `convert_symbol`.
        scaler: what decides on the factor; by default a dynamic `LossScaler`.
        **options: those of `Module`, by name.
    """

    def __init__(self, symbol: Symbol, *, scaler: LossScaler | None = None, **options: Any):
        states = [*(options.get("state_names") or ()), SCALE]
        super().__init__(scale_gradients(symbol), **{**options, "state_names": states})
        self.scaler = LossScaler() if scaler is None else scaler

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        self._require(params=True, what="forward")
        self._exec_group.executor.arg_dict[SCALE][:] = self.scaler.loss_scale
        super().forward(data_batch, is_train)

    def update(self) -> None:
        self._require(params=True, optimizer=True, what="update")
        grads = self._exec_group.executor.grad_dict
        scale, optimizer = self.scaler.loss_scale, self._optimizer
        if self.scaler.has_overflow([grads[name] for name in self._param_names if grads[name] is not None]):
            return
        assert optimizer is not None
        rescale = optimizer.rescale_grad
        optimizer.rescale_grad = rescale / scale
        try:
            super().update()
        finally:
            optimizer.rescale_grad = rescale
