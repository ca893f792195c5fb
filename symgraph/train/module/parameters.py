"""`ModuleWithParameters`: the part of a module that gives its parameters values, and shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from symgraph.errors import (
    BindError,
    MXNetError,
    RegistryError,
    StateError,
    UnknownArgumentError,
    about,
    counted,
    described,
    is_array,
    listed,
    suggestion,
)
from symgraph.initializer import InitDesc, Uniform
from symgraph.initializer.base import InitializationError
from symgraph.ir.source import warn_user
from symgraph.runtime.arrays import zeros
from symgraph.runtime.context import current_context
from symgraph.runtime.creation import concatenate
from symgraph.runtime.ndarray import NDArray
from symgraph.train.module.bound import BoundModule
from symgraph.train.module.inputs import ArgumentError, check_parameter, no_parameter


class ModuleWithParameters(BoundModule):
    """A symbol whose parameters have values; see `Module`."""

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        self._require(params=True, what="get_params")
        self._sync()
        return self._arg_params or {}, self._aux_params or {}

    def _sync(self) -> None:
        """Copy what has been trained into the parameters that `get_params` shows."""
        if not self._params_dirty:
            return
        executor = self._exec_group.executor
        for own, bound in ((self._arg_params, executor.arg_dict), (self._aux_params, executor.aux_dict)):
            for name, array in (own or {}).items():
                if name in bound:  # the dicts of a bucket are those of the default one
                    array[:] = bound[name]
        self._params_dirty = False

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - as MXNet's signature shows it; it has no state
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give parameters and auxiliary states their first values.

        Args:
            initializer: called as ``initializer(InitDesc(name, attributes), array)`` where no value is given.
            arg_params, aux_params: values by name.
            allow_missing: initialize what is not in a dict that is given.
            force_init: do so again, if it has been done.
            allow_extra: say nothing of names that the symbol does not have. They are passed over in any case; with
                `allow_missing`, where they might be misspelled, there is a warning.

        Raises:
            MissingParameterError: a value is missing.
            BindError: a value has another shape than its parameter.
        """
        if self.params_initialized and not force_init:
            warn_user("Parameters already initialized and force_init=False. init_params call ignored.")
            return
        self._require(what="init_params")
        self._sync()
        if isinstance(initializer, type) or not (initializer is None or callable(initializer)):
            raise ArgumentError(
                f"init_params: an initializer is an object that is called for each parameter, as mx.init.Xavier(), given "
                f"{described(initializer)}."
            )
        executor = self._exec_group.executor
        own_args = {name: _like(executor.arg_dict[name], self._arg_params, name) for name in self._param_names}
        own_aux = {name: _like(executor.aux_dict[name], self._aux_params, name) for name in self._aux_names}
        attributes = self._symbol.attr_dict()
        # Nothing is written unless all is there.
        sources = [
            (self._checked(own, given, allow_missing, allow_extra, initializer), own, given)
            for own, given in ((own_args, arg_params), (own_aux, aux_params))
        ]
        for names, own, given in sources:
            for name in names:
                if given is not None and name in given:
                    own[name][:] = given[name]
                else:
                    self._initialize(initializer, InitDesc(name, attributes.get(name)), own[name])
        self._arg_params, self._aux_params = own_args, own_aux
        self._initializer = self._initializer if initializer is None else initializer
        self.params_initialized = True
        self._params_dirty = False
        self._write_params(own_args, own_aux)

    def _checked(
        self,
        own: Mapping[str, NDArray],
        given: Mapping[str, Any] | None,
        allow_missing: bool,
        allow_extra: bool,
        initializer: Any,
    ) -> list[str]:
        """The names to give values to, in order; those that keep theirs are left out."""
        if given is None:
            if own and initializer is None:
                raise BindError(f"init_params: no values are given for {listed(own)}, and no initializer.")
            return sorted(own)
        if not isinstance(given, Mapping):
            raise ArgumentError(f"init_params: parameters are a dict of NDArrays by name, given {described(given)}.")
        missing = [name for name in sorted(own) if name not in given]
        if missing and not allow_missing:
            otherwise = "leaves them as they are" if initializer is None else "initializes them"
            what = f"no values are given for {listed(missing)}; allow_missing=True {otherwise}."
            raise MissingParameterError(f"init_params: {self._no_parameter(missing) or what}")
        extra = _extra(own, given)
        if extra and allow_missing and not allow_extra:
            warn_user(
                f"init_params: the symbol has no parameter {listed(extra)}.{suggestion(extra[0], own)} It is passed over; "
                f"allow_extra=True says that this is meant."
            )
        for name in own:
            if name in given and not is_array(given[name]):
                raise ArgumentError(f"init_params: '{name}' must be an NDArray, given {described(given[name])}.")
            if name in given:
                check_parameter(name, given[name].shape, own[name].shape, self._inputs())
        return sorted(name for name in own if name in given or initializer is not None)

    def _initialize(self, initializer: Any, description: InitDesc, array: NDArray) -> None:
        try:
            initializer(description, array)
        except RegistryError as error:  # the variable's attribute __init__, in which files may say anything
            raise RegistryError(f"init_params: '{description}': {error}") from None
        except InitializationError as error:
            remedy = self._no_parameter([description])
            raise InitializationError(f"init_params: {remedy}" if remedy else str(error)) from None

    def _no_parameter(self, lacking: Iterable[str]) -> str:
        return no_parameter(self._symbol, lacking, self._label_names)

    def set_params(
        self,
        arg_params: Mapping[str, NDArray] | None,
        aux_params: Mapping[str, NDArray] | None,
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Copy values into parameters and auxiliary states, by name.

        Args:
            arg_params, aux_params: values by name.
            allow_missing: leave others as they are.
            force_init: do so even if parameters have been initialized.
            allow_extra: pass over names that the symbol does not have, where some may be missing.

        Raises:
            MissingParameterError, UnknownArgumentError: names are missing, or unknown.
            BindError: a value has another shape than its parameter.
        """
        self._require(what="set_params")
        executor = self._exec_group.executor
        for own, given in ((executor.arg_dict, arg_params), (executor.aux_dict, aux_params)):
            extra = _extra(own, given)
            if extra and allow_missing and not allow_extra:
                raise UnknownArgumentError(
                    f"set_params: the symbol has no parameter {listed(extra)}.{suggestion(extra[0], own)} allow_extra=True "
                    f"passes over others."
                )
        try:
            super().set_params(arg_params, aux_params, allow_missing, force_init, True)
        except MXNetError as error:
            raise about(error, "set_params", "init_params") from None

    def get_states(self, merge_multi_context: bool = True) -> list:
        self._require(params=True, what="get_states")
        arrays = [self._exec_group.executor.arg_dict[name] for name in self._state_names]
        return arrays if merge_multi_context else [self._exec_group.parts(array, 0) for array in arrays]

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Set the states, to the arrays that `get_states` or `get_outputs` gave, in parts or not, or to one number."""
        self._require(params=True, what="set_states")
        if (states is None) == (value is None):
            raise StateError("set_states: give either states or value.")
        arrays = self.get_states()
        given = [value] * len(arrays) if states is None else [_whole(state) for state in states]
        if len(given) != len(arrays):
            raise BindError(f"set_states: {counted(len(given), 'state')} given for {listed(self._state_names)}.")
        for array, content in zip(arrays, given, strict=True):
            array[:] = content


def _whole(state: Any) -> Any:
    """A state, put together if it is given as the part of each context."""
    if not isinstance(state, (list, tuple)):
        return state
    return state[0] if len(state) == 1 else concatenate(list(state))


def _like(bound: NDArray, known: Mapping[str, NDArray] | None, name: str) -> NDArray:
    """The array of `get_params` for a bound one: that which was there, or a new one, in the current context, as in MXNet:
    whoever trains on a GPU finds the parameters beside the arrays that `mx.nd` makes."""
    if known and name in known and known[name].shape == bound.shape and known[name].dtype == bound.dtype:
        return known[name]
    return zeros(bound.shape, np.dtype(bound.dtype), current_context())


def _extra(own: Mapping[str, NDArray], given: Mapping[str, Any] | None) -> list[str]:
    return [name for name in given or () if name not in own]


class MissingParameterError(BindError, RuntimeError):
    """A parameter has no value among those given."""
