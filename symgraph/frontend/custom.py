"""Operators written in Python, MXNet's way.

A `CustomOp` computes on NDArrays, a `CustomOpProp` describes it, `register` names it, ``mx.sym.Custom`` uses it. Its code
runs through a host call inside the compiled program. For JAX code, `symgraph.frontend.from_jax` is the better way.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import jax
import numpy as np

from symgraph.errors import CustomOpError, OpAttributeError
from symgraph.ir.dtype import as_dtype
from symgraph.ir.op import DTypes, LowerContext, Op, Shapes
from symgraph.ir.op import register as register_op
from symgraph.ir.shape import from_mxnet, is_known, to_mxnet
from symgraph.lower.host import host_call
from symgraph.runtime.cell import place
from symgraph.runtime.context import Context, cpu
from symgraph.runtime.ndarray import NDArray


class CustomOp:
    """Base of operators that compute with NDArrays or NumPy; override `forward` and `backward`."""

    def forward(self, is_train: bool, req: list, in_data: list, out_data: list, aux: list) -> None:
        """Compute `out_data` from `in_data` and store it with `assign`.

        Args:
            is_train: training mode.
            req: per output, how to store: ``"null"``, ``"write"`` or ``"add"``.
            in_data, out_data, aux: NDArrays; `aux` may be changed in place.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, req: list, out_grad: list, in_data: list, out_data: list, in_grad: list, aux: list) -> None:
        """Compute `in_grad` from `out_grad` and the data of the forward pass and store it with `assign`."""
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def assign(self, dst: NDArray, req: str, src: Any) -> None:
        """Store `src` in `dst` as `req` says: not at all, overwriting, or adding."""
        if req in ("write", "inplace"):
            dst[:] = src
        elif req == "add":
            dst[:] += src
        elif req != "null":
            raise CustomOpError(f"assign: req must be 'null', 'write', 'inplace' or 'add', given {req!r}.")


class CustomOpProp:
    """Base of descriptions of a `CustomOp`: its inputs, outputs, shapes and types.

    Keyword arguments of ``mx.sym.Custom`` reach ``__init__`` of the subclass as strings.

    Args:
        need_top_grad: whether the gradient depends on that of the output; False makes the operator a loss.
    """

    def __init__(self, need_top_grad: bool = True):
        self.need_top_grad_ = need_top_grad

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["data"]

    def list_outputs(self) -> list[str]:
        """Names of the outputs."""
        return ["output"]

    def list_auxiliary_states(self) -> list[str]:
        """Names of the auxiliary states."""
        return []

    def infer_shape(self, in_shape: list) -> tuple:
        """``(input shapes, output shapes[, auxiliary shapes])`` from the input shapes; by default all as the first."""
        return in_shape, (in_shape[0],) * len(self.list_outputs()), ()

    def infer_type(self, in_type: list) -> tuple:
        """``(input types, output types, auxiliary types)`` from the input types; by default all as the first."""
        return (
            in_type,
            [in_type[0]] * len(self.list_outputs()),
            [in_type[0]] * len(self.list_auxiliary_states()),
        )

    def declare_backward_dependency(self, out_grad: list, in_data: list, out_data: list) -> list:
        """What `CustomOp.backward` reads; accepted as in MXNet, everything is passed."""
        return [*(out_grad if self.need_top_grad_ else []), *in_data, *out_data]

    def create_operator(self, ctx: Context, in_shapes: list, in_dtypes: list) -> CustomOp:
        """The operator itself; called once per bound executor."""
        return CustomOp()


_PROPS: dict[str, tuple[int, type[CustomOpProp]]] = {}
_numbers = itertools.count(1)


def register(reg_name: str) -> Callable[[type[CustomOpProp]], type[CustomOpProp]]:
    """Class decorator: makes a `CustomOpProp` known as ``op_type=reg_name``; a later one of the same name replaces it."""

    if not isinstance(reg_name, str):
        raise CustomOpError(f'register needs a name, as in @mx.operator.register("name"), given {reg_name!r}.')

    def enter(prop: type[CustomOpProp]) -> type[CustomOpProp]:
        if not (isinstance(prop, type) and issubclass(prop, CustomOpProp)):
            raise CustomOpError(f"register('{reg_name}') needs a subclass of CustomOpProp, given {prop!r}.")
        _PROPS[reg_name] = (next(_numbers), prop)
        return prop

    return enter


