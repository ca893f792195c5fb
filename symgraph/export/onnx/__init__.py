"""ONNX: inference graphs for the runtimes of others."""

from symgraph.export.onnx.model import OPSET, to_onnx

__all__ = ["OPSET", "to_onnx"]
