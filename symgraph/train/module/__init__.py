"""Modules (``mx.mod``): symbols that are trained."""

from symgraph.train.module import executor_group
from symgraph.train.module.base import BaseModule
from symgraph.train.module.bucketing import BucketingModule
from symgraph.train.module.module import Module
from symgraph.train.module.python_module import PythonLossModule, PythonModule
from symgraph.train.module.sequential import SequentialModule

__all__ = [
    "BaseModule",
    "BucketingModule",
    "Module",
    "PythonLossModule",
    "PythonModule",
    "SequentialModule",
    "executor_group",
]
