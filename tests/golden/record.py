"""Record what real MXNet 1.9.1 makes of the case table.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11), never in the project's own:

    MXNET_PYTHON -m tests.golden.record [FAMILY ...]

The family ``multicast`` is recorded by itself: it needs MXNet without oneDNN, which otherwise corrupts its memory there.

Writes ``tests/golden/<family>.npz``: per case the symbol's JSON, inferred shapes and types, outputs, gradients and new
auxiliary states. Inputs are not stored; `tests.cases.case` draws them again. A case MXNet refuses is stored as an error.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
from typing import Any

import numpy as np

from tests.cases import FAMILIES, family
from tests.cases.case import Case

HERE = pathlib.Path(__file__).parent


def record_case(mx: Any, case: Case) -> dict[str, np.ndarray]:
    """All that is compared for one case, by the kind of value and its name."""
    with mx.name.NameManager():
        symbol = case.build(mx)
    shapes = dict(zip(symbol.list_arguments(), symbol.infer_shape(**case.shapes)[0]))
    types = {name: case.dtypes.get(name, case.dtype) for name in case.shapes}
    arg_types, out_types, aux_types = symbol.infer_type(**types)
    dtypes = dict(zip(symbol.list_arguments(), arg_types))
    aux_shapes = dict(zip(symbol.list_auxiliary_states(), symbol.infer_shape(**case.shapes)[2]))
    aux_dtypes = dict(zip(symbol.list_auxiliary_states(), aux_types))
    args = {n: mx.nd.array(case.value(n, s, dtypes[n]), dtype=dtypes[n]) for n, s in shapes.items()}
    aux = {n: mx.nd.array(case.value(n, s, aux_dtypes[n]), dtype=aux_dtypes[n]) for n, s in aux_shapes.items()}
    wanted = [n for n in shapes if case.wanted(n, dtypes[n])]
    grads = {n: mx.nd.zeros(shapes[n], dtype=dtypes[n]) for n in wanted}
    requests = {n: "write" if n in wanted else "null" for n in shapes}
    executor = symbol.bind(mx.current_context(), args, args_grad=grads, grad_req=requests, aux_states=aux)
    outputs = [o.asnumpy() for o in executor.forward(is_train=case.is_train)]
    if wanted:
        heads = [case.head_gradient(i, o.shape, o.dtype) for i, o in enumerate(outputs)]
        executor.backward([mx.nd.array(h, dtype=h.dtype) for h in heads])
    facts = {
        "json": symbol.tojson(),
        "arguments": {n: [list(shapes[n]), np.dtype(dtypes[n]).name] for n in shapes},
        "auxiliary": {n: [list(aux_shapes[n]), np.dtype(aux_dtypes[n]).name] for n in aux},
        "outputs": [[n, list(o.shape), o.dtype.name] for n, o in zip(symbol.list_outputs(), outputs)],
        "out_types": [np.dtype(t).name for t in out_types],
    }
    values = {"facts": np.array(json.dumps(facts))}
    if not case.random:
        values.update({f"out/{i}": o for i, o in enumerate(outputs)})
    values.update({f"grad/{n}": g.asnumpy() for n, g in grads.items()})
    values.update({f"aux/{n}": a.asnumpy() for n, a in aux.items()})
    return values


def record_family(mx: Any, name: str) -> None:
    """Write the file of one family."""
    store = {}
    for case in family(name):
        try:
            values = record_case(mx, case)
        except (mx.base.MXNetError, IndexError, ValueError, TypeError, RuntimeError) as error:
            values = {"error": np.array(str(error).strip().splitlines()[-1])}
            print(f"  {case.name}: MXNet refuses: {values['error']}")
        store.update({f"{case.name}|{key}": value for key, value in values.items()})
    np.savez_compressed(HERE / f"{name}.npz", **store)
    print(f"{name}: {len(family(name))} cases")


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    if "multicast" in sys.argv[1:]:
        os.environ["MXNET_MKLDNN_ENABLED"] = "0"
    import mxnet as mx

    for name in sys.argv[1:] or [name for name in FAMILIES if name != "multicast"]:
        record_family(mx, name)


if __name__ == "__main__":
    main()
