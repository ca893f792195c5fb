"""``symgraph predict``: a checkpoint, run once."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from symgraph.cli.options import by_name, import_option, json_option, lines, means, shape_option
from symgraph.errors import counted


def _files(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    return by_name(given, str, "name=file.npy", "files")


@click.command(short_help="Run a checkpoint once, on an image, on arrays or on zeros.")
@click.argument("prefix")
@click.argument("epoch", type=int)
@shape_option
@import_option
@click.option(
    "--input",
    "files",
    multiple=True,
    callback=_files,
    metavar="NAME=FILE",
    help="Array to feed to an input, a .npy, .npz or .params file, which tells its shape, too; for each input once.",
)
@click.option("--image", type=click.Path(exists=True, dir_okay=False), help="Image to feed to the first input.")
@click.option(
    "--mean",
    default="0,0,0",
    show_default=True,
    callback=means,
    help="Subtracted from red, green and blue, of 0 to 255.",
)
@click.option("--scale", default=1.0, show_default=True, help="Factor on what is left.")
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help="Names of classes, one in a line.")
@click.option(
    "--top", default=5, type=click.IntRange(min=1), show_default=True, help="How many of the greatest values to show."
)
@json_option
def predict(
    prefix: str,
    epoch: int,
    shapes: dict[str, tuple[int, ...]],
    files: dict[str, str],
    image: str | None,
    mean: tuple[float, ...],
    scale: float,
    labels: str | None,
    top: int,
    as_json: bool,
) -> None:
    """Run the checkpoint PREFIX-symbol.json, PREFIX-0001.params (for EPOCH 1).

    Inputs without an image or an array are zeros: that shows whether the model runs, and what its outputs look like. Of a
    file with several arrays, an input gets the one of its name.

    \b
    symgraph predict resnet-50 0 --shape data=1,3,224,224 --image cat.jpg --labels synset.txt
    symgraph predict lstm 20 --input data=tokens.npy --shape init_state=1,256
    """
    from symgraph.interop.prediction import first_row, greatest, outputs_of

    outputs = outputs_of(prefix, epoch, shapes, image, mean, scale, files)
    names = None if labels is None else _names(labels, {name: first_row(array).size for name, array in outputs.items()})
    found = {name: {"shape": list(array.shape), "top": greatest(array, top, names)} for name, array in outputs.items()}
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, result in found.items():
        rows = f", the first of {result['shape'][0]}" if result["shape"] and result["shape"][0] > 1 else ""
        click.echo(f"{name} {tuple(result['shape'])}{rows}")
        for entry in result["top"]:
            click.echo(f"  {entry['value']:12.6g}  {entry['label']}")


def _names(fname: str, classes: Mapping[str, int]) -> list[str]:
    """Names of classes; told on the standard error stream where there are not as many as an output has `classes`."""
    names = lines(fname)
    for output, number in classes.items():
        if number != len(names):
            given, needed = counted(len(names), "line"), counted(number, "class", "classes")
            click.echo(f"{fname} has {given} for {needed} of {output}; is it of other data?", err=True)
    return names
