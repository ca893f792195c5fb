"""Python code inside a compiled program: host calls, one after the other.

XLA:CPU runs host callbacks on the threads that also compute. Were two of them to wait at once for computations of their
own (``mx.nd`` inside a custom operator), two cores would wait forever. So all host calls of a program form a chain by
data dependency, and at most one runs at a time; the Executor in turn waits for such a program before it goes on.

Two more things a bare ``jax.pure_callback`` does not give: 64-bit types pass whole outside of JAX's 64-bit mode, and an
exception reaches the user as it was raised, not inside a runtime traceback.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from symgraph.errors import CustomOpError, GradientError

Array = jax.Array
Spec = tuple[tuple[int, ...], np.dtype]
"""Shape and dtype of an array."""
HostFunction = Callable[..., Sequence[np.ndarray]]


class HostState:
    """What the host calls of one program share.

    Attributes:
        failures: the first exception raised by a host call of each run that has not ended, by the number of the run.
        objects: per node, whatever the operator keeps there between its calls.
    """

    def __init__(self) -> None:
        self.failures: dict[int, BaseException] = {}
        self.objects: dict[Any, Any] = {}
        self._callers: list[int] = []

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around Python code that the program calls, on whatever thread."""
        thread = threading.get_ident()
        self._callers.append(thread)
        try:
            yield
        finally:
            self._callers.remove(thread)

    def require_outside(self) -> None:
        """What everything that waits for the program begins with.

        Raises:
            CustomOpError: Python code that the program calls is the one to wait; the program waits for it in turn.
        """
        if self._callers and threading.get_ident() in self._callers:
            raise CustomOpError(
                "an operator must not run the executor that it is a part of, nor read what that has not computed yet, as "
                "both would wait for each other; use in_data and out_data, or an executor of its own."
            )

    def run(self, program: Callable[..., Any], *inputs: Any, number: int = 0) -> Any:
        """Results of a compiled program with host calls, which is waited for; failures are raised as they were.

        Runs that may overlap, as when a host call of one starts another, have different numbers; the program passes
        them to its `HostCalls`.
        """
        try:
            results = jax.block_until_ready(program(*jax.block_until_ready(inputs)))
        finally:
            failure = self.failures.pop(number, None)
        if failure is not None:
            raise failure
        return results


class HostCalls:
    """The chain of host calls of one program while it is traced.

    Args:
        state: what they share.
        number: that of the run, an int32 scalar; 0 for programs whose runs do not overlap.
    """

    def __init__(self, state: HostState, number: Array | None = None):
        self.state = state
        self._token = number

    def call(self, function: HostFunction, results: Sequence[Spec], *args: Array) -> tuple[Array, ...]:
        """Results of ``function(*args)``, run on the host after all earlier calls of this chain.

        Args:
            function: takes and returns NumPy arrays.
            results: shape and dtype of each result.
        """

        def guarded(token: np.ndarray, *arrays: np.ndarray) -> Sequence[np.ndarray]:
            number = int(token)
            if number not in self.state.failures:
                try:
                    with self.state.calling():
                        return token, *function(*arrays)
                except BaseException as failure:
                    self.state.failures[number] = failure
            return token, *(np.zeros(shape, dtype) for shape, dtype in results)

        token = jnp.zeros((), jnp.int32) if self._token is None else self._token
        specs = [((), np.dtype(np.int32)), *results]
        self._token, *found = host_call(guarded, specs, token, *args)
        return tuple(found)


def host_call(function: HostFunction, results: Sequence[Spec], *args: Array) -> tuple[Array, ...]:
    """One host call by itself, whose exceptions surface as JAX reports them; for programs that are not ours.

    Raises:
        GradientError: while it is traced, if JAX is to differentiate it.
    """
    dtypes = [np.dtype(a.dtype) for a in args]

    def on_host(*carriers: Any) -> tuple[np.ndarray, ...]:
        arrays = [_unpack(np.asarray(c), dtype) for c, dtype in zip(carriers, dtypes, strict=True)]
        return tuple(
            _pack(np.ascontiguousarray(value, dtype).reshape(shape))
            for value, (shape, dtype) in zip(function(*arrays), results, strict=True)
        )

    specs = tuple(_carrier(shape, dtype) for shape, dtype in results)

    @jax.custom_jvp
    def call(*args: Array) -> tuple[Array, ...]:
        carriers = [_to_carrier(a) for a in args]
        found = jax.pure_callback(on_host, specs, *carriers, vmap_method="sequential")
        return tuple(_from_carrier(c, dtype) for c, (_, dtype) in zip(found, results, strict=True))

    call.defjvp(_refuse_to_differentiate)
    return tuple(call(*args))


def _refuse_to_differentiate(primals: Any, tangents: Any) -> Any:
    raise GradientError(
        "Python code gives a gradient, but none of that gradient: a custom operator cannot be differentiated twice. "
        "Write it as a JAX function, with mx.operator.from_jax."
    )


def _is_wide(dtype: np.dtype) -> bool:
    return dtype.itemsize == 8


def _carrier(shape: tuple[int, ...], dtype: np.dtype) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct((*shape, 2), np.uint32) if _is_wide(dtype) else jax.ShapeDtypeStruct(shape, dtype)


def _to_carrier(array: Array) -> Array:
    return lax.bitcast_convert_type(array, jnp.uint32) if _is_wide(np.dtype(array.dtype)) else array


def _from_carrier(array: Array, dtype: np.dtype) -> Array:
    return lax.bitcast_convert_type(array, dtype) if _is_wide(dtype) else array


def _pack(array: np.ndarray) -> np.ndarray:
    return array.reshape(*array.shape, 1).view(np.uint32) if _is_wide(array.dtype) else array


def _unpack(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.ascontiguousarray(array).view(dtype)[..., 0] if _is_wide(dtype) else array
