"""``symgraph plot``: a picture of a model."""

from __future__ import annotations

import os

import click

import symgraph as mx
from symgraph.cli.options import FORCE, file_of, force_option, import_option, name_of, shape_option, sized_symbol_of
from symgraph.runtime.atomic import require_writable, write_atomically

FORMATS = ("svg", "dot", "ps", "eps", "png", "pdf")
"""What a picture can be: all but text that a symbol's own file could be taken for. The last two need Graphviz."""


@click.command(short_help="Draw a model.")
@click.argument("model")
@shape_option
@import_option
@click.option(
    "-o",
    "--output",
    help="File to write, .svg, .dot, .ps or .eps; or .png or .pdf, which need Graphviz on the system. By default the "
    "model's name and .svg, in the current folder.",
)
@click.option(
    "--html", "page", metavar="FILE", help="Write a page for browsers instead: search, zoom, blocks that fold."
)
@click.option("--fold", is_flag=True, help="Draw a row of equal blocks as its first and a box for the rest.")
@click.option("--plain", is_flag=True, help="Draw what MXNet draws: no frames, names, parameters and legend.")
@force_option
def plot(
    model: str,
    shapes: dict[str, tuple[int, ...]],
    output: str | None,
    page: str | None,
    fold: bool,
    plain: bool,
    force: bool,
) -> None:
    """Draw a model: a `.json` file, or the prefix of a checkpoint.

    \b
    symgraph plot resnet-50 --shape data=1,3,224,224 -o resnet.svg
    symgraph plot resnet-50 --shape data=1,3,224,224 --html resnet.html
    """
    if page is not None and (output is not None or fold or plain):
        raise click.UsageError(
            "--html writes a page instead of a picture: leave out -o, --fold and --plain, or give a second command for these."
        )
    target = next((name for name in (page, output) if name is not None), f"{name_of(model)}.svg")
    kind = os.path.splitext(target)[1][1:].lower()
    if page is None and kind not in FORMATS:
        page_instead = f"; a page for browsers is --html {target}" if kind == "html" else ""
        raise click.BadParameter(
            f"'{target}' does not end in one of .{', .'.join(FORMATS)}, which tell the format{page_instead}.",
            param_hint="--output",
        )
    require_writable([target], "plot", FORCE, [file_of(model)], force)
    symbol, shape = sized_symbol_of(model, shapes)
    if page is not None:
        mx.viz.save_html(symbol, page, shape=shape)
    else:
        picture = mx.viz.plot_network(
            symbol, name_of(model), kind, shape, fold=fold, blocks=not plain, details=not plain
        )
        write_atomically(target, picture.pipe(), "plot")
    click.echo(target)
