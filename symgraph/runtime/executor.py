"""The Executor: a symbol bound to arrays.

JAX arrays are immutable, so a training pass only *records* its inputs in a `Run` and returns; what to compute is decided
when somebody looks. ``forward`` then ``backward`` without a look between them is one program; an output read first runs
forward alone and keeps what backward needs. A pass that no backward can join starts at once if it computes while its
caller prepares the next one. Readers never see the difference.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

import jax
import numpy as np

from symgraph.errors import BindError, GradientError, boundary, counted
from symgraph.ir.graph import Graph, Node
from symgraph.ir.source import warn_user
from symgraph.lower.analysis import runs_beside
from symgraph.lower.chain import Chain, chain_for
from symgraph.lower.flow import check_gradients_exist, state_updates
from symgraph.lower.program import Program, program_for
from symgraph.runtime import timing
from symgraph.runtime.arrays import Overlay, zeros
from symgraph.runtime.cell import add_promiser
from symgraph.runtime.contents import Contents
from symgraph.runtime.context import Context
from symgraph.runtime.distribution import Distribution
from symgraph.runtime.due import Due
from symgraph.runtime.heads import Heads
from symgraph.runtime.inspection import Inspection
from symgraph.runtime.monitoring import run_monitored
from symgraph.runtime.ndarray import NDArray
from symgraph.runtime.plan import output_specs, overwritten, plan_gradients
from symgraph.runtime.reshaping import reshaped
from symgraph.runtime.run import Run
from symgraph.runtime.spare import Spare
from symgraph.runtime.underway import Underway

GRAD_REQUESTS = ("null", "write", "add")


class Executor(Inspection):
    """A symbol bound to arrays on a device; made by `Symbol.bind` and `Symbol.simple_bind`."""

    def __init__(
        self,
        symbol: Any,
        ctx: Context,
        args: Sequence[NDArray],
        grads: Sequence[NDArray | None],
        grad_req: Sequence[str],
        aux: Sequence[NDArray],
        places: Mapping[Node, Context] | None = None,
        distribution: Distribution | None = None,
    ):
        self._places, self._distribution = places or {}, distribution
        graph: Graph = symbol.graph
        specs = output_specs(graph, args, aux)
        homes = [self._places.get(node, ctx) for node, _ in graph.heads]
        outputs = [zeros(*spec, home) for spec, home in zip(specs, homes, strict=True)]
        kept = [grad if request != "null" else None for grad, request in zip(grads, grad_req, strict=True)]
        super().__init__(symbol, ctx, args, grads, aux, outputs)
        self._program = self._placed_program(graph)
        lying = self._program.shardings
        self._arg_contents, self._aux_contents = Contents(self._args, lying.args), Contents(self._aux, lying.aux)
        self._grad_req = list(grad_req)
        self._plan, self._grad_cells = plan_gradients(graph, kept, grad_req)
        self._grad_lying = lying.gradients(self._plan)
        check_gradients_exist(graph, self._plan.wanted)
        self._overwritten = overwritten(self._plan, self._grad_cells, [*self._args, *self._aux])
        # Python code may look at arrays, and fail; what several devices compute is not in the memory of a cell.
        is_plain = not (self._program.is_effectful or self._program.is_spread)
        self._spare_outputs = Spare(outputs if is_plain and not self._places else [], ctx, self._program)
        self._spare_grads = Spare(self._overwritten if is_plain else [], ctx, self._program)
        self._heads = Heads.of(graph, specs, self._plan.wanted, homes, lying)
        self._forward_states, self._backward_states = state_updates(graph, self._plan.wanted)
        self._run: Run | None = None
        self._due: Due | None = None
        self._lock = threading.RLock()
        self._executables: dict[Any, Any] = {}
        self._forwards: dict[bool, Any] = {}  # executables of forward alone, by mode
        self._beside: set[bool] = set()  # modes in which that computes beside its caller, and no backward can join
        self._monitor: tuple[Callable[[str, NDArray], None], bool] | None = None
        self._overlays: list[Overlay] = []
        add_promiser(self)

    def _placed_program(self, graph: Graph) -> Program | Chain:
        """The program of a graph where its nodes are: on a device, on several, or over a mesh."""
        here = self._ctx.jax_device
        devices = [self.home(node).jax_device for node in graph.order] if self._places else []
        if set(devices) - {here}:
            return chain_for(graph, devices, self._args, self._aux)
        over = None if self._distribution is None else self._distribution.shardings(graph, self._args, self._aux)
        return program_for(graph, here, over)

    def home(self, node: Node) -> Context:
        """The context of what a node computes, or of a variable's array."""
        return self._places.get(node, self._ctx)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{cell.shape}" for cell in self._args[:4]) + (", ..." if len(self._args) > 4 else "")
        return f"<Executor of {self._symbol!r} on {self._ctx}: {counted(len(self._args), 'argument')} {shapes}>"

    # -- running ------------------------------------------------------------------------------------------------------

    @boundary
    def forward(self, is_train: bool = False, **kwargs: Any) -> list[NDArray]:
        """Run forward on the present content of the bound arrays.

        Args:
            is_train: training mode, which dropout, batch normalization and kin take notice of. Moving averages are
                updated by the `backward` that follows.
            **kwargs: new content of arguments, as NDArray or NumPy array of the argument's shape.

        Returns:
            `outputs`. They are computed when first read, or together with `backward`, or already being computed. What
            goes wrong is raised when they are read.

        Raises:
            UnknownArgumentError: a keyword is not an argument.
            ShapeError: new content does not have the argument's shape.
        """
        if type(is_train) is not bool:
            if not isinstance(is_train, (int, np.bool_)):
                given = type(is_train).__name__
                raise BindError(f"forward: is_train must be a bool, given {given}; give inputs by name.")
            is_train = bool(is_train)
        program = self._program
        if program.is_effectful:
            program.host_state.require_outside()
        with self._lock:
            if self._due is not None:
                self._due.force()
            if kwargs:
                self._feed(kwargs)
            if program.is_effectful:
                self.settle()
            for overlay in self._overlays:
                overlay.renew()
            spare = self._spare_outputs.collect()
            run = self._run = Run(self, is_train, spare)
            del spare
            self._promise(run)
            if self._monitor is not None:
                run_monitored(self, run, *self._monitor)
            elif is_train in self._beside:
                with suppress(Exception):  # the run keeps it for those who read
                    run.force()
            return list(self._outputs)

    @boundary
    def backward(
        self, out_grads: NDArray | Sequence[NDArray | None] | Mapping[str, NDArray] | None = None, is_train: bool = True
    ) -> None:
        """Compute gradients of the last forward pass into the gradient arrays.

        Args:
            out_grads: gradient of the objective with respect to each output; may be left out for loss layers, which
                define their own.
            is_train: accepted for compatibility; the mode is that of the forward pass.

        Raises:
            GradientError: no forward pass came before, or a head gradient is missing.
            ShapeError: a head gradient does not have its output's shape.
        """
        with self._lock:
            if self._due is not None:
                self._due.force()
            run = self._last_run()
            if not self._grad_cells:
                warn_user(
                    "backward computes nothing, as the executor was bound without arrays for gradients: give args_grad to "
                    "bind, or leave grad_req at 'write' in simple_bind."
                )
                return
            self._program.host_state.require_outside()
            self._backward(run, self._heads.gradients(out_grads))

    def backward_later(self, out_grads: Any = None) -> None:
        """`backward` that is computed when somebody looks, or together with an update of arguments that follows."""
        with self._lock:
            run = self._last_run()
            if not self._grad_cells:  # as of a module whose parameters are all fixed
                return
            if self._due is None and Due.is_possible(self, run):
                self._due = Due(self, run, self._heads.gradients(out_grads))
            else:
                self.backward(out_grads)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {node.name: i for i, node in enumerate(self._program.graph.arguments)}

    @cached_property
    def _grad_specs(self) -> tuple[jax.ShapeDtypeStruct, ...]:
        return () if self._program.is_spread else tuple([self._program.spec(*spec) for spec in self._plan.specs])

    @cached_property
    def _grad_places(self) -> dict[Any, int]:
        return {cell.extent: i for i, cell in enumerate(self._grad_cells)}

    def _gradient(self, i: int) -> jax.Array:
        """What a gradient array holds, as the program has it."""
        return self._grad_cells[i].on(self._grad_lying[i])

    def _last_run(self) -> Run:
        if self._run is None:
            raise GradientError(
                f"backward of {self._symbol!r}: there was no forward pass yet; call forward(is_train=True) first."
            )
        return self._run

    def _backward(self, run: Run, cotangents: tuple[jax.Array | None, ...]) -> None:
        if self._program.is_effectful:
            run.force()
        old = tuple(self._gradient(i) for i, add in enumerate(self._plan.add) if add)
        compute = self._run_step if run.pullback is None else self._run_pull
        self._store(run, *compute(run, cotangents, old))

    def _store(self, run: Run, grads: Sequence[jax.Array], updates: Mapping[int, jax.Array]) -> None:
        """Write what a backward pass has computed."""
        run.inputs = None
        for cell, grad in zip(self._grad_cells, grads, strict=True):
            cell.rebind(grad)
        for i, value in {**run.states, **updates}.items():
            self._aux[i].rebind(value)

    def settle(self) -> None:
        """Compute what has been promised and not yet been computed."""
        due, run = self._due, self._run
        if due is not None:
            due.force()
        if run is not None and run.is_open:
            run.force()

    def _contents(self, key: Any) -> tuple:
        return self._arg_contents.read(), self._aux_contents.read(), key

    def _promise(self, run: Run) -> None:
        for cell in self._outputs:
            cell.set_pending(run)
        if self._forward_states:
            states = [self._aux[i] for i in self._forward_states]
            if any(cell.is_view for cell in states):
                run.force()
                return
            for cell in states:
                cell.set_pending(run)

    def _keep_states(self, run: Run) -> None:
        """Give states that a failed run has promised the values from before it."""
        assert run.inputs is not None  # they go after a backward only, before which the run was computed
        for i in self._forward_states:
            self._aux[i].fulfil(run.inputs[1][i], run)

    def _inputs_of(self, run: Run) -> tuple:
        return run.inputs or self._contents(run.key)

    def _run_forward(self, run: Run) -> None:
        if self._due is not None and self._due.run is run:
            self._due.force()
            return
        inputs = run.inputs or self._contents(run.key)
        executable = self._forwards.get(run.is_train) or self._forward_executable(run.is_train, inputs)
        if self._keeps_residuals(run.is_train):
            run.spare.clear()
            *results, kept = self._execute("forward", executable, *inputs)
            run.pullback = executable.residuals, kept
        else:
            results = self._execute("forward", executable, self._spare_outputs.given(run.spare), *inputs)
        self._finish(run, results[0], results[1])

    def _forward_executable(self, is_train: bool, inputs: tuple) -> Any:
        """What computes forward alone; if a backward may need what forward knows, it keeps that."""
        if self._keeps_residuals(is_train):
            executable = self._program.record(is_train, self._plan.wanted, *inputs)
        else:
            executable = self._program.forward(is_train, self._spare_outputs.specs, *inputs)
            if not self._program.is_effectful and runs_beside(executable, self._program.platform):
                self._beside.add(is_train)
        self._forwards[is_train] = executable
        return executable

    def _keeps_residuals(self, is_train: bool) -> bool:
        """Whether forward alone keeps what backward needs."""
        return bool(self._grad_cells) and (is_train or self._program.is_effectful)

    def _run_pull(self, run: Run, cotangents: tuple, old: tuple) -> tuple:
        residuals, arrays = run.pullback
        heads, inputs = self._heads.starts(cotangents), (arrays, cotangents, old)
        key = "pull", residuals, heads, tuple(c is None for c in cotangents)
        spare = self._spare_grads.specs
        executable = self._executable(key, self._program.pull, self._plan, heads, residuals, args=(spare, *inputs))
        results: tuple = self._execute_backward("backward", executable, (), *inputs)
        if not self._program.is_effectful:  # Python code must not run twice for one pass; anything else may
            run.pullback = None
        return results

    def _run_step(self, run: Run, cotangents: tuple, old: tuple) -> tuple:
        heads, inputs = self._heads.starts(cotangents), (*self._inputs_of(run), cotangents, old)
        key = "step", run.is_train, heads, tuple(c is None for c in cotangents)
        spare = self._spare_outputs.specs + self._spare_grads.specs
        executable = self._executable(key, self._program.step, run.is_train, self._plan, heads, args=(spare, *inputs))
        outputs_spare = self._spare_outputs.given(run.spare)
        outputs, states, grads, updates = self._execute_backward(
            "forward, backward", executable, outputs_spare, *inputs
        )
        self._finish(run, outputs, states)
        return grads, updates

    def _finish(self, run: Run, outputs: Sequence[jax.Array], states: Sequence[jax.Array]) -> None:
        first = run.executor is not None
        run.spare = []
        if run.is_train:
            run.states = {i: states[i] for i in self._backward_states}
        if not self._grad_cells:
            run.inputs = None
        if first:
            self._fulfil(run, outputs, states)

    def _fulfil(self, run: Run, outputs: Sequence[jax.Array], states: Sequence[jax.Array]) -> None:
        """Keep the promises of a run. Only then it counts as computed: other threads look at that without the lock."""
        for position, cell in enumerate(self._outputs):
            cell.fulfil(outputs[position], run)
        for i in self._forward_states:
            cell = self._aux[i]
            if cell.is_view:
                cell.rebind(states[i])
            else:
                cell.fulfil(states[i], run)
        run.executor = None

    def _executable(self, key: Any, build: Callable, *static: Any, args: tuple) -> Any:
        """The executable for this executor's shapes; looked up once, then remembered here."""
        executable = self._executables.get(key)
        if executable is None:
            executable = self._executables[key] = build(*static, *args)
        return executable

    def _execute(self, kind: str, executable: Any, *inputs: Any) -> Any:
        """Run a program; one that calls into Python is waited for, see `symgraph.lower.host`."""
        run = partial(self._program.host_state.run, executable) if self._program.is_effectful else executable
        if timing.programs is not None:
            run = timing.timed(kind, self._program.graph, run)
        return run(*inputs)

    def _execute_backward(self, kind: str, executable: Any, spare: tuple, *inputs: Any) -> Any:
        """Run a program in place of whose gradients the old ones are let go first, unless Python code may fail in it."""
        if self._program.is_effectful:
            return self._execute(kind, executable, spare, *inputs)
        old = self._spare_grads.collect()
        with Underway(self._overwritten, self._lock):
            return self._execute(kind, executable, (*spare, *self._spare_grads.given(old)), *inputs)

    # -- other shapes, and looking on ----------------------------------------------------------------------------------

    @boundary
    def reshape(self, partial_shaping: bool = False, allow_up_sizing: bool = False, **kwargs: tuple) -> Executor:
        """An executor for other input shapes, sharing memory with this one.

        An array whose shape stays is the same array; one that shrinks is a view of the leading elements; one that grows
        is new, and zero. The outputs of this executor show what the new one computes, as far as there is room.

        Args:
            partial_shaping: allow shapes of arguments not named in `kwargs` to change.
            allow_up_sizing: allow arrays larger than the present ones.
            **kwargs: new shapes by argument name; names that no argument has are ignored, with a warning.

        Raises:
            UnknownArgumentError: no keyword is an argument.
            BindError: a change that was not allowed.
        """
        return reshaped(self, partial_shaping, allow_up_sizing, kwargs)

    def set_monitor_callback(self, callback: Callable[[str, NDArray], None] | None, monitor_all: bool = False) -> None:
        """Call ``callback(name, array)`` for every operator output of each forward pass, in execution order; not in backward.

        Args:
            callback: ``None`` ends monitoring.
            monitor_all: also call it for every input, named ``<node>_<input>``.
        """
        if callback is not None and not callable(callback):
            raise BindError(f"set_monitor_callback needs a function of (name, array), given {type(callback).__name__}.")
        self._monitor = None if callback is None else (callback, monitor_all)
