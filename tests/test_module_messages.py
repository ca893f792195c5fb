"""What modules say when they are used in the wrong order, or given what they cannot use."""

from __future__ import annotations

import logging
import re
import warnings

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import MXNetError
from tests.odd_data_blocks import DATA, LABEL, X, Y, batch, batches, dense, first, network, weights

LATER = {
    "bound": "the module is not bound: call bind(data_shapes, label_shapes) first.",
    "params": "the module has no parameters yet: call init_params() first.",
    "optimizer": "the module has no optimizer yet: call init_optimizer() first.",
    "training": "the module is bound for inference: bind it with for_training=True.",
}
STATES = ("fresh", "bound", "params", "optimizer")
"""How far a module is; what a method misses is named in this order."""


def data():
    return mx.io.NDArrayIter(X, Y, 4)


def one_batch():
    given = batch(mx)
    given.bucket_key, given.provide_data, given.provide_label = 5, DATA, LABEL
    return given


METHODS = {
    "data_shapes": (lambda m: m.data_shapes, "bound"),
    "label_shapes": (lambda m: m.label_shapes, "bound"),
    "output_shapes": (lambda m: m.output_shapes, "bound"),
    "init_params": (lambda m: m.init_params(), "bound"),
    "reshape": (lambda m: m.reshape(DATA, LABEL), "bound"),
    "install_monitor": (lambda m: m.install_monitor(mx.mon.Monitor(1)), "bound"),
    "set_params": (lambda m: m.set_params(first(mx), {}), "bound"),
    "init_optimizer": (lambda m: m.init_optimizer(), "params"),
    "forward": (lambda m: m.forward(one_batch()), "params"),
    "get_outputs": (lambda m: m.get_outputs(), "params"),
    "get_input_grads": (lambda m: m.get_input_grads(), "params"),
    "get_params": (lambda m: m.get_params(), "params"),
    "get_states": (lambda m: m.get_states(), "params"),
    "set_states": (lambda m: m.set_states(value=0), "params"),
    "score": (lambda m: m.score(data(), "acc"), "params"),
    "predict": (lambda m: m.predict(data()), "params"),
    "iter_predict": (lambda m: list(m.iter_predict(data())), "params"),
    "save_params": (lambda m: m.save_params("never.params"), "params"),
    "save_checkpoint": (lambda m: m.save_checkpoint("never", 1), "params"),
    "update_metric": (lambda m: m.update_metric(mx.metric.Accuracy(), [mx.nd.zeros((4,))]), "params"),
    "backward": (lambda m: m.backward(), "params"),
    "forward_backward": (lambda m: m.forward_backward(one_batch()), "params"),
    "update": (lambda m: m.update(), "optimizer"),
    "save_optimizer_states": (lambda m: m.save_optimizer_states("never.states"), "optimizer"),
    "load_optimizer_states": (lambda m: m.load_optimizer_states("never.states"), "optimizer"),
}
"""Every method that needs something first, and what."""

MODULES = {
    "Module": lambda: mx.mod.Module(network(mx)),
    "BucketingModule": lambda: mx.mod.BucketingModule(lambda _: (network(mx), ("data",), ("softmax_label",)), 5),
    "SequentialModule": lambda: mx.mod.SequentialModule().add(mx.mod.Module(network(mx)), take_labels=True),
}


def brought(kind, state, for_training=True):
    """A module that is as far as that."""
    module = MODULES[kind]()
    if state == "fresh":
        return module
    module.bind(DATA, LABEL, for_training=for_training)
    if state != "bound":
        module.init_params(arg_params=first(mx), aux_params={})
    if state == "optimizer":
        module.init_optimizer()
    return module


@pytest.mark.parametrize("kind", MODULES)
@pytest.mark.parametrize("method", METHODS)
def test_what_has_to_be_done_first(kind, method):
    call, needs = METHODS[method]
    for state in STATES[: STATES.index(needs)]:
        module = brought(kind, state)
        if not hasattr(type(module), method):
            continue
        missing = STATES[STATES.index(state) + 1]
        with pytest.raises(AssertionError) as caught:
            call(module)
        assert isinstance(caught.value, MXNetError)
        text = str(caught.value)
        # What is asked of one module may be found missing by another one inside of it.
        assert text.endswith(LATER[missing])
        assert re.match(r"\w+: ", text)


