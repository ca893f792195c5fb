"""`Optimizer`: what every optimizer has, with MXNet's names: rates and their multipliers, counts of updates, states.

Optimizers of users are subclasses that define ``create_state`` and ``update`` on arrays of ``mx.nd``. Ours define a pure
function instead, see `symgraph.train.optimizer.functional`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from symgraph.errors import (
    FormatError,
    MXNetError,
    NotOverriddenError,
    OpAttributeError,
    RegistryError,
    UnknownArgumentError,
    described,
    listed,
    suggestion,
)
from symgraph.ir.source import warn_user
from symgraph.lower.update import Rule
from symgraph.registry import classes_of, find_class, get_register_func
from symgraph.runtime.ndarray import NDArray

DEFAULT_RATE = 0.01
"""Of optimizers, and of schedulers."""


class Optimizer:
    """Base of all optimizers.

    Args:
        rescale_grad: factor on every gradient; modules set it to 1 / batch size.
        param_idx2name: name of each parameter by its index; multipliers are looked up by name.
        wd: weight decay, on parameters whose name ends in ``_weight`` or ``_gamma`` unless multipliers say otherwise.
        clip_gradient: limit on the absolute value of gradients, after rescaling.
        learning_rate: default 0.01, or that of the scheduler.
        lr_scheduler: gives the learning rate for the number of updates so far.
        sym: a symbol whose variables tell multipliers (``Variable(lr_mult=..., wd_mult=...)``).
        begin_num_update: number of updates to start counting from, of a training that goes on.
        multi_precision: keep a float32 copy of weights in half precision, and update that.
        param_dict: objects with ``lr_mult`` and ``wd_mult``, by index, which go before all other multipliers.
    """

    opt_registry: ClassVar[dict[str, type[Optimizer]]]
    """The registered classes by name, in lower case."""

    is_random: ClassVar[bool] = False
    """Whether its steps draw random numbers."""

    _counters: ClassVar[tuple[str, ...]] = ("num_update",)
    """Attributes that change with every update, beside the counts of each parameter."""

    def __init__(
        self,
        rescale_grad: float = 1.0,
        param_idx2name: Mapping[Any, str] | None = None,
        wd: float = 0.0,
        clip_gradient: float | None = None,
        learning_rate: float | None = None,
        lr_scheduler: Any = None,
        sym: Any = None,
        begin_num_update: int = 0,
        multi_precision: bool = False,
        param_dict: Mapping[Any, Any] | None = None,
    ):
        _require_numbers(rescale_grad=rescale_grad, wd=wd, begin_num_update=begin_num_update)
        _require_numbers(True, learning_rate=learning_rate, clip_gradient=clip_gradient)
        self.rescale_grad = rescale_grad
        self.lr_scheduler = lr_scheduler
        self.lr = _first_rate(learning_rate, lr_scheduler)
        self.wd = wd
        self.lr_mult: dict[Any, float] = {}
        self.wd_mult: dict[Any, float] = {}
        self.begin_num_update = begin_num_update
        self.num_update = begin_num_update
        self._all_index_update_counts: dict[int, dict[Any, int]] = {0: {}}
        self._index_update_count = self._all_index_update_counts[0]
        self.clip_gradient = clip_gradient
        self.multi_precision = multi_precision
        self.aggregate_num = 0
        self.allow_np_array = False
        if param_idx2name is not None and not isinstance(param_idx2name, Mapping):
            raise RegistryError(
                f"param_idx2name should be a dict of param indexes to names, given {described(param_idx2name)}."
            )
        self.idx2name = dict(param_idx2name or {})
        self.sym_info: tuple = () if sym is None else (sym.attr_dict(), sym.list_arguments())
        self.param_dict = dict(param_dict or {})
        self.set_lr_mult({})
        self.set_wd_mult({})

    @staticmethod
    def register(klass: type[Optimizer]) -> type[Optimizer]:
        """Register a class of optimizers; `create` makes one by its name, in any case.

        >>> import symgraph as mx
        >>> @mx.optimizer.Optimizer.register
        ... class Halving(mx.optimizer.Optimizer):
        ...     def update(self, index, weight, grad, state):
        ...         weight *= 0.5
        >>> mx.optimizer.create("halving").lr
        0.01
        """
        return _register(klass)

    @staticmethod
    def create_optimizer(name: str, **kwargs: Any) -> Optimizer:
        """An optimizer by the name of its class.

        Raises:
            RegistryError: nothing is registered under that name.
            UnknownArgumentError: the class has no such argument.
        """
        if not isinstance(name, str):
            raise RegistryError(f"an optimizer is created by its name, given {described(name)}.")
        return constructed(find_class(Optimizer, "optimizer", name), **kwargs)

    # -- what subclasses define -------------------------------------------------------------------------------------------

    def create_state(self, index: Any, weight: NDArray) -> Any:
        """The arrays that are kept for a weight: ``None``, an NDArray, or a tuple of such."""

    def create_state_multi_precision(self, index: Any, weight: NDArray) -> Any:
        """The states of a weight; with a float32 copy of it in front if it is in half precision and that is wanted."""
        if self._keeps_copy(weight):
            copy = weight.astype(np.float32)
            return (copy, self.create_state(index, copy))
        self._warn_of_half(weight)
        return self.create_state(index, weight)

    def _keeps_copy(self, weight: NDArray) -> bool:
        """Whether the states of a weight have a float32 copy of it."""
        return self.multi_precision and is_half(weight.dtype)

    def _warn_of_half(self, weight: NDArray) -> None:
        if is_half(weight.dtype):
            warn_user(
                f"{np.dtype(weight.dtype).name} sums up small updates badly; multi_precision=True of the optimizer keeps a "
                f"float32 copy of weights."
            )

    def update(self, index: Any, weight: NDArray, grad: NDArray, state: Any) -> None:
        """Change a weight, and its state, by its gradient."""
        raise NotOverriddenError(
            f"{type(self).__name__} has no method update(index, weight, grad, state), which an optimizer must define."
        )

    def update_multi_precision(self, index: Any, weight: NDArray, grad: NDArray, state: Any) -> None:
        """`update`, on the float32 copy of a weight if there is one."""
        if self._keeps_copy(weight):
            copy, rest = state
            self.update(index, copy, grad.astype(np.float32), rest)
            weight[:] = copy
        else:
            self.update(index, weight, grad, state)

    def create_states(self, indices: Sequence[Any], weights: Sequence[NDArray]) -> list[Any]:
        """What `create_state_multi_precision` makes for each of several weights."""
        return [self.create_state_multi_precision(i, weight) for i, weight in zip(indices, weights, strict=True)]

    def rule(self, weights: Sequence[NDArray], indices: Sequence[Any] = ()) -> Rule | None:
        """A pure function that updates these weights, for `symgraph.runtime.training`; ``None`` if there is only `update`."""
        return None

    def all_numbers(self, indices: Sequence[Any]) -> dict[str, np.ndarray]:
        """Count an update of each of these parameters, and give the numbers that the `rule` takes, by name."""
        self._update_count(list(indices))
        return {}

    # -- rates ------------------------------------------------------------------------------------------------------------

    @property
    def learning_rate(self) -> float:
        """The present learning rate, without multipliers."""
        return self.lr_scheduler(self.num_update) if self.lr_scheduler is not None else self.lr  # type: ignore[return-value]

    def set_learning_rate(self, lr: float) -> None:
        """Set the learning rate.

        Raises:
            OpAttributeError: a scheduler determines it.
        """
        if self.lr_scheduler is not None:
            raise ScheduledRateError(
                "the learning rate follows from lr_scheduler; set lr_scheduler.base_lr, or lr_scheduler to None before."
            )
        _require_numbers(learning_rate=lr)
        self.lr = lr

    def set_lr_scale(self, args_lrscale: Any) -> None:
        """Removed by MXNet in favour of `set_lr_mult`."""
        raise DeprecatedError("set_lr_scale does not exist any more; use set_lr_mult({name: factor}).")

    def set_lr_mult(self, args_lr_mult: Mapping[Any, float]) -> None:
        """Factors on the learning rate, by name or index; they replace all but those of the symbol's variables."""
        self.lr_mult = self._of_variables("__lr_mult__")
        self.lr_mult.update(args_lr_mult)

    def set_wd_mult(self, args_wd_mult: Mapping[Any, float]) -> None:
        """Factors on the weight decay, by name or index.

        Where neither they nor the symbol's variables say anything, parameters decay whose name ends in ``_weight`` or
        ``_gamma``.
        """
        self.wd_mult = {name: 0.0 for name in self.idx2name.values() if not name.endswith(("_weight", "_gamma"))}
        self.wd_mult.update(self._of_variables("__wd_mult__"))
        self.wd_mult.update(args_wd_mult)

    def _of_variables(self, key: str) -> dict[Any, float]:
        if not self.sym_info:
            return {}
        attrs, names = self.sym_info
        return {name: _factor(name, key, attrs[name][key]) for name in names if key in attrs.get(name, {})}

    # -- counts -----------------------------------------------------------------------------------------------------------

    def _set_current_context(self, device_id: int) -> None:
        """Count updates of another device."""
        self._index_update_count = self._all_index_update_counts.setdefault(device_id, {})

    def _update_count(self, index: Any) -> None:
        """Count an update of one parameter, or of several."""
        for i in index if isinstance(index, (list, tuple)) else (index,):
            self._index_update_count[i] = self._index_update_count.get(i, self.begin_num_update) + 1
            self.num_update = max(self._index_update_count[i], self.num_update)

    def _progress(self) -> dict[str, Any]:
        """What has been counted so far, for `_take_progress` of an optimizer that goes on from there."""
        return {"counts": self._index_update_count, **{name: getattr(self, name) for name in self._counters}}

    def _take_progress(self, progress: Any) -> None:
        """Go on where another optimizer was.

        Raises:
            FormatError: that is not what `_progress` gives.
        """
        numbers = {name: progress.get(name) for name in self._counters} if isinstance(progress, dict) else {}
        if not numbers or None in numbers.values() or not isinstance(progress.get("counts"), dict):
            raise FormatError(
                f"how far an optimizer was is told by {listed(['counts', *self._counters])}, given {described(progress)}; it "
                f"was saved with another optimizer."
            )
        self._index_update_count.clear()
        self._index_update_count.update(progress["counts"])
        vars(self).update(numbers)

    def _get_lrs(self, indices: Sequence[Any]) -> list[float]:
        rate = self.learning_rate
        return [rate * self._factor(i, "lr_mult") for i in indices]

    def _get_lr(self, index: Any) -> float:
        return self._get_lrs([index])[0]

    def _get_wds(self, indices: Sequence[Any]) -> list[float]:
        return [self.wd * self._factor(i, "wd_mult") for i in indices]

    def _get_wd(self, index: Any) -> float:
        return self._get_wds([index])[0]

    def _factor(self, index: Any, kind: str) -> float:
        if index in self.param_dict:
            return getattr(self.param_dict[index], kind)
        factors = getattr(self, kind)
        return factors[index] if index in factors else factors.get(self.idx2name.get(index), 1.0)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "param_dict"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """As it was, but for `param_dict`, whose objects belong to the program that made them; what the state of an older
        MXNet lacks is as by default."""
        vars(self).update(vars(Optimizer()))
        vars(self).update(state)
        self.param_dict = {}
        if "_all_index_update_counts" not in state:
            self._all_index_update_counts = {0: self._index_update_count}


