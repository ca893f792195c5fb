"""The command ``symgraph``: run programs for MXNet, and look at the models that they left; a file for each command."""

from __future__ import annotations

import os
from typing import Any

import click

import symgraph as mx
from symgraph.cli.bench import bench
from symgraph.cli.convert import convert
from symgraph.cli.doctor import doctor
from symgraph.cli.launch import launch
from symgraph.cli.plot import plot
from symgraph.cli.predict import predict
from symgraph.cli.run import run
from symgraph.cli.summary import summary
from symgraph.errors import TRACEBACK, MXNetError, UnregisteredOpError
from symgraph.interop.programs import INTERRUPTED

_DEBUG = f"{__name__}.debug"
_REGISTER = " On the command line, --import does, as in --import my_operators.py."
"""What to do about an operator that is not registered."""


def _set_debug(ctx: click.Context, option: click.Parameter, given: bool) -> None:
    if given:
        ctx.meta[_DEBUG] = True
        os.environ[TRACEBACK] = "full"


_debug_option = click.option(
    "--debug",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_set_debug,
    help="Show the traceback of an error.",
)


class _Commands(click.Group):
    """Commands that end in a message, not in a traceback, when something is wrong with what the user gave."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MXNetError as error:
            if ctx.meta.get(_DEBUG):
                raise
            is_unregistered = isinstance(error, UnregisteredOpError)
            raise click.ClickException(f"{error}{_REGISTER if is_unregistered else ''}") from None
        except KeyboardInterrupt:  # of which click would say "Aborted!", with code 1
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(mx.__version__, prog_name="symgraph")
@_debug_option
def main() -> None:
    """MXNet's Symbol API on JAX.

    \b
    symgraph run train_mnist.py --num-epochs 2
    symgraph launch -n 2 train_mnist.py --kv-store dist_sync
    symgraph summary resnet-50 --shape data=1,3,224,224
    symgraph predict resnet-50 0 --shape data=1,3,224,224 --image cat.jpg
    symgraph plot resnet-50 --shape data=1,3,224,224 -o resnet.svg
    symgraph convert resnet-50 0 --to python --shape data=1,3,224,224
    symgraph bench resnet-50 --shape data=16,3,224,224
    symgraph doctor

    A model with operators of your own needs the module that registers them: `--import my_operators.py`.

    \b
    Exit codes:
    0    done
    1    something is wrong with a file, a model or this machine: the message says what, and what to do
    2    the command line is wrong
    130  it was interrupted (Ctrl-C)
    `run` and `launch` end with the code of the program that they run.
    """


for _command in (predict, summary, plot, convert, bench, doctor, run, launch):
    main.add_command(_debug_option(_command))
