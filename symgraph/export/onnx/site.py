"""`Site`: one node of a graph while it is written as ONNX, and what has been written of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

from symgraph.errors import MXNetError
from symgraph.ir.graph import Node
from symgraph.runtime.optional import optional

Shape = tuple[int, ...]


class BatchLength(int):
    """A length that follows the batch, where the batch has a name instead of a size.

    It is the number for the sizes that were given. Arithmetic makes plain numbers of it; what is written with those
    differs from batch to batch, which is noticed.
    """


def library() -> ModuleType:
    """The package `onnx`.

    Raises:
        MissingPackageError: it is not installed.
    """
    return optional("onnx", "to_onnx: for ONNX models", "onnx", "onnx")


def refuse(node: Node, reason: str, remedy: str) -> NoReturn:
    """Raise the error for a node that cannot be written."""
    raise MXNetError(f"to_onnx: {node.describe()} {reason}; {remedy}.")


class Site:
    """Where a translation function reads about its node, and writes.

    Called with a kind of ONNX node, its inputs and attributes, it writes that node and returns the name of its output.
    Inputs are names of values, or arrays, which become constants; ``""`` is an input that is left out.

    Attributes:
        node, op: what is translated; `op` has the attributes.
        ins: name of each input; ``""`` for those that its translation does not read.
        shapes, dtypes: of the inputs.
        out_shapes, out_dtypes: of the outputs.
        wanted: which outputs somebody reads.
        nodes, constants: what was written.
    """

    def __init__(
        self,
        node: Node,
        ins: Sequence[str],
        facts: tuple[Sequence[Shape], Sequence[np.dtype], Sequence[Shape], Sequence[np.dtype]],
        wanted: Sequence[bool],
        known: Callable[[int], np.ndarray | None],
        fresh: Callable[[str], str],
    ):
        self.node, self.ins, self.wanted = node, list(ins), wanted
        self.op: Any = node.op
        self.shapes, self.dtypes, self.out_shapes, self.out_dtypes = facts
        self.known = known
        """The values of an input that is made of parameters alone; ``None`` for others."""
        self.nodes: list[Any] = []
        self.constants: dict[str, np.ndarray] = {}
        self._fresh, self._make = fresh, library().helper.make_node

    @property
    def x(self) -> str:
        """The first input."""
        return self.ins[0]

    @property
    def shape(self) -> Shape:
        """Shape of the first input."""
        return self.shapes[0]

    @property
    def rank(self) -> int:
        """Number of axes of the first input."""
        return len(self.shapes[0])

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the first input."""
        return self.dtypes[0]

    def refuse(self, reason: str, remedy: str) -> NoReturn:
        """Raise the error for this node."""
        refuse(self.node, reason, remedy)

    def __call__(self, kind: str, *inputs: Any, **attributes: Any) -> str:
        return self.several(1, kind, *inputs, **attributes)[0]

    def several(self, outputs: int, kind: str, *inputs: Any, **attributes: Any) -> list[str]:
        """Write a node of several outputs, and return their names."""
        label = self._fresh(f"{self.node.name}/{kind}")
        names = [label] if outputs == 1 else [self._fresh(f"{label}:{i}") for i in range(outputs)]
        sources = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        self.nodes.append(self._make(kind, sources, names, name=label, **attributes))
        return names

    def constant(self, value: Any, name: str | None = None) -> str:
        """The name of a new constant."""
        name = self._fresh(name or f"{self.node.name}/constant")
        self.constants[name] = np.asarray(value)
        return name

    def number(self, value: float, dtype: np.dtype | None = None) -> np.ndarray:
        """A number in the dtype of the first input; integers are truncated, and what is no integer is the smallest one."""
        dtype = self.dtype if dtype is None else dtype
        if dtype.kind not in "iu":
            return np.asarray(value).astype(dtype)
        word: type[np.signedinteger] = np.int64 if dtype.itemsize == 8 else np.int32
        low = int(np.iinfo(word).min)
        return np.asarray(int(value) if low <= value < -low else low, word).astype(dtype)

    def cast(self, value: str, dtype: Any) -> str:
        """A value in another dtype."""
        return self("Cast", value, to=library().helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def indices(self, slot: int) -> str:
        """An input as whole numbers; fractions are cut off."""
        return self.ins[slot] if self.dtypes[slot] == np.int64 else self.cast(self.ins[slot], np.int64)

    def transposed(self, value: str, order: Sequence[int]) -> str:
        """A value with its axes in another order."""
        return value if list(order) == sorted(order) else self("Transpose", value, perm=list(order))

    def reshaped(self, value: str, source: Shape, target: Shape) -> str:
        """A value of shape `source` in shape `target`.

        A length that follows the batch is left for the runtime to find out: copied where it stands in its place, computed
        where it is the only other one.
        """
        if tuple(source) == tuple(target):
            return value
        if 0 in target:
            return self("Reshape", value, longs(target), allowzero=1)
        codes: list[int] = []
        for axis, length in enumerate(target):
            follows = isinstance(length, BatchLength)
            stays = axis < len(source) and isinstance(source[axis], BatchLength) and source[axis] == length
            codes.append(int(length) if not follows else 0 if stays else -1)
        if codes.count(-1) > 1:
            self.refuse(
                f"reshapes to {tuple(target)}, of which several lengths follow the batch",
                "give batch=None for a model of one batch size",
            )
        return self("Reshape", value, longs(codes))

    def stretched(self, value: str, source: Shape, target: Shape) -> str:
        """A value broadcast to a shape of the same rank."""
        lengths = [1 if have == want else want for have, want in zip(source, target, strict=True)]
        return value if set(lengths) <= {1} else self("Expand", value, longs(lengths))

    def along(self, value: str, axis: int, rank: int) -> str:
        """A vector as an array of `rank` axes, all but one of length 1."""
        after = rank - 1 - axis
        return (
            self("Unsqueeze", value, longs([*range(axis), *range(axis + 1, axis + 1 + after)])) if rank > 1 else value
        )

    def require_float(self) -> None:
        """Refuse integers, which MXNet computes with as real numbers."""
        if self.dtype.kind in "iub":
            self.refuse(f"takes {self.dtype.name}, for which ONNX does not define it", "Cast its input to float32")


def longs(values: Sequence[int]) -> np.ndarray:
    """A vector of int64, as which ONNX takes shapes and axes."""
    return np.asarray(list(values), np.int64)


def size(shape: Sequence[int]) -> int:
    """Number of elements, which follows the batch if a length does."""
    count = math.prod(shape)
    return BatchLength(count) if any(isinstance(length, BatchLength) for length in shape) else count


def from_front(axis: int, rank: int) -> int:
    """An axis counted from the front."""
    return axis % rank
