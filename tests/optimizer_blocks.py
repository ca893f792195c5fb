"""What optimizers and updaters are and do besides their steps, as functions of the module `mx`."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np

from tests.blocks import Blocks, attempt
from tests.lr_scheduler_blocks import logged

block = BLOCKS = Blocks()
OURS = {"OptaxOptimizer", "as_optimizer"}
"""Names that MXNet does not have."""
NAMES = {0: "fc_weight", 1: "fc_bias", 2: "bn_gamma", 3: "bn_beta", 4: "alpha", 5: "conv_weight"}


def plain(value: Any) -> Any:
    """An attribute as JSON has it; arrays as lists, objects as their class."""
    if hasattr(value, "asnumpy"):
        return value.asnumpy().tolist()
    if isinstance(value, dict):
        return [[plain(key), plain(entry)] for key, entry in value.items()]
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else type(value).__name__


def attributes(optimizer: Any) -> dict:
    return {name: plain(value) for name, value in sorted(vars(optimizer).items())}


def updated(mx: Any, optimizer: Any, steps: int = 3) -> Any:
    """An updater that has updated two weights."""
    updater = mx.optimizer.get_updater(optimizer)
    for index in (0, 1):
        weight = mx.nd.array([1, -2])
        for _ in range(steps):
            updater(index, mx.nd.array([0.5, 0.25]), weight)
    return updater


@block
def names(mx: Any) -> list:
    registry = mx.optimizer.Optimizer.opt_registry
    public = {
        *vars(mx.optimizer),
        *vars(mx.optimizer.contrib),
    }  # others, of users or in examples, may be registered, too
    ours = {key: klass.__name__ for key, klass in registry.items() if klass.__name__ in public}
    return [sorted(set(mx.optimizer.__all__) - OURS), sorted(ours.items())]


@block
def fresh(mx: Any) -> dict:
    names = [name for name in sorted(set(mx.optimizer.__all__) - OURS) if isinstance(getattr(mx.optimizer, name), type)]
    return {name: attributes(getattr(mx.optimizer, name)()) for name in names if name != "Updater"}


@block
def positional(mx: Any) -> list:
    o = mx.optimizer
    made = [
        o.SGD(0.9, False),
        o.Adam(0.1, 0.8, 0.9, 1e-3, False),
        o.RMSProp(0.1, 0.8, 0.9, 1e-3, True, 2.0),
        o.NAG(0.9),
        o.Signum(0.1, 0.5, 0.01),
        o.LARS(0.9, False, 0.1, 0.2, False),
        o.LAMB(0.1, 0.8, 0.9, 1e-3, 0.5, 2.0, False),
        o.FTML(0.5, 0.9, 1e-3),
        o.DCASGD(0.0, 0.1),
        o.AdaGrad(1e-3),
        o.AdaDelta(0.5, 1e-3),
        o.Ftrl(0.5, 0.2, 2),
        o.Adamax(0.1, 0.8, 0.9),
        o.Nadam(0.1, 0.8, 0.9, 1e-3, 0.01),
        o.LBSGD(0.9, True, "lars", 2, 3, 4, 5, 6),
        o.contrib.GroupAdaGrad(1e-3),
        o.Optimizer(0.5, NAMES, 0.1, 2.0, 0.3, None, None, 7, True, {}),
    ]
    return [attributes(optimizer) for optimizer in made]


@block
def what_lbsgd_logs(mx: Any) -> list:
    with logged() as texts:
        mx.optimizer.LBSGD(batch_scale=4, warmup_epochs=3, warmup_strategy="sqrt", updates_per_epoch=10)
    return texts


@block
def created_by_name(mx: Any) -> list:
    names = ("sgd", "SGD", "Adam", "aDaM", "groupadagrad", "ccsgd", "nadam", "ftml")
    return [type(mx.optimizer.create(name)).__name__ for name in names]


@block
def multipliers(mx: Any) -> list:
    found = []
    for kind in ("SGD", "LARS", "Adam"):
        optimizer = mx.optimizer.create(kind, param_idx2name=NAMES, wd=0.5, learning_rate=2.0)
        found.append([optimizer.lr_mult, optimizer.wd_mult])
        optimizer.set_lr_mult({"fc_weight": 0.5, 1: 0.25, 9: 3})
        optimizer.set_wd_mult({"fc_bias": 2, 5: 0, "nothing": 1})
        found.append([plain(optimizer.lr_mult), plain(optimizer.wd_mult)])
        indices = [0, 1, 2, 3, 4, 5, 9, "x"]
        found.append([optimizer._get_lrs(indices), optimizer._get_wds(indices)])
        found.append([[optimizer._get_lr(i), optimizer._get_wd(i)] for i in indices])
        optimizer.set_lr_mult({})
        optimizer.set_wd_mult({})
        found.append([plain(optimizer.lr_mult), plain(optimizer.wd_mult)])
    return found


@block
def multipliers_of_objects(mx: Any) -> list:
    class Parameter:
        lr_mult = 0.5
        wd_mult = 3.0

    optimizer = mx.optimizer.SGD(param_idx2name=NAMES, param_dict={0: Parameter(), 1: Parameter()}, wd=0.5)
    optimizer.set_lr_mult({"fc_weight": 7, 1: 7, 2: 7})
    indices = [0, 1, 2, 3]
    return [optimizer._get_lrs(indices), optimizer._get_wds(indices)]


@block
def multipliers_of_variables(mx: Any) -> list:
    weight = mx.sym.Variable("fc_weight", lr_mult=2, wd_mult=5)
    data = mx.sym.Variable("data", attr={"__lr_mult__": "3"})
    with mx.AttrScope(lr_mult="0.1", __wd_mult__="0.2"):
        symbol = mx.sym.FullyConnected(data, weight=weight, num_hidden=2, name="fc")
    optimizer = mx.optimizer.SGD(param_idx2name={0: "fc_weight", 1: "fc_bias"}, sym=symbol)
    found = [optimizer.lr_mult, optimizer.wd_mult]
    optimizer.set_lr_mult({"fc_bias": 9, "fc_weight": 8})
    optimizer.set_wd_mult({"fc_bias": 9})
    return [*found, optimizer.lr_mult, optimizer.wd_mult]


@block
def counts(mx: Any) -> list:
    found = []
    optimizer = mx.optimizer.SGD(begin_num_update=5)
    for index in (0, 0, 1, [0, 1], (2,), "x"):
        optimizer._update_count(index)
        found.append([optimizer.num_update, plain(optimizer._index_update_count)])
    optimizer._set_current_context(1)
    optimizer._update_count(0)
    found.append([optimizer.num_update, plain(optimizer._all_index_update_counts)])
    optimizer._set_current_context(0)
    found.append(plain(optimizer._index_update_count))
    return found


@block
def learning_rates(mx: Any) -> list:
    optimizer = mx.optimizer.SGD(learning_rate=0.5)
    found = [optimizer.lr, optimizer.learning_rate]
    optimizer.set_learning_rate(0.25)
    found += [optimizer.lr, optimizer.learning_rate]
    optimizer.lr = 3
    found += [optimizer.learning_rate, optimizer._get_lr(0)]
    scheduled = mx.optimizer.SGD(lr_scheduler=mx.lr_scheduler.PolyScheduler(10, 0.5))
    found += [scheduled.lr, scheduled.learning_rate, attempt(lambda: scheduled.set_learning_rate(1))]
    scheduled.lr_scheduler.base_lr = 7
    found += [scheduled.learning_rate]
    scheduled.lr_scheduler = None
    scheduled.set_learning_rate(0.75)
    return [*found, scheduled.learning_rate]


@block
def pickled(mx: Any) -> list:
    class Parameter:
        lr_mult = 0.5
        wd_mult = 3.0

    found = []
    for optimizer in (
        mx.optimizer.SGD(param_idx2name=NAMES, param_dict={0: Parameter()}, momentum=0.5),
        mx.optimizer.Nadam(lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.1), learning_rate=0.1),
    ):
        updated(mx, optimizer)
        optimizer._set_current_context(1)
        optimizer._update_count(0)
        again = pickle.loads(pickle.dumps(optimizer))
        shares = again._index_update_count is again._all_index_update_counts[1]
        found.append([sorted(optimizer.__getstate__()), attributes(again), shares])
    return found


@block
def states(mx: Any) -> list:
    found = []
    for optimizer in (
        mx.optimizer.SGD(momentum=0.5),
        mx.optimizer.SGD(),
        mx.optimizer.Adam(),
        mx.optimizer.RMSProp(centered=True),
    ):
        updater = updated(mx, optimizer)
        found.append([plain(updater.states), plain(updater.states_synced), updater.aggregate_updates])
        other = mx.optimizer.get_updater(type(optimizer)(learning_rate=7))
        other.set_states(updater.get_states())
        found.append([plain(other.states), plain(other.states_synced), other.optimizer.lr])
        other.set_states(updater.get_states(dump_optimizer=True))
        found.append([plain(other.states), attributes(other.optimizer)])
        other(0, mx.nd.array([1, 2]), mx.nd.array([1, 2]))
        found.append([plain(other.states), plain(other.states_synced)])
    return found


@block
def written_by_a_user(mx: Any) -> list:
    @mx.optimizer.Optimizer.register
    class HalfMomentum(mx.optimizer.Optimizer):
        def __init__(self, decay: float = 0.5, **kwargs: Any):
            super().__init__(**kwargs)
            self.decay = decay

        def create_state(self, index: Any, weight: Any) -> Any:
            return mx.nd.zeros(weight.shape, weight.context, dtype=weight.dtype), None

        def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
            self._update_count(index)
            lr, wd = self._get_lr(index), self._get_wd(index)
            state[0][:] = self.decay * state[0] + grad * self.rescale_grad + wd * weight
            weight -= lr * state[0]

    found = []
    for options in ({}, {"wd": 0.5, "rescale_grad": 0.5, "learning_rate": 0.25}, {"multi_precision": True}):
        for dtype in ("float32", "float16", "float64") if "multi_precision" in options else ("float32",):
            optimizer = mx.optimizer.create("halfmomentum", param_idx2name=NAMES, **options)
            updater = mx.optimizer.get_updater(optimizer)
            weight, gradient = mx.nd.array([1, 2], dtype=dtype), mx.nd.array([0.5, 0.25], dtype=dtype)
            for _ in range(3):
                updater(0, gradient, weight)
            found.append([plain(weight), np.dtype(weight.dtype).name, plain(updater.states), optimizer.num_update])
    return found


@block
def subclasses_of_a_user(mx: Any) -> list:
    class Slower(mx.optimizer.Adam):
        def _get_lr(self, index: Any) -> float:
            return super()._get_lr(index) * 0.5

    class Limited(mx.optimizer.Adam):
        def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
            super().update(index, weight, grad, state)
            weight[:] = mx.nd.clip(weight, -1, 1)

    class Filled(mx.optimizer.Adam):
        def create_state(self, index: Any, weight: Any) -> Any:
            return (mx.nd.ones(weight.shape), mx.nd.ones(weight.shape))

    found = []
    for kind in (Slower, Limited, Filled):
        updater, weight = mx.optimizer.get_updater(kind(learning_rate=0.1)), mx.nd.array([1, -0.5])
        for _ in range(3):
            updater(0, mx.nd.array([-0.5, 0.25]), weight)
        found.append([plain(weight), plain(updater.states)])
    return found


@block
def steps_by_hand(mx: Any) -> list:
    found = []
    for name in ("SGD", "Adam", "RMSProp", "AdaGrad", "Test"):
        optimizer, weight = mx.optimizer.create(name), mx.nd.array([1, 2])
        state = optimizer.create_state(0, weight)
        returned = [optimizer.update(0, weight, mx.nd.array([1, -1]), state) for _ in range(2)]
        found.append([returned, plain(weight), plain(state), attributes(optimizer)])
    return found


@block
def several_at_once(mx: Any) -> list:
    found = []
    for name in ("SGD", "Adam", "LAMB"):
        for sequence in (list, tuple):
            updater = mx.optimizer.get_updater(mx.optimizer.create(name))
            weights = sequence([mx.nd.array([1, 2]), mx.nd.array([3])])
            updater(sequence([0, "b"]), sequence([mx.nd.array([1, -1]), mx.nd.array([2])]), weights)
            found.append([plain(weights), plain(updater.states_synced)])
    sgd, weights = mx.optimizer.SGD(), [mx.nd.array([1, 2]), mx.nd.array([3])]
    sgd.update([0, 1], weights, [mx.nd.array([1, -1]), mx.nd.array([2])], [None, None])
    return [*found, plain(weights), plain(sgd._index_update_count)]


@block
def gradients_that_are_no_numbers(mx: Any) -> list:
    found = []
    for name in (
        "SGD",
        "NAG",
        "Signum",
        "LARS",
        "LAMB",
        "Ftrl",
        "RMSProp",
        "Adam",
        "Nadam",
        "AdaGrad",
        "AdaDelta",
        "DCASGD",
    ):
        for options in ({}, {"clip_gradient": 0.5}):
            updater, weight = mx.optimizer.get_updater(mx.optimizer.create(name, **options)), mx.nd.array([1, 2, 3])
            updater(0, mx.nd.array([np.nan, 1, -1]), weight)
            found.append([name, ["nan" if np.isnan(value) else float(value) for value in weight.asnumpy()]])
    return found


@block
def batches_of_lbsgd(mx: Any) -> list:
    found = []
    for scale in (1, 3):
        optimizer = mx.optimizer.LBSGD(batch_scale=scale)
        updater = mx.optimizer.get_updater(optimizer)
        for _ in range(4):
            updater(0, mx.nd.array([1]), mx.nd.array([1]))
        found.append([plain(optimizer.cumgrads), [optimizer._get_lbmult(n) for n in (0, 3, 80, 160, 200)]])
    return found
