"""The libraries that are compared, and the processes in which they work."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

ROOT = pathlib.Path(__file__).resolve().parent.parent


class PeerError(Exception):
    """A library could not be started, or failed at a workload."""


class MissingInPeerError(PeerError):
    """A library has nothing for an operator of a workload."""


@dataclass(frozen=True)
class Peer:
    """A library and the Python that has it.

    Attributes:
        name: how the table calls it.
        python: path of a Python interpreter.
        environment: variables for its process.
        module: what is imported there, if that is not the name.
        device: where it works, ``"cpu"`` or ``"gpu"``.
    """

    name: str
    python: str
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = ""
    device: str = "cpu"


def ourselves() -> Peer:
    """symgraph in this Python; compiled programs are not taken from an earlier run's cache."""
    return Peer("symgraph", sys.executable, {"SYMGRAPH_COMPILATION_CACHE": "off", **_BESIDE_OTHERS})


def one_heap(python: str) -> Peer:
    """symgraph in a process that keeps what is freed, in one heap of glibc, instead of asking the system for it again."""
    settings = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "-1"}
    return Peer("symgraph-one-heap", python, {**ourselves().environment, **settings}, module="symgraph")


def mxnet(python: str) -> Peer:
    """Real MXNet on all processors, like the others; `mxnet_default` takes fewer."""
    threads = os.environ.get("OMP_NUM_THREADS", str(_processors()))
    return replace(mxnet_default(python), name="mxnet", environment={**_WHOLE_GRAPHS, "OMP_NUM_THREADS": threads})


def mxnet_default(python: str) -> Peer:
    """Real MXNet as it is installed: half of the processors, as if each core appeared as two."""
    return Peer("mxnet-default", python, _WHOLE_GRAPHS, module="mxnet")


_WHOLE_GRAPHS = {"MXNET_SUBGRAPH_BACKEND": "NONE"}
"""MXNet's fused subgraphs serve inference only, cost time at bind, and have given stale values: off."""


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def jax(python: str) -> Peer:
    """JAX without symgraph, under the same conditions as ourselves."""
    return Peer("jax", python, _BESIDE_OTHERS)


_BESIDE_OTHERS = {"JAX_ENABLE_COMPILATION_CACHE": "false", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
"""JAX takes nothing from an earlier run's cache, and does not reserve the memory of a GPU, where others work in turn."""


def torch(python: str) -> Peer:
    """PyTorch."""
    return Peer("torch", python)


PEERS = {"mxnet": mxnet, "mxnet-default": mxnet_default, "jax": jax, "torch": torch, "symgraph-one-heap": one_heap}
ENVIRONMENTS = {"mxnet-default": "mxnet"}
"""Peers that live in the environment of another."""

DEFAULT_PYTHON = {"jax": sys.executable, "symgraph-one-heap": sys.executable}
"""Peers that are in our own environment."""


class Process:
    """A worker process of one peer; see `benchmarks.worker`. Use as a context manager.

    Raises:
        PeerError: it cannot be started, or does not have the library.
    """

    def __init__(self, peer: Peer):
        self.peer = peer
        self._log = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - open as long as the process
        try:
            self._process = subprocess.Popen(
                [peer.python, "-m", "benchmarks.worker", peer.module or peer.name, peer.device],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                cwd=ROOT,
                env={**os.environ, **peer.environment},
            )
        except OSError as error:
            self._log.close()
            raise PeerError(f"{peer.name}: cannot start {peer.python}: {error.strerror}.") from None
        try:
            self.facts: dict[str, Any] = self._answer()
        except BaseException:
            self.close()
            raise

    def ask(self, do: str, **request: Any) -> Any:
        """The worker's answer to one request.

        Raises:
            PeerError: the library failed, or the process died.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise PeerError(self._obituary()) from None
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PeerError(self._obituary())
        answer = json.loads(line)
        if "lacks" in answer:
            raise MissingInPeerError(answer["lacks"])
        if "error" in answer:
            raise PeerError(f"{self.peer.name}: {answer['error']}")
        return answer["ok"]

    def _obituary(self) -> str:
        code = self._process.wait()
        self._log.seek(0)
        last = self._log.read().strip().splitlines()[-1:] or ["it said nothing"]
        return f"{self.peer.name}: {self.peer.python} ended with code {code}: {last[0]}"

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
