"""LAMB and LARS: updates whose length is measured against the length of the weight itself."""

from __future__ import annotations

import jax.numpy as jnp

from symgraph.ir.dtype import FLOAT16, FLOAT32
from symgraph.ir.op import DTypes, LowerContext, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import merge_all
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import Floating
from symgraph.ops.update import Update, clipped
from symgraph.ops.update_adaptive import moments


def lamb_direction(
    weight: Array,
    grad: Array,
    mean: Array,
    var: Array,
    *,
    t: int,
    wd: float,
    betas: tuple[float, float],
    epsilon: float,
    bias_correction: bool,
) -> tuple[Array, Array, Array]:
    """Adam's direction with weight decay, and the new mean and var; `t` counts steps from 1."""
    mean, var = moments(grad, mean, var, *betas)
    centre, spread = mean, var
    if bias_correction:
        centre, spread = mean / (1 - betas[0] ** t), var / (1 - betas[1] ** t)
    return centre / (jnp.sqrt(spread) + epsilon) + wd * weight, mean, var


def trust_ratio(weight_norm: Array, step_norm: Array, lower: float, upper: float) -> Array:
    """By what the learning rate is multiplied: the bounded norm of the weight by that of the step; 1 if either is 0."""
    bounded = jnp.maximum(weight_norm, lower) if lower >= 0 else weight_norm
    bounded = jnp.minimum(bounded, upper) if upper >= 0 else bounded
    return jnp.where((bounded == 0) | (step_norm == 0), 1, bounded / step_norm)


