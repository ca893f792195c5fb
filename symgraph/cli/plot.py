"""``symgraph plot``: a picture of a model."""

from __future__ import annotations

import click

import symgraph as mx
from symgraph.cli.options import shape_option, symbol_of


@click.command(short_help="Draw a model.")
@click.argument("model")
@shape_option
@click.option("-o", "--output", default="model.svg", show_default=True, help="File to write: .svg, .png, .pdf, .dot.")
def plot(model: str, shapes: dict[str, tuple[int, ...]], output: str) -> None:
    """Draw a model: a `.json` file, or the prefix of a checkpoint.

    \b
    symgraph plot resnet-50 --shape data=1,3,224,224 -o resnet.svg
    """
    base, _, kind = output.rpartition(".")
    if not base or not kind:
        raise click.BadParameter(
            f"'{output}' has no ending that tells the format, such as .svg.", param_hint="--output"
        )
    picture = mx.viz.plot_network(symbol_of(model), title=base, save_format=kind, shape=shapes or None)
    click.echo(picture.render(base, format=kind))
