"""`NumpyOp` and `NDArrayOp`: operators in Python as MXNet had them before `CustomOp`.

An instance describes, computes and, called with symbols, composes itself. Here each is a `CustomOp` in disguise, so
that there is one way in which Python code runs.
"""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

from symgraph.frontend.compose import create
from symgraph.frontend.custom import Custom, register
from symgraph.frontend.custom_op import CustomOp, CustomOpProp
from symgraph.frontend.symbol import Symbol
from symgraph.ir.source import warn_user
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray

_numbers = itertools.count()


class PythonOp:
    """What `NumpyOp` and `NDArrayOp` share.

    Args:
        need_top_grad: whether `backward` reads `out_grad`; False makes the operator a loss.
    """

    hint: ClassVar[str] = "_ndarray"
    """What automatic names of nodes begin with."""

    def __init__(self, need_top_grad: bool = True):
        self.need_top_grad_ = need_top_grad
        warn_user(f"{type(self).__name__}: MXNet's CustomOp has replaced NumpyOp and NDArrayOp; derive from CustomOp.")

    def __call__(self, *args: Any, **kwargs: Any) -> Symbol:
        """As `get_symbol`."""
        return self.get_symbol(*args, **kwargs)

    def get_symbol(self, *args: Any, **kwargs: Any) -> Symbol:
        """The operator applied to symbols. What it saves cannot be loaded: it holds no name of a class, only a number."""
        op_type = f"{type(self).__name__}#{next(_numbers)}"
        register(op_type)(_prop_of(self))
        symbol: Symbol = create(Symbol, Custom, self.hint, args, {**kwargs, "op_type": op_type})
        return symbol

    def forward(self, in_data: list, out_data: list) -> None:
        """Fill `out_data` from `in_data`; by default a copy of the first."""
        out_data[0][:] = in_data[0]

    def backward(self, out_grad: list, in_data: list, out_data: list, in_grad: list) -> None:
        """Fill `in_grad`; by default with ones."""
        in_grad[0][:] = 1.0

    def infer_shape(self, in_shape: list) -> tuple[list, list]:
        """``(input shapes, output shapes)`` from the input shapes; by default one output, as the first input."""
        return in_shape, [in_shape[0]]

    def list_outputs(self) -> list[str]:
        """Names of the outputs."""
        return ["output"]

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["data"]

    def need_top_grad(self) -> bool:
        """Whether `backward` reads `out_grad`."""
        return self.need_top_grad_

    def declare_backward_dependency(self, out_grad: list, in_data: list, out_data: list) -> list:
        """As in `CustomOpProp`."""
        return [*(out_grad if self.need_top_grad() else []), *in_data, *out_data]

    def _arrays(self, cells: list[NDArray]) -> list[Any]:
        """Arrays as `forward` and `backward` take them."""
        return cells


class NDArrayOp(PythonOp):
    """An operator that computes on NDArrays, which `forward` and `backward` fill in place."""


class NumpyOp(PythonOp):
    """An operator that computes on NumPy arrays, which `forward` and `backward` fill in place."""

    hint = "_native"

    def _arrays(self, cells: list[NDArray]) -> list[Any]:
        return [cell.asnumpy() for cell in cells]


class _Run(CustomOp):
    """Calls a `PythonOp`."""

    def __init__(self, op: PythonOp):
        self._op = op

    def forward(self, is_train: bool, req: list, in_data: list, out_data: list, aux: list) -> None:
        results = self._op._arrays(out_data)
        self._op.forward(in_data=self._op._arrays(in_data), out_data=results)
        self._store(out_data, req, results)

    def backward(self, req: list, out_grad: list, in_data: list, out_data: list, in_grad: list, aux: list) -> None:
        arrays, results = self._op._arrays, self._op._arrays(in_grad)
        given = {"out_grad": arrays(out_grad), "in_data": arrays(in_data), "out_data": arrays(out_data)}
        self._op.backward(**given, in_grad=results)
        self._store(in_grad, req, results)

    def _store(self, cells: list[NDArray], requests: list[str], results: list[Any]) -> None:
        for cell, request, result in zip(cells, requests, results, strict=True):
            self.assign(cell, request, result)


def _prop_of(op: PythonOp) -> type[CustomOpProp]:
    """The description of one instance."""

    class Prop(CustomOpProp):
        list_arguments = staticmethod(op.list_arguments)
        list_outputs = staticmethod(op.list_outputs)
        infer_shape = staticmethod(op.infer_shape)
        declare_backward_dependency = staticmethod(op.declare_backward_dependency)

        def create_operator(self, ctx: Context, in_shapes: list, in_dtypes: list) -> CustomOp:
            return _Run(op)

    Prop.__name__ = type(op).__name__
    return Prop
