"""`FedGroup`: an `ExecutorGroup` that is fed batches by whoever holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symgraph.errors import StateError
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import descriptions
from symgraph.train.module.group import ExecutorGroup
from symgraph.train.module.inputs import arrays_of


class FedGroup(ExecutorGroup):
    """What scripts call on a group: one that they made, or the ``_exec_group`` of a module.

    Attributes:
        for_training: whether there will be a `backward`.
        inputs_need_grad: whether data has gradients, too.
    """

    for_training = True
    inputs_need_grad = False

    def reshape(self, data_shapes: Any, label_shapes: Any) -> None:
        """Be ready for inputs of other shapes, on the same parameters."""
        self.bind(descriptions(data_shapes), descriptions(label_shapes))

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute outputs of a batch; in training mode if it was bound for training."""
        self.load(self.data_shapes, arrays_of(data_batch, "data", self.data_shapes), "data")
        if self.label_shapes and data_batch.label:
            self.load(self.label_shapes, arrays_of(data_batch, "label", self.label_shapes), "label")
        self.executor.forward(is_train=self.for_training if is_train is None else is_train)

    def backward(self, out_grads: Any = None) -> None:
        """Compute gradients."""
        if not self.for_training:
            raise StateError("backward: the group is bound for inference; make it with for_training=True.")
        self.executor.backward(out_grads)

    def get_outputs(self, merge_multi_context: bool = True, begin: int = 0, end: int | None = None) -> list:
        """Outputs from `begin` to `end`; for each a list with the part of each context, if they are not to be merged."""
        return self.outputs(merge_multi_context, begin, end)

    def get_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Pairs of name and shape."""
        return [(n, out.shape) for n, out in zip(self.output_names, self.executor.outputs, strict=True)]

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Gradients of data, as `get_outputs`."""
        if not self.inputs_need_grad:
            raise StateError("get_input_grads: make the group with inputs_need_grad=True.")
        return self.input_grads(merge_multi_context)

    def set_params(
        self, arg_params: Mapping[str, NDArray], aux_params: Mapping[str, NDArray], allow_extra: bool = False
    ) -> None:
        """Copy values into parameters and auxiliary states."""
        self.executor.copy_params_from(arg_params, aux_params, allow_extra_params=allow_extra)

    def get_params(self, arg_params: dict[str, NDArray], aux_params: dict[str, NDArray]) -> None:
        """Copy the parameters and auxiliary states into these dicts, or the arrays they hold."""
        bound = ((arg_params, self.param_names, self.executor.arg_dict),)
        for found, names, arrays in (*bound, (aux_params, self.aux_names, self.executor.aux_dict)):
            for name in names:
                if name in found:
                    found[name][:] = arrays[name]
                else:
                    found[name] = arrays[name].copy()

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Let a metric see labels and outputs."""
        named = dict(zip(self.label_names, labels, strict=False))
        eval_metric.update_dict(named, dict(zip(self.output_names, self.executor.outputs, strict=True)))

    def install_monitor(self, mon: Any) -> None:
        """Let a `Monitor` see what is computed."""
        mon.install(self.executor)
