"""``symgraph convert``: a checkpoint in a format of others."""

from __future__ import annotations

import click

from symgraph.cli.options import force_option, import_option, shape_option


@click.command(short_help="Write a checkpoint as ONNX, StableHLO, Python or safetensors.")
@click.argument("prefix")
@click.argument("epoch", type=int)
@click.option(
    "--to",
    required=True,
    type=click.Choice(["stablehlo", "onnx", "safetensors", "python"]),
    help="Format: a program, a graph, parameters only, or source in JAX.",
)
@shape_option
@import_option
@click.option("--batch", metavar="NAME", help="Leave the first length of all inputs open, under this name.")
@click.option(
    "-o", "--output", help="File to write; by default the model's name with the format's ending, in the current folder."
)
@force_option
def convert(
    prefix: str,
    epoch: int,
    to: str,
    shapes: dict[str, tuple[int, ...]],
    batch: str | None,
    output: str | None,
    force: bool,
) -> None:
    """Write the checkpoint PREFIX-symbol.json, PREFIX-0001.params (for EPOCH 1) in a format of others, for inference.

    \b
    stablehlo    a program that jax.export.deserialize of JAX reads and runs
    onnx         a graph for onnxruntime and others
    python       readable source that needs nothing but JAX, and its parameters beside it
    safetensors  the parameters only

    \b
    symgraph convert resnet-50 0 --to python --shape data=1,3,224,224 -o resnet.py
    symgraph convert resnet-50 0 --to onnx --shape data=1,3,224,224 --batch n
    symgraph convert resnet-50 0 --to safetensors
    """
    from symgraph.export.convert import convert as write

    for fname in write(prefix, epoch, to, shapes, output, batch=batch, overwrite=force):
        click.echo(fname)
