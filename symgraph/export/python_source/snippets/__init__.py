"""What operators are in Python source, by family; importing the families fills the table."""

from symgraph.export.python_source.snippets import layers, pointwise, recurrent, reductions, shapes
from symgraph.export.python_source.table import TABLE

__all__ = ["TABLE", "layers", "pointwise", "recurrent", "reductions", "shapes"]
