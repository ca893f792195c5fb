"""Benchmarks of symgraph against its peers: ``python -m benchmarks --help``; method and results in ``docs/benchmarks.md``."""