@shared_attributes
class LambDirection(Update):
    """Base of the operators that compute LAMB's direction.

    Attributes:
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the direction finite.
        t, bias_correction: number of the step, from 1, and whether the averages are corrected by it.
        wd: weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-6
    t: int
    bias_correction: bool = True
    wd: float
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0

    states = ("mean", "var")

    def direction(self, weight: Array, grad: Array, states: dict[str, Array]) -> tuple[Array, ...]:
        """The direction, and the new states."""
        return lamb_direction(
            weight,
            clipped(self.rescale_grad * grad, self.clip_gradient),
            states["mean"],
            states["var"],
            t=self.t,
            wd=self.wd,
            betas=(self.beta1, self.beta2),
            epsilon=self.epsilon,
            bias_correction=self.bias_correction,
        )


@register("lamb_update_phase1")
class LambPhase1(LambDirection):
    """The direction of a step of LAMB, which `lamb_update_phase2` takes: mean / (√var + epsilon) + wd w.

    weight (any shape) · grad (same) · mean, var (same), states -> output (same): the direction

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".

    >>> import symgraph as mx
    >>> weight, grad, mean, var = mx.nd.array([3, 4]), mx.nd.array([2, -2]), mx.nd.zeros((2,)), mx.nd.zeros((2,))
    >>> mx.nd.lamb_update_phase1(weight, grad, mean, var, t=1, wd=0).asnumpy().round(3).tolist()
    [1.0, -1.0]
    """

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        return self.direction(weight, grad, states)


@register("mp_lamb_update_phase1")
class MpLambPhase1(LambDirection):
    """`lamb_update_phase1` of a weight in half precision, computed on its float32 copy.

    weight, grad (any shape), of one dtype · mean, var (same shape), float32, states · weight32 (same shape), float32
    -> output (same shape), float32: the direction

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".

    >>> import symgraph as mx
    >>> half, full = mx.nd.ones((2,), dtype="float16"), mx.nd.ones((2,))
    >>> mean, var = mx.nd.zeros((2,)), mx.nd.zeros((2,))
    >>> mx.nd.mp_lamb_update_phase1(half, half, mean, var, full, t=1, wd=1).asnumpy().round(3).tolist()
    [2.0, 2.0]
    """

    tensors = ("weight", "grad", "weight32")
    slot_order = ("weight", "grad", "mean", "var", "weight32")
    narrow = ("weight", "grad")

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        # MXNet's weight is float16 even where nothing is known of it; others may be, as bfloat16 is on TPUs.
        weight = first_known(*ins[:2], FLOAT16)
        wanted, _ = super().infer_dtype((weight, *ins[1:]), (None,))
        return wanted, [FLOAT32]

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        return self.direction(states["weight32"], grad.astype(jnp.float32), states)


@shared_attributes
class LambStep(Update):
    """Base of the operators that take a step in LAMB's direction.

    Attributes:
        lr: learning rate.
        lower_bound, upper_bound: limits of r1, unless negative. Where r1 or r2 is 0, their ratio counts as 1.
    """

    lr: float
    lower_bound: float = -1.0
    upper_bound: float = -1.0

    tensors = ("weight", "g", "r1", "r2")
    scalars = ("r1", "r2")

    def taken(self, weight: Array, g: Array, r1: Array, r2: Array) -> Array:
        """The weight after the step."""
        ratio = trust_ratio(r1.reshape(()), r2.reshape(()), self.lower_bound, self.upper_bound)
        return weight - self.lr * ratio.astype(weight.dtype) * g


@register("lamb_update_phase2")
class LambPhase2(LambStep):
    """A step of LAMB in a direction from `lamb_update_phase1`: w - lr (r1 / r2) g.

    weight (any shape) · g (same), the direction · r1 (1,), norm of weight · r2 (1,), norm of g -> output: the new weight

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".

    >>> import symgraph as mx
    >>> weight, g = mx.nd.array([3, 4]), mx.nd.array([1, 0])
    >>> mx.nd.lamb_update_phase2(weight, g, mx.nd.norm(weight), mx.nd.norm(g), lr=0.1).asnumpy().tolist()
    [2.5, 4.0]
    """

    def step(self, weight: Array, g: Array, r1: Array, r2: Array) -> tuple[Array, ...]:  # type: ignore[override]
        return (self.taken(weight, g, r1, r2),)


@register("mp_lamb_update_phase2")
class MpLambPhase2(LambStep):
    """`lamb_update_phase2` of a weight in half precision, computed on its float32 copy.

    weight (any shape) · g (same shape), float32, the direction · r1 (1,), norm of weight · r2 (1,), norm of g · weight32
    (same shape), float32, a state: the weight in full -> output: the new weight, in the dtype of weight

    MXNet 1.9.1 leaves weight32 as it is.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".

    >>> import symgraph as mx
    >>> half, full, one = mx.nd.ones((2,), dtype="float16"), mx.nd.ones((2,)), mx.nd.ones((1,))
    >>> mx.nd.mp_lamb_update_phase2(half, full, one, one, full, lr=0.5).asnumpy().tolist()
    [0.5, 0.5]
    """

    states = ("weight32",)
    narrow = ("weight",)

    def step(self, weight: Array, g: Array, r1: Array, r2: Array, weight32: Array) -> tuple[Array, ...]:  # type: ignore[override]
        new = self.taken(weight32, g, r1, r2)
        return new.astype(weight.dtype), new


@register("multi_lars")
class MultiLars(Floating):
    """The learning rate of each layer by LARS: lr eta |w| / (|g| + wd |w| + eps), lr itself where |w| or |g| is 0.

    lrs (n,) · weights_sum_sq (n,), |w|² of each layer · grads_sum_sq (n,), |g|² · wds (n,), weight decays -> output (n,)

    Attributes:
        eta, eps: as in the formula.
        rescale_grad: by which gradients are multiplied.

    Source: You et al. 2017, "Large Batch Training of Convolutional Networks".

    >>> import symgraph as mx
    >>> lr, zero = mx.nd.array([0.5]), mx.nd.zeros((1,))
    >>> mx.nd.multi_lars(lr, mx.nd.array([4]), mx.nd.array([16]), zero, eta=1, eps=0).asnumpy().tolist()
    [0.25]
    """

    eta: float
    eps: float
    rescale_grad: float = 1.0

    tensors = ("lrs", "weights_sum_sq", "grads_sum_sq", "wds")
    blocks_gradient = True

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        shape = merge_all((*ins, *outs))
        return [shape] * len(ins), [shape]

    def lower(self, ctx: LowerContext, lrs: Array, weights: Array, grads: Array, wds: Array) -> tuple[Array, ...]:
        weight_norm, grad_norm = jnp.sqrt(weights), jnp.sqrt(grads) * self.rescale_grad
        scaled = lrs * self.eta * weight_norm / (grad_norm + wds * weight_norm + self.eps)
        return (jnp.where((weight_norm > 0) & (grad_norm > 0), scaled, lrs),)
