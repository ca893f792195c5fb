"""`mx.contrib.text`: what MXNet 1.9.1 makes of the same texts and files, and what is refused."""

from __future__ import annotations

import pathlib
from collections import Counter

import numpy as np
import pytest

import symgraph as mx
from symgraph.contrib import text

COUNTER = Counter({"x": 5, "<pad>": 4, "b": 2, "a": 2, "B": 2, "e": 1})
CustomEmbedding = text.embedding.CustomEmbedding


@pytest.fixture
def files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "a.txt": "a 1 2\nb 3 4\nx 5 6\n",
        "b.txt": "<unk> 9 9 9\na 1 1 1\nx 7 7 7\n",
        "header.txt": "2 3\na 1 1 1\na 2 2 2\n",
        "uneven.txt": "a 1 2\nb 1 2 3\n",
        "words.txt": "a one two\n",
        "empty.txt": "",
    }.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "latin.txt").write_bytes("é 1 2\n".encode("latin-1"))
    return tmp_path


def test_tokens_are_counted() -> None:
    counter = Counter({"is": 1})
    assert text.utils.count_tokens_from_str(" Life is\n life ", counter_to_update=counter) is counter
    assert counter == {"is": 2, "Life": 1, "life": 1}
    assert text.utils.count_tokens_from_str("a,B;a", ",", ";", to_lower=True) == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("options", "tokens"),
    [
        ({}, ["<unk>", "x", "<pad>", "B", "a", "b", "e"]),
        ({"most_freq_count": 3}, ["<unk>", "x", "<pad>", "B"]),
        ({"most_freq_count": 2, "reserved_tokens": ["<pad>"]}, ["<unk>", "<pad>", "x", "B"]),
        ({"min_freq": 4, "unknown_token": "?"}, ["?", "x", "<pad>"]),
    ],
)
def test_frequent_tokens_come_first(options: dict, tokens: list[str]) -> None:
    vocabulary = text.vocab.Vocabulary(COUNTER, **options)
    assert vocabulary.idx_to_token == tokens
    assert vocabulary.token_to_idx == {token: i for i, token in enumerate(tokens)}
    assert (len(vocabulary), vocabulary.unknown_token) == (len(tokens), tokens[0])
    assert vocabulary.reserved_tokens == options.get("reserved_tokens")
    assert vocabulary.to_indices([tokens[2], "other"]) == [2, 0]
    assert vocabulary.to_tokens([1, -1]) == [tokens[1], tokens[-1]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"counter": ["a"]}, "counter is a collections.Counter of tokens, given"),
        ({"min_freq": 0}, "min_freq must be positive, given 0"),
        ({"reserved_tokens": ["<unk>"]}, "'<unk>' is the unknown token and cannot be reserved"),
        ({"reserved_tokens": ["a", "a"]}, "reserved_tokens has a token twice"),
    ],
)
def test_vocabularies_that_make_no_sense(options: dict, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        text.vocab.Vocabulary(**options)


def test_an_index_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="7 is no index of this vocabulary, which has 1 tokens"):
        text.vocab.Vocabulary().to_tokens([0, 7])


@pytest.mark.usefixtures("files")
def test_vectors_are_read_and_changed() -> None:
    embedding = CustomEmbedding("a.txt", init_unknown_vec=mx.nd.ones)
    assert (len(embedding), embedding.vec_len) == (4, 2)
    assert embedding.idx_to_vec.asnumpy().tolist() == [[1, 1], [1, 2], [3, 4], [5, 6]]
    assert embedding.get_vecs_by_tokens("X").asnumpy().tolist() == [1, 1]
    assert embedding.get_vecs_by_tokens(["X", "b"], lower_case_backup=True).asnumpy().tolist() == [[5, 6], [3, 4]]
    embedding.update_token_vectors("a", mx.nd.array([7, 8]))
    embedding.update_token_vectors(["b", "<unk>"], mx.nd.array([[0, 1], [2, 3]]))
    assert embedding.idx_to_vec.asnumpy().tolist() == [[2, 3], [7, 8], [0, 1], [5, 6]]
    for tokens, vectors, message in (
        ("z", mx.nd.ones((2,)), "'z' is unknown. To change the vector of all unknown tokens, say '<unk>'"),
        (["a", "b"], mx.nd.ones((2,)), r"new_vectors has shape \(2,\), expected \(2, 2\)"),
        ("a", [1, 2], "new_vectors is an NDArray, given"),
    ):
        with pytest.raises(mx.MXNetError, match=message):
            embedding.update_token_vectors(tokens, vectors)


