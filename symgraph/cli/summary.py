"""``symgraph summary``: the table of a model's layers."""

from __future__ import annotations

import json

import click

import symgraph as mx
from symgraph.cli.options import import_option, json_option, shape_option, sized_symbol_of


@click.command(short_help="Print the layers of a model.")
@click.argument("model")
@shape_option
@import_option
@click.option("--cost", is_flag=True, help="Also show floating-point operations and bytes of each layer.")
@json_option
def summary(model: str, shapes: dict[str, tuple[int, ...]], cost: bool, as_json: bool) -> None:
    """Print the layers of a model: a `.json` file, or the prefix of a checkpoint.

    Without shapes of inputs, those of parameters come from the checkpoint's newest parameters, if they are beside it.

    \b
    symgraph summary resnet-50 --shape data=1,3,224,224 --cost
    symgraph summary resnet-50-symbol.json --json
    """
    symbol, shape = sized_symbol_of(model, shapes)
    if as_json:
        click.echo(json.dumps(mx.viz.summary_data(symbol, shape, cost=cost), indent=2))
    else:
        click.echo(mx.viz.summary_table(symbol, shape, cost=cost))
