"""Layers as plain functions of arrays: what a written network calls is copied into its file, word for word.

So they know nothing but JAX and each other, compute at inference only, and are at most 100 columns wide.
"""
