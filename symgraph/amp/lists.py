"""Lists of operators by what mixed precision does with them, made of what the operators say (`Op.precision`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from symgraph.errors import DTypeError, described
from symgraph.ir.dtype import BFLOAT16, FLOAT16, as_dtype
from symgraph.ir.precision import Treatment
from symgraph.ir.registry import registered_names

LOW_DTYPES = (FLOAT16, BFLOAT16)


def low_dtype(given: Any) -> np.dtype:
    """The low precision that is meant.

    Raises:
        DTypeError: it is none.
    """
    try:
        dtype = as_dtype(given)
    except DTypeError:
        dtype = None
    if dtype is None or dtype not in LOW_DTYPES:
        name = dtype.name if dtype is not None else described(given)
        raise DTypeError(f"amp: target_dtype must be 'float16' or 'bfloat16', given {name}.")
    return dtype


def list_lp16_ops(target_dtype: Any = "float16") -> list[str]:
    """Operators that are computed in the low precision.

    >>> list_lp16_ops("bfloat16")[:2]
    ['Convolution', 'FullyConnected']
    """
    return _treated("low", target_dtype)


def list_fp32_ops(target_dtype: Any = "float16") -> list[str]:
    """Operators that are computed in float32."""
    return _treated("float32", target_dtype)


def list_lp16_fp32_ops(target_dtype: Any = "float16") -> list[str]:
    """Operators that are computed in the dtype that comes, unless attributes decide."""
    conditional = {name for name, _, _ in list_conditional_fp32_ops(target_dtype)}
    return [name for name in _treated("any", target_dtype) if name not in conditional]


def list_widest_type_cast(target_dtype: Any = "float16") -> list[str]:
    """Operators that are computed in the widest dtype of their inputs."""
    return _treated("widest", target_dtype)


def list_conditional_fp32_ops(target_dtype: Any = "float16") -> list[tuple[str, str, list[str]]]:
    """Operators that are computed in float32 for some values of an attribute: name, attribute, values.

    >>> list_conditional_fp32_ops()[0]
    ('Activation', 'act_type', ['softrelu'])
    """
    low_dtype(target_dtype)
    known = sorted(registered_names().items())
    return [(name, key, [*texts]) for name, op in known for key, texts in op.precision.float32_for.items()]


def _treated(treatment: Treatment, target_dtype: Any) -> list[str]:
    low = low_dtype(target_dtype)
    return sorted(name for name, op in registered_names().items() if op.precision.treatment(low) == treatment)
