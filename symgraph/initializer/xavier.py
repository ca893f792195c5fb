"""`Xavier` and `MSRAPrelu`: weights that keep the variance of what flows through a network."""

from __future__ import annotations

import math
from typing import Any

from symgraph.errors import described
from symgraph.initializer.base import InitializationError, Initializer, register
from symgraph.initializer.drawing import fill_normal, fill_uniform
from symgraph.ir.shape import show
from symgraph.runtime.ndarray import NDArray


@register
class Xavier(Initializer):
    """Weights of a size that goes with the number of inputs and outputs (Glorot and Bengio 2010).

    With weights (outputs, inputs, ...), whose further axes are those of a kernel, the size is √(magnitude / factor).

    Args:
        rnd_type: ``"uniform"``, between minus and plus that size, or ``"gaussian"``, with it as standard deviation.
        factor_type: the factor is the number of inputs (``"in"``), of outputs (``"out"``), or the mean (``"avg"``).
        magnitude: see above.

    >>> import symgraph as mx
    >>> weight = mx.nd.zeros((300, 100))
    >>> mx.init.Xavier()(mx.init.InitDesc("fc1_weight"), weight)
    >>> round(float(abs(weight).max().asscalar()), 2)  # √(3 / 200)
    0.12
    """

    def __init__(self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3):
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = _number("Xavier", "magnitude", magnitude)

    def _init_weight(self, name: str, arr: NDArray) -> None:
        if not 0 <= self.magnitude < math.inf:
            raise InitializationError(f"Xavier: magnitude must be a number of 0 or more, given {self.magnitude}.")
        scale = math.sqrt(self.magnitude / max(self._factor(name, arr.shape), 1))
        if self.rnd_type == "uniform":
            fill_uniform(arr, name, scale)
        elif self.rnd_type == "gaussian":
            fill_normal(arr, name, scale)
        else:
            raise InitializationError(f"Xavier: rnd_type must be 'uniform' or 'gaussian', given {self.rnd_type!r}.")

    def _factor(self, name: str, shape: tuple[int, ...]) -> float:
        if len(shape) < 2:
            raise InitializationError(
                f"Xavier initializer cannot be applied to vector {name}: it needs the numbers of outputs and inputs, "
                f"given shape {show(shape)}. Use mx.init.Uniform or mx.init.Normal for it."
            )
        kernel = math.prod(shape[2:])
        inputs, outputs = shape[1] * kernel, shape[0] * kernel
        factors = {"avg": (inputs + outputs) / 2.0, "in": inputs, "out": outputs}
        if self.factor_type not in factors:
            raise InitializationError(f"Xavier: factor_type must be 'avg', 'in' or 'out', given {self.factor_type!r}.")
        return factors[self.factor_type]


def _number(initializer: str, name: str, value: Any) -> float:
    """A number, which may be told as text."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InitializationError(f"{initializer}: {name} must be a number, given {described(value)}.") from None


@register
class MSRAPrelu(Xavier):
    """Gaussian `Xavier` weights for rectifiers (He et al. 2015), of magnitude 2 / (1 + slope²).

    Args:
        factor_type: see `Xavier`.
        slope: that of the leaky rectifier on the negative side.
    """

    def __init__(self, factor_type: str = "avg", slope: float = 0.25):
        super().__init__("gaussian", factor_type, 2.0 / (1 + _number("MSRAPrelu", "slope", slope) ** 2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}
