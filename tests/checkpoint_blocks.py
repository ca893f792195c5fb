"""What programs do with checkpoints that they find, as functions of the module `mx` that return JSON-able facts."""

from __future__ import annotations

import logging
import pathlib
import tempfile
from collections import namedtuple
from typing import Any

import numpy as np

from tests.blocks import Blocks
from tests.old_graphs import GRAPHS
from tests.old_graphs.replay import facts, write_checkpoint

block = BLOCKS = Blocks()

SHAPE = (2, 3, 16, 16)
IMAGES = np.random.RandomState(3).normal(size=(6, 3, 16, 16)).astype("float32")
LABELS = np.array([0, 3, 6, 2, 2, 5], "float32")


def checkpoint(mx: Any, name: str = "resnet_09") -> str:
    """The prefix of a checkpoint of an old network."""
    (graph,) = (graph for graph in GRAPHS if graph.name == name)
    folder = pathlib.Path(tempfile.mkdtemp())
    return write_checkpoint(graph, facts(mx.sym.load_json(graph.text()), graph), folder)


def numbers(array: Any) -> list:
    return array.asnumpy().round(6).tolist()


@block
def prediction_with_a_module(mx: Any) -> Any:
    symbol, args, aux = mx.model.load_checkpoint(checkpoint(mx), 7)
    module = mx.mod.Module(symbol=symbol, context=mx.current_context(), label_names=None)
    module.bind(for_training=False, data_shapes=[("data", SHAPE)], label_shapes=module._label_shapes)
    module.set_params(args, aux, allow_missing=True)
    batch = namedtuple("Batch", ["data"])
    module.forward(batch([mx.nd.array(IMAGES[:2])]))
    found = [numbers(module.get_outputs()[0])]
    module.forward(batch([mx.nd.array(IMAGES[2:4])]))
    return [
        *found,
        numbers(module.get_outputs()[0]),
        module.get_outputs()[0].asnumpy()[0].argsort()[::-1].tolist(),
    ]


@block
def features_of_an_inner_layer(mx: Any) -> Any:
    symbol, args, aux = mx.model.load_checkpoint(checkpoint(mx), 7)
    inner = symbol.get_internals()
    features = inner["flatten0_output"]
    module = mx.mod.Module(symbol=features, label_names=None, context=mx.current_context())
    module.bind(for_training=False, data_shapes=[("data", (1, 3, 16, 16))])
    module.set_params(args, aux)
    module.forward(mx.io.DataBatch([mx.nd.array(IMAGES[:1])]))
    return [inner.list_outputs()[-6:], features.list_arguments(), numbers(module.get_outputs()[0])]


@block
def executors(mx: Any) -> Any:
    symbol, args, aux = mx.model.load_checkpoint(checkpoint(mx), 7)
    executor = symbol.simple_bind(ctx=mx.current_context(), data=SHAPE, grad_req="null")
    executor.copy_params_from(args, aux, allow_extra_params=True)
    executor.arg_dict["data"][:] = IMAGES[:2]
    found = [numbers(executor.forward(is_train=False)[0])]
    args, aux = ({k: v.as_in_context(mx.current_context()) for k, v in given.items()} for given in (args, aux))
    args["data"] = mx.nd.array(IMAGES[2:4])
    args["softmax_label"] = mx.nd.zeros((2,))
    executor = symbol.bind(mx.current_context(), args, aux_states=aux, grad_req="null")
    found.append(numbers(executor.forward()[0]))
    smaller = executor.reshape(partial_shaping=True, allow_up_sizing=True, data=(1, 3, 16, 16), softmax_label=(1,))
    smaller.copy_params_from({k: v for k, v in args.items() if "_" in k and k != "softmax_label"}, aux)
    return [*found, numbers(smaller.forward(is_train=False, data=mx.nd.array(IMAGES[5:]))[0])]


@block
def feed_forward(mx: Any) -> Any:
    model = mx.model.FeedForward.load(checkpoint(mx), 7, ctx=mx.current_context(), numpy_batch_size=2)
    found = [model.predict(IMAGES).round(6).tolist(), sorted(model.arg_params)[:3], model.begin_epoch]
    found.append(model.predict(mx.io.NDArrayIter(IMAGES, batch_size=4)).round(6).tolist())
    return [*found, float(model.score(mx.io.NDArrayIter(IMAGES, LABELS, batch_size=3)))]


