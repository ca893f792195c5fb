"""The command ``symgraph``: run programs for MXNet, and look at the models that they left."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import click

import symgraph as mx
from symgraph.errors import MXNetError
from symgraph.runtime.atomic import read_whole


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
    symgraph launch -n 2 train_mnist.py --kv-store dist_sync
    symgraph summary resnet-50 --shape data=1,3,224,224
    symgraph predict resnet-50 0 --shape data=1,3,224,224 --image cat.jpg
    symgraph convert resnet-50 0 --to python --shape data=1,3,224,224
    """


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
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


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
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
@click.option("--local-devices", is_flag=True, hidden=True)
@click.argument("script", type=click.Path(exists=True, dir_okay=False))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def launch(
    workers: int | None,
    coordinator: str | None,
    rank: int | None,
    timeout: float,
    local_devices: bool,
    script: str,
    args: tuple[str, ...],
) -> None:
    """Run a program in several processes, which train together with `kvstore="dist_sync"`.

    The program is one for symgraph or, unchanged, for MXNet, as of `symgraph run`. If a process fails, the others are stopped.

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
    run_worker(script, args, coordinator, workers, rank, timeout, has_own_device=local_devices)


def _shapes(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """``name=1,3,224,224`` as a shape by name."""
    found: dict[str, tuple[int, ...]] = {}
    for text in given:
        name, _, numbers = text.partition("=")
        try:
            shape = tuple(int(number) for number in numbers.strip("()").split(",") if number.strip())
        except ValueError:
            shape = ()
        if not name or not shape or min(shape) < 0:
            raise click.BadParameter(f"'{text}' is not of the form name=1,3,224,224.")
        if found.setdefault(name, shape) != shape:
            raise click.BadParameter(f"'{name}' is given two shapes, {found[name]} and {shape}.")
    return found


def _means(ctx: click.Context, option: click.Parameter, given: str) -> tuple[float, ...]:
    """``123.7,116.3,103.5`` as numbers, one for each colour; one alone is for all of them."""
    try:
        means = tuple(float(number) for number in given.split(","))
    except ValueError:
        means = ()
    if len(means) not in (1, 3):
        raise click.BadParameter(f"'{given}' is not three numbers, such as 123.7,116.3,103.5.")
    return means * 3 if len(means) == 1 else means


def _lines(path: str) -> list[str]:
    try:
        return read_whole(path, "labels").decode().splitlines()
    except UnicodeDecodeError:
        raise click.BadParameter(f"'{path}' is not text.", param_hint="--labels") from None


def _shape_option(command: Callable[..., Any]) -> Callable[..., Any]:
    text = "Shape of an input, as in data=1,3,224,224; for each input once."
    return click.option("--shape", "shapes", multiple=True, callback=_shapes, metavar="NAME=SIZES", help=text)(command)


def _symbol(model: str) -> mx.Symbol:
    """The symbol of a file, or of a checkpoint by its prefix."""
    if model.endswith(".params"):
        raise click.BadParameter(
            f"'{model}' holds parameters; give the file of its symbol, which ends in -symbol.json, or the prefix of both.",
            param_hint="MODEL",
        )
    return mx.sym.load(model if model.endswith(".json") else f"{model}-symbol.json")


@main.command()
@click.argument("model")
@_shape_option
@click.option("--cost", is_flag=True, help="Also show floating-point operations and bytes of each layer.")
def summary(model: str, shapes: dict[str, tuple[int, ...]], cost: bool) -> None:
    """Print the layers of a model: a `.json` file, or the prefix of a checkpoint.

    \b
    symgraph summary resnet-50 --shape data=1,3,224,224 --cost
    """
    click.echo(mx.viz.summary_table(_symbol(model), shapes or None, cost=cost))


@main.command()
@click.argument("model")
@_shape_option
@click.option("-o", "--output", default="model.svg", show_default=True, help="File to write: .svg, .png, .pdf, .dot.")
def plot(model: str, shapes: dict[str, tuple[int, ...]], output: str) -> None:
    """Draw a model: a `.json` file, or the prefix of a checkpoint.

    \b
    symgraph plot resnet-50 --shape data=1,3,224,224 -o resnet.svg
    """
    base, _, kind = output.rpartition(".")
    if not base or not kind:
        raise click.BadParameter(
            f"'{output}' has no ending that tells the format, such as .svg.", param_hint="--output"
        )
    picture = mx.viz.plot_network(_symbol(model), title=base, save_format=kind, shape=shapes or None)
    click.echo(picture.render(base, format=kind))


@main.command()
@click.argument("prefix")
@click.argument("epoch", type=int)
@_shape_option
@click.option("--image", type=click.Path(exists=True, dir_okay=False), help="Image to feed to the first input.")
@click.option(
    "--mean",
    default="0,0,0",
    show_default=True,
    callback=_means,
    help="Subtracted from red, green and blue, of 0 to 255.",
)
@click.option("--scale", default=1.0, show_default=True, help="Factor on what is left.")
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help="Names of classes, one in a line.")
@click.option(
    "--top", default=5, type=click.IntRange(min=1), show_default=True, help="How many of the greatest values to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
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
    names = None if labels is None else _lines(labels)
    found = {name: {"shape": list(array.shape), "top": greatest(array, top, names)} for name, array in outputs.items()}
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, result in found.items():
        click.echo(f"{name} {tuple(result['shape'])}")
        for entry in result["top"]:
            click.echo(f"  {entry['value']:12.6g}  {entry['label']}")


@main.command()
@click.argument("prefix")
@click.argument("epoch", type=int)
@click.option(
    "--to",
    required=True,
    type=click.Choice(["stablehlo", "onnx", "safetensors", "python"]),
    help="Format: a program, a graph, parameters only, or source in JAX.",
)
@_shape_option
@click.option("--batch", metavar="NAME", help="Leave the first length of all inputs open, under this name.")
@click.option("-o", "--output", help="File to write; by default PREFIX and the ending of the format.")
def convert(
    prefix: str, epoch: int, to: str, shapes: dict[str, tuple[int, ...]], batch: str | None, output: str | None
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

    for fname in write(prefix, epoch, to, shapes, output, batch=batch):
        click.echo(fname)


@main.command(
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
