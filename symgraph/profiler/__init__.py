"""``mx.profiler``: how long programs and operators take, and JAX's trace of what they consist of.

>>> import symgraph as mx
>>> task = mx.profiler.Domain("loading").new_task("decode")
>>> task.start(); task.stop()   # while the profiler runs, this is measured
"""

from symgraph.profiler.control import (
    dump,
    dump_profile,
    dumps,
    pause,
    profiler_set_config,
    profiler_set_state,
    resume,
    set_config,
    set_kvstore_handle,
    set_state,
)
from symgraph.profiler.marks import Counter, Domain, Event, Frame, Marker, Task
from symgraph.profiler.session import ProfilerError

__all__ = [
    "Counter",
    "Domain",
    "Event",
    "Frame",
    "Marker",
    "ProfilerError",
    "Task",
    "dump",
    "dump_profile",
    "dumps",
    "pause",
    "profiler_set_config",
    "profiler_set_state",
    "resume",
    "set_config",
    "set_kvstore_handle",
    "set_state",
]
