"""`Run`: one forward pass of an Executor, which may still have to be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax

from symgraph.runtime import rng

if TYPE_CHECKING:
    from symgraph.runtime.executor import Executor


class Run:
    """One recorded forward pass: its inputs, and how far it has been computed.

    Attributes:
        executor: whose pass it is; ``None`` once there is nothing left to compute for readers.
        key: random key of the pass, if the graph is random.
        inputs: arguments, auxiliary states and key; ``None`` once a backward is done, so that arrays which are
            overwritten afterwards take no memory. A second backward then sees the present content of the arrays.
        failure: what went wrong when the pass was computed.
        pullback: what `backward` needs if forward ran alone, as `Residuals` and their arrays; ``None`` if it has to compute
            forward (again).
        spare: arrays that the outputs held before, whose memory new ones may take over.
        states: new values of auxiliary states, by position, that `backward` stores.
    """

    __slots__ = ("executor", "failure", "inputs", "is_train", "key", "pullback", "spare", "states")

    def __init__(self, executor: Executor, is_train: bool, spare: list[jax.Array | None]):
        self.executor: Executor | None = executor
        self.is_train = is_train
        self.key = rng.next_key(executor._ctx) if executor._program.is_random else None
        self.inputs: tuple | None = executor._arg_contents.read(), executor._aux_contents.read(), self.key
        self.failure: Exception | None = None
        self.pullback: Any = None
        self.spare = spare
        self.states: dict[int, jax.Array] = {}

    @property
    def is_open(self) -> bool:
        """Whether outputs and states have been promised but not been computed."""
        return self.executor is not None and self.failure is None

    def force(self) -> None:
        """Compute forward, because somebody looks; a run that failed raises its failure again."""
        executor = self.executor
        if executor is None:
            return
        if executor._program.is_effectful:
            executor._program.host_state.require_outside()
        with executor._lock:
            if self.failure is not None:
                raise self.failure
            if self.executor is not None:
                try:
                    executor._run_forward(self)
                except Exception as error:
                    self.failure = error
                    executor._keep_states(self)
                    raise
