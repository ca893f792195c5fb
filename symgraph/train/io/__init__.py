"""Data: batches of examples, and iterators that give them."""

import sys

from symgraph.train.io.array_iter import NDArrayIter
from symgraph.train.io.csv_iter import CSVIter
from symgraph.train.io.description import DataBatch, DataDesc
from symgraph.train.io.image_det_record_iter import ImageDetRecordIter
from symgraph.train.io.image_record_iter import (
    ImageRecordInt8Iter,
    ImageRecordIter,
    ImageRecordIter_v1,
    ImageRecordUInt8Iter,
    ImageRecordUInt8Iter_v1,
)
from symgraph.train.io.iterator import DataIter
from symgraph.train.io.libsvm_iter import LibSVMIter
from symgraph.train.io.mnist_iter import MNISTIter
from symgraph.train.io.mx_data_iter import MXDataIter
from symgraph.train.io.prefetching_iter import PrefetchingIter
from symgraph.train.io.resize_iter import ResizeIter
from symgraph.train.io.sources import named_arrays as _init_data  # noqa: F401 - users' iterators call it by MXNet's name

io = sys.modules[__name__]
"""MXNet's module inside of this one: scripts reach the same names through it."""

__all__ = [
    "CSVIter",
    "DataBatch",
    "DataDesc",
    "DataIter",
    "ImageDetRecordIter",
    "ImageRecordInt8Iter",
    "ImageRecordIter",
    "ImageRecordIter_v1",
    "ImageRecordUInt8Iter",
    "ImageRecordUInt8Iter_v1",
    "LibSVMIter",
    "MNISTIter",
    "MXDataIter",
    "NDArrayIter",
    "PrefetchingIter",
    "ResizeIter",
]
