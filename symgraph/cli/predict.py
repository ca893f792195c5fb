"""``symgraph predict``: a checkpoint, run once."""

from __future__ import annotations

import json

import click

from symgraph.cli.options import json_option, lines, means, shape_option


@click.command(short_help="Run a checkpoint once, on an image or on zeros.")
@click.argument("prefix")
@click.argument("epoch", type=int)
@shape_option
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
    image: str | None,
    mean: tuple[float, ...],
    scale: float,
    labels: str | None,
    top: int,
    as_json: bool,
) -> None:
    """Run the checkpoint PREFIX-symbol.json, PREFIX-0001.params (for EPOCH 1).

    Without an image, inputs are zeros: that shows whether the model runs, and what its outputs look like.

    \b
    symgraph predict resnet-50 0 --shape data=1,3,224,224 --image cat.jpg --labels synset.txt
    """
    from symgraph.interop.prediction import greatest, outputs_of

    outputs = outputs_of(prefix, epoch, shapes, image, mean, scale)
    names = None if labels is None else lines(labels)
    found = {name: {"shape": list(array.shape), "top": greatest(array, top, names)} for name, array in outputs.items()}
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, result in found.items():
        click.echo(f"{name} {tuple(result['shape'])}")
        for entry in result["top"]:
            click.echo(f"  {entry['value']:12.6g}  {entry['label']}")
