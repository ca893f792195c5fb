"""``symgraph run``: a program that was written for MXNet, unchanged."""

from __future__ import annotations

import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("script", type=click.Path(exists=True, dir_okay=False))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def run(script: str, args: tuple[str, ...]) -> None:
    """Run a program that was written for MXNet, unchanged.

    In it `import mxnet` gives symgraph, and NumPy has the names it had then. If the program asks for something that symgraph
    does not have, a report at the end says what, where, and what to do.

    \b
    symgraph run train.py --gpus 0 --num-epochs 10
    """
    from symgraph.interop.programs import run_and_report

    sys.exit(run_and_report(script, args))
