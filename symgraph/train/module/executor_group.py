"""`DataParallelExecutorGroup`: an `ExecutorGroup` as scripts make one."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from symgraph.runtime.context import Context
from symgraph.train.io.description import descriptions
from symgraph.train.module.fed_group import FedGroup
from symgraph.train.module.group import ExecutorGroup


class DataParallelExecutorGroup(FedGroup):
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
        logger: Any = logging.root,
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
