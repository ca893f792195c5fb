"""``symgraph bench``: how long a model takes here."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click

import symgraph as mx
from symgraph.cli.options import import_option, json_option, shape_option, sized_symbol_of
from symgraph.errors import listed
from symgraph.runtime.context import as_context

PASSES = {"forward": "forward pass", "train": "step of training"}


def _context(ctx: click.Context, option: click.Parameter, given: str | None) -> mx.Context:
    """``gpu(1)`` as a context; ``gpu`` is the first."""
    if given is not None and re.fullmatch(r"(cpu|gpu|tpu)(\(\d+\))?", given) is None:
        raise click.BadParameter(f"'{given}' is none of cpu, gpu, tpu, nor one of several, as in 'gpu(1)'.")
    return as_context(given)


@click.command(short_help="Measure how long a model takes here.")
@click.argument("model")
@shape_option
@import_option
@click.option("--only", type=click.Choice(list(PASSES)), help="Measure one of the two; by default both.")
@click.option(
    "--device", metavar="CONTEXT", callback=_context, help="cpu, gpu, gpu(1) or tpu; by default the current context."
)
@click.option(
    "--seconds",
    default=2.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="How long to measure each.",
)
@json_option
def bench(
    model: str, shapes: dict[str, tuple[int, ...]], only: str | None, device: mx.Context, seconds: float, as_json: bool
) -> None:
    """Measure a model: a `.json` file, or the prefix of a checkpoint.

    The first call traces and compiles the program, or reads it from the cache. A step of training is forward, backward and
    an update by SGD. Parameters have random values: times do not depend on them.

    \b
    symgraph bench resnet-50 --shape data=16,3,224,224
    symgraph bench resnet-50 --shape data=1,3,224,224 --only forward --device gpu --json
    """
    from symgraph.interop.speed import open_outputs, times_of

    if not shapes:
        raise click.BadParameter("give the shape of each input, as in --shape data=16,3,224,224.", param_hint="--shape")
    symbol, _ = sized_symbol_of(model, shapes)
    batch = next(iter(shapes.values()))[0]
    kinds = [only] if only else [*PASSES]
    no_losses = open_outputs(symbol, shapes)
    if no_losses and only is None:
        kinds.remove("train")
        click.echo(
            f"Without a loss there is no step of training; these outputs are none: {listed(no_losses, 3)}.", err=True
        )
    passes: dict[str, Any] = {}
    for kind in kinds:
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[Kmeasuring the {PASSES[kind]} ...", nl=False, err=True)
        times = times_of(symbol, shapes, device, seconds, trains=kind == "train")
        rate = batch / times.median if times.median else None
        passes[kind] = {"first": times.first, "median": times.median, "least": times.least, "examples_per_second": rate}
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    found = {"model": model, "shapes": shapes, "device": str(device), "symgraph": mx.__version__, "seconds": passes}
    click.echo(json.dumps(found, indent=2) if as_json else _table(found))


def _table(found: dict[str, Any]) -> str:
    given = ", ".join(f"{name}={','.join(map(str, shape))}" for name, shape in found["shapes"].items())
    lines = [f"{found['model']}, {given}, on {found['device']}"]
    lines.append(f"{'':<18}{'first call':>12}{'median':>12}{'least':>12}{'examples/s':>12}")
    for kind, times in found["seconds"].items():
        cells = [_shown(times[name]) for name in ("first", "median", "least")]
        lines.append(
            f"{PASSES[kind]:<18}" + "".join(f"{cell:>12}" for cell in (*cells, f"{times['examples_per_second']:.4g}"))
        )
    return "\n".join(lines)


def _shown(seconds: float) -> str:
    scale, unit = (1, "s") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "µs")
    return f"{seconds * scale:.3g} {unit}"
