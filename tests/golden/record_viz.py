"""Record how real MXNet 1.9.1 draws and summarizes a few networks.

Run from the project root in an environment that holds mxnet==1.9.1, numpy==1.23.5 and graphviz==0.8.4 (Python 3.11):

    MXNET_PYTHON -m tests.golden.record_viz

Writes ``tests/golden/viz.json``: per network its JSON, the options of ``plot_network``, the DOT text that it makes, and
what ``print_summary`` prints with the same shapes (nothing where it fails, as after a layer with one-dimensional output).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
from typing import Any

HERE = pathlib.Path(__file__).parent


def _mlp(mx: Any) -> Any:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=128, name="fc1")
    net = mx.sym.Activation(net, act_type="relu", name="relu1")
    net = mx.sym.FullyConnected(net, num_hidden=10, no_bias=True, name="fc2")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def _unit(mx: Any, data: Any, name: str, stride: tuple[int, int]) -> Any:
    body = mx.sym.BatchNorm(data, fix_gamma=False, name=name + "_bn1")
    body = mx.sym.Activation(body, act_type="relu", name=name + "_relu1")
    conv = {"num_filter": 8, "no_bias": True}
    short = mx.sym.Convolution(body, kernel=(1, 1), stride=stride, name=name + "_sc", **conv)
    body = mx.sym.Convolution(body, kernel=(3, 3), stride=stride, pad=(1, 1), name=name + "_conv1", **conv)
    return mx.sym.elemwise_add(body, short, name=name + "_plus")


def _residual(mx: Any) -> Any:
    net = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(7, 7), stride=(2, 2), num_filter=8, name="conv0")
    net = mx.sym.Pooling(net, kernel=(3, 3), stride=(2, 2), pool_type="max", name="pool0")
    net = _unit(mx, _unit(mx, net, "unit1", (1, 1)), "unit2", (2, 2))
    net = mx.sym.Pooling(net, global_pool=True, kernel=(7, 7), pool_type="avg", name="pool1")
    return mx.sym.FullyConnected(mx.sym.Flatten(net, name="flatten"), num_hidden=10, name="fc")


def _inception(mx: Any) -> Any:
    data = mx.sym.Variable("data")
    towers = [
        mx.sym.LeakyReLU(
            mx.sym.Convolution(data, kernel=kernel, pad=pad, num_filter=filters, name=f"conv{i}"),
            act_type=kind,
            name=f"act{i}",
        )
        for i, (kernel, pad, filters, kind) in enumerate([((1, 1), (0, 0), 4, "leaky"), ((3, 3), (1, 1), 6, "elu")])
    ]
    towers.append(mx.sym.Pooling(data, kernel=(3, 3), stride=(1, 1), pad=(1, 1), pool_type="avg", name="pool"))
    net = mx.sym.Concat(*towers, name="concat")
    return mx.sym.Reshape(mx.sym.Dropout(net, p=0.5, name="drop"), shape=(0, -1), name="reshape")


def _one_and_three_axes(mx: Any) -> Any:
    line = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3,), num_filter=4, num_group=2, name="conv1d")
    line = mx.sym.Pooling(line, kernel=(2,), pool_type="sum", name="pool1d")
    cube = mx.sym.Reshape(line, shape=(0, 4, 2, 1, -1), name="cube")
    return mx.sym.Convolution(cube, kernel=(1, 1, 1), stride=(1, 1, 2), num_filter=2, name="conv3d")


def _twice(mx: Any) -> Any:
    data = mx.sym.Variable("data")
    return mx.sym.sqrt(data + data, name="root")


def _pair(mx: Any) -> Any:
    data = mx.sym.Variable("data")
    table = mx.sym.Embedding(data, input_dim=20, output_dim=4, name="table")
    return mx.sym.Group([mx.sym.relu(table, name="a"), mx.sym.mean(table, axis=(1, 2), name="b") * 2])


NETWORKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "mlp": (_mlp, {"shape": {"data": (32, 784)}}),
    "mlp without shapes": (_mlp, {"title": "my plot"}),
    "mlp with dtypes": (_mlp, {"shape": {"data": (32, 784)}, "dtype": {"data": "float16"}}),
    "mlp with dtypes only": (_mlp, {"dtype": {"data": "float64"}}),
    "residual": (_residual, {"shape": {"data": (2, 3, 48, 48)}}),
    "inception": (_inception, {"shape": {"data": (2, 3, 8, 8)}, "node_attrs": {"shape": "ellipse", "color": "red"}}),
    "one and three axes": (_one_and_three_axes, {"shape": {"data": (2, 4, 11)}}),
    "twice": (_twice, {"shape": {"data": (2, 3)}}),
    "pair": (_pair, {"shape": {"data": (2, 3)}}),
}


def main() -> None:
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE"
    import mxnet as mx

    records = {}
    for name, (build, options) in NETWORKS.items():
        with mx.name.NameManager():
            net = build(mx)
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                mx.viz.print_summary(net, shape=options.get("shape"))
        except IndexError as error:
            print(f"  {name}: MXNet's print_summary fails: {error}")
            printed = io.StringIO()
        source = mx.viz.plot_network(net, **options).source
        records[name] = {"symbol": net.tojson(), "options": options, "source": source, "summary": printed.getvalue()}
    (HERE / "viz.json").write_text(json.dumps(records, indent=1) + "\n")
    print(f"viz: {len(records)} networks")


if __name__ == "__main__":
    main()
