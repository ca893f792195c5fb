"""Metrics: how good predictions are, accumulated over batches (``mx.metric``)."""

from symgraph.train.metric.accuracy import Accuracy, TopKAccuracy
from symgraph.train.metric.base import EvalMetric, alias, check_label_shapes, register
from symgraph.train.metric.binary import F1, MCC
from symgraph.train.metric.composite import CompositeEvalMetric, create
from symgraph.train.metric.correlation import PearsonCorrelation
from symgraph.train.metric.custom import CustomMetric, np
from symgraph.train.metric.likelihood import CrossEntropy, NegativeLogLikelihood, Perplexity
from symgraph.train.metric.loss import Caffe, Loss, Torch
from symgraph.train.metric.pcc import PCC
from symgraph.train.metric.regression import MAE, MSE, RMSE

__all__ = [
    "F1",
    "MAE",
    "MCC",
    "MSE",
    "PCC",
    "RMSE",
    "Accuracy",
    "Caffe",
    "CompositeEvalMetric",
    "CrossEntropy",
    "CustomMetric",
    "EvalMetric",
    "Loss",
    "NegativeLogLikelihood",
    "PearsonCorrelation",
    "Perplexity",
    "TopKAccuracy",
    "Torch",
    "alias",
    "check_label_shapes",
    "create",
    "np",
    "register",
]
