"""Updates of one weight that scale each element's step by what its gradients were: Adam, RMSProp, FTRL and kin."""

from __future__ import annotations

import jax.numpy as jnp

from symgraph.ir.op import Shapes
from symgraph.ir.registry import register
from symgraph.ir.shape import merge
from symgraph.ops.family import Array
from symgraph.ops.floating import require_rank
from symgraph.ops.update import Update, clipped, multi_precision


def moments(grad: Array, mean: Array, var: Array, beta1: float, beta2: float) -> tuple[Array, Array]:
    """Moving averages of a gradient and of its square, one step later."""
    return beta1 * mean + (1 - beta1) * grad, beta2 * var + (1 - beta2) * grad * grad


@register("adam_update", "_sparse_adam_update")
class AdamUpdate(Update):
    """A step of Adam without its bias correction, which callers put into lr: w - lr mean / (√var + epsilon).

    weight (any shape) · grad (same) · mean, var (same), states -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the step finite.
        rescale_grad, clip_gradient: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.
        lazy_update: of sparse gradients; no effect.

    Source: Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization".

    >>> import symgraph as mx
    >>> weight, mean, var = mx.nd.array([1]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> _ = mx.nd.adam_update(weight, mx.nd.array([2]), mean, var, lr=0.1, out=weight)
    >>> round(float(mean), 4), round(float(var), 4), round(float(weight), 4)
    (0.2, 0.004, 0.6838)
    """

    lr: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    lazy_update: bool = True

    states = ("mean", "var")

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad + self.wd * weight, self.clip_gradient)
        mean, var = moments(grad, states["mean"], states["var"], self.beta1, self.beta2)
        return weight - self.lr * mean / (jnp.sqrt(var) + self.epsilon), mean, var


def adamw(
    weight: Array,
    grad: Array,
    mean: Array,
    var: Array,
    scale: Array,
    rates: tuple[float, float, float],
    settings: tuple[float, float, float, float],
) -> tuple[Array, Array, Array]:
    """New weight, mean and var of a step of AdamW; nothing changes where `scale` is 0 or not finite.

    Args:
        rates: lr, eta and wd.
        settings: beta1, beta2, epsilon and the limit of the gradient.
    """
    lr, eta, wd = rates
    beta1, beta2, epsilon, clip = settings
    scale = scale.reshape(()).astype(weight.dtype)
    new_mean, new_var = moments(clipped(scale * grad, clip), mean, var, beta1, beta2)
    new = weight - eta * (lr * new_mean / (jnp.sqrt(new_var) + epsilon) + wd * weight)
    takes_place = jnp.isfinite(scale) & (scale != 0)
    pairs = ((new, weight), (new_mean, mean), (new_var, var))
    return tuple(jnp.where(takes_place, after, before) for after, before in pairs)  # type: ignore[return-value]


@register("_adamw_update")
class AdamWUpdate(Update):
    """A step of AdamW: w - eta (lr mean / (√var + epsilon) + wd w), whose weight decay is apart from the gradient.

    weight (any shape) · grad (same) · mean, var (same), states · rescale_grad (1,), float32, by which the gradient is
    multiplied -> output (same): the new weight

    Nothing changes when rescale_grad is 0 or not finite, as after an overflow in mixed-precision training.

    Attributes:
        lr, wd, eta: learning rate; weight decay; factor of both, the schedule.
        beta1, beta2: what the moving averages of the gradient and of its square keep.
        epsilon: keeps the step finite.
        clip_gradient: the scaled gradient is limited to ± this, unless negative.

    Source: Loshchilov, Hutter 2017, "Decoupled Weight Decay Regularization".

    >>> import symgraph as mx
    >>> weight, mean, var = mx.nd.array([1]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> _ = mx.nd.contrib.adamw_update(weight, mx.nd.array([2]), mean, var, 1, lr=0.1, eta=1, wd=0.1, out=weight)
    >>> round(float(weight), 4)
    0.5838
    """

    lr: float
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    wd: float = 0.0
    eta: float
    clip_gradient: float = -1.0

    tensors = ("weight", "grad", "rescale_grad")
    states = ("mean", "var")
    slot_order = ("weight", "grad", "mean", "var", "rescale_grad")
    scalars = single = ("rescale_grad",)

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        rates, settings = (self.lr, self.eta, self.wd), (self.beta1, self.beta2, self.epsilon, self.clip_gradient)
        return adamw(weight, grad, states["mean"], states["var"], states["rescale_grad"], rates, settings)


