"""Benchmarks of symgraph against its peers: ``python -m benchmarks --help``; see ``docs/benchmarks.md``."""
