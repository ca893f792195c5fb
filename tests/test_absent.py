"""Names that do not exist: what MXNet has and symgraph lacks, and what somebody may have meant."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symgraph as mx
from symgraph.errors import nearest
from symgraph.frontend import absent
from symgraph.ir import registry
from symgraph.ir.registry import find_op, registered_names

API = Path(__file__).parent.parent.parent / "shared" / "reference" / "api.json"
"""All public names of MXNet 1.9.1, where that file is."""
MODULES = """autograd contrib.autograd contrib.io contrib.onnx contrib.quantization contrib.svrg_optimization
contrib.tensorboard error gluon library notebook np npx numpy numpy_extension onnx rtc"""
"""Modules of MXNet 1.9.1 that are not here."""
TRY = "use |write |load |train |draws |declare |register |derive |start |errors|divides |scales |writes "


@pytest.fixture(autouse=True)
def without_alias(monkeypatch):
    """A test before may have made the process one of a program for MXNet, in which what is absent can be imported."""
    others = [finder for finder in sys.meta_path if type(finder).__module__ != "symgraph.interop.mxnet_alias"]
    monkeypatch.setattr(sys, "meta_path", others)
    for path in MODULES.split():
        parent, _, name = f"symgraph.{path}".rpartition(".")
        monkeypatch.delitem(sys.modules, f"{parent}.{name}", raising=False)
        if name in vars(sys.modules[parent]):
            monkeypatch.delattr(sys.modules[parent], name)


@pytest.mark.parametrize("path", MODULES.split())
def test_absent_modules_say_what_to_use_however_they_are_asked_for(path):
    parent, _, name = f"symgraph.{path}".rpartition(".")
    module = importlib.import_module(parent)
    assert not hasattr(module, name)
    text = rf"^{parent} has no '{name}': .*({TRY}).*[^.]\.$"
    with pytest.raises(AttributeError, match=text):
        getattr(module, name)
    for line in (f"from {parent} import {name}", f"import {parent}.{name}", f"from {parent}.{name}.inner import x"):
        with pytest.raises(ImportError, match=text):
            exec(line, {})


def test_other_names_that_are_not_here_are_pythons():
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'symgraph.gluons'$"):
        importlib.import_module("symgraph.gluons")
    with pytest.raises(ImportError, match=r"^cannot import name 'gluons' from 'symgraph'"):
        exec("from symgraph import gluons", {})
    with pytest.raises(AttributeError, match=r"^module 'symgraph.contrib' has no attribute 'gluon'$"):
        _ = mx.contrib.gluon
    assert not hasattr(mx.contrib, "__version__")


def test_nothing_that_is_here_is_called_absent():
    for path in absent.INSTEAD:
        parent, _, name = f"symgraph.{path}".rpartition(".")
        module = sys.modules.get(parent)
        assert module is None or not hasattr(module, name), path


def names_of_mxnet():
    """Paths of its functions, classes and their members, of which we have class and module."""
    if not API.exists():
        return []
    api = json.loads(API.read_text(encoding="utf-8"))
    members = [f"{cls}.{name}" for cls, found in api["classes"].items() for name in found["members"]]
    return sorted([*api["functions"], *api["classes"], *members])


def test_every_name_of_mxnet_is_here_or_answered():
    names = names_of_mxnet()
    if not names:
        pytest.skip("the list of MXNet's names is not on this machine")
    silent = []
    for path in names:
        found = mx.nd.ones((1,)) if path.startswith("ndarray.NDArray.") else mx  # an instance says more than the class
        for part in path.removeprefix("ndarray.NDArray.").split("."):
            try:
                found = getattr(found, part)
            except AttributeError as error:
                if not re.search(r"(: |, on purpose: )\w.*\.$", str(error)):
                    silent.append(path)
                break
    # For stores by the hand of others, which plug themselves into MXNet's class.
    assert silent == ["kvstore.KVStore.OPTIMIZER", "kvstore.KVStore.kv_registry", "kvstore.KVStore.register"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "gluon",
            "symgraph has no 'gluon': it is outside of symgraph's scope, which is the Symbol API; declare the network with "
            "mx.sym and train it with mx.mod.Module; what HybridBlock.export has written, mx.model.load_checkpoint reads.",
        ),
        ("modd", "module 'symgraph' has no attribute 'modd'. Did you mean 'mod'?"),
    ],
)
def test_text(name, text):
    with pytest.raises(AttributeError) as info:
        getattr(mx, name)
    assert str(info.value) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "shape",
            "a Symbol has no 'shape': shapes follow from those of the arguments: symbol.infer_shape(data=(32, 64)).",
        ),
        (
            "forward",
            "a Symbol has no 'forward': an executor has it: executor = symbol.simple_bind(mx.cpu(), data=(32, 64)).",
        ),
        ("shapes", "'Symbol' object has no attribute 'shapes'"),
    ],
)
def test_symbols_say_what_to_use(name, text):
    symbol = mx.sym.Variable("a")
    assert not hasattr(symbol, name)
    with pytest.raises(AttributeError) as info:
        getattr(symbol, name)
    assert str(info.value) == text


@pytest.mark.parametrize(
    ("space", "name", "ending"),
    [
        (
            mx.sym,
            "FullyConected",
            "symgraph.sym has no operator or function 'FullyConected'; did you mean FullyConnected?",
        ),
        (mx.sym, "Variabl", "symgraph.sym has no operator or function 'Variabl'; did you mean Variable or var?"),
        (mx.nd, "convolution", "symgraph.nd has no operator or function 'convolution'; did you mean Convolution or "),
        (mx.nd, "zeroz", "symgraph.nd has no operator or function 'zeroz'; did you mean zeros"),
        (mx.nd, "xyzxyz", "symgraph.nd has no operator or function 'xyzxyz'."),
        (mx.sym, "Linear", "symgraph.sym has no operator or function 'Linear'; here it is FullyConnected."),
        (
            mx.nd,
            "max_pool2d",
            "symgraph.nd has no operator or function 'max_pool2d'; here it is Pooling with pool_type='max'.",
        ),
        (
            mx.sym.contrib,
            "arange_lik",
            "symgraph.sym.contrib has no operator or function 'arange_lik'; did you mean arange_like",
        ),
        (mx.sym._internal, "_plus_scalr", "has no operator or function '_plus_scalr'; did you mean _plus_scalar or "),
    ],
)
def test_suggestions(space, name, ending):
    with pytest.raises(AttributeError) as info:
        getattr(space, name)
    assert ending in str(info.value)
    if not name.startswith("_"):
        assert " _" not in str(info.value), "internal names are for those who begin with an underscore"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            name,
            "there is no mx.autograd; make a symbol of the computation, and use executor.backward or Symbol.gradient.",
        )
        for name in ("attach_grad", "backward", "grad")
    ]
    + [("as_np_ndarray", "there are no arrays of mx.np; asnumpy() gives NumPy's.")],
)
def test_arrays_say_what_to_use(name, reason):
    array = mx.nd.ones((2,))
    assert not hasattr(array, name)
    with pytest.raises(AttributeError) as info:
        getattr(array, name)
    assert str(info.value) == f"an NDArray has no '{name}': {reason}"


def test_what_others_call_otherwise_is_here():
    for name, here in registry._ELSEWHERE.items():
        assert hasattr(mx.nd if here.startswith("mx.nd") else mx.sym, re.match(r"(?:mx\.\w+\.)?(\w+)", here)[1]), here
        assert not hasattr(mx.sym, name), name


def test_operators_are_suggested_by_public_names():
    with pytest.raises(
        mx.MXNetError, match=r"^Operator FulyConnected is not registered; did you mean FullyConnected\?$"
    ):
        find_op("FulyConnected")
    with pytest.raises(mx.MXNetError, match="did you mean .*_plus_scalar"):
        find_op("_plus_scalr")


def test_an_operator_that_nothing_is_like_may_be_of_the_users_own():
    with pytest.raises(mx.MXNetError) as info:
        find_op("MyPluginOp")
    assert str(info.value) == (
        "Operator MyPluginOp is not registered; if it is your own, register it with mx.operator.register, and in a file, make "
        "its node a Custom with op_type 'MyPluginOp' (docs/add-an-operator.md)."
    )


OPERATORS = [name for name in registered_names() if not name.startswith("_")]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("FulyConnected", "FullyConnected"),
        ("Convolutoin", "Convolution"),
        ("convolution", "Convolution"),
        ("Convolution2D", "Convolution"),
        ("SoftmaxOuput", "SoftmaxOutput"),
        ("BatchNorm2", "BatchNorm"),
        ("Embeding", "Embedding"),
        ("Dropot", "Dropout"),
        ("brodcast_add", "broadcast_add"),
        ("Upsample2D", "UpSampling"),
        ("Relu6", "relu"),
        ("squar", "square"),
        ("add", "add_n"),
        *dict.fromkeys(
            ("Foo", "Bar", "Conv", "Mish", "Swish", "HardSwish", "PSROI", "MyOp", "MyLayer", "MyPluginOp", "Scale")
        ).items(),
    ],
)
def test_only_what_is_near_is_suggested(given, meant):
    assert nearest(given, OPERATORS) == meant


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("sdg", ["sgd", "adam"], "sgd"),
        ("dta", ["data", "label"], "data"),
        ("wight", ["fc_weight", "fc_bias"], "fc_weight"),
        ("fc_wieght", ["fc_weight", "fc_bias"], "fc_weight"),
        ("axes", ["axis"], "axis"),
        ("image", ["data"], None),
        ("x", ["y"], None),
        ("", ["y"], None),
    ],
)
def test_near_names(given, known, meant):
    assert nearest(given, known) == meant


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("mx.sym.FullyConected", "FullyConnected"),
        ("mx.nd.contrib.arange_lik", "arange_like"),
        ("mx.symm", "sym"),
        ("mx.viz.plot_netwrk", "plot_network"),
        ("mx.sym.Variable('a').infer_shap", "infer_shape"),
        ("mx.nd.ones((2,)).asnumpi", "asnumpy"),
    ],
)
def test_a_traceback_suggests_once(expression, meant):
    """Python adds a suggestion to some AttributeErrors; where we suggest, it must not."""
    code = f"import symgraph as mx\n{expression}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert "AttributeError: " in last
    assert last.lower().count("did you mean") == 1
    assert meant in last
