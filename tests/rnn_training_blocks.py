"""Trainings of recurrent networks as scripts made them, from the same first parameters on the same batches.

As in `tests.training_blocks`, these are functions of the module `mx` that return losses and what parameters end up as.
"""

from __future__ import annotations

import pathlib
import random
import tempfile
from typing import Any

import numpy as np

from tests.blocks import Blocks
from tests.training_blocks import first_values, shown, trained

block = BLOCKS = Blocks()

TEXT = """the cat sat on the mat
a cat and a dog saw the mat
the dog saw the cat
a mat on a log
on the log sat the cat
the cat saw a dog and a dog
the log on the mat
the dog sat on a mat and the cat"""
HIDDEN, EMBEDDED = 8, 6
ADAM = {"learning_rate": 0.02}


def sentences(mx: Any) -> tuple:
    lines = [line.split() for line in TEXT.split("\n") * 3]
    return mx.rnn.encode_sentences(lines, invalid_label=0, start_label=1)


def language_model(mx: Any, cell: Any, length: int, words: int, layout: str = "NTC", ignore: bool = True) -> Any:
    """Predictions of the next word."""
    embedded = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=words, output_dim=EMBEDDED, name="embed")
    outputs, _ = cell.unroll(length, inputs=embedded, layout=layout, merge_outputs=True)
    hidden = mx.sym.Reshape(outputs, shape=(-3, -2))
    pred = mx.sym.FullyConnected(hidden, num_hidden=words, name="pred")
    label = mx.sym.Reshape(mx.sym.Variable("softmax_label"), shape=(-1,))
    options = {"use_ignore": True, "ignore_label": 0, "normalization": "valid"} if ignore else {}
    return mx.sym.SoftmaxOutput(data=pred, label=label, name="softmax", **options)


def lstm_stack(mx: Any) -> Any:
    stack = mx.rnn.SequentialRNNCell()
    for i in range(2):
        stack.add(mx.rnn.LSTMCell(num_hidden=HIDDEN, prefix="lstm_l%d_" % i))
    return stack


@block
def unrolled_language_model(mx: Any) -> Any:
    encoded, vocab = sentences(mx)
    words = np.array([word for sentence in encoded for word in sentence][: 12 * 6 + 1])
    data = mx.io.NDArrayIter(words[:-1].reshape(12, 6).astype("f"), words[1:].reshape(12, 6).astype("f"), batch_size=4)
    net = language_model(mx, lstm_stack(mx), 6, len(vocab), ignore=False)
    perplexity = mx.metric.Perplexity(None)
    return trained(mx, net, data, perplexity, optimizer="adam", optimizer_params=ADAM)


def bucketed(mx: Any, make_cell: Any, layout: str = "NT", **options: Any) -> Any:
    """Training in buckets, with checkpoints of the last epoch."""
    random.seed(1)
    np.random.seed(1)
    encoded, vocab = sentences(mx)
    data = mx.rnn.BucketSentenceIter(encoded, 3, buckets=[5, 9], invalid_label=0, layout=layout)
    cell = make_cell()

    def sym_gen(length: int) -> tuple:
        cell.reset()
        net = language_model(mx, cell, length, len(vocab), layout=layout + "C")
        return net, ("data",), ("softmax_label",)

    module = mx.mod.BucketingModule(sym_gen, default_bucket_key=data.default_bucket_key, context=mx.current_context())
    net, _, _ = sym_gen(data.default_bucket_key)
    with tempfile.TemporaryDirectory() as folder:
        prefix = str(pathlib.Path(folder) / "model")
        callback = mx.rnn.do_rnn_checkpoint(cell, prefix, 2)
        perplexity = mx.metric.Perplexity(0)
        found = trained(mx, net, data, perplexity, 2, module=module, epoch_end_callback=callback, **options)
        stored = sorted((name, list(a.shape)) for name, a in mx.nd.load(f"{prefix}-0002.params").items())
        _, args, aux = mx.rnn.load_rnn_checkpoint(cell, prefix, 2)
    found["stored"] = [list(entry) for entry in stored]
    found["loaded"] = shown((args, aux)) == found["params"]
    found["score"] = [[name, float(value)] for name, value in module.score(data, mx.metric.Perplexity(0))]
    return found


@block
def buckets_of_a_stack(mx: Any) -> Any:
    return bucketed(mx, lambda: lstm_stack(mx), optimizer="adam", optimizer_params=ADAM)


@block
def buckets_of_a_fused_cell(mx: Any) -> Any:
    def make() -> Any:
        return mx.rnn.FusedRNNCell(HIDDEN, num_layers=2, mode="gru", prefix="gru_")

    options = {"learning_rate": 0.2, "momentum": 0.9, "wd": 1e-4}
    return bucketed(mx, make, layout="TN", optimizer_params=options)


