"""The table of cases that all law tests run over, one module per operator family.

These modules run under symgraph and, for recording, under real MXNet: they import neither and get the module as `mx`.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.cases.case import Case

FAMILIES = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != "case")


def family(name: str) -> list[Case]:
    """The cases of one family, whose names must be unique."""
    cases = importlib.import_module(f"tests.cases.{name}").CASES
    names = [case.name for case in cases]
    doubled = {n for n in names if names.count(n) > 1}
    if doubled:
        raise ValueError(f"case names of family {name} are not unique: {sorted(doubled)}")
    return cases


def all_cases() -> list[Case]:
    """Every case of every family."""
    return [case for name in FAMILIES for case in family(name)]
