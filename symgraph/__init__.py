"""symgraph: MXNet's Symbol API as a tracing compiler for JAX. ``import symgraph as mx``."""

import sys
from typing import TYPE_CHECKING

from symgraph import (
    base,
    contrib,
    engine,
    initializer,
    libinfo,
    log,
    nd,
    operator,
    profiler,
    random,
    registry,
    runtime,
    sym,
    test_utils,
    util,
    viz,
)
from symgraph.errors import MXNetError, bound_module
from symgraph.frontend import absent
from symgraph.frontend.listing import list_public
from symgraph.ir import names as name
from symgraph.ir.names import AttrScope
from symgraph.runtime import context, executor, job
from symgraph.runtime.context import Context, cpu, cpu_pinned, current_context, gpu, gpu_memory_info, num_gpus, tpu
from symgraph.runtime.executor import Executor
from symgraph.runtime.ndarray import NDArray
from symgraph.sym import Symbol
from symgraph.train import (
    callback,
    image,
    io,
    kvstore,
    loop,
    lr_scheduler,
    metric,
    model,
    module,
    monitor,
    optimizer,
    recordio,
    rnn,
)

if not TYPE_CHECKING:  # a type checker knows which names there are
    __getattr__ = absent.lacking()

attribute = name
executor_manager = loop
img = image
init = initializer
kv = kvstore
mod = module
mon = monitor
ndarray = nd
rnd = random
symbol = sym
visualization = viz

# MXNet's modules can be imported by their paths, as in `from symgraph.symbol import Symbol`, wherever ours lie.
for _path, _module in {
    "attribute": attribute,
    "callback": callback,
    "context": context,
    "contrib.amp": contrib.amp,
    "contrib.amp.amp": contrib.amp,
    "contrib.amp.loss_scaler": contrib.amp.scaling,
    "contrib.ndarray": contrib.nd,
    "contrib.symbol": contrib.sym,
    "contrib.text": contrib.text,
    "contrib.text.embedding": contrib.text.embedding,
    "contrib.text.utils": contrib.text.utils,
    "contrib.text.vocab": contrib.text.vocab,
    "executor": executor,
    "executor_manager": executor_manager,
    "lr_scheduler": lr_scheduler,
    "image": image,
    "image.detection": image,
    "image.image": image,
    "io": io,
    "io.io": io,
    "kvstore": kvstore,
    "kvstore.kvstore": kvstore,
    "metric": metric,
    "model": model,
    "module": module,
    "module.base_module": module.base,
    "module.bucketing_module": module.bucketing,
    "module.executor_group": module.executor_group,
    "module.module": module.module,
    "module.python_module": module.python_module,
    "module.sequential_module": module.sequential,
    "monitor": monitor,
    "name": name,
    "optimizer": optimizer,
    "optimizer.contrib": optimizer.contrib,
    "optimizer.optimizer": optimizer,
    "recordio": recordio,
    "rnn": rnn,
    "rnn.io": rnn.io,
    "rnn.rnn": rnn.rnn,
    "rnn.rnn_cell": rnn.rnn_cell,
    "ndarray": ndarray,
    "ndarray._internal": nd._internal,
    "ndarray.ndarray": ndarray,
    "ndarray.utils": ndarray,
    "symbol": symbol,
    "symbol._internal": sym._internal,
    "symbol.symbol": symbol,
    "visualization": visualization,
    **{
        f"{_parent}.{_space}": getattr(_namespace, _space)
        for _parent, _namespace in (("nd", nd), ("ndarray", nd), ("sym", sym), ("symbol", sym))
        for _space in ("contrib", "image", "linalg", "op", "random", "sparse")
    },
}.items():
    sys.modules[f"{__name__}.{_path}"] = _module
absent.install()

__version__ = "0.1.0"

__all__ = [
    "AttrScope",
    "Context",
    "Executor",
    "MXNetError",
    "NDArray",
    "Symbol",
    "attribute",
    "base",
    "callback",
    "context",
    "contrib",
    "cpu",
    "cpu_pinned",
    "current_context",
    "engine",
    "executor",
    "executor_manager",
    "gpu",
    "gpu_memory_info",
    "image",
    "img",
    "init",
    "initializer",
    "io",
    "job",
    "kv",
    "kvstore",
    "libinfo",
    "log",
    "lr_scheduler",
    "metric",
    "mod",
    "model",
    "module",
    "mon",
    "monitor",
    "name",
    "nd",
    "ndarray",
    "num_gpus",
    "operator",
    "optimizer",
    "profiler",
    "random",
    "recordio",
    "registry",
    "rnd",
    "rnn",
    "runtime",
    "sym",
    "symbol",
    "test_utils",
    "tpu",
    "util",
    "visualization",
    "viz",
]

# Errors of what they offer end at the user's line, and `dir` shows that only; `nd` and `sym` see to that when they are filled.
for _module in (
    callback,
    context,
    contrib.amp,
    contrib.text.embedding,
    contrib.text.utils,
    contrib.text.vocab,
    engine,
    executor,
    image,
    initializer,
    io,
    kvstore,
    libinfo,
    log,
    loop,
    lr_scheduler,
    metric,
    model,
    module,
    monitor,
    name,
    operator,
    optimizer,
    optimizer.contrib,
    profiler,
    random,
    recordio,
    registry,
    rnn,
    test_utils,
    util,
    viz,
    sys.modules[__name__],
):
    bound_module(_module)
    list_public(_module)
for _module in (base, contrib, contrib.text, job, runtime):
    list_public(_module)
