"""`Initializer`: first values of parameters, by what their names end in or their variables say."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np

from symgraph.errors import MXNetError, NotOverriddenError, described
from symgraph.initializer.bilinear_kernel import bilinear_kernel
from symgraph.initializer.drawing import generator
from symgraph.ir.shape import show
from symgraph.ir.source import warn_user
from symgraph.registry import get_alias_func, get_create_func, get_register_func
from symgraph.runtime.ndarray import NDArray


class InitDesc(str):
    """The name of a parameter, with what an initializer may want to know of it.

    Args:
        name: the name.
        attrs: attributes of the variable; ``__init__`` says which initializer it is to have.
        global_init: the initializer of the whole model.

    >>> import symgraph as mx
    >>> desc = mx.init.InitDesc("fc1_weight", {"__lr_mult__": "2"})
    >>> desc, desc.attrs
    ('fc1_weight', {'__lr_mult__': '2'})
    """

    attrs: Mapping[str, Any]
    global_init: Any

    def __new__(cls, name: str, attrs: Mapping[str, Any] | None = None, global_init: Any = None) -> Self:
        self = super().__new__(cls, name)
        self.attrs = attrs or {}
        self.global_init = global_init
        return self


class InitializationError(MXNetError, ValueError, AssertionError):
    """There is no rule for a parameter, or the one there is does not fit; MXNet raises one or the other."""


class NoRuleError(InitializationError):
    """An initializer has no rule for a parameter of that name."""


class NameTypeError(MXNetError, TypeError):
    """A parameter is told by its name."""


class Initializer:
    """Base of all initializers: called with the name of a parameter and an array, it fills the array.

    What the variable says (``Variable(init=...)``) goes first. Else the end of the name decides: weight is what the
    subclass defines as ``_init_weight``; bias, beta and min are 0, gamma and max are 1, and anything else is an error.
    Subclasses may define each of these: ``_init_bias``, ``_init_gamma``, ``_init_beta``, ``_init_default`` ...

    Args:
        **kwargs: arguments of the subclass, which `dumps` tells.

    >>> import symgraph as mx
    >>> @mx.init.register
    ... class Tenth(mx.init.Initializer):
    ...     def _init_weight(self, name, arr):
    ...         arr[:] = 0.1
    >>> weight = mx.nd.zeros((1,))
    >>> mx.init.create("tenth")(mx.init.InitDesc("fc1_weight"), weight)
    >>> weight.asscalar()
    np.float32(0.1)
    """

    # Also for subclasses whose __init__ does not call this one.
    _kwargs: Mapping[str, Any] = {}
    _verbose: bool = False
    _print_func: Callable[[NDArray], Any] | None = None

    def __init__(self, **kwargs: Any):
        self._kwargs = kwargs
        self._verbose = False
        self._print_func = None

    def set_verbosity(self, verbose: bool = False, print_func: Callable[[NDArray], Any] | None = None) -> Self:
        """Say of every parameter how it was initialized, by logging.

        Args:
            verbose: whether to do so.
            print_func: makes of an array what is told of it; by default its root mean square.
        """
        self._verbose = verbose
        self._print_func = print_func or _root_mean_square
        return self

    def _verbose_print(self, desc: str, init: str, arr: NDArray) -> None:
        if self._verbose and self._print_func:
            logging.root.info("Initialized %s as %s: %s", desc, init, self._print_func(arr))

    def dumps(self) -> str:
        """JSON of the name and the arguments, which `create` makes an equal initializer of.

        >>> import symgraph as mx
        >>> mx.init.Xavier(magnitude=2).dumps()
        '["xavier", {"rnd_type": "uniform", "factor_type": "avg", "magnitude": 2}]'
        """
        return json.dumps([type(self).__name__.lower(), self._kwargs], default=_jsonable)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Initializer):
            return NotImplemented
        return type(self) is type(other) and self._kwargs == other._kwargs

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, desc: str, arr: NDArray) -> None:
        """Fill an array.

        Args:
            desc: name of the parameter, preferably an `InitDesc`. One that is only text is read by older rules, which
                know moving averages and upsampling, too.
            arr: the array.

        Raises:
            InitializationError: there is no rule for the name.
        """
        if not isinstance(desc, InitDesc):
            self._legacy_init(desc, arr)
            return
        if desc.global_init is None:
            desc.global_init = self
        own = desc.attrs.get("__init__", "")
        if own:
            create(own)._init_weight(desc, arr)
            self._verbose_print(desc, own, arr)
            return
        for ending in _BY_ENDING:
            if desc.endswith(ending):
                getattr(self, f"_init_{_METHOD.get(ending, ending)}")(desc, arr)
                self._verbose_print(desc, ending, arr)
                return
        self._init_default(desc, arr)

    def _legacy_init(self, name: Any, arr: NDArray) -> None:
        """Fill an array by the rules for a name that is only text."""
        warn_user(
            "Calling initializer with init(str, NDArray) has been deprecated. "
            "please use init(mx.init.InitDesc(...), NDArray) instead.",
            category=DeprecationWarning,
        )
        if not isinstance(name, str):
            raise NameTypeError(f"name must be string, given {described(name)}.")
        if not isinstance(arr, NDArray):
            raise NameTypeError(f"an initializer fills an NDArray, given for '{name}' {described(arr)}.")
        for matches, method in _LEGACY:
            if matches(name):
                getattr(self, f"_init_{method}")(name, arr)
                return
        self._init_default(name, arr)

    def _init_bilinear(self, _: str, arr: NDArray) -> None:
        arr[:] = bilinear_kernel(arr.shape)

    def _init_loc_bias(self, _: str, arr: NDArray) -> None:
        if arr.shape != (6,):
            raise InitializationError(
                f"'{_}' is taken for the bias of an affine map, which has shape (6,), given {show(arr.shape)}."
            )
        arr[:] = np.array([1.0, 0, 0, 0, 1.0, 0])  # the identity

    def _init_zero(self, _: str, arr: NDArray) -> None:
        arr[:] = 0.0

    def _init_one(self, _: str, arr: NDArray) -> None:
        arr[:] = 1.0

    def _init_bias(self, _: str, arr: NDArray) -> None:
        arr[:] = 0.0

    def _init_quantized_bias(self, _: str, arr: NDArray) -> None:
        arr[:] = 0

    def _init_gamma(self, _: str, arr: NDArray) -> None:
        arr[:] = 1.0

    def _init_beta(self, _: str, arr: NDArray) -> None:
        arr[:] = 0.0

    def _init_weight(self, name: str, arr: NDArray) -> None:
        raise NotOverriddenError(
            f"{type(self).__name__} must define _init_weight(self, name, arr), needed for '{name}'."
        )

    def _init_quantized_weight(self, _: str, arr: NDArray) -> None:
        arr[:] = generator(arr).integers(-127, 127, arr.shape)

    def _init_default(self, name: str, _: NDArray) -> None:
        raise NoRuleError(
            f"Unknown initialization pattern for {name}: names that end in weight, bias, gamma, beta, min or max have a "
            f"rule. Say how to initialize it where it is made, as in mx.sym.Variable('{name}', init=mx.init.Zero()), or "
            f"use mx.init.Mixed. If batches are to feed it, name it in Module(data_names=...) instead."
        )


_BY_ENDING = ("weight", "bias", "gamma", "beta", "min", "max", "weight_quantize", "bias_quantize")
_METHOD = {
    "min": "zero",
    "max": "one",
    "weight_quantize": "quantized_weight",
    "bias_quantize": "quantized_bias",
}
"""The rules where they are not called as the name ends."""


def _ends(*endings: str) -> Callable[[str], bool]:
    return lambda name: name.endswith(endings)


_LEGACY: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda name: name.startswith("upsampling"), "bilinear"),
    (lambda name: name.startswith("stn_loc") and name.endswith("weight"), "zero"),
    (lambda name: name.startswith("stn_loc") and name.endswith("bias"), "loc_bias"),
    *((_ends(ending), ending) for ending in ("bias", "gamma", "beta", "weight")),
    (_ends("moving_mean", "moving_inv_var", "moving_avg", "min"), "zero"),
    (_ends("moving_var", "max"), "one"),
)
"""Which rule the name of a parameter asks for, if it is only text."""


def _root_mean_square(arr: NDArray) -> str:
    values = arr.asnumpy()
    return str(np.float32(np.linalg.norm(values.ravel()) / math.sqrt(values.size)))


def _jsonable(value: Any) -> Any:
    """Numbers of NumPy and arrays, for JSON."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (NDArray, np.ndarray)):
        return np.asarray(value).tolist()
    raise NameTypeError(f"dumps: {described(value)} cannot be written as JSON.")


register = get_register_func(Initializer, "initializer")
alias = get_alias_func(Initializer, "initializer")
create = get_create_func(Initializer, "initializer")
