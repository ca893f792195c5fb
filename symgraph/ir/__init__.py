"""Graphs of operators as data: contract, inference, serialization. No JAX in here."""