@pytest.mark.parametrize("kind", MODULES)
def test_inference_has_no_backward(kind):
    module = brought(kind, "params", for_training=False)
    module.forward(one_batch(), is_train=False)
    with pytest.raises(AssertionError) as caught:
        module.backward()
    assert str(caught.value) == f"backward: {LATER['training']}"


def ready():
    return brought("Module", "optimizer")


def bound_for(data_shapes, label_shapes=LABEL):
    module = mx.mod.Module(network(mx))
    module.bind(data_shapes, label_shapes)


def bound_with_attribute(init):
    """A module with a parameter that a file says this of."""
    weight = mx.sym.Variable("w", attr={"__init__": init})
    module = mx.mod.Module(mx.sym.FullyConnected(mx.sym.Variable("data"), weight, num_hidden=3), label_names=None)
    module.bind(DATA)
    return module


def two_losses():
    target = mx.sym.Reshape(mx.sym.Variable("target", shape=(4,)), shape=(-1, 1))
    net = network(mx)
    features = mx.sym.FullyConnected(net.get_internals()["data"], num_hidden=1, name="size")
    return mx.sym.Group([net, mx.sym.LinearRegressionOutput(features, target, name="distance")])


def bound_without_labels():
    module = mx.mod.Module(network(mx), label_names=None)
    module.bind(DATA, for_training=False)
    return module


def rebound(data_shapes):
    ready().bind(data_shapes, for_training=False, force_rebind=True)


def fit(given, module=None, **options):
    (module or mx.mod.Module(network(mx))).fit(given, **{"num_epoch": 1, **options})


def fed(arrays):
    """Train on a batch with these arrays as data."""
    fit(batches(mx, lambda _: [mx.io.DataBatch(arrays, [mx.nd.array(Y[:4])])]))


