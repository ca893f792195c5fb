"""`SequentialModule`: modules one after the other, the outputs of each being the data of the next."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from symgraph.errors import BindError, StateError, listed, suggestion
from symgraph.initializer import Uniform
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import DataBatch, DataDesc
from symgraph.train.module.base import BaseModule


class SequentialModule(BaseModule):
    """A chain of modules, which `add` makes.

    >>> import symgraph as mx
    >>> chain = mx.mod.SequentialModule()
    >>> hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8)
    >>> loss = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2), name="softmax")
    >>> _ = chain.add(mx.mod.Module(hidden, label_names=None))
    >>> _ = chain.add(mx.mod.Module(loss), take_labels=True, auto_wiring=True)
    >>> chain.output_names
    ['softmax_output']
    """

    META_TAKE_LABELS = "take_labels"
    META_AUTO_WIRING = "auto_wiring"

    def __init__(self, logger: Any = logging.root):
        super().__init__(logger=logger)
        self._modules: list[Any] = []
        self._metas: list[dict[str, Any]] = []
        self._data_shapes: Any = None
        self._label_shapes: Any = None
        self._meta_keys = {self.META_TAKE_LABELS, self.META_AUTO_WIRING}

    def add(self, module: Any, **kwargs: Any) -> SequentialModule:
        """Put a module at the end.

        Args:
            take_labels: the module gets the labels of a batch.
            auto_wiring: the outputs of the module before are its data, by position, whatever their names.
        """
        for key in kwargs:
            if key not in self._meta_keys:
                raise StateError(
                    f"add: unknown option '{key}'.{suggestion(key, self._meta_keys)} Known: {listed(sorted(self._meta_keys))}."
                )
        self._modules.append(module)
        self._metas.append(kwargs)
        self.binded = self.params_initialized = self.optimizer_initialized = False
        return self

    @property
    def data_names(self) -> list[str]:
        return self._modules[0].data_names if self._modules else []

    @property
    def output_names(self) -> list[str]:
        return self._modules[-1].output_names if self._modules else []

    @property
    def data_shapes(self) -> Any:
        self._require(what="data_shapes")
        return self._modules[0].data_shapes

    @property
    def label_shapes(self) -> Any:
        self._require(what="label_shapes")
        return self._label_shapes

    @property
    def output_shapes(self) -> Any:
        self._require(what="output_shapes")
        return self._modules[-1].output_shapes

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
        """Bind all modules, each for the outputs of the one before."""
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if not self._modules:
            raise StateError("bind: the SequentialModule is empty; add modules first.")
        if shared_module is not None:
            raise StateError("bind: a SequentialModule cannot share the parameters of another module.")
        takes_labels = False
        shapes = data_shapes
        for i, (module, meta) in enumerate(zip(self._modules, self._metas, strict=True)):
            takes = bool(meta.get(self.META_TAKE_LABELS))
            takes_labels = takes_labels or takes
            if meta.get(self.META_AUTO_WIRING):
                names = module.data_names
                if len(names) != len(shapes):
                    raise BindError(
                        f"bind: module {i} takes {listed(names)}, but is given {len(shapes)} outputs of the one before."
                    )
                shapes = [(name, shape[1]) for name, shape in zip(names, shapes, strict=True)]
            needs_grad = inputs_need_grad or (for_training and i > 0)
            labels = label_shapes if takes else None
            module.bind(shapes, labels, for_training, needs_grad, force_rebind, None, grad_req)
            shapes = module.output_shapes
        self.for_training, self.inputs_need_grad, self.binded = for_training, inputs_need_grad, True
        self._label_shapes = label_shapes if takes_labels else None

    @property
    def _is_shared(self) -> bool:
        return any(module._is_shared for module in self._modules)

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        self._require(params=True, what="get_params")
        arg_params: dict[str, NDArray] = {}
        aux_params: dict[str, NDArray] = {}
        for module in self._modules:
            arg, aux = module.get_params()
            arg_params |= arg
            aux_params |= aux
        return arg_params, aux_params

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - as MXNet's signature shows it; it has no state
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give the parameters of all modules their first values; see `Module.init_params`."""
        if self.params_initialized and not force_init:
            return
        self._require(what="init_params")
        for module in self._modules:
            # To each module, the parameters of the others are extra ones.
            module.init_params(initializer, arg_params, aux_params, allow_missing, force_init, True)
        self._check_names()
        self.params_initialized = True

    def _check_names(self) -> None:
        seen: dict[str, int] = {}
        for i, module in enumerate(self._modules):
            for params in module.get_params():
                for name in params:
                    if name in seen:
                        raise StateError(
                            f"init_params: duplicated parameter '{name}', of modules {seen[name]} and {i}; give layers "
                            f"names of their own."
                        )
                    seen[name] = i

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Give each module an optimizer."""
        self._require(params=True, what="init_optimizer")
        if self._keeps_optimizer(optimizer, optimizer_params, force_init):
            return
        for module in self._modules:
            module.init_optimizer(kvstore, optimizer, optimizer_params, force_init)
        self.optimizer_initialized = True

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute outputs of a batch."""
        self._require(params=True, what="forward")
        batch = data_batch
        for i, module in enumerate(self._modules):
            if i:
                batch = _with_data(batch, self._modules[i - 1].get_outputs(), module.data_names)
            module.forward(batch, is_train=is_train)

    def backward(self, out_grads: Any = None) -> None:
        self._require(params=True, training=True, what="backward")
        for i, module in reversed(list(enumerate(self._modules))):
            module.backward(out_grads=out_grads)
            if i > 0:
                out_grads = module.get_input_grads()

    def update(self) -> None:
        self._require(params=True, optimizer=True, what="update")
        for module in self._modules:
            module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        self._require(params=True, what="get_outputs")
        return self._modules[-1].get_outputs(merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        self._require(params=True, what="get_input_grads")
        if not self.inputs_need_grad:
            raise StateError("get_input_grads: bind with inputs_need_grad=True to have gradients of the inputs.")
        return self._modules[0].get_input_grads(merge_multi_context)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Let a metric see the outputs of the modules that take labels."""
        self._require(params=True, what="update_metric")
        for module, meta in zip(self._modules, self._metas, strict=True):
            if meta.get(self.META_TAKE_LABELS):
                module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        """Let a monitor see what is computed, in all modules."""
        self._require(what="install_monitor")
        for module in self._modules:
            module.install_monitor(mon)


def _with_data(batch: Any, data: list, names: Sequence[str]) -> Any:
    """A batch with other data; labels, the key of its bucket and whatever else it has stay."""
    fields = batch._asdict() if hasattr(batch, "_asdict") else vars(batch)
    replaced = DataBatch(data)
    vars(replaced).update(fields)
    replaced.data = data
    if replaced.provide_data is not None:
        pairs = zip(names, data, strict=False)
        replaced.provide_data = [DataDesc(name, array.shape, array.dtype) for name, array in pairs]
    return replaced
