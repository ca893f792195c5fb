"""Vectors of tokens, read from files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from symgraph.errors import DataError, MissingFileError, described, no_attribute
from symgraph.ir.source import warn_user
from symgraph.registry import get_create_func, get_register_func
from symgraph.runtime.creation import array, zeros
from symgraph.runtime.ndarray import NDArray
from symgraph.text.vocab import Vocabulary

_ROOT = os.path.join("~", ".mxnet", "embeddings")
"""Where MXNet keeps the files that it has downloaded."""


class TokenEmbedding(Vocabulary):
    """Base of vocabularies whose tokens have vectors; subclasses call `_load_embedding`.

    Args:
        **kwargs: see `Vocabulary`.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self._vec_len = 0
        self._idx_to_vec: NDArray | None = None

    def _load_embedding(
        self,
        pretrained_file_path: str,
        elem_delim: str,
        init_unknown_vec: Callable[..., Any],
        encoding: str = "utf8",
    ) -> None:
        """Read tokens and vectors; tokens that the file does not have, but the vocabulary, get `init_unknown_vec`."""
        path = os.path.expanduser(pretrained_file_path)
        if not os.path.isfile(path):
            raise MissingVectorsError(
                f"there is no file '{path}' with vectors of tokens. symgraph downloads nothing: fetch it by other means, and "
                f"give its path."
            )
        vectors: dict[Any, list[float]] = {}
        for line, token, values in _rows(path, elem_delim, encoding):
            if token in vectors:
                warn_user(f"{path}, line {line}: token {token} has a vector already; this one is skipped.")
            elif len(values) == 1:
                warn_user(f"{path}, line {line}: {token} {values[0]} is likely a header and is skipped.")
            elif self._vec_len not in (0, len(values)):
                raise DataError(
                    f"{path}, line {line}: the vector of {token} has {len(values)} elements, "
                    f"those before it have {self._vec_len}."
                )
            else:
                self._vec_len = len(values)
                vectors[token] = values
        if not vectors:
            raise DataError(f"{path} has no vectors.")
        new = [token for token in vectors if token not in self._token_to_idx]
        self._token_to_idx |= {token: i for i, token in enumerate(new, len(self))}
        self._idx_to_token += new
        unknown = init_unknown_vec(shape=self._vec_len).asnumpy().tolist()
        self._idx_to_vec = array([vectors.get(token, unknown) for token in self._idx_to_token])

    def _build_embedding_for_vocabulary(self, vocabulary: Vocabulary | None) -> None:
        """Keep the tokens of a vocabulary, in its order; those without a vector get that of the unknown token."""
        if vocabulary is None:
            return
        _require_vocabulary(vocabulary)
        self._take_vectors(vocabulary, [self])

    def _take_vectors(self, vocabulary: Vocabulary, embeddings: Sequence[TokenEmbedding]) -> None:
        columns = [embedding.get_vecs_by_tokens(vocabulary.idx_to_token).asnumpy() for embedding in embeddings]
        first = [embedding.idx_to_vec[0].asnumpy() for embedding in embeddings]
        table = np.concatenate(columns, axis=1)
        table[0] = np.concatenate(first)
        self._unknown_token, self._reserved_tokens = vocabulary.unknown_token, vocabulary.reserved_tokens
        self._idx_to_token, self._token_to_idx = list(vocabulary.idx_to_token), dict(vocabulary.token_to_idx)
        self._vec_len, self._idx_to_vec = table.shape[1], array(table)

    @property
    def vec_len(self) -> int:
        """Length of a vector."""
        return self._vec_len

    @property
    def idx_to_vec(self) -> Any:
        """The vectors of all tokens, (tokens, vec_len)."""
        return self._idx_to_vec

    def get_vecs_by_tokens(self, tokens: Any, lower_case_backup: bool = False) -> NDArray:
        """Vectors of tokens: (vec_len,) for one, (tokens, vec_len) for a list.

        Args:
            lower_case_backup: take the vector of the token in lower case, if it has none itself.
        """
        given = tokens if isinstance(tokens, list) else [tokens]
        known = self._token_to_idx
        if lower_case_backup:
            given = [token if token in known else token.lower() for token in given]
        rows = self.idx_to_vec.asnumpy()[[known.get(token, 0) for token in given]]
        return array(rows if isinstance(tokens, list) else rows[0])

    def update_token_vectors(self, tokens: Any, new_vectors: NDArray) -> None:
        """Give tokens other vectors.

        Raises:
            DataError: a token is unknown, or the vectors do not fit.
        """
        given = tokens if isinstance(tokens, list) else [tokens]
        unknown = [token for token in given if token not in self._token_to_idx]
        if unknown:
            raise DataError(
                f"update_token_vectors: {unknown[0]!r} is unknown. To change the vector of all unknown tokens, say "
                f"{self.unknown_token!r}."
            )
        if not isinstance(new_vectors, NDArray):
            raise DataError(f"update_token_vectors: new_vectors is an NDArray, given {described(new_vectors)}.")
        wanted = (len(given), self._vec_len)
        if new_vectors.shape != wanted and (len(given) > 1 or new_vectors.shape != wanted[1:]):
            raise DataError(f"update_token_vectors: new_vectors has shape {new_vectors.shape}, expected {wanted}.")
        self.idx_to_vec[[self._token_to_idx[token] for token in given]] = new_vectors.reshape(wanted)


