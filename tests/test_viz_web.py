"""The page of a network, in a real browser: what its links lead to, and what clicks, keys and the wheel do."""

from __future__ import annotations

import html
import json
import pathlib
import re
import shutil
import subprocess

import pytest

import symgraph as mx
from symgraph.errors import ArgumentTypeError, FileError, ShapeError
from tests.test_viz_blocks import contrast

BROWSER = next(
    (path for name in ("chromium", "google-chrome", "chromium-browser") if (path := shutil.which(name))), None
)
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=2000 --window-size=1200,800"
)
in_browser = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium or Chrome is installed here, which this test opens a page in"
)
SHAPE = {"data": (2, 3, 8, 8)}

TRY = """
<pre id="log"></pre><script>
const log = {};
const element = (id) => document.getElementById(id);
const click = (target) => {
  const at = { bubbles: true, clientX: 300, clientY: 300 };
  target.dispatchEvent(new PointerEvent("pointerdown", at));
  target.dispatchEvent(new PointerEvent("pointerup", at));
};
const byName = (name) => nodes.find((node) => node.name === name).element;
const height = () => (byName("data").getBoundingClientRect().y - byName("fc1").getBoundingClientRect().y) / view.scale;
const hidden = () => nodes.filter((node) => node.element.classList.contains("gone")).map((node) => node.name);
foldAll(false);
const before = height();
click([...document.querySelectorAll(".cluster text")].find((text) => text.textContent.includes("unit1")));
log.folded = [hidden(), element("details").textContent, height() < before, location.hash];
const line = document.getElementById("details").querySelectorAll("button.link")[0];
line.click();
log.unfolded = [hidden(), element("details").querySelector("h2").textContent];
click(byName("fc1"));
log.clicked = [element("details").textContent, location.hash];
const scale = view.scale;
canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, clientX: 300, clientY: 300, bubbles: true, cancelable: true }));
log.zoomed = view.scale > scale;
const x = view.x;
canvas.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, clientX: 10, clientY: 300 }));
canvas.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: 60, clientY: 300 }));
canvas.dispatchEvent(new PointerEvent("pointerup", { bubbles: true, clientX: 60, clientY: 300 }));
log.moved = view.x - x;
search.value = "CONV";
search.dispatchEvent(new InputEvent("input"));
search.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
const hits = document.querySelectorAll(".hit").length;
log.searched = [found.textContent, hits, document.querySelector(".chosen").id, location.hash];
document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
log.escaped = [search.value, document.querySelectorAll(".hit, .dim, .chosen").length];
location.hash = "#node=nothing";
open();
log.missing = found.textContent;
element("log").textContent = JSON.stringify(log);
</script>
"""

FIT = """
<pre id="log"></pre><script>
const log = {};
const isShown = (name) => {
  const [inner, outer] = [nodes.find((node) => node.name === name).element, canvas].map((e) => e.getBoundingClientRect());
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
};
const seen = () => [view.scale >= 0.75, isShown("data") && isShown("relu19")];
log.opened = seen();
document.getElementById("fit").click();
log["by button"] = seen();
document.getElementById("unfold").click();
log.unfolded = seen();
document.dispatchEvent(new KeyboardEvent("keydown", { key: "0" }));
log["by key"] = seen();
document.getElementById("log").textContent = JSON.stringify(log);
</script>
"""


def network() -> mx.Symbol:
    net = mx.sym.Variable("data")
    with mx.name.NameManager():
        for i in (1, 2):
            conv = mx.sym.Convolution(net, num_filter=3, kernel=(3, 3), pad=(1, 1), name=f"unit{i}_conv")
            net = mx.sym.Activation(conv, act_type="relu", name=f"unit{i}_</script>&relu") + net
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=10, name="fc1"), name="softmax")


def opened(folder: pathlib.Path, page: str, part: str = "") -> str:
    """The elements of a page after its scripts have run."""
    path = folder / "net.html"
    path.write_text(page, encoding="utf-8")
    command = [BROWSER, *OPTIONS.split(), f"--user-data-dir={folder / 'profile'}", "--dump-dom", path.as_uri() + part]
    return subprocess.run(command, capture_output=True, check=True, timeout=60, encoding="utf-8").stdout


@in_browser
def test_a_link_leads_to_a_layer(tmp_path: pathlib.Path) -> None:
    page = mx.viz.html(network(), shape=SHAPE)
    elements = opened(tmp_path, page, "#node=unit2_conv&search=unit&folded=unit1&folded=unit2")
    details = re.search(r"<aside.*</aside>", elements, re.DOTALL)
    assert details is not None
    for text in ("<h2>unit2_conv</h2>", "Convolution", "84 parameters", "2 × 3 × 8 × 8", "unit2_conv_weight", "(3, 3)"):
        assert text in details[0]
    assert re.findall(r"node hit chosen", elements) == ["node hit chosen"], "the layer that was asked for"
    assert len(re.findall('class="node[^"]* gone', elements)) == 3, "the layers of the other block, which is folded"
    assert re.search(r'class="card[^"]*" id="card\d" [^>]*aria-label="block unit1"', elements)
    assert '<span id="found" role="status">4 found</span>' in elements