MISTAKES = {
    "a symbol that is none": (
        lambda: mx.mod.Module([network(mx)]),
        ValueError,
        "Module: the first argument is a Symbol, given [<Symbol softmax>] of type list.",
    ),
    "a name instead of a list": (
        lambda: mx.mod.Module(network(mx), data_names="data"),
        ValueError,
        "Module: data_names is a list of names, given 'data' of type str; write ['data'].",
    ),
    "a list of other things": (
        lambda: mx.mod.Module(network(mx), label_names=[3]),
        ValueError,
        "Module: label_names is a list of names, of which one is 3 of type int.",
    ),
    "an unknown input": (
        lambda: mx.mod.Module(network(mx), data_names=["dat"]),
        ValueError,
        "Module: the symbol has no argument 'dat', which is in data_names=['dat']. Did you mean 'data'? Arguments that look "
        "like inputs: data, softmax_label.",
    ),
    "an unknown fixed parameter": (
        lambda: mx.mod.Module(network(mx), fixed_param_names=["fc_wieght"]),
        ValueError,
        "Module: the symbol has no argument 'fc_wieght', which is in fixed_param_names=['fc_wieght']. Did you mean "
        "'fc_weight'? Arguments that look like inputs: data, softmax_label.",
    ),
    "a label under another name": (
        lambda: fit(data(), mx.mod.Module(network(mx), label_names=["label"])),
        ValueError,
        "init_params: 'softmax_label' is what SoftmaxOutput 'softmax' takes as its label, and the module holds it for a "
        "parameter; write Module(label_names=['softmax_label']).",
    ),
    "one of two labels, reshaped on its way": (
        lambda: fit(data(), mx.mod.Module(two_losses())),
        ValueError,
        "init_params: 'target' is what LinearRegressionOutput 'distance' takes as its label, and the module holds it for a "
        "parameter; write Module(label_names=['softmax_label', 'target']).",
    ),
    "parameters for other data": (
        lambda: brought("Module", "bound").set_params({**first(mx), "fc_weight": mx.nd.ones((3, 7))}, {}),
        ValueError,
        "set_params: parameter 'fc_weight' has shape (3, 7), but data (4, 5), softmax_label (4,) need (3, 5); give data of the "
        "shape that the parameters were made for, or other parameters.",
    ),
    "parameters for other data, when they are bound": (
        lambda: rebound([("data", (4, 7))]),
        ValueError,
        "parameter 'fc_weight' has shape (3, 5), but data (4, 7) needs (3, 7); give data of the shape that the parameters were "
        "made for, or other parameters.",
    ),
    "a label among the parameters": (
        lambda: bound_without_labels().set_params(first(mx), {}),
        RuntimeError,
        "set_params: 'softmax_label' is what SoftmaxOutput 'softmax' takes as its label, and the module holds it for a "
        "parameter; write Module(label_names=['softmax_label']).",
    ),
    "a label that only the loss knows as one": (
        lambda: fit(data(), mx.mod.Module(two_losses().get_internals()["distance_output"], label_names=["target"])),
        TypeError,
        "bind: label_shapes describe softmax_label, but the label of the symbol is target; write NDArrayIter(..., "
        "label_name='target').",
    ),
    "a label that neither the module nor the data knows": (
        lambda: fit(data(), mx.mod.Module(mx.sym.SoftmaxOutput(dense(mx), name="out"))),
        ValueError,
        "bind: label_shapes describe softmax_label, but the label of the symbol is out_label; write "
        "Module(label_names=['out_label']) and NDArrayIter(..., label_name='out_label').",
    ),
    "a context that is none": (
        lambda: mx.mod.Module(network(mx), context="cpu:0"),
        MXNetError,
        "'cpu:0' is not a context; expected one such as mx.cpu(0), or its text 'cpu(0)'.",
    ),
    "another name of data": (
        lambda: bound_for([("input", (4, 5))]),
        ValueError,
        "bind: data_shapes describe input, but data_names of this module are data; name them alike, in the iterator or in "
        "Module(data_names=...).",
    ),
    "a pair instead of a list": (
        lambda: bound_for(("data", (4, 5))),
        ValueError,
        "an input is described by (name, shape) or a DataDesc, in a list of such; given 'data' of type str.",
    ),
    "a dict instead of a list": (
        lambda: bound_for({"data": (4, 5)}),
        ValueError,
        "inputs are described by a list of (name, shape) or DataDesc, given {'data': (4, 5)} of type dict.",
    ),
    "a shape that is text": (
        lambda: bound_for([("data", "(4, 5)")]),
        TypeError,
        "input 'data': '(4, 5)' of type str is no shape; give a tuple of whole numbers.",
    ),
    "a shape with fractions": (
        lambda: bound_for([mx.io.DataDesc("data", (4, 5.5))]),
        TypeError,
        "input 'data': (4, 5.5) of type tuple is no shape; give a tuple of whole numbers.",
    ),
    "a negative size": (
        lambda: bound_for([("data", (-4, 5))]),
        ValueError,
        "input 'data': (-4, 5) of type tuple is no shape; give a tuple of whole numbers.",
    ),
    "no shapes": (
        lambda: bound_for(None),
        ValueError,
        "bind: data_shapes describe none, but data_names of this module are data; name them alike, in the iterator or in "
        "Module(data_names=...).",
    ),
    "another name of the label": (
        lambda: fit(mx.io.NDArrayIter(X, Y, 4, label_name="lab")),
        KeyError,
        "bind: label_shapes describe lab, but the label of the symbol is softmax_label; write NDArrayIter(..., "
        "label_name='softmax_label').",
    ),
    "batches of different sizes": (
        lambda: bound_for(DATA, [("softmax_label", (5,))]),
        AssertionError,
        "all data must have the same batch size: batch_size = 4, but softmax_label has shape (5,); the batch is axis 0 "
        "(layout NCHW).",
    ),
    "inference with gradients": (
        lambda: mx.mod.Module(network(mx)).bind(DATA, LABEL, for_training=False, inputs_need_grad=True),
        AssertionError,
        "bind: inputs_need_grad=True is for training; leave for_training=True.",
    ),
    "an initializer by name": (
        lambda: brought("Module", "bound").init_params("xavier"),
        TypeError,
        "init_params: an initializer is an object that is called for each parameter, as mx.init.Xavier(), given 'xavier' of "
        "type str.",
    ),
    "an initializer's class": (
        lambda: brought("Module", "bound").init_params(mx.init.Uniform),
        TypeError,
        "init_params: an initializer is an object that is called for each parameter, as mx.init.Xavier(), given <class "
        "'symgraph.initializer.random.Uniform'> of type type.",
    ),
    "an attribute that names no initializer": (
        lambda: bound_with_attribute("Constant_anchor_0").init_params(),
        AssertionError,
        "init_params: 'w': initializer 'Constant_anchor_0' is not registered. Did you mean 'constant'? Known: ",
    ),
    "an attribute that is damaged": (
        lambda: bound_with_attribute('["xavier"').init_params(),
        ValueError,
        "init_params: 'w': initializer: '[\"xavier\"' of type str is neither JSON of a list [name, arguments] nor of a dict: ",
    ),
    "parameters in a list": (
        lambda: brought("Module", "bound").init_params(arg_params=[mx.nd.ones((3, 5))]),
        TypeError,
        "init_params: parameters are a dict of NDArrays by name, given [NDArray of shape (3, 5)] of type list.",
    ),
    "a parameter that is a number": (
        lambda: brought("Module", "bound").init_params(arg_params={"fc_weight": 3, "fc_bias": mx.nd.ones((3,))}),
        TypeError,
        "init_params: 'fc_weight' must be an NDArray, given 3 of type int.",
    ),
    "a parameter of another shape": (
        lambda: brought("Module", "bound").init_params(arg_params={**first(mx), "fc_bias": mx.nd.ones((4,))}),
        ValueError,
        "parameter 'fc_bias' has shape (4,), but data (4, 5), softmax_label (4,) need (3,); give data of the shape that the "
        "parameters were made for, or other parameters.",
    ),
    "a missing parameter": (
        lambda: brought("Module", "bound").init_params(arg_params={"fc_bias": mx.nd.ones((3,))}),
        RuntimeError,
        "init_params: no values are given for fc_weight; allow_missing=True initializes them.",
    ),
    "a missing parameter of set_params": (
        lambda: ready().set_params({"fc_bias": mx.nd.ones((3,))}, {}),
        RuntimeError,
        "set_params: no values are given for fc_weight; allow_missing=True leaves them as they are.",
    ),
    "an unknown parameter": (
        lambda: ready().set_params({"fc_wieght": mx.nd.ones((3, 5))}, {}, allow_missing=True),
        ValueError,
        "set_params: the symbol has no parameter fc_wieght. Did you mean 'fc_weight'? allow_extra=True passes over others.",
    ),
    "an unknown parameter of buckets": (
        lambda: brought("BucketingModule", "params").set_params({"zz": mx.nd.ones((1,))}, {}, allow_missing=True),
        ValueError,
        "set_params: the symbol has no parameter zz. allow_extra=True passes over others.",
    ),
    "an unknown optimizer": (
        lambda: brought("Module", "params").init_optimizer(optimizer="sdg"),
        ValueError,
        "optimizer 'sdg' is not registered. Did you mean 'sgd'? Known: ",
    ),
    "an unknown setting of an optimizer": (
        lambda: brought("Module", "params").init_optimizer(optimizer_params={"leraning_rate": 1}),
        TypeError,
        "SGD has no argument 'leraning_rate'. Did you mean 'learning_rate'? Known: ",
    ),
    "settings that are no dict": (
        lambda: brought("Module", "params").init_optimizer(optimizer_params="lr"),
        ValueError,
        "init_optimizer: optimizer_params are a dict, as {'learning_rate': 0.1}, given 'lr' of type str.",
    ),
    "no settings": (
        lambda: brought("Module", "params").init_optimizer(optimizer_params=None),
        TypeError,
        "init_optimizer: optimizer_params are a dict, as {'learning_rate': 0.1}, given None.",
    ),
    "no number of epochs": (
        lambda: fit(data(), num_epoch=None),
        AssertionError,
        "fit: please specify number of epochs, as in num_epoch=10.",
    ),
    "half an epoch": (
        lambda: fit(data(), num_epoch=1.5),
        TypeError,
        "fit: num_epoch is a whole number, given 1.5 of type float.",
    ),
    "data that is an array": (
        lambda: fit(mx.nd.array(X)),
        AttributeError,
        "fit: train_data must be an iterator of batches, such as mx.io.NDArrayIter, given NDArray of shape (12, 5), which has "
        "no provide_label.",
    ),
    "no data": (
        lambda: fit(None),
        AttributeError,
        "fit: train_data must be an iterator of batches, such as mx.io.NDArrayIter, given None, which has no provide_label.",
    ),
    "evaluation on an array": (
        lambda: fit(data(), eval_data=X),
        AttributeError,
        "fit: eval_data must be an iterator of batches, such as mx.io.NDArrayIter, given ndarray of shape (12, 5), which has "
        "no reset.",
    ),
    "a score on an array": (
        lambda: ready().score(X, "acc"),
        AttributeError,
        "score: eval_data must be an iterator of batches, such as mx.io.NDArrayIter, given ndarray of shape (12, 5), which "
        "has no reset.",
    ),
    "a prediction on nothing": (
        lambda: ready().predict(None),
        ValueError,
        "predict: eval_data must be an array or an iterator of batches, such as mx.io.NDArrayIter, given None, which has no "
        "reset.",
    ),
    "a callback that is none": (
        lambda: fit(data(), batch_end_callback=3),
        TypeError,
        "batch_end_callback is a function, or a list of such, given 3 of type int.",
    ),
    "a callback of batches that takes what those of epochs are told": (
        lambda: fit(data(), batch_end_callback=mx.callback.do_checkpoint("never")),
        TypeError,
        "batch_end_callback is called with 1 argument, a BatchEndParam (epoch, nbatch, eval_metric, locals), which function "
        "callback does not take: do_checkpoint.<locals>.callback() missing ",
    ),
    "a callback of epochs that takes what those of batches are told": (
        lambda: fit(data(), epoch_end_callback=lambda param: None),
        TypeError,
        "epoch_end_callback is called with 4 arguments, epoch, symbol, arg_params, aux_params, which function <lambda> does "
        "not take: <lambda>.<locals>.<lambda>() takes 1 positional argument but 4 were given.",
    ),
    "a batch that is an array": (
        lambda: ready().forward(X[:4]),
        AttributeError,
        "forward: a batch is an mx.io.DataBatch, given ndarray of shape (4, 5); for an array x, write "
        "mx.io.DataBatch([mx.nd.array(x)]).",
    ),
    "a setting by an abbreviation": (
        lambda: brought("Module", "params").init_optimizer(optimizer_params={"lr": 1}),
        TypeError,
        "SGD has no argument 'lr'. Did you mean 'learning_rate'? Known: ",
    ),
    "an iterator without batches": (
        lambda: fit(batches(mx, lambda _: [])),
        AssertionError,
        "fit: train_data gives no batch; if it is at its end, call its reset() first.",
    ),
    "a batch that is none": (
        lambda: fit(batches(mx, lambda _: [None])),
        AttributeError,
        "forward: a batch has attributes data and label, as mx.io.DataBatch; given None.",
    ),
    "a batch that is none, later": (
        lambda: fit(batches(mx, lambda _: [one_batch(), None])),
        AttributeError,
        "forward: a batch has attributes data and label, as mx.io.DataBatch; given None.",
    ),
    "a pair instead of a batch": (
        lambda: fit(batches(mx, lambda _: [(mx.nd.array(X[:4]), mx.nd.array(Y[:4]))])),
        AttributeError,
        "forward: a batch has attributes data and label, as mx.io.DataBatch; given (NDArray of shape (4, 5), NDArray of shape "
        "(4,)) of type tuple.",
    ),
    "a list instead of a batch": (
        lambda: ready().forward([mx.nd.array(X[:4]), mx.nd.array(Y[:4])]),
        AttributeError,
        "forward: a list of batches has one for each context, of which one is NDArray of shape (4, 5); a batch is made as "
        "mx.io.DataBatch([data], [label]).",
    ),
    "a batch without a list": (
        lambda: fed(None),
        TypeError,
        "the data of a batch is a list of arrays, here for data; given None.",
    ),
    "a batch with too little": (
        lambda: fed([]),
        ValueError,
        "the batch has 0 arrays of data, but the module was bound for 1 (data).",
    ),
    "a batch of lists": (
        lambda: fed([X[:4].tolist()]),
        AttributeError,
        "data 'data' must be an NDArray, given [[",
    ),
    "labels of another length": (
        lambda: fit(batches(mx, lambda _: [batch(mx, X[:4], Y[:3])])),
        ValueError,
        "label 'softmax_label' has shape (3,), bound for (4,).",
    ),
    "other features": (
        lambda: ready().forward(batch(mx, X[:4, :3])),
        ValueError,
        "parameter 'fc_weight' has shape (3, 5), but data (4, 3) needs (3, 3); data was bound as (4, 5): give examples of that "
        "shape, in batches of any size.",
    ),
    "a metric without labels": (
        lambda: fit(mx.io.NDArrayIter(X, None, 4)),
        ValueError,
        "The data has no labels; give some, as in NDArrayIter(data, label). Shape of labels 0 does not match shape of "
        "predictions 1",
    ),
    "backward before forward": (
        lambda: ready().backward(),
        MXNetError,
        "backward of <Symbol softmax>: there was no forward pass yet; call forward(is_train=True) first.",
    ),
    "gradients that were not asked for": (
        lambda: ready().get_input_grads(),
        AssertionError,
        "get_input_grads: bind with inputs_need_grad=True to have gradients of the inputs.",
    ),
    "more contexts than examples": (
        lambda: mx.mod.Module(network(mx), context=[mx.cpu(i) for i in range(8)]).bind(DATA, LABEL),
        ValueError,
        "a batch of 4 examples cannot be divided among 8 contexts; make it larger, or give fewer contexts.",
    ),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes(mistake):
    call, kind, text = MISTAKES[mistake]
    with pytest.raises(kind) as caught:
        call()
    assert isinstance(caught.value, MXNetError)
    found = re.sub(r" \(made at .*?:\d+\)", "", str(caught.value))
    assert found.startswith(text) if text.endswith((" ", "[[")) else found == text


def test_what_is_not_used_is_warned_of():
    two = mx.io.DataBatch([mx.nd.array(X[:4])] * 2, [mx.nd.array(Y[:4])])
    with pytest.warns(
        UserWarning,
        match=r"the batch has 2 arrays of data, but the module was bound for 1 \(data\); the rest is not used\.",
    ):
        ready().forward(two)


@pytest.mark.parametrize("kind", MODULES)
def test_a_second_optimizer_is_named_and_how_to_take_it(kind, caplog):
    module = brought(kind, "optimizer")
    module.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.5})
    assert caplog.messages == [
        "optimizer already initialized, ignoring optimizer='adam', optimizer_params={'learning_rate': 0.5}; for another one, "
        "call init_optimizer(optimizer, optimizer_params, force_init=True), before fit if that goes on training."
    ]


