"""`CheckedProp`: what a user's `CustomOpProp` says, held to its contract."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, cast

import numpy as np

from symgraph.errors import CustomOpError, DTypeError, brief, counted, described, listed, suggestion
from symgraph.frontend.custom_op import CustomOp, CustomOpProp
from symgraph.frontend.python_ops import as_names, raised
from symgraph.ir.dtype import as_dtype
from symgraph.ir.op import DTypes, Shapes
from symgraph.ir.shape import MaybeShape, is_known
from symgraph.lower.host import Spec
from symgraph.runtime.context import cpu

Shape = tuple[int, ...]


def call(title: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """What the user's `function` returns.

    Raises:
        CustomOpError: it raised; the message begins with `title` and holds the line of user code where it did.
    """
    try:
        return function(*args, **kwargs)
    except Exception as error:
        raise CustomOpError(f"{title} {raised(error, function)}") from error


class CheckedProp:
    """A `CustomOpProp`, made from the attributes of one node.

    Attributes:
        arguments, auxiliary, outputs: names, as the prop lists them.
        title: how messages begin; whoever knows the node adds it.

    Raises:
        CustomOpError: by every method, where the prop raises or breaks its contract.
    """

    def __init__(self, op_type: str, cls: type[CustomOpProp], params: Mapping[str, str]):
        self._op_type, self._class = op_type, cls
        self._subject = f"op_type '{op_type}' (class {cls.__name__})"
        self.title = f"Custom: {self._subject}"
        self._check_keywords(params)
        self._prop = call(f"{self.title}: __init__", cls, **params)
        self.arguments = self._listed("list_arguments")
        self.auxiliary = self._listed("list_auxiliary_states")
        self.outputs = self._listed("list_outputs")
        inputs = self.arguments + self.auxiliary
        twice = [name for i, name in enumerate(inputs) if name in inputs[:i]]
        if twice:
            raise CustomOpError(f"{self.title}: two inputs are named '{twice[0]}' ({', '.join(inputs)}); rename one.")
        if not self.outputs:
            raise CustomOpError(f"{self.title}: list_outputs must return one name or more, but returned none.")

    def _check_keywords(self, given: Mapping[str, str]) -> None:
        parameters = inspect.signature(self._class).parameters.values()
        named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        names = [p.name for p in named]
        unknown = [key for key in given if key not in names]
        if unknown and not any(p.kind is p.VAR_KEYWORD for p in parameters):
            raise CustomOpError(
                f"{self.title}: its __init__ takes no keyword '{unknown[0]}'.{suggestion(unknown[0], names)} "
                f"Keywords: {listed(names)}. It is given what is neither Symbol nor NDArray, as strings."
            )
        missing = [p.name for p in named if p.default is p.empty and p.name not in given]
        if missing:
            raise CustomOpError(
                f"{self.title}: its __init__ needs the keyword '{missing[0]}'; "
                f"give it, as in Custom(..., op_type='{self._op_type}', {missing[0]}=...)."
            )

    def _listed(self, method: str) -> tuple[str, ...]:
        found = call(f"{self.title}: {method}", getattr(self._prop, method))
        names = as_names(found)
        if names is None:
            raise CustomOpError(
                f"{self.title}: {method} must return a list of names, as in ['data'], but returned {described(found)}."
            )
        return names

    @cached_property
    def is_loss(self) -> bool:
        """Whether `CustomOpProp.declare_backward_dependency` leaves out all head gradients."""
        ends = np.cumsum([len(self.outputs), len(self.arguments), len(self.outputs)])
        heads, data, results = (part.tolist() for part in np.split(np.arange(ends[-1]), ends[:-1]))
        method = "declare_backward_dependency"
        found = call(f"{self.title}: {method}", getattr(self._prop, method), heads, data, results)
        if not isinstance(found, (list, tuple, set)) or not all(isinstance(i, (int, np.integer)) for i in found):
            raise CustomOpError(
                f"{self.title}: {method} must return a list of the numbers it was given, but returned {described(found)}."
            )
        return set(found).isdisjoint(heads)

    def infer_shape(self, ins: Shapes) -> tuple[Shapes, Shapes] | None:
        """Shapes of all inputs and of all outputs; ``None`` if the prop cannot say with what is known of the arguments."""
        known = ins[: len(self.arguments)]
        given = [[] if shape is None else [-1 if d is None else d for d in shape] for shape in known]
        complete = all(map(is_known, known))
        return self._infer("infer_shape", given, complete, partial(_as_shape, complete))

    def infer_dtype(self, ins: DTypes) -> tuple[DTypes, DTypes] | None:
        """`infer_shape` for dtypes."""
        given = [None if dtype is None else dtype.type for dtype in ins[: len(self.arguments)]]
        return self._infer("infer_type", given, None not in given, _maybe_dtype)

    def _infer(self, method: str, given: list, complete: bool, read: Callable[[Any], Any]) -> tuple[list, list] | None:
        try:
            arguments, outputs, auxiliary = self._lists(method, given)
            return (
                [
                    *self._read(method, read, self.arguments, arguments),
                    *self._read(method, read, self.auxiliary, auxiliary),
                ],
                self._read(method, read, self.outputs, outputs),
            )
        except CustomOpError:
            if complete:
                raise
            return None

    def _lists(self, method: str, given: list) -> list[Sequence[Any]]:
        """Values of arguments, outputs and auxiliary states; MXNet lets the last list be left out."""
        found = call(f"{self.title}: {method}({given})", getattr(self._prop, method), list(given))
        lists = list(found) if isinstance(found, (list, tuple)) else []
        if len(lists) == 2:
            lists.append([])
        expected = [len(self.arguments), len(self.outputs), len(self.auxiliary)]
        if [len(part) if isinstance(part, (list, tuple)) else -1 for part in lists] != expected:
            parts = zip(expected, ("input", "output", "auxiliary state"), strict=True)
            raise CustomOpError(
                f"{self.title}: {method} must return three lists, for {', '.join(counted(n, noun) for n, noun in parts)}, "
                f"but returned {brief(found)}."
            )
        return lists

    def _read(self, method: str, read: Callable[[Any], Any], names: Sequence[str], values: Sequence[Any]) -> list[Any]:
        found = []
        for name, value in zip(names, values, strict=True):
            try:
                found.append(read(value))
            except (TypeError, DTypeError):
                kind = "a NumPy type such as numpy.float32" if read is _maybe_dtype else "a shape such as (2, 3)"
                raise CustomOpError(
                    f"{self.title}: {method} must return {kind} for '{name}', but returned {described(value)}."
                ) from None
        return found

    def result_specs(self, shapes: Sequence[Shape], dtypes: Sequence[np.dtype]) -> list[Spec]:
        """Shape and dtype of every output, given those of all inputs."""
        unknown = (None,) * len(self.outputs)
        _, out_shapes = self.infer_shape(shapes) or ((), unknown)
        _, out_dtypes = self.infer_dtype(dtypes) or ((), unknown)
        for name, shape, dtype in zip(self.outputs, out_shapes, out_dtypes, strict=True):
            if dtype is None or not is_known(shape):
                method = "infer_type" if dtype is None else "infer_shape"
                raise CustomOpError(f"{self.title}: {method} leaves output '{name}' unknown with all inputs known.")
        return cast("list[Spec]", list(zip(out_shapes, out_dtypes, strict=True)))

    def create_operator(self, node: str, shapes: Sequence[Shape], dtypes: Sequence[np.dtype]) -> CustomOp:
        """A new operator for arrays like these, of `node`; it has a method ``forward``."""
        self.result_specs(shapes, dtypes)  # a prop may remember there what its operator needs
        title = f"Custom '{node}': {self._subject}" if node else self.title
        create = self._prop.create_operator
        op = call(f"{title}: create_operator", create, cpu(), [list(s) for s in shapes], [d.type for d in dtypes])
        if type(op) is CustomOp:
            raise CustomOpError(
                f"{title} has no operator: define create_operator and return your subclass of CustomOp."
            )
        if isinstance(op, type) or not callable(getattr(op, "forward", None)):
            raise CustomOpError(f"{title}: create_operator must return a CustomOp, but returned {described(op)}.")
        if not overrides(op, "forward"):
            raise CustomOpError(
                f"{title}: class {type(op).__name__} does not define forward, which computes the outputs."
            )
        return cast("CustomOp", op)


def overrides(op: CustomOp, method: str) -> bool:
    """Whether an operator has a method of its own in place of `CustomOp`'s, which does nothing."""
    own = getattr(op, method, None)
    return own is not None and getattr(own, "__func__", None) is not getattr(CustomOp, method)


def _as_shape(complete: bool, value: Any) -> MaybeShape:
    """A shape as MXNet's props give it. 0 and () say "unknown" only while inputs are; then they are sizes."""
    dims = tuple(map(operator.index, value))
    if not dims and not complete:
        return None
    return tuple([d if d > 0 or (d == 0 and complete) else None for d in dims])


def _maybe_dtype(value: Any) -> np.dtype | None:
    return None if value is None else as_dtype(value)
