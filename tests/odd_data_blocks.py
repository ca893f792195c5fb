"""Trainings on data that is not as it should be, as functions of the module `mx`: what is learnt, or that it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.blocks import Blocks

block = BLOCKS = Blocks()

X = np.random.RandomState(0).normal(size=(12, 5)).astype("float32")
Y = (np.arange(12) % 3).astype("float32")
DATA, LABEL = [("data", (4, 5))], [("softmax_label", (4,))]


def dense(mx: Any) -> Any:
    return mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")


def network(mx: Any) -> Any:
    return mx.sym.SoftmaxOutput(dense(mx), name="softmax")


def first(mx: Any) -> dict:
    weight = np.random.RandomState(1).normal(size=(3, 5))
    return {"fc_weight": mx.nd.array(weight), "fc_bias": mx.nd.zeros((3,))}


def weights(module: Any) -> list:
    args, _ = module.get_params()
    return [*args["fc_weight"].asnumpy().tolist(), args["fc_bias"].asnumpy().tolist()]


def batch(mx: Any, x: np.ndarray = X[:4], y: np.ndarray = Y[:4]) -> Any:
    return mx.io.DataBatch([mx.nd.array(x, dtype=x.dtype)], [mx.nd.array(y, dtype=y.dtype)])


def batches(mx: Any, of_epoch: Callable[[int], list], data: Any = DATA, label: Any = LABEL) -> Any:
    """An iterator over batches that a function gives for the number of an epoch; one that is an error is raised."""

    class Batches(mx.io.DataIter):
        def __init__(self) -> None:
            super().__init__(4)
            self.epoch = 0
            self.reset()
            self.provide_data, self.provide_label = data, label

        def reset(self) -> None:
            self.left = list(of_epoch(self.epoch))
            self.epoch += 1

        def next(self) -> Any:
            if not self.left:
                raise StopIteration
            given = self.left.pop(0)
            if isinstance(given, Exception):
                raise given
            return given

    return Batches()


def fitted(mx: Any, data: Any, **options: Any) -> list:
    """What two epochs teach."""
    module = mx.mod.Module(network(mx))
    module.fit(data, num_epoch=2, arg_params=first(mx), optimizer_params={"learning_rate": 0.1}, **options)
    return weights(module)


def tried(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception:
        return "error"


@block
def values_that_are_no_numbers(mx: Any) -> Any:
    found = []
    for value in (np.nan, np.inf, 1e30, -1e38):
        x = X.copy()
        x[5, 2] = value
        found.append(np.isfinite(np.array(fitted(mx, mx.io.NDArrayIter(x, Y, 4))[0])).tolist())
    return found


@block
def labels_that_are_no_classes(mx: Any) -> Any:
    found = []
    for value in (np.nan, np.inf, 7, -1, 0.7, 1e20):
        y = Y.copy()
        y[5] = value
        found.append(fitted(mx, mx.io.NDArrayIter(X, y, 4)))
    return found


@block
def metrics_of_what_is_no_number(mx: Any) -> Any:
    x = X.copy()
    x[5, 2] = np.nan
    module = mx.mod.Module(network(mx))
    module.bind(DATA, LABEL)
    module.init_params(arg_params=first(mx))
    return [list(pair) for pair in module.score(mx.io.NDArrayIter(x, Y, 4), ["acc", "ce", "mse"])]


@block
def batches_of_other_sizes(mx: Any) -> Any:
    return [
        tried(lambda x=x, y=y: fitted(mx, batches(mx, lambda _: [batch(mx), batch(mx, x, y), batch(mx)])))
        for x, y in (
            (X[:2], Y[:2]),
            (X[:6], Y[:6]),
            (X[:1], Y[:1]),
            (X[:4, :3], Y[:4]),
            (X[:4].reshape(4, 5, 1), Y[:4]),
            (X[:4], Y[:3]),
            (X[:4], Y[:4].reshape(4, 1)),
        )
    ]


@block
def batches_of_other_types(mx: Any) -> Any:
    return [
        fitted(mx, batches(mx, lambda _, x=x, y=y: [batch(mx, (X[:4] * 3).astype(x), Y[:4].astype(y))]))
        for x, y in (("float64", "float32"), ("int32", "int32"), ("int8", "int64"), ("float16", "uint8"))
    ]


@block
def batches_from_elsewhere(mx: Any) -> Any:
    there = [[mx.nd.array(array, ctx=mx.cpu(1))] for array in (X[:4], Y[:4])]
    more = [mx.nd.array(array) for array in (X[:4], Y[:4])]
    return [
        fitted(mx, batches(mx, lambda _: [mx.io.DataBatch(*there)])),
        fitted(mx, batches(mx, lambda _: [mx.io.DataBatch([more[0]] * 2, [more[1]] * 3)])),
    ]


@block
def epochs_of_other_lengths(mx: Any) -> Any:
    return [
        fitted(mx, batches(mx, lambda epoch: [batch(mx)] * (2 - epoch))),
        fitted(mx, batches(mx, lambda epoch: [batch(mx)] * (1 + 2 * epoch))),
    ]


@block
def iterators_that_raise(mx: Any) -> Any:
    """What was learnt before is kept, and training goes on afterwards."""
    module = mx.mod.Module(network(mx))
    found = []
    try:
        options = {"arg_params": first(mx), "optimizer_params": {"learning_rate": 0.1}}
        module.fit(batches(mx, lambda _: [batch(mx), batch(mx), ZeroDivisionError("here")]), num_epoch=1, **options)
    except ZeroDivisionError as error:
        found.append(str(error))
    found += [weights(module), module.binded, module.params_initialized, module.optimizer_initialized]
    module.fit(batches(mx, lambda _: [batch(mx)]), num_epoch=1)
    return [*found, weights(module)]


@block
def descriptions_of_all_kinds(mx: Any) -> Any:
    kinds = (
        (DATA, LABEL),
        ([["data", [4, 5]]], [["softmax_label", [4]]]),
        ((("data", (4, 5)),), (("softmax_label", (4,)),)),
        ([mx.io.DataDesc("data", (4, 5))], [mx.io.DataDesc("softmax_label", (4,))]),
        ([("data", (np.int64(4), np.int32(5)))], LABEL),
        (DATA, None),
    )
    found = []
    for data, label in kinds:
        module = mx.mod.Module(network(mx))
        module.bind(data, label)
        module.init_params(arg_params=first(mx))
        module.forward(batch(mx), is_train=True)
        found.append([str(module.data_shapes), str(module.label_shapes), module.get_outputs()[0].asnumpy().tolist()])
    return found


@block
def names_and_labels_that_do_not_fit(mx: Any) -> Any:
    def trained(label_name: str = "softmax_label", data_name: str = "data", labels: Any = Y, **names: Any) -> list:
        data = mx.io.NDArrayIter(X, labels, 4, data_name=data_name, label_name=label_name)
        module = mx.mod.Module(network(mx), **names)
        module.fit(data, num_epoch=1, arg_params=first(mx))
        return weights(module)

    return [
        tried(lambda: trained()),
        tried(lambda: trained(label_name="lab")),
        tried(lambda: trained(data_name="input")),
        tried(lambda: trained(label_names=["lab"])),
        tried(lambda: trained(label_name="lab", label_names=["lab"])),
        tried(lambda: trained(data_names=["input"])),
        tried(lambda: trained(data_names="data")),
        tried(lambda: trained(label_names="softmax_label")),
        tried(lambda: trained(fixed_param_names=["nope"])),
        tried(lambda: trained(fixed_param_names=["fc_bias"])),
        tried(lambda: trained(labels=None)),
    ]


@block
def steps_in_odd_order(mx: Any) -> Any:
    def ready(for_training: bool = True) -> Any:
        module = mx.mod.Module(network(mx))
        module.bind(DATA, LABEL, for_training=for_training)
        module.init_params(arg_params=first(mx))
        module.init_optimizer(optimizer_params={"learning_rate": 0.1})
        return module

    found = []
    for steps in ("fbbu", "fbuu", "fu", "tbu", "fbufbu", "ffbu", "fbfu", "fbtu", "fbuf", "fbpu"):
        module = ready()
        for step in steps:
            if step in "ft":
                module.forward(batch(mx), is_train=step == "f")
            elif step == "p":
                module.predict(mx.io.NDArrayIter(X, Y, 4))
            else:
                {"b": module.backward, "u": module.update}[step]()
        found.append(weights(module))
    return found
