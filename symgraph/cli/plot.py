"""``symgraph plot``: a picture of a model."""

from __future__ import annotations

import click

import symgraph as mx
from symgraph.cli.options import shape_option, symbol_of


@click.command(short_help="Draw a model.")
@click.argument("model")
@shape_option
@click.option("-o", "--output", default="model.svg", show_default=True, help="File to write: .svg, .png, .pdf, .dot.")
@click.option(
    "--html", "page", metavar="FILE", help="Write a page for browsers instead: search, zoom, blocks that fold."
)
@click.option("--fold", is_flag=True, help="Draw a row of equal blocks as its first and a box for the rest.")
@click.option("--plain", is_flag=True, help="Draw what MXNet draws: no frames, names, parameters and legend.")
def plot(
    model: str, shapes: dict[str, tuple[int, ...]], output: str, page: str | None, fold: bool, plain: bool
) -> None:
    """Draw a model: a `.json` file, or the prefix of a checkpoint.

    \b
    symgraph plot resnet-50 --shape data=1,3,224,224 -o resnet.svg
    symgraph plot resnet-50 --shape data=1,3,224,224 --html resnet.html
    """
    if page is not None:
        click.echo(mx.viz.save_html(symbol_of(model), page, shape=shapes or None))
        return
    base, _, kind = output.rpartition(".")
    if not base or not kind:
        raise click.BadParameter(
            f"'{output}' has no ending that tells the format, such as .svg.", param_hint="--output"
        )
    picture = mx.viz.plot_network(
        symbol_of(model), base, kind, shapes or None, fold=fold, blocks=not plain, details=not plain
    )
    click.echo(picture.render(base, format=kind))
