"""``mx.model``: checkpoints, and `FeedForward`, the way to train that MXNet had before modules."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, StateError, described
from symgraph.frontend.symbol import Symbol
from symgraph.initializer import Uniform
from symgraph.ir.labels import labels_of
from symgraph.runtime.ndarray import NDArray
from symgraph.train.callback import LogValidationMetricsCallback
from symgraph.train.calls import Callbacks, call_all
from symgraph.train.checkpoint import BatchEndParam, load_checkpoint, load_params, save_checkpoint
from symgraph.train.io import DataIter, NDArrayIter
from symgraph.train.loop import (
    _create_kvstore,
    _initialize_kvstore,
    _multiple_callbacks,
    _update_params,
    _update_params_on_kvstore,
)
from symgraph.train.module.base import metric_of
from symgraph.train.module.inputs import ArgumentError
from symgraph.train.module.module import Module
from symgraph.train.module.trouble import Finiteness

__all__ = [
    "BatchEndParam",
    "FeedForward",
    "_create_kvstore",
    "_initialize_kvstore",
    "_multiple_callbacks",
    "_update_params",
    "_update_params_on_kvstore",
    "load_checkpoint",
    "load_params",
    "save_checkpoint",
]


class FeedForward:
    """A symbol that is trained on arrays, or on an iterator. New programs use `Module`, on which this stands.

    Args:
        symbol: what it computes; its arguments that neither data nor label feed are parameters.
        ctx: device, or a list of them.
        num_epoch, begin_epoch: number of the epoch to stop before, and of the first one.
        epoch_size: batches of an epoch, default all there are; data that ends before begins again.
        optimizer, **kwargs: an optimizer, or its name and arguments.
        initializer: of parameters that `arg_params` does not hold.
        numpy_batch_size: examples of a batch of arrays.
        arg_params, aux_params: values of parameters and auxiliary states.
        allow_extra_params: accepted for compatibility; names that the symbol does not have are passed over.
    """

    def __init__(
        self,
        symbol: Symbol,
        ctx: Any = None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer: Any = "sgd",
        initializer: Any = Uniform(0.01),  # noqa: B008 - as MXNet's signature shows it; it has no state
        numpy_batch_size: int = 128,
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_extra_params: bool = False,
        begin_epoch: int = 0,
        **kwargs: Any,
    ):
        self.symbol = symbol
        self.ctx = ctx
        self.num_epoch = num_epoch
        self.epoch_size = epoch_size
        self.optimizer = optimizer
        self.initializer = initializer
        self.numpy_batch_size = numpy_batch_size
        self.arg_params = arg_params
        self.aux_params = aux_params
        self.allow_extra_params = allow_extra_params
        self.begin_epoch = begin_epoch
        self.kwargs = kwargs

    def fit(
        self,
        X: Any,  # noqa: N803 - MXNet's name
        y: Any = None,
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Callbacks = None,
        batch_end_callback: Callbacks = None,
        kvstore: Any = "local",
        logger: Any = None,
        work_load_list: Sequence[float] | None = None,
        monitor: Any = None,
        eval_end_callback: Callbacks = LogValidationMetricsCallback(),  # noqa: B008
        eval_batch_end_callback: Callbacks = None,
    ) -> None:
        """Train.

        Args:
            X, y: arrays of examples and labels, or an iterator as `X`.
            eval_data: an iterator, or a pair of arrays, to score after each epoch.
            others: see `BaseModule.fit`.
        """
        if self.num_epoch is None:
            raise StateError("FeedForward.fit: say how many epochs, as in FeedForward(symbol, num_epoch=10).")
        logger = logger or logging.root
        data = self._iterator(X, y, is_train=True)
        eval_data = self._evaluation(eval_data)
        module = self._module(data, work_load_list)
        module.bind(data.provide_data, data.provide_label or None)
        if monitor is not None:
            module.install_monitor(monitor)
        self._give_parameters(module)
        module.init_optimizer(kvstore, self.optimizer, self.kwargs)
        eval_metric = metric_of(eval_metric)
        logger.info("Start training with %s", module._context)
        data.reset()
        finiteness = Finiteness(logger)
        for epoch in range(self.begin_epoch, self.num_epoch):
            self._fit_epoch(module, data, epoch, eval_metric, batch_end_callback, monitor, logger)
            self.arg_params, self.aux_params = module.get_params()
            finiteness.look(epoch, self.arg_params, eval_metric.get_global_name_value())
            params = self.arg_params, self.aux_params
            call_all(epoch_end_callback, epoch, self.symbol, *params, what="epoch_end_callback")
            if eval_data is not None:
                ends = eval_batch_end_callback, eval_end_callback
                module.score(eval_data, eval_metric, None, *ends, epoch=epoch)
                eval_data.reset()

    def _fit_epoch(
        self, module: Module, data: Any, epoch: int, eval_metric: Any, callbacks: Callbacks, monitor: Any, logger: Any
    ) -> None:
        tic = time.time()
        eval_metric.reset()
        nbatch = 0
        while True:
            is_at_end = True
            for batch in data:
                if monitor is not None:
                    monitor.tic()
                module.forward_backward(batch)
                module.update()
                if monitor is not None:
                    monitor.toc_print()
                module.update_metric(eval_metric, batch.label)
                nbatch += 1
                call_all(callbacks, BatchEndParam(epoch, nbatch, eval_metric, locals()), what="batch_end_callback")
                if nbatch == self.epoch_size:
                    is_at_end = False
                    break
            if is_at_end:
                logger.info("Epoch[%d] Resetting Data Iterator", epoch)
                data.reset()
            if self.epoch_size is None or nbatch >= self.epoch_size:
                break
        logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - tic)

    def predict(
        self,
        X: Any,  # noqa: N803
        num_batch: int | None = None,
        return_data: bool = False,
        reset: bool = True,
    ) -> Any:
        """Outputs as NumPy arrays, one or a list; with `return_data` also the data and labels they belong to."""
        data = self._iterator(X, None, is_train=False)
        module = self._module(data)
        module.bind(data.provide_data, None, for_training=False)
        self._give_parameters(module, trained=True)
        columns: list[list[list[np.ndarray]]] = [[], [], []]
        for outputs, _, batch in module.iter_predict(data, num_batch, reset):
            size = outputs[0].shape[0]
            for column, arrays in zip(columns, (outputs, batch.data, batch.label or []), strict=True):
                column.append([array.asnumpy()[:size] for array in arrays])
        found = [_columns(column) for column in columns]
        return tuple(found) if return_data else found[0]

    def score(
        self,
        X: Any,  # noqa: N803
        eval_metric: Any = "acc",
        num_batch: int | None = None,
        batch_end_callback: Callbacks = None,
        reset: bool = True,
    ) -> Any:
        """The value of a metric on data."""
        data = self._iterator(X, None, is_train=False)
        module = self._module(data)
        module.bind(data.provide_data, data.provide_label or None, for_training=False)
        self._give_parameters(module, trained=True)
        eval_metric = metric_of(eval_metric)
        module.score(data, eval_metric, num_batch, batch_end_callback, reset=reset)
        return eval_metric.get()[1]

    def save(self, prefix: str, epoch: int | None = None, remove_amp_cast: bool = True) -> None:
        """Write symbol and parameters to files, see `save_checkpoint`; the epoch is `num_epoch` by default."""
        epoch = self.num_epoch if epoch is None else epoch
        if epoch is None:
            raise StateError("FeedForward.save: give the number of the epoch.")
        save_checkpoint(prefix, epoch, self.symbol, self.arg_params or {}, self.aux_params or {}, remove_amp_cast)

    @staticmethod
    def load(prefix: str, epoch: int, ctx: Any = None, **kwargs: Any) -> FeedForward:
        """A model of a checkpoint, whose training goes on after that epoch."""
        symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
        given = {"arg_params": arg_params, "aux_params": aux_params, "begin_epoch": epoch}
        return FeedForward(symbol, ctx=ctx, **given, **kwargs)  # type: ignore[arg-type]

    @staticmethod
    def create(
        symbol: Symbol,
        X: Any,  # noqa: N803
        y: Any = None,
        ctx: Any = None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer: Any = "sgd",
        initializer: Any = Uniform(0.01),  # noqa: B008
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Callbacks = None,
        batch_end_callback: Callbacks = None,
        kvstore: Any = "local",
        logger: Any = None,
        work_load_list: Sequence[float] | None = None,
        eval_end_callback: Callbacks = LogValidationMetricsCallback(),  # noqa: B008
        eval_batch_end_callback: Callbacks = None,
        **kwargs: Any,
    ) -> FeedForward:
        """A model that is trained at once, see `fit`."""
        model = FeedForward(symbol, ctx, num_epoch, epoch_size, optimizer, initializer, **kwargs)
        model.fit(
            X,
            y,
            eval_data,
            eval_metric,
            epoch_end_callback,
            batch_end_callback,
            kvstore,
            logger,
            work_load_list,
            eval_end_callback=eval_end_callback,
            eval_batch_end_callback=eval_batch_end_callback,
        )
        return model

    # -- what modules need ------------------------------------------------------------------------------------------------

    def _module(self, data: Any, work_load_list: Sequence[float] | None = None) -> Module:
        names = [d[0] for d in data.provide_data], [d[0] for d in data.provide_label or ()]
        known = self.symbol.list_arguments()
        return Module(
            self.symbol, names[0], [n for n in names[1] if n in known], context=self.ctx, work_load_list=work_load_list
        )

    def _give_parameters(self, module: Module, trained: bool = False) -> None:
        """Parameters that are there, and first values for the others; labels need none."""
        if trained and self.arg_params is None:
            raise StateError("FeedForward: there are no parameters yet; call fit, or load a checkpoint.")
        own = dict(self.arg_params or {})
        labels = labels_of(self.symbol.graph)
        inputs = [name for name in module._param_names if name in labels and name not in own]
        executor = module._exec_group.executor
        own |= {name: executor.arg_dict[name] for name in inputs if trained}
        module.init_params(self.initializer, own, self.aux_params or {}, allow_missing=not trained, allow_extra=True)

    def _iterator(self, X: Any, y: Any, is_train: bool) -> Any:  # noqa: N803
        if isinstance(X, (np.ndarray, NDArray)):
            if y is None and is_train:
                raise BindError("FeedForward.fit: y must be specified when X is an array.")
            labels = np.zeros(X.shape[0]) if y is None else _host(y)
            labels = labels.ravel() if labels.ndim == 2 and labels.shape[1] == 1 else labels
            if labels.shape[0] != X.shape[0]:
                raise BindError(
                    f"FeedForward: the numbers of data points and labels are not equal: {X.shape[0]} and {labels.shape[0]}."
                )
            handling = "roll_over" if is_train else "pad"
            size = min(X.shape[0], self.numpy_batch_size)
            return NDArrayIter(
                X, labels, size, shuffle=is_train, last_batch_handle=handling, label_name=self._label_name()
            )
        if not isinstance(X, DataIter) and not hasattr(X, "provide_data"):
            raise ArgumentError(f"FeedForward: X must be a DataIter, NDArray or numpy.ndarray, given {described(X)}.")
        return X

    def _label_name(self) -> str:
        labels = labels_of(self.symbol.graph)
        return labels[0] if len(labels) == 1 else "softmax_label"

    def _evaluation(self, given: Any) -> Any:
        if isinstance(given, (list, tuple)) and len(given) == 2:
            if given[0] is None:
                raise BindError("FeedForward.fit: eval_data is (X, y), but X is None.")
            return self._iterator(_host(given[0]), given[1], is_train=True)
        return given


def _host(array: Any) -> np.ndarray:
    return array.asnumpy() if isinstance(array, NDArray) else np.asarray(array)


def _columns(batches: Sequence[Sequence[np.ndarray]]) -> Any:
    """What batches hold, one array per position, or the only one."""
    arrays = [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return arrays[0] if len(arrays) == 1 else arrays
