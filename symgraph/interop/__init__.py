"""Programs and files that were made for something else."""
