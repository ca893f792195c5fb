"""Symbols in the languages of others, for programs that have no symgraph."""