def test_errors_of_the_iterator_pass_as_they_are():
    class UnpluggedError(Exception):
        pass

    error = UnpluggedError("here")
    module = mx.mod.Module(network(mx))
    with pytest.raises(UnpluggedError) as caught:
        module.fit(batches(mx, lambda _: [one_batch(), error]), num_epoch=1, arg_params=first(mx))
    assert caught.value is error
    assert np.isfinite(np.array(weights(module)[0])).all()


@pytest.mark.filterwarnings("ignore:bind. label_shapes describe:UserWarning")
@pytest.mark.filterwarnings("ignore:Module. the symbol has no argument:UserWarning")
def test_a_loss_needs_no_labels():
    net = mx.sym.MakeLoss(mx.sym.sum(mx.sym.square(dense(mx)), axis=1))
    learnt = []
    for given, names in ((Y, ["softmax_label"]), (Y, None), (None, None)):
        module = mx.mod.Module(net, label_names=names)
        module.fit(mx.io.NDArrayIter(X, given, 4), eval_metric=mx.metric.Loss(), num_epoch=2, arg_params=first(mx))
        learnt.append(weights(module)[0])
    np.testing.assert_allclose(learnt[0], learnt[1], rtol=1e-6)
    np.testing.assert_allclose(learnt[0], learnt[2], rtol=1e-6)


