"""What the devices of a program exchange, by the text of the compiled program."""

from __future__ import annotations

import math
import re

KINDS = ("all-reduce", "all-gather", "reduce-scatter", "all-to-all", "collective-permute")
"""Operations of XLA in which devices take part together. Those in two halves count where they start."""

_LINE = re.compile(rf"^\s*(?:ROOT )?%?[\w.-]+ = (?P<type>.*?) (?P<kind>{'|'.join(KINDS)})(?:-start)?\(", re.MULTILINE)
_ARRAY = re.compile(r"\b(?P<letters>[a-z]+)(?P<bits>\d*)(?:e\d\w*)?\[(?P<shape>[\d,]*)\]")


def communicated(text: str) -> dict[str, int]:
    """Bytes of the results on one device of all operations of each kind, in a program of HLO text; kinds that it has.

    >>> communicated("  %sum = (f32[2,3]{1,0}, bf16[4]{0}) all-reduce(%a, %b), channel_id=1")
    {'all-reduce': 32}
    """
    found: dict[str, int] = {}
    for line in _LINE.finditer(text):
        found[line["kind"]] = found.get(line["kind"], 0) + sum(map(_size, _ARRAY.finditer(line["type"])))
    return found


def _size(array: re.Match[str]) -> int:
    bits = int(array["bits"]) if array["bits"] else 8  # pred
    return math.prod(int(length) for length in array["shape"].split(",") if length) * max(bits, 8) // 8
