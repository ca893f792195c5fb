"""Names of nodes as names that Python takes."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable


class Names:
    """Identifiers, each given once, and none of the `reserved` ones.

    >>> names = Names(["jnp"])
    >>> [names.of(name) for name in ("conv-1", "conv_1", "1x1", "lambda", "jnp", "")]
    ['conv_1', 'conv_1_2', '_1x1', 'lambda_', 'jnp_', 'unnamed']
    """

    def __init__(self, reserved: Iterable[str]):
        self._reserved = frozenset(reserved)
        self._given: set[str] = set()

    def of(self, name: str) -> str:
        """An identifier like `name` that nothing else has."""
        plain = re.sub(r"\W", "_", name, flags=re.ASCII) or "unnamed"
        if plain[0].isdigit():
            plain = f"_{plain}"
        if keyword.iskeyword(plain) or plain in self._reserved:
            plain += "_"
        found, number = plain, 1
        while found in self._given or found in self._reserved:
            number += 1
            found = f"{plain}_{number}"
        self._given.add(found)
        return found