@in_browser
def test_what_a_reader_does(tmp_path: pathlib.Path) -> None:
    elements = opened(tmp_path, mx.viz.html(network(), shape=SHAPE) + TRY)
    text = re.search(r'<pre id="log">(.*?)</pre>', elements, re.DOTALL)
    assert text is not None
    log = json.loads(html.unescape(text[1]))
    hidden, details, is_lower, address = log["folded"]
    assert hidden == ["unit1_conv", "unit1_</script>&relu", "_plus0"]
    assert details.startswith("unit1block of 3 layers, 84 parametersUnfold")
    assert is_lower
    assert address == "#block=unit1&folded=unit1"
    assert log["unfolded"] == [[], "unit1_conv"]
    assert "1,930 parametersfc1_weight10 × 192fc1_bias10" in log["clicked"][0]
    assert log["clicked"][1] == "#node=fc1&folded="
    assert log["zoomed"]
    assert log["moved"] == 50
    assert log["searched"] == ["2 found", 2, "n1", "#node=unit1_conv&search=CONV&folded="]
    assert log["escaped"] == ["", 0]
    assert log["missing"] == "There is no layer 'nothing'."


def test_the_page_needs_no_network() -> None:
    page = mx.viz.html(network(), title="<a & b>")
    assert set(re.findall(r"https?://[^\"\s]+", page)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"\b(src|href)=|\bimport\b|\bfetch\b|url\((?!#)", page)
    assert "default-src 'none'" in page
    assert "<title>&lt;a &amp; b&gt;</title>" in page
    assert len(page) < 60_000


def test_the_page_is_written_as_a_whole(tmp_path: pathlib.Path) -> None:
    path = mx.viz.save_html(network(), tmp_path / "net.html", shape=SHAPE)
    assert pathlib.Path(path).read_text(encoding="utf-8") == mx.viz.html(network(), "net", SHAPE)
    with pytest.raises(FileError, match="save_html: there is no folder '.*missing' for '.*net.html'; check the path"):
        mx.viz.save_html(network(), tmp_path / "missing" / "net.html")


def test_mistakes() -> None:
    with pytest.raises(TypeError, match="symbol must be a Symbol, given str"):
        mx.viz.html("net")
    with pytest.raises(ShapeError, match="Input shape is incomplete: nothing tells the shape of 'data'"):
        mx.viz.html(network(), shape={})
    with pytest.raises(ArgumentTypeError, match=r"the symbol comes first, .* as in save_html\(net, 'page.html'\)"):
        mx.viz.save_html("page.html", network())  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="save_html: the file name must be a string, given 3 of type int"):
        mx.viz.save_html(network(), 3)  # type: ignore[arg-type]


def test_a_page_without_sizes_says_how_to_see_them(tmp_path: pathlib.Path) -> None:
    advice = "To see sizes, give the shape of data."
    pages = [mx.viz.html(network(), shape=shape) for shape in (None, SHAPE)]
    assert [json.dumps(advice) in page for page in pages] == [True, False]
    legends = [mx.viz.plot_network(network(), shape=shape, details=True).source for shape in (None, SHAPE)]
    assert [advice in source for source in legends] == [True, False]
    variables = [mx.sym.Variable(name) for name in "abcd"]
    assert "give the shape of a, b, c, ... (1 more)." in mx.viz.html(mx.sym.add_n(*variables))


@in_browser
def test_what_is_too_tall_opens_readable_and_fits_on_request(tmp_path: pathlib.Path) -> None:
    net = mx.sym.Variable("data")
    for i in range(20):
        net = mx.sym.Activation(net, act_type="relu", name=f"relu{i}")
    elements = opened(tmp_path, mx.viz.html(net) + FIT)
    text = re.search(r'<pre id="log">(.*?)</pre>', elements, re.DOTALL)
    assert text is not None
    assert json.loads(text[1]) == {
        "opened": [True, False],
        "by button": [False, True],
        "unfolded": [True, False],
        "by key": [False, True],
    }


@pytest.mark.parametrize("theme", [0, 1])
def test_the_page_is_readable_in_the_light_and_in_the_dark(theme: int) -> None:
    style = (pathlib.Path(mx.viz.__file__).parent / "page" / "page.css").read_text()
    (colours,) = [dict(re.findall(r"--(\w+): (#\w{6})", line)) for line in re.findall(":root.*", style)][
        theme : theme + 1
    ]
    for ground in ("paper", "frame", "panel"):
        assert contrast(colours["ink"], colours[ground]) >= 7
        assert contrast(colours["quiet"], colours[ground]) >= 4.5
        assert contrast(colours["mark"], colours[ground]) >= 4.5
        assert contrast(colours["line"], colours[ground]) >= 3
