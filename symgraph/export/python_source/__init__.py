"""A network as Python source that needs nothing but JAX."""
