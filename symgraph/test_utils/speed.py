"""How long a symbol takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from symgraph.runtime.context import Context
from symgraph.test_utils.devices import default_context


def check_speed(
    sym: Any,
    location: Mapping[str, np.ndarray] | None = None,
    ctx: Context | None = None,
    N: int = 20,
    grad_req: Any = None,
    typ: str = "whole",
    **kwargs: Any,
) -> float:
    """Seconds that a pass through a symbol takes, on average.

    Args:
        location: inputs by name; by default random ones of the shapes in `kwargs`.
        ctx: where to run; the current context by default.
        N: how many passes to take the average of; one more goes ahead, to compile the program.
        grad_req: as for ``simple_bind``, by default ``"write"``.
        typ: ``"whole"`` for forward and backward, whose head gradients are the outputs, or ``"forward"``.
        **kwargs: as for ``simple_bind``, if `location` is not given: shapes, ``type_dict``.
    """
    if typ not in ("whole", "forward"):
        raise ValueError(f"typ must be 'whole' or 'forward', given {typ!r}.")
    if location is not None:
        kwargs = {name: np.shape(value) for name, value in location.items()}
    executor = sym.simple_bind(ctx=ctx or default_context(), grad_req=grad_req or "write", **kwargs)
    for name, cell in executor.arg_dict.items():
        cell[...] = np.random.normal(size=cell.shape) if location is None else location[name]
    is_train = typ == "whole"
    heads = [out.copy() for out in executor.forward(is_train=is_train)]

    def run() -> None:
        executor.forward(is_train=is_train)
        if is_train:
            executor.backward(heads)
        executor.settle()

    def wait() -> None:
        for cell in [*executor.outputs, *executor.grad_arrays]:
            if cell is not None:
                cell.wait_to_read()

    run()
    wait()
    begin = time.perf_counter()
    for _ in range(N):
        run()
    wait()
    return (time.perf_counter() - begin) / N


class DummyIter:
    """Gives the first batch of a data iterator over and over, to measure speed without the cost of loading data.

    Args:
        real_iter: the iterator, with ``provide_data``, ``provide_label`` and ``batch_size``; one batch is taken from it.
    """

    def __init__(self, real_iter: Any):
        self.real_iter = real_iter
        self.provide_data = real_iter.provide_data
        self.provide_label = real_iter.provide_label
        self.batch_size = real_iter.batch_size
        self.the_batch = next(real_iter)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return self.next()

    def next(self) -> Any:
        """The batch, always the same."""
        return self.the_batch

    def reset(self) -> None:
        """Start again; as it never ends, nothing changes."""