def sorting(mx: Any, count: int = 24, length: int = 4, words: int = 8) -> Any:
    numbers = np.random.RandomState(3).randint(0, words, size=(count, length))
    return mx.io.NDArrayIter(numbers.astype("f"), np.sort(numbers, axis=1).astype("f"), batch_size=8)


@block
def sorted_by_both_directions(mx: Any) -> Any:
    """The example bi-lstm-sort."""
    stack = mx.rnn.SequentialRNNCell()
    forward, backward = (mx.rnn.LSTMCell(HIDDEN, prefix=f"{side}_") for side in "lr")
    stack.add(mx.rnn.BidirectionalCell(forward, backward, output_prefix="bi_lstm_"))
    stack.add(mx.rnn.ResidualCell(mx.rnn.GRUCell(2 * HIDDEN)))
    net = language_model(mx, stack, 4, 8, ignore=False)
    accuracy = mx.metric.create(["acc", mx.metric.Perplexity(None)])
    return trained(mx, net, sorting(mx), accuracy, 4, optimizer="rmsprop", optimizer_params=ADAM)


@block
def fused_then_unfused(mx: Any) -> Any:
    """Trained as one operator; single cells with its weights predict the same."""
    fused = mx.rnn.FusedRNNCell(HIDDEN, num_layers=2, mode="lstm", bidirectional=True, prefix="lstm_")
    data = sorting(mx)
    module = mx.mod.Module(language_model(mx, fused, 4, 8, ignore=False))
    found = trained(mx, module.symbol, data, mx.metric.Perplexity(None), module=module, optimizer_params=ADAM)
    expected = module.predict(data).asnumpy()
    arg_params, aux_params = module.get_params()
    stack = fused.unfuse()
    other = mx.mod.Module(language_model(mx, stack, 4, 8, ignore=False))
    other.bind(data.provide_data, data.provide_label, for_training=False)
    other.set_params(stack.pack_weights(fused.unpack_weights(arg_params)), aux_params)
    predicted = other.predict(data).asnumpy()
    found["differ"] = bool(np.abs(predicted - expected).max() > 1e-5)
    found["predicted"] = predicted[:3].round(5).tolist()
    return found


@block
def states_as_inputs(mx: Any) -> Any:
    """As scripts of the first years had it: first states are data, and a model of single steps predicts by itself."""
    cells = [mx.rnn.LSTMCell(HIDDEN, prefix="l%d_" % i) for i in range(2)]
    encoded, vocab = sentences(mx)
    size, length = 4, 5

    def network(steps: int) -> tuple:
        embedded = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=len(vocab), output_dim=EMBEDDED, name="embed")
        words = mx.sym.SliceChannel(embedded, num_outputs=steps, axis=1, squeeze_axis=True)
        states = [[mx.sym.Variable("l%d_init_%s" % (i, s)) for s in "hc"] for i in range(len(cells))]
        outputs = []
        for t in range(steps):
            hidden = words[t]
            for i, cell in enumerate(cells):
                hidden, states[i] = cell(hidden, states[i])
            outputs.append(hidden)
        pred = mx.sym.FullyConnected(mx.sym.Concat(*outputs, dim=0), num_hidden=len(vocab), name="pred")
        label = mx.sym.Reshape(mx.sym.transpose(mx.sym.Variable("softmax_label")), shape=(-1,))
        return mx.sym.SoftmaxOutput(pred, label, name="softmax"), [s for state in states for s in state]

    net, _ = network(length)
    words = np.array([word for sentence in encoded for word in sentence][: 12 * length + 1])
    feeds = {f"l{i}_init_{s}": np.zeros((12, HIDDEN), "f") for i in range(2) for s in "hc"}
    feeds["data"] = words[:-1].reshape(12, length).astype("f")
    data = mx.io.NDArrayIter(feeds, words[1:].reshape(12, length).astype("f"), batch_size=size)
    module = mx.mod.Module(net, data_names=[d[0] for d in data.provide_data])

    def transposed(label: np.ndarray, pred: np.ndarray) -> float:
        return float(-np.log(pred[np.arange(len(pred)), label.T.ravel().astype(int)] + 1e-10).mean())

    found = trained(mx, net, data, mx.metric.np(transposed), module=module, optimizer_params={"learning_rate": 1.0})

    step, states = network(1)
    step = mx.sym.Group([step] + [mx.sym.BlockGrad(state) for state in states])
    names = [f"l{i}_init_{s}" for i in range(2) for s in "hc"]
    executor = step.simple_bind(
        mx.current_context(), grad_req="null", data=(1, 1), softmax_label=(1, 1), **dict.fromkeys(names, (1, HIDDEN))
    )
    args, _ = module.get_params()
    executor.copy_params_from(args, allow_extra_params=True)
    written = [vocab["the"]]
    for _ in range(6):
        executor.arg_dict["data"][:] = written[-1]
        outputs = executor.forward(is_train=False)
        for name, state in zip(names, outputs[1:]):
            state.copyto(executor.arg_dict[name])
        written.append(int(outputs[0].asnumpy().argmax()))
    return [found, written, outputs[0].asnumpy().round(4).tolist()]


