"""``symgraph launch``: a program in several processes."""

from __future__ import annotations

import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("-n", "--workers", type=click.IntRange(min=1), help="Number of processes.")
@click.option("--coordinator", metavar="HOST:PORT", help="Where worker 0 of a job over several machines listens.")
@click.option("--rank", type=click.IntRange(min=0), help="Number of this process in such a job, from 0.")
@click.option(
    "--timeout",
    default=300.0,
    type=click.FloatRange(min=0.1),
    show_default=True,
    help="Seconds to wait for all processes at the start.",
)
@click.option("--pipe", type=(int, int), hidden=True)
@click.argument("script", type=click.Path(exists=True, dir_okay=False))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def launch(
    workers: int | None,
    coordinator: str | None,
    rank: int | None,
    timeout: float,
    pipe: tuple[int, int] | None,
    script: str,
    args: tuple[str, ...],
) -> None:
    """Run a program in several processes, which train together with `kvstore="dist_sync"`.

    The program is one for symgraph or, unchanged, for MXNet, as of `symgraph run`. If a process fails, the others are stopped.
    At Ctrl-C each gets a KeyboardInterrupt and some seconds to save; a second Ctrl-C kills them.

    \b
    symgraph launch -n 2 train.py                       two processes on this machine
    symgraph launch -n 2 --coordinator 10.0.0.1:9876 --rank 0 train.py
    symgraph launch -n 2 --coordinator 10.0.0.1:9876 --rank 1 train.py    on another one
    srun symgraph launch train.py                       SLURM, Open MPI or a TPU pod tell the rest
    """
    from symgraph.interop.launch import run_worker, start_workers

    if (coordinator is None) != (rank is None) or (coordinator is not None and workers is None):
        raise click.UsageError("a process of a job over several machines needs -n, --coordinator and --rank.")
    if workers is not None and rank is not None and rank >= workers:
        raise click.BadParameter(f"{rank} is no number of a worker in a job of {workers}, from 0.", param_hint="--rank")
    if workers is not None and coordinator is None:
        sys.exit(start_workers(workers, script, args, timeout))
    run_worker(script, args, coordinator, workers, rank, timeout, pipe)
