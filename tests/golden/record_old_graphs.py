"""Record what real MXNet 1.9.1 makes of the checkpoints of old releases that `tests.old_graphs` describes.

Run from the project root in an environment that holds mxnet==1.9.1 and numpy==1.23.5 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_old_graphs

Writes ``tests/golden/old_graphs.json``, with names, shapes and attributes, digests of the files that modules save, and what
training does to parameters, and ``old_graphs.npz``, with the outputs of modules. MXNet's own kernels compute them, but for
those graphs that only run with oneDNN's: which of the two it has is decided when it is imported, hence the two processes.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from tests.old_graphs import GRAPHS, TRAINED
from tests.old_graphs.replay import facts, outputs, saved, trained, write_checkpoint

FILE = pathlib.Path(__file__).parent / "old_graphs.json"
ONEDNN = ("fused",)


def _record(is_onednn: bool, folder: pathlib.Path) -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    os.environ["MXNET_MKLDNN_ENABLED"] = str(int(is_onednn))
    import mxnet as mx

    for graph in GRAPHS:
        if (graph.name in ONEDNN) != is_onednn:
            continue
        found = facts(mx.sym.load_json(graph.text()), graph)
        prefix = write_checkpoint(graph, found, folder)
        arrays = outputs(mx, graph, prefix)
        found["saved"] = saved(mx, graph, prefix)
        if graph.name in TRAINED:
            found["moved"] = trained(mx, graph, prefix)
        (folder / f"{graph.name}.json").write_text(json.dumps(found, sort_keys=True))
        np.savez(folder / f"{graph.name}.npz", *arrays)


def main() -> None:
    if len(sys.argv) > 1:
        _record(sys.argv[1] == "onednn", pathlib.Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        for kernels in ("plain", "onednn"):
            subprocess.run([sys.executable, "-m", "tests.golden.record_old_graphs", kernels, place], check=True)
        folder, lines, arrays = pathlib.Path(place), [], {}
        for graph in GRAPHS:
            lines.append(f"{json.dumps(graph.name)}: {(folder / f'{graph.name}.json').read_text()}")
            with np.load(folder / f"{graph.name}.npz") as file:
                arrays.update({f"{graph.name}:{i}": file[key] for i, key in enumerate(file.files)})
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    np.savez_compressed(FILE.with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main()
