"""symgraph: MXNet's Symbol API as a tracing compiler for JAX. ``import symgraph as mx``."""

from symgraph import sym
from symgraph.errors import MXNetError
from symgraph.ir import names as name
from symgraph.ir.names import AttrScope
from symgraph.runtime import rng as random
from symgraph.runtime.context import Context, cpu, cpu_pinned, current_context, gpu, num_gpus, tpu
from symgraph.runtime.executor import Executor

symbol = sym
__version__ = "0.1.0"
