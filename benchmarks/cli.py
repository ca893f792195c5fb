"""The command line: ``python -m benchmarks SUITE [--against LIBRARIES] ...``."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks import plot, report
from benchmarks.measure import QUICK, Effort
from benchmarks.options import one_of
from benchmarks.peers import DEFAULT_PYTHON, ENVIRONMENTS, PEERS, Peer, PeerError, ourselves
from benchmarks.suite import SUITES, Request, Suite
from benchmarks.workload import AnyWorkload


def main(argv: Sequence[str] | None = None) -> int:
    """Run a suite and print its table; the exit code is 0 if every workload ran in every library."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["operators"]:
        from benchmarks import operators

        return operators.main(arguments[1:])
    parser = _parser()
    options = parser.parse_args(arguments)
    asked = _expanded(parser, options) if options.suite == "all" else [options]
    plans = [(one, _chosen(parser, one), _peers(parser, one)) for one in asked]
    for one in asked:
        _check_files(parser, one)
    code = 0
    for plan in plans:
        code = max(code, _run(*plan))
        if code == 2:
            break
    return code


def _run(options: argparse.Namespace, workloads: Mapping[str, AnyWorkload], peers: Sequence[Peer]) -> int:
    """Run one suite."""
    suite = SUITES[options.suite]
    request = Request(_effort(options, suite), options.memory and suite.memory, _progress)
    try:
        found = suite.run(options.suite, peers, workloads, request)
    except PeerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _progress("")
    print(found.as_text())
    if options.json:
        options.json.write_text(json.dumps(found.data, indent=1) + "\n")
    if options.markdown:
        document = options.markdown.read_text()
        options.markdown.write_text(report.into_markdown(document, options.suite, found.as_markdown()))
    if options.plot:
        plot.draw(found.figures, options.plot)
    return 1 if found.failed else 0


def _expanded(parser: argparse.ArgumentParser, options: argparse.Namespace) -> list[argparse.Namespace]:
    """The options of ``all`` for each suite: its own ones as usual, files with its name in theirs."""
    asked = []
    for name in options.suites:
        own = vars(parser.parse_args([name]))
        given = {**vars(options), "suite": name, "memory": True}
        given["against"] = [peer for peer in options.against if peer in SUITES[name].peers]
        for kind in ("json", "plot"):
            path = given[kind]
            given[kind] = path and path.with_stem(f"{path.stem}-{name}")
        asked.append(argparse.Namespace(**{**own, **given}))
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Benchmarks of symgraph against its peers."
    )
    parsers = parser.add_subparsers(dest="suite", required=True, metavar="SUITE")
    for name, suite in SUITES.items():
        own = parsers.add_parser(name, help=suite.title, description=f"{suite.title}.")
        suite.add_options(own)
        _add_common(own, suite.peers, suite.effort)
        own.add_argument("--only", metavar="NAMES", help="workloads, by comma; default: all of the suite")
        if suite.memory:
            own.add_argument("--memory", action="store_true", help="also peak memory, each in a process of its own")
        else:
            own.set_defaults(memory=False)
    every = parsers.add_parser("all", help="all suites, one after the other", description="All suites, with memory.")
    known = ",".join(SUITES)
    every.add_argument(
        "--suites", type=one_of(SUITES), default=tuple(SUITES), metavar="NAMES", help=f"default: {known}"
    )
    every.set_defaults(only=None)
    _add_common(every, tuple(PEERS), None)
    parsers.add_parser("operators", help="no times, but which operators are here and how they are checked")
    return parser


def _add_common(parser: argparse.ArgumentParser, peers: Sequence[str], effort: Effort | None) -> None:
    rounds, seconds = (effort.rounds, effort.seconds) if effort else ("that of the suite",) * 2
    parser.add_argument(
        "--against",
        type=one_of(peers),
        default=(),
        metavar="NAMES",
        help=f"peers, by comma: {', '.join(peers)}",
    )
    for name in (peer for peer in peers if peer not in ENVIRONMENTS):
        usual = "this one" if name in DEFAULT_PYTHON else "none"
        parser.add_argument(
            f"--{name}-python",
            metavar="PATH",
            default=DEFAULT_PYTHON.get(name),
            help=f"the Python that has {name} (default: {usual})",
        )
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu", help="where all work (default: cpu)")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"samples per workload (default {rounds})")
    parser.add_argument("--seconds", type=float, metavar="S", help=f"length of a sample (default {seconds})")
    parser.add_argument("--quick", action="store_true", help="a try-out: few and short samples")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write every sample as JSON")
    parser.add_argument(
        "--markdown", type=pathlib.Path, metavar="FILE", help="also replace the suite's table in a document"
    )
    parser.add_argument(
        "--plot", type=pathlib.Path, metavar="FILE", help=f"also draw the results ({', '.join(plot.FORMATS)})"
    )


def _chosen(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Mapping[str, AnyWorkload]:
    known = SUITES[options.suite].workloads(options)
    names = list(known) if options.only is None else options.only.split(",")
    for name in names:
        if name not in known:
            parser.error(f"--only: there is no workload {name!r}; choose from {', '.join(known)}")
    return {name: known[name] for name in names}


def _peers(parser: argparse.ArgumentParser, options: argparse.Namespace) -> list[Peer]:
    """Ourselves first."""
    peers = [ourselves()]
    for name in options.against:
        home = ENVIRONMENTS.get(name, name)
        python = getattr(options, f"{home.replace('-', '_')}_python")
        if python is None:
            parser.error(f"--against {name} needs --{home}-python, the path of a Python that has it")
        peers.append(PEERS[name](python))
    return [replace(peer, device=options.device) for peer in peers]


def _effort(options: argparse.Namespace, suite: Suite) -> Effort:
    base = QUICK if options.quick else suite.effort
    return Effort(options.rounds or base.rounds, options.seconds or base.seconds, base.cold)


def _check_files(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Refuse, before anything is measured, what could not be written."""
    if options.markdown is not None:
        try:
            report.into_markdown(options.markdown.read_text(), options.suite, "")
        except (OSError, ValueError) as error:
            parser.error(f"--markdown {options.markdown}: {error}")
    if options.plot is not None and (problem := plot.problem_with(options.plot)):
        parser.error(f"--plot {options.plot}: {problem}")


def _progress(what: str) -> None:
    """One line on the terminal, always the same one; nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what and f'measuring {what} ...'}", end="", file=sys.stderr, flush=True)