def notices(first_fit, second_fit, caplog):
    """What is said when a module is fitted for the second time."""
    caplog.set_level(logging.INFO)
    module = mx.mod.Module(network(mx))
    fit(data(), module, **first_fit)
    caplog.clear()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        fit(data(), module, **second_fit)
    return [m for m in caplog.messages if not m.startswith("Epoch")] + [str(warning.message) for warning in warned]


ADAM = {"optimizer": "adam", "initializer": mx.init.One(), "arg_params": None}
KEPT = "fit: the module has parameters already and goes on with them, ignoring {}; force_init=True begins with what is given."


@pytest.mark.parametrize(
    ("second_fit", "said"),
    [
        (ADAM, []),
        ({}, ["The module goes on with the optimizer that it has."]),
        ({**ADAM, "initializer": mx.init.Zero()}, [KEPT.format("initializer")]),
        ({**ADAM, "arg_params": first(mx)}, [KEPT.format("arg_params")]),
        ({**ADAM, "initializer": mx.init.Zero(), "force_init": True}, []),
    ],
)
def test_a_second_fit_tells_only_what_it_ignores(second_fit, said, caplog):
    assert notices(ADAM, second_fit, caplog) == said


def test_a_second_fit_tells_of_another_optimizer(caplog):
    (text,) = notices({}, {"optimizer": "adam"}, caplog)
    assert text.startswith("optimizer already initialized, ignoring optimizer='adam', optimizer_params=")


