"""Optimizers: how parameters change by their gradients."""

from symgraph.train.optimizer.base import Optimizer, create, register
from symgraph.train.optimizer.sgd import SGD
from symgraph.train.optimizer.updater import Updater, get_updater

__all__ = ["SGD", "Optimizer", "Updater", "create", "get_updater", "register"]
