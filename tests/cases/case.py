"""One case: a small symbol, its input shapes, and how to draw its inputs. Needs NumPy only."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Draw = Callable[[np.random.RandomState, tuple], np.ndarray]

COMPARISONS = (
    "equal",
    "not_equal",
    "greater",
    "greater_equal",
    "lesser",
    "lesser_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
)
"""What the names of the operators that compare end with, for two arrays and for an array and a number alike."""


def normal(rng: np.random.RandomState, shape: tuple) -> np.ndarray:
    return rng.normal(size=shape)


def uniform(low: float, high: float) -> Draw:
    return lambda rng, shape: rng.uniform(low, high, size=shape)


def integers(low: int, high: int) -> Draw:
    """Whole numbers in [low, high)."""
    return lambda rng, shape: rng.randint(low, high, size=shape)


def distinct(rng: np.random.RandomState, shape: tuple) -> np.ndarray:
    """Values with gaps between them, in random order: no ties for max, sort and kin."""
    n = int(np.prod(shape))
    return (rng.permutation(n).reshape(shape) - n / 2.0) / 4.0


def literal(values: Any) -> Draw:
    """Exactly these values, for edge cases such as NaN, ties and infinities."""
    return lambda rng, shape: np.asarray(values, dtype="float64").reshape(shape)


def regions(images: int, height: float, width: float) -> Draw:
    """Rows (image, x1, y1, x2, y2): rectangles in so many images of this size, some of which stick out of them."""

    def draw(rng: np.random.RandomState, shape: tuple) -> np.ndarray:
        count = shape[0]
        x, y = (np.sort(rng.uniform(-2, size + 2, (count, 2)), axis=1) for size in (width, height))
        return np.stack([rng.randint(0, images, count), x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1)

    return draw


@dataclass(frozen=True)
class Case:
    """A symbol to be checked against recorded MXNet.

    Attributes:
        name: unique within its family, starting with the operator: ``"FullyConnected/no_bias"``.
        build: ``build(mx) -> Symbol``, for symgraph as well as real MXNet.
        shapes: shape of the inputs that inference needs; the others follow.
        dtype: dtype of all inputs, unless `dtypes` names another for one of them.
        draw: how to draw an input (default: standard normal), by argument or auxiliary name.
        grad: ``"write"`` (gradients of all floating-point arguments are recorded), ``"null"`` (none), or a tuple of
            argument names whose gradient to take.
        is_train: mode of the forward pass; gradients need True.
        rtol, atol: tolerance against MXNet, by default 1e-3 and 1e-4 (oneDNN reorders sums).
        numeric: whether the gradient agrees with finite differences (it does not where MXNet departs from calculus,
            at kinks, or where the forward pass is not smooth).
        random: whether the outputs are random numbers, so that only their names, shapes and dtypes are compared. Gradients
            are compared if `grad` asks for them.
    """

    name: str
    build: Callable[[Any], Any]
    shapes: dict[str, tuple] = field(default_factory=dict)
    dtype: str = "float32"
    dtypes: dict[str, str] = field(default_factory=dict)
    draw: dict[str, Draw] = field(default_factory=dict)
    grad: Any = "write"
    is_train: bool = True
    rtol: float = 1e-3
    atol: float = 1e-4
    numeric: bool = True
    random: bool = False

    def value(self, name: str, shape: tuple, dtype: Any) -> np.ndarray:
        """The input `name`, the same on every machine: seeded by case and argument name."""
        rng = np.random.RandomState(zlib.crc32(f"{self.name}:{name}".encode()) % 2**32)
        default: Draw = uniform(0.5, 1.5) if name.endswith(("var", "gamma")) else normal
        return np.asarray(self.draw.get(name, default)(rng, tuple(shape))).astype(dtype)

    def head_gradient(self, i: int, shape: tuple, dtype: Any) -> np.ndarray:
        """Head gradient of output i."""
        rng = np.random.RandomState(zlib.crc32(f"{self.name}:head{i}".encode()) % 2**32)
        return np.asarray(rng.normal(size=shape)).astype(dtype)

    def wanted(self, name: str, dtype: Any) -> bool:
        """Whether the gradient of argument `name` is taken."""
        if isinstance(self.grad, tuple):
            return name in self.grad
        return self.grad == "write" and np.dtype(dtype).kind == "f"


def op(name: str, shapes: dict[str, tuple], label: str | None = None, variant: str = "", **options: Any) -> Case:
    """A case of a single operator call ``mx.sym.<name>(...)``: inputs are the keys of `shapes`, in order.

    Keyword arguments named like a field of `Case` set it; all others are the operator's attributes. Names with dots
    reach sub-namespaces (``"linalg.gemm2"``); inputs not in `shapes` are created by the operator itself.
    """
    settings = {k: options.pop(k) for k in list(options) if k in Case.__dataclass_fields__}
    inputs: tuple[str, ...] = tuple(shapes)

    def build(mx: Any) -> Any:
        function = mx.sym
        for part in name.split("."):
            function = getattr(function, part)
        return function(*[mx.sym.Variable(i) for i in inputs], name="op", **options)

    text = ",".join(f"{k}={v}" for k, v in options.items())
    detail = label or ",".join(filter(None, (text, "x".join(map(str, shapes.values())).replace(" ", ""), variant)))
    if settings.get("dtype"):
        detail += ":" + settings["dtype"]
    return Case(f"{name}/{detail}", build, shapes, **settings)
