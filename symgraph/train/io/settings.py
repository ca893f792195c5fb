"""Settings of iterators that MXNet writes in C++: keywords, whose values may be text as in its configuration files."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Annotated, Any, TypeVar

from symgraph.errors import DataError, brief, described, suggestion
from symgraph.ir.attrs import Codec, DType, Range, codec, format_attrs
from symgraph.ir.source import warn_user

S = TypeVar("S")

BatchSize = Annotated[int, Range(low=1, high=2**31 - 1)]
"""Annotation of a number of examples."""


@dataclass(frozen=True, kw_only=True)
class BatchSettings:
    """What all of these iterators take.

    Attributes:
        batch_size: number of examples in a batch.
        round_batch: fill the last batch of an epoch up with the first examples of the next one, which then begins after
            them. Otherwise what fills it up has no meaning.
        prefetch_buffer: how many batches are prepared beforehand.
        dtype: of data and labels; ``None`` is the usual one of the iterator.
        data_name, label_name: what data and labels are called.
        ctx: without a meaning here.
    """

    batch_size: BatchSize
    round_batch: bool = True
    prefetch_buffer: int = 4
    dtype: DType | None = None
    data_name: str = "data"
    label_name: str = "softmax_label"
    ctx: str = "gpu"


def read_settings(cls: Callable[..., S], who: str, args: tuple, kwargs: Mapping[str, Any]) -> S:
    """The settings that a call of `who` gives. A keyword that does not exist is ignored with a warning, as scripts have some.

    Raises:
        DataError: one is missing or invalid, or is given by position.
    """
    if args:
        raise DataError(f"{who} takes keywords only, given {described(args[0])} by position.")
    known = _codecs(cls)
    values = {}
    for key, value in kwargs.items():
        if key not in known:
            warn_user(f"{who}: keyword '{key}' is unknown and ignored.{suggestion(key, known)}")
        elif value is not None:  # which says the same as leaving it out
            try:
                values[key] = _bounded(known[key].parse(format_attrs({key: value}, known)[key]))
            except ValueError:
                expected = known[key].description
                raise DataError(f"{who}: {key}={brief(value)} is invalid; expected {expected}.") from None
    for field in fields(cls):  # type: ignore[arg-type]
        if field.default is MISSING and field.name not in values:
            raise DataError(f"{who}: {field.name} ({known[field.name].description}) is missing.")
    return cls(**values)


def _bounded(value: Any) -> Any:
    """The value; `ValueError` if an integer in it has more than 32 bits, as in MXNet."""
    for number in value if isinstance(value, tuple) else (value,):
        if isinstance(number, int) and not -(2**31) <= number < 2**31:
            raise ValueError(number)
    return value


@cache
def _codecs(cls: Any) -> dict[str, Codec]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: codec(hints[field.name]) for field in fields(cls)}
