"""What is run by those who work on symgraph, and is no part of the package."""
