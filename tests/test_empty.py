"""Arrays without elements: operators give what is left of the computation, or say why there is nothing to compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx

contrib, linalg = mx.nd.contrib, mx.nd.linalg
ONE = {"spatial_scale": 1.0}
POOLED = {"pooled_size": (2, 2), **ONE}
LSTM = {"state_size": 4, "num_layers": 1, "mode": "lstm", "state_outputs": True}


def zeros(*shapes: tuple[int, ...]) -> list[mx.NDArray]:
    return [mx.nd.zeros(shape) for shape in shapes]


CALLS: dict[str, tuple[Callable[[], Any], list[tuple[int, ...]]]] = {
    "no true boxes": (
        lambda: contrib.MultiBoxTarget(*zeros((1, 7, 4), (2, 0, 5), (2, 3, 7)), negative_mining_ratio=3),
        [(2, 28), (2, 28), (2, 7)],
    ),
    "no images to learn": (
        lambda: contrib.MultiBoxTarget(*zeros((1, 7, 4), (0, 3, 5), (0, 3, 7))),
        [(0, 28), (0, 28), (0, 7)],
    ),
    "no images to detect in": (
        lambda: contrib.MultiBoxDetection(*zeros((0, 3, 7), (0, 28), (1, 7, 4))),
        [(0, 7, 6)],
    ),
    "no anchors": (lambda: contrib.MultiBoxDetection(*zeros((2, 3, 0), (2, 0), (1, 0, 4))), [(2, 0, 6)]),
    "no places": (lambda: contrib.MultiBoxPrior(*zeros((1, 3, 4, 0))), [(1, 0, 4)]),
    "no boxes to decode": (lambda: contrib.box_decode(*zeros((2, 0, 4), (1, 0, 4))), [(2, 0, 4)]),
    "ROIAlign": (lambda: contrib.ROIAlign(*zeros((0, 3, 4, 4), (2, 5)), **POOLED), [(2, 3, 2, 2)]),
    "ROIAlign of samples": (
        lambda: contrib.ROIAlign(*zeros((0, 3, 4, 4), (2, 5)), sample_ratio=2, **POOLED),
        [(2, 3, 2, 2)],
    ),
    "ROIPooling": (lambda: mx.nd.ROIPooling(*zeros((0, 3, 4, 4), (2, 5)), **POOLED), [(2, 3, 2, 2)]),
    "ROIPooling of no rows": (lambda: mx.nd.ROIPooling(*zeros((1, 3, 0, 4), (2, 5)), **POOLED), [(2, 3, 2, 2)]),
    "PSROIPooling": (
        lambda: contrib.PSROIPooling(*zeros((0, 12, 4, 4), (2, 5)), output_dim=3, pooled_size=2, **ONE),
        [(2, 3, 2, 2)],
    ),
    "DeformableConvolution": (
        lambda: contrib.DeformableConvolution(
            *zeros((0, 4, 6, 6), (0, 18, 4, 4), (2, 4, 3, 3), (2,)), kernel=(3, 3), num_filter=2
        ),
        [(0, 2, 4, 4)],
    ),
    "BilinearSampler": (lambda: mx.nd.BilinearSampler(*zeros((1, 4, 0, 6), (1, 2, 3, 3))), [(1, 4, 3, 3)]),
    "scores of attention": (
        lambda: contrib.interleaved_matmul_selfatt_qk(*zeros((0, 2, 12)), heads=2),
        [(4, 0, 0)],
    ),
    "values of attention": (
        lambda: contrib.interleaved_matmul_selfatt_valatt(*zeros((0, 2, 12), (4, 0, 0)), heads=2),
        [(0, 2, 4)],
    ),
    "RNN without features": (
        lambda: mx.nd.RNN(*zeros((5, 2, 0), (96,), (1, 2, 4), (1, 2, 4)), **LSTM),
        [(5, 2, 4), (1, 2, 4), (1, 2, 4)],
    ),
    "RNN without steps": (
        lambda: mx.nd.RNN(*zeros((0, 2, 3), (144,), (1, 2, 4), (1, 2, 4)), **LSTM),
        [(0, 2, 4), (1, 2, 4), (1, 2, 4)],
    ),
    "syevd": (lambda: linalg.syevd(*zeros((2, 0, 0))), [(2, 0, 0), (2, 0)]),
    "group_adagrad_update": (
        lambda: contrib.group_adagrad_update(*zeros((0, 2), (0, 2), (0, 1)), lr=0.1),
        [(0, 2)],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_left_is_computed(name: str) -> None:
    call, shapes = CALLS[name]
    found = call()
    arrays = found if isinstance(found, list) else [found]
    assert [array.shape for array in arrays] == shapes
    for array in arrays:
        assert np.isin(array.asnumpy(), (0, -1)).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: contrib.BilinearResize2D(*zeros((1, 2, 0, 3)), height=2, width=2),
            "_contrib_BilinearResize2D takes images of at least one pixel, given (1, 2, 0, 3).",
        ),
        (
            lambda: mx.nd.image.resize(*zeros((0, 2, 3)), size=3, keep_ratio=True),
            "_image_resize takes an image of at least one pixel, given (0, 2, 3).",
        ),
        (
            lambda: contrib.MultiBoxTarget(*zeros((1, 7, 4), (2, 2, 5), (2, 0, 7))),
            "_contrib_MultiBoxTarget: cls_pred must have a class at least, the background, given (2, 0, 7).",
        ),
        (
            lambda: contrib.MultiBoxDetection(*zeros((2, 0, 7), (2, 28), (1, 7, 4))),
            "_contrib_MultiBoxDetection: cls_prob must have a class at least, the background, given (2, 0, 7).",
        ),
        (
            lambda: contrib.MultiProposal(*zeros((1, 24, 0, 3), (1, 48, 0, 3), (1, 3))),
            "_contrib_MultiProposal: cls_prob must have at least one place, but its shape is (1, 24, 0, 3).",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused(call: Callable[[], Any], text: str) -> None:
    with pytest.raises(mx.errors.ShapeError) as caught:
        call()
    assert str(caught.value) == text