@block
def scores_and_iterators(mx: Any) -> Any:
    module = mx.mod.Module.load(checkpoint(mx), 7)
    data = mx.io.NDArrayIter(IMAGES, LABELS, batch_size=4)
    module.bind(data.provide_data, data.provide_label, for_training=False)
    found = [numbers(module.predict(data)), [list(pair) for pair in module.score(data, ["acc", "ce"])]]
    return [*found, [[len(outputs), i, batch.pad] for outputs, i, batch in module.iter_predict(data)]]


@block
def fine_tuning(mx: Any) -> Any:
    """A new last layer on features that stay."""
    logging.disable(logging.CRITICAL)
    symbol, args, aux = mx.model.load_checkpoint(checkpoint(mx), 7)
    features = symbol.get_internals()["flatten0_output"]
    net = mx.sym.FullyConnected(features, num_hidden=3, name="fc_new")
    net = mx.sym.SoftmaxOutput(net, name="softmax")
    kept = {name: array for name, array in args.items() if "fc1" not in name}
    kept["fc_new_bias"] = mx.nd.zeros((3,))
    kept["fc_new_weight"] = mx.nd.array(np.random.RandomState(1).normal(size=(3, 8)) * 0.1)
    fixed = [name for name in net.list_arguments() if name in args and name not in ("data", "softmax_label")]
    module = mx.mod.Module(net, fixed_param_names=fixed)
    data = mx.io.NDArrayIter(IMAGES, LABELS % 3, batch_size=2)
    module.fit(
        data, num_epoch=2, arg_params=kept, aux_params=aux, allow_missing=True, optimizer_params={"learning_rate": 0.1}
    )
    logging.disable(logging.NOTSET)
    trained, _ = module.get_params()
    same = {
        name: bool((trained[name].asnumpy() == args[name].asnumpy()).all())
        for name in fixed
        if "data_gamma" not in name
    }
    return [numbers(trained["fc_new_weight"]), sorted(name for name, stays in same.items() if not stays)]


@block
def going_on_from_an_epoch(mx: Any) -> Any:
    logging.disable(logging.CRITICAL)
    prefix = checkpoint(mx, "lenet")
    images = np.random.RandomState(4).normal(size=(8, 1, 28, 28)).astype("float32")
    data = mx.io.NDArrayIter(images, np.arange(8.0) % 10, batch_size=4)
    module = mx.mod.Module.load(prefix, 7)
    epochs: list = []
    module.fit(
        data,
        num_epoch=9,
        begin_epoch=7,
        optimizer_params={"learning_rate": 0.05, "momentum": 0.9},
        epoch_end_callback=[
            mx.callback.do_checkpoint(prefix),
            lambda epoch, symbol, args, aux: epochs.append([epoch, symbol.name, sorted(args)]),
        ],
    )
    logging.disable(logging.NOTSET)
    _, args, _ = mx.model.load_checkpoint(prefix, 9)
    names = sorted(path.name for path in pathlib.Path(prefix).parent.iterdir())
    return [epochs, names, numbers(args["fc2_weight"][0]), numbers(args["conv1_bias"])]


@block
def parameters_alone(mx: Any) -> Any:
    prefix = checkpoint(mx, "lenet")
    loaded = mx.nd.load(f"{prefix}-0007.params")
    module = mx.mod.Module(mx.sym.load(f"{prefix}-symbol.json"))
    module.bind([("data", (1, 1, 28, 28))], [("softmax_label", (1,))])
    module.load_params(f"{prefix}-0007.params")
    module.save_params(f"{prefix}-again.params")
    again = mx.nd.load(f"{prefix}-again.params")
    return [
        [[name, list(array.shape), array.dtype.__name__] for name, array in loaded.items()],
        [bool((loaded[name].asnumpy() == again[name].asnumpy()).all()) for name in sorted(again)],
    ]