MpAdamWUpdate = multi_precision("_mp_adamw_update", AdamWUpdate)


@register("ftml_update")
class FtmlUpdate(Update):
    """A step of "follow the moving leader".

    weight (any shape) · grad (same) · d, v, z (same), states -> output (same): the new weight

    v ← beta2 v + (1 - beta2) g²; d' = (1 - beta1ᵗ) / lr (√(v / (1 - beta2ᵗ)) + epsilon);
    z ← beta1 z + (1 - beta1) g - (d' - beta1 d) w; d ← d'; -z / d.

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        beta1, beta2, epsilon, t: as in the formulas; t counts steps from 1.
        rescale_grad, clip_grad: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.

    Source: Zheng, Kwok 2017, "Follow the Moving Leader in Deep Learning".

    >>> import symgraph as mx
    >>> weight, d, v, z = mx.nd.array([1]), mx.nd.zeros((1,)), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> round(float(mx.nd.ftml_update(weight, mx.nd.array([2]), d, v, z, lr=0.1, t=1)), 4)
    0.9
    """

    lr: float
    beta1: float = 0.6
    beta2: float = 0.999
    epsilon: float = 1e-8
    t: int
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_grad: float = -1.0

    states = ("d", "v", "z")

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad + self.wd * weight, self.clip_grad)
        v = self.beta2 * states["v"] + (1 - self.beta2) * grad * grad
        spread = jnp.sqrt(v / (1 - self.beta2**self.t)) + self.epsilon
        d = (1 - self.beta1**self.t) * spread / self.lr
        z = self.beta1 * states["z"] + (1 - self.beta1) * grad - (d - self.beta1 * states["d"]) * weight
        return -z / d, d, v, z


@register("ftrl_update", "_sparse_ftrl_update")
class FtrlUpdate(Update):
    """A step of "follow the regularized leader", whose L1 term makes weights exactly zero.

    weight (any shape) · grad (same) · z, n (same), states -> output (same): the new weight

    z ← z + g - (√(n + g²) - √n) w / lr; n ← n + g²; 0 where |z| <= lamda1, else
    (sign(z) lamda1 - z) / ((beta + √n) / lr + wd).

    Attributes:
        lr, lamda1, beta, wd: as in the formulas; wd is the L2 term.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches".

    >>> import symgraph as mx
    >>> weight, z, n = mx.nd.array([0]), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> round(float(mx.nd.ftrl_update(weight, mx.nd.array([2]), z, n, lr=0.3)), 4)
    -0.199
    """

    lr: float
    lamda1: float = 0.01
    beta: float = 1.0
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0

    states = ("z", "n")

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad, self.clip_gradient)
        n = states["n"] + grad * grad
        z = states["z"] + grad - (jnp.sqrt(n) - jnp.sqrt(states["n"])) * weight / self.lr
        moved = (jnp.sign(z) * self.lamda1 - z) / ((self.beta + jnp.sqrt(n)) / self.lr + self.wd)
        return jnp.where(jnp.abs(z) <= self.lamda1, 0, moved), z, n


