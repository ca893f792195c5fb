"""The operator ``Custom``: Python code of the user's, MXNet's way.

A `CustomOp` computes on NDArrays, a `CustomOpProp` describes it, `register` names it, ``mx.sym.Custom`` uses it. Its code
runs through a host call inside the compiled program. For JAX code, `symgraph.frontend.from_jax` is the better way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar

import jax
import numpy as np

from symgraph.errors import CustomOpError, OpAttributeError, brief, described
from symgraph.frontend.checked_prop import CheckedProp, call, overrides
from symgraph.frontend.custom_op import CustomOp, CustomOpProp
from symgraph.frontend.python_ops import LIBRARIES, find_registered
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.precision import IN_FLOAT32
from symgraph.ir.registry import register as register_op
from symgraph.ir.registry import registered_names
from symgraph.ir.source import warn_user
from symgraph.lower.host import Spec, host_call
from symgraph.runtime.context import cpu
from symgraph.runtime.copies import place
from symgraph.runtime.ndarray import NDArray

_PROPS: dict[str, type[CustomOpProp]] = {}


def register(reg_name: str) -> Callable[[type[CustomOpProp]], type[CustomOpProp]]:
    """Class decorator: makes a `CustomOpProp` known as ``op_type=reg_name``; a later one of the same name replaces it.

    Symbols that exist keep the class they were made with; what is saved is the name.
    """

    if not isinstance(reg_name, str):
        raise CustomOpError(f'register needs a name, as in @mx.operator.register("name"), given {described(reg_name)}.')

    def enter(prop: type[CustomOpProp]) -> type[CustomOpProp]:
        if not (isinstance(prop, type) and issubclass(prop, CustomOpProp)):
            raise CustomOpError(f"register('{reg_name}') needs a subclass of CustomOpProp, given {brief(prop)}.")
        _PROPS[reg_name] = prop
        return prop

    return enter


def get_all_registered_operators() -> list[str]:
    """Names of all operators; as in MXNet, those that `register` adds are op_types of ``Custom``, not operators."""
    return list(registered_names())


@register_op("Custom", "_npi_Custom")
class Custom(Op):
    """An operator written in Python, registered with `mx.operator.register`.

    inputs and auxiliary states -> outputs, all as its CustomOpProp says

    Attributes:
        op_type: the registered name. All further attributes are passed to the CustomOpProp as strings.
    """

    op_type: str
    _params: tuple[tuple[str, str], ...] = ()
    _class: type[CustomOpProp] = CustomOpProp

    precision = IN_FLOAT32
    has_open_attributes = True
    is_effectful: ClassVar[bool] = True
    updates_states_in_forward: ClassVar[bool] = True

    @classmethod
    def from_strings(cls, attrs: Mapping[str, str]) -> Custom:
        op_type = attrs.get("op_type")
        if op_type is None:
            raise OpAttributeError(
                "operator Custom: required attribute op_type (string) is missing; "
                "give the name that was registered with @mx.operator.register."
            )
        prop = find_registered(_PROPS, op_type, "operator Custom: op_type", "register")
        params = tuple(sorted((key, value) for key, value in attrs.items() if key != "op_type"))
        op = cls(op_type=op_type, _params=params, _class=prop)
        op.inputs()  # as in MXNet, a faulty CustomOpProp fails where it is used
        return op

    @cached_property
    def prop(self) -> CheckedProp:
        """The description, made from the attributes; one per node."""
        return CheckedProp(self.op_type, self._class, dict(self._params))

    def picture_label(self) -> str:
        return self.op_type

    def arguments(self) -> tuple[str, ...]:
        return self.prop.arguments

    def auxiliary(self) -> tuple[str, ...]:
        return self.prop.auxiliary

    def outputs(self) -> tuple[str, ...]:
        return self.prop.outputs

    def ignores_head_grad(self) -> bool:
        return self.prop.is_loss

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        return self.prop.infer_shape(ins) or (ins, outs)

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        return self.prop.infer_dtype(ins) or (ins, outs)

    def lower(self, ctx: LowerContext, *inputs: jax.Array) -> tuple[jax.Array, ...]:
        count = len(self.arguments())
        shapes, dtypes = _shapes_and_dtypes(inputs)
        specs = self.prop.result_specs(shapes, dtypes)

        def forward(op: CustomOp, cells: list[NDArray]) -> list[NDArray]:
            out = [_cell(np.zeros(shape, dtype)) for shape, dtype in specs]
            data, aux = cells[:count], cells[count:]
            arrays = {"in_data": data, "out_data": list(out), "aux": list(aux)}
            title = f"{self._running(ctx)}: forward"
            call(title, op.forward, is_train=ctx.is_train, req=["write"] * len(out), **arrays)
            return [*out, *aux]

        states = list(zip(shapes[count:], dtypes[count:], strict=True))
        return self._on_host(ctx, self._operator(ctx, inputs), forward, [*specs, *states], inputs)

    def grad(
        self,
        ctx: LowerContext,
        inputs: Sequence[jax.Array],
        outputs: Sequence[jax.Array],
        cotangents: Sequence[jax.Array],
    ) -> Sequence[Any]:
        count = len(self.arguments())
        ends = np.cumsum([count, len(self.outputs()), len(self.auxiliary())])
        specs = list(zip(*_shapes_and_dtypes(inputs), strict=True))
        requests = ["write" if wanted else "null" for wanted in (ctx.wanted or (True,) * count)[:count]]

        def backward(op: CustomOp, cells: list[NDArray]) -> list[NDArray]:
            grads = [_cell(np.zeros(shape, dtype)) for shape, dtype in specs[:count]]
            data, out, aux, heads = (
                cells[: ends[0]],
                cells[ends[0] : ends[1]],
                cells[ends[1] : ends[2]],
                cells[ends[2] :],
            )
            arrays = {"out_grad": heads, "in_data": data, "out_data": out, "in_grad": list(grads), "aux": list(aux)}
            call(f"{self._running(ctx)}: backward", op.backward, req=requests, **arrays)
            return [*grads, *aux]

        make = self._operator(ctx, inputs)
        if not overrides(make(), "backward"):
            name = type(make()).__name__
            warn_user(
                f"{self._running(ctx)}: class {name} does not define backward, so its gradients are zero.", LIBRARIES
            )
            return [None] * len(inputs)
        return self._on_host(ctx, make, backward, specs, (*inputs[:count], *outputs, *cotangents))

    def _running(self, ctx: LowerContext) -> str:
        """How messages of host calls, which nobody adds the node to, begin."""
        return f"Custom '{ctx.node or self.op_type}' (op_type '{self.op_type}')"

    def _operator(self, ctx: LowerContext, inputs: Sequence[jax.Array]) -> Callable[[], CustomOp]:
        """What returns the operator: one per node of a program and shapes; imperative calls, which have no node, make one
        each, as in MXNet."""
        shapes, dtypes = _shapes_and_dtypes(inputs)
        create = partial(self.prop.create_operator, ctx.node, shapes, dtypes)
        if ctx.position < 0:
            return create
        store = ctx.host.state.objects if ctx.host is not None else self._operators
        key = (self, ctx.node, ctx.position, tuple(shapes), tuple(dtypes))
        if key not in store:
            store[key] = create()
        return partial(store.__getitem__, key)

    @cached_property
    def _operators(self) -> dict:
        """Operators of programs that are not ours."""
        return {}

    def _on_host(
        self,
        ctx: LowerContext,
        make: Callable[[], CustomOp],
        work: Callable[[CustomOp, list[NDArray]], Sequence[NDArray]],
        specs: Sequence[Spec],
        args: Sequence[jax.Array],
    ) -> tuple[jax.Array, ...]:
        def on_host(*arrays: np.ndarray) -> list[np.ndarray]:
            with cpu():
                return [cell.asnumpy() for cell in work(make(), [_cell(a) for a in arrays])]

        return (host_call if ctx.host is None else ctx.host.call)(on_host, specs, *args)


def _shapes_and_dtypes(arrays: Sequence[jax.Array]) -> tuple[list[tuple[int, ...]], list[np.dtype]]:
    return [tuple(a.shape) for a in arrays], [np.dtype(a.dtype) for a in arrays]


def _cell(array: np.ndarray) -> NDArray:
    return NDArray(place(np.asarray(array), array.dtype, cpu()), cpu())
