"""Metrics (``mx.metric``): how they are made, what is told of them, and metrics of users."""

from __future__ import annotations

import functools
import math
import pickle

import numpy as np
import pytest

import symgraph as mx

LABEL = mx.nd.array([1, 0, 0])
PRED = mx.nd.array([[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]])


class Count(mx.metric.EvalMetric):
    """As scripts write their own: only the local sums."""

    def __init__(self, start=0):
        super().__init__("count", start=start)
        self.start = start

    def update(self, labels, preds):
        self.sum_metric += np.float32(16777216)
        self.num_inst += 1


def test_two_counts_of_everything():
    metric = mx.metric.Accuracy()
    assert math.isnan(metric.get()[1])
    metric.update([LABEL], [PRED])
    metric.reset_local()
    assert math.isnan(metric.get()[1])
    assert metric.get_global_name_value() == [("accuracy", 2 / 3)]
    metric.update([LABEL], [PRED])
    assert metric.get() == metric.get_global() == ("accuracy", 2 / 3)
    assert (metric.num_inst, metric.global_num_inst) == (3, 6)
    metric.reset()
    assert math.isnan(metric.get_global()[1])


def test_a_metric_of_a_user_without_global_values():
    metric = Count(start=3)
    for _ in range(3):
        metric.update(None, None)
    assert metric.get() == metric.get_global() == ("count", 16777216.0)
    assert metric.sum_metric == 3 * 16777216, "sums of float32 are wide"
    assert metric.get_global_name_value() == [("count", 16777216.0)]
    metric.reset_local()
    assert math.isnan(metric.get_global()[1])


@pytest.mark.parametrize(
    ("made", "names"),
    [
        ("acc", "accuracy"),
        ("Accuracy", "accuracy"),
        ("ce", "cross-entropy"),
        ("nll_loss", "nll-loss"),
        ("pearsonr", "pearsonr"),
        ('["acc", {"name": "right"}]', "right"),
        (mx.metric.MSE(), "mse"),
        (["acc", "mse"], ["accuracy", "mse"]),
        (["acc", ["mse", "mae"]], ["accuracy", "mse", "mae"]),
        ([mx.metric.RMSE(), lambda label, pred: 1], ["rmse", "custom(<lambda>)"]),
        (test_two_counts_of_everything, "test_two_counts_of_everything"),
        (functools.partial(test_two_counts_of_everything), "partial"),
        ([], []),
        ("composite", []),
        (Count().get_config() | {"metric": "acc", "start": 1}, None),
    ],
)
def test_ways_to_create(made, names):
    if names is None:
        with pytest.raises(TypeError, match="start"):
            mx.metric.create(made)
    else:
        assert mx.metric.create(made).get()[0] == names


def test_create_passes_arguments_on():
    assert mx.metric.create("acc", 2, "right").get_config()["axis"] == 2
    assert mx.metric.create("top_k_accuracy", top_k=5).name == "top_k_accuracy_5"
    assert [metric.name for metric in mx.metric.create(["acc", "ce"], name="both").metrics] == ["both", "both"]
    assert mx.metric.create(len, name="n", allow_extra_outputs=True)._allow_extra_outputs


@pytest.mark.parametrize(
    "metric",
    [
        mx.metric.Accuracy(axis=2, name="x", output_names=["o"], label_names=["l"]),
        mx.metric.F1(average="micro"),
        mx.metric.PearsonCorrelation(average="micro"),
        mx.metric.Perplexity(3, axis=1),
        mx.metric.create(["acc", "ce"]),
    ],
)
def test_a_configuration_makes_the_same(metric):
    config = metric.get_config()
    again = mx.metric.create(config)
    assert type(again) is type(metric)
    assert again.get_config() == config


def test_configuration_of_mxnet():
    expected = {"axis": 1, "metric": "Accuracy", "name": "accuracy", "output_names": None, "label_names": None}
    assert mx.metric.Accuracy().get_config() == expected
    assert set(mx.metric.F1().get_config()) == {"metric", "name", "output_names", "label_names"}


def test_text_shows_numbers_of_python():
    metric = mx.metric.create(["acc", "mcc"])
    metric.update([LABEL], [PRED])
    assert str(metric) == "EvalMetric: {'accuracy': 0.6666666666666666, 'mcc': 0.5}"
    assert repr(metric.get()) == "(['accuracy', 'mcc'], [0.6666666666666666, 0.5])"


def test_outputs_and_labels_by_name():
    metric = mx.metric.Accuracy(output_names=["softmax_output"], label_names=("softmax_label",))
    metric.update_dict({"other": 1, "softmax_label": LABEL}, {"softmax_output": PRED, "loss": 2})
    assert metric.get()[1] == 2 / 3
    both = mx.metric.CompositeEvalMetric(
        [mx.metric.Accuracy(output_names=[name], label_names=["l"], name=name) for name in "ab"]
    )
    both.update_dict({"l": LABEL, "k": LABEL}, {"a": PRED, "b": 1 - PRED})
    assert both.get_name_value() == [("a", 2 / 3), ("b", 1 / 3)]
    some = mx.metric.CompositeEvalMetric(["acc"], output_names=["a"], label_names=["l"])
    some.update_dict({"l": LABEL, "k": LABEL}, {"a": PRED, "b": 1 - PRED})
    assert some.get_name_value() == [("accuracy", 2 / 3)]


