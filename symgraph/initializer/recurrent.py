"""`LSTMBias` and `FusedRNN`: first values of recurrent layers."""

from __future__ import annotations

from typing import Any

from symgraph.initializer.base import InitDesc, InitializationError, Initializer, create, register
from symgraph.initializer.rnn_layout import Layout
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray


@register
class LSTMBias(Initializer):
    """Biases of an LSTM's gates that are 0, but for that of the forget gate (Jozefowicz et al. 2015).

    It is for a variable of its own, (4 · units,), as in ``mx.sym.Variable("bias", init=mx.init.LSTMBias())``.

    Args:
        forget_bias: bias of the forget gate.
    """

    def __init__(self, forget_bias: float = 1.0):
        super().__init__(forget_bias=forget_bias)
        self.forget_bias = forget_bias

    def _init_weight(self, name: str, arr: NDArray) -> None:
        units = arr.shape[0] // 4
        arr[:] = 0.0
        arr[units : 2 * units] = self.forget_bias


@register
class FusedRNN(Initializer):
    """First values of the one vector of parameters that the operator `RNN` takes, part by part.

    Args:
        init: initializer of the parts, or how it is told in JSON; ``None``: that of the model.
        num_hidden: units of a layer.
        num_layers: how many layers.
        mode: ``"rnn_relu"``, ``"rnn_tanh"``, ``"lstm"`` or ``"gru"``.
        bidirectional: whether layers have a second direction.
        forget_bias: bias of an LSTM's forget gates.

    >>> import symgraph as mx
    >>> parameters = mx.nd.zeros((16,))
    >>> init = mx.init.FusedRNN(mx.init.One(), num_hidden=1, num_layers=1, mode="lstm", forget_bias=3)
    >>> init(mx.init.InitDesc("lstm_weight"), parameters)
    >>> parameters.asnumpy().tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 3.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0]
    """

    def __init__(
        self,
        init: Initializer | str | None,
        num_hidden: int,
        num_layers: int,
        mode: str,
        bidirectional: bool = False,
        forget_bias: float = 1.0,
    ):
        init = None if init is None else create(init)
        super().__init__(
            init=None if init is None else init.dumps(),
            num_hidden=num_hidden,
            num_layers=num_layers,
            mode=mode,
            bidirectional=bidirectional,
            forget_bias=forget_bias,
        )
        self._init = init
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode = mode
        self._bidirectional = bidirectional
        self._forget_bias = forget_bias

    def _init_weight(self, desc: str, arr: NDArray) -> None:
        of_model: Any = getattr(desc, "global_init", None)
        init = of_model if self._init is None else self._init
        if init is None or init is self:
            raise InitializationError(
                f"'{desc}': FusedRNN(None) leaves its parts to the initializer of the model, and there is none; give it one."
            )
        layout = Layout(self._num_hidden, self._num_layers, self._mode, self._bidirectional)
        values = arr.asnumpy()
        for part in layout.parts(layout.num_input(arr.size)):
            if self._mode == "lstm" and part.name.endswith("_f_bias"):
                values[part.place] = self._forget_bias
                continue
            own = array(values[part.place].reshape(part.shape), ctx=arr.context, dtype=arr.dtype)
            init(InitDesc(part.name, global_init=of_model), own)
            values[part.place] = own.asnumpy().ravel()
        arr[:] = values
