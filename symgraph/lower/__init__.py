"""From a graph to one compiled XLA program."""
