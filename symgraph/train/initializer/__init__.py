"""Initializers: first values of parameters (``mx.init``, ``mx.initializer``)."""

from symgraph.train.initializer.base import InitDesc, Initializer, alias, create, register
from symgraph.train.initializer.constant import Constant, One, Zero
from symgraph.train.initializer.random import Normal, Orthogonal, Uniform
from symgraph.train.initializer.xavier import MSRAPrelu, Xavier

__all__ = [
    "Constant",
    "InitDesc",
    "Initializer",
    "MSRAPrelu",
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
