"""What this installation can do, by MXNet's names of build options (``mx.runtime.Features``)."""

from __future__ import annotations

import importlib.util
from collections import OrderedDict
from dataclasses import dataclass

from symgraph.errors import MXNetError, listed, suggestion
from symgraph.runtime.context import num_gpus

_NAMES = [
    "CUDA",
    "CUDNN",
    "NCCL",
    "CUDA_RTC",
    "TENSORRT",
    "CPU_SSE",
    "CPU_SSE2",
    "CPU_SSE3",
    "CPU_SSE4_1",
    "CPU_SSE4_2",
    "CPU_SSE4A",
    "CPU_AVX",
    "CPU_AVX2",
    "OPENMP",
    "SSE",
    "F16C",
    "JEMALLOC",
    "BLAS_OPEN",
    "BLAS_ATLAS",
    "BLAS_MKL",
    "BLAS_APPLE",
    "LAPACK",
    "MKLDNN",
    "OPENCV",
    "CAFFE",
    "PROFILER",
    "DIST_KVSTORE",
    "CXX14",
    "INT64_TENSOR_SIZE",
    "SIGNAL_HANDLER",
    "DEBUG",
    "TVM_OP",
]


@dataclass(frozen=True)
class Feature:
    """One option, and whether it is there."""

    name: str
    enabled: bool

    def __repr__(self) -> str:
        return f"{'✔' if self.enabled else '✖'} {self.name}"


class Features(OrderedDict[str, Feature]):
    """All options by name.

    >>> import symgraph as mx
    >>> features = mx.runtime.Features()
    >>> features.is_enabled("LAPACK"), features["MKLDNN"]
    (True, ✖ MKLDNN)
    """

    def __init__(self) -> None:
        super().__init__((feature.name, feature) for feature in feature_list())

    def __repr__(self) -> str:
        return str(list(self.values()))

    def is_enabled(self, feature_name: str) -> bool:
        """Whether an option is there; its name in any case.

        Raises:
            MXNetError: MXNet has no such option.
        """
        name = feature_name.upper()
        if name not in self:
            raise MXNetError(
                f"Feature '{name}' is unknown, known features are: {listed(self)}.{suggestion(name, self)}"
            )
        return self[name].enabled


def feature_list() -> list[Feature]:
    """All options in MXNet's order. XLA brings what stands for CUDA's libraries, and code for the processor's instructions."""
    on_gpu = num_gpus() > 0
    enabled = {
        **dict.fromkeys(("CUDA", "CUDNN", "NCCL"), on_gpu),
        "LAPACK": True,
        "INT64_TENSOR_SIZE": True,
        "OPENCV": importlib.util.find_spec("cv2") is not None,
    }
    return [Feature(name, enabled.get(name, False)) for name in _NAMES]
