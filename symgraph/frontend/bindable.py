"""Symbols as something that is bound to arrays, and computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symgraph.errors import boundary
from symgraph.frontend import binding
from symgraph.runtime.arrays import warn_unknown
from symgraph.runtime.executor import Executor
from symgraph.runtime.ndarray import NDArray


class Bindable:
    """Methods of `Symbol` that make an `Executor`."""

    __slots__ = ()

    @boundary
    def bind(
        self,
        ctx: Any,
        args: Any,
        args_grad: Any = None,
        grad_req: Any = "write",
        aux_states: Any = None,
        group2ctx: Any = None,
        shared_exec: Executor | None = None,
    ) -> Executor:
        """An `Executor` of this symbol on the given arrays, which stay shared with the caller.

        Args:
            ctx: the device to run on, or a `jax.sharding.Mesh` of several.
            args: NDArrays of all arguments, as a list in the order of `list_arguments` or a dict by name.
            args_grad: arrays for gradients, as a list (with ``None``) or a dict; arguments left out get no gradient.
            grad_req: ``"write"``, ``"add"`` or ``"null"``: one for all, a list, or a dict by name.
            aux_states: arrays of the auxiliary states, as a list or a dict.
            group2ctx: contexts of groups (``ctx_group``), by name: their arrays are there, and their nodes computed there.
            shared_exec: accepted as in MXNet; XLA plans memory per program.

        Raises:
            BindError: an array is missing or superfluous in a list.
            ShapeError, DTypeError: arrays contradict each other or the symbol.
        """
        return binding.bind(self, ctx, args, args_grad, grad_req, aux_states, group2ctx)

    @boundary
    def simple_bind(
        self,
        ctx: Any,
        grad_req: Any = "write",
        type_dict: Mapping[str, Any] | None = None,
        stype_dict: Mapping[str, str] | None = None,
        group2ctx: Any = None,
        shared_arg_names: Sequence[str] | None = None,
        shared_exec: Executor | None = None,
        shared_buffer: dict[str, NDArray] | None = None,
        **kwargs: Any,
    ) -> Executor:
        """An `Executor` whose arrays are made here, filled with zeros, from the shapes in `kwargs`.

        Args:
            ctx: the device to run on, or a `jax.sharding.Mesh` of several.
            grad_req: as in `bind`.
            type_dict: dtypes by argument name; float32 where nothing says otherwise.
            stype_dict: storage types by name; only ``"default"`` exists.
            group2ctx: contexts of groups (``ctx_group``), by name: their arrays are there, and their nodes computed there.
            shared_arg_names: arguments whose arrays are taken from `shared_exec`.
            shared_exec: another executor to share arrays with.
            shared_buffer: arrays by name to reuse where shape and dtype fit; new ones are added to it.
            **kwargs: shapes by argument name.

        Raises:
            BindError: the shapes do not determine all others.
            ShapeError, DTypeError: shapes or dtypes contradict each other.
        """
        return binding.simple_bind(
            self, ctx, grad_req, type_dict, stype_dict, group2ctx, shared_arg_names, shared_exec, shared_buffer, kwargs
        )

    @boundary
    def eval(self: Any, ctx: Any = None, **kwargs: NDArray) -> list[NDArray]:
        """Outputs of this symbol for the given arguments: `bind` and ``forward`` in one."""
        arguments = {name: kwargs[name] for name in self.list_arguments() if name in kwargs}
        states = {name: kwargs[name] for name in self.list_auxiliary_states() if name in kwargs}
        unknown = sorted(set(kwargs) - set(arguments) - set(states))
        warn_unknown(unknown, self.list_inputs(), "eval: argument")
        executor: Executor = self.bind(ctx, arguments, aux_states=states or None)
        return executor.forward()
