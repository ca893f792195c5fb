"""Modules written in Python: `PythonModule`, a base for them, and `PythonLossModule`, a loss by its gradient."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, NotOverriddenError, StateError, described, listed
from symgraph.initializer import Uniform
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.train.module.base import BaseModule


class PythonModule(BaseModule):
    """Base of modules that compute in Python and have no parameters. Subclasses define `forward`, `backward`,
    `get_outputs`, `get_input_grads` and `_compute_output_shapes`."""

    def __init__(
        self,
        data_names: Sequence[str],
        label_names: Sequence[str] | None,
        output_names: Sequence[str],
        logger: Any = logging.root,
    ):
        super().__init__(logger=logger)
        self._data_names = list(data_names)
        self._label_names = None if label_names is None else list(label_names)
        self._output_names = list(output_names)
        self._data_shapes: Any = None
        self._label_shapes: Any = None
        self._output_shapes: Any = None

    @property
    def data_names(self) -> list[str]:
        return self._data_names

    @property
    def output_names(self) -> list[str]:
        return self._output_names

    @property
    def data_shapes(self) -> Any:
        return self._data_shapes

    @property
    def label_shapes(self) -> Any:
        return self._label_shapes

    @property
    def output_shapes(self) -> Any:
        return self._output_shapes

    def get_params(self) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        return {}, {}

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - as MXNet's signature shows it; it has no state
        arg_params: Mapping[str, NDArray] | None = None,
        aux_params: Mapping[str, NDArray] | None = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        self.params_initialized = True

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        self.optimizer_initialized = True

    def update(self) -> None:
        """There are no parameters."""

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Let a metric see the outputs, if this module takes labels."""
        if self._label_shapes is None:
            return
        if pre_sliced:
            raise BindError("update_metric: a PythonModule takes a batch as a whole, so pre_sliced must be False.")
        eval_metric.update(labels, self.get_outputs())

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
        """Take note of the shapes of inputs."""
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        if grad_req != "write":
            raise StateError(
                f"bind: a PythonModule writes gradients; grad_req is 'write', given {described(grad_req)}."
            )
        names = [entry[0] for entry in data_shapes]
        if names != self._data_names:
            raise StateError(
                f"bind: data_shapes describe {listed(names)}, but data_names are {listed(self._data_names)}."
            )
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._data_shapes = data_shapes
        self._label_shapes = label_shapes
        self._output_shapes = self._compute_output_shapes()
        self.binded = True

    def _compute_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """Pairs of name and shape, from the shapes of inputs."""
        raise NotOverriddenError(f"{type(self).__name__} must define _compute_output_shapes().")

    def install_monitor(self, mon: Any) -> None:
        raise NotOverriddenError(f"{type(self).__name__} has no operators that a monitor could see.")


class PythonLossModule(PythonModule):
    """A loss: its output is its data, and its gradient is what a function makes of data and label.

    Args:
        name: the output is called ``<name>_output``.
        grad_func: called as ``grad_func(scores, labels)``, gives the gradient as NDArray or NumPy array.
    """

    def __init__(
        self,
        name: str = "pyloss",
        data_names: Sequence[str] = ("data",),
        label_names: Sequence[str] = ("softmax_label",),
        logger: Any = logging.root,
        grad_func: Callable[[NDArray, Any], Any] | None = None,
    ):
        super().__init__(data_names, label_names, [f"{name}_output"], logger=logger)
        if len(data_names) != 1 or len(label_names) != 1:
            raise StateError(
                f"PythonLossModule takes one input and one label, given {listed(data_names)} and {listed(label_names)}."
            )
        if grad_func is not None and not callable(grad_func):
            raise StateError(
                f"PythonLossModule: grad_func is a function of (scores, labels), given {described(grad_func)}."
            )
        self._name = name
        self._grad_func = grad_func
        self._scores: Any = None
        self._labels: Any = None
        self._scores_grad: Any = None

    def _compute_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(f"{self._name}_output", self._data_shapes[0][1])]

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Take note of scores, and in training of labels."""
        self._scores = data_batch.data[0]
        if self.for_training if is_train is None else is_train:
            self._labels = data_batch.label[0]

    def get_outputs(self, merge_multi_context: bool = True) -> list:
        """The scores themselves."""
        return [self._scores]

    def backward(self, out_grads: Any = None) -> None:
        """Compute the gradient of the scores."""
        if out_grads is not None:
            raise StateError("backward: for a loss module, out_grads should be None; it is where gradients begin.")
        self._require(training=True, what="backward")
        self._backward_impl()

    def _backward_impl(self) -> None:
        """Make ``_scores_grad`` of ``_scores`` and ``_labels``; subclasses may do so in place of a function."""
        if self._grad_func is None:
            raise NotOverriddenError(f"{type(self).__name__} has neither grad_func nor a _backward_impl of its own.")
        grad = self._grad_func(self._scores, self._labels)
        self._scores_grad = grad if isinstance(grad, NDArray) else array(np.asarray(grad))

    def get_input_grads(self, merge_multi_context: bool = True) -> list:
        """The gradient of the scores."""
        return [self._scores_grad]
