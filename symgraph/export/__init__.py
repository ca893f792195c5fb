"""Symbols in the languages of others: ONNX, StableHLO, Python source."""
