"""Initializers: first values of parameters (``mx.init``, ``mx.initializer``)."""

from symgraph.initializer.base import InitDesc, Initializer, alias, create, register
from symgraph.initializer.bilinear import Bilinear
from symgraph.initializer.constant import Constant, One, Zero
from symgraph.initializer.random import Normal, Orthogonal, Uniform
from symgraph.initializer.recurrent import FusedRNN, LSTMBias
from symgraph.initializer.several import Load, Mixed
from symgraph.initializer.xavier import MSRAPrelu, Xavier

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
