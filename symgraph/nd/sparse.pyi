"""``symgraph.nd.sparse``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

from symgraph.nd.op import ElementWiseSum as ElementWiseSum
from symgraph.nd.op import Embedding as Embedding
from symgraph.nd.op import FullyConnected as FullyConnected
from symgraph.nd.op import LinearRegressionOutput as LinearRegressionOutput
from symgraph.nd.op import LogisticRegressionOutput as LogisticRegressionOutput
from symgraph.nd.op import MAERegressionOutput as MAERegressionOutput
from symgraph.nd.op import abs as abs
from symgraph.nd.op import adam_update as adam_update
from symgraph.nd.op import add_n as add_n
from symgraph.nd.op import arccos as arccos
from symgraph.nd.op import arccosh as arccosh
from symgraph.nd.op import arcsin as arcsin
from symgraph.nd.op import arcsinh as arcsinh
from symgraph.nd.op import arctan as arctan
from symgraph.nd.op import arctanh as arctanh
from symgraph.nd.op import broadcast_add as broadcast_add
from symgraph.nd.op import broadcast_div as broadcast_div
from symgraph.nd.op import broadcast_minus as broadcast_minus
from symgraph.nd.op import broadcast_mul as broadcast_mul
from symgraph.nd.op import broadcast_plus as broadcast_plus
from symgraph.nd.op import broadcast_sub as broadcast_sub
from symgraph.nd.op import cast_storage as cast_storage
from symgraph.nd.op import cbrt as cbrt
from symgraph.nd.op import ceil as ceil
from symgraph.nd.op import clip as clip
from symgraph.nd.op import concat as concat
from symgraph.nd.op import cos as cos
from symgraph.nd.op import cosh as cosh
from symgraph.nd.op import degrees as degrees
from symgraph.nd.op import dot as dot
from symgraph.nd.op import elemwise_add as elemwise_add
from symgraph.nd.op import elemwise_div as elemwise_div
from symgraph.nd.op import elemwise_mul as elemwise_mul
from symgraph.nd.op import elemwise_sub as elemwise_sub
from symgraph.nd.op import exp as exp
from symgraph.nd.op import expm1 as expm1
from symgraph.nd.op import fix as fix
from symgraph.nd.op import floor as floor
from symgraph.nd.op import ftrl_update as ftrl_update
from symgraph.nd.op import gamma as gamma
from symgraph.nd.op import gammaln as gammaln
from symgraph.nd.op import log as log
from symgraph.nd.op import log1p as log1p
from symgraph.nd.op import log2 as log2
from symgraph.nd.op import log10 as log10
from symgraph.nd.op import make_loss as make_loss
from symgraph.nd.op import mean as mean
from symgraph.nd.op import negative as negative
from symgraph.nd.op import norm as norm
from symgraph.nd.op import radians as radians
from symgraph.nd.op import relu as relu
from symgraph.nd.op import rint as rint
from symgraph.nd.op import round as round
from symgraph.nd.op import rsqrt as rsqrt
from symgraph.nd.op import sgd_mom_update as sgd_mom_update
from symgraph.nd.op import sgd_update as sgd_update
from symgraph.nd.op import sigmoid as sigmoid
from symgraph.nd.op import sign as sign
from symgraph.nd.op import sin as sin
from symgraph.nd.op import sinh as sinh
from symgraph.nd.op import slice as slice
from symgraph.nd.op import sqrt as sqrt
from symgraph.nd.op import square as square
from symgraph.nd.op import stop_gradient as stop_gradient
from symgraph.nd.op import sum as sum
from symgraph.nd.op import tan as tan
from symgraph.nd.op import tanh as tanh
from symgraph.nd.op import trunc as trunc
from symgraph.nd.op import where as where
from symgraph.nd.op import zeros_like as zeros_like

def add(lhs: Any, rhs: Any) -> Any:
    """lhs + rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def divide(lhs: Any, rhs: Any) -> Any:
    """lhs / rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def multiply(lhs: Any, rhs: Any) -> Any:
    """lhs * rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def subtract(lhs: Any, rhs: Any) -> Any:
    """lhs - rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""