def test_parameters_for_an_optimizer_that_is_made_already():
    optimizer = mx.optimizer.SGD(rescale_grad=0.25)
    with pytest.warns(
        UserWarning,
        match=r"^init_optimizer: optimizer_params=\{'learning_rate': 10\} are ignored, as they are arguments of an optimizer "
        r"that is given by its name; this SGD is made already, so give them to it\.$",
    ):
        brought("Module", "params").init_optimizer(optimizer=optimizer, optimizer_params={"learning_rate": 10})
    brought("Module", "params").init_optimizer(optimizer=optimizer)


def test_errors_of_callbacks_pass_as_they_are():
    error = TypeError("here")

    def callback(param):
        raise error

    with pytest.raises(TypeError) as caught:
        fit(data(), batch_end_callback=callback)
    assert caught.value is error


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda m, it: m.score(it, "acc", reset=False),
            "score: eval_data gives no batch, so that there is nothing to measure",
        ),
        (lambda m, it: m.predict(it, reset=False), "predict: eval_data gives no batch"),
    ],
)
def test_data_that_are_at_their_end(call, text):
    iterator, module = data(), ready()
    list(iterator)
    with pytest.warns(UserWarning, match=f"^{text}; if it is at its end, call its reset\\(\\) first\\.$"):
        call(module, iterator)
    with pytest.raises(StopIteration, match=r"^the iterator is at its end; call its reset\(\) to begin again$"):
        iterator.next()


@pytest.mark.parametrize(
    ("net", "names", "remedy"),
    [
        (
            lambda: mx.sym.SoftmaxOutput(dense(mx), name="out"),
            ["softmax_label"],
            r"labels: out_label; write Module\(label_names=\['out_label'\]\) and NDArrayIter\(..., label_name='out_label'\)\.$",
        ),
        (
            two_losses,
            ["softmax_label", "targt"],
            r"labels: softmax_label, target; write Module\(label_names=\['softmax_label', 'target'\]\) and "
            r"NDArrayIter\(..., label=\{'softmax_label': ..., 'target': ...\}\)\.$",
        ),
    ],
)
def test_a_label_that_the_symbol_does_not_have(net, names, remedy):
    with pytest.warns(
        UserWarning, match=rf"^Module: the symbol has no argument '{names[-1]}', which is in .*\. Its {remedy}"
    ):
        mx.mod.Module(net(), label_names=names)
