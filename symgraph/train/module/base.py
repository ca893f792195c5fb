"""`BaseModule`: what all modules share, that is everything that can be said in terms of forward, backward and update."""

from __future__ import annotations

import numbers
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from symgraph.base import _as_list
from symgraph.errors import BindError, StateError, counted, described, listed
from symgraph.initializer import Uniform
from symgraph.ir.source import warn_user
from symgraph.lower.quiet import quiet
from symgraph.runtime import job
from symgraph.runtime.creation import concatenate
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.params import load, save
from symgraph.train import metric
from symgraph.train.calls import Callbacks, call_all
from symgraph.train.checkpoint import BatchEndParam, joined_params, split_params
from symgraph.train.io import DataIter, NDArrayIter
from symgraph.train.module.inputs import ArgumentError, check_input_names, check_iterator, parse_data_desc
from symgraph.train.module.kept import KeepingModule
from symgraph.train.module.trouble import Finiteness, told_of_interrupt

__all__ = ["BaseModule", "_as_list", "_check_input_names", "_parse_data_desc"]

Metrics = str | metric.EvalMetric | Callable[..., Any] | Sequence[Any]

_REWIND = "if it is at its end, call its reset() first"
_SCORED = "a callback of score"

_END = object()
"""What stands for the batch after the last one; an iterator that gives ``None`` as a batch is at fault."""

# As MXNet calls them: modules that users write import them from here.
_check_input_names, _parse_data_desc = check_input_names, parse_data_desc


