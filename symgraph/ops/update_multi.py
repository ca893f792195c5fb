"""Updates of several weights in one call: SGD, AdamW and LAMB, with learning rates as attributes or as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import jax.numpy as jnp

from symgraph.ir.op import OpT
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape
from symgraph.ops.family import Array
from symgraph.ops.update import Weights, clipped, one_each
from symgraph.ops.update_adaptive import adamw
from symgraph.ops.update_lamb import lamb_direction, trust_ratio
from symgraph.ops.update_momentum import sgd, sgd_momentum

Floats = tuple[float, ...]


def multi_precision(name: str, base: type[OpT]) -> type[OpT]:
    """Register the form of an operator on several weights that keeps a float32 copy of each as its last state."""
    doc = f"""`{base.name}` of weights in half precision, computed on float32 copies of them.

    as for `{base.name}`, with float32 states, the last of which is weight32, the weight in full -> the new weights

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """
    body = {"__doc__": doc, "per_weight": (*base.per_weight, "weight32"), "narrow": ("weight", "grad")}  # type: ignore[attr-defined]
    return register(name)(type(name, (base,), body))


@shared_attributes
class ListedRates(Weights):
    """Base of the operators whose learning rates and weight decays are attributes.

    Attributes:
        lrs, wds: learning rate and weight decay of each weight.
    """

    lrs: Floats
    wds: Floats

    def __post_init__(self) -> None:
        one_each(self, "lrs", self.lrs, self.count)
        one_each(self, "wds", self.wds, self.count)

    def rates(self, i: int, weight: Array, shared: Sequence[Array]) -> tuple[Any, Any]:
        """Learning rate and weight decay of weight number `i`."""
        return self.lrs[i], self.wds[i]


@shared_attributes
class PreloadedRates(Weights):
    """Base of the operators whose learning rates and weight decays are arrays, so that they may change freely."""

    shared = ("lrs", "wds")

    def shared_shapes(self) -> list[MaybeShape]:
        return [(self.count,), (self.count,)]

    def rates(self, i: int, weight: Array, shared: Sequence[Array]) -> tuple[Any, Any]:
        """Learning rate and weight decay of weight number `i`, in its dtype."""
        lrs, wds = shared
        return lrs[i].astype(weight.dtype), wds[i].astype(weight.dtype)


@shared_attributes
class SgdSteps(Weights):
    """Steps of gradient descent at the rates that another base gives.

    Attributes:
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
    """

    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    num_weights: int = 1

    rates: ClassVar[Callable[..., tuple[Any, Any]]]

    def step_one(
        self, i: int, weight: Array, grad: Array, states: Sequence[Array], shared: Sequence[Array]
    ) -> tuple[Array, ...]:
        lr, wd = self.rates(i, weight, shared)
        return (sgd(weight, grad, lr, wd, self.rescale_grad, self.clip_gradient),)


@shared_attributes
class MomentumSteps(Weights):
    """Steps of gradient descent with momentum at the rates that another base gives.

    Attributes:
        momentum: share of the last step that is kept.
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        num_weights: number of weights.
    """

    momentum: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    num_weights: int = 1

    per_weight = ("weight", "grad", "mom")
    rates: ClassVar[Callable[..., tuple[Any, Any]]]

    def step_one(
        self, i: int, weight: Array, grad: Array, states: Sequence[Array], shared: Sequence[Array]
    ) -> tuple[Array, ...]:
        lr, wd = self.rates(i, weight, shared)
        return sgd_momentum(weight, grad, states[0], lr, wd, self.momentum, self.rescale_grad, self.clip_gradient)


@register("multi_sgd_update")
class MultiSgdUpdate(SgdSteps, ListedRates):
    """`sgd_update` of several weights.

    weight0 (any shape) · grad0 (same) · weight1 · grad1 ... -> output0 (shape of weight0), output1 ...: the new weights

    >>> import symgraph as mx
    >>> a, b, grad = mx.nd.array([1]), mx.nd.array([2]), mx.nd.array([1])
    >>> _ = mx.nd.multi_sgd_update(a, grad, b, grad, lrs=(0.5, 1), wds=(0, 0), num_weights=2, out=[a, b])
    >>> a.asnumpy().tolist(), b.asnumpy().tolist()
    ([0.5], [1.0])
    """


@register("multi_sgd_mom_update")
class MultiSgdMomUpdate(MomentumSteps, ListedRates):
    """`sgd_mom_update` of several weights.

    weight0 (any shape) · grad0 (same) · mom0 (same), a state · weight1 ... -> output0 (shape of weight0) ...: the new weights

    >>> import symgraph as mx
    >>> weight, grad, mom = mx.nd.array([1]), mx.nd.array([1]), mx.nd.array([2])
    >>> mx.nd.multi_sgd_mom_update(weight, grad, mom, lrs=(0.5,), wds=(0,), momentum=0.5).asnumpy().tolist()
    [1.5]
    """


@register("preloaded_multi_sgd_update")
class PreloadedMultiSgdUpdate(SgdSteps, PreloadedRates):
    """`multi_sgd_update` with learning rates and weight decays in arrays.

    weight0 (any shape) · grad0 (same) · weight1 · grad1 ... · lrs (num_weights,) · wds (num_weights,) -> output0 (shape of
    weight0), output1 ...: the new weights

    >>> import symgraph as mx
    >>> weight, grad, rate, decay = mx.nd.array([1]), mx.nd.array([1]), mx.nd.array([0.5]), mx.nd.array([0])
    >>> mx.nd.preloaded_multi_sgd_update(weight, grad, rate, decay).asnumpy().tolist()
    [0.5]
    """


@register("preloaded_multi_sgd_mom_update")
class PreloadedMultiSgdMomUpdate(MomentumSteps, PreloadedRates):
    """`multi_sgd_mom_update` with learning rates and weight decays in arrays.

    weight0 (any shape) · grad0 (same) · mom0 (same), a state · weight1 ... · lrs (num_weights,) · wds (num_weights,)
    -> output0 (shape of weight0) ...: the new weights

    >>> import symgraph as mx
    >>> weight, grad, mom, rate, decay = (mx.nd.array([x]) for x in (1, 1, 2, 0.5, 0))
    >>> mx.nd.preloaded_multi_sgd_mom_update(weight, grad, mom, rate, decay, momentum=0.5).asnumpy().tolist()
    [1.5]
    """


MultiMpSgdUpdate = multi_precision("multi_mp_sgd_update", MultiSgdUpdate)
MultiMpSgdMomUpdate = multi_precision("multi_mp_sgd_mom_update", MultiSgdMomUpdate)
PreloadedMultiMpSgdUpdate = multi_precision("preloaded_multi_mp_sgd_update", PreloadedMultiSgdUpdate)
PreloadedMultiMpSgdMomUpdate = multi_precision("preloaded_multi_mp_sgd_mom_update", PreloadedMultiSgdMomUpdate)


@register("_multi_adamw_update")
class MultiAdamWUpdate(Weights):
    """`_adamw_update` of several weights, which share rescale_grad.

    weight0 (any shape) · grad0 (same) · mean0, var0 (same), states · weight1 ... · rescale_grad (1,)
    -> output0 (shape of weight0) ...: the new weights

    Attributes:
        lrs, wds, etas: learning rate, weight decay and their common factor, of each weight.
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the step finite.
        clip_gradient: scaled gradients are limited to ± this, unless negative.
        num_weights: number of weights.

    Source: Loshchilov, Hutter 2017, "Decoupled Weight Decay Regularization".

    >>> import symgraph as mx
    >>> weight, grad, mean, var = (mx.nd.array([x]) for x in (1, 2, 0, 0))
    >>> _ = mx.nd.contrib.multi_adamw_update([weight], [grad], [mean], [var], 1, [0.1], [0], [1], out=[weight])
    >>> round(float(weight), 4)
    0.6838
    """

    lrs: Floats
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    wds: Floats
    etas: Floats
    clip_gradient: float = -1.0
    num_weights: int = 1

    per_weight = ("weight", "grad", "mean", "var")
    shared = ("rescale_grad",)

    def __post_init__(self) -> None:
        for what in ("lrs", "wds", "etas"):
            one_each(self, what, getattr(self, what), self.count)

    def step_one(
        self, i: int, weight: Array, grad: Array, states: Sequence[Array], shared: Sequence[Array]
    ) -> tuple[Array, ...]:
        rates = (self.lrs[i], self.etas[i], self.wds[i])
        settings = (self.beta1, self.beta2, self.epsilon, self.clip_gradient)
        return adamw(weight, grad, states[0], states[1], shared[0], rates, settings)


MultiMpAdamWUpdate = multi_precision("_multi_mp_adamw_update", MultiAdamWUpdate)


@register("_multi_lamb_update")
class MultiLambUpdate(Weights):
    """Whole steps of LAMB, `lamb_update_phase1` and `lamb_update_phase2`, of several weights.

    weight0 (any shape) · grad0 (same) · mean0, var0 (same), states · weight1 ... -> output0 (shape of weight0) ...: the new
    weights

    Attributes:
        learning_rates, wds: learning rate and weight decay of each weight.
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the step finite.
        rescale_grad, clip_gradient: gradients are multiplied by the first, then limited to ±the second, unless negative.
        lower_bound, upper_bound: limits of the weight's norm, unless negative.
        bias_correction, step_count: whether the averages are corrected by the number of the step, from 1, of each weight.
        num_tensors: number of weights.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".

    >>> import symgraph as mx
    >>> weight, grad, mean, var = (mx.nd.array(x) for x in ([3, 4], [1, 1], [0, 0], [0, 0]))
    >>> _ = mx.nd.contrib.multi_lamb_update([weight], [grad], [mean], [var], [1], [0.1], [0], out=[weight])
    >>> [round(x, 3) for x in weight.asnumpy().tolist()]
    [2.646, 3.646]
    """

    learning_rates: Floats
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-6
    wds: Floats
    rescale_grad: float = 1.0
    lower_bound: float = -1.0
    upper_bound: float = -1.0
    clip_gradient: float = -1.0
    bias_correction: bool = True
    step_count: tuple[int, ...]
    num_tensors: int = 1

    variadic = "num_tensors"
    per_weight = ("weight", "grad", "mean", "var")

    def __post_init__(self) -> None:
        for what in ("learning_rates", "wds", "step_count"):
            one_each(self, what, getattr(self, what), self.count)

    def step_one(
        self, i: int, weight: Array, grad: Array, states: Sequence[Array], shared: Sequence[Array]
    ) -> tuple[Array, ...]:
        step, mean, var = lamb_direction(
            weight,
            clipped(self.rescale_grad * grad, self.clip_gradient),
            states[0],
            states[1],
            t=self.step_count[i],
            wd=self.wds[i],
            betas=(self.beta1, self.beta2),
            epsilon=self.epsilon,
            bias_correction=self.bias_correction,
        )
        ratio = trust_ratio(_norm(weight), _norm(step), self.lower_bound, self.upper_bound)
        return weight - self.learning_rates[i] * ratio.astype(weight.dtype) * step, mean, var


def _norm(x: Any) -> Array:
    return jnp.sqrt(jnp.sum(jnp.square(x.astype(jnp.promote_types(x.dtype, jnp.float32)))))


MultiMpLambUpdate = multi_precision("_multi_mp_lamb_update", MultiLambUpdate)
