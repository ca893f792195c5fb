"""Record the list of real MXNet 1.9.1's operators: names, aliases, inputs and attributes.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_operators

Writes ``tests/golden/operators.json``, a line per operator. Backward operators and those of the NumPy interface, which no
symbol of ours can contain, are not listed.
"""

from __future__ import annotations

import ctypes
import json
import pathlib
import re
from typing import Any

INTERNAL = re.compile(r"_backward|_np|_npi|_npx")
ARRAYS = re.compile(r"NDArray|Symbol|<tuple of|symbols? or")


def operators() -> dict[str, dict[str, Any]]:
    """Every operator by name: ``aliases``, ``inputs``, and ``attributes`` with MXNet's words for type and default."""
    from mxnet.base import _LIB, c_str, check_call, mx_uint, py_str

    size, names = mx_uint(), ctypes.POINTER(ctypes.c_char_p)()
    check_call(_LIB.MXListAllOpNames(ctypes.byref(size), ctypes.byref(names)))
    found: dict[str, dict[str, Any]] = {}
    for alias in sorted(py_str(names[i]) for i in range(size.value)):
        handle = ctypes.c_void_p()
        check_call(_LIB.NNGetOpHandle(c_str(alias), ctypes.byref(handle)))
        name, facts = described(handle)
        if INTERNAL.match(name):
            continue
        entry = found.setdefault(name, {"aliases": [], **facts})
        if alias != name:
            entry["aliases"].append(alias)
    return dict(sorted(found.items()))


def described(handle: ctypes.c_void_p) -> tuple[str, dict[str, Any]]:
    """Name, inputs and attributes of an operator."""
    from mxnet.base import _LIB, check_call, mx_uint, py_str

    text, strings = ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)
    name, description, variadic, result = text(), text(), text(), text()
    count, fields, types, descriptions = mx_uint(), strings(), strings(), strings()
    places = [ctypes.byref(x) for x in (name, description, count, fields, types, descriptions, variadic, result)]
    check_call(_LIB.MXSymbolGetAtomicSymbolInfo(handle, *places))
    given = [(py_str(fields[i]), py_str(types[i])) for i in range(count.value)]
    inputs = [field for field, kind in given if ARRAYS.match(kind)]
    attributes = {field: kind for field, kind in given if not ARRAYS.match(kind)}
    return py_str(name.value), {"inputs": inputs, "attributes": attributes}


def main() -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in operators().items()]
    path = pathlib.Path(__file__).parent / "operators.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