class BaseModule(KeepingModule):
    """A computation with parameters that can be trained.

    A module is used in this order: `bind` with the shapes of its inputs, `init_params`, `init_optimizer`, and then, per
    batch, `forward`, `backward` and `update`. `fit` does all of it.

    Attributes:
        binded, for_training, inputs_need_grad, params_initialized, optimizer_initialized: how far it is.
        logger: where `fit` reports.
    """

    def forward_backward(self, data_batch: Any) -> None:
        """`forward` in training mode, then `backward`."""
        self.forward(data_batch, is_train=True)
        self.backward()

    def score(
        self,
        eval_data: Any,
        eval_metric: Any,
        num_batch: int | None = None,
        batch_end_callback: Callbacks = None,
        score_end_callback: Callbacks = None,
        reset: bool = True,
        epoch: int = 0,
        sparse_row_id_fn: Any = None,
    ) -> list[tuple[str, float]]:
        """Evaluate a metric on data.

        Args:
            eval_data: an iterator, started again first unless `reset` is False.
            eval_metric: a metric, or its name.
            num_batch: number of batches, default all.
            batch_end_callback, score_end_callback: called with a `BatchEndParam` after each batch, and at the end.
            epoch: what callbacks are told.
            sparse_row_id_fn: handed on to `prepare`.

        Returns:
            pairs of name and value.
        """
        self._require(params=True)
        check_iterator(eval_data, "score", "eval_data", ("reset",))
        if reset:
            eval_data.reset()
        eval_metric = metric_of(eval_metric)
        eval_metric.reset()
        actual_num_batch = 0
        for nbatch, eval_batch in enumerate(eval_data):
            if nbatch == num_batch:
                break
            self.prepare(eval_batch, sparse_row_id_fn=sparse_row_id_fn)
            self.forward(eval_batch, is_train=False)
            self.update_metric(eval_metric, _labels(eval_batch), pre_sliced=isinstance(eval_batch, list))
            call_all(batch_end_callback, BatchEndParam(epoch, nbatch, eval_metric, locals()), what=_SCORED)
            actual_num_batch += 1
        if not actual_num_batch and num_batch != 0:
            warn_user(f"score: eval_data gives no batch, so that there is nothing to measure; {_REWIND}.")
        call_all(score_end_callback, BatchEndParam(epoch, actual_num_batch, eval_metric, locals()), what=_SCORED)
        return eval_metric.get_name_value()

    def iter_predict(
        self, eval_data: Any, num_batch: int | None = None, reset: bool = True, sparse_row_id_fn: Any = None
    ) -> Iterator[tuple[list[NDArray], int, Any]]:
        """Outputs of batch after batch, without padding, as ``(outputs, number of the batch, batch)``."""
        self._require(params=True)
        if reset:
            eval_data.reset()
        for nbatch, eval_batch in enumerate(eval_data):
            if nbatch == num_batch:
                break
            self.prepare(eval_batch, sparse_row_id_fn=sparse_row_id_fn)
            self.forward(eval_batch, is_train=False)
            padding = getattr(eval_batch, "pad", None) or 0
            yield [out[: out.shape[0] - padding] for out in self.get_outputs()], nbatch, eval_batch

    def predict(
        self,
        eval_data: Any,
        num_batch: int | None = None,
        merge_batches: bool = True,
        reset: bool = True,
        always_output_list: bool = False,
        sparse_row_id_fn: Any = None,
    ) -> Any:
        """Outputs on data.

        Args:
            eval_data: an iterator, or an array that is a single batch.
            num_batch: number of batches, default all.
            merge_batches: give one array for each output; otherwise a list of outputs for each batch.
            reset: start the iterator again first.
            always_output_list: give a list even if there is only one output.
            sparse_row_id_fn: handed on to `prepare`.
        """
        self._require(params=True)
        if not isinstance(eval_data, DataIter) and hasattr(eval_data, "shape"):
            self.forward(next(NDArrayIter(eval_data, batch_size=eval_data.shape[0])), is_train=False)
            return self.get_outputs()[0]
        check_iterator(eval_data, "predict", "eval_data", ("reset",), "an array or ")
        batches = self.iter_predict(eval_data, num_batch, reset, sparse_row_id_fn)
        found = [[out.copy() for out in outputs] for outputs, _, _ in batches]
        if not found and num_batch != 0:
            warn_user(f"predict: eval_data gives no batch; {_REWIND}.")
        if not found or not merge_batches:
            return found
        numbers = {len(outputs) for outputs in found}
        if len(numbers) > 1:
            raise BindError(
                f"predict: batches have different numbers of outputs, {listed(map(str, sorted(numbers)))}, and cannot be "
                f"merged; use merge_batches=False."
            )
        merged = [concatenate(list(parts)) for parts in zip(*found, strict=True)]
        return merged[0] if len(merged) == 1 and not always_output_list else merged

    def fit(
        self,
        train_data: DataIter,
        eval_data: DataIter | None = None,
        eval_metric: Metrics = "acc",
        epoch_end_callback: Callbacks = None,
        batch_end_callback: Callbacks = None,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Mapping[str, Any] | Sequence[tuple[str, Any]] = (("learning_rate", 0.01),),
        eval_end_callback: Callbacks = None,
        eval_batch_end_callback: Callbacks = None,
        initializer: Any = Uniform(0.01),  # noqa: B008 - as MXNet's signature shows it; it has no state
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_missing: bool = False,
        force_rebind: bool = False,
        force_init: bool = False,
        begin_epoch: int = 0,
        num_epoch: int | None = None,
        validation_metric: Metrics | None = None,
        monitor: Any = None,
        sparse_row_id_fn: Any = None,
    ) -> None:
        """Train on data: bind, initialize what is not yet, and go through it epoch by epoch.

        Forward, backward and the update of all parameters are one compiled program where nobody looks in between.

        Args:
            train_data, eval_data: iterators, such as `mx.io.NDArrayIter`; the second is scored after each epoch.
            eval_metric, validation_metric: metrics of `mx.metric`, or their names: ``"acc"``, ``"ce"``, ``"mse"``, ``"f1"``;
                or a list of these. The second is as the first by default.
            batch_end_callback, eval_batch_end_callback, eval_end_callback: called with a `BatchEndParam`; one function, or a
                list of them, such as ``mx.callback.Speedometer(batch_size)``.
            epoch_end_callback: called with ``(epoch, symbol, arg_params, aux_params)``, such as
                ``mx.callback.do_checkpoint("net")``.
            kvstore: see `init_optimizer`.
            optimizer: name of one of `mx.optimizer`, such as ``"sgd"``, ``"adam"``, ``"nag"``, ``"rmsprop"``, ``"adagrad"``; an
                `Optimizer`, or a transformation of ``optax``.
            optimizer_params: arguments of an optimizer that is given by name, such as
                ``{"learning_rate": 0.1, "momentum": 0.9}``.
            initializer, arg_params, aux_params, allow_missing, force_init: see `init_params`.
            force_rebind: bind again, even if the module is bound.
            begin_epoch, num_epoch: number of the first epoch, and of the one to stop before.
            monitor: a `Monitor`.
            sparse_row_id_fn: handed on to `prepare`.

        Raises:
            StateError: no `num_epoch`.

        >>> import symgraph as mx
        >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
        >>> module = mx.mod.Module(mx.sym.SoftmaxOutput(net, name="softmax"))
        >>> rows, labels = mx.nd.array([[0, 1], [1, 0]] * 8), mx.nd.array([0, 1] * 8)
        >>> data = mx.io.NDArrayIter(rows, labels, batch_size=4)
        >>> module.fit(data, num_epoch=5, optimizer="adam", optimizer_params={"learning_rate": 0.1})
        >>> module.score(data, "acc")
        [('accuracy', 1.0)]
        """
        if num_epoch is None:
            raise StateError("fit: please specify number of epochs, as in num_epoch=10.")
        for name, number in (("begin_epoch", begin_epoch), ("num_epoch", num_epoch)):
            if not isinstance(number, numbers.Integral):
                raise ArgumentError(f"fit: {name} is a whole number, given {described(number)}.")
        check_iterator(train_data, "fit", "train_data", ("reset", "provide_data", "provide_label"))
        if eval_data is not None:
            check_iterator(eval_data, "fit", "eval_data", ("reset",))
        with quiet():
            self._fit(dict(locals()))

    def _fit(self, arguments: dict[str, Any]) -> None:
        """`fit` with these arguments."""
        train_data = arguments["train_data"]
        if arguments["force_rebind"] or not self._is_bound_to(train_data):
            self.bind(
                data_shapes=train_data.provide_data,
                label_shapes=train_data.provide_label,
                for_training=True,
                force_rebind=arguments["force_rebind"],
            )
        if arguments["monitor"] is not None:
            self.install_monitor(arguments["monitor"])
        given = ("initializer", "arg_params", "aux_params", "allow_missing", "force_init")
        if not self._keeps_parameters(arguments):
            self.init_params(**{name: arguments[name] for name in given})
        self.init_optimizer(**{name: arguments[name] for name in ("kvstore", "optimizer", "optimizer_params")})
        arguments["eval_metric"] = metric_of(arguments["eval_metric"])
        finiteness = Finiteness(self.logger)
        for epoch in range(arguments["begin_epoch"], arguments["num_epoch"]):
            with told_of_interrupt(self.logger, epoch), job.explained(f"was in epoch {epoch}"):
                values = self._fit_epoch(epoch, arguments)
            with told_of_interrupt(self.logger, epoch, is_trained=True):
                trained = self.get_params()
                finiteness.look(epoch, trained[0], values)
                self.set_params(*trained)
                self._look_at_epoch(epoch, arguments, trained)
                train_data.reset()

    def _look_at_epoch(self, epoch: int, arguments: Mapping[str, Any], trained: tuple[dict, dict]) -> None:
        """Call and score what is to be called and scored at the end of an epoch."""
        with self._writing():
            call_all(arguments["epoch_end_callback"], epoch, self.symbol, *trained, what="epoch_end_callback")
        self._meet(f"the callbacks of epoch {epoch}, which are done")  # what they wrote is there now for all
        if arguments["eval_data"] is not None:
            found = self.score(
                arguments["eval_data"],
                arguments["validation_metric"] or arguments["eval_metric"],
                score_end_callback=arguments["eval_end_callback"],
                batch_end_callback=arguments["eval_batch_end_callback"],
                epoch=epoch,
            )
            for name, value in found:
                self.logger.info("Epoch[%d] Validation-%s=%f", epoch, name, value)

    def _fit_epoch(self, epoch: int, arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Go through the data once, and give the metric's names and values.

        The next batch is fetched while the device is at work on the present one.
        """
        eval_metric, monitor = arguments["eval_metric"], arguments["monitor"]
        tic = time.time()
        eval_metric.reset()
        batches = iter(arguments["train_data"])
        next_data_batch = next(batches, _END)
        if next_data_batch is _END:
            raise StateError(f"fit: train_data gives no batch; {_REWIND}.")
        nbatch = 0
        eval_name_vals: list[tuple[str, Any]] = []
        while next_data_batch is not _END:
            data_batch = next_data_batch
            if monitor is not None:
                monitor.tic()
            self.forward_backward(data_batch)
            self.update()
            labels = _snapshot(data_batch)
            next_data_batch = next(batches, _END)
            if next_data_batch is not _END:
                self.prepare(next_data_batch, sparse_row_id_fn=arguments["sparse_row_id_fn"])
            self.update_metric(eval_metric, labels, pre_sliced=isinstance(data_batch, list))
            if monitor is not None:
                monitor.toc_print()
            end_of_batch = next_data_batch is _END
            if end_of_batch:
                self._meet(f"the end of epoch {epoch} after {counted(nbatch + 1, 'batch', 'batches')}")
                eval_name_vals = eval_metric.get_global_name_value()
            call_all(  # variables that are told of here have no name, or each batch would hold those before it
                arguments["batch_end_callback"],
                BatchEndParam(epoch, nbatch, eval_metric, {**arguments, **locals()}),
                what="batch_end_callback",
            )
            nbatch += 1
        for name, value in eval_name_vals:
            self.logger.info("Epoch[%d] Train-%s=%f", epoch, name, value)
        self.logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - tic)
        return eval_name_vals

    @property
    def _is_shared(self) -> bool:
        """Whether processes of a job train the module together."""
        return False

    def _meet(self, what: str) -> None:
        """Wait for the processes that train the module, too."""
        if self._is_shared:
            job.meet(what)

    def _writing(self) -> AbstractContextManager[None]:
        """In this context, one of the processes that train the module writes its files."""
        return job.shared() if self._is_shared else nullcontext()

    # -- parameters -------------------------------------------------------------------------------------------------------

    def set_params(
        self,
        arg_params: Mapping[str, NDArray] | None,
        aux_params: Mapping[str, NDArray] | None,
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Copy values into parameters and auxiliary states, by name; see `init_params`."""
        self.init_params(
            initializer=None,
            arg_params=arg_params,
            aux_params=aux_params,
            allow_missing=allow_missing,
            force_init=force_init,
            allow_extra=allow_extra,
        )

    def save_params(self, fname: str) -> None:
        """Write all parameters and auxiliary states to a file that MXNet can read; in a job, worker 0 does."""
        params = joined_params(*self.get_params())
        with self._writing():
            if job.is_writer():
                save(fname, params)

    def load_params(self, fname: str) -> None:
        """Take the parameters and auxiliary states of a file.

        Raises:
            FormatError: the file holds something else.
        """
        self.set_params(*split_params(load(fname), fname))

    def get_states(self, merge_multi_context: bool = True) -> list:
        """Values of the states; a module without states has none."""
        self._require(params=True)
        return []

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Set the states, to given arrays or to one number."""
        self._require(params=True)
        if states:
            raise BindError(f"{type(self).__name__} has no states, given {described(states)}.")

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """Get ready for a batch before it is used. Rows of sparse parameters would be fetched here; there are none."""


def metric_of(given: Any) -> metric.EvalMetric:
    return given if isinstance(given, metric.EvalMetric) else metric.create(given)


def _labels(batch: Any) -> Any:
    return [part.label for part in batch] if isinstance(batch, list) else batch.label


def _snapshot(batch: Any) -> Any:
    """The labels of a batch, as they are now: an iterator may write the next ones into the same arrays."""
    if isinstance(batch, list):
        return [_snapshot(part) for part in batch]
    return [_held(label) for label in batch.label or ()]


def _held(label: Any) -> Any:
    return NDArray(label.jax, label.context) if isinstance(label, NDArray) else label
