"""What MXNet has and symgraph lacks: the answer to ``mx.gluon`` and its like is why, and what to use instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn

from symgraph.errors import MXNetError, boundary, no_attribute, tell_absence

PACKAGE = "symgraph"
_ABSENT = {
    "it is outside of symgraph's scope, which is the Symbol API; declare the network with mx.sym and train it with "
    "mx.mod.Module; what HybridBlock.export has written, mx.model.load_checkpoint reads": "gluon contrib.io",
    "it is outside of symgraph's scope, which is the Symbol API; use mx.nd, or jax.numpy through mx.operator.from_jax": (
        "np npx numpy numpy_extension nd.np nd.npx nd.numpy nd.numpy_extension ndarray.numpy ndarray.numpy_extension "
        "sym.np sym.npx sym.numpy sym.numpy_extension symbol.numpy symbol.numpy_extension np_symbol "
        "numpy_dispatch_protocol numpy_op_fallback numpy_op_signature "
        "is_np_array is_np_shape np_array np_shape set_np_shape use_np use_np_array use_np_shape "
        "util.np_array util.np_shape util.np_ufunc_legal_option util.set_np_shape util.use_np_array util.use_np_shape "
        "util.wrap_np_binary_func util.wrap_np_unary_func operator.is_np_array"
    ),
    "make a symbol of what is to be differentiated and use executor.backward or Symbol.gradient": (
        "autograd contrib.autograd"
    ),
    "write the kernel in JAX and register it with mx.operator.from_jax": "rtc tvmop",
    "there are no compiled libraries of operators; register operators with mx.operator.register or "
    "mx.operator.from_jax": "library",
    "MXNet's 8-bit kernels are for its own CPU build; load the model as it was before quantization, and compute in "
    "bfloat16": "contrib.quantization",
    "it writes and reads ONNX files; symgraph only writes them: symgraph convert PREFIX EPOCH --to onnx, or to_onnx of "
    "symgraph.export.onnx": "onnx contrib.onnx",
    "train with mx.mod.Module and an optimizer of mx.optimizer, such as 'adam'": "contrib.svrg_optimization",
    "mx.callback.LossPlot draws curves; for TensorBoard, give param.eval_metric.get_name_value() to a writer of yours in "
    "a batch_end_callback": "contrib.tensorboard notebook",
    "arrays are dense, as symgraph has no sparse storage; use mx.nd.array": (
        "nd.sparse.BaseSparseNDArray nd.sparse.CSRNDArray nd.sparse.RowSparseNDArray"
    ),
    "mx.mod.Module(context=[...]) divides batches among devices": (
        "executor_manager.DataParallelExecutorGroup executor_manager.DataParallelExecutorManager"
    ),
    "there are no servers; start the processes with symgraph launch, in which mx.kv.create('dist_sync') sums gradients": (
        "kvstore.KVStoreServer kvstore.kvstore_server kvstore_server"
    ),
    "there is one store, of mx.kv.create; to exchange gradients by other means, derive from it": (
        "kvstore.KVStoreBase kvstore.base"
    ),
    "schedules are in mx.lr_scheduler": "misc",
    "all errors are mx.MXNetError; symgraph.errors has its subclasses": "error",
    "help(mx.sym.NAME) tells of an operator": (
        "operator.OperatorArguments operator.get_operator_arguments ndarray_doc symbol_doc"
    ),
    "it ran functions of Torch 7, which is no more; make an operator of a JAX function with mx.operator.from_jax": "th torch",
    "it came with TVM, to tune kernels; XLA tunes its own": "space",
    "a Symbol is compiled when it is bound, and Symbol.to_jax makes a function of it": "nd.CachedOp nd.op.CachedOp",
    "it helps MXNet's own indexing; index arrays by array[...]": (
        "nd.indexing_key_expand_implicit_axes nd.get_indexing_dispatch_code nd.get_oshape_of_gather_nd_op"
    ),
    "functions of operators are made from symgraph's registry; find them in mx.nd and mx.sym": (
        "nd.register ndarray.register sym.register symbol.register"
    ),
    "it belongs to MXNet's compiled library, and symgraph has none; mx.nd, mx.sym and mx.operator do what it is called for": (
        "api cython libmxnet libinfo.find_conf_path base._LIB base.check_call base.c_array base.c_array_buf base.c_str "
        "base.classproperty base.with_metaclass context.check_call context.classproperty context.with_metaclass "
        "operator.check_call operator.c_array operator.c_array_buf operator.c_str operator.ctypes2numpy_shared "
        "random.check_call"
    ),
    "jax.devices('gpu')[0].compute_capability tells it": "util.get_cuda_compute_capability",
    "it is mx.base.py_str": "operator.py_str",
    "it is mx.nd.NDArray": "initializer.NDArray",
    "it is mx.cpu": "model.cpu",
    "it is mx.optimizer.get_updater": "model.get_updater",
}
"""Reasons and remedies, with the paths below the package that they are for. Modules of operators have their own besides:
`symgraph.ops.left_out`."""
INSTEAD = {path: reason for reason, paths in _ABSENT.items() for path in paths.split()}
"""What has another place here, or none: the reason by path."""


class AbsentModuleError(MXNetError, ModuleNotFoundError):
    """A module of MXNet that symgraph does not have."""

    def __init__(self, message: str, name: str | None = None):
        ModuleNotFoundError.__init__(self, message, name=name)


def answer(path: str) -> str | None:
    """What to say to who asks for a path below the package, such as ``"gluon.nn"``; ``None`` if MXNet has none either."""
    parts = path.split(".")
    for end in range(1, len(parts) + 1):
        found = ".".join(parts[:end])
        if found in INSTEAD:
            owner = ".".join((PACKAGE, *parts[: end - 1]))
            return f"{owner} has no '{parts[end - 1]}': {INSTEAD[found]}."
    return None


def lacking(path: str = "") -> Callable[[str], NoReturn]:
    """The ``__getattr__`` of a module, which is called for names that it does not have; `path` is below the package."""

    def __getattr__(name: str) -> NoReturn:  # noqa: N807
        message = answer(f"{path}.{name}".lstrip("."))
        if message is not None:
            raise no_attribute(message, name)
        module = f"{PACKAGE}.{path}".rstrip(".")
        raise no_attribute(f"module '{module}' has no attribute '{name}'", name, sys.modules[module])

    return boundary(__getattr__)


class _Finder(MetaPathFinder):
    """Is asked for modules that nobody has found; says of those that symgraph lacks what to use instead."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        package, _, rest = fullname.partition(".")
        message = answer(rest) if package == PACKAGE else None
        if message is None:
            return None
        tell_absence(message)
        # Of an error with the name of the module, `from symgraph import gluon` would keep neither reason nor remedy.
        raise AbsentModuleError(message)


def install() -> None:
    """Let the modules of the package answer for what they lack, and imports of what is missing as a whole."""
    for path in {path.rpartition(".")[0] for path in INSTEAD} - {""}:
        vars(sys.modules[f"{PACKAGE}.{path}"]).setdefault("__getattr__", lacking(path))
    sys.meta_path.append(_Finder())
