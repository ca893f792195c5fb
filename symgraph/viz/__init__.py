"""Pictures and tables of a symbol: `plot_network`, `print_summary`."""

from symgraph.errors import RenderError
from symgraph.viz.dot import plot_network
from symgraph.viz.picture import Picture
from symgraph.viz.summary import print_summary, summary_data, summary_table

__all__ = ["Picture", "RenderError", "plot_network", "print_summary", "summary_data", "summary_table"]
