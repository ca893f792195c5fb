"""Metrics and what they are updated with: cases that real MXNet answered (``tests/golden/metrics.json``)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Batch = tuple[list[np.ndarray], list[np.ndarray]]
"""Labels and predictions."""


@dataclass(frozen=True)
class Case:
    """A metric and the batches that it sees.

    Attributes:
        name: of the case; inputs are drawn from it as a seed.
        metric: the metric, as an expression of ``mx``.
        batches: makes the batches; None among them stands for ``reset_local()``.
    """

    name: str
    metric: str
    batches: Callable[[np.random.RandomState], list[Batch | None]]


def told(mx: Any, case: Case) -> list[Any]:
    """What the metric tells after every batch: names with local and global values, and how many instances it counts."""
    metric = eval(case.metric, {"mx": mx, "np": np})
    steps = []
    for batch in case.batches(np.random.RandomState(zlib.crc32(case.name.encode()))):
        if batch is None:
            metric.reset_local()
        else:
            labels, preds = ([mx.nd.array(x, dtype=x.dtype) for x in arrays] for arrays in batch)
            metric.update(labels, preds)
        counts = [float(metric.num_inst), float(metric.global_num_inst)] if hasattr(metric, "num_inst") else []
        values = [[name, float(value)] for name, value in metric.get_name_value()]
        steps.append([values, [[name, float(value)] for name, value in metric.get_global_name_value()], counts])
    return steps


def _softmax(rng: np.random.RandomState, rows: int, classes: int, dtype: str = "float32") -> np.ndarray:
    scores = np.exp(rng.normal(size=(rows, classes)))
    return (scores / scores.sum(1, keepdims=True)).astype(dtype)


def _classes(rows: int, classes: int, dtype: str = "float32", label: str = "float32") -> Callable[..., list]:
    """Three batches of scores, with a local reset among them."""

    def batches(rng: np.random.RandomState) -> list[Batch | None]:
        def batch() -> Batch:
            return [rng.randint(0, classes, rows).astype(label)], [_softmax(rng, rows, classes, dtype)]

        return [batch(), batch(), None, batch(), batch()]

    return batches


def _numbers(*shape: int, dtype: str = "float32") -> Callable[..., list]:
    """The same of numbers, which predictions are near to."""

    def batches(rng: np.random.RandomState) -> list[Batch | None]:
        def batch() -> Batch:
            label = rng.normal(size=shape) * 3
            return [label.astype(dtype)], [(label + rng.normal(size=shape)).astype(dtype)]

        return [batch(), batch(), None, batch(), batch()]

    return batches


def _with(make: Callable[..., list], change: Callable[[list, list], Batch]) -> Callable[..., list]:
    """The batches of `make`, changed."""
    return lambda rng: [batch if batch is None else change(*batch) for batch in make(rng)]


def _ties(rows: int, classes: int, nan: float) -> Callable[..., list]:
    """Scores of few different values, some of which are NaN."""

    def batches(rng: np.random.RandomState) -> list[Batch]:
        scores = rng.randint(0, 4, (rows, classes)).astype("float32")
        scores[rng.uniform(size=scores.shape) < nan] = np.nan
        return [([rng.randint(-1, classes + 1, rows).astype("float32")], [scores])]

    return batches


def _accuracy() -> Iterator[Case]:
    yield Case("accuracy", "mx.metric.Accuracy()", _classes(20, 5))
    for dtype in ("float16", "float64"):
        yield Case(f"accuracy of {dtype}", "mx.metric.create('acc')", _classes(9, 4, dtype))
    yield Case("accuracy with int labels", "mx.metric.create('acc')", _classes(9, 4, label="int32"))
    yield Case(
        "accuracy of columns",
        "mx.metric.Accuracy(name='right')",
        _with(_classes(8, 3), lambda labels, preds: ([labels[0].reshape(-1, 1)], preds)),
    )
    yield Case(
        "accuracy of classes",
        "mx.metric.Accuracy()",
        _with(_classes(8, 3), lambda labels, preds: (labels, [labels[0] * preds[0][:, 0].round()])),
    )
    yield Case(
        "accuracy of pixels",
        "mx.metric.Accuracy()",
        lambda rng: [
            ([rng.randint(0, 3, (2, 4, 5)).astype("float32")], [rng.normal(size=(2, 3, 4, 5)).astype("float32")])
        ],
    )
    yield Case(
        "accuracy along the last axis",
        "mx.metric.Accuracy(axis=-1)",
        lambda rng: [([rng.randint(0, 3, (2, 4)).astype("float32")], [rng.normal(size=(2, 4, 3)).astype("float32")])],
    )
    yield Case("accuracy with ties and NaN", "mx.metric.Accuracy()", _ties(40, 6, 0.1))
    yield Case(
        "accuracy of two outputs",
        "mx.metric.Accuracy()",
        _with(_classes(6, 3), lambda labels, preds: (labels * 2, [preds[0], 1 - preds[0]])),
    )
    for k in (2, 3):
        yield Case(f"top {k}", f"mx.metric.TopKAccuracy({k})", _classes(20, 7))
    yield Case(
        "top 2 of columns",
        "mx.metric.create('top_k_acc', top_k=2)",
        _with(_classes(8, 3), lambda labels, preds: ([labels[0].reshape(-1, 1)], preds)),
    )
    for rows, classes, k in ((50, 7, 3), (20, 40, 5), (200, 3, 2), (30, 100, 10), (100, 20, 19)):
        for nan in (0, 0.1):
            yield Case(f"top {k} of {classes}, {nan} NaN", f"mx.metric.TopKAccuracy({k})", _ties(rows, classes, nan))


def _binary() -> Iterator[Case]:
    for average in ("macro", "micro"):
        for metric in ("F1", "MCC"):
            yield Case(f"{metric} {average}", f"mx.metric.{metric}(average='{average}')", _classes(12, 2))
            yield Case(
                f"{metric} {average} of two outputs",
                f"mx.metric.{metric}(average='{average}')",
                _with(_classes(6, 2), lambda labels, preds: (labels * 2, [preds[0], 1 - preds[0]])),
            )
            yield Case(
                f"{metric} {average} of one class",
                f"mx.metric.{metric}(average='{average}')",
                _with(_classes(3, 2), lambda labels, preds: ([labels[0] * 0], preds)),
            )
            yield Case(
                f"{metric} {average} of nothing", f"mx.metric.{metric}(average='{average}')", lambda _: [([], [])]
            )
    yield Case("PCC", "mx.metric.PCC()", _classes(30, 5))
    yield Case("PCC of two classes", "mx.metric.PCC(name='c', has_global_stats=False)", _classes(30, 2))
    yield Case(
        "PCC of ever more classes",
        "mx.metric.PCC()",
        lambda rng: [batch for n in (2, 5, 3) for batch in _classes(10, n)(rng)],
    )
    yield Case(
        "PCC of classes",
        "mx.metric.PCC()",
        _with(_classes(9, 4), lambda labels, preds: (labels, [labels[0][::-1].copy()])),
    )
    yield Case(
        "PCC of one class",
        "mx.metric.PCC()",
        _with(_classes(9, 4), lambda labels, preds: ([labels[0] * 0], preds)),
    )


def _probabilities() -> Iterator[Case]:
    for metric in ("CrossEntropy", "NegativeLogLikelihood"):
        for dtype in ("float32", "float64", "float16"):
            yield Case(f"{metric} of {dtype}", f"mx.metric.{metric}()", _classes(20, 5, dtype))
        yield Case(f"{metric} with eps", f"mx.metric.{metric}(eps=0.1)", _classes(20, 5))
        yield Case(
            f"{metric} of zeros", f"mx.metric.{metric}()", _with(_classes(5, 3), lambda label, p: (label, [p[0] * 0]))
        )
        yield Case(
            f"{metric} of negative labels",
            f"mx.metric.{metric}()",
            _with(_classes(5, 3), lambda label, p: ([label[0] - 1], p)),
        )
    for ignored in (None, 0, 1, -1, 99):
        metric = f"mx.metric.Perplexity(ignore_label={ignored})"
        for dtype in ("float32", "float64", "float16"):
            yield Case(f"perplexity of {dtype} without {ignored}", metric, _classes(20, 5, dtype))
        yield Case(
            f"perplexity of sequences without {ignored}",
            metric,
            _with(_classes(20, 5), lambda labels, preds: ([labels[0].reshape(4, 5)], preds)),
        )
        yield Case(
            f"perplexity of zeros without {ignored}",
            metric,
            _with(_classes(5, 3), lambda labels, preds: (labels, [preds[0] * 0])),
        )
        yield Case(
            f"perplexity of labels that do not exist, without {ignored}",
            metric,
            _with(_classes(5, 3), lambda labels, preds: ([labels[0] * 3 - 2], preds)),
        )
        yield Case(
            f"perplexity of two outputs without {ignored}",
            metric,
            _with(_classes(6, 3), lambda labels, preds: (labels * 2, [preds[0], preds[0][::-1].copy()])),
        )
    yield Case(
        "perplexity where all is ignored",
        "mx.metric.Perplexity(0)",
        _with(_classes(5, 3), lambda labels, preds: ([labels[0] * 0], preds)),
    )


def _distances() -> Iterator[Case]:
    for metric in ("MAE", "MSE", "RMSE"):
        for shape in ((8,), (8, 1), (4, 3), (2, 3, 4)):
            yield Case(f"{metric} of {shape}", f"mx.metric.{metric}()", _numbers(*shape))
        for dtype in ("float16", "float64", "int32"):
            yield Case(f"{metric} of {dtype}", f"mx.metric.{metric}()", _numbers(6, dtype=dtype))
        yield Case(
            f"{metric} of a column",
            f"mx.metric.{metric}()",
            _with(_numbers(8), lambda a, b: (a, [b[0].reshape(-1, 1)])),
        )
        yield Case(
            f"{metric} of broadcast labels",
            f"mx.metric.{metric}()",
            _with(_numbers(4), lambda a, b: (a, [np.stack([b[0]] * 3, 1)])),
        )
        yield Case(
            f"{metric} of two outputs",
            f"mx.metric.{metric}()",
            _with(_numbers(4), lambda a, b: ([a[0], b[0]], [b[0], a[0] * 2])),
        )
        yield Case(f"{metric} of NaN", f"mx.metric.{metric}()", _with(_numbers(4), lambda a, b: (a, [b[0] * np.nan])))
    for shape in ((8,), (4, 3)):
        yield Case(f"correlation of {shape}", "mx.metric.PearsonCorrelation()", _numbers(*shape))
    for dtype in ("float16", "float64", "int32"):
        yield Case(f"correlation of {dtype}", "mx.metric.create('pearsonr')", _numbers(9, dtype=dtype))
    # In MXNet a local reset keeps part of what micro averages are made of, and there are no global ones.
    for shape in ((8,), (4, 3)):
        yield Case(
            f"micro correlation of {shape}",
            "mx.metric.PearsonCorrelation(average='micro')",
            lambda rng, shape=shape: [batch for batch in _numbers(*shape)(rng) if batch is not None],
        )


def _others() -> Iterator[Case]:
    yield Case("loss", "mx.metric.Loss()", _numbers(4, 3))
    yield Case(
        "loss of several",
        "mx.metric.create('torch')",
        _with(_numbers(4, 3), lambda labels, preds: ([], [preds[0], labels[0][0], labels[0].sum(keepdims=True)[0]])),
    )
    yield Case("loss of float64", "mx.metric.create('caffe')", _numbers(5, dtype="float64"))
    yield Case("loss of int32", "mx.metric.create('loss')", _numbers(5, dtype="int32"))
    yield Case("custom", "mx.metric.create(lambda label, pred: abs(label - pred).max())", _numbers(5))
    yield Case("custom sums", "mx.metric.np(lambda label, pred: (pred.sum(), pred.size), name='sum')", _numbers(5))
    yield Case(
        "custom with extra outputs",
        "mx.metric.CustomMetric(lambda label, pred: label.mean(), name='m', allow_extra_outputs=True)",
        _with(_numbers(5), lambda labels, preds: (labels, preds * 3)),
    )
    yield Case("composite", "mx.metric.create(['acc', 'ce', mx.metric.TopKAccuracy(2)])", _classes(10, 4))
    yield Case(
        "composite of composites",
        "mx.metric.CompositeEvalMetric([['acc', 'f1'], mx.metric.np(lambda label, pred: len(label), name='n')])",
        _classes(10, 2),
    )


CASES = {case.name: case for part in (_accuracy, _binary, _probabilities, _distances, _others) for case in part()}
