"""Cases of operators that networks have which were saved with MXNet's NumPy interface: read from JSON, as they come."""

from __future__ import annotations

import json
from typing import Any

from tests.cases.case import Case, uniform

POSITIVE = {"x0": uniform(0.5, 2), "x1": uniform(0.5, 2)}


def saved(name: str, *shapes: tuple, label: str = "", draw: dict | None = None, **attributes: str) -> Case:
    """A network of one operator."""
    inputs = [f"x{i}" for i in range(len(shapes))]
    nodes = [{"op": "null", "name": each, "inputs": []} for each in inputs]
    node = {"op": name, "name": "op", "attrs": attributes, "inputs": [[i, 0, 0] for i in range(len(shapes))]}
    graph = {
        "nodes": [*nodes, node],
        "arg_nodes": list(range(len(shapes))),
        "heads": [[len(shapes), 0, 0]],
        "attrs": {"is_np_shape": ["int", 1], "mxnet_version": ["int", 10901]},
    }

    def build(mx: Any) -> Any:
        return mx.sym.load_json(json.dumps(graph))

    options = "-".join(f"{key}={value}" for key, value in attributes.items())
    return Case(f"{name}/{label or options or 'plain'}", build, dict(zip(inputs, shapes, strict=True)), draw=draw or {})


CASES = [
    *(saved(f"_npi_{name}", (2, 3), (3,), draw=POSITIVE) for name in ("add", "subtract", "multiply", "true_divide")),
    saved("_npi_add_scalar", (2, 3), scalar="1.5", is_int="False"),
    saved("_npi_subtract_scalar", (2, 3), scalar="1.5"),
    saved("_npi_rsubtract_scalar", (2, 3), scalar="2"),
    saved("_npi_multiply_scalar", (2, 3), scalar="2.0", is_int="True"),
    saved("_npi_power_scalar", (2, 3), scalar="3"),
    saved("_npi_true_divide_scalar", (2, 3), scalar="4", is_int="True"),
    saved("_npi_rtrue_divide_scalar", (2, 3), scalar="1.5", is_int="False", draw=POSITIVE),
    saved("_np_copy", (2, 3)),
    saved("_npx_relu", (2, 3)),
    saved("_npx_sigmoid", (2, 3)),
    *(saved(f"_npi_{name}", (2, 3), draw=POSITIVE) for name in ("exp", "log", "negative", "sqrt", "square", "tanh")),
    saved("_npi_concatenate", (2, 3), (2, 4), axis="-1", num_args="2"),
    saved("_npi_concatenate", (2, 3), (1, 3), num_args="2"),
    saved("_np_transpose", (2, 3, 4)),
    saved("_np_transpose", (2, 3, 4), axes="(0, -1, 1)"),
    saved("_np_reshape", (2, 3, 4), newshape="(4, -1)", order="C"),
    *(
        saved("_npx_reshape", (2, 3, 4), newshape=shape)
        for shape in ("-1", "(-2, -5)", "(-6, 1, 2, -4)", "(-2, -2, -6, -1, 2)", "(-5, 4)")
    ),
    saved("_npx_reshape", (2, 1, 4), newshape="(-2, -3, -4)"),
    saved("_npx_reshape", (2, 3, 4), newshape="(-1, -2)", reverse="True"),
    saved("_np_sum", (2, 3, 4), axis="(0, -1)", dtype="None", initial="None"),
    saved("_npi_mean", (2, 3), axis="1", keepdims="True"),
    saved("_npi_mean", (2, 3)),
]
