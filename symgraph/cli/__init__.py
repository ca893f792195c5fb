"""The command ``symgraph``: run programs for MXNet, and look at the models that they left; a file for each command."""

from __future__ import annotations

from typing import Any

import click

import symgraph as mx
from symgraph.cli.bench import bench
from symgraph.cli.convert import convert
from symgraph.cli.plot import plot
from symgraph.cli.predict import predict
from symgraph.cli.run import run
from symgraph.cli.summary import summary
from symgraph.errors import MXNetError


class _Commands(click.Group):
    """Commands that end in a message, not in a traceback, when something is wrong with what the user gave."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MXNetError as error:
            if ctx.params.get("debug"):
                raise
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(mx.__version__, prog_name="symgraph")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """MXNet's Symbol API on JAX.

    \b
    symgraph run train_mnist.py --num-epochs 2
    symgraph summary resnet-50 --shape data=1,3,224,224
    symgraph predict resnet-50 0 --shape data=1,3,224,224 --image cat.jpg
    symgraph convert resnet-50 0 --to python --shape data=1,3,224,224
    """


for _command in (run, predict, summary, plot, convert, bench):
    main.add_command(_command)
