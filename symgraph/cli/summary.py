"""``symgraph summary``: the table of a model's layers."""

from __future__ import annotations

import click

import symgraph as mx
from symgraph.cli.options import shape_option, symbol_of


@click.command()
@click.argument("model")
@shape_option
@click.option("--cost", is_flag=True, help="Also show floating-point operations and bytes of each layer.")
def summary(model: str, shapes: dict[str, tuple[int, ...]], cost: bool) -> None:
    """Print the layers of a model: a `.json` file, or the prefix of a checkpoint.

    \b
    symgraph summary resnet-50 --shape data=1,3,224,224 --cost
    """
    click.echo(mx.viz.summary_table(symbol_of(model), shapes or None, cost=cost))
