"""What a process that a program starts finds as ``mxnet``: symgraph, since the folder of this package is in its path."""

import atexit
import importlib.util
import os
import sys
from contextlib import ExitStack

if importlib.util.find_spec("symgraph") is None:  # it was not installed, but run in a clone
    sys.path.append(os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 4)))

from symgraph.interop.old_numpy import with_old_numpy

del sys.modules[__name__]
import symgraph.interop.mxnet_alias  # noqa: E402, F401 - it takes the name

stack = ExitStack()
stack.enter_context(with_old_numpy())
atexit.register(stack.close)
