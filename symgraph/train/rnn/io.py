"""``mx.rnn.io``: sentences as numbers, and batches of sentences of about the same length."""

from __future__ import annotations

import bisect
import logging
import random
from collections import Counter
from collections.abc import Hashable, Iterable, MutableMapping, Sequence
from typing import Any

import numpy as np

from symgraph.errors import BindError, UnknownArgumentError, counted, described
from symgraph.runtime.creation import array
from symgraph.runtime.ndarray import NDArray
from symgraph.train.io import DataBatch, DataDesc, DataIter
from symgraph.train.io.iterator import AT_END


class UnknownTokenError(UnknownArgumentError, AssertionError):
    """A word that is not in the vocabulary."""


class SentencesError(BindError, TypeError):
    """Sentences of which no batches can be made that way."""


def encode_sentences(
    sentences: Iterable[Iterable[Hashable]],
    vocab: MutableMapping | None = None,
    invalid_label: int = -1,
    invalid_key: Hashable = "\n",
    start_label: int = 0,
    unknown_token: Hashable | None = None,
) -> tuple[list[list[int]], MutableMapping]:
    """Words as numbers.

    Args:
        sentences: each a list of words.
        vocab: number of each word; ``None`` makes a vocabulary of the words there are.
        invalid_label: number that stands for no word, in a new vocabulary.
        invalid_key: what stands there for it.
        start_label: first number of a new vocabulary.
        unknown_token: the word that is put in the place of those that are not in the given `vocab`; it is added to
            that if it is not there.

    Returns:
        the numbers of each sentence, and the vocabulary.

    Raises:
        UnknownTokenError: a word is not in `vocab`, and there is no `unknown_token`.

    >>> import symgraph as mx
    >>> mx.rnn.encode_sentences([["a", "b"], ["b", "c"]], invalid_label=0, start_label=1)
    ([[1, 2], [2, 3]], {'\\n': 0, 'a': 1, 'b': 2, 'c': 3})
    """
    if vocab is not None and not isinstance(vocab, MutableMapping):
        raise SentencesError(
            f"encode_sentences: vocab must be a dict with the number of each word, given {described(vocab)}."
        )
    is_new = vocab is None
    known: MutableMapping = {invalid_key: invalid_label} if vocab is None else vocab
    free = start_label
    encoded = []
    for sentence in sentences:
        numbers = []
        for word in sentence:
            if word not in known:
                if not is_new:
                    word = _replacement(word, unknown_token)
                if word not in known:
                    taken = {invalid_label} if is_new else set(known.values()) | {invalid_label}
                    while free in taken:
                        free += 1
                    known[word] = free
                    free += 1
            numbers.append(known[word])
        encoded.append(numbers)
    return encoded, known


def _replacement(word: Hashable, unknown_token: Hashable | None) -> Hashable:
    if unknown_token is None:
        raise UnknownTokenError(
            f"Unknown token {word!r}: it is not in the vocabulary. Give unknown_token= to put another in its place."
        )
    return unknown_token