@block
def states_carried_on(mx: Any) -> Any:
    """The example word_lm: states of the last batch are those to begin the next one with."""
    encoded, vocab = sentences(mx)
    size, length = 2, 6
    words = np.array([word for sentence in encoded for word in sentence])
    words = words[: len(words) // size * size].reshape(size, -1).T
    cell = mx.rnn.FusedRNNCell(HIDDEN, num_layers=2, get_next_state=True, prefix="lstm_")
    embedded = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=len(vocab), output_dim=EMBEDDED, name="embed")
    begin = [mx.sym.Variable(f"begin_{i}", shape=(2, size, HIDDEN)) for i in range(2)]
    outputs, last = cell.unroll(length, embedded, begin_state=begin, layout="TNC", merge_outputs=True)
    pred = mx.sym.FullyConnected(mx.sym.Reshape(outputs, shape=(-1, HIDDEN)), num_hidden=len(vocab), name="pred")
    label = mx.sym.Reshape(mx.sym.Variable("label"), shape=(-1,))
    net = mx.sym.Group([mx.sym.SoftmaxOutput(pred, label, name="softmax")] + [mx.sym.BlockGrad(s) for s in last])
    module = mx.mod.Module(net, ("data",), ("label",), state_names=["begin_0", "begin_1"])
    shapes = {"data": (length, size), "label": (length, size)}
    module.bind([("data", shapes["data"])], [("label", shapes["label"])])
    values = first_values(mx, net, **shapes)
    module.init_params(arg_params={n: a for n, a in values.items() if not n.startswith("begin")})
    module.init_optimizer(optimizer_params={"learning_rate": 0.5, "rescale_grad": 1 / size})
    losses = []
    for _ in range(2):
        module.set_states(value=0)
        for start in range(0, len(words) - length - 1, length):
            data, label = words[start : start + length], words[start + 1 : start + 1 + length]
            batch = mx.io.DataBatch([mx.nd.array(data)], [mx.nd.array(label)])
            module.forward(batch, is_train=True)
            outputs = module.get_outputs(merge_multi_context=False)
            module.backward()
            module.update()
            module.set_states(states=outputs[1:])
            scores = outputs[0][0].asnumpy()
            losses.append(round(float(-np.log(scores[np.arange(scores.shape[0]), label.ravel()]).mean()), 5))
    return losses, shown(module.get_params())


@block
def moving_squares(mx: Any) -> Any:
    """Convolutions with long short-term memory say where a square goes."""
    frames = np.zeros((12, 4, 1, 6, 6), "f")
    rng = np.random.RandomState(2)
    for example in frames:
        (y, x), (dy, dx) = rng.randint(0, 6, 2), rng.randint(-1, 2, 2)
        for t in range(4):
            example[t, 0, (y + t * dy) % 6, (x + t * dx) % 6] = 1
    stack = mx.rnn.SequentialRNNCell()
    stack.add(mx.rnn.ConvLSTMCell((1, 1, 6, 6), 4, activation="tanh", prefix="lstm_"))
    stack.add(mx.rnn.ConvGRUCell((1, 4, 6, 6), 3, prefix="gru_"))
    outputs, _ = stack.unroll(3, mx.sym.Variable("data"), merge_outputs=False)
    net = mx.sym.Convolution(outputs[-1], num_filter=1, kernel=(1, 1), name="last")
    net = mx.sym.LogisticRegressionOutput(net, mx.sym.Variable("next"), name="where")
    data = mx.io.NDArrayIter({"data": frames[:, :3]}, {"next": frames[:, 3]}, batch_size=4)
    module = mx.mod.Module(net, label_names=("next",))
    return trained(mx, net, data, "mse", module=module, optimizer="adam", optimizer_params=ADAM)


@block
def first_biases(mx: Any) -> Any:
    """What initializers make of the biases of cells, and of a fused vector; weights are random."""
    found = []
    fused = mx.rnn.FusedRNNCell(3, 2, "lstm", True, forget_bias=2.0, prefix="f_")
    for cell in (mx.rnn.LSTMCell(3, forget_bias=5.0), mx.rnn.GRUCell(3), fused):
        outputs, _ = cell.unroll(2, mx.sym.Variable("data"), merge_outputs=True)
        module = mx.mod.Module(outputs, label_names=None)
        module.bind([("data", (2, 2, 4))], for_training=False)
        module.init_params(mx.init.Uniform(0.1))
        params = cell.unpack_weights(module.get_params()[0])
        biases = {n: a.asnumpy().tolist() for n, a in params.items() if n.endswith("bias")}
        weights = [
            [n, bool((a.asnumpy() != 0).all()), bool(np.abs(a.asnumpy()).max() <= 0.1)]
            for n, a in params.items()
            if n.endswith("weight")
        ]
        found.append([sorted(biases.items()), sorted(weights)])
    return found
