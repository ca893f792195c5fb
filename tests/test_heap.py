"""Memory that a compilation leaves free."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

import symgraph as mx
from symgraph.lower import heap, program


def test_it_is_given_back_after_each_compilation(monkeypatch: pytest.MonkeyPatch) -> None:
    released = []
    monkeypatch.setattr(program, "release_free_memory", lambda: released.append(1))
    executor = (mx.sym.Variable("a") + 1).simple_bind(mx.current_context(), a=(2,))
    for _ in range(2):
        executor.forward(is_train=False)[0].asnumpy()
    assert released == [1]


@pytest.mark.parametrize("failure", [AttributeError("malloc_trim"), OSError("no library"), TypeError("no name")])
def test_a_library_without_the_call_keeps_it(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: Any) -> Any:
        raise failure

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert heap._release_of_library() is None
    monkeypatch.setattr(heap, "_release", None)
    heap.release_free_memory()