class BucketSentenceIter(DataIter):
    """Batches of sentences for a language model, each from a bucket of about the same length.

    A sentence is filled up to the length of its bucket, and its label is the sentence one word later. Buckets and
    batches are shuffled by `random` and ``numpy.random``, as in MXNet; what is left of a bucket is not used in that epoch.

    Args:
        sentences: numbers of words, a list for each sentence.
        batch_size: sentences in a batch.
        buckets: lengths, of which the longest should fit all sentences. By default, every length that there are enough
            sentences of for a batch.
        invalid_label: what sentences are filled up with.
        data_name, label_name: names of the inputs.
        dtype: type of data and labels.
        layout: ``"NT"`` or ``"TN"``.

    Attributes:
        buckets: lengths in use, in order.
        default_bucket_key: the longest one.

    >>> import symgraph as mx
    >>> batches = mx.rnn.BucketSentenceIter([[1, 2], [3, 4], [5, 6, 7], [8]], batch_size=2, buckets=[2, 4])
    >>> batches.default_bucket_key, [batch.bucket_key for batch in batches]
    (4, [2])
    """

    def __init__(
        self,
        sentences: Iterable[Sequence[Any]],
        batch_size: int,
        buckets: Iterable[int] | None = None,
        invalid_label: int = -1,
        data_name: str = "data",
        label_name: str = "softmax_label",
        dtype: Any = "float32",
        layout: str = "NT",
    ):
        super().__init__()
        if not batch_size > 0:
            raise SentencesError(f"BucketSentenceIter: batch_size must be positive, given {described(batch_size)}.")
        sentences = list(sentences)
        self.batch_size = batch_size
        self.invalid_label = invalid_label
        self.data_name, self.label_name = data_name, label_name
        self.dtype = dtype
        self.layout = layout
        self.major_axis = layout.find("N")
        if self.major_axis not in (0, 1):
            raise SentencesError(
                f"BucketSentenceIter: layout must be 'NT' (examples first) or 'TN' (time first), given {layout!r}."
            )
        self.buckets, self.data = self._sorted_into(sentences, self._lengths(sentences, buckets))
        self.default_bucket_key = max(self.buckets)
        self.provide_data = [self._description(data_name, self._shape(self.default_bucket_key))]
        self.provide_label = [self._description(label_name, self._shape(self.default_bucket_key))]
        self.idx = [
            (i, start) for i, rows in enumerate(self.data) for start in range(0, len(rows) - batch_size + 1, batch_size)
        ]
        self.curr_idx = 0
        self.nddata: list[NDArray] = []
        self.ndlabel: list[NDArray] = []
        self.reset()

    def _lengths(self, sentences: Sequence[Sequence[Any]], given: Iterable[int] | None) -> list[int]:
        """The lengths of buckets, in order and each once."""
        lengths = [] if given is None else sorted({int(length) for length in given})
        if lengths and lengths[0] < 1:
            raise SentencesError(f"BucketSentenceIter: buckets are lengths from 1 on, given {described(given)}.")
        if lengths:
            return lengths
        counts = Counter(map(len, sentences))
        lengths = sorted(length for length, count in counts.items() if length and count >= self.batch_size)
        if not lengths:
            raise SentencesError(
                f"BucketSentenceIter: of {counted(len(sentences), 'sentence')}, no length has the {self.batch_size} that "
                f"a batch needs; give buckets=[...], lengths up to which sentences are filled up, or a smaller batch_size."
            )
        return lengths

    def _sorted_into(
        self, sentences: Sequence[Sequence[Any]], buckets: list[int]
    ) -> tuple[list[int], list[np.ndarray]]:
        """The buckets with sentences in them, and these, one in a row."""
        content: list[list[np.ndarray]] = [[] for _ in buckets]
        dropped = 0
        for sentence in sentences:
            place = bisect.bisect_left(buckets, len(sentence))
            if place == len(buckets):
                dropped += 1
                continue
            content[place].append(self._filled_up(sentence, buckets[place]))
        if dropped:
            logging.root.warning("discarded %d sentences longer than the largest bucket.", dropped)
        filled = {
            length: np.asarray(rows, dtype=self.dtype) for length, rows in zip(buckets, content, strict=True) if rows
        }
        if not filled:
            raise SentencesError(
                f"BucketSentenceIter: none of {counted(len(sentences), 'sentence')} fits into the buckets {buckets}."
            )
        return list(filled), list(filled.values())

    def _filler(self) -> Any:
        """`invalid_label` in the type of the data; -1 wraps around in unsigned ones."""
        return np.asarray(self.invalid_label).astype(self.dtype)

    def _filled_up(self, sentence: Sequence[Any], length: int) -> np.ndarray:
        row = np.full((length,), self._filler())
        try:
            row[: len(sentence)] = np.asarray(sentence).astype(self.dtype)
        except (TypeError, ValueError):
            raise SentencesError(
                f"BucketSentenceIter: sentences must be lists of numbers, given {described(sentence)}; encode_sentences "
                f"makes numbers of words."
            ) from None
        return row

    def _shape(self, length: int) -> tuple[int, int]:
        return (self.batch_size, length) if self.major_axis == 0 else (length, self.batch_size)

    def _description(self, name: str, shape: tuple[int, ...]) -> DataDesc:
        return DataDesc(name=name, shape=shape, layout=self.layout)

    def reset(self) -> None:
        """Shuffle batches and the sentences of every bucket, and begin again."""
        self.curr_idx = 0
        random.shuffle(self.idx)
        for rows in self.data:
            np.random.shuffle(rows)
        self.nddata, self.ndlabel = [], []
        for rows in self.data:
            label = np.full(rows.shape, self._filler())
            label[:, :-1] = rows[:, 1:]
            self.nddata.append(array(rows, dtype=self.dtype))
            self.ndlabel.append(array(label, dtype=self.dtype))

    def next(self) -> DataBatch:
        if self.curr_idx == len(self.idx):
            raise StopIteration(AT_END)
        i, start = self.idx[self.curr_idx]
        self.curr_idx += 1
        data, label = (rows[i][start : start + self.batch_size] for rows in (self.nddata, self.ndlabel))
        if self.major_axis == 1:
            data, label = data.T, label.T
        return DataBatch(
            [data],
            [label],
            pad=0,
            bucket_key=self.buckets[i],
            provide_data=[self._description(self.data_name, data.shape)],
            provide_label=[self._description(self.label_name, label.shape)],
        )


__all__ = ["BucketSentenceIter", "encode_sentences"]
