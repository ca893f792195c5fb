"""The command line: ``python -m benchmarks SUITE [--against LIBRARIES] ...``."""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import sys
from collections.abc import Sequence

from benchmarks import report
from benchmarks.measure import QUICK, Effort, measure
from benchmarks.peers import PEERS, Peer, PeerError, ourselves

SUITES = ("small",)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a suite and print its table; the exit code is 0 if every workload ran in every library."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["operators"]:
        from benchmarks import operators

        return operators.main(arguments[1:])
    parser = _parser()
    options = parser.parse_args(arguments)
    suite = importlib.import_module(f"benchmarks.suites.{options.suite}")
    names = _chosen(parser, options.only, list(suite.WORKLOADS))
    peers = [ourselves(), *_peers(parser, options)]
    effort = _effort(options)
    document = _document(parser, options)
    try:
        outcome = measure(peers, options.suite, names, [n for n in suite.COLD if n in names], effort, _progress)
    except PeerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _progress("")
    print(report.as_text(outcome, suite.WORKLOADS, effort))
    if options.json:
        options.json.write_text(json.dumps(report.as_json(options.suite, outcome, effort), indent=1) + "\n")
    if options.markdown:
        table = report.as_markdown(outcome, suite.WORKLOADS, effort)
        options.markdown.write_text(report.into_markdown(document, options.suite, table))
    return 1 if any(row.failures for row in outcome.rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Benchmarks of symgraph against its peers."
    )
    suites = (
        "small: graph work and dispatch; operators: no times, but which operators are here and how they are checked"
    )
    parser.add_argument("suite", choices=(*SUITES, "operators"), help=suites)
    parser.add_argument("--against", default="", metavar="NAMES", help=f"peers, by comma: {', '.join(PEERS)}")
    for name in PEERS:
        parser.add_argument(f"--{name}-python", metavar="PATH", help=f"the Python that has {name}")
    parser.add_argument("--only", metavar="NAMES", help="workloads, by comma; default: all of the suite")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"samples per workload (default {Effort.rounds})")
    parser.add_argument("--seconds", type=float, metavar="S", help=f"length of a sample (default {Effort.seconds})")
    parser.add_argument("--quick", action="store_true", help="a try-out: few and short samples")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write every sample as JSON")
    parser.add_argument(
        "--markdown", type=pathlib.Path, metavar="FILE", help="also replace the suite's table in a document"
    )
    return parser


def _chosen(parser: argparse.ArgumentParser, only: str | None, known: list[str]) -> list[str]:
    names = known if only is None else only.split(",")
    for name in names:
        if name not in known:
            parser.error(f"--only: there is no workload {name!r}; choose from {', '.join(known)}")
    return names


def _peers(parser: argparse.ArgumentParser, options: argparse.Namespace) -> list[Peer]:
    peers = []
    for name in filter(None, options.against.split(",")):
        if name not in PEERS:
            parser.error(f"--against: there is no peer {name!r}; choose from {', '.join(PEERS)}")
        python = getattr(options, f"{name}_python")
        if python is None:
            parser.error(f"--against {name} needs --{name}-python, the path of a Python that has it")
        peers.append(PEERS[name](python))
    return peers


def _effort(options: argparse.Namespace) -> Effort:
    base = QUICK if options.quick else Effort()
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
