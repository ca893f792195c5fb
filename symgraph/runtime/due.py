"""`Due`: a backward pass that has been asked for, and is computed when somebody looks or by an update that joins it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jax

from symgraph.runtime.run import Run
from symgraph.runtime.underway import never_written

if TYPE_CHECKING:
    from symgraph.runtime.executor import Executor


class Due:
    """The promise of gradients, and of auxiliary states that backward writes.

    Attributes:
        run: the forward pass, which has not been computed either.
        cotangents: gradient of each output, or ``None``.
        old: what the gradient arrays held before, for the sake of its memory; ``None`` where they waited.
    """

    __slots__ = ("_executor", "_failure", "cotangents", "old", "run")

    def __init__(self, executor: Executor, run: Run, cotangents: tuple[jax.Array | None, ...]):
        self._executor = executor
        self._failure: Exception | None = None
        self.run, self.cotangents = run, cotangents
        self.old: list[jax.Array | None] = [None if cell.is_pending else cell.jax for cell in executor._grad_cells]
        for cell in self._promised():
            cell.set_pending(self)

    @staticmethod
    def is_possible(executor: Executor, run: Run) -> bool:
        """Whether nothing speaks against waiting: Python code that must run in turn, several devices that update by
        themselves, gradients that are added to, views, which cannot wait, or outputs that are known, so that there is less
        to gain."""
        return (
            run.is_open
            and run.is_train  # otherwise no state waits for a new value
            and run.inputs is not None
            and not executor._program.is_effectful
            and executor._program.joins_updates
            and len(executor._overwritten) == len(executor._grad_cells)
            and not any(executor._aux[i].is_view for i in executor._backward_states)
        )

    def can_be_joined(self, arguments: Sequence[int]) -> bool:
        """Whether an update of arguments may be computed together with their gradients.

        Not if somebody, as a user or a module with the same parameters, has written gradients or states since, which then
        count; nor if an argument was written, whose gradient is that at the old value, but whose update begins at the new.
        """
        contents = self._executor._arg_contents
        inputs = self.run.inputs
        is_awaited = all(cell.awaits(self) for cell in self._promised())
        return is_awaited and inputs is not None and all(contents.at(i) is inputs[0][i] for i in arguments)

    def _promised(self) -> list:
        executor = self._executor
        return [*executor._grad_cells, *(executor._aux[i] for i in executor._backward_states)]

    def force(self) -> None:
        """Compute forward and backward, because somebody looks.

        Raises:
            GradientError: it has failed before.
        """
        executor = self._executor
        with executor._lock:
            if self._failure is not None:
                raise never_written("backward", self._failure) from self._failure
            if executor._due is not self:
                return
            executor._due = None
            self.old.clear()
            newer = [cell.put_aside() for cell in self._promised() if not cell.awaits(self)]
            try:
                executor._backward(self.run, self.cotangents)
            except Exception as error:
                self.fail(error)
                raise
            finally:
                for put_back in newer:
                    put_back()

    def fail(self, error: Exception) -> None:
        """Remember why gradients will not come, and give auxiliary states the values from before the pass."""
        self._failure = error
        executor, inputs = self._executor, self.run.inputs
        for i in executor._backward_states if inputs is not None else ():
            executor._aux[i].fulfil(inputs[1][i], self)  # type: ignore[index]
