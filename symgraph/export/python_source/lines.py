"""Statements as lines of at most 100 columns, broken at brackets as formatters of Python do."""

from __future__ import annotations

WIDTH = 100
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def assignment(target: str, value: str, comment: str = "", indent: str = "    ") -> str:
    """``target = value  # comment``, on as many lines as it takes.

    >>> print(assignment("y", "convolution(x, weight)", "(1, 8)", ""))
    y = convolution(x, weight)  # (1, 8)
    """
    note = f"  # {comment}" if comment else ""
    return "\n".join(_broken(f"{indent}{target} = ", value, note, indent))


def returned(values: list[str]) -> str:
    """``return`` of one value or of several, in a function."""
    if len(values) == 1:
        return f"    return {values[0]}"
    whole = f"    return {', '.join(values)}"
    if len(whole) <= WIDTH:
        return whole
    return "\n".join(["    return (", *(f"        {value}," for value in values), "    )"])


def items(text: str) -> list[str]:
    """The parts between the commas of a text, those inside of brackets and quotation marks left alone.

    >>> items('x, (1, 2), f["a, b"]')
    ['x', '(1, 2)', 'f["a, b"]']
    """
    parts, depth, start = [], 0, 0
    for place, character in _outside_of_strings(text):
        depth += (character in _CLOSING) - (character in _CLOSING.values())
        if character == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()] if text[start:].strip() else parts


def _outside_of_strings(text: str) -> list[tuple[int, str]]:
    found, quote, previous = [], False, ""
    for place, character in enumerate(text):
        if character == '"' and previous != "\\":
            quote = not quote
        elif not quote:
            found.append((place, character))
        previous = "" if previous == "\\" else character
    return found


def _last_bracket(text: str) -> tuple[int, int] | None:
    """Where the last pair of brackets that are not within others opens and closes."""
    found, depth, start = None, 0, 0
    for place, character in _outside_of_strings(text):
        if character in _CLOSING:
            start = place if depth == 0 else start
            depth += 1
        elif character in _CLOSING.values():
            depth -= 1
            found = (start, place) if depth == 0 else found
    return found


def _broken(before: str, value: str, after: str, indent: str) -> list[str]:
    whole = before + value + after
    pair = _last_bracket(value)
    if len(whole) <= WIDTH or pair is None:
        return [whole]
    start, end = pair
    inner = indent + "    "
    parts = items(value[start + 1 : end])
    first, last = before + value[: start + 1], indent + value[end:] + after
    is_call = start > 0 and (value[start - 1].isalnum() or value[start - 1] == "_")
    joined = inner + ", ".join(parts)
    if is_call and len(joined) <= WIDTH:
        return [first, joined, last]
    rows = [line for part in parts for line in _broken(inner, part, ",", inner)]
    return [first, *rows, last]
