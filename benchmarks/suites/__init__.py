"""Suites of workloads: each module has a docstring, its ``TITLE``, and ``WORKLOADS`` by name. They need NumPy only."""