def test_composites_have_members():
    both = mx.metric.CompositeEvalMetric(["acc"])
    both.add("mse")
    assert both.get_metric(-1).name == "mse"
    both.update([LABEL], [PRED[:, 1]])
    both.reset_local()
    assert all(math.isnan(value) for value in both.get()[1])
    assert not any(math.isnan(value) for value in both.get_global()[1])


def test_metrics_are_pickled():
    metric = mx.metric.create(["acc", "f1", "pcc", Count()])
    metric.update([LABEL], [PRED])
    assert pickle.loads(pickle.dumps(metric)).get() == metric.get()


def test_arrays_of_numpy_and_single_arrays():
    expected = mx.metric.Accuracy()
    expected.update([LABEL], [PRED])
    for labels, preds in (
        (LABEL, PRED),
        ([LABEL.asnumpy()], [PRED]),
        ([LABEL.asnumpy()], [PRED.asnumpy()]),
        ((LABEL,), (PRED,)),
    ):
        metric = mx.metric.Accuracy()
        metric.update(labels, preds)
        assert metric.get() == expected.get()


def test_functions_get_arrays_that_they_may_write():
    seen = []

    def clipped(label, pred):
        np.clip(pred, 0.2, None, out=pred)
        seen.append((type(label), label.dtype))
        return pred.min()

    metric = mx.metric.np(clipped)
    metric.update([LABEL], [PRED])
    assert metric.get() == ("clipped", pytest.approx(0.2))
    assert seen == [(np.ndarray, np.float32)]
    assert PRED.asnumpy().min() == np.float32(0.1)


def test_top_k_of_predicted_classes_and_of_more_than_there_are():
    metric = mx.metric.TopKAccuracy(2)
    metric.update([LABEL], [mx.nd.array([1, 1, 0])])
    assert metric.get() == metric.get_global() == ("top_k_accuracy_2", 2 / 3)
    metric = mx.metric.TopKAccuracy(5)
    metric.update([LABEL], [PRED])
    assert metric.get()[1] == 1


def test_counts_behind_f1():
    metric = mx.metric.F1(average="micro")
    metric.update([LABEL], [PRED])
    counts = metric.metrics
    assert (counts.true_positives, counts.false_positives, counts.false_negatives, counts.true_negatives) == (
        1,
        1,
        0,
        1,
    )
    assert (counts.precision, counts.recall, counts.global_precision, counts.global_recall) == (0.5, 1, 0.5, 1)
    assert counts.total_examples == counts.global_total_examples == 3


def test_correlation_of_all_numbers_together():
    rng = np.random.RandomState(0)
    batches = [rng.normal(size=(2, 5)) + i for i in range(3)]
    metric = mx.metric.PearsonCorrelation(average="micro")
    for batch in batches:
        metric.update([mx.nd.array(batch[0])], [mx.nd.array(batch[1])])
    expected = np.corrcoef(np.concatenate(batches, 1).astype(np.float32))[0, 1]
    np.testing.assert_allclose([metric.get()[1], metric.get_global()[1]], expected, rtol=1e-6)
    metric.reset_local()
    metric.update([mx.nd.array(batches[0][0])], [mx.nd.array(batches[0][1])])
    np.testing.assert_allclose(metric.get()[1], np.corrcoef(batches[0].astype(np.float32))[0, 1], rtol=1e-6)
    metric.update([mx.nd.ones((2,))], [mx.nd.array([1, np.nan])])
    assert math.isnan(metric.get()[1])


def test_variance_of_numbers_and_more_numbers():
    """Values by MXNet."""
    metric = mx.metric.PearsonCorrelation(average="micro")
    assert metric.update_variance(np.array([1.0, 2, 3]), 0, 0.0, 0.0) == (3, 2, 2)
    assert metric.update_variance(np.array([4.0, 9]), 3, 2.0, 2.0) == pytest.approx((5, 3.8, 38.8))


def test_sequences_keep_their_axes_for_perplexity():
    rng = np.random.RandomState(0)
    scores = rng.uniform(size=(2, 3, 4)).astype(np.float32)
    label = mx.nd.array(rng.randint(0, 4, (2, 3)))
    values = []
    for axis, pred in ((-1, scores.reshape(6, 4)), (-1, scores), (2, scores), (1, scores.swapaxes(1, 2))):
        metric = mx.metric.Perplexity(None, axis=axis)
        metric.update([label], [mx.nd.array(pred)])
        values.append(metric.get()[1])
    np.testing.assert_allclose(values, values[0], rtol=1e-6)


def test_losses_are_summed_in_wide_numbers():
    for dtype, value in (("float16", 3), ("uint8", 200)):
        metric = mx.metric.Loss()
        metric.update(None, [mx.nd.full((100000,), value, dtype=dtype)])
        assert metric.get()[1] == value


@pytest.mark.parametrize("metric", ["acc", "ce", "f1", "pcc", "pearsonr", "loss", mx.metric.Perplexity(0)])
def test_nothing_in_a_batch(metric):
    metric = mx.metric.create(metric)
    metric.reset()
    rows = mx.nd.zeros((0, 2))
    metric.update([mx.nd.zeros((0,))], [mx.nd.zeros((0,)) if metric.name == "pearsonr" else rows])
    assert math.isnan(metric.get()[1]) or metric.name == "f1"
