"""`DataParallelExecutorGroup`: an `ExecutorGroup` as MXNet's scripts make one, and feed it by themselves."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from symgraph.errors import StateError
from symgraph.runtime.context import Context
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io.description import descriptions
from symgraph.train.module.group import ExecutorGroup
from symgraph.train.module.inputs import arrays_of


class DataParallelExecutorGroup(ExecutorGroup):
    """A symbol bound for batches that are divided among contexts.

    Args:
        symbol: what it computes.
        contexts, workload: devices, and the share of each in a batch; see `ExecutorGroup`.
        data_shapes, label_shapes: pairs of name and shape, or `DataDesc`.
        param_names: arguments that have gradients, except `fixed_param_names`.
        for_training: whether there will be a `backward`.
        inputs_need_grad: whether data has gradients, too.
        shared_group: a group to share parameters with.
        grad_req: ``"write"``, ``"add"`` or ``"null"``.
        state_names: arguments that are neither data nor trained.

    >>> import symgraph as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    >>> names = ["fc_weight", "fc_bias"]
    >>> group = DataParallelExecutorGroup(net, [mx.cpu()], [1], [("data", (4, 5))], None, names, True, False)
    >>> group.forward(mx.io.DataBatch([mx.nd.ones((4, 5))]))
    >>> group.get_outputs()[0].shape
    (4, 3)
    """

    def __init__(
        self,
        symbol: Any,
        contexts: Sequence[Context],
        workload: Sequence[float] | None,
        data_shapes: Any,
        label_shapes: Any,
        param_names: Sequence[str],
        for_training: bool,
        inputs_need_grad: bool,
        shared_group: ExecutorGroup | None = None,
        logger: Any = logging,
        fixed_param_names: Sequence[str] | None = None,
        grad_req: Any = "write",
        state_names: Sequence[str] | None = None,
        group2ctxs: Any = None,
    ):
        data = descriptions(data_shapes)
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self.fixed_param_names, self.state_names = list(fixed_param_names or ()), list(state_names or ())
        self.logger = logger
        trained = [name for name in param_names if name not in self.fixed_param_names]
        trained += [d.name for d in data] if inputs_need_grad else []
        given = grad_req if isinstance(grad_req, Mapping) else dict.fromkeys(trained, grad_req)
        requests = dict.fromkeys(symbol.list_arguments(), "null") | (dict(given) if for_training else {})
        places = group2ctxs[0] if isinstance(group2ctxs, (list, tuple)) and group2ctxs else group2ctxs
        super().__init__(
            symbol,
            contexts,
            workload or [1] * len(contexts),
            data,
            descriptions(label_shapes),
            param_names,
            requests,
            places or None,
            shared_group,
        )

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
