"""Metrics that are given what does not fit: every message names what was given, what was expected, and what to do."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgraph as mx

LABEL = mx.nd.array([1, 0, 0])
PRED = mx.nd.array([[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]])


@pytest.mark.parametrize("metric", ["acc", "mse", "ce", "f1", "pcc", "pearsonr", ["acc", "mae"]])
def test_check_of_numbers_of_arrays(metric):
    with pytest.raises(ValueError, match="^Shape of labels 2 does not match shape of predictions 1$"):
        mx.metric.create(metric).update([LABEL, LABEL], [PRED])


def test_check_label_shapes():
    check = mx.metric.check_label_shapes
    assert check([1, 2], [3, 4]) == ([1, 2], [3, 4])
    assert check(LABEL, PRED, wrap=True) == ([LABEL], [PRED])
    with pytest.raises(ValueError, match=r"^Shape of labels \(3,\) does not match shape of predictions \(3, 2\)$"):
        check(LABEL, PRED, shape=True)
    with pytest.raises(TypeError, match="^a metric needs lists of arrays, given as labels 3 of type int.$"):
        check(3, PRED)


@pytest.mark.parametrize(
    ("metric", "labels", "preds", "error", "text"),
    [
        ("acc", [LABEL[:2]], [PRED], ValueError, "Shape of labels 2 does not match shape of predictions 3"),
        (
            mx.metric.Accuracy(axis=3),
            [LABEL],
            [PRED],
            mx.MXNetError,
            "predictions have no axis 3 of scores per class, given NDArray of shape (3, 2).",
        ),
        (
            "acc",
            [[1, 0, 0]],
            [PRED],
            AttributeError,
            "a metric needs NDArrays, given as labels [1, 0, 0] of type list; mx.nd.array(...) makes one.",
        ),
        (
            mx.metric.TopKAccuracy(2),
            [LABEL],
            [PRED.reshape((3, 2, 1))],
            AssertionError,
            "Predictions should be no more than 2 dims: rows of scores, given (3, 2, 1).",
        ),
        (
            "f1",
            [mx.nd.array([0, 1, 2])],
            [PRED],
            ValueError,
            "F1 and MCC currently only support binary classification: labels are 0 and 1, given 3 classes from 0 to 2. "
            "Use PCC for more.",
        ),
        (
            "mcc",
            [LABEL],
            [LABEL],
            ValueError,
            "predictions have no axis 1 of scores per class, given NDArray of shape (3,).",
        ),
        (
            "acc",
            [LABEL],
            [mx.nd.zeros((3, 0))],
            ValueError,
            "predictions have no classes along axis 1, given NDArray of shape (3, 0).",
        ),
        (
            "ce",
            [np.array(["a"])],
            [PRED],
            AttributeError,
            "a metric needs NDArrays, given as labels ndarray of shape (1,) and dtype <U1; mx.nd.array(...) makes one.",
        ),
        (
            "loss",
            None,
            None,
            TypeError,
            "a metric needs NDArrays, given as predictions None; mx.nd.array(...) makes one.",
        ),
        (
            "ce",
            [PRED],
            [PRED],
            ValueError,
            "metric 'cross-entropy' was given 6 labels for 3 rows of predictions. labels.argmax(axis=1) makes classes of "
            "one-hot labels.",
        ),
        (
            mx.metric.TopKAccuracy(2),
            [PRED],
            [PRED],
            ValueError,
            "Shape of labels 6 does not match shape of predictions 3. labels.argmax(axis=1) makes classes of one-hot labels.",
        ),
        (
            mx.metric.Perplexity(None),
            [PRED],
            [PRED],
            ValueError,
            "metric 'perplexity': shape mismatch: (3, 2) vs. (3, 2); there must be a label for each of the 3 places along "
            "the axes other than -1, that of classes. labels.argmax(axis=1) makes classes of one-hot labels.",
        ),
        ("pcc", [LABEL[:2]], [PRED], ValueError, "metric 'pcc' was given 2 labels for 3 rows of predictions."),
        (
            "ce",
            [LABEL[:1]],
            [PRED],
            AssertionError,
            "metric 'cross-entropy' was given 1 label for 3 rows of predictions.",
        ),
        (
            "ce",
            [LABEL + 1],
            [PRED],
            IndexError,
            "label 2 is outside of the 2 classes that predictions of (3, 2) have; classes are counted from 0.",
        ),
        (
            "ce",
            [LABEL],
            [LABEL],
            mx.MXNetError,
            "predictions must be rows of scores, (n, classes), given NDArray of shape (3,).",
        ),
        (
            mx.metric.Perplexity(0),
            [LABEL[:2]],
            [PRED],
            AssertionError,
            "metric 'perplexity': shape mismatch: (2,) vs. (3, 2); there must be a label for each of the 3 places along "
            "the axes other than -1, that of classes.",
        ),
        (
            mx.metric.Perplexity(0, axis=2),
            [LABEL],
            [PRED],
            mx.MXNetError,
            "metric 'perplexity': predictions have no axis 2, given (3, 2).",
        ),
        (
            "mse",
            [LABEL],
            [LABEL[:2]],
            ValueError,
            "metric 'mse': labels of shape (3,) and predictions of shape (2,) cannot be subtracted.",
        ),
        (
            "pearsonr",
            [LABEL],
            [PRED],
            ValueError,
            "Shape of labels (3,) does not match shape of predictions (3, 2)",
        ),
        (
            mx.metric.np(lambda label, pred: None, name="none"),
            [LABEL],
            [PRED],
            TypeError,
            "metric 'none': its function must return a number, or a pair of a sum and the number of instances in it, "
            "given None.",
        ),
        (
            mx.metric.EvalMetric("x"),
            [LABEL],
            [PRED],
            NotImplementedError,
            "EvalMetric must define update(self, labels, preds).",
        ),
    ],
)
def test_messages_of_update(metric, labels, preds, error, text):
    with pytest.raises(error) as info:
        mx.metric.create(metric).update(labels, preds)
    assert str(info.value) == text
    assert isinstance(info.value, mx.MXNetError)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda: mx.metric.create("accurracy"),
            AssertionError,
            "metric 'accurracy' is not registered. Did you mean 'accuracy'? Known: acc, ",
        ),
        (
            lambda: mx.metric.create(3),
            AssertionError,
            "metric must be a name, or an instance of EvalMetric, given 3 of",
        ),
        (
            lambda: mx.metric.CompositeEvalMetric("acc"),
            ValueError,
            "CompositeEvalMetric needs a list of metrics, as in ['acc'], given 'acc'.",
        ),
        (
            lambda: mx.metric.TopKAccuracy(),
            AssertionError,
            "Please use Accuracy if top_k is no more than 1, given top_k=1.",
        ),
        (lambda: mx.metric.F1(average="x"), ValueError, "F1: average must be 'macro' or 'micro', given 'x'."),
        (
            lambda: mx.metric.CustomMetric(3),
            AttributeError,
            "a CustomMetric needs a function of a label and a prediction, as NumPy arrays, given 3 of type int.",
        ),
        (
            lambda: mx.metric.create(len).get_config(),
            NotImplementedError,
            "a CustomMetric holds a function, which no configuration can tell.",
        ),
        (
            lambda: mx.metric.create(["acc"]).get_metric(1),
            ValueError,
            "Metric index 1 is out of range: there is 1 metric.",
        ),
        (
            lambda: mx.metric.Accuracy(output_names=["softmax"]).update_dict({}, {"softmax_output": PRED}),
            KeyError,
            "metric 'accuracy': there is no output 'softmax', which its output_names ask for. Did you mean "
            "'softmax_output'? Given: softmax_output.",
        ),
        (
            lambda: mx.metric.Accuracy().update_dict([LABEL], {}),
            TypeError,
            "metric 'accuracy': labels must be a dict by name, given [NDArray of shape (3,)] of type list.",
        ),
    ],
)
def test_messages(make, error, text):
    with pytest.raises(error) as info:
        make()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, mx.MXNetError)


OUTSIDE = "{} outside of the 2 classes that predictions of (3, 2) have; classes are counted from 0."


@pytest.mark.parametrize(
    ("metric", "labels", "text"),
    [
        (mx.metric.Accuracy(), LABEL + 1, f"metric 'accuracy': {OUTSIDE.format('label 2 is')}"),
        (mx.metric.TopKAccuracy(2), LABEL + 1, f"metric 'top_k_accuracy_2': {OUTSIDE.format('label 2 is')}"),
        (mx.metric.Perplexity(None), 7 * LABEL - 1, f"metric 'perplexity': {OUTSIDE.format('labels -1, 6 are')}"),
        (mx.metric.F1(), LABEL + 1, f"metric 'f1 or mcc': {OUTSIDE.format('label 2 is')}"),
        (
            mx.metric.Accuracy(),
            mx.nd.one_hot(LABEL, 2),
            "metric 'accuracy': labels of (3, 2) look one-hot, and are compared with predictions of the same shape element by "
            "element; labels.argmax(axis=1) makes classes of one-hot labels.",
        ),
    ],
)
def test_labels_that_are_no_classes_are_told_once(metric, labels, text):
    with pytest.warns(UserWarning, match=f"^{re.escape(text)}$"):
        metric.update([labels], [PRED])
    metric.update([labels], [PRED])


@pytest.mark.parametrize(
    ("metric", "labels", "preds"),
    [
        (mx.metric.Perplexity(-1), LABEL - 1, PRED),
        (mx.metric.Accuracy(), mx.nd.array([[0, 1], [1, 1]]), mx.nd.array([[0, 1], [1, 1]])),
        (mx.metric.Accuracy(), mx.nd.array([[0], [1]]), mx.nd.array([[0], [1]])),
        (mx.metric.Accuracy(), LABEL, PRED),
    ],
)
def test_labels_that_are_nothing_to_tell_of(metric, labels, preds):
    metric.update([labels], [preds])
