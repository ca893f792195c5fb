"""`Module`: a symbol that can be trained."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from symgraph.errors import StateError, brief, described, is_array
from symgraph.frontend.symbol import Symbol
from symgraph.ir.source import warn_user
from symgraph.runtime import job
from symgraph.runtime.atomic import write_atomically
from symgraph.runtime.creation import concatenate
from symgraph.runtime.ndarray import NDArray
from symgraph.train import optimizer as optimizers
from symgraph.train.checkpoint import file_of, load_checkpoint, save_checkpoint
from symgraph.train.io.description import DataBatch, DataDesc
from symgraph.train.kvstore import for_module
from symgraph.train.module.inputs import ArgumentError, arrays_of
from symgraph.train.module.job_group import JobGroup
from symgraph.train.module.kept import DEFAULT_OPTIMIZER
from symgraph.train.module.parameters import ModuleWithParameters
from symgraph.train.module.updates import update


class Module(ModuleWithParameters):
    """A symbol with its parameters, bound to inputs and trained.

    Args:
        symbol: what it computes.
        data_names, label_names: the arguments that batches feed; all others are parameters, but states.
        context: device, or a list of them, or a `jax.sharding.Mesh`. Whatever their number, one program computes the batch,
            of which each device has a part; see `symgraph.runtime.distribution` about axes of a mesh.
        work_load_list: share of each context in a batch.
        fixed_param_names: parameters that are not trained.
        state_names: arguments that are neither fed nor trained, see `set_states`.
        group2ctxs: contexts of groups of operators, a dict or a list of one.
        compression_params: of gradients between machines; no effect on one.

    Raises:
        UnknownArgumentError: the symbol has no such argument; unknown labels are only warned of.
    """

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Get ready to update parameters.

        Args:
            kvstore: a `KVStore`, or its type; one is used only with several contexts. With ``"dist_sync"``, all processes of a
                job train the module together, beginning with the parameters of worker 0.
            optimizer: an `Optimizer`, its name, or a transformation of ``optax``.
            optimizer_params: arguments of an optimizer given by name. ``rescale_grad`` is 1 / batch size by default, in a job
                1 / (batch size * workers).
            force_init: do so again, if it has been done.
        """
        self._require(params=True, what="init_optimizer")
        if self._keeps_optimizer(optimizer, optimizer_params, force_init):
            return
        self._sync()
        store, on_store = for_module(kvstore, len(self._context), self._arg_params or {})
        rescale = 1.0 / (self._exec_group.batch_size * (store.num_workers if store else 1))
        names = dict(enumerate(self._param_names))
        self._optimizer = _made(optimizer, optimizer_params, rescale, self._symbol, names)
        self._kvstore, self._update_on_kvstore = store, on_store
        self._updater = None
        self._take_place()
        if store is not None:
            arrays = self._exec_group.executor.arg_dict
            store.adopt({name: arrays[name] for name in self._param_names})
        if store is not None and on_store:
            store.set_optimizer(self._optimizer)
        else:
            self._updater = optimizers.get_updater(self._optimizer)
        self.optimizer_initialized = True
        if self._preload_opt_states is not None:
            self.load_optimizer_states(self._preload_opt_states)
            self._preload_opt_states = None

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute outputs of a batch, whose number of examples may be another one than bound for.

        In a job, training is a step of all workers, each of which has its own part of the batch, of the same size. Inference is
        not: a worker does so alone.

        Args:
            data_batch: has lists of arrays as `data` and, in training, `label`.
            is_train: default: whether it was bound for training.
        """
        self._require(params=True, what="forward")
        if isinstance(data_batch, list):  # a batch itself may be a tuple with names
            data_batch = _joined(data_batch)
        if is_array(data_batch):  # one of NumPy has an attribute data, too
            raise ArgumentError(
                f"forward: a batch is an mx.io.DataBatch, given {described(data_batch)}; for an array x, write "
                f"mx.io.DataBatch([mx.nd.array(x)])."
            )
        if not hasattr(data_batch, "data"):
            raise ArgumentError(
                f"forward: a batch has attributes data and label, as mx.io.DataBatch; given {described(data_batch)}."
            )
        data = arrays_of(data_batch, "data", self._data_shapes or [])
        has_label = self._label_shapes and getattr(data_batch, "label", None)
        label = arrays_of(data_batch, "label", self._label_shapes or []) if has_label else []
        self._follow(data_batch, data, label)
        is_train = self.for_training if is_train is None else bool(is_train)
        group = self._exec_group
        if isinstance(group, JobGroup) and not is_train:
            self._sync()
            group.lend(self._arg_params or {}, self._aux_params or {})
        group.compute(data, label, is_train)

    def _follow(self, batch: Any, arrays: list, label: list) -> None:
        """Bind for the shapes of a batch, if they are others."""
        bound = self._data_shapes or []
        if [tuple(array.shape) for array in arrays] == [tuple(d.shape) for d in bound]:
            return
        provided = getattr(batch, "provide_data", None), getattr(batch, "provide_label", None)
        data = provided[0] or _with_shapes(bound, arrays)
        labels = provided[1] or (_with_shapes(self._label_shapes or [], label) if label else [])
        self.reshape(data, (labels or None) if self._label_names else None)  # in a chain, labels are for others

    def backward(self, out_grads: Any = None) -> None:
        """Compute gradients; when they are first read, or together with `update`.

        Args:
            out_grads: gradient with respect to each output; losses need none.
        """
        self._require(params=True, training=True, what="backward")
        self._exec_group.compute_gradients(out_grads)

    def update(self) -> None:
        """Change parameters by the gradients of the last `backward`."""
        self._require(params=True, optimizer=True, what="update")
        self._params_dirty = True
        group = self._exec_group
        with group.drawing():
            update(group.executor, self._param_names, self._used_updater(), bool(self._update_on_kvstore))

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Outputs of the last `forward`; for each a list with the part of each context, if they are not to be merged."""
        self._require(params=True, what="get_outputs")
        return self._exec_group.outputs(merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Gradients of the inputs, from the last `backward`; as `get_outputs`."""
        self._require(params=True, what="get_input_grads")
        if not self.inputs_need_grad:
            raise StateError("get_input_grads: bind with inputs_need_grad=True to have gradients of the inputs.")
        return self._exec_group.input_grads(merge_multi_context)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Let a metric see labels and the outputs of the last `forward`."""
        self._require(params=True, what="update_metric")
        if pre_sliced:
            labels = _joined_arrays(labels)
        names = [d.name for d in self._label_shapes] if self._label_shapes else self._label_names
        outputs = dict(zip(self._output_names, self._exec_group.outputs(merged=True), strict=True))
        eval_metric.update_dict(dict(zip(names, labels or (), strict=False)), outputs)

    def install_monitor(self, mon: Any) -> None:
        """Let a `Monitor` see what is computed."""
        self._require(what="install_monitor")
        for executor in self._exec_group.execs:
            mon.install(executor)

    # -- files ------------------------------------------------------------------------------------------------------------

    @staticmethod
    def load(prefix: str, epoch: int, load_optimizer_states: bool = False, **kwargs: Any) -> Module:
        """A module of a checkpoint, with its parameters; not bound yet.

        Args:
            prefix, epoch: the files are ``prefix-symbol.json`` and ``prefix-0001.params`` for epoch 1.
            load_optimizer_states: also those of ``prefix-0001.states``, by the `init_optimizer` that follows.
            **kwargs: arguments of `Module`.
        """
        symbol, args, auxs = load_checkpoint(prefix, epoch)
        module = Module(symbol=symbol, **kwargs)
        module._arg_params, module._aux_params = args, auxs
        module.params_initialized = True
        if load_optimizer_states:
            module._preload_opt_states = file_of(prefix, epoch, "states")
        return module

    def save_checkpoint(
        self, prefix: str, epoch: int, save_optimizer_states: bool = False, remove_amp_cast: bool = True
    ) -> None:
        """Write symbol, parameters and, if wanted, states of the optimizer to files, see `load`.

        In a job worker 0 writes. `fit` lets all workers wait until the callbacks of an epoch are done, and so until the files
        are there; elsewhere `KVStore.barrier` does.
        """
        self._require(params=True, what="save_checkpoint")
        arg_params, aux_params = self.get_params()
        with self._writing():
            save_checkpoint(prefix, epoch, self._symbol, arg_params, aux_params, remove_amp_cast)
        if save_optimizer_states:
            self.save_optimizer_states(file_of(prefix, epoch, "states"))
            logging.root.info('Saved optimizer state to "%s"', file_of(prefix, epoch, "states"))

    def save_optimizer_states(self, fname: str) -> None:
        """Write the states of the optimizer to a file."""
        self._require(params=True, optimizer=True, what="save_optimizer_states")
        states = self._used_updater().get_states()
        with self._writing():
            if job.is_writer():
                write_atomically(fname, states)

    def load_optimizer_states(self, fname: str) -> None:
        """Take the states of the optimizer from a file."""
        self._require(params=True, optimizer=True, what="load_optimizer_states")
        self._used_updater().take_file(fname)

    def _used_updater(self) -> Any:
        return self._kvstore.updater if self._kvstore is not None and self._update_on_kvstore else self._updater


def _made(given: Any, params: Any, rescale: float, symbol: Symbol, names: dict[int, str]) -> optimizers.Optimizer:
    """The optimizer, told about the parameters."""
    if not isinstance(given, optimizers.Optimizer):
        # A transformation of optax has rates of its own; the one that is meant by default is not for it.
        is_by_default = not isinstance(given, str) and params == DEFAULT_OPTIMIZER[1]
        try:
            chosen = {} if is_by_default else dict(params)
        except (TypeError, ValueError):
            raise ArgumentError(
                f"init_optimizer: optimizer_params are a dict, as {{'learning_rate': 0.1}}, given {described(params)}."
            ) from None
        if not isinstance(given, str) and "learning_rate" in chosen:
            raise ArgumentError(
                f"init_optimizer: a transformation of optax has a learning rate of its own, as in optax.sgd(0.1); "
                f"optimizer_params give another one, {brief(chosen['learning_rate'])}, which would multiply it. Leave that out."
            )
        arguments = {"rescale_grad": rescale} | chosen
        return optimizers.as_optimizer(given, sym=symbol, param_idx2name=names, **arguments)
    if params and params != DEFAULT_OPTIMIZER[1]:
        warn_user(
            f"init_optimizer: optimizer_params={brief(params)} are ignored, as they are arguments of an optimizer that is "
            f"given by its name; this {type(given).__name__} is made already, so give them to it."
        )
    if given.rescale_grad != rescale:
        warn_user(
            f"Optimizer created manually outside Module but rescale_grad is not normalized to 1.0/batch_size/num_workers "
            f"({given.rescale_grad} vs. {rescale}). Is this intended?"
        )
    if not given.idx2name:
        given.idx2name = names.copy()
    return given


def _with_shapes(described_by: Sequence[DataDesc], arrays: Sequence[Any]) -> list[DataDesc]:
    pairs = zip(described_by, arrays, strict=False)
    return [DataDesc(d.name, tuple(array.shape), d.dtype, d.layout) for d, array in pairs]


def _joined(batches: Sequence[Any]) -> Any:
    """Batches of several contexts as one."""
    for part in batches:
        if is_array(part) or not hasattr(part, "data"):
            raise ArgumentError(
                f"forward: a list of batches has one for each context, of which one is {described(part)}; a batch is made as "
                f"mx.io.DataBatch([data], [label])."
            )
    first = batches[0]
    data = _joined_arrays([b.data for b in batches])
    label = _joined_arrays([b.label for b in batches]) if first.label else None
    return DataBatch(data, label)


def _joined_arrays(lists: Sequence[Sequence[NDArray]]) -> list[NDArray]:
    return [concatenate(list(parts)) for parts in zip(*lists, strict=True)]