def _rows(path: str, delimiter: str, encoding: str) -> Iterator[tuple[int, str, list[float]]]:
    """Number of the line, token and vector.

    Raises:
        DataError: a line is something else.
    """
    with open(path, encoding=encoding) as file:
        try:
            for number, line in enumerate(file, 1):
                token, *values = line.rstrip().split(delimiter)
                if not values:
                    raise DataError(
                        f"{path}, line {number}: expected a token and numbers, with {delimiter!r} between them."
                    )
                yield number, token, [float(value) for value in values]
        except UnicodeDecodeError as error:
            raise DataError(f"{path} is not text in {encoding}: {error.reason}; give its encoding.") from None
        except ValueError as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"{path}, line {number}: {error}.") from None


def _require_vocabulary(vocabulary: Any) -> None:
    if not isinstance(vocabulary, Vocabulary):
        raise DataError(f"vocabulary is an mx.contrib.text.vocab.Vocabulary, given {described(vocabulary)}.")


class MissingVectorsError(MissingFileError, ValueError):
    """There is no such file; MXNet raises a ValueError."""


register = get_register_func(TokenEmbedding, "token embedding")
create = get_create_func(TokenEmbedding, "token embedding")


@register
class CustomEmbedding(TokenEmbedding):
    """Vectors of a file with a token and its numbers in each line.

    Args:
        pretrained_file_path: the file.
        elem_delim: what stands between the elements of a line.
        encoding: of the file.
        init_unknown_vec: function of a shape, for the vector of the unknown token if the file has none.
        vocabulary: which tokens to keep; ``None`` for all.
        **kwargs: see `Vocabulary`.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "vectors.txt")
    ...     with open(path, "w") as file:
    ...         _ = file.write("a 1 2\\nb 3 4\\n")
    ...     embedding = CustomEmbedding(path)
    >>> embedding.get_vecs_by_tokens(["b", "z"]).asnumpy().tolist()
    [[3.0, 4.0], [0.0, 0.0]]
    """

    def __init__(
        self,
        pretrained_file_path: str,
        elem_delim: str = " ",
        encoding: str = "utf8",
        init_unknown_vec: Callable[..., Any] = zeros,
        vocabulary: Vocabulary | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self._load_embedding(pretrained_file_path, elem_delim, init_unknown_vec, encoding)
        self._build_embedding_for_vocabulary(vocabulary)


class _Pretrained(TokenEmbedding):
    """Vectors of a file that others have published, in a folder of its own under `embedding_root`."""

    def __init__(
        self,
        pretrained_file_name: str,
        embedding_root: str,
        init_unknown_vec: Callable[..., Any],
        vocabulary: Vocabulary | None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        path = os.path.join(embedding_root, type(self).__name__.lower(), pretrained_file_name)
        self._load_embedding(path, " ", init_unknown_vec)
        self._build_embedding_for_vocabulary(vocabulary)


@register
class GloVe(_Pretrained):
    """Vectors in the file ``glove/pretrained_file_name`` under `embedding_root`; see `CustomEmbedding`.

    Source: Pennington et al. 2014, "GloVe: Global Vectors for Word Representation".
    """

    def __init__(
        self,
        pretrained_file_name: str = "glove.840B.300d.txt",
        embedding_root: str = _ROOT,
        init_unknown_vec: Callable[..., Any] = zeros,
        vocabulary: Vocabulary | None = None,
        **kwargs: Any,
    ):
        super().__init__(pretrained_file_name, embedding_root, init_unknown_vec, vocabulary, **kwargs)


@register
class FastText(_Pretrained):
    """Vectors in the file ``fasttext/pretrained_file_name`` under `embedding_root`; see `CustomEmbedding`.

    Source: Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information".
    """

    def __init__(
        self,
        pretrained_file_name: str = "wiki.simple.vec",
        embedding_root: str = _ROOT,
        init_unknown_vec: Callable[..., Any] = zeros,
        vocabulary: Vocabulary | None = None,
        **kwargs: Any,
    ):
        super().__init__(pretrained_file_name, embedding_root, init_unknown_vec, vocabulary, **kwargs)


class CompositeEmbedding(TokenEmbedding):
    """The tokens of a vocabulary, with the vectors of several embeddings side by side.

    Args:
        vocabulary: the tokens.
        token_embeddings: one, or a list.
    """

    def __init__(self, vocabulary: Vocabulary, token_embeddings: TokenEmbedding | list[TokenEmbedding]):
        super().__init__()
        _require_vocabulary(vocabulary)
        embeddings = token_embeddings if isinstance(token_embeddings, list) else [token_embeddings]
        for embedding in embeddings:
            if not isinstance(embedding, TokenEmbedding):
                raise DataError(
                    f"CompositeEmbedding: token_embeddings is an embedding or a list of them, given {described(embedding)}."
                )
        self._take_vectors(vocabulary, embeddings)


_TokenEmbedding = TokenEmbedding
"""MXNet's name, which embeddings of users derive from."""


def __getattr__(name: str) -> Any:
    ending = ": symgraph downloads nothing, and knows no files." if name == "get_pretrained_file_names" else "."
    raise no_attribute(f"{__name__} has no '{name}'{ending}", name)
