"""``symgraph.sym._internal``: operators by the names that files have for them, whatever they begin with.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

def __getattr__(name: str) -> Any: ...
