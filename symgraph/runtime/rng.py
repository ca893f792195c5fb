"""Random numbers: one generator per context, seeded by `seed`, that hands out keys for JAX programs.

A key is the pair (seed of the context, running number) as threefry key data: cheap to make, never the same twice, and
turned into a JAX key inside a program with ``jax.random.wrap_key_data``. After ``seed(n)`` the same calls in the same
order on the same context give the same numbers, on every machine. After ``seed(n, ctx)`` they are those of ``cpu(0)``,
whichever `ctx` is, so that several devices can be given the same numbers, as in MXNet. Unseeded, a process starts as if by
``seed(0)``, as MXNet does; the numbers themselves are not MXNet's, which come from another generator.
"""

from __future__ import annotations

import operator
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import numpy as np

from symgraph.errors import ArgumentValueError, described
from symgraph.runtime.context import Context, as_context

_WORD = 0xFFFFFFFF


class _Generator:
    """A seed, and how many keys it has given."""

    __slots__ = ("given", "seed")

    def __init__(self, entropy: Sequence[int]):
        self.seed = int(np.random.SeedSequence(entropy).generate_state(1)[0])
        self.given = 0

    @classmethod
    def of(cls, state: int, context: Context) -> Self:
        """The generator of a context after ``seed(state)``."""
        return cls((state & _WORD, state >> 32 & _WORD, context.device_typeid, context.device_id & _WORD))

    def next_key(self) -> np.ndarray:
        """Threefry key data that has not been given yet."""
        self.given += 1
        return np.array((self.seed, self.given & _WORD), np.uint32)


_lock = threading.Lock()
_state = 0
_generators: dict[Context, _Generator] = {}
_FIRST = Context("cpu", 0)


def seed(seed_state: int, ctx: Context | str = "all") -> None:
    """Restart the random numbers of one context, or of all.

    Among all, each context has a sequence of its own; one that is seeded by name has that of ``cpu(0)``.

    Args:
        seed_state: any integer.
        ctx: the context to seed, by itself or as text (``"cpu"``, ``"cpu(1)"``), or ``"all"``.

    >>> import symgraph as mx
    >>> executor = mx.sym.Dropout(mx.sym.Variable("x")).bind(mx.cpu(), {"x": mx.nd.ones((100,))})
    >>> mx.random.seed(7)
    >>> first = executor.forward(is_train=True)[0].asnumpy()
    >>> mx.random.seed(7)
    >>> bool((executor.forward(is_train=True)[0].asnumpy() == first).all())
    True
    """
    global _state
    try:
        state = operator.index(seed_state)
    except TypeError:
        raise ArgumentValueError(f"seed_state must be an integer, given {described(seed_state)}.") from None
    context = None if isinstance(ctx, str) and ctx == "all" else as_context(ctx)
    with _lock:
        if context is None:
            _state = state
            _generators.clear()
        else:
            _generators[context] = _Generator.of(state, _FIRST)


class _Scope(threading.local):
    """The generator of `drawing_from`, in the thread that has called it."""

    generator: _Generator | None = None


_scope = _Scope()


@contextmanager
def drawing_from(words: Sequence[int]) -> Iterator[None]:
    """In this context, all keys of this thread follow from `words`, and no generator of a context counts on."""
    before, _scope.generator = _scope.generator, _Generator(words)
    try:
        yield
    finally:
        _scope.generator = before


def next_key(context: Context) -> np.ndarray:
    """The next key of a context: threefry key data, a uint32 array of shape (2,)."""
    scoped = _scope.generator
    if scoped is not None:
        return scoped.next_key()
    with _lock:
        generator = _generators.get(context)
        if generator is None:
            generator = _generators[context] = _Generator.of(_state, context)
        return generator.next_key()
