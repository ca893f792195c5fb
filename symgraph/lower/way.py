"""Ways along a chain of programs (`symgraph.lower.chain`). A pass over a chain is written once, as a *walk*: a function of a
way and of the arguments of the pass. It is gone twice: to compile all programs on it, and to run them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from symgraph.lower.analysis import programs_of
from symgraph.lower.host import Spec
from symgraph.lower.program import Program
from symgraph.lower.quiet import quietly
from symgraph.lower.residuals import Recording

Executables = dict[Any, Any]


class Way(ABC):
    """How to go along a chain.

    Attributes:
        executables: what is on the way, by key.
    """

    def __init__(self, executables: Executables):
        self.executables = executables

    @abstractmethod
    def run(self, key: Any, program: Program, build: Callable[..., Any], *inputs: Any) -> Any:
        """Results of the executable of a program that ``build(*inputs)`` makes, which is known by `key`."""

    @abstractmethod
    def move(self, values: Sequence[Any], device: jax.Device) -> list[Any]:
        """Values on a device; ``None`` stays. To send many at once takes little longer than to send one."""

    def spread(self, values: Sequence[Any], devices: Sequence[jax.Device]) -> list[Any]:
        """Values, each on a device of its own."""
        found = list(values)
        for device in dict.fromkeys(devices):
            places = [i for i, other in enumerate(devices) if other is device]
            for i, value in zip(places, self.move([values[i] for i in places], device), strict=True):
                found[i] = value
        return found

    @abstractmethod
    def total(self, parts: Sequence[Any]) -> Any:
        """The sum of values on one device."""

    @abstractmethod
    def zeros(self, spec: Spec, device: jax.Device) -> Any:
        """An array of zeros on a device."""


class Compiling(Way):
    """Makes executables. Values are stand-ins."""

    def run(self, key: Any, program: Program, build: Callable[..., Any], *inputs: Any) -> Any:
        executable = self.executables[key] = build(*inputs)
        if isinstance(executable, Recording):
            return executable.results(*inputs)
        (compiled,) = programs_of(executable)
        return compiled.out_info

    def move(self, values: Sequence[Any], device: jax.Device) -> list[Any]:
        return list(values)

    def total(self, parts: Sequence[Any]) -> Any:
        return parts[0]

    def zeros(self, spec: Spec, device: jax.Device) -> Any:
        return jax.ShapeDtypeStruct(*spec)


class Running(Way):
    """Runs executables."""

    def run(self, key: Any, program: Program, build: Callable[..., Any], *inputs: Any) -> Any:
        executable = self.executables[key]
        return program.host_state.run(executable, *inputs) if program.is_effectful else executable(*inputs)

    def move(self, values: Sequence[Any], device: jax.Device) -> list[Any]:
        found, here = list(values), {device}
        away = [i for i, value in enumerate(values) if value is not None and value.devices() != here]
        if away:
            for i, value in zip(away, jax.device_put([values[i] for i in away], device), strict=True):
                found[i] = value
        return found

    def total(self, parts: Sequence[Any]) -> Any:
        return parts[0] if len(parts) == 1 else _sum(*parts)

    def zeros(self, spec: Spec, device: jax.Device) -> Any:
        return jnp.zeros(*spec, device=device)


@quietly
@jax.jit
def _sum(first: jax.Array, *others: jax.Array) -> jax.Array:
    return sum(others, first)


class Chained:
    """A walk whose programs are compiled, called with the arguments of the pass.

    Args:
        walk: called with a `Way` and these arguments.
        args: arrays, or stand-ins, to compile for.

    Attributes:
        executables: what is on the way, by key, in the order of the walk.
    """

    def __init__(self, walk: Callable[..., Any], args: tuple[Any, ...]):
        self.executables: Executables = {}
        self._walk = walk
        walk(Compiling(self.executables), *args)

    def __call__(self, *args: Any) -> Any:
        with jax.enable_x64(True):
            return self._walk(Running(self.executables), *args)

    @property
    def programs(self) -> tuple[Any, ...]:
        """What XLA has compiled."""
        return tuple([program for executable in self.executables.values() for program in programs_of(executable)])

    @property
    def residuals(self) -> tuple[Any, ...]:
        """What each program keeps for backward, if they do so."""
        return tuple([executable.residuals for executable in self.executables.values()])
