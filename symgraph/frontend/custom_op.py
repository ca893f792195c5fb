"""`CustomOp` and `CustomOpProp`: what a user derives an operator in Python from, MXNet's way.

`symgraph.frontend.custom` runs them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.errors import CustomOpError
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray

DENSE = "default"
"""MXNet's name for the storage of dense arrays, the only kind here."""


class CustomOp:
    """Base of operators that compute with NDArrays or NumPy; override `forward` and `backward`.

    Both are called with keywords. The methods of this class do nothing, as in MXNet.
    """

    def forward(self, is_train: bool, req: list, in_data: list, out_data: list, aux: list) -> None:
        """Compute `out_data` from `in_data` and store it with `assign`.

        Args:
            is_train: training mode.
            req: per output, how to store: ``"null"``, ``"write"`` or ``"add"``.
            in_data, out_data, aux: NDArrays; `aux` may be changed in place.
        """

    def backward(self, req: list, out_grad: list, in_data: list, out_data: list, in_grad: list, aux: list) -> None:
        """Compute `in_grad` from `out_grad` and the data of the forward pass and store it with `assign`."""

    def assign(self, dst: NDArray, req: str, src: Any) -> None:
        """Store `src` in `dst` as `req` says: not at all, overwriting, or adding."""
        if req in ("write", "inplace"):
            dst[...] = src
        elif req == "add":
            dst[...] += src
        elif req != "null":
            raise CustomOpError(f"assign: req must be 'null', 'write', 'inplace' or 'add', given {req!r}.")


class CustomOpProp:
    """Base of descriptions of a `CustomOp`: its inputs, outputs, shapes and types.

    Keyword arguments of ``mx.sym.Custom`` reach ``__init__`` of the subclass as strings.

    Args:
        need_top_grad: whether the gradient depends on that of the output; False makes the operator a loss.
    """

    need_top_grad_: bool = True
    """Stands here too for subclasses whose ``__init__`` does not call this one's."""

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
        """``(input shapes, output shapes[, auxiliary shapes])`` from the input shapes; by default all as the first.

        It is also asked while inputs are unknown: a shape is then ``[]``, or has dimensions that are -1. What it raises
        or cannot say at that time does not matter.
        """
        return in_shape, (in_shape[0],) * len(self.list_outputs()), ()

    def infer_type(self, in_type: list) -> tuple:
        """``(input types, output types[, auxiliary types])`` from the input types; by default all as the first, float32 if
        there are no inputs.

        Types are NumPy's (``numpy.float32``), and ``None`` while they are unknown.
        """
        first = in_type[0] if in_type else np.float32
        return in_type, [first] * len(self.list_outputs()), [first] * len(self.list_auxiliary_states())

    def infer_storage_type(self, in_stype: list) -> tuple:
        """``(inputs, outputs, auxiliary states)``, all ``"default"``: arrays are dense, and nothing else asks.

        Raises:
            CustomOpError: an input is said to be sparse.
        """
        _require_dense("infer_storage_type", in_stype)
        return in_stype, [DENSE] * len(self.list_outputs()), [DENSE] * len(self.list_auxiliary_states())

    def infer_storage_type_backward(
        self, ograd_stype: list, in_stype: list, out_stype: list, igrad_stype: list, aux_stype: list
    ) -> tuple:
        """All ``"default"``, as in `infer_storage_type`."""
        _require_dense("infer_storage_type_backward", ograd_stype)
        groups = ograd_stype, in_stype, out_stype, igrad_stype, aux_stype
        return tuple([DENSE] * len(group) for group in groups)

    def declare_backward_dependency(self, out_grad: list, in_data: list, out_data: list) -> list:
        """Which of the given numbers, one per array, stand for arrays that `CustomOp.backward` reads.

        An operator that reads no `out_grad` is a loss. All arrays are passed in any case.
        """
        return [*(out_grad if self.need_top_grad_ else []), *in_data, *out_data]

    def create_operator(self, ctx: Context, in_shapes: list, in_dtypes: list) -> CustomOp:
        """The operator itself; called once per bound executor and per call of ``mx.nd.Custom``.

        Args:
            ctx: where its arrays live: the CPU.
            in_shapes, in_dtypes: shapes (lists) and types (NumPy's) of inputs and auxiliary states.
        """
        return CustomOp()


def _require_dense(method: str, stypes: list) -> None:
    for i, stype in enumerate(stypes):
        if stype != DENSE:
            raise CustomOpError(
                f"{method}: array {i} has storage type {stype!r}; arrays are dense here, so only 'default' is possible."
            )
