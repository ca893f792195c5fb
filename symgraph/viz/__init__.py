"""Pictures, pages and tables of a symbol: `plot_network`, `html`, `print_summary`."""

from symgraph.errors import RenderError
from symgraph.viz.dot import plot_network
from symgraph.viz.picture import Picture
from symgraph.viz.summary import print_summary, summary_data, summary_table
from symgraph.viz.web import html, save_html

__all__ = [
    "Picture",
    "RenderError",
    "html",
    "plot_network",
    "print_summary",
    "save_html",
    "summary_data",
    "summary_table",
]
