"""Cells whose gates are convolutions, for sequences of images (Shi et al. 2015)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from symgraph.errors import described
from symgraph.frontend.symbol import Symbol, apply_op
from symgraph.frontend.variables import Variable
from symgraph.train.rnn.base import BaseRNNCell, States, StepError
from symgraph.train.rnn.gated import gate, memorize
from symgraph.train.rnn.params import RNNParams
from symgraph.train.rnn.sequence import CellError

Lengths = Sequence[int]
Activation = str | Callable[..., Symbol]

LEAKY = partial(apply_op, "LeakyReLU", act_type="leaky", slope=0.2)


class BaseConvRNNCell(BaseRNNCell):
    """Base of cells whose gates are convolutions of the input and of the hidden state.

    Args:
        input_shape: (n, channels, height, width) of one step, in the order of axes of `conv_layout`. The size of the
            batch does not matter.
        num_hidden: channels of output and states.
        h2h_kernel, h2h_dilate: filters on the hidden state; of odd size, since they keep its height and width.
        i2h_kernel, i2h_stride, i2h_pad, i2h_dilate: filters on the input.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: how parameters begin.
        activation: name of an activation, or a function of a symbol and ``name=``.
        prefix, params: see `BaseRNNCell`.
        conv_layout: order of the axes.
    """

    def __init__(
        self,
        input_shape: Lengths,
        num_hidden: int,
        h2h_kernel: Lengths,
        h2h_dilate: Lengths,
        i2h_kernel: Lengths,
        i2h_stride: Lengths,
        i2h_pad: Lengths,
        i2h_dilate: Lengths,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        activation: Activation,
        prefix: str = "",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ):
        super().__init__(prefix=prefix, params=params)
        self._h2h_kernel, self._h2h_dilate = tuple(h2h_kernel), tuple(h2h_dilate)
        if len(self._h2h_kernel) != len(self._h2h_dilate) or any(size % 2 == 0 for size in self._h2h_kernel):
            raise CellError(
                f"{self._described()}: h2h_kernel must have odd sizes, and h2h_dilate one number for each of them, "
                f"given h2h_kernel={h2h_kernel} and h2h_dilate={h2h_dilate}."
            )
        self._h2h_pad = tuple(
            dilate * (size - 1) // 2 for size, dilate in zip(self._h2h_kernel, self._h2h_dilate, strict=True)
        )
        self._i2h_kernel, self._i2h_stride = tuple(i2h_kernel), tuple(i2h_stride)
        self._i2h_pad, self._i2h_dilate = tuple(i2h_pad), tuple(i2h_dilate)
        self._require_count("num_hidden", num_hidden)
        self._num_hidden = num_hidden
        self._input_shape = input_shape
        self._conv_layout = conv_layout
        self._activation = activation
        self._state_shape = self._shape_of_states()
        self._iW = self.params.get("i2h_weight", init=i2h_weight_initializer)
        self._hW = self.params.get("h2h_weight", init=h2h_weight_initializer)
        self._iB = self.params.get("i2h_bias", init=i2h_bias_initializer)
        self._hB = self.params.get("h2h_bias", init=h2h_bias_initializer)

    def _shape_of_states(self) -> tuple[int, ...]:
        convolved = self._of_input(Variable("data"), self._num_hidden)
        _, (shape,), _ = convolved.infer_shape_partial(data=tuple(self._input_shape))
        if not shape or not all(shape[1:]):
            raise CellError(
                f"{self._described()}: input_shape must say all but the size of the batch, in the order of "
                f"{self._conv_layout}, given {described(self._input_shape)}."
            )
        return (0, *shape[1:])

    def _of_input(self, inputs: Symbol, filters: int, **kwargs: Any) -> Symbol:
        return apply_op(
            "Convolution",
            data=inputs,
            num_filter=filters,
            kernel=self._i2h_kernel,
            stride=self._i2h_stride,
            pad=self._i2h_pad,
            dilate=self._i2h_dilate,
            layout=self._conv_layout,
            **kwargs,
        )

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [{"shape": self._state_shape, "__layout__": self._conv_layout}]

    @property
    def _gate_axis(self) -> int:
        return self._conv_layout.find("C")

    def _conv_forward(self, inputs: Symbol, states: Any, name: str) -> tuple[Symbol, Symbol]:
        """What the input and the hidden state give to all gates."""
        filters = self._num_hidden * self._num_gates
        i2h = self._of_input(inputs, filters, weight=self._iW, bias=self._iB, name=f"{name}i2h")
        h2h = apply_op(
            "Convolution",
            data=states[0],
            num_filter=filters,
            kernel=self._h2h_kernel,
            stride=(1,) * len(self._h2h_kernel),
            pad=self._h2h_pad,
            dilate=self._h2h_dilate,
            layout=self._conv_layout,
            weight=self._hW,
            bias=self._hB,
            name=f"{name}h2h",
        )
        return i2h, h2h

    def _activate(self, inputs: Symbol, **kwargs: Any) -> Symbol:
        return self._get_activation(inputs, self._activation, **kwargs)

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        raise StepError(f"{type(self).__name__} does not define a step: use ConvRNNCell, ConvLSTMCell or ConvGRUCell.")


def _constructor(own_prefix: str) -> Callable[..., None]:
    """`BaseConvRNNCell.__init__` with values by default, which differ in the prefix."""

    def __init__(  # noqa: N807
        self: BaseConvRNNCell,
        input_shape: Lengths,
        num_hidden: int,
        h2h_kernel: Lengths = (3, 3),
        h2h_dilate: Lengths = (1, 1),
        i2h_kernel: Lengths = (3, 3),
        i2h_stride: Lengths = (1, 1),
        i2h_pad: Lengths = (1, 1),
        i2h_dilate: Lengths = (1, 1),
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        activation: Activation = LEAKY,
        prefix: str = own_prefix,
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        BaseConvRNNCell.__init__(
            self,
            input_shape,
            num_hidden,
            h2h_kernel,
            h2h_dilate,
            i2h_kernel,
            i2h_stride,
            i2h_pad,
            i2h_dilate,
            i2h_weight_initializer,
            h2h_weight_initializer,
            i2h_bias_initializer,
            h2h_bias_initializer,
            activation,
            prefix,
            params,
            conv_layout,
        )

    return __init__


class ConvRNNCell(BaseConvRNNCell):
    """h' = act(Wx * x + bx + Wh * h + bh), where * is a convolution.

    Args: see `BaseConvRNNCell`.

    >>> import symgraph as mx
    >>> mx.rnn.ConvRNNCell((1, 3, 16, 16), num_hidden=8, i2h_stride=(2, 2)).state_shape
    [(0, 8, 8, 8)]
    """

    __init__ = _constructor("ConvRNN_")

    @property
    def _gate_names(self) -> Sequence[str]:
        return ("",)

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        states = self._own_states(states)
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        output = self._activate(i2h + h2h, name=f"{name}out")
        return output, [output]


class ConvLSTMCell(BaseConvRNNCell):
    """`LSTMCell` with convolutions, and with `activation` in the place of tanh.

    Args: see `BaseConvRNNCell`.

    >>> import symgraph as mx
    >>> cell = mx.rnn.ConvLSTMCell((1, 3, 16, 16), num_hidden=8)
    >>> outputs, _ = cell.unroll(2, mx.sym.Variable("data"), merge_outputs=True)
    >>> outputs.infer_shape(data=(4, 2, 3, 16, 16))[1]
    [(4, 2, 8, 16, 16)]
    """

    __init__ = _constructor("ConvLSTM_")

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_i", "_f", "_c", "_o"]

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return super().state_info * 2

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        states = self._own_states(states)
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        gates = apply_op("SliceChannel", i2h + h2h, num_outputs=4, axis=self._gate_axis, name=f"{name}slice")
        return memorize(gates, states[1], self._activate, name)


class ConvGRUCell(BaseConvRNNCell):
    """`GRUCell` with convolutions, and with `activation` in the place of tanh.

    Args: see `BaseConvRNNCell`.

    >>> import symgraph as mx
    >>> cell = mx.rnn.ConvGRUCell((1, 3, 16, 16), num_hidden=8, activation="tanh")
    >>> output, _ = cell(mx.sym.Variable("data"), cell.begin_state())
    >>> output.infer_shape(data=(4, 3, 16, 16))[1]
    [(4, 8, 16, 16)]
    """

    __init__ = _constructor("ConvGRU_")

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_r", "_z", "_o"]

    def __call__(self, inputs: Symbol, states: Any) -> tuple[Symbol, States]:
        states = self._own_states(states)
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        axis = {} if self._gate_axis == 1 else {"axis": self._gate_axis}
        return gate(i2h, h2h, states[0], self._activate, name, **axis)
