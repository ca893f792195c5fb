"""What the update operators of optimizers share: inputs, shapes, dtypes, and the gradient they start from.

An update operator returns the new weight, and new values of its states (momentum, means ...). On arrays, ``out=weight``
stores the new weight; states are stored at once. None has a gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import jax.numpy as jnp

from symgraph.errors import OpAttributeError, counted
from symgraph.ir.dtype import FLOAT32
from symgraph.ir.op import DTypes, LowerContext, Op, OpT, Shapes
from symgraph.ir.registry import register, shared_attributes
from symgraph.ir.shape import MaybeShape, merge_all
from symgraph.ops.family import Array, first_known
from symgraph.ops.floating import require_float


class Update(Op):
    """Base of the operators that update one weight: inputs and output have its shape and dtype, unless said otherwise."""

    tensors: ClassVar[tuple[str, ...]] = ("weight", "grad")
    blocks_gradient = True
    updates_states_in_forward = True

    scalars: ClassVar[tuple[str, ...]] = ()
    """Inputs that hold one number, shape (1,)."""

    single: ClassVar[tuple[str, ...]] = ()
    """Inputs that are float32 whatever the weight is."""

    narrow: ClassVar[tuple[str, ...]] = ()
    """Inputs of the weight's dtype, where the others and all computation are float32; empty: all have one dtype."""

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        names = self.inputs()
        shape = merge_all([*(s for name, s in zip(names, ins, strict=True) if name not in self.scalars), *outs])
        return [(1,) if name in self.scalars else shape for name in names], [shape]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, (*ins, *outs), names_slot=True)
        names = self.inputs()
        like_weight = self.narrow or [name for name in names if name not in self.single]
        given = [dtype for name, dtype in zip(names, ins, strict=True) if name in like_weight]
        known = first_known(*given, *outs)
        return [known if name in like_weight else FLOAT32 for name in names], [known]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        """New weight and states."""
        return self.step(**dict(zip(self.inputs(), inputs, strict=True)))

    def step(self, weight: Array, grad: Array, **states: Array) -> tuple[Array, ...]:
        """The new weight, followed by the new states in the order of `states`."""
        raise NotImplementedError


def multi_precision(name: str, base: type[OpT], note: str = "") -> type[OpT]:
    """Register the form of an update operator that keeps a float32 copy of the weight, ``weight32``, as its last state.

    Args:
        note: a sentence for the documentation.
    """

    def step(self: Any, weight: Array, grad: Array, weight32: Array, **states: Array) -> tuple[Array, ...]:
        new, *states_after = base.step(self, weight=weight32, grad=grad.astype(jnp.float32), **states)  # type: ignore[attr-defined]
        return (new.astype(weight.dtype), *states_after, new)

    others = "".join(f" · {state} (same shape), float32, a state" for state in base.states)
    others += "".join(f" · {scalar} (1,), float32" for scalar in base.tensors[2:])
    doc = f"""`{base.name}` of a weight in half precision, computed on a float32 copy of it.

    weight, grad (any shape), of one dtype{others} · weight32 (same shape), float32, a state: the weight in full
    -> output: the new weight, in the dtype of weight

    {note}

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """
    body = {
        "__doc__": doc,
        "states": (*base.states, "weight32"),
        "slot_order": ("weight", "grad", *base.states, "weight32", *base.tensors[2:]),
        "narrow": ("weight", "grad"),
        "step": step,
    }
    return register(name)(type(name, (base,), body))


def clipped(value: Array, limit: float) -> Array:
    """`value` limited to [-limit, limit]; a negative limit is none."""
    return jnp.clip(value, -limit, limit) if limit >= 0 else value


@shared_attributes
class Weights(Op):
    """Base of the operators that update several weights at once.

    The inputs of each weight stand together, ``weight0, grad0, mom0, weight1, ...``; what all share follows.
    """

    variadic = "num_weights"
    blocks_gradient = True
    updates_states_in_forward = True

    per_weight: ClassVar[tuple[str, ...]] = ("weight", "grad")
    """Inputs of one weight, in order; those after the gradient are its states."""

    shared: ClassVar[tuple[str, ...]] = ()
    """Inputs that follow those of all weights."""

    narrow: ClassVar[tuple[str, ...]] = ()
    """As in `Update`."""

    @property
    def count(self) -> int:
        """Number of weights."""
        return int(getattr(self, str(self.variadic)))

    @classmethod
    def counted(cls, inputs: int) -> int:
        return (inputs - len(cls.shared)) // len(cls.per_weight)

    def inputs(self) -> tuple[str, ...]:
        each = [f"{name}{i}" for i in range(self.count) for name in self.per_weight]
        return (*each, *self.shared)

    def auxiliary(self) -> tuple[str, ...]:
        return tuple([f"{name}{i}" for i in range(self.count) for name in self.per_weight[2:]])

    def arguments(self) -> tuple[str, ...]:
        states = set(self.auxiliary())
        return tuple([name for name in self.inputs() if name not in states])

    def outputs(self) -> tuple[str, ...]:
        return ("output",) if self.count == 1 else tuple(f"output{i}" for i in range(self.count))

    def shared_shapes(self) -> list[MaybeShape]:
        """Shape of each input in `shared`."""
        return [(1,)] * len(self.shared)

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        found = [merge_all([*group, out]) for group, out in zip(self._groups(ins), outs, strict=True)]
        return [*(shape for shape in found for _ in self.per_weight), *self.shared_shapes()], found

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        require_float(self, (*ins, *outs), names_slot=True)
        known = next((d for group in self._groups(ins) for d in group[:2] if d is not None), None)
        weight = known or next((d for d in outs if d is not None), None)
        state = FLOAT32 if self.narrow else weight
        each = [weight if not self.narrow or name in self.narrow else state for name in self.per_weight]
        return [*each * self.count, *[FLOAT32] * len(self.shared)], [weight] * self.count

    def _groups(self, values: Sequence[Any]) -> list[Sequence[Any]]:
        size = len(self.per_weight)
        return [values[i * size : (i + 1) * size] for i in range(self.count)]

    def lower(self, ctx: LowerContext, *inputs: Array) -> tuple[Array, ...]:
        shared = inputs[self.count * len(self.per_weight) :]
        news, states = [], []
        for i, (weight, grad, *old) in enumerate(self._groups(inputs)):
            new, *after = self._step(i, weight, grad, old, shared)
            news.append(new)
            states += after
        return (*news, *states)

    def _step(
        self, i: int, weight: Array, grad: Array, states: Sequence[Array], shared: Sequence[Array]
    ) -> tuple[Array, ...]:
        if not self.narrow:
            return self.step_one(i, weight, grad, states, shared)
        *others, weight32 = states
        new, *after = self.step_one(i, weight32, grad.astype(jnp.float32), others, shared)
        return (new.astype(weight.dtype), *after, new)

    def step_one(
        self, i: int, weight: Array, grad: Array, states: Sequence[Array], shared: Sequence[Array]
    ) -> tuple[Array, ...]:
        """The new value of weight number `i`, followed by its new states."""
        raise NotImplementedError


def one_each(op: Op, what: str, values: Sequence[float], count: int) -> None:
    """Raise `OpAttributeError` unless an attribute gives one number per weight."""
    if len(values) != count:
        raise OpAttributeError(
            f"{op.name}: {what} has {counted(len(values), 'number')} for {counted(count, 'weight')}; give one for each."
        )
