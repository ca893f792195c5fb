"""`Bilinear`: weights that enlarge images by interpolation."""

from __future__ import annotations

from symgraph.initializer.base import Initializer, register
from symgraph.runtime.ndarray import NDArray


@register
class Bilinear(Initializer):
    """Weights of a transposed convolution that interpolates linearly between pixels (Long et al. 2015).

    Its weights have shape (filters, channels, height, width); all filters are the same.

    >>> import symgraph as mx
    >>> weight = mx.nd.zeros((1, 1, 1, 4))
    >>> mx.init.Bilinear()(mx.init.InitDesc("up_weight"), weight)
    >>> weight.asnumpy().ravel().tolist()
    [0.0625, 0.1875, 0.1875, 0.0625]
    """

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, _: str, arr: NDArray) -> None:
        self._init_bilinear(_, arr)