def is_half(dtype: Any) -> bool:
    """Whether a dtype has 16 bits."""
    return np.dtype(dtype).itemsize == 2


def _require_numbers(may_be_none: bool = False, **values: Any) -> None:
    for name, value in values.items():
        if not isinstance(value, Real) and not (may_be_none and value is None):
            raise NumberError(f"{name} of an optimizer is a number, given {described(value)}.")


def constructed(klass: type[Optimizer], *args: Any, **kwargs: Any) -> Any:
    """An optimizer of a class.

    Raises:
        UnknownArgumentError: the class has no such argument.
    """
    try:
        return klass(*args, **kwargs)
    except TypeError as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        if unknown is None or unknown[1] not in kwargs:
            raise
        names = _arguments(klass)
        written_out = {"".join(word[:1] for word in name.split("_")): name for name in names}.get(
            unknown[1], unknown[1]
        )
        raise UnknownArgumentError(
            f"{klass.__name__} has no argument '{unknown[1]}'.{suggestion(written_out, names)} Known: {listed(names, 40)}."
        ) from error


def _arguments(klass: type[Optimizer]) -> list[str]:
    """Names of the arguments of a class and of its bases, as far as they pass others on."""
    names: list[str] = []
    for kind in klass.__mro__[:-1]:
        if "__init__" in vars(kind):
            parameters = list(inspect.signature(vars(kind)["__init__"]).parameters.values())[1:]
            names += [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD or p.kind is p.KEYWORD_ONLY]
            if not any(p.kind is p.VAR_KEYWORD for p in parameters):
                break
    return list(dict.fromkeys(names))


def _factor(variable: str, key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OpAttributeError(f"variable '{variable}': {key.strip('_')} is a number, given '{text}'.") from None


def _first_rate(learning_rate: float | None, scheduler: Any) -> float | None:
    """The learning rate; ``None`` if the scheduler tells it."""
    if scheduler is None:
        return DEFAULT_RATE if learning_rate is None else learning_rate
    if learning_rate is not None:
        if scheduler.base_lr not in (learning_rate, DEFAULT_RATE):
            warn_user(
                f"base_lr={scheduler.base_lr} of lr_scheduler is overwritten by learning_rate={learning_rate} of the optimizer."
            )
        scheduler.base_lr = learning_rate
    return learning_rate


class NumberError(OpAttributeError, TypeError):
    """Something else than a number was given for one."""


class ScheduledRateError(OpAttributeError, UserWarning):
    """The learning rate is a scheduler's; MXNet raises a UserWarning."""


class DeprecatedError(MXNetError, DeprecationWarning):
    """Something that MXNet itself has removed."""


_register = get_register_func(Optimizer, "optimizer")
Optimizer.opt_registry = classes_of(Optimizer)
register = Optimizer.register
create = Optimizer.create_optimizer
