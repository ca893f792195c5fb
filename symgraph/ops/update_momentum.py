"""Updates of one weight by its gradient, with or without momentum: SGD, Nesterov's, and those by the sign alone."""

from __future__ import annotations

from symgraph.ir.registry import register
from symgraph.ops.family import Array
from symgraph.ops.unary import sign_of
from symgraph.ops.update import Update, clipped, multi_precision


def sgd(weight: Array, grad: Array, lr: float | Array, wd: float | Array, rescale: float, clip: float) -> Array:
    """One step of gradient descent with weight decay."""
    return weight - lr * (clipped(rescale * grad, clip) + wd * weight)


def sgd_momentum(
    weight: Array,
    grad: Array,
    mom: Array,
    lr: float | Array,
    wd: float | Array,
    momentum: float,
    rescale: float,
    clip: float,
) -> tuple[Array, Array]:
    """New weight and momentum of a step of gradient descent with momentum."""
    mom = momentum * mom - lr * (clipped(rescale * grad, clip) + wd * weight)
    return weight + mom, mom


@register("sgd_update", "_sparse_sgd_update")
class SgdUpdate(Update):
    """A step of gradient descent: w - lr (g + wd w), where g is the scaled and clipped gradient.

    weight (any shape) · grad (same) -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        lazy_update: of sparse gradients; no effect.

    >>> import symgraph as mx
    >>> weight = mx.nd.array([1, 2])
    >>> _ = mx.nd.sgd_update(weight, mx.nd.array([1, 1]), lr=0.5, out=weight)
    >>> weight.asnumpy().tolist()
    [0.5, 1.5]
    """

    lr: float
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    lazy_update: bool = True

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        return (sgd(weight, grad, self.lr, self.wd, self.rescale_grad, self.clip_gradient),)


@register("sgd_mom_update", "_sparse_sgd_mom_update")
class SgdMomUpdate(Update):
    """A step of gradient descent with momentum: m ← momentum m - lr (g + wd w); w + m.

    weight (any shape) · grad (same) · mom (same), a state -> output (same): the new weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        lazy_update: of sparse gradients; no effect.

    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".

    >>> import symgraph as mx
    >>> weight, mom = mx.nd.array([1]), mx.nd.array([2])
    >>> _ = mx.nd.sgd_mom_update(weight, mx.nd.array([1]), mom, lr=0.5, momentum=0.5, out=weight)
    >>> weight.asnumpy().tolist(), mom.asnumpy().tolist()
    ([1.5], [0.5])
    """

    lr: float
    momentum: float = 0.0
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    lazy_update: bool = True

    states = ("mom",)

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        settings = (self.lr, self.wd, self.momentum, self.rescale_grad, self.clip_gradient)
        return sgd_momentum(weight, grad, states["mom"], *settings)


@register("nag_mom_update")
class NagMomUpdate(Update):
    """A step with Nesterov's momentum: m ← momentum m - lr (g + wd w); w + momentum m - lr (g + wd w).

    weight (any shape) · grad (same) · mom (same), a state -> output (same): the new weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.

    Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".

    >>> import symgraph as mx
    >>> weight, mom = mx.nd.array([1]), mx.nd.array([2])
    >>> mx.nd.nag_mom_update(weight, mx.nd.array([1]), mom, lr=0.5, momentum=0.5).asnumpy().tolist()
    [0.75]
    """

    lr: float
    momentum: float = 0.0
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0

    states = ("mom",)

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        change = self.lr * (clipped(self.rescale_grad * grad, self.clip_gradient) + self.wd * weight)
        mom = self.momentum * states["mom"] - change
        return weight + self.momentum * mom - change, mom


@register("signsgd_update")
class SignSgdUpdate(Update):
    """A step of length lr against the sign of the gradient: (1 - lr wd) w - lr sign(grad).

    weight (any shape) · grad (same) -> output (same): the new weight

    Attributes:
        lr, wd: learning rate; weight decay.
        rescale_grad, clip_gradient: no effect, not even the sign of the first.

    Source: Bernstein et al. 2018, "signSGD: Compressed Optimisation for Non-Convex Problems".

    >>> import symgraph as mx
    >>> mx.nd.signsgd_update(mx.nd.array([1, 2]), mx.nd.array([3, -4]), lr=0.5).asnumpy().tolist()
    [0.5, 2.5]
    """

    lr: float
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        return ((1 - self.lr * self.wd) * weight - self.lr * sign_of(grad),)


@register("signum_update")
class SignumUpdate(Update):
    """A step against the sign of the momentum: m ← momentum m - (1 - momentum)(g + wd w); (1 - lr wd_lh) w + lr sign(m).

    weight (any shape) · grad (same) · mom (same), a state -> output (same): the new weight

    Attributes:
        lr, momentum, wd: learning rate; share of the last step that is kept; weight decay within the momentum.
        rescale_grad, clip_gradient: the gradient is multiplied by the first, then limited to ±the second, unless negative.
        wd_lh: weight decay beside the momentum.

    Source: Bernstein et al. 2018, "signSGD: Compressed Optimisation for Non-Convex Problems"; `wd_lh`: Loshchilov, Hutter
    2017, "Decoupled Weight Decay Regularization".

    >>> import symgraph as mx
    >>> weight, mom = mx.nd.array([1]), mx.nd.array([2])
    >>> mx.nd.signum_update(weight, mx.nd.array([1]), mom, lr=0.5, momentum=0.5).asnumpy().tolist()
    [1.5]
    """

    lr: float
    momentum: float = 0.0
    wd: float = 0.0
    rescale_grad: float = 1.0
    clip_gradient: float = -1.0
    wd_lh: float = 0.0

    states = ("mom",)

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        grad = clipped(self.rescale_grad * grad, self.clip_gradient)
        mom = self.momentum * states["mom"] - (1 - self.momentum) * (grad + self.wd * weight)
        return (1 - self.lr * self.wd_lh) * weight + self.lr * sign_of(mom), mom


MpSgdUpdate = multi_precision("mp_sgd_update", SgdUpdate)
MpSgdMomUpdate = multi_precision("mp_sgd_mom_update", SgdMomUpdate)


class _NagOfCopy(NagMomUpdate):
    """`NagMomUpdate` whose stored momentum has the decay of the new weight."""

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        new, _ = super().step(weight, grad, **states)
        grad = clipped(self.rescale_grad * grad, self.clip_gradient)
        return new, self.momentum * states["mom"] - self.lr * (grad + self.wd * new)


MpNagMomUpdate = multi_precision(
    "mp_nag_mom_update", _NagOfCopy, "The stored momentum holds the decay of the new weight instead of the old one."
)
