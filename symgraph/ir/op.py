"""The operator contract; `symgraph.ir.registry` holds every operator exactly once.

An operator is a frozen dataclass: its fields are its attributes (in MXNet's positional order), its docstring is its
documentation, its methods are its rules. The same class serves ``mx.sym``, ``mx.nd``, methods, JSON and documentation.

The contract, held by the law tests in ``tests/test_laws.py``:

1. Pure. Randomness, train mode and platform arrive in a `LowerContext`; new auxiliary values are returned, never stored.
2. `Op.infer_shape` and `Op.infer_dtype` propose values for inputs *and* outputs from what is known of both. They never
   mutate and never raise for "not known yet"; the engine in `symgraph.ir.infer` merges and owns conflict errors. A rule
   raises `ShapeError`/`DTypeError` only for what no further knowledge can repair; the engine adds the node's name.
3. `Op.lower` agrees with inference, for shapes and dtypes.
4. Where MXNet defines a gradient differently from calculus, `Op.grad` says so; without it, JAX differentiates `lower`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar, cast

import numpy as np

from symgraph.ir.attrs import Codec, format_attrs
from symgraph.ir.layout import Order, Relaid
from symgraph.ir.parse import parsed
from symgraph.ir.precision import ANY, Precision
from symgraph.ir.shape import MaybeShape

Shapes = Sequence[MaybeShape]
DTypes = Sequence[np.dtype | None]


@dataclasses.dataclass(frozen=True)
class LowerContext:
    """What an operator may know beyond its inputs and attributes while it is lowered.

    Attributes:
        is_train: training mode, as given to ``forward(is_train=...)``.
        platform: ``"cpu"``, ``"gpu"`` or ``"tpu"``.
        key: a JAX random key of this node's own; ``None`` unless the operator is random.
        node, position: name of the node, and its place among those with effects, for operators that keep something per node.
        wanted: in `Op.grad`, whether anybody wants the gradient of each input; empty: of all.
        host: the program's chain of calls into Python (`symgraph.lower.host.HostCalls`), if it allows them.
        plain: JAX is to differentiate what is lowered in any direction, so that `jax.custom_vjp` may not be used where it
            is faster, but only for gradients that are not derivatives.
    """

    is_train: bool = False
    platform: str = "cpu"
    key: Any = None
    node: str = ""
    position: int = -1
    wanted: tuple[bool, ...] = ()
    host: Any = None
    plain: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Op:
    """Base of all operators. See the module docstring for the contract, ``docs/add-an-operator.md`` for a walk."""

    name: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    codecs: ClassVar[dict[str, Codec]]
    fields: ClassVar[dict[str, dataclasses.Field[Any]]]
    """The field of each attribute. One whose name `Op` needs for itself has an underscore at its end (``lower_``)."""

    required: ClassVar[tuple[str, ...]]

    tensors: ClassVar[tuple[str, ...]] = ("data",)
    """Every tensor input the operator can have, auxiliary states excepted, in MXNet's positional order."""

    states: ClassVar[tuple[str, ...]] = ()
    """Auxiliary states: inputs that running the operator updates (``moving_mean``)."""

    slot_order: ClassVar[tuple[str, ...]] = ()
    """`tensors` and `states` in the order of their slots, for operators whose states do not follow the other inputs."""

    variadic: ClassVar[str | None] = None
    """Name of the attribute that counts the inputs, for operators that take any number of them (``num_args``)."""

    has_open_attributes: ClassVar[bool] = False
    """Whether there are attributes that the class does not declare, which may decide on the inputs (``Custom``)."""

    states_by_position: ClassVar[bool] = True
    """Whether a call may give auxiliary states by position, or like operators of MXNet's first interface by keyword only."""

    is_random: ClassVar[bool] = False
    """Whether `lower` may draw from ``ctx.key``; it then has one, at least where `draws` says so."""

    updates_states_in_forward: ClassVar[bool] = False
    """Whether every forward pass stores new auxiliary states at once. MXNet's layers with moving averages do so in the
    backward pass after a training pass, and only if a gradient flows through them."""

    prepares: ClassVar[bool] = False
    """Whether the operator takes parameters to the form in which a program wants them. From variables, that is done once,
    and kept until they change."""

    batched: ClassVar[tuple[str, ...]] = ()
    """Inputs from whose rows, the elements along their first axis, the only output is made row by row. The gradient of the
    other inputs is then a sum over rows, and that of several applications to the same parameters is taken in one."""

    blocks_gradient: ClassVar[bool] = False
    """Whether the gradient of every input is zero, so that none is computed and no head gradient is asked for."""

    shape_depends_on_values: ClassVar[bool] = False
    """Whether the shape of an output follows only from the values of inputs. Such an operator is lowered with concrete
    arrays, outside of any trace: it runs on arrays, and cannot be part of a bound program."""

    has_gradient: ClassVar[bool] = True
    """Whether there is a gradient to ask for; binding a graph whose gradient would flow through a node without is an
    error."""

    is_effectful: ClassVar[bool] = False
    """Whether running the operator may be noticed beyond its outputs, so that it must run even if nobody reads them."""

    is_precision_cast: ClassVar[bool] = False
    """Whether the operator only changes precision (``amp_cast``); `Symbol.tojson` leaves such nodes out."""

    precision: ClassVar[Precision] = ANY
    """What mixed precision does with it."""

    is_cheap: ClassVar[bool] = False
    """Whether to compute the outputs again costs little beside a layer with weights, so that a backward pass that is to save
    memory does so. An output that is much smaller than the inputs is better kept."""

    numbers: ClassVar[tuple[str, ...]] = ()
    """Attributes that are numbers and that `lower` also takes as keyword arguments, in place of those of the operator: run on
    arrays, it is compiled once for all their values."""

    library_kernels: ClassVar[frozenset[str] | None] = None
    """Kinds of work, ``"reduction"`` and ``"product"``, for which programs with this operator are to use XLA's library of
    CPU kernels; ``None``: no opinion."""

    input_inits: ClassVar[Mapping[str, str]] = {}
    """Initializer (MXNet's JSON form) of automatically created inputs that do not use the default one."""

    early_defaults: ClassVar[Mapping[str, str]] = {}
    """Values by which files from before MXNet 0.9.5 say that an attribute was not given, where they mean more today."""

    subgraph_roles: ClassVar[tuple[str, ...]] = ()
    """What the graphs inside of the operator are for, in order (``("cond", "func")`` of a loop). Such operators are made by
    functions of the front end, not by calls of their own."""

    subgraphs: ClassVar[tuple[Any, ...]] = ()
    """The graphs inside of the operator (`symgraph.ir.graph.Graph`), one per role."""

    shape_advice: ClassVar[str] = ""
    """What else to do than to give matching shapes, as the end of that sentence in a message."""

    role: ClassVar[str | None] = None
    """Job that passes which make graphs need done, and by which they find the operator (`op_in_role`): ``"sum"`` of any
    number of inputs, ``"zeros"`` or ``"ones"`` like the input, ``"permutation"`` of ``axes``; and in mixed precision ``"cast"``
    to ``dtype`` and ``"common cast"`` of several inputs."""

    picture: ClassVar[str] = "other"
    """Kind of layer by which pictures choose a colour: a key of `symgraph.viz.palette.COLOURS`."""

    grad: ClassVar[Callable[..., Sequence[Any]] | None] = None
    """``grad(self, ctx, inputs, outputs, cotangents) -> one gradient (or None: zero) per argument``, and one new value (or
    None: unchanged) per auxiliary state; set it where MXNet's gradient is not the derivative of `lower`. `outputs` is all
    that `lower` returned, new auxiliary states included."""

    forward_mode: ClassVar[Literal["refused", "derivative", "transposed"]] = "refused"
    """What JAX's forward mode is given in place of `grad`: the derivative of `lower`, if `grad` is that, too; or the
    transposition of `grad`, if it is linear in the cotangents and JAX can transpose it."""

    complete: ClassVar[Callable[..., Op] | None] = None
    """``complete(self, shapes, dtypes) -> Op``: the operator with what inference learnt of its outputs written into its
    attributes; set it where `lower` cannot do without, as for ``zeros((0, 3))``."""

    def arguments(self) -> tuple[str, ...]:
        """Those of `tensors` that these attributes ask for (``no_bias=True`` drops ``bias``)."""
        return self.tensors

    def auxiliary(self) -> tuple[str, ...]:
        """Those of `states` that these attributes ask for."""
        return self.states

    def outputs(self) -> tuple[str, ...]:
        """Names of all outputs, hidden ones last; a node's output is called ``<node>_<output>``."""
        return ("output",)

    def visible_outputs(self) -> int:
        """How many leading outputs a user sees; the rest feeds gradients or `get_internals` only."""
        return len(self.outputs())

    def inputs(self) -> tuple[str, ...]:
        """One name per input slot; auxiliary states follow the arguments unless `slot_order` puts them elsewhere."""
        names = self.arguments() + self.auxiliary()
        return tuple([name for name in self.slot_order if name in names]) if self.slot_order else names

    def ignores_head_grad(self) -> bool:
        """Whether the gradient does not depend on the cotangent of the output, as for a loss layer."""
        return False

    def draws(self, is_train: bool) -> bool:
        """Whether random numbers are drawn in a mode."""
        return self.is_random

    def picture_label(self) -> str:
        """What a picture writes on the node, such as kind and size of a layer; by default nothing but the node's name."""
        return ""

    def random_stream(self, node_name: str) -> str:
        """Name of the stream of random numbers that a node of this name draws from."""
        return node_name

    def infer_shape(self, ins: Shapes, outs: Shapes) -> tuple[Shapes, Shapes]:
        """Proposals for the shapes of all inputs and all outputs, given what is known of both."""
        raise NotImplementedError(f"operator {self.name} has no shape rule")

    def infer_dtype(self, ins: DTypes, outs: DTypes) -> tuple[DTypes, DTypes]:
        """Proposals for the dtypes of all inputs and outputs; by default they are all the same."""
        known = next((d for d in (*ins, *outs) if d is not None), None)
        return [known] * len(ins), [known] * len(outs)

    def lower(self, ctx: LowerContext, *inputs: Any) -> tuple[Any, ...]:
        """Pure JAX computation: all outputs, followed by the new value of every auxiliary state."""
        raise NotImplementedError(f"operator {self.name} has no lowering")

    def in_block(self) -> Op | None:
        """Of an operator without inputs: one that makes at least as many numbers in a row, of which its own are the first.
        Run on arrays, it is compiled for few lengths instead of every shape. ``None``: there is none."""
        return None

    def relaid(self, ctx: LowerContext, shapes: Shapes, orders: Sequence[Order]) -> Relaid | None:
        """The operator for inputs that are at hand in these orders of axes; ``None``: it knows MXNet's order only.

        Args:
            ctx: the mode and platform to lower for.
            shapes: of the inputs, in MXNet's order.
            orders: of the inputs as they are; it may ask for others.
        """
        return None

    def as_scale_and_shift(self, ctx: LowerContext, rank: int) -> tuple[Op, int] | None:
        """If the first output is, along one axis, the first input scaled and shifted by numbers that depend on the other
        inputs alone: the operator that takes those to ``(scale, shift)``, and the axis. Nobody looks at other outputs."""
        return None

    def absorbing(self, axis: int) -> tuple[Op, Op] | None:
        """An operator that does the scaling and shifting of its output along `axis`, too, as parameters made for it: by
        the second operator, which takes ``(scale, shift)`` and this operator's inputs but the first to its own."""
        return None

    def with_subgraphs(self, graphs: Sequence[Any]) -> Op:
        """The operator with the graphs it is to hold, one per entry of `subgraph_roles`."""
        raise NotImplementedError(f"operator {self.name} holds no graphs")

    # -- what follows is machinery, the same for every operator -------------------------------------------------------

    def state_slots(self) -> tuple[int, ...]:
        """Input slots of the auxiliary states."""
        states = self.auxiliary()
        if not states:
            return ()
        inputs = self.inputs()
        return tuple([inputs.index(state) for state in states])

    def split(self, values: Sequence[T]) -> tuple[list[T], list[T]]:
        """One value per input slot, as those of the arguments and those of the auxiliary states."""
        states = self.state_slots()
        return [x for i, x in enumerate(values) if i not in states], [values[i] for i in states]

    def join(self, arguments: Sequence[T], states: Sequence[T]) -> list[T]:
        """The opposite of `split`."""
        values = dict(zip(self.state_slots(), states, strict=True))
        rest = iter(arguments)
        return [values[i] if i in values else next(rest) for i in range(len(arguments) + len(states))]

    @classmethod
    def counted(cls, inputs: int) -> int:
        """Value of the attribute `variadic` for a call with this many inputs."""
        return inputs

    @classmethod
    def has_fixed_inputs(cls) -> bool:
        """Whether the class names its inputs, so that attributes can follow them by position in a call."""
        return cls.variadic is None and not cls.has_open_attributes

    @classmethod
    def from_strings(cls: type[OpT], attrs: Mapping[str, str]) -> OpT:
        """The operator with the given attributes, from their text form. Equal attributes give the same object.

        Raises:
            OpAttributeError: an attribute is unknown, missing, or not of its declared type.
        """
        return cast("OpT", parsed(cast("Any", cls), tuple(sorted(attrs.items()))))

    @classmethod
    def from_values(cls: type[OpT], /, **attrs: Any) -> OpT:
        """`from_strings` for Python values, read as MXNet's front end reads them: through their text."""
        return cls.from_strings(format_attrs(attrs, cls.codecs))

    def attributes(self) -> dict[str, Any]:
        """All attributes by name, in declaration order."""
        return {name: getattr(self, field.name) for name, field in self.fields.items()}

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._values() == other._values())

    def __hash__(self) -> int:
        cached = self.__dict__.get("_hash")
        if cached is None:
            cached = hash((type(self).name, self._values()))
            object.__setattr__(self, "_hash", cached)
        return cached

    def _values(self) -> tuple[Any, ...]:
        kind: type = type(self)
        return tuple([getattr(self, name) for name in _field_names(kind)])


@cache
def _field_names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


OpT = TypeVar("OpT", bound=Op)
T = TypeVar("T")
