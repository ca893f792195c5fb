"""Precision: what mixed precision does with an operator, which is a property of the operator (Micikevicius et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from symgraph.ir.dtype import BFLOAT16

Treatment = Literal["low", "float32", "widest", "any"]
"""Computed in the low precision; in float32, lest it overflow or lose too much; in the widest dtype of its inputs, as they
must have the same; or in whatever comes."""


@dataclass(frozen=True)
class Precision:
    """How an operator is treated.

    Attributes:
        float16, bfloat16: where that is the low precision. MXNet has few operators in bfloat16, and computes the others
            in float32.
        float32_for: values of attributes with which it is computed in float32.
    """

    float16: Treatment = "any"
    bfloat16: Treatment = "float32"
    float32_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def treatment(self, low: np.dtype) -> Treatment:
        """The treatment where `low` is the low precision, unless attributes decide."""
        return self.bfloat16 if low == BFLOAT16 else self.float16


ANY = Precision()
ANYWHERE = Precision("any", "any")
LOW = Precision("low", "low")
LOW_IN_FLOAT16 = Precision("low", "float32")
IN_FLOAT32 = Precision("float32", "float32")
WIDEST = Precision("widest", "widest")
WIDEST_IN_FLOAT16 = Precision("widest", "any")
