"""MXNet's small modules, as far as scripts for symbols use them: loggers, the engine, features, utilities."""

from __future__ import annotations

import logging
import pathlib
import re

import pytest

import symgraph as mx


@pytest.fixture
def fresh_loggers():
    """Handlers of loggers that a test makes are closed after it."""
    before = set(logging.Logger.manager.loggerDict)
    yield
    for name in set(logging.Logger.manager.loggerDict) - before:
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            handler.close()
            logger.removeHandler(handler)


@pytest.mark.usefixtures("fresh_loggers")
def test_a_logger_labels_what_it_writes(capsys):
    logger = mx.log.get_logger("small.stderr", level=mx.log.INFO)
    logger.propagate = False
    logger.debug("unseen")
    logger.warning("loss is %d", 3)
    text = capsys.readouterr().err
    assert re.fullmatch(r"W\d{4} \d\d:\d\d:\d\d \d+ \S+test_small_modules\.py:\w+:\d+\] loss is 3\n", text)
    assert mx.log.getLogger("small.stderr") is logger
    assert len(logger.handlers) == 1


@pytest.mark.usefixtures("fresh_loggers")
def test_a_logger_adds_to_a_file_or_begins_it_anew(tmp_path: pathlib.Path):
    file = tmp_path / "x.log"
    file.write_text("old\n")
    mx.log.get_logger("small.adds", file).error("boo")
    assert file.read_text() == "old\nboo\n"
    mx.log.get_logger("small.anew", str(file), "w").error("new")
    assert file.read_text() == "new\n"


def test_the_root_logger_is_left_as_it_is():
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    assert mx.log.get_logger() is root
    assert (root.level, root.handlers) == before


def test_the_engine_remembers_the_size_of_a_bulk():
    before = mx.engine.set_bulk_size(5)
    with mx.engine.bulk(10):
        assert mx.engine.set_bulk_size(10) == 10
    assert mx.engine.set_bulk_size(before) == 5


def test_features_have_mxnets_names_and_order():
    features = mx.runtime.Features()
    assert len(features) == 32
    assert list(features)[:3] == ["CUDA", "CUDNN", "NCCL"]
    assert features.is_enabled("cuda") == (mx.num_gpus() > 0)
    assert str(features).endswith("✖ DEBUG, ✖ TVM_OP]")
    assert [feature.name for feature in mx.runtime.feature_list()] == list(features)
    with pytest.raises(mx.MXNetError) as info:
        features.is_enabled("MKLDN")
    assert str(info.value).startswith("Feature 'MKLDN' is unknown, known features are: CUDA, CUDNN")
    assert str(info.value).endswith("Did you mean 'MKLDNN'?")


def test_the_environment(monkeypatch):
    monkeypatch.delenv("SYMGRAPH_TEST", raising=False)
    mx.util.setenv("SYMGRAPH_TEST", "1")
    assert mx.util.getenv("SYMGRAPH_TEST") == "1"
    mx.util.setenv("SYMGRAPH_TEST", None)
    assert mx.util.getenv("SYMGRAPH_TEST") is None


def test_the_semantics_of_numpy_are_never_in_effect():
    assert not mx.util.is_np_array()
    assert not mx.util.is_np_shape()
    mx.util.reset_np()
    mx.util.set_np(shape=False, array=False)
    for ask in (mx.util.set_np, lambda: mx.util.use_np(print)):
        with pytest.raises(mx.MXNetError, match=r"^\w+: symgraph has no mx\.np; the Symbol API"):
            ask()
