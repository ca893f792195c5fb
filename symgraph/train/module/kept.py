"""What a module that is fitted once more goes on with, and what it says of arguments that are ignored for that."""

from __future__ import annotations

from collections.abc import ItemsView, Mapping, Sequence
from typing import Any

from symgraph.errors import brief
from symgraph.initializer import Uniform
from symgraph.ir.source import warn_user
from symgraph.train.io.description import descriptions
from symgraph.train.module.interface import ModuleInterface

DEFAULT_OPTIMIZER = ("sgd", (("learning_rate", 0.01),))
"""What `fit` is given as the optimizer and its parameters by those who say nothing of them."""


class KeepingModule(ModuleInterface):
    """A module that is bound, has parameters and an optimizer once; `fit` makes what is not there yet."""

    _initializer: Any = None
    """What has given the parameters their first values, if it was an initializer."""
    _optimizer_asked: Any = None
    """The arguments by which the optimizer was chosen."""

    def _is_bound_to(self, data: Any) -> bool:
        """Whether the module is bound for training on batches of an iterator."""
        if not (self.binded and self.for_training):
            return False
        labels = descriptions(data.provide_label)
        return list(self.data_shapes) == descriptions(data.provide_data) and list(self.label_shapes or ()) == labels

    def _keeps_parameters(self, arguments: Mapping[str, Any]) -> bool:
        """Whether the module has parameters that `fit` leaves as they are; it is warned of values that are ignored for that."""
        if not self.params_initialized or arguments["force_init"]:
            self._initializer = arguments["initializer"]
            return False
        ignored = [name for name in ("arg_params", "aux_params") if arguments[name]]
        if self._initializer is not None and arguments["initializer"] not in (Uniform(0.01), self._initializer):
            ignored.append("initializer")
        if ignored:
            warn_user(
                f"fit: the module has parameters already and goes on with them, ignoring {' and '.join(ignored)}; "
                f"force_init=True begins with what is given."
            )
        return True

    def _keeps_optimizer(self, optimizer: Any, optimizer_params: Any, force_init: bool) -> bool:
        """Whether the module has an optimizer that stays; what is ignored for it is told."""
        asked = (optimizer, _as_dict(optimizer_params))
        if not self.optimizer_initialized or force_init:
            self._optimizer_asked = asked
            return False
        by_default = (DEFAULT_OPTIMIZER[0], dict(DEFAULT_OPTIMIZER[1]))
        if asked not in (by_default, self._optimizer_asked):
            self.logger.warning(
                "optimizer already initialized, ignoring optimizer=%s, optimizer_params=%s; for another one, call "
                "init_optimizer(optimizer, optimizer_params, force_init=True), before fit if that goes on training.",
                brief(optimizer),
                brief(optimizer_params),
            )
        elif asked != self._optimizer_asked:
            self.logger.info("The module goes on with the optimizer that it has.")
        return True


def _as_dict(params: Any) -> Any:
    """Parameters of an optimizer as a dict of their own, to be compared with others."""
    try:
        return dict(params) if isinstance(params, (ItemsView, Mapping, Sequence)) else params
    except (TypeError, ValueError):
        return params
