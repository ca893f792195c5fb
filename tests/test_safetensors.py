"""Parameters in safetensors files: all types, other programs' files, and those that are damaged."""

from __future__ import annotations

import json
import re
import struct
import sys

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import FormatError
from symgraph.interop import safetensors

library = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")

DTYPES = ("float16", "float32", "float64", "bfloat16", "int8", "uint8", "int32", "int64", "bool")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "net.safetensors"


@pytest.mark.parametrize("dtype", DTYPES)
def test_all_types_come_back(dtype, file):
    values = mx.nd.array([[0, 1, 2], [3, 4, 5]], dtype=dtype)
    safetensors.save_params(file, {"w": values, "none": mx.nd.zeros((0, 2), dtype=dtype)}, {"m": values[0]})
    args, aux = safetensors.load_params(file)
    assert (sorted(args), list(aux)) == (["none", "w"], ["m"])
    assert args["w"].dtype == values.dtype
    assert args["none"].shape == (0, 2)
    assert args["w"].asnumpy().tolist() == values.asnumpy().tolist()
    assert aux["m"].asnumpy().tolist() == values.asnumpy()[0].tolist()


def test_files_of_other_programs(file):
    file.write_bytes(library.save({"layer.0.weight": np.ones((2, 3), "float32"), "aux:mean": np.zeros(3, "float32")}))
    args, aux = safetensors.load_params(file)
    assert {name: array.shape for name, array in args.items()} == {"layer.0.weight": (2, 3)}
    assert list(aux) == ["mean"]
    safetensors.save_params(file, {"w": mx.nd.ones((2,))})
    assert library.load_file(file)["arg:w"].tolist() == [1, 1]


def test_a_checkpoint_goes_there_and_back(file, tmp_path):
    net = mx.sym.BatchNorm(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc"), name="bn")
    module = mx.mod.Module(net, label_names=None)
    module.bind([("data", (3, 4))])
    module.init_params(mx.init.Xavier())
    args, aux = module.get_params()
    safetensors.save_params(file, args, aux)
    other = mx.mod.Module(net, label_names=None)
    other.bind([("data", (3, 4))])
    other.set_params(*safetensors.load_params(file))
    mx.model.save_checkpoint(str(tmp_path / "a"), 0, None, args, aux)
    mx.model.save_checkpoint(str(tmp_path / "b"), 0, None, *other.get_params())
    assert (tmp_path / "a-0000.params").read_bytes() == (tmp_path / "b-0000.params").read_bytes()


def test_every_truncation_is_reported(file):
    safetensors.save_params(file, {"w": mx.nd.ones((2, 2))}, {"m": mx.nd.ones((3,))})
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        with pytest.raises(
            FormatError, match=f"^load_params: '{re.escape(str(file))}' is no safetensors file, or damaged: "
        ):
            safetensors.load_params(file)


def head(**tensors):
    text = json.dumps(tensors).encode()
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (struct.pack("<Q", 1 << 60) + b"{}", "is no safetensors file, or damaged: "),
        (head(w=3), "is no safetensors file, or damaged: "),
        (
            head(w={"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}),
            "is no safetensors file, or damaged: ",
        ),
        (
            head(w={"dtype": "I16", "shape": [2], "data_offsets": [0, 4]}) + bytes(4),
            "tensor 'w' is of type I16; an NDArray can be of F64, F32, F16, BF16, I64, I32, I8, U8, BOOL.",
        ),
    ],
)
def test_what_cannot_be_read(content, text, file):
    file.write_bytes(content)
    with pytest.raises(FormatError, match=re.escape(text)):
        safetensors.load_params(file)


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"w": 3}, "save_params: parameters are NDArrays by name, given 3 of type int as 'w' of type str."),
        (
            {3: mx.nd.ones((1,))},
            "save_params: parameters are NDArrays by name, given NDArray of shape (1,) as 3 of type int.",
        ),
        (
            [mx.nd.ones((1,))],
            "save_params: parameters are a dict of NDArrays by name, given [NDArray of shape (1,)] of type list.",
        ),
    ],
)
def test_what_cannot_be_written(params, text, file):
    file.write_bytes(b"before")
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        safetensors.save_params(file, params)
    assert file.read_bytes() == b"before"


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^load_params: there is no file '.*x'; check the path\.$"):
        safetensors.load_params(tmp_path / "x")
    with pytest.raises(IsADirectoryError, match=r"^save_params: '.*' is a folder; give the name of a file in it\.$"):
        safetensors.save_params(tmp_path, {"w": mx.nd.ones((1,))})


def test_without_the_library(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(mx.MXNetError, match=r"^for safetensors files, install safetensors: pip install safetensors\.$"):
        safetensors.save_params(file, {})
