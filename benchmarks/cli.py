"""The command line: ``python -m benchmarks SUITE [--against LIBRARIES] ...``."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence

from benchmarks import report
from benchmarks.measure import QUICK, Effort
from benchmarks.options import one_of
from benchmarks.peers import DEFAULT_PYTHON, PEERS, Peer, PeerError, ourselves
from benchmarks.suite import SUITES, Suite
from benchmarks.workload import AnyWorkload


def main(argv: Sequence[str] | None = None) -> int:
    """Run a suite and print its table; the exit code is 0 if every workload ran in every library."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["operators"]:
        from benchmarks import operators

        return operators.main(arguments[1:])
    parser = _parser()
    options = parser.parse_args(arguments)
    suite = SUITES[options.suite]
    workloads = _chosen(parser, options.only, suite.workloads(options))
    peers = [ourselves(), *_peers(parser, options)]
    document = _document(parser, options)
    try:
        found = suite.run(options.suite, peers, workloads, _effort(options, suite), _progress)
    except PeerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _progress("")
    print(found.as_text())
    if options.json:
        options.json.write_text(json.dumps(found.data, indent=1) + "\n")
    if options.markdown:
        options.markdown.write_text(report.into_markdown(document, options.suite, found.as_markdown()))
    return 1 if found.failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Benchmarks of symgraph against its peers."
    )
    parsers = parser.add_subparsers(dest="suite", required=True, metavar="SUITE")
    for name, suite in SUITES.items():
        own = parsers.add_parser(name, help=suite.title, description=f"{suite.title}.")
        suite.add_options(own)
        _add_common(own, suite)
    parsers.add_parser("operators", help="no times, but which operators are here and how they are checked")
    return parser


def _add_common(parser: argparse.ArgumentParser, suite: Suite) -> None:
    effort = suite.effort
    parser.add_argument(
        "--against",
        type=one_of(suite.peers),
        default=(),
        metavar="NAMES",
        help=f"peers, by comma: {', '.join(suite.peers)}",
    )
    for name in suite.peers:
        usual = "this one" if name in DEFAULT_PYTHON else "none"
        parser.add_argument(
            f"--{name}-python",
            metavar="PATH",
            default=DEFAULT_PYTHON.get(name),
            help=f"the Python that has {name} (default: {usual})",
        )
    parser.add_argument("--only", metavar="NAMES", help="workloads, by comma; default: all of the suite")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"samples per workload (default {effort.rounds})")
    parser.add_argument("--seconds", type=float, metavar="S", help=f"length of a sample (default {effort.seconds})")
    parser.add_argument("--quick", action="store_true", help="a try-out: few and short samples")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write every sample as JSON")
    parser.add_argument(
        "--markdown", type=pathlib.Path, metavar="FILE", help="also replace the suite's table in a document"
    )


def _chosen(
    parser: argparse.ArgumentParser, only: str | None, known: Mapping[str, AnyWorkload]
) -> Mapping[str, AnyWorkload]:
    names = list(known) if only is None else only.split(",")
    for name in names:
        if name not in known:
            parser.error(f"--only: there is no workload {name!r}; choose from {', '.join(known)}")
    return {name: known[name] for name in names}


def _peers(parser: argparse.ArgumentParser, options: argparse.Namespace) -> list[Peer]:
    peers = []
    for name in options.against:
        python = getattr(options, f"{name}_python")
        if python is None:
            parser.error(f"--against {name} needs --{name}-python, the path of a Python that has it")
        peers.append(PEERS[name](python))
    return peers


def _effort(options: argparse.Namespace, suite: Suite) -> Effort:
    base = QUICK if options.quick else suite.effort
    return Effort(options.rounds or base.rounds, options.seconds or base.seconds, base.cold)


def _document(parser: argparse.ArgumentParser, options: argparse.Namespace) -> str:
    """The document to put the table into, checked before anything is measured."""
    if options.markdown is None:
        return ""
    try:
        text: str = options.markdown.read_text()
        report.into_markdown(text, options.suite, "")
    except (OSError, ValueError) as error:
        parser.error(f"--markdown {options.markdown}: {error}")
    return text


def _progress(what: str) -> None:
    """One line on the terminal, always the same one; nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what and f'measuring {what} ...'}", end="", file=sys.stderr, flush=True)
