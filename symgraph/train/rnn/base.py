"""`BaseRNNCell`: what all recurrent cells have in common, for users to derive from."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from symgraph.errors import ShapeError, UnknownArgumentError, counted, described, suggestion
from symgraph.frontend.helpers import zeros
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.runtime.creation import concatenate
from symgraph.runtime.ndarray import NDArray
from symgraph.train.rnn.params import RNNParams
from symgraph.train.rnn.sequence import CellError, normalize_sequence

States = list[Any]
Arrays = dict[str, NDArray]


class StepError(CellError, NotImplementedError):
    """A cell does not define what is asked of it, such as a single step."""


class BaseRNNCell:
    """A step of a recurrent network, as a function from an input and states to an output and the next states.

    A subclass defines `state_info` and ``__call__``, and `_gate_names` if its parameters are packed as those of our cells.
    In ``__call__`` it counts its steps (``self._counter += 1``), so that the nodes of each have names of their own.

    Args:
        prefix: what the names of its nodes and parameters begin with.
        params: variables to share with other cells; by default those of its own.

    >>> import symgraph as mx
    >>> class Sum(mx.rnn.BaseRNNCell):
    ...     state_info = [{"shape": (0, 8), "__layout__": "NC"}]
    ...     def __call__(self, inputs, states):
    ...         self._counter += 1
    ...         total = inputs + states[0]
    ...         return total, [total]
    >>> outputs, states = Sum(prefix="sum_").unroll(3, mx.sym.Variable("data"), merge_outputs=True)
    >>> outputs.infer_shape(data=(2, 3, 8))[1]
    [(2, 3, 8)]
    """

    def __init__(self, prefix: str = "", params: RNNParams | None = None):
        if params is not None and not isinstance(params, RNNParams):
            raise CellError(
                f"{type(self).__name__}: params must be an RNNParams, as in params=other_cell.params, "
                f"given {described(params)}."
            )
        self._own_params = params is None
        self._prefix = prefix
        self._params = RNNParams(prefix) if params is None else params
        self._modified = False
        self.reset()

    def reset(self) -> None:
        """Count steps and states from the beginning again, as `unroll` does."""
        self._init_counter = -1
        self._counter = -1
        for cell in getattr(self, "_cells", ()):
            cell.reset()

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        """One step.

        Args:
            inputs: (n, features).
            states: the last states, as `begin_state` or the step before gave them.

        Returns:
            the output (n, units), and the next states.
        """
        raise StepError(f"{type(self).__name__} does not define a step: override __call__(inputs, states).")

    # -- parameters and states -------------------------------------------------------------------------------------------

    @property
    def params(self) -> RNNParams:
        """The cell's variables. Whoever asks for them may share them: they are no longer the cell's alone."""
        self._own_params = False
        return self._params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Shape and layout of each state, by the keywords of functions that make arrays; 0 for the size of the batch."""
        raise StepError(f"{type(self).__name__} does not describe its states: override the property state_info.")

    @property
    def state_shape(self) -> list[tuple[int, ...]]:
        """Shape of each state."""
        return [info["shape"] for info in self.state_info]

    @property
    def _gate_names(self) -> Sequence[str]:
        """What the gates are called whose weights lie one after the other; none if nothing is packed."""
        return ()

    @property
    def _num_gates(self) -> int:
        return len(self._gate_names)

    @property
    def _takes_steps(self) -> bool:
        """Whether it can be called for a single step, and not only unrolled."""
        return True

    def begin_state(self, func: Callable[..., Any] = zeros, **kwargs: Any) -> States:
        """First states.

        Args:
            func: called for each with its name and `state_info`, such as ``mx.sym.zeros`` or ``mx.sym.Variable``.
            **kwargs: further arguments of `func`; what `state_info` says wins.
        """
        self._require_unmodified()
        states = []
        for info in self.state_info:
            self._init_counter += 1
            states.append(func(name=f"{self._prefix}begin_state_{self._init_counter}", **{**kwargs, **(info or {})}))
        return states

    def _require_unmodified(self) -> None:
        if self._modified:
            raise CellError(
                f"{self._described()} is the base of a modifier cell, such as ZoneoutCell, and gives no states itself: "
                f"use the modifier cell in its place."
            )

    @contextmanager
    def _as_unmodified(self) -> Iterator[None]:
        """What a modifier cell does with its base happens in here."""
        self._modified = False
        try:
            yield
        finally:
            self._modified = True

    def _described(self) -> str:
        """What messages call it: ``LSTMCell 'lstm_'``."""
        return f"{type(self).__name__} '{self._prefix}'" if self._prefix else type(self).__name__

    def _require_count(self, name: str, value: Any) -> None:
        """Raise an error unless a value is a positive integer, also one of NumPy's."""
        try:
            positive = operator.index(value) > 0
        except TypeError:
            positive = False
        if not positive:
            raise CellError(f"{self._described()}: {name} must be a positive integer, given {described(value)}.")

    def _own_states(self, states: Any) -> States:
        """As many states as the cell has, out of a list that may be longer."""
        needed = len(self.state_info)
        found = list(states) if isinstance(states, (list, tuple, Symbol)) else None
        if found is None or len(found) < needed:
            given = described(states) if found is None else counted(len(found), "state")
            raise CellError(
                f"{self._described()} needs a list of {counted(needed, 'state')}, given {given}; begin_state() makes it."
            )
        return found[:needed]

    # -- unrolling -------------------------------------------------------------------------------------------------------

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, States]:
        """The cell applied to all steps of a sequence.

        Args:
            length: T, number of steps.
            inputs: a symbol (n, T, features), in the order of axes of `layout`, or a list of T symbols (n, features).
            begin_state: first states, zero by default.
            layout: where the axis of time is: ``"NTC"`` or ``"TNC"``.
            merge_outputs: give one symbol (n, T, units), and not a list. ``None`` leaves that to the cell.

        Returns:
            the outputs, and the last states.
        """
        self.reset()
        steps, _ = normalize_sequence(length, inputs, layout, False)
        states = self.begin_state() if begin_state is None else begin_state
        outputs = []
        for step in steps:
            output, states = self(step, states)
            outputs.append(output)
        merged, _ = normalize_sequence(length, outputs, layout, merge_outputs)
        return merged, states

    def _get_activation(self, inputs: Symbol, activation: Any, **kwargs: Any) -> Symbol:
        """An activation by its name, or by a function of symbols."""
        if isinstance(activation, str):
            return apply_op("Activation", inputs, act_type=activation, **kwargs)
        if not callable(activation):
            raise CellError(
                f"{self._described()}: activation must be a name such as 'tanh', or a function of a symbol and name=, "
                f"given {described(activation)}."
            )
        return activation(inputs, **kwargs)

    # -- weights ---------------------------------------------------------------------------------------------------------

    def unpack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        """Parameters with weights and biases of each gate apart: ``lstm_i2h_weight`` (4H, d) becomes four of (H, d).

        Args:
            args: arrays by name; those of other cells and layers are handed on.

        Raises:
            UnknownArgumentError: there is no parameter of that name.
        """
        found = dict(args)
        if not self._gate_names:
            return found
        for group in ("i2h", "h2h"):
            whole = {kind: self._taken(found, f"{self._prefix}{group}_{kind}") for kind in ("weight", "bias")}
            for i, gate in enumerate(self._gate_names):
                for kind, packed in whole.items():
                    name = f"{self._prefix}{group}{gate}_{kind}"
                    found[name] = self._gate(packed, i, f"{self._prefix}{group}_{kind}").copy()
        return found

    def pack_weights(self, args: Mapping[str, NDArray]) -> Arrays:
        """The reverse of `unpack_weights`."""
        found = dict(args)
        if not self._gate_names:
            return found
        for group in ("i2h", "h2h"):
            names = {
                kind: [f"{self._prefix}{group}{gate}_{kind}" for gate in self._gate_names]
                for kind in ("weight", "bias")
            }
            parts = {kind: [self._taken(found, name) for name in names[kind]] for kind in names}
            for kind in names:
                found[f"{self._prefix}{group}_{kind}"] = concatenate(parts[kind])
        return found

    def _taken(self, args: Arrays, name: str) -> NDArray:
        """The parameter of that name, which is taken out of `args`."""
        if name not in args:
            raise UnknownArgumentError(
                f"{self._described()} has a parameter '{name}', which is not among those given."
                f"{suggestion(name, args)} Parameters come packed as the symbol has them or unpacked by gates: "
                f"unpack_weights takes the first, pack_weights the second."
            )
        array = args.pop(name)
        if not isinstance(array, NDArray):
            raise CellError(f"parameter '{name}' must be an NDArray, given {described(array)}.")
        return array

    def _gate(self, packed: NDArray, i: int, name: str) -> NDArray:
        """Rows of a gate."""
        hidden: int = self._num_hidden  # type: ignore[attr-defined] # cells with gates have it
        if packed.shape[0] != hidden * self._num_gates:
            raise ShapeError(
                f"{self._described()}: '{name}' must have {self._num_gates} · {hidden} rows, one gate after the other, "
                f"given the shape {packed.shape}."
            )
        return packed[i * hidden : (i + 1) * hidden]
