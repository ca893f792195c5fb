"""``symgraph bench``: times."""

from __future__ import annotations

import os
import sys

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}
)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def bench(args: tuple[str, ...]) -> None:
    """Measure symgraph, beside MXNet, PyTorch and plain JAX: `python -m benchmarks`, in a clone of the repository.

    \b
    symgraph bench nets --networks resnet-50 --batch 1,16 --against jax
    """
    here = os.getcwd()
    if not os.path.isfile(os.path.join(here, "benchmarks", "cli.py")):
        raise click.ClickException(
            f"benchmarks are not part of the package; call this in a clone of symgraph's repository, which {here} is not."
        )
    sys.path.insert(0, here)
    from benchmarks.cli import main as measure

    sys.exit(measure(args))