@register("rmsprop_update")
class RmsPropUpdate(Update):
    """A step of RMSProp: n ← gamma1 n + (1 - gamma1) g²; w - lr g / √(n + epsilon).

    weight (any shape) · grad (same) · n (same), a state -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        gamma1, epsilon: as in the formulas.
        rescale_grad, clip_gradient: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.
        clip_weights: the new weight is limited to ± this, unless negative.

    Source: Tieleman, Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning".

    >>> import symgraph as mx
    >>> weight, n = mx.nd.array([1]), mx.nd.zeros((1,))
    >>> round(float(mx.nd.rmsprop_update(weight, mx.nd.array([2]), n, lr=0.1)), 4)
    0.5528
    """

    lr: float
    gamma1: float = 0.95
    epsilon: float = 1e-8
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    clip_weights: float = -1.0

    states = ("n",)

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad + self.wd * weight, self.clip_gradient)
        n = self.gamma1 * states["n"] + (1 - self.gamma1) * grad * grad
        return clipped(weight - self.lr * grad / jnp.sqrt(n + self.epsilon), self.clip_weights), n


@register("rmspropalex_update")
class RmsPropAlexUpdate(Update):
    """A step of RMSProp, centred and with momentum.

    weight (any shape) · grad (same) · n, g, delta (same), states -> output (same): the new weight

    n ← gamma1 n + (1 - gamma1) grad²; g ← gamma1 g + (1 - gamma1) grad;
    delta ← gamma2 delta - lr grad / √(n - g² + epsilon); w + delta.

    Attributes:
        lr, wd: learning rate; weight decay, which is added to the gradient.
        gamma1, gamma2, epsilon: as in the formulas.
        rescale_grad, clip_gradient: the gradient is multiplied by the first; with its decay, it is limited to ±the second,
            unless negative.
        clip_weights: the new weight is limited to ± this, unless negative.

    Source: Graves 2013, "Generating Sequences With Recurrent Neural Networks".

    >>> import symgraph as mx
    >>> weight, n, g, delta = mx.nd.array([1]), mx.nd.zeros((1,)), mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> round(float(mx.nd.rmspropalex_update(weight, mx.nd.array([2]), n, g, delta, lr=0.1)), 4)
    0.5412
    """

    lr: float
    gamma1: float = 0.95
    gamma2: float = 0.9
    epsilon: float = 1e-8
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    clip_weights: float = -1.0

    states = ("n", "g", "delta")

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad + self.wd * weight, self.clip_gradient)
        g, n = moments(grad, states["g"], states["n"], self.gamma1, self.gamma1)
        delta = self.gamma2 * states["delta"] - self.lr * grad / jnp.sqrt(n - g * g + self.epsilon)
        return clipped(weight + delta, self.clip_weights), n, g, delta


@register("_contrib_group_adagrad_update")
class GroupAdaGradUpdate(Update):
    """A step of AdaGrad with one learning rate per row: h ← h + mean(g²) over a row; w - lr g / √(h + epsilon).

    weight (rows, ...) · grad (same) · history (rows, 1), a state -> output (rows, ...): the new weight

    MXNet runs it for sparse gradients only, whose missing rows it leaves alone; here rows of zeros change nothing either.

    Attributes:
        lr: learning rate.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        epsilon: keeps the step finite.

    Source: Duchi et al. 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization".

    >>> import symgraph as mx
    >>> weight, history = mx.nd.ones((2, 2)), mx.nd.zeros((2, 1))
    >>> grad = mx.nd.array([[3, 3], [0, 0]])
    >>> new = mx.nd.contrib.group_adagrad_update(weight, grad, history, lr=0.5)
    >>> new.asnumpy().round(3).tolist(), history.asnumpy().tolist()
    ([[0.5, 0.5], [1.0, 1.0]], [[9.0], [0.0]])
    """

    lr: float
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    epsilon: float = 1e-5

    states = ("history",)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        weight = merge(merge(ins[0], ins[1]), outs[0])
        require_rank(self, weight, 1, "(rows, ...)")
        return [weight, weight, (None if weight is None else weight[0], 1)], [weight]

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad, self.clip_gradient)
        square = jnp.mean(grad * grad, axis=tuple(range(1, grad.ndim)))
        history = states["history"] + square[:, None]
        scale = jnp.sqrt(history + self.epsilon).reshape(-1, *[1] * (grad.ndim - 1))
        return weight - self.lr * grad / scale, history
