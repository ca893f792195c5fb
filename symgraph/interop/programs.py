"""Running programs that were written for MXNet."""

from __future__ import annotations

import logging
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from symgraph.errors import FormatError
from symgraph.interop.absences import Absences, noted
from symgraph.interop.old_numpy import with_old_numpy
from symgraph.interop.old_python import hint, translation

INTERRUPTED = 130
"""Exit code after Ctrl-C: what a shell says of a process that ends so."""


def run_program(script: str, args: Sequence[str] = ()) -> Absences:
    """Run a script as Python would, with symgraph in the place of MXNet and the names of an older NumPy.

    Args:
        script: its file.
        args: what it finds in ``sys.argv[1:]``.

    Returns:
        what it asked for and symgraph does not have. Exceptions of the script pass, with these as their `absences`.

    Raises:
        FormatError: it is no Python 3.
    """
    _check_syntax(script)
    import symgraph.interop.mxnet_alias  # noqa: F401 - the import is what changes the meaning of `import mxnet`

    logging.getLogger("jax").setLevel(logging.WARNING)  # scripts log everything, to see how a training goes
    with noted() as absences, with_old_numpy(), _as_main(script, args), _for_children():
        try:
            runpy.run_path(script, run_name="__main__")
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            vars(error)["absences"] = absences
            raise
    return absences


def run_and_report(
    script: str, args: Sequence[str], tells: bool = True, code_of: Callable[[Exception], int] | None = None
) -> int:
    """`run_program`, with what went wrong, and what is absent, on the standard error stream.

    Args:
        tells: whether to tell what is absent, and where it was interrupted; of several processes that run a script, one is
            enough.
        code_of: the code to exit with after an error; 1 by default.

    Returns:
        the code to exit with.
    """
    code: Any = 0
    try:
        absences = run_program(script, args)
    except SystemExit as error:
        absences, code = error.absences, error.code  # type: ignore[attr-defined]
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
            code = 1
    except Exception as error:
        if not hasattr(error, "absences"):
            raise
        absences, code = error.absences, code_of(error) if code_of else 1
        sys.stderr.write(traceback_of(error, script))
        what_to_do = hint(error, script)
        if what_to_do:
            sys.stderr.write(f"\n{what_to_do}\n")
    except KeyboardInterrupt as error:
        if not hasattr(error, "absences"):
            raise
        absences, code = error.absences, INTERRUPTED
        if tells:
            sys.stderr.write(traceback_of(error, script))
    if absences and tells:
        sys.stderr.write(f"\n{script} asked for what symgraph does not have:\n{absences}\n")
    return 0 if code is None else int(code)


def _check_syntax(script: str) -> None:
    with open(script, "rb") as file:
        content = file.read()
    try:
        compile(content, script, "exec", dont_inherit=True)
    except SyntaxError as error:
        text = (error.text or "").strip()
        if not text:
            raise FormatError(f"{script} is not a program in Python: {error.msg}.") from None
        raise FormatError(
            f"{script}, line {error.lineno}: `{text}` is not Python 3 ({error.msg}). {translation(script)}"
        ) from None


@contextmanager
def _as_main(script: str, args: Sequence[str]) -> Iterator[None]:
    """``sys.argv`` and ``sys.path`` as the script would find them."""
    argv, path = sys.argv, sys.path.copy()
    sys.argv = [script, *args]
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    try:
        yield
    finally:
        sys.argv, sys.path[:] = argv, path


@contextmanager
def _for_children() -> Iterator[None]:
    """Processes that the script starts find ``mxnet``, too."""
    before = os.environ.get("PYTHONPATH")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "children")
    os.environ["PYTHONPATH"] = os.pathsep.join([folder, before] if before else [folder])
    sys.path.append(folder)  # which multiprocessing hands on
    try:
        yield
    finally:
        sys.path.remove(folder)
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def traceback_of(error: BaseException, script: str) -> str:
    """A traceback that begins in the script: how it was run is not of interest."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((i for i, frame in enumerate(frames) if os.path.abspath(frame.filename) == os.path.abspath(script)), 0)
    lines = traceback.format_list(frames[first:]) + traceback.format_exception_only(error)
    return "Traceback (most recent call last):\n" + "".join(lines)
