"""`Mixed` and `Load`: initializers that choose by the name of a parameter."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symgraph.errors import described, listed
from symgraph.initializer.base import InitializationError, create
from symgraph.ir.shape import show
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.params import load

Initialize = Callable[[str, NDArray], None]


class Mixed:
    """The first initializer whose pattern the name begins with.

    Args:
        patterns: regular expressions.
        initializers: one for each.

    >>> import symgraph as mx
    >>> bias, weight = mx.nd.zeros((1,)), mx.nd.zeros((1,))
    >>> init = mx.init.Mixed([".*bias", ".*"], [mx.init.Constant(2), mx.init.One()])
    >>> init(mx.init.InitDesc("fc1_weight"), weight)
    >>> weight.asscalar()
    np.float32(1.0)
    """

    def __init__(self, patterns: Sequence[str], initializers: Sequence[Initialize | str]):
        if len(patterns) != len(initializers):
            raise InitializationError(
                f"Mixed: there must be an initializer for each pattern, given {len(patterns)} patterns and "
                f"{len(initializers)} initializers."
            )
        chosen = [create(one) if isinstance(one, str) else one for one in initializers]
        self.map = list(zip([re.compile(pattern) for pattern in patterns], chosen, strict=True))

    def __call__(self, name: str, arr: NDArray) -> None:
        """Fill an array.

        Raises:
            InitializationError: the name begins with none of the patterns.
        """
        for pattern, initialize in self.map:
            if pattern.match(name):
                initialize(name, arr)
                return
        raise InitializationError(
            f"Parameter name {name} did not match any pattern: {listed(repr(p.pattern) for p, _ in self.map)}. Consider "
            f'adding a ".*" pattern at the end with a default initializer.'
        )


class Load:
    """Values from a dict, or from a file of parameters.

    Args:
        param: arrays by name, or the name of a file that ``mx.nd.save`` or a checkpoint wrote; ``arg:`` and ``aux:`` at
            the beginning of names do not count.
        default_init: initializer of parameters that are not there.
        verbose: tell of each parameter by logging where its values come from.
    """

    def __init__(
        self, param: str | Mapping[str, NDArray], default_init: Initialize | None = None, verbose: bool = False
    ):
        loaded: Any = load(param) if isinstance(param, str) else param
        if not isinstance(loaded, Mapping):
            what = f"file '{param}' holds" if isinstance(param, str) else "given"
            raise InitializationError(f"Load needs arrays by name: {what} {described(loaded)}.")
        self.param = {name.removeprefix("arg:").removeprefix("aux:"): values for name, values in loaded.items()}
        self.default_init = default_init
        self.verbose = verbose

    def __call__(self, name: str, arr: NDArray) -> None:
        """Fill an array.

        Raises:
            InitializationError: there is no such parameter, or one of another shape.
        """
        if name in self.param:
            found = self.param[name].shape
            if found != arr.shape:
                raise InitializationError(
                    f"Parameter {name} cannot be initialized from loading: it has shape {show(arr.shape)}, what was "
                    f"loaded {show(found)}."
                )
            arr[:] = self.param[name]
        elif self.default_init is None:
            raise InitializationError(
                f"Cannot initialize {name}: it is not in the loaded parameters, which are {listed(self.param)}, and no "
                f"default_init is given."
            )
        else:
            self.default_init(name, arr)
        if self.verbose:
            logging.root.info("Initialized %s by %s", name, "loading" if name in self.param else "default")
