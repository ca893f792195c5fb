"""`ModuleInterface`: what a module is, for those who use one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from symgraph.errors import StateError
from symgraph.initializer import Uniform
from symgraph.runtime.ndarray import NDArray


class ModuleInterface:
    """Steps of training that each kind of module defines.

    Attributes:
        binded, for_training, inputs_need_grad, params_initialized, optimizer_initialized: how far it is.
        logger: where `fit` reports.
    """

    def __init__(self, logger: Any = logging.root):
        self.logger = logger
        self.binded = False
        self.for_training = False
        self.inputs_need_grad = False
        self.params_initialized = False
        self.optimizer_initialized = False
        self._symbol: Any = None
        self._total_exec_bytes = 0

    @property
    def data_names(self) -> list[str]:
        """Names of the inputs."""
        raise NotImplementedError

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        raise NotImplementedError

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the inputs, once it is bound."""
        raise NotImplementedError

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the labels, once it is bound; ``None`` if it needs none."""
        raise NotImplementedError

    @property
    def output_shapes(self) -> Any:
        """Pairs of name and shape of each output, once it is bound."""
        raise NotImplementedError

    @property
    def symbol(self) -> Any:
        """The symbol it computes, if there is one."""
        return self._symbol

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        """Copies of parameters and auxiliary states, by name, in the context that was the current one at `init_params`."""
        raise NotImplementedError

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Give parameters and auxiliary states their first values."""
        raise NotImplementedError

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
        """Get ready to compute on inputs of these shapes."""
        raise NotImplementedError

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Get ready to update parameters."""
        raise NotImplementedError

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Compute outputs of a batch."""
        raise NotImplementedError

    def backward(self, out_grads: Any = None) -> None:
        """Compute gradients."""
        raise NotImplementedError

    def update(self) -> None:
        """Change parameters by their gradients."""
        raise NotImplementedError

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """Outputs of the last `forward`."""
        raise NotImplementedError

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """Gradients of the inputs, from the last `backward`."""
        raise NotImplementedError

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Let a metric see labels and outputs."""
        raise NotImplementedError

    def install_monitor(self, mon: Any) -> None:
        """Let a monitor see what is computed."""
        raise NotImplementedError

    def _require(
        self, bound: bool = True, params: bool = False, optimizer: bool = False, training: bool = False, what: str = ""
    ) -> None:
        """Raise `StateError` unless the module is as far as that."""
        steps = [
            (bound and not self.binded, "is not bound: call bind(data_shapes, label_shapes) first"),
            (params and not self.params_initialized, "has no parameters yet: call init_params() first"),
            (optimizer and not self.optimizer_initialized, "has no optimizer yet: call init_optimizer() first"),
            (training and not self.for_training, "is bound for inference: bind it with for_training=True"),
        ]
        for is_missing, text in steps:
            if is_missing:
                raise StateError(f"{what or type(self).__name__}: the module {text}.")
