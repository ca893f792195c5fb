"""What several commands take: a model, its operators and the shapes of its inputs, numbers for colours, names of classes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

import symgraph as mx
from symgraph.errors import MXNetError, listed
from symgraph.interop.checkpoint import LEARNT, newest_parameters, parameters_of, unknown_shapes, with_shapes
from symgraph.interop.user_modules import imported
from symgraph.runtime.atomic import read_whole
from symgraph.train.checkpoint import SYMBOL_ENDING, symbol_file_of

T = TypeVar("T")


def by_name(given: Iterable[str], read: Callable[[str], T | None], form: str, what: str) -> dict[str, T]:
    """What ``name=value`` says, each once.

    Args:
        given: such texts.
        read: makes of the text of a value what it means; nothing or an empty one where it means nothing.
        form, what: an example of a text, and what the values are, for messages.
    """
    found: dict[str, T] = {}
    for text in given:
        name, _, value = text.partition("=")
        meant = read(value)
        if not name or not meant:
            raise click.BadParameter(f"'{text}' is not of the form {form}.")
        if found.setdefault(name, meant) != meant:
            raise click.BadParameter(f"'{name}' is given two {what}, '{found[name]}' and '{meant}'.")
    return found


def _shape(text: str) -> tuple[int, ...] | None:
    """``1,3,224,224`` as a shape."""
    try:
        shape = tuple(int(number) for number in text.strip("()").split(",") if number.strip())
    except ValueError:
        return None
    return shape if min(shape, default=0) >= 0 else None


def _shapes(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    return by_name(given, _shape, "name=1,3,224,224", "shapes")


def means(ctx: click.Context, option: click.Parameter, given: str) -> tuple[float, ...]:
    """``123.7,116.3,103.5`` as numbers, one for each colour; one alone is for all of them."""
    try:
        means = tuple(float(number) for number in given.split(","))
    except ValueError:
        means = ()
    if len(means) not in (1, 3):
        raise click.BadParameter(f"'{given}' is not three numbers, such as 123.7,116.3,103.5.")
    return means * 3 if len(means) == 1 else means


def lines(path: str) -> list[str]:
    """Lines of a text file."""
    try:
        return read_whole(path, "labels").decode().splitlines()
    except UnicodeDecodeError:
        raise click.BadParameter(f"'{path}' is not text.", param_hint="--labels") from None


def shape_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--shape``."""
    text = "Shape of an input, as in data=1,3,224,224; for each input once."
    return click.option("--shape", "shapes", multiple=True, callback=_shapes, metavar="NAME=SIZES", help=text)(command)


def _import(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> None:
    """Import modules, for as long as the command runs."""
    for module in given:
        if not module.endswith(".py") and not all(part.isidentifier() for part in module.split(".")):
            raise click.BadParameter(
                f"'{module}' is neither a module, such as package.module, nor a file that ends in .py."
            )
    if given:
        ctx.with_resource(imported(given))


def import_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--import``, which takes effect where the command line is read."""
    text = "Module, or .py file, that registers operators of the model; once for each."
    option = click.option(
        "--import", "modules", multiple=True, callback=_import, expose_value=False, metavar="MODULE", help=text
    )
    return option(command)


FORCE = "--force"


def force_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--force``: without it, a command replaces no file."""
    text = "Replace a file that is there already; never one that is read."
    return click.option(FORCE, is_flag=True, help=text)(command)


def file_of(model: str) -> str:
    """The file of a symbol, which may be given by the prefix of its checkpoint."""
    return model if model.endswith(".json") else symbol_file_of(model)


def name_of(model: str) -> str:
    """What to call files that are made of a model, without a folder."""
    return os.path.basename(model).removesuffix(SYMBOL_ENDING).removesuffix(".json")


def symbol_of(model: str) -> mx.Symbol:
    """The symbol of a file, or of a checkpoint by its prefix."""
    if model.endswith(".params"):
        raise click.BadParameter(
            f"'{model}' holds parameters; give the file of its symbol, which ends in -symbol.json, or the prefix of both.",
            param_hint="MODEL",
        )
    return mx.sym.load(file_of(model))


def sized_symbol_of(
    model: str, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[mx.Symbol, Mapping[str, tuple[int, ...] | None] | None]:
    """`symbol_of` a model, whose parameters have the shapes of those beside it where these do not follow from `shapes`.

    Returns:
        It, and shapes of its inputs for `symgraph.viz`. What was read, and what is still not known, is told on the standard
        error stream.
    """
    symbol = symbol_of(model)
    unknown = unknown_shapes(symbol, shapes)
    fname = newest_parameters(file_of(model).removesuffix(SYMBOL_ENDING)) if unknown else None
    if fname is None:
        return symbol, shapes or None
    try:
        args, aux = parameters_of(symbol, fname)
        sized = with_shapes(symbol, {**args, **aux}, unknown)
        still = unknown_shapes(sized, shapes)
    except MXNetError as error:
        click.echo(f"{fname} is not used: {error}", err=True)
        return symbol, shapes or None
    if still == unknown:
        return symbol, shapes or None
    inputs = [name for name in symbol.list_arguments() if name not in args and not name.endswith(LEARNT)]
    missing = [name for name in still if name in inputs and not name.endswith("label")]
    click.echo(f"Shapes of parameters are from {fname}.{_how_to_give(missing)}", err=True)
    return sized, shapes or dict.fromkeys(inputs) or None


def _how_to_give(inputs: Sequence[str]) -> str:
    """The end of a message about inputs that have no shapes; empty if there are none."""
    if not inputs:
        return ""
    return f" For those of outputs, give that of each input ({listed(inputs)}), as in --shape {inputs[0]}=1,3,224,224."


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--json``, as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs to read.")(command)
