"""``python -m benchmarks operators``: which of MXNet's operators are here, and what holds each of them to MXNet.

Runs every recorded case and prints a summary; ``--write`` instead puts the table of all operators into
``docs/operators.md``.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import symgraph as mx
from symgraph.ir.op import Op
from symgraph.ir.registry import registered_names, why_left_out
from tests.blocks import recorded
from tests.cases import FAMILIES, family
from tests.cases.case import Case
from tests.check import compare, has_derivative
from tests.elsewhere import ELSEWHERE
from tests.golden import Recorded, load_family

DOCUMENT = pathlib.Path(__file__).parent.parent / "docs" / "operators.md"

_HEAD = """# Operators

Here you can look up every operator of MXNet 1.9.1, by name, and what symgraph has of it. Made by `python -m benchmarks
operators --write`; do not edit.

*Cases* counts the recorded calls of real MXNet that its value, shapes, types and JSON are compared with in every test run,
refusals included. *Gradient* says what holds its gradient: `MXNet` for recorded gradients, `differences` for finite
differences of the forward pass, `none` for an operator without one. Operators that draw random numbers, run Python or have a
shape of their own are tested in the file that is named.
"""


@dataclass(frozen=True)
class Row:
    """What is known of one operator.

    Attributes:
        state: ``"here"``, ``"missing"``, or the reason for which it is left out.
        cases: recorded calls of real MXNet.
        gradient: what its gradient is compared with.
        tests: file of its tests, if they are not in the table of cases.
    """

    name: str
    aliases: tuple[str, ...]
    state: str
    cases: int
    gradient: str
    tests: str


def rows() -> list[Row]:
    """One row per operator of MXNet, and per operator of our own."""
    listed = recorded("operators")
    here = registered_names()
    counts: Counter[str] = Counter()
    gradients: dict[str, set[str]] = {}
    for case, record in all_cases():
        for name in _operators(case, record):
            counts[name] += 1
            found = gradients.setdefault(name, set())
            if record.error is None and record.group("grad"):
                found.add("MXNet")
                if has_derivative(case, record):
                    found.add("differences")
    table = []
    for name in sorted({*listed, *(cls.name for cls in here.values())}, key=str.lower):
        reason = why_left_out(name)
        state = "here" if name in here else f"left out: {reason}" if reason else "missing"
        aliases = tuple(listed.get(name, {}).get("aliases", ()))
        gradient = ", ".join(sorted(gradients.get(name, ()))) or _without(here.get(name))
        table.append(Row(name, aliases, state, counts[name], gradient, ELSEWHERE.get(name, "")))
    return table


def _without(cls: type[Op] | None) -> str:
    return "" if cls is None or not cls.blocks_gradient else "none"


def all_cases() -> Iterator[tuple[Case, Recorded]]:
    """Every case of the table with what MXNet made of it."""
    for name in FAMILIES:
        records = load_family(name)
        for case in family(name):
            yield case, records[case.name]


def _operators(case: Case, record: Recorded) -> set[str]:
    """Names of the operators in a case; of a refused one, that of its symbol."""
    if record.error is None:
        nodes = json.loads(record.facts["json"])["nodes"]
        return {node["op"] for node in nodes} - {"null"}
    try:
        return {node.op.name for node in case.build(mx).graph.order if node.op is not None}
    except mx.MXNetError:
        return set()


def as_markdown(table: Sequence[Row]) -> str:
    """The document."""
    lines = ["| operator | aliases | cases | gradient | notes |", "|---|---|---|---|---|"]
    for row in table:
        notes = row.tests if row.state == "here" else row.state
        aliases = " ".join(f"`{alias}`" for alias in row.aliases)
        lines.append(f"| `{row.name}` | {aliases} | {row.cases or ''} | {row.gradient} | {notes} |")
    return f"{_HEAD}\n{summary(table)}\n\n" + "\n".join(lines) + "\n"


def summary(table: Sequence[Row]) -> str:
    """How much of the list is here, in two sentences."""
    states = Counter(row.state if row.state in ("here", "missing") else "left out" for row in table)
    checked = sum(bool(row.gradient) and row.gradient != "none" for row in table)
    return (
        f"{states['here']} operators are here, {states['missing']} are missing, {states['left out']} are left out for the "
        f"reason given. {sum(1 for _ in all_cases())} recorded cases; the gradient of {checked} operators is checked."
    )


def main(argv: Sequence[str]) -> int:
    """Run all cases and print what agrees with MXNet; the exit code is 0 if all do."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks operators", description=main.__doc__)
    parser.add_argument("--write", action="store_true", help=f"run nothing, but write docs/{DOCUMENT.name}")
    table = rows()
    if parser.parse_args(argv).write:
        DOCUMENT.write_text(as_markdown(table), encoding="utf-8")
        return 0
    passed, failed = 0, []
    for case, record in all_cases():
        if record.error is not None:
            continue
        try:
            compare(case, record)
            passed += 1
        except (AssertionError, mx.MXNetError) as failure:
            failed.append(f"{case.name}: {str(failure).strip().splitlines()[0]}")
    print(summary(table))
    print(f"{passed} cases agree with MXNet, {len(failed)} do not.")
    for text in failed:
        print(f"  {text}", file=sys.stderr)
    return 1 if failed else 0
