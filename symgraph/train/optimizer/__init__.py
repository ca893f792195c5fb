"""Optimizers: how parameters change by their gradients (``mx.optimizer``)."""

from symgraph.train.optimizer import contrib
from symgraph.train.optimizer.absolute import NDabs
from symgraph.train.optimizer.adadelta import AdaDelta
from symgraph.train.optimizer.adagrad import AdaGrad
from symgraph.train.optimizer.adam import Adam
from symgraph.train.optimizer.adamax import Adamax
from symgraph.train.optimizer.base import Optimizer, create, register
from symgraph.train.optimizer.dcasgd import DCASGD
from symgraph.train.optimizer.ftml import FTML
from symgraph.train.optimizer.ftrl import Ftrl
from symgraph.train.optimizer.lamb import LAMB
from symgraph.train.optimizer.lars import LARS
from symgraph.train.optimizer.lbsgd import LBSGD
from symgraph.train.optimizer.nadam import Nadam
from symgraph.train.optimizer.nag import NAG
from symgraph.train.optimizer.optax_optimizer import OptaxOptimizer, as_optimizer
from symgraph.train.optimizer.rmsprop import RMSProp
from symgraph.train.optimizer.sgd import SGD, ccSGD
from symgraph.train.optimizer.sgld import SGLD
from symgraph.train.optimizer.signum import Signum
from symgraph.train.optimizer.test import Test
from symgraph.train.optimizer.updater import Updater, get_updater

__all__ = [
    "DCASGD",
    "FTML",
    "LAMB",
    "LARS",
    "LBSGD",
    "NAG",
    "SGD",
    "SGLD",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "Adamax",
    "Ftrl",
    "NDabs",
    "Nadam",
    "OptaxOptimizer",
    "Optimizer",
    "RMSProp",
    "Signum",
    "Test",
    "Updater",
    "as_optimizer",
    "ccSGD",
    "contrib",
    "create",
    "get_updater",
    "register",
]
