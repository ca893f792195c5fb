"""`BoundModule`: the part of a module that makes its arrays for inputs of given shapes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from jax.sharding import Mesh

from symgraph.errors import BindError, StateError, counted, described, listed
from symgraph.frontend.symbol import Symbol
from symgraph.runtime.context import Context, as_context, current_context
from symgraph.runtime.distribution import as_mesh, contexts_of
from symgraph.runtime.ndarray import NDArray
from symgraph.train import optimizer as optimizers
from symgraph.train.io.description import DataDesc
from symgraph.train.kvstore import KVStore
from symgraph.train.module.base import BaseModule
from symgraph.train.module.fed_group import FedGroup
from symgraph.train.module.inputs import check_input_names, check_labels, check_parameter, names_of, parse_data_desc
from symgraph.train.module.job_group import JobGroup, check_alike, take_first


class BoundModule(BaseModule):
    """A symbol, and the arrays it is bound to; see `Module`."""

    def __init__(
        self,
        symbol: Symbol,
        data_names: Sequence[str] | None = ("data",),
        label_names: Sequence[str] | None = ("softmax_label",),
        logger: Any = logging.root,
        context: Any = None,
        work_load_list: Sequence[float] | None = None,
        fixed_param_names: Sequence[str] | None = None,
        state_names: Sequence[str] | None = None,
        group2ctxs: Any = None,
        compression_params: Any = None,
    ):
        super().__init__(logger=logger)
        if not isinstance(symbol, Symbol):
            raise BindError(f"Module: the first argument is a Symbol, given {described(symbol)}.")
        self._symbol = symbol
        self._mesh = as_mesh(context) if isinstance(context, Mesh) else None
        self._context = contexts_of(context) if isinstance(context, Mesh) else _contexts(context)
        self._work_load_list = [1] * len(self._context) if work_load_list is None else list(work_load_list)
        if len(self._work_load_list) != len(self._context):
            raise StateError(
                f"Module: work_load_list has {counted(len(self._work_load_list), 'entry', 'entries')} for "
                f"{counted(len(self._context), 'context')}; give one for each."
            )
        self._group2ctxs = _places(group2ctxs, len(self._context))
        self._compression_params = compression_params
        self._data_names = names_of(data_names, "data_names")
        self._label_names = names_of(label_names, "label_names")
        self._state_names = names_of(state_names, "state_names")
        self._fixed_param_names = names_of(fixed_param_names, "fixed_param_names")
        inputs = {*self._data_names, *self._label_names, *self._state_names}
        self._param_names = [name for name in symbol.list_arguments() if name not in inputs]
        self._check_names()
        self._aux_names = symbol.list_auxiliary_states()
        self._output_names = symbol.list_outputs()
        self._arg_params: dict[str, NDArray] | None = None
        self._aux_params: dict[str, NDArray] | None = None
        self._params_dirty = False
        self._optimizer: optimizers.Optimizer | None = None
        self._kvstore: KVStore | None = None
        self._update_on_kvstore: bool | None = None
        self._updater: Any = None
        self._preload_opt_states: str | None = None
        self._grad_req: Any = None
        self._exec_group: Any = None
        self._data_shapes: list[DataDesc] | None = None
        self._label_shapes: list[DataDesc] | None = None

    def _check_names(self) -> None:
        given = {
            "data": self._data_names,
            "label": self._label_names,
            "state": self._state_names,
            "fixed_param": self._fixed_param_names,
        }
        for what, names in given.items():
            check_input_names(self._symbol, names, what, what != "label")

    # -- what it is -------------------------------------------------------------------------------------------------------

    @property
    def data_names(self) -> list[str]:
        return self._data_names

    @property
    def label_names(self) -> list[str]:
        """Names of the labels."""
        return self._label_names

    @property
    def output_names(self) -> list[str]:
        return self._output_names

    @property
    def data_shapes(self) -> list[DataDesc]:
        self._require(what="data_shapes")
        return self._data_shapes or []

    @property
    def label_shapes(self) -> list[DataDesc] | None:
        self._require(what="label_shapes")
        return self._label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        self._require(what="output_shapes")
        return list(zip(self._output_names, self._exec_group.shapes_of_outputs, strict=True))

    # -- binding ----------------------------------------------------------------------------------------------------------

    def bind(
        self,
        data_shapes: Any,
        label_shapes: Any = None,
        for_training: bool = True,
        inputs_need_grad: bool = False,
        force_rebind: bool = False,
        shared_module: Any = None,
        grad_req: Any = "write",
    ) -> None:
        """Make the arrays for inputs of these shapes.

        Args:
            data_shapes, label_shapes: pairs of name and shape, or `DataDesc`. Without labels, their shapes follow from
                those of data.
            for_training: whether there will be a `backward`.
            inputs_need_grad: whether `get_input_grads` is going to be asked.
            force_rebind: bind again if it is bound already.
            shared_module: a module whose parameters this one is to share.
            grad_req: of the parameters: ``"write"``, ``"add"`` or ``"null"``, a dict, or a list for all arguments.

        Raises:
            BindError: other inputs than `data_names`.
        """
        if force_rebind:
            self._exec_group, self.binded = None, False
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if inputs_need_grad and not for_training:
            raise StateError("bind: inputs_need_grad=True is for training; leave for_training=True.")
        data, label = parse_data_desc(self._data_names, self._label_names, data_shapes, label_shapes)
        check_labels(self._symbol, label or (), [*self._data_names, *self._state_names], self._label_names)
        requests = self._requests(grad_req, for_training, inputs_need_grad)
        self._exec_group = self._group(data, label or [], requests, shared_module)
        for each in (self, self._exec_group):
            each.for_training, each.inputs_need_grad = for_training, inputs_need_grad
        self._grad_req = grad_req
        self._data_shapes, self._label_shapes = data, label
        if shared_module is not None:
            self._borrow_parameters(shared_module)
        elif self.params_initialized:
            self._write_params(self._arg_params or {}, self._aux_params or {})
            self._take_place()
        self.binded = True

    @property
    def _is_shared(self) -> bool:
        return isinstance(self._exec_group, JobGroup)

    def _steps(self) -> int:
        return self._optimizer.num_update if self._optimizer is not None else 0

    def _take_place(self) -> None:
        """Train where the store says: in a job, over its processes, beginning with the parameters of worker 0."""
        group, store = self._exec_group, self._kvstore
        is_shared = store is not None and store.num_workers > 1
        if is_shared == self._is_shared:
            return
        params, states = self._arg_params or {}, self._aux_params or {}
        if is_shared:
            check_alike(self._symbol, group, self._optimizer)
            self._exec_group = JobGroup(group, self._steps)
            take_first(params, states)
        else:
            self._exec_group = group.alone
        self._write_params(params, states)

    def _group(
        self, data: list[DataDesc], label: list[DataDesc], requests: dict[str, str], shared_module: Any
    ) -> FedGroup | JobGroup:
        """The arrays for these inputs, with the parameters of another module if there is one."""
        is_ready = isinstance(shared_module, BoundModule) and shared_module.binded and shared_module.params_initialized
        if shared_module is not None and not is_ready:
            raise StateError("bind: shared_module must be a Module that is bound and has parameters.")
        shared = None if shared_module is None else shared_module._exec_group
        over = shared if isinstance(shared, JobGroup) else None
        group = FedGroup(
            self._symbol,
            self._context,
            self._work_load_list,
            data,
            label,
            self._param_names,
            requests,
            self._group2ctxs,
            shared if over is None else over.alone,
            self._mesh,
        )
        return group if over is None else JobGroup(group, self._steps, over)

    def _borrow_parameters(self, shared_module: BoundModule) -> None:
        """Go on with the parameters of another module, and its optimizer if it has one."""
        self.params_initialized = True
        self._arg_params, self._aux_params = shared_module._arg_params, shared_module._aux_params
        if shared_module.optimizer_initialized:
            self.borrow_optimizer(shared_module)

    def borrow_optimizer(self, shared_module: BoundModule) -> None:
        """Update with the optimizer of another module, and its states."""
        if not shared_module.optimizer_initialized:
            raise StateError(
                "borrow_optimizer: the other module has no optimizer yet: call its init_optimizer() first."
            )
        self._optimizer = shared_module._optimizer
        self._kvstore = shared_module._kvstore
        self._update_on_kvstore = shared_module._update_on_kvstore
        self._updater = shared_module._updater
        self.optimizer_initialized = True
        over = shared_module._exec_group
        if isinstance(over, JobGroup) and not self._is_shared:
            self._exec_group = JobGroup(self._exec_group, self._steps, over)

    def _write_params(self, arg_params: Mapping[str, NDArray], aux_params: Mapping[str, NDArray]) -> None:
        executor = self._exec_group.executor
        for params, arrays in ((arg_params, executor.arg_dict), (aux_params, executor.aux_dict)):
            for name, array in params.items():
                if name in arrays:
                    check_parameter(name, array.shape, arrays[name].shape, self._inputs())
        executor.copy_params_from(arg_params, aux_params)

    def _inputs(self) -> list[DataDesc]:
        return [*(self._data_shapes or ()), *(self._label_shapes or ())]

    def _requests(self, grad_req: Any, for_training: bool, inputs_need_grad: bool) -> dict[str, str]:
        names = self._symbol.list_arguments()
        if not for_training:
            return dict.fromkeys(names, "null")
        if isinstance(grad_req, (list, tuple)):
            if len(grad_req) != len(names):
                raise BindError(
                    f"bind: grad_req has {counted(len(grad_req), 'entry', 'entries')} for "
                    f"{counted(len(names), 'argument')} ({listed(names)})."
                )
            return dict(zip(names, grad_req, strict=True))
        given = grad_req if isinstance(grad_req, Mapping) else {}
        general = grad_req if isinstance(grad_req, str) else "write"
        requests = dict.fromkeys(names, "null")
        for name in self._param_names:
            requests[name] = "null" if name in self._fixed_param_names else general
        if inputs_need_grad:
            requests |= dict.fromkeys(self._data_names, general)
        return requests | {name: request for name, request in given.items() if name in requests}

    def reshape(self, data_shapes: Any, label_shapes: Any = None) -> None:
        """Be ready for inputs of other shapes, on the same parameters."""
        self._require(what="reshape")
        data, label = parse_data_desc(self._data_names, self._label_names, data_shapes, label_shapes)
        self._exec_group.bind(data, label or [])
        self._data_shapes, self._label_shapes = data, label


def _contexts(given: Any) -> list[Context]:
    if given is None or (isinstance(given, (list, tuple)) and not given):
        return [current_context()]
    return [as_context(context) for context in (given if isinstance(given, (list, tuple)) else [given])]


def _places(group2ctxs: Any, count: int) -> dict[str, Context] | None:
    """The contexts of groups of operators, as the executor takes them: of each list the first, as there is one executor.

    Args:
        group2ctxs: a dict of contexts, or of lists with one for each of the module's `count` contexts; or a list of dicts.

    Raises:
        GroupError: it is something else.
    """
    if not group2ctxs:
        return None
    if isinstance(group2ctxs, (list, tuple)):
        if len(group2ctxs) != count:
            raise GroupError(
                f"Module: group2ctxs has {counted(len(group2ctxs), 'dict')} for {counted(count, 'context')}; give one for "
                f"each, or one dict for all."
            )
        group2ctxs = group2ctxs[0]
    if not isinstance(group2ctxs, Mapping):
        raise GroupError(
            f"Module: group2ctxs is a dict, as {{'dev1': mx.cpu(1)}}, or a list of such, given {described(group2ctxs)}."
        )
    found = {}
    for name, given in group2ctxs.items():
        places = list(given) if isinstance(given, (list, tuple)) else [given]
        if len(places) not in (1, count):
            raise GroupError(
                f"Module: group2ctxs['{name}'] has {counted(len(places), 'context')}; give 1"
                f"{f' or {count}, as many as the module has' if count > 1 else ''}."
            )
        found[name] = as_context(places[0])
    return found


class GroupError(BindError, AssertionError):
    """Contexts of groups of operators are not given as they should be."""
