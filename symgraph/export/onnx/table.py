"""Every operator that has an ONNX form, with the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symgraph.export.onnx import (
    activations,
    layers,
    pointwise,
    pooling,
    products,
    recurrent,
    reductions,
    sampling,
    selection,
    shapes,
)
from symgraph.export.onnx.site import Site
from symgraph.ir.op import Op

Translation = Callable[[Site], str | Sequence[str]]
"""Writes a node, and returns the names of its outputs, in order; hidden ones at the end may be missing."""

OPERATORS: dict[str, Translation] = {
    **activations.OPERATORS,
    **layers.OPERATORS,
    **pointwise.OPERATORS,
    **pooling.OPERATORS,
    **products.OPERATORS,
    **recurrent.OPERATORS,
    **reductions.OPERATORS,
    **sampling.OPERATORS,
    **selection.OPERATORS,
    **shapes.OPERATORS,
}

_FIRST_ONLY = frozenset(
    (
        *("LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput", "SVMOutput", "SoftmaxOutput"),
        *("Crop", "IdentityAttachKLSparseReg", "_contrib_BilinearResize2D", "_identity_with_attr_like_rhs"),
        *("broadcast_like", "reshape_like", "slice_like"),
    )
)
"""Operators whose other inputs are labels, or are needed for nothing but their shapes."""

_NONE = frozenset(
    ("_contrib_MultiBoxPrior", "_contrib_arange_like", "_contrib_index_array", "shape_array", "size_array")
)
"""Operators that look at no element of any input."""

TRAINING = {
    **dict.fromkeys(("CTCLoss", "softmax_cross_entropy"), "is a loss with a value"),
    "_contrib_MultiBoxTarget": "makes what a detector is trained with",
}
"""Operators that are of use in training only, with what they are."""

DECODING = frozenset(
    (
        *("_contrib_MultiBoxDetection", "_contrib_MultiProposal", "_contrib_Proposal", "_contrib_box_decode"),
        *("_contrib_box_nms", "_contrib_bipartite_matching"),
    )
)
"""Operators that make boxes of what a detector says."""


def unread(op: Op) -> frozenset[int]:
    """Slots of the inputs whose contents its translation does not read."""
    count = len(op.inputs())
    if op.name in _NONE:
        return frozenset(range(count))
    if op.name in _FIRST_ONLY:
        return frozenset(range(1, count))
    return frozenset([op.inputs().index("gamma")]) if op.attributes().get("fix_gamma") else frozenset()
