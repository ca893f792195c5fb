"""Automatic mixed precision: ``mx.contrib.amp``."""

from __future__ import annotations

import sys
from typing import Any

from symgraph.amp.convert import convert_model, convert_symbol
from symgraph.amp.lists import (
    list_conditional_fp32_ops,
    list_fp32_ops,
    list_lp16_fp32_ops,
    list_lp16_ops,
    list_widest_type_cast,
)
from symgraph.amp.scaling import LossScaler, ScaledModule, scale_gradients
from symgraph.errors import no_attribute

__all__ = [
    "LossScaler",
    "ScaledModule",
    "convert_model",
    "convert_symbol",
    "list_conditional_fp32_ops",
    "list_fp32_ops",
    "list_lp16_fp32_ops",
    "list_lp16_ops",
    "list_widest_type_cast",
    "scale_gradients",
]

_INSTEAD = {
    "init": "it changes every function of mx.sym; convert the finished symbol with convert_symbol",
    **dict.fromkeys(
        ("init_trainer", "scale_loss", "unscale", "convert_hybrid_block"),
        "it belongs to Gluon; ScaledModule trains a converted symbol with loss scaling",
    ),
    **dict.fromkeys(
        ("list_loss_output_functions", "list_lp16_use_fp32_params"),
        "convert_symbol looks after losses by itself; list_fp32_ops names what stays in float32",
    ),
    "convert_bucketing_module": "let the sym_gen of the BucketingModule return converted symbols",
}


def __getattr__(name: str) -> Any:
    if name in _INSTEAD:
        raise no_attribute(f"mx.contrib.amp has no '{name}': {_INSTEAD[name]}.", name)
    raise no_attribute(f"module 'symgraph.amp' has no attribute '{name}'", name, sys.modules[__name__])
