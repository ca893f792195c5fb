"""`Vocabulary`: tokens and their indices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from symgraph.errors import DataError, described


class Vocabulary:
    """Tokens by index: the unknown token, reserved ones, and those of a counter, frequent ones first.

    Args:
        counter: how often each token occurs; ``None`` for no tokens but the special ones.
        most_freq_count: how many tokens of the counter there may be; ``None`` for all.
        min_freq: how often a token must occur.
        unknown_token: stands for all other tokens, at index 0.
        reserved_tokens: come next, such as ``"<pad>"``.

    >>> from collections import Counter
    >>> vocabulary = Vocabulary(Counter("cabbac"), most_freq_count=2, reserved_tokens=["<pad>"])
    >>> vocabulary.idx_to_token
    ['<unk>', '<pad>', 'a', 'b']
    >>> vocabulary.to_indices(["b", "z"]), vocabulary.to_tokens(2)
    ([3, 0], 'a')

    Raises:
        DataError: arguments that make no sense.
    """

    def __init__(
        self,
        counter: Counter[str] | None = None,
        most_freq_count: int | None = None,
        min_freq: int = 1,
        unknown_token: Any = "<unk>",
        reserved_tokens: Sequence[Any] | None = None,
    ):
        if counter is not None and not isinstance(counter, Counter):
            raise DataError(f"Vocabulary: counter is a collections.Counter of tokens, given {described(counter)}.")
        if min_freq <= 0:
            raise DataError(f"Vocabulary: min_freq must be positive, given {min_freq}.")
        reserved = list(reserved_tokens or ())
        if unknown_token in reserved:
            raise DataError(f"Vocabulary: {unknown_token!r} is the unknown token and cannot be reserved, too.")
        if len(set(reserved)) < len(reserved):
            raise DataError(f"Vocabulary: reserved_tokens has a token twice: {reserved}.")
        self._unknown_token = unknown_token
        self._reserved_tokens = None if reserved_tokens is None else reserved
        self._idx_to_token = [unknown_token, *reserved]
        if counter is not None:
            self._idx_to_token += self._frequent(counter, most_freq_count, min_freq)
        self._token_to_idx: dict[Any, int] = {token: i for i, token in enumerate(self._idx_to_token)}

    def _frequent(self, counter: Counter[str], most_freq_count: int | None, min_freq: int) -> list[str]:
        """Tokens of a counter, equally frequent ones in the order of the alphabet."""
        special = set(self._idx_to_token)
        ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        found = [token for token, count in ordered if count >= min_freq and token not in special]
        return found if most_freq_count is None else found[:most_freq_count]

    def __len__(self) -> int:
        return len(self._idx_to_token)

    @property
    def token_to_idx(self) -> dict[Any, int]:
        """Index of each token."""
        return self._token_to_idx

    @property
    def idx_to_token(self) -> list[Any]:
        """Token at each index."""
        return self._idx_to_token

    @property
    def unknown_token(self) -> Any:
        """The token that stands for all others."""
        return self._unknown_token

    @property
    def reserved_tokens(self) -> list[Any] | None:
        """Tokens that are there in any case."""
        return self._reserved_tokens

    def to_indices(self, tokens: Any) -> Any:
        """The index of a token, or a list of those of several; 0 for unknown ones."""
        if isinstance(tokens, list):
            return [self._token_to_idx.get(token, 0) for token in tokens]
        return self._token_to_idx.get(tokens, 0)

    def to_tokens(self, indices: Any) -> Any:
        """The token at an index, or a list of those at several.

        Raises:
            DataError: there is no such index.
        """
        found = []
        for index in indices if isinstance(indices, list) else [indices]:
            if not isinstance(index, int) or index >= len(self):
                raise DataError(f"to_tokens: {index!r} is no index of this vocabulary, which has {len(self)} tokens.")
            found.append(self._idx_to_token[index])
        return found if isinstance(indices, list) else found[0]