@pytest.mark.usefixtures("files")
def test_vectors_for_a_vocabulary() -> None:
    vocabulary = text.vocab.Vocabulary(Counter("xab"), reserved_tokens=["<pad>"])
    one, other = CustomEmbedding("a.txt", vocabulary=vocabulary), CustomEmbedding("b.txt")
    assert one.idx_to_token == vocabulary.idx_to_token == ["<unk>", "<pad>", "a", "b", "x"]
    assert one.idx_to_vec.asnumpy().tolist() == [[0, 0], [0, 0], [1, 2], [3, 4], [5, 6]]
    both = text.embedding.CompositeEmbedding(vocabulary, [one, other])
    assert both.vec_len == 5
    expected = np.array([[0, 0, 9], [0, 0, 9], [1, 2, 1], [3, 4, 9], [5, 6, 7]])[:, [0, 1, 2, 2, 2]]
    np.testing.assert_array_equal(both.idx_to_vec.asnumpy(), expected)
    reserved = CustomEmbedding("a.txt", reserved_tokens=["<pad>"])
    assert reserved.get_vecs_by_tokens(["<pad>", "x"]).asnumpy().tolist() == [[0, 0], [5, 6]]
    with pytest.raises(AssertionError, match="vocabulary is an mx.contrib.text.vocab.Vocabulary, given"):
        text.embedding.CompositeEmbedding(Counter("a"), one)
    with pytest.raises(AssertionError, match="token_embeddings is an embedding or a list of them, given"):
        text.embedding.CompositeEmbedding(vocabulary, vocabulary)


def test_files_of_others_are_found_in_their_folder(files: pathlib.Path) -> None:
    (files / "glove").mkdir()
    (files / "a.txt").rename(files / "glove" / "a.txt")
    embedding = text.embedding.create("glove", pretrained_file_name="a.txt", embedding_root=".")
    assert embedding.idx_to_token == ["<unk>", "a", "b", "x"]
    with pytest.raises(ValueError, match="symgraph downloads nothing: fetch it by other means, and give its path"):
        text.embedding.create("fasttext", embedding_root=".")
    with pytest.raises(AttributeError, match="knows no files"):
        text.embedding.get_pretrained_file_names("glove")


@pytest.mark.usefixtures("files")
def test_an_embedding_of_a_user() -> None:
    @text.embedding.register
    class Own(text.embedding._TokenEmbedding):
        def __init__(self, vocabulary: object = None, **kwargs: object) -> None:
            super().__init__(**kwargs)
            self._load_embedding("a.txt", " ", mx.nd.zeros)
            self._build_embedding_for_vocabulary(vocabulary)

    vocabulary = text.vocab.Vocabulary(Counter("bz"))
    assert text.embedding.create("own", vocabulary=vocabulary).idx_to_vec.asnumpy().tolist() == [[0, 0], [3, 4], [0, 0]]


@pytest.mark.usefixtures("files")
def test_a_header_and_a_second_vector_are_passed_over() -> None:
    with pytest.warns(UserWarning, match="skipped") as warned:
        embedding = CustomEmbedding("header.txt")
    assert embedding.idx_to_vec.asnumpy().tolist() == [[0, 0, 0], [1, 1, 1]]
    assert [str(each.message) for each in warned] == [
        "header.txt, line 1: 2 3.0 is likely a header and is skipped.",
        "header.txt, line 3: token a has a vector already; this one is skipped.",
    ]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("file", "delimiter", "message"),
    [
        ("uneven.txt", " ", "uneven.txt, line 2: the vector of b has 3 elements, those before it have 2"),
        ("words.txt", " ", "words.txt, line 1: could not convert string to float: 'one'"),
        ("a.txt", ",", "a.txt, line 1: expected a token and numbers, with ',' between them"),
        ("empty.txt", " ", "empty.txt has no vectors"),
        ("latin.txt", " ", "latin.txt is not text in utf8: .* give its encoding"),
        ("nothing.txt", " ", "there is no file 'nothing.txt' with vectors of tokens"),
    ],
)
def test_files_that_are_something_else(file: str, delimiter: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CustomEmbedding(file, delimiter)
