"""`BucketingModule`: a family of symbols that share parameters, such as a recurrent network unrolled to several lengths."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, StateError, described
from symgraph.initializer import Uniform
from symgraph.runtime import job
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.params import save
from symgraph.train.checkpoint import load_params, save_checkpoint, symbol_file_of
from symgraph.train.module.base import BaseModule
from symgraph.train.module.module import Module


class BucketingModule(BaseModule):
    """One module per bucket, with the parameters of the first.

    Args:
        sym_gen: called with a bucket's key, gives ``(symbol, data names, label names)``.
        default_bucket_key: the bucket whose symbol has all parameters; the longest one, as a rule.
        context, work_load_list, fixed_param_names, state_names, group2ctxs, compression_params: as of `Module`.
    """

    def __init__(
        self,
        sym_gen: Callable[[Any], tuple],
        default_bucket_key: Any = None,
        logger: Any = logging.root,
        context: Any = None,
        work_load_list: Sequence[float] | None = None,
        fixed_param_names: Sequence[str] | None = None,
        state_names: Sequence[str] | None = None,
        group2ctxs: Any = None,
        compression_params: Any = None,
    ):
        super().__init__(logger=logger)
        if default_bucket_key is None:
            raise StateError("BucketingModule needs default_bucket_key, the key of the bucket that has all parameters.")
        self._sym_gen = sym_gen
        self._default_bucket_key = default_bucket_key
        self._options = {
            "logger": logger,
            "context": context,
            "work_load_list": work_load_list,
            "fixed_param_names": fixed_param_names,
            "state_names": state_names,
            "group2ctxs": group2ctxs,
            "compression_params": compression_params,
        }
        self._buckets: dict[Any, Module] = {}
        self._curr_module: Any = None
        self._curr_bucket_key: Any = None
        self._grad_req: Any = None
        self._monitor: Any = None
        self._first = self._made(default_bucket_key)

    def _made(self, key: Any) -> Module:
        made = self._sym_gen(key)
        if not (isinstance(made, tuple) and len(made) == 3):
            raise BucketError(
                f"sym_gen({key!r}) must give (symbol, data names, label names), as in net, ('data',), ('softmax_label',); "
                f"it gave {described(made)}."
            )
        symbol, data_names, label_names = made
        return Module(symbol, data_names, label_names, **self._options)

    @property
    def data_names(self) -> list[str]:
        return (self._curr_module or self._first).data_names

    @property
    def output_names(self) -> list[str]:
        return (self._curr_module or self._first).output_names

    @property
    def data_shapes(self) -> Any:
        self._require(what="data_shapes")
        return self._curr_module.data_shapes

    @property
    def label_shapes(self) -> Any:
        self._require(what="label_shapes")
        return self._curr_module.label_shapes

    @property
    def output_shapes(self) -> Any:
        self._require(what="output_shapes")
        return self._curr_module.output_shapes

    @property
    def symbol(self) -> Any:
        return (self._curr_module or self._first).symbol

    @property
    def _is_shared(self) -> bool:
        return self._first._is_shared

    @property
    def _params_dirty(self) -> bool:
        return self._curr_module is not None and self._curr_module._params_dirty

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
        """Bind the default bucket; others are bound when a batch asks for them."""
        if shared_module is not None:
            raise StateError("bind: a BucketingModule cannot share the parameters of another module.")
        kept = self._first.get_params() if self.params_initialized and self._first.binded else None
        if force_rebind:
            self.binded = False
            self._buckets.clear()
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        self.for_training, self.inputs_need_grad, self._grad_req = for_training, inputs_need_grad, grad_req
        module = self._first
        module.bind(data_shapes, label_shapes, for_training, inputs_need_grad, force_rebind, None, grad_req)
        self.binded = True
        self._curr_module, self._curr_bucket_key = module, self._default_bucket_key
        self._buckets[self._default_bucket_key] = module
        if kept is not None:
            self.set_params(*kept)

    def switch_bucket(self, bucket_key: Any, data_shapes: Any, label_shapes: Any = None) -> None:
        """Use another bucket from now on, which is bound for these shapes if it has not been in use before."""
        self._require(what="switch_bucket")
        module = self._buckets.get(bucket_key)
        if module is None:
            module = self._buckets[bucket_key] = self._made(bucket_key)
            module.bind(
                data_shapes,
                label_shapes,
                self.for_training,
                self.inputs_need_grad,
                shared_module=self._first if self.params_initialized else None,
                grad_req=self._grad_req,
            )
            if self._monitor is not None:
                module.install_monitor(self._monitor)
        if module is not self._first and self.optimizer_initialized and not module.optimizer_initialized:
            module.borrow_optimizer(self._first)
        module._params_dirty = module._params_dirty or self._params_dirty
        self._curr_module, self._curr_bucket_key = module, bucket_key

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - as MXNet's signature shows it; it has no state
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give the parameters, which all buckets share, their first values; see `Module.init_params`."""
        if self.params_initialized and not force_init:
            return
        self._require(what="init_params")
        self._first.init_params(
            initializer,
            arg_params,
            aux_params,
            allow_missing,
            force_init or self._first.params_initialized,
            allow_extra,
        )
        self.params_initialized = True

    def set_params(
        self,
        arg_params: Mapping[str, NDArray] | None,
        aux_params: Mapping[str, NDArray] | None,
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Copy values into the parameters, which all buckets share; see `Module.set_params`."""
        self._require(what="set_params")
        self._first.set_params(arg_params, aux_params, allow_missing, force_init, allow_extra)
        self.params_initialized = True

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        self._require(params=True, what="get_params")
        self._first._params_dirty = self._first._params_dirty or self._params_dirty
        return self._first.get_params()

    def get_states(self, merge_multi_context: bool = True) -> list:
        self._require(params=True, what="get_states")
        return self._curr_module.get_states(merge_multi_context)

    def set_states(self, states: Any = None, value: Any = None) -> None:
        self._require(params=True, what="set_states")
        self._curr_module.set_states(states, value)

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Get ready to update parameters, with one optimizer for all buckets."""
        self._require(params=True, what="init_optimizer")
        if self._keeps_optimizer(optimizer, optimizer_params, force_init):
            return
        self._first.init_optimizer(kvstore, optimizer, optimizer_params, force_init)
        for module in self._buckets.values():
            if module is not self._first:
                module.borrow_optimizer(self._first)
        self.optimizer_initialized = True

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """Bind the bucket of a batch, if it is the first of its kind, and stay with the present one."""
        self._require(params=True, what="prepare")
        present = self._curr_bucket_key, self.data_shapes, self.label_shapes
        self._switch_for(data_batch)
        self._curr_module.prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)
        dirty = self._params_dirty
        self.switch_bucket(*present)
        self._curr_module._params_dirty = dirty

    def _switch_for(self, data_batch: Any) -> None:
        key = getattr(data_batch, "bucket_key", None)
        shapes = getattr(data_batch, "provide_data", None)
        if key is None:
            raise BucketError(
                "a batch for a BucketingModule tells its bucket, as in "
                "mx.io.DataBatch(data, label, bucket_key=10, provide_data=[...], provide_label=[...])."
            )
        if shapes is None and key not in self._buckets:
            raise BucketError(f"a first batch for bucket {key!r} tells its shapes: DataBatch(..., provide_data=[...]).")
        self.switch_bucket(key, shapes, getattr(data_batch, "provide_label", None))

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute outputs of a batch, with the symbol of its ``bucket_key``."""
        self._require(params=True, what="forward")
        self._switch_for(data_batch)
        self._curr_module.forward(data_batch, is_train=is_train)

    def backward(self, out_grads: Any = None) -> None:
        self._require(params=True, what="backward")
        self._curr_module.backward(out_grads)

    def update(self) -> None:
        self._require(params=True, optimizer=True, what="update")
        self._curr_module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        self._require(params=True, what="get_outputs")
        return self._curr_module.get_outputs(merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        self._require(params=True, what="get_input_grads")
        return self._curr_module.get_input_grads(merge_multi_context)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        self._require(params=True, what="update_metric")
        self._curr_module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        """Let a monitor see what is computed, in all buckets."""
        self._require(what="install_monitor")
        self._monitor = mon
        for module in self._buckets.values():
            module.install_monitor(mon)

    # -- files ------------------------------------------------------------------------------------------------------------

    def save_checkpoint(self, prefix: str, epoch: int, remove_amp_cast: bool = False) -> None:
        """Write the symbol of each bucket in use (``prefix-10-symbol.json``), the parameters, and the list of buckets."""
        self._require(params=True, what="save_checkpoint")
        with self._writing():
            if job.is_writer():
                self._write(prefix, epoch, remove_amp_cast)

    def _write(self, prefix: str, epoch: int, remove_amp_cast: bool) -> None:
        if all(isinstance(key, int) for key in self._buckets):
            save(f"{prefix}.buckets", [array(list(self._buckets), dtype=np.int32)])
        for key, module in self._buckets.items():
            module.symbol.save(symbol_file_of(f"{prefix}-{key}"), remove_amp_cast=remove_amp_cast)
        arg_params, aux_params = self.get_params()
        save_checkpoint(prefix, epoch, None, arg_params, aux_params, remove_amp_cast)

    @staticmethod
    def load(
        prefix: str,
        epoch: int,
        sym_gen: Callable[[Any], tuple] | None = None,
        default_bucket_key: Any = None,
        **kwargs: Any,
    ) -> BucketingModule:
        """A module with the parameters of a checkpoint; not bound yet.

        Args:
            sym_gen, default_bucket_key, **kwargs: see `BucketingModule`.
        """
        arg_params, aux_params = load_params(prefix, epoch)
        return BucketingModule.load_dict(
            sym_gen=sym_gen,
            default_bucket_key=default_bucket_key,
            arg_params=arg_params,
            aux_params=aux_params,
            **kwargs,
        )

    @staticmethod
    def load_dict(
        sym_dict: Mapping[Any, Any] | None = None,
        sym_gen: Callable[[Any], tuple] | None = None,
        default_bucket_key: Any = None,
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        **kwargs: Any,
    ) -> BucketingModule:
        """A module with these parameters; not bound yet. `sym_dict` is not looked at, as in MXNet: `sym_gen` makes symbols."""
        if sym_gen is None:
            raise StateError("BucketingModule.load: sym_gen is required, as the files do not tell names of inputs.")
        module = BucketingModule(sym_gen=sym_gen, default_bucket_key=default_bucket_key, **kwargs)
        module._first._arg_params = dict(arg_params or {})
        module._first._aux_params = dict(aux_params or {})
        module._first.params_initialized = module.params_initialized = True
        return module


class BucketError(BindError, TypeError):
    """A batch does not tell its bucket, or a bucket has no symbol."""
