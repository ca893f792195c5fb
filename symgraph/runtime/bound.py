"""The arrays of a symbol bound to a device, by position and by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import jax
import numpy as np

from symgraph.errors import BindError, DTypeError, ShapeError, UnknownArgumentError, boundary, described
from symgraph.ir.shape import show
from symgraph.runtime.arrays import Named, by_name, check_names
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.values import host_values


class _Fixed(cached_property):
    """An attribute that is made once, and that nobody replaces."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        with boundary:
            return super().__get__(instance, owner)

    def __set__(self, instance: Any, value: Any) -> None:
        raise AttributeError(
            f"{self.attrname} of an executor cannot be replaced; write into its arrays, as in "
            f"{self.attrname}['name'][:] = array."
        )


class BoundArrays:
    """What an `Executor` computes on; arrays stay shared with whoever else holds them.

    Attributes:
        arg_arrays, grad_arrays, aux_arrays, outputs: lists of NDArray in the order of ``list_arguments``,
            ``list_arguments``, ``list_auxiliary_states`` and ``list_outputs``; ``None`` where no gradient is taken.
        arg_dict, grad_dict, aux_dict, output_dict: the same by name. Write into the arrays they hold; putting another
            array into the dict warns, as it does not change what is computed on (nor does it in MXNet).
    """

    def __init__(
        self,
        symbol: Any,
        ctx: Context,
        args: Sequence[NDArray],
        grads: Sequence[NDArray | None],
        aux: Sequence[NDArray],
        outputs: Sequence[NDArray],
    ):
        self._symbol = symbol
        self._ctx = ctx
        self._args, self._grads = list(args), list(grads)
        self._aux, self._outputs = list(aux), list(outputs)

    @property
    def arg_arrays(self) -> list[NDArray]:
        return list(self._args)

    @property
    def grad_arrays(self) -> list[NDArray | None]:
        return list(self._grads)

    @property
    def aux_arrays(self) -> list[NDArray]:
        return list(self._aux)

    @property
    def outputs(self) -> list[NDArray]:
        return list(self._outputs)

    @_Fixed
    def arg_dict(self) -> dict[str, NDArray]:
        return Named("argument", "arg_dict", self._args_by_name)

    @_Fixed
    def grad_dict(self) -> dict[str, NDArray | None]:
        return Named("argument", "grad_dict", by_name(self._symbol.list_arguments(), self._grads, self._symbol.graph))

    @_Fixed
    def aux_dict(self) -> dict[str, NDArray]:
        return Named(
            "auxiliary state", "aux_dict", by_name(self._symbol.list_auxiliary_states(), self._aux, self._symbol.graph)
        )

    @_Fixed
    def output_dict(self) -> dict[str, NDArray]:
        return Named("output", "output_dict", by_name(self._symbol.list_outputs(), self._outputs, self._symbol.graph))

    @cached_property
    def _args_by_name(self) -> dict[str, NDArray]:
        return by_name(self._symbol.list_arguments(), self._args, self._symbol.graph)

    def _feed(self, values: Mapping[str, Any]) -> None:
        """New content of arguments for a forward pass; nothing is written unless all of it fits."""
        arrays = self._args_by_name
        check_names(values, arrays, "forward: argument", UnknownArgumentError)
        contents = []
        for name, value in values.items():
            if not isinstance(value, (NDArray, np.ndarray, np.generic, jax.Array)):
                raise BindError(
                    f"forward: argument '{name}' must be an NDArray or a NumPy array, given {described(value)}; "
                    f"mx.nd.array(...) makes one."
                )
            content = _content(f"forward: argument '{name}'", value)
            if content.shape != arrays[name].shape:
                larger = "allow_up_sizing=True, " if content.size > arrays[name].size else ""
                raise ShapeError(
                    f"forward: argument '{name}' has shape {show(arrays[name].shape)}, given {show(content.shape)}; "
                    f"executor.reshape({larger}{name}={content.shape}) makes an executor for another shape."
                )
            contents.append((arrays[name], content))
        for array, content in contents:
            array[:] = content

    def copy_params_from(
        self,
        arg_params: Mapping[str, NDArray],
        aux_params: Mapping[str, NDArray] | None = None,
        allow_extra_params: bool = False,
    ) -> None:
        """Copy values into the bound arrays, by name, converted to their dtype.

        Raises:
            UnknownArgumentError: a name is not bound here and `allow_extra_params` is False.
            ShapeError: a value has another shape than its array.
        """
        contents = []
        states = by_name(self._symbol.list_auxiliary_states(), self._aux, self._symbol.graph)
        if not isinstance(arg_params, Mapping) or not isinstance(aux_params or {}, Mapping):
            raise BindError("copy_params_from: parameters are given as dicts of arrays by name.")
        for given, own, kind in ((arg_params, self._args_by_name, "argument"), (aux_params or {}, states, "state")):
            if not allow_extra_params:
                advice = " allow_extra_params=True passes over others."
                check_names(given, own, f"copy_params_from: {kind}", UnknownArgumentError, advice)
            for name, value in given.items():
                if name not in own:
                    continue
                content = _content(f"copy_params_from: {kind} '{name}'", value)
                if content.shape != own[name].shape:
                    raise ShapeError(
                        f"copy_params_from: {kind} '{name}' has shape {show(own[name].shape)}, given {show(content.shape)}."
                    )
                contents.append((own[name], content))
        for array, content in contents:
            array[:] = content


def _content(what: str, value: Any) -> NDArray | np.ndarray:
    """A value as an array. Checked before any array is written, so that a call that fails writes none."""
    try:
        return value if isinstance(value, NDArray) else host_values(value)
    except DTypeError as error:
        raise DTypeError(f"{what}: {error}") from None
