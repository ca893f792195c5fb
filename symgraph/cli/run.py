"""``symgraph run``: a program that was written for MXNet, unchanged."""

from __future__ import annotations

import sys
from typing import Any

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
    from symgraph.interop.programs import run_program, traceback_of

    code: Any = 0
    try:
        absences = run_program(script, args)
    except SystemExit as error:
        absences, code = error.absences, error.code  # type: ignore[attr-defined]
        if isinstance(code, str):
            click.echo(code, err=True)
            code = 1
    except Exception as error:
        if not hasattr(error, "absences"):
            raise
        absences, code = error.absences, 1
        click.echo(traceback_of(error, script), err=True, nl=False)
    if absences:
        click.echo(f"\n{script} asked for what symgraph does not have:\n{absences}", err=True)
    sys.exit(code)
