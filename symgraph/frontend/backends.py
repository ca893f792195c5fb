"""MXNet's ways from a Symbol to another API or backend, which all lead back to the Symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from symgraph.errors import MXNetError
from symgraph.runtime.ndarray import NDArray


class Backends:
    """What Symbol inherits."""

    __slots__ = ()

    def as_nd_ndarray(self) -> Self:
        """This symbol itself, which is one of MXNet's legacy API already."""
        return self

    def as_np_ndarray(self) -> Self:
        """Raises `MXNetError`: there are no symbols of ``mx.np`` here."""
        raise MXNetError("Symbol.as_np_ndarray: the API here is MXNet's mx.sym and mx.nd; mx.np does not exist.")

    def get_backend_symbol(self, backend: str) -> Self:
        """This symbol itself: XLA compiles the whole graph, so that no part is left to another backend."""
        return self

    def optimize_for(
        self,
        backend: str,
        args: Mapping[str, NDArray] | None = None,
        aux: Mapping[str, NDArray] | None = None,
        ctx: Any = None,
        shape_dict: Mapping[str, Sequence[int]] | None = None,
        type_dict: Mapping[str, Any] | None = None,
        stype_dict: Mapping[str, str] | None = None,
        skip_infer: bool = False,
        **kwargs: Any,
    ) -> Self:
        """This symbol itself, for the reason given in `get_backend_symbol`."""
        return self
