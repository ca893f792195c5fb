"""Arrays, devices, random numbers and running programs. ``mx.runtime`` is also where MXNet says what it was built with."""

from symgraph.runtime.features import Feature, Features, feature_list

__all__ = ["Feature", "Features", "feature_list"]
