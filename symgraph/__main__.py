"""``python -m symgraph``: the command line."""

from symgraph.cli import main

main(prog_name="python -m symgraph")
