"""Whether two libraries have computed the same: without it, one could win by computing something else.

Whole gradients of millions of numbers would be slow to send between processes. A fingerprint is a few sums with random
signs: of two arrays that differ by e, the sums differ by about the norm of e.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

PARTS = 8
TOLERANCE = {"output": 1e-3, "gradient": 0.3, "state": 0.05}
"""Greatest distance of two libraries, relative to the norm, by kind of result. Gradients of a deep network in float32 differ
by several percents between two correct programs, for ReLU and max pooling decide on the last digit."""

TRAINED_OUTPUT = 0.02
"""The same for outputs in training mode, where normalization over small batches amplifies rounding."""

ON_A_GPU = 10
"""How much farther outputs may be from each other on a GPU, where JAX, and PyTorch in convolutions, multiply float32 with
the 10 bits of TF32 unless told otherwise."""

Fingerprint = Mapping[str, list[float]]


def fingerprint(results: Mapping[str, np.ndarray]) -> Fingerprint:
    """Norm and `PARTS` signed sums of each array."""
    prints = {}
    for name, array in results.items():
        flat = np.asarray(array, np.float32).ravel()
        signs = np.random.RandomState(flat.size % 2**32).randint(0, 2, size=flat.size, dtype=np.int8) * 2 - 1
        sums = [float(part.sum(dtype=np.float64)) for part in np.array_split(flat * signs, PARTS)]
        prints[name] = [float(np.linalg.norm(flat)), *sums]
    return prints


def distances(ours: Fingerprint, theirs: Fingerprint) -> dict[str, float]:
    """By kind of result, about ‖ours - theirs‖ / ‖ours‖ over all arrays of that kind; infinite if they are not the same
    arrays, and NaN if there is one in them."""
    if sorted(ours) != sorted(theirs):
        return {"set of results": math.inf}
    totals: dict[str, list[float]] = {}
    for name, (norm, *sums) in ours.items():
        total = totals.setdefault(name.split()[0], [0.0, 0.0])
        total[0] += sum((a - b) ** 2 for a, b in zip(sums, theirs[name][1:], strict=True))
        total[1] += norm**2
    return {kind: math.sqrt(error / max(norm, 1e-30)) for kind, (error, norm) in totals.items()}


def difference(ours: Fingerprint, theirs: Fingerprint, device: str = "cpu") -> str:
    """What two libraries disagree on that worked on a kind of device; empty if they agree."""
    trained = any(name.startswith("gradient") for name in ours)
    found = []
    for kind, distance in distances(ours, theirs).items():
        allowed = TRAINED_OUTPUT if trained and kind == "output" else TOLERANCE.get(kind, 0.0)
        if kind == "output" and device != "cpu":
            allowed *= ON_A_GPU
        if not distance <= allowed:
            found.append(f"its {kind} differs from ours by {distance:.2g} of the norm, of which {allowed:g} is allowed")
    return "; ".join(found)
