"""Training: what stands around an executor in MXNet, from data iterators to optimizers and modules."""
