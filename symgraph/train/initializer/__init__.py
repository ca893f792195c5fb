"""Initializers: first values of parameters (``mx.init``, ``mx.initializer``)."""

from symgraph.train.initializer.base import InitDesc, Initializer, alias, create, register
from symgraph.train.initializer.bilinear import Bilinear
from symgraph.train.initializer.constant import Constant, One, Zero
from symgraph.train.initializer.random import Normal, Orthogonal, Uniform
from symgraph.train.initializer.recurrent import FusedRNN, LSTMBias
from symgraph.train.initializer.several import Load, Mixed
from symgraph.train.initializer.xavier import MSRAPrelu, Xavier

__all__ = [
    "Bilinear",
    "Constant",
    "FusedRNN",
    "InitDesc",
    "Initializer",
    "LSTMBias",
    "Load",
    "MSRAPrelu",
    "Mixed",
    "Normal",
    "One",
    "Orthogonal",
    "Uniform",
    "Xavier",
    "Zero",
    "alias",
    "create",
    "register",
]