def get_all_registered_operators() -> list[str]:
    """Names given to `register`."""
    return list(_PROPS)


@register_op("Custom")
class Custom(Op):
    """An operator written in Python, registered with `mx.operator.register`.

    inputs and auxiliary states -> outputs, all as its CustomOpProp says

    Attributes:
        op_type: the registered name. All further attributes are passed to the CustomOpProp as strings.
    """

    op_type: str
    _params: str = "{}"
    _number: int = 0

    is_effectful: ClassVar[bool] = True
    updates_states_in_forward: ClassVar[bool] = True

    @classmethod
    def from_strings(cls, attrs: Mapping[str, str]) -> Custom:
        op_type = attrs.get("op_type")
        if op_type is None:
            raise OpAttributeError("operator Custom: required attribute op_type (string) is missing.")
        if op_type not in _PROPS:
            known = ", ".join(_PROPS) or "none"
            raise OpAttributeError(
                f"operator Custom: op_type '{op_type}' is not registered; use @mx.operator.register('{op_type}'). "
                f"Registered: {known}."
            )
        params = {k: v for k, v in sorted(attrs.items()) if k != "op_type"}
        return cls(op_type=op_type, _params=json.dumps(params), _number=_PROPS[op_type][0])

    def picture_label(self) -> str:
        return self.op_type

    @cached_property
    def prop(self) -> CustomOpProp:
        """The description, made from the attributes."""
        params = json.loads(self._params)
        try:
            return _PROPS[self.op_type][1](**params)
        except Exception as error:
            raise CustomOpError(
                f"operator Custom: {_PROPS[self.op_type][1].__name__}({params}) raised {type(error).__name__}: {error}"
            ) from error

    @classmethod
    def slots(cls, attrs: Mapping[str, Any]) -> tuple[str, ...]:
        return cls.from_values(**{k: v for k, v in attrs.items() if v is not None}).inputs()

    @cached_property
    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        prop = self.prop
        lists = prop.list_arguments(), prop.list_auxiliary_states(), prop.list_outputs()
        return tuple(tuple(names) for names in lists)  # type: ignore[return-value]

    def arguments(self) -> tuple[str, ...]:
        return self._names[0]

    def auxiliary(self) -> tuple[str, ...]:
        return self._names[1]

    def outputs(self) -> tuple[str, ...]:
        return self._names[2]

    def ignores_head_grad(self) -> bool:
        return not self.prop.need_top_grad_

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        count = len(self.arguments())
        given = [list(to_mxnet(shape)) for shape in ins[:count]]
        if ins and ins[0] is None:
            return ins, outs
        result = self._ask("infer_shape", given, all(map(is_known, ins[:count])))
        if result is None:
            return ins, outs
        arguments, results, states = result
        return [from_mxnet(s) for s in (*arguments, *states)], [from_mxnet(s) for s in results]

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        count = len(self.arguments())
        given = [None if d is None else d.type for d in ins[:count]]
        if given and given[0] is None:
            return ins, outs
        result = self._ask("infer_type", given, None not in given)
        if result is None:
            return ins, outs
        arguments, results, states = result
        return [_maybe_dtype(t) for t in (*arguments, *states)], [_maybe_dtype(t) for t in results]

    def _ask(self, method: str, given: list, complete: bool) -> tuple[list, list, list] | None:
        """What the prop's inference method says; ``None`` if it cannot say yet."""
        try:
            result = tuple(getattr(self.prop, method)(given))
        except Exception as error:
            if not complete:
                return None
            raise CustomOpError(
                f"operator Custom '{self.op_type}': {method}({given}) raised {type(error).__name__}: {error}"
            ) from error
        arguments, results, states = [*result, (), ()][:3] if len(result) < 3 else result
        sizes = len(arguments), len(results), len(states)
        expected = len(self.arguments()), len(self.outputs()), len(self.auxiliary())
        if sizes != expected:
            raise CustomOpError(
                f"operator Custom '{self.op_type}': {method} must return lists of {expected[0]} inputs, "
                f"{expected[1]} outputs and {expected[2]} auxiliary states, but returned {sizes}."
            )
        return list(arguments), list(results), list(states)

    def lower(self, ctx: LowerContext, *inputs: jax.Array) -> tuple[jax.Array, ...]:
        operator = self._operator(ctx, inputs)
        count = len(self.arguments())
        specs = self._result_specs(inputs)
        outputs = len(self.outputs())

        def forward(*arrays: np.ndarray) -> list[np.ndarray]:
            cells = [_cell(a) for a in arrays]
            out = [_cell(np.zeros(shape, dtype)) for shape, dtype in specs[:outputs]]
            operator.forward(ctx.is_train, ["write"] * outputs, cells[:count], out, cells[count:])
            return [cell.asnumpy() for cell in (*out, *cells[count:])]

        return self._on_host(ctx, forward, specs, inputs)

    def grad(
        self,
        ctx: LowerContext,
        inputs: Sequence[jax.Array],
        outputs: Sequence[jax.Array],
        cotangents: Sequence[jax.Array],
    ) -> Sequence[Any]:
        operator = self._operator(ctx, inputs)
        count = len(self.arguments())
        specs = [(a.shape, np.dtype(a.dtype)) for a in inputs[:count]]
        requests = ["write" if wanted else "null" for wanted in (ctx.wanted or (True,) * count)[:count]]
        ends = np.cumsum([len(inputs), len(outputs)])

        def backward(*arrays: np.ndarray) -> list[np.ndarray]:
            cells = [_cell(a) for a in arrays]
            data, out, heads = cells[: ends[0]], cells[ends[0] : ends[1]], cells[ends[1] :]
            grads = [_cell(np.zeros(shape, dtype)) for shape, dtype in specs]
            operator.backward(requests, heads, data[:count], out, grads, data[count:])
            return [cell.asnumpy() for cell in grads]

        grads = self._on_host(ctx, backward, specs, (*inputs, *outputs, *cotangents))
        return [*grads, *([None] * (len(inputs) - count))]

    def _on_host(self, ctx: LowerContext, function: Callable, specs: list, args: Sequence[jax.Array]) -> tuple:
        name = f"Custom '{ctx.node or self.op_type}' (op_type '{self.op_type}')"

        def named(*arrays: np.ndarray) -> list[np.ndarray]:
            try:
                return function(*arrays)
            except Exception as error:
                raise CustomOpError(f"{name}: {function.__name__} raised {type(error).__name__}: {error}") from error

        if ctx.host is not None:
            return ctx.host.call(named, specs, *args)
        return host_call(named, specs, *args)

    def _operator(self, ctx: LowerContext, inputs: Sequence[jax.Array]) -> CustomOp:
        """The CustomOp of this node: one per program, or per operator and shapes where there is no program of ours."""
        shapes = tuple(tuple(a.shape) for a in inputs)
        dtypes = tuple(np.dtype(a.dtype).type for a in inputs)
        store = ctx.host.state.objects if ctx.host is not None else self._operators
        key = (self, ctx.node, ctx.position, shapes, dtypes)
        if key not in store:
            count = len(self.arguments())
            store[key] = self.prop.create_operator(cpu(), [list(s) for s in shapes[:count]], list(dtypes[:count]))
        return store[key]

    @cached_property
    def _operators(self) -> dict:
        return {}

    def _result_specs(self, inputs: Sequence[jax.Array]) -> list:
        """Shape and dtype of all outputs and auxiliary states."""
        ins = [tuple(a.shape) for a in inputs]
        dtypes = [np.dtype(a.dtype) for a in inputs]
        unknown = (None,) * len(self.outputs())
        _, shapes = self.infer_shape(ins, unknown)
        _, kinds = self.infer_dtype(dtypes, unknown)
        count = len(self.arguments())
        return [*zip(shapes, kinds, strict=True), *zip(ins[count:], dtypes[count:], strict=True)]


def _maybe_dtype(value: Any) -> np.dtype | None:
    return None if value is None else as_dtype(value)


def _cell(array: np.ndarray) -> NDArray:
    return NDArray(place(np.asarray(array), array.dtype, cpu()), cpu())
