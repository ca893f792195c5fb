"""What is done to pictures (height, width, channels) before they are learnt from: sizes, parts, order."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from symgraph.errors import NotOverriddenError
from symgraph.ir.dtype import as_dtype
from symgraph.runtime.copies import cast
from symgraph.runtime.ndarray import NDArray
from symgraph.train.image.codec import delivered, pixels
from symgraph.train.image.geometry import center_crop, force_resize, random_crop, random_size_crop, resize_short


class Augmenter:
    """Something that makes another picture of one, perhaps by chance. A subclass has a method ``__call__``.

    Args:
        kwargs: what `dumps` tells.
    """

    def __init__(self, **kwargs: Any):
        self._kwargs = {name: plain(value) for name, value in kwargs.items()}

    def dumps(self) -> Any:
        """JSON text of the class, in lower case, and its settings.

        >>> import symgraph as mx
        >>> mx.image.HorizontalFlipAug(0.5).dumps()
        '["horizontalflipaug", {"p": 0.5}]'
        """
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src: Any) -> Any:
        """Another picture."""
        raise NotOverriddenError(f"{type(self).__name__} needs a method __call__(self, src) that gives a picture.")


def plain(value: Any) -> Any:
    """Arrays as lists, for JSON."""
    if isinstance(value, NDArray):
        value = value.asnumpy()
    return value.tolist() if isinstance(value, np.ndarray) else value


class SequentialAug(Augmenter):
    """Several augmenters, one after the other."""

    def __init__(self, ts: Sequence[Augmenter]):
        super().__init__()
        self.ts = list(ts)

    def dumps(self) -> list[Any]:
        """The class, in lower case, and what its augmenters tell."""
        return [type(self).__name__.lower(), [augmenter.dumps() for augmenter in self.ts]]

    def __call__(self, src: Any) -> Any:
        for augmenter in self.ts:
            src = augmenter(src)
        return src


class RandomOrderAug(SequentialAug):
    """Several augmenters, in an order by chance."""

    def __call__(self, src: Any) -> Any:
        random.shuffle(self.ts)
        return super().__call__(src)


class ResizeAug(Augmenter):
    """`resize_short`."""

    def __init__(self, size: int, interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: Any) -> NDArray:
        return resize_short(src, self.size, self.interp)


class ForceResizeAug(Augmenter):
    """A given width and height, whatever the ratio."""

    def __init__(self, size: Sequence[int], interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: Any) -> NDArray:
        return force_resize(src, self.size, self.interp)


class RandomCropAug(Augmenter):
    """`random_crop`."""

    def __init__(self, size: Sequence[int], interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: Any) -> NDArray:
        return random_crop(src, self.size, self.interp)[0]


class CenterCropAug(Augmenter):
    """`center_crop`."""

    def __init__(self, size: Sequence[int], interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: Any) -> NDArray:
        return center_crop(src, self.size, self.interp)[0]


class RandomSizedCropAug(Augmenter):
    """`random_size_crop`."""

    def __init__(self, size: Sequence[int], area: Any, ratio: Sequence[float], interp: int = 2, **kwargs: Any):
        super().__init__(size=size, area=area, ratio=ratio, interp=interp)
        self.size, self.ratio, self.interp = size, ratio, interp
        self.area = kwargs.pop("min_area", area)

    def __call__(self, src: Any) -> NDArray:
        return random_size_crop(src, self.size, self.area, self.ratio, self.interp)[0]


class HorizontalFlipAug(Augmenter):
    """Left and right exchanged, with probability p."""

    def __init__(self, p: float):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: Any) -> Any:
        return delivered(pixels(src, "HorizontalFlipAug")[:, ::-1]) if random.random() < self.p else src


class CastAug(Augmenter):
    """Another dtype."""

    def __init__(self, typ: str = "float32"):
        super().__init__(type=typ)
        self.typ = typ

    def __call__(self, src: Any) -> Any:
        return delivered(cast(pixels(src, "CastAug"), as_dtype(self.typ)))
