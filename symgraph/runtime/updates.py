"""``mx.nd.contrib``'s update functions that MXNet writes in Python: AdamW with a number as scale, and lists of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgraph.errors import CompositionError, counted, described
from symgraph.runtime.context import Context
from symgraph.runtime.creation import full
from symgraph.runtime.ndarray import NDArray, invoke_by_name


def adamw_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    rescale_grad: Any,
    lr: float,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0,
    clip_gradient: float = -1,
    out: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """A step of AdamW; `rescale_grad` is a number or an array of one. See the operator ``_adamw_update``."""
    inputs = [weight, grad, mean, var, _scale(rescale_grad, weight.context)]
    rates = {"lr": lr, "eta": eta, "wd": wd, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return invoke_by_name("_adamw_update", inputs, {**rates, "clip_gradient": clip_gradient, "out": out, **kwargs})


def mp_adamw_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    weight32: NDArray,
    rescale_grad: Any,
    lr: float,
    eta: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    wd: float = 0,
    clip_gradient: float = -1,
    out: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """`adamw_update` of a weight in half precision with a float32 copy. See the operator ``_mp_adamw_update``."""
    inputs = [weight, grad, mean, var, weight32, _scale(rescale_grad, weight.context)]
    rates = {"lr": lr, "eta": eta, "wd": wd, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return invoke_by_name("_mp_adamw_update", inputs, {**rates, "clip_gradient": clip_gradient, "out": out, **kwargs})


def multi_adamw_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    rescale_grad: Any,
    lrs: Sequence[float],
    wds: Sequence[float],
    etas: Sequence[float],
    out: Any = None,
    name: str | None = None,
    size: int = 0,
    **kwargs: Any,
) -> Any:
    """`adamw_update` of several weights, given as lists. See the operator ``_multi_adamw_update``."""
    inputs = _interleaved("multi_adamw_update", weights=weights, grads=grads, mean=mean, var=var)
    scale = _scale(rescale_grad, weights[0].context)
    settings = {"lrs": lrs, "wds": wds, "etas": etas, "num_weights": size or len(weights)}
    return invoke_by_name("_multi_adamw_update", [*inputs, scale], {**settings, "out": out, **kwargs})


def multi_mp_adamw_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    weights32: Sequence[NDArray],
    rescale_grad: Any,
    lrs: Sequence[float],
    wds: Sequence[float],
    etas: Sequence[float],
    out: Any = None,
    name: str | None = None,
    size: int = 0,
    **kwargs: Any,
) -> Any:
    """`mp_adamw_update` of several weights, given as lists. See the operator ``_multi_mp_adamw_update``."""
    lists = {"weights": weights, "grads": grads, "mean": mean, "var": var, "weights32": weights32}
    inputs = _interleaved("multi_mp_adamw_update", **lists)
    scale = _scale(rescale_grad, weights[0].context)
    settings = {"lrs": lrs, "wds": wds, "etas": etas, "num_weights": size or len(weights)}
    return invoke_by_name("_multi_mp_adamw_update", [*inputs, scale], {**settings, "out": out, **kwargs})


def multi_lamb_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    step_count: Sequence[int],
    lrs: Sequence[float],
    wds: Sequence[float],
    out: Any = None,
    num_tensors: int = 0,
    **kwargs: Any,
) -> Any:
    """A step of LAMB of several weights, given as lists. See the operator ``_multi_lamb_update``."""
    inputs = _interleaved("multi_lamb_update", weights=weights, grads=grads, mean=mean, var=var)
    settings = {"learning_rates": lrs, "wds": wds, "step_count": step_count, "num_tensors": num_tensors or len(weights)}
    return invoke_by_name("_multi_lamb_update", inputs, {**settings, "out": out, **kwargs})


def multi_mp_lamb_update(
    weights: Sequence[NDArray],
    grads: Sequence[NDArray],
    mean: Sequence[NDArray],
    var: Sequence[NDArray],
    weights32: Sequence[NDArray],
    step_count: Sequence[int],
    lrs: Sequence[float],
    wds: Sequence[float],
    out: Any = None,
    num_tensors: int = 0,
    **kwargs: Any,
) -> Any:
    """`multi_lamb_update` of weights in half precision with float32 copies. See the operator ``_multi_mp_lamb_update``."""
    lists = {"weights": weights, "grads": grads, "mean": mean, "var": var, "weights32": weights32}
    inputs = _interleaved("multi_mp_lamb_update", **lists)
    settings = {"learning_rates": lrs, "wds": wds, "step_count": step_count, "num_tensors": num_tensors or len(weights)}
    return invoke_by_name("_multi_mp_lamb_update", inputs, {**settings, "out": out, **kwargs})


FUNCTIONS = (
    adamw_update,
    mp_adamw_update,
    multi_adamw_update,
    multi_mp_adamw_update,
    multi_lamb_update,
    multi_mp_lamb_update,
)


def _scale(given: Any, context: Context) -> NDArray:
    if isinstance(given, NDArray):
        return given.as_in_context(context)
    return full((1,), given, ctx=context)


def _interleaved(function: str, **lists: Sequence[NDArray]) -> list[NDArray]:
    """The arrays of each weight side by side.

    Raises:
        CompositionError: an argument is no list, or the lists differ in length.
    """
    for name, arrays in lists.items():
        if not isinstance(arrays, (list, tuple)):
            raise CompositionError(f"{function}: {name} must be a list of arrays, given {described(arrays)}.")
    count = len(lists["weights"])
    for name, arrays in lists.items():
        if len(arrays) != count:
            raise CompositionError(
                f"{function}: {name} has {counted(len(arrays), 'array')} for {counted(count, 'weight')}; give one for each."
            )
    return [array for group in zip(*lists.values(), strict=True) for array in group]
