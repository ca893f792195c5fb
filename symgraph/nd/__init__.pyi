"""``mx.nd``, also ``mx.ndarray``: arrays, and every operator as a function that runs at once.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

from symgraph.nd import _internal as _internal
from symgraph.nd import contrib as contrib
from symgraph.nd import image as image
from symgraph.nd import linalg as linalg
from symgraph.nd import op as op
from symgraph.nd import random as random
from symgraph.nd import sparse as sparse
from symgraph.nd.op import LRN as LRN
from symgraph.nd.op import RNN as RNN
from symgraph.nd.op import Activation as Activation
from symgraph.nd.op import BatchNorm as BatchNorm
from symgraph.nd.op import BatchNorm_v1 as BatchNorm_v1
from symgraph.nd.op import BilinearSampler as BilinearSampler
from symgraph.nd.op import BlockGrad as BlockGrad
from symgraph.nd.op import Cast as Cast
from symgraph.nd.op import Concat as Concat
from symgraph.nd.op import Convolution as Convolution
from symgraph.nd.op import Convolution_v1 as Convolution_v1
from symgraph.nd.op import Correlation as Correlation
from symgraph.nd.op import Crop as Crop
from symgraph.nd.op import CTCLoss as CTCLoss
from symgraph.nd.op import Custom as Custom
from symgraph.nd.op import Deconvolution as Deconvolution
from symgraph.nd.op import Dropout as Dropout
from symgraph.nd.op import ElementWiseSum as ElementWiseSum
from symgraph.nd.op import Embedding as Embedding
from symgraph.nd.op import Flatten as Flatten
from symgraph.nd.op import FullyConnected as FullyConnected
from symgraph.nd.op import GridGenerator as GridGenerator
from symgraph.nd.op import GroupNorm as GroupNorm
from symgraph.nd.op import IdentityAttachKLSparseReg as IdentityAttachKLSparseReg
from symgraph.nd.op import InstanceNorm as InstanceNorm
from symgraph.nd.op import L2Normalization as L2Normalization
from symgraph.nd.op import LayerNorm as LayerNorm
from symgraph.nd.op import LeakyReLU as LeakyReLU
from symgraph.nd.op import LinearRegressionOutput as LinearRegressionOutput
from symgraph.nd.op import LogisticRegressionOutput as LogisticRegressionOutput
from symgraph.nd.op import MAERegressionOutput as MAERegressionOutput
from symgraph.nd.op import MakeLoss as MakeLoss
from symgraph.nd.op import Pad as Pad
from symgraph.nd.op import Pooling as Pooling
from symgraph.nd.op import Pooling_v1 as Pooling_v1
from symgraph.nd.op import Reshape as Reshape
from symgraph.nd.op import ROIPooling as ROIPooling
from symgraph.nd.op import SequenceLast as SequenceLast
from symgraph.nd.op import SequenceMask as SequenceMask
from symgraph.nd.op import SequenceReverse as SequenceReverse
from symgraph.nd.op import SliceChannel as SliceChannel
from symgraph.nd.op import Softmax as Softmax
from symgraph.nd.op import SoftmaxActivation as SoftmaxActivation
from symgraph.nd.op import SoftmaxOutput as SoftmaxOutput
from symgraph.nd.op import SpatialTransformer as SpatialTransformer
from symgraph.nd.op import SVMOutput as SVMOutput
from symgraph.nd.op import SwapAxis as SwapAxis
from symgraph.nd.op import UpSampling as UpSampling
from symgraph.nd.op import abs as abs
from symgraph.nd.op import adam_update as adam_update
from symgraph.nd.op import add_n as add_n
from symgraph.nd.op import all_finite as all_finite
from symgraph.nd.op import amp_cast as amp_cast
from symgraph.nd.op import amp_multicast as amp_multicast
from symgraph.nd.op import arccos as arccos
from symgraph.nd.op import arccosh as arccosh
from symgraph.nd.op import arcsin as arcsin
from symgraph.nd.op import arcsinh as arcsinh
from symgraph.nd.op import arctan as arctan
from symgraph.nd.op import arctanh as arctanh
from symgraph.nd.op import argmax as argmax
from symgraph.nd.op import argmax_channel as argmax_channel
from symgraph.nd.op import argmin as argmin
from symgraph.nd.op import argsort as argsort
from symgraph.nd.op import batch_dot as batch_dot
from symgraph.nd.op import batch_take as batch_take
from symgraph.nd.op import broadcast_add as broadcast_add
from symgraph.nd.op import broadcast_axes as broadcast_axes
from symgraph.nd.op import broadcast_axis as broadcast_axis
from symgraph.nd.op import broadcast_div as broadcast_div
from symgraph.nd.op import broadcast_equal as broadcast_equal
from symgraph.nd.op import broadcast_greater as broadcast_greater
from symgraph.nd.op import broadcast_greater_equal as broadcast_greater_equal
from symgraph.nd.op import broadcast_hypot as broadcast_hypot
from symgraph.nd.op import broadcast_lesser as broadcast_lesser
from symgraph.nd.op import broadcast_lesser_equal as broadcast_lesser_equal
from symgraph.nd.op import broadcast_like as broadcast_like
from symgraph.nd.op import broadcast_logical_and as broadcast_logical_and
from symgraph.nd.op import broadcast_logical_or as broadcast_logical_or
from symgraph.nd.op import broadcast_logical_xor as broadcast_logical_xor
from symgraph.nd.op import broadcast_maximum as broadcast_maximum
from symgraph.nd.op import broadcast_minimum as broadcast_minimum
from symgraph.nd.op import broadcast_minus as broadcast_minus
from symgraph.nd.op import broadcast_mod as broadcast_mod
from symgraph.nd.op import broadcast_mul as broadcast_mul
from symgraph.nd.op import broadcast_not_equal as broadcast_not_equal
from symgraph.nd.op import broadcast_plus as broadcast_plus
from symgraph.nd.op import broadcast_power as broadcast_power
from symgraph.nd.op import broadcast_sub as broadcast_sub
from symgraph.nd.op import broadcast_to as broadcast_to
from symgraph.nd.op import cast as cast
from symgraph.nd.op import cast_storage as cast_storage
from symgraph.nd.op import cbrt as cbrt
from symgraph.nd.op import ceil as ceil
from symgraph.nd.op import choose_element_0index as choose_element_0index
from symgraph.nd.op import clip as clip
from symgraph.nd.op import col2im as col2im
from symgraph.nd.op import concat as concat
from symgraph.nd.op import cos as cos
from symgraph.nd.op import cosh as cosh
from symgraph.nd.op import crop as crop
from symgraph.nd.op import ctc_loss as ctc_loss
from symgraph.nd.op import cumsum as cumsum
from symgraph.nd.op import degrees as degrees
from symgraph.nd.op import depth_to_space as depth_to_space
from symgraph.nd.op import diag as diag
from symgraph.nd.op import dot as dot
from symgraph.nd.op import elemwise_add as elemwise_add
from symgraph.nd.op import elemwise_div as elemwise_div
from symgraph.nd.op import elemwise_mul as elemwise_mul
from symgraph.nd.op import elemwise_sub as elemwise_sub
from symgraph.nd.op import erf as erf
from symgraph.nd.op import erfinv as erfinv
from symgraph.nd.op import exp as exp
from symgraph.nd.op import expand_dims as expand_dims
from symgraph.nd.op import expm1 as expm1
from symgraph.nd.op import fill_element_0index as fill_element_0index
from symgraph.nd.op import fix as fix
from symgraph.nd.op import flatten as flatten
from symgraph.nd.op import flip as flip
from symgraph.nd.op import floor as floor
from symgraph.nd.op import ftml_update as ftml_update
from symgraph.nd.op import ftrl_update as ftrl_update
from symgraph.nd.op import gamma as gamma
from symgraph.nd.op import gammaln as gammaln
from symgraph.nd.op import gather_nd as gather_nd
from symgraph.nd.op import hard_sigmoid as hard_sigmoid
from symgraph.nd.op import identity as identity
from symgraph.nd.op import im2col as im2col
from symgraph.nd.op import khatri_rao as khatri_rao
from symgraph.nd.op import lamb_update_phase1 as lamb_update_phase1
from symgraph.nd.op import lamb_update_phase2 as lamb_update_phase2
from symgraph.nd.op import linalg_det as linalg_det
from symgraph.nd.op import linalg_extractdiag as linalg_extractdiag
from symgraph.nd.op import linalg_extracttrian as linalg_extracttrian
from symgraph.nd.op import linalg_gelqf as linalg_gelqf
from symgraph.nd.op import linalg_gemm as linalg_gemm
from symgraph.nd.op import linalg_gemm2 as linalg_gemm2
from symgraph.nd.op import linalg_inverse as linalg_inverse
from symgraph.nd.op import linalg_makediag as linalg_makediag
from symgraph.nd.op import linalg_maketrian as linalg_maketrian
from symgraph.nd.op import linalg_potrf as linalg_potrf
from symgraph.nd.op import linalg_potri as linalg_potri
from symgraph.nd.op import linalg_slogdet as linalg_slogdet
from symgraph.nd.op import linalg_sumlogdiag as linalg_sumlogdiag
from symgraph.nd.op import linalg_syrk as linalg_syrk
from symgraph.nd.op import linalg_trmm as linalg_trmm
from symgraph.nd.op import linalg_trsm as linalg_trsm
from symgraph.nd.op import log as log
from symgraph.nd.op import log1p as log1p
from symgraph.nd.op import log2 as log2
from symgraph.nd.op import log10 as log10
from symgraph.nd.op import log_softmax as log_softmax
from symgraph.nd.op import logical_not as logical_not
from symgraph.nd.op import make_loss as make_loss
from symgraph.nd.op import max as max
from symgraph.nd.op import max_axis as max_axis
from symgraph.nd.op import mean as mean
from symgraph.nd.op import min as min
from symgraph.nd.op import min_axis as min_axis
from symgraph.nd.op import moments as moments
from symgraph.nd.op import mp_lamb_update_phase1 as mp_lamb_update_phase1
from symgraph.nd.op import mp_lamb_update_phase2 as mp_lamb_update_phase2
from symgraph.nd.op import mp_nag_mom_update as mp_nag_mom_update
from symgraph.nd.op import mp_sgd_mom_update as mp_sgd_mom_update
from symgraph.nd.op import mp_sgd_update as mp_sgd_update
from symgraph.nd.op import multi_all_finite as multi_all_finite
from symgraph.nd.op import multi_lars as multi_lars
from symgraph.nd.op import multi_mp_sgd_mom_update as multi_mp_sgd_mom_update
from symgraph.nd.op import multi_mp_sgd_update as multi_mp_sgd_update
from symgraph.nd.op import multi_sgd_mom_update as multi_sgd_mom_update
from symgraph.nd.op import multi_sgd_update as multi_sgd_update
from symgraph.nd.op import multi_sum_sq as multi_sum_sq
from symgraph.nd.op import nag_mom_update as nag_mom_update
from symgraph.nd.op import nanprod as nanprod
from symgraph.nd.op import nansum as nansum
from symgraph.nd.op import negative as negative
from symgraph.nd.op import norm as norm
from symgraph.nd.op import normal as normal
from symgraph.nd.op import one_hot as one_hot
from symgraph.nd.op import ones_like as ones_like
from symgraph.nd.op import pad as pad
from symgraph.nd.op import pick as pick
from symgraph.nd.op import preloaded_multi_mp_sgd_mom_update as preloaded_multi_mp_sgd_mom_update
from symgraph.nd.op import preloaded_multi_mp_sgd_update as preloaded_multi_mp_sgd_update
from symgraph.nd.op import preloaded_multi_sgd_mom_update as preloaded_multi_sgd_mom_update
from symgraph.nd.op import preloaded_multi_sgd_update as preloaded_multi_sgd_update
from symgraph.nd.op import prod as prod
from symgraph.nd.op import radians as radians
from symgraph.nd.op import random_exponential as random_exponential
from symgraph.nd.op import random_gamma as random_gamma
from symgraph.nd.op import random_generalized_negative_binomial as random_generalized_negative_binomial
from symgraph.nd.op import random_negative_binomial as random_negative_binomial
from symgraph.nd.op import random_normal as random_normal
from symgraph.nd.op import random_pdf_dirichlet as random_pdf_dirichlet
from symgraph.nd.op import random_pdf_exponential as random_pdf_exponential
from symgraph.nd.op import random_pdf_gamma as random_pdf_gamma
from symgraph.nd.op import random_pdf_generalized_negative_binomial as random_pdf_generalized_negative_binomial
from symgraph.nd.op import random_pdf_negative_binomial as random_pdf_negative_binomial
from symgraph.nd.op import random_pdf_normal as random_pdf_normal
from symgraph.nd.op import random_pdf_poisson as random_pdf_poisson
from symgraph.nd.op import random_pdf_uniform as random_pdf_uniform
from symgraph.nd.op import random_poisson as random_poisson
from symgraph.nd.op import random_randint as random_randint
from symgraph.nd.op import random_uniform as random_uniform
from symgraph.nd.op import ravel_multi_index as ravel_multi_index
from symgraph.nd.op import rcbrt as rcbrt
from symgraph.nd.op import reciprocal as reciprocal
from symgraph.nd.op import relu as relu
from symgraph.nd.op import repeat as repeat
from symgraph.nd.op import reset_arrays as reset_arrays
from symgraph.nd.op import reshape as reshape
from symgraph.nd.op import reshape_like as reshape_like
from symgraph.nd.op import reverse as reverse
from symgraph.nd.op import rint as rint
from symgraph.nd.op import rmsprop_update as rmsprop_update
from symgraph.nd.op import rmspropalex_update as rmspropalex_update
from symgraph.nd.op import round as round
from symgraph.nd.op import rsqrt as rsqrt
from symgraph.nd.op import sample_exponential as sample_exponential
from symgraph.nd.op import sample_gamma as sample_gamma
from symgraph.nd.op import sample_generalized_negative_binomial as sample_generalized_negative_binomial
from symgraph.nd.op import sample_multinomial as sample_multinomial
from symgraph.nd.op import sample_negative_binomial as sample_negative_binomial
from symgraph.nd.op import sample_normal as sample_normal
from symgraph.nd.op import sample_poisson as sample_poisson
from symgraph.nd.op import sample_uniform as sample_uniform
from symgraph.nd.op import scatter_nd as scatter_nd
from symgraph.nd.op import sgd_mom_update as sgd_mom_update
from symgraph.nd.op import sgd_update as sgd_update
from symgraph.nd.op import shape_array as shape_array
from symgraph.nd.op import shuffle as shuffle
from symgraph.nd.op import sigmoid as sigmoid
from symgraph.nd.op import sign as sign
from symgraph.nd.op import signsgd_update as signsgd_update
from symgraph.nd.op import signum_update as signum_update
from symgraph.nd.op import sin as sin
from symgraph.nd.op import sinh as sinh
from symgraph.nd.op import size_array as size_array
from symgraph.nd.op import slice as slice
from symgraph.nd.op import slice_axis as slice_axis
from symgraph.nd.op import slice_like as slice_like
from symgraph.nd.op import smooth_l1 as smooth_l1
from symgraph.nd.op import softmax as softmax
from symgraph.nd.op import softmax_cross_entropy as softmax_cross_entropy
from symgraph.nd.op import softmin as softmin
from symgraph.nd.op import softsign as softsign
from symgraph.nd.op import sort as sort
from symgraph.nd.op import space_to_depth as space_to_depth
from symgraph.nd.op import split as split
from symgraph.nd.op import sqrt as sqrt
from symgraph.nd.op import square as square
from symgraph.nd.op import squeeze as squeeze
from symgraph.nd.op import stack as stack
from symgraph.nd.op import stop_gradient as stop_gradient
from symgraph.nd.op import sum as sum
from symgraph.nd.op import sum_axis as sum_axis
from symgraph.nd.op import swapaxes as swapaxes
from symgraph.nd.op import take as take
from symgraph.nd.op import tan as tan
from symgraph.nd.op import tanh as tanh
from symgraph.nd.op import tile as tile
from symgraph.nd.op import topk as topk
from symgraph.nd.op import transpose as transpose
from symgraph.nd.op import trunc as trunc
from symgraph.nd.op import uniform as uniform
from symgraph.nd.op import unravel_index as unravel_index
from symgraph.nd.op import where as where
from symgraph.nd.op import zeros_like as zeros_like
from symgraph.runtime.creation import arange as arange
from symgraph.runtime.creation import array as array
from symgraph.runtime.creation import concatenate as concatenate
from symgraph.runtime.creation import empty as empty
from symgraph.runtime.creation import eye as eye
from symgraph.runtime.creation import from_dlpack as from_dlpack
from symgraph.runtime.creation import from_numpy as from_numpy
from symgraph.runtime.creation import full as full
from symgraph.runtime.creation import histogram as histogram
from symgraph.runtime.creation import linspace as linspace
from symgraph.runtime.creation import moveaxis as moveaxis
from symgraph.runtime.creation import onehot_encode as onehot_encode
from symgraph.runtime.creation import ones as ones
from symgraph.runtime.creation import power as power
from symgraph.runtime.creation import to_dlpack_for_read as to_dlpack_for_read
from symgraph.runtime.creation import to_dlpack_for_write as to_dlpack_for_write
from symgraph.runtime.creation import waitall as waitall
from symgraph.runtime.creation import zeros as zeros
from symgraph.runtime.ndarray import NDArray as NDArray
from symgraph.runtime.ndarray import split_v2 as split_v2
from symgraph.runtime.params import load as load
from symgraph.runtime.params import load_frombuffer as load_frombuffer
from symgraph.runtime.params import save as save

def add(lhs: Any, rhs: Any) -> Any:
    """lhs + rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def divide(lhs: Any, rhs: Any) -> Any:
    """lhs / rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def equal(lhs: Any, rhs: Any) -> Any:
    """1 where lhs == rhs, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def greater(lhs: Any, rhs: Any) -> Any:
    """1 where lhs > rhs, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def greater_equal(lhs: Any, rhs: Any) -> Any:
    """1 where lhs >= rhs, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def lesser(lhs: Any, rhs: Any) -> Any:
    """1 where lhs < rhs, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def lesser_equal(lhs: Any, rhs: Any) -> Any:
    """1 where lhs <= rhs, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def logical_and(lhs: Any, rhs: Any) -> Any:
    """1 where both are non-zero, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def logical_or(lhs: Any, rhs: Any) -> Any:
    """1 where one is non-zero, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def logical_xor(lhs: Any, rhs: Any) -> Any:
    """1 where just one is non-zero, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def maximum(lhs: Any, rhs: Any) -> Any:
    """The larger of both, element by element; arrays are broadcast, and numbers take the array's dtype."""

def minimum(lhs: Any, rhs: Any) -> Any:
    """The smaller of both, element by element; arrays are broadcast, and numbers take the array's dtype."""

def modulo(lhs: Any, rhs: Any) -> Any:
    """lhs % rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def multiply(lhs: Any, rhs: Any) -> Any:
    """lhs * rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def not_equal(lhs: Any, rhs: Any) -> Any:
    """1 where lhs != rhs, else 0, element by element; arrays are broadcast, and numbers take the array's dtype."""

def subtract(lhs: Any, rhs: Any) -> Any:
    """lhs - rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""

def true_divide(lhs: Any, rhs: Any) -> Any:
    """lhs / rhs, element by element; arrays are broadcast, and numbers take the array's dtype."""
